"""What was promised, risked, shared, raised and gained, item by item, as it stands on the relationship's present day.

`valid_from` to before `valid_to` is the time for which an item is open: what was open on a day is what began on or
before it and had not ended by it.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

from projections.bi.columns import Field, day, decimal, flag, ident, text, whole
from projections.bi.tables import Kept, kept
from projections.items.actions import ACTION, Action
from projections.items.commitments import COMMITMENT, Commitment
from projections.items.initiatives import INITIATIVE, Initiative
from projections.items.issues import ISSUE, Issue
from projections.items.listing import Family
from projections.items.money import Amount
from projections.items.objectives import OBJECTIVE, Objective
from projections.items.risks import RISK, Risk
from projections.items.shares import SHARE, Share

MONEY = "the relationship's currency"


class ItemTable(Struct, frozen=True, kw_only=True):
    """One family of items and the table that it fills.

    endings: the event types that end an item on a day that the item itself does not tell; cells: the item's own
    fields, by name, in their shown form; ended: the day from which it is closed, of the item and the days of the first
    of its ending entries about each party, in order; those that name no party are one.
    """

    family: Family[Any]
    table: Kept
    endings: tuple[str, ...] = ()
    cells: Callable[[Any], dict[str, Any]]
    ended: Callable[[Any, Sequence[date]], date | None]


def _table(name: str, grain: str, *fields: Field) -> Kept:
    return kept(
        name,
        grain,
        ("relationship_id", "item_id"),
        (
            ident("item_id", "The item."),
            ident("relationship_id", "The relationship."),
            ident(
                "own_of",
                "The party that alone knows of the item; empty where the parties share it.",
                optional=True,
            ),
            whole("position", "The entry that brought it: a row of event_fact."),
            *fields,
            text("state", "How it stands."),
            day("valid_from", "The day on which it began."),
            day("valid_to", "The day from which it is closed; empty while it is open.", optional=True),
        ),
        "entry",
        "relationship_id",
    )


def _money(amount: Amount | None) -> Decimal | None:
    return None if amount is None else Decimal(amount.amount)


_TITLE = text("title", "What it is about.")


def _commitment(c: Commitment) -> dict[str, Any]:
    return {
        "by_party": c.by_party,
        "title": c.title,
        "weight": c.weight,
        "origin": c.origin,
        "due_on": c.due_on,
        "scored_due_on": c.scored_due_on,
        "done_on": c.done_on,
        "in_dispute": c.in_dispute,
        "days_late": c.days_late,
        "reschedulings": len(c.reschedulings),
        "state": c.outcome,
        "valid_from": c.made_on,
    }


def _commitment_ended(c: Commitment, endings: Sequence[date]) -> date | None:
    """A promise that lapsed is still open: it may yet be kept. So is one whose fulfilment did not stand."""
    return min((day for day in (c.done_on, *endings) if day is not None), default=None)


COMMITMENTS = ItemTable(
    family=COMMITMENT,
    table=_table(
        "item_commitment",
        "One promise of a party to others.",
        ident("by_party", "Who promised it."),
        _TITLE,
        decimal("weight", 2, "Its weight, as promised."),
        text("origin", "Where it came from.", optional=True),
        day("due_on", "The day by which it was promised."),
        day("scored_due_on", "That day as moved in time by those concerned: the one that is scored."),
        day("done_on", "The day on which it was done, where that stands.", optional=True),
        flag("in_dispute", "Whether its fulfilment is disputed."),
        whole("days_late", "Days late of what was done late or should be done by now.", optional=True, unit="days"),
        whole("reschedulings", "How often somebody tried to move the day.", additive=True),
    ),
    endings=("commitment.broken", "commitment.withdrawn"),
    cells=_commitment,
    ended=_commitment_ended,
)


def _risk(r: Risk) -> dict[str, Any]:
    a = r.assessment
    return {
        "owner_party": r.owner_party,
        "title": r.title,
        "category": r.category,
        "joint": r.joint,
        "probability": a and a.probability,
        "impact": a and a.impact,
        "rating": a and a.rating,
        "exposure": a and _money(a.exposure),
        "assessed_on": a and a.on,
        "due_on": r.due_on,
        "treatments": len(r.treatments),
        "losses": sum((Decimal(loss.amount) for loss in r.losses), Decimal(0)),
        "materialised_on": r.materialised_on,
        "state": r.state,
        "valid_from": r.identified_on,
    }


RISKS = ItemTable(
    family=RISK,
    table=_table(
        "item_risk",
        "One risk of working together or of a partner.",
        ident("owner_party", "Who owns it.", optional=True),
        _TITLE,
        text("category", "Its category."),
        flag("joint", "Whether the parties bear it together."),
        whole("probability", "1 to 5, as last assessed.", optional=True),
        whole("impact", "1 to 5, as last assessed.", optional=True),
        whole("rating", "Probability times impact.", optional=True),
        decimal("exposure", 4, "What it may cost, as last assessed.", optional=True, additive=True, unit=MONEY),
        day("assessed_on", "The day of the last assessment.", optional=True),
        day("due_on", "The first due date of a treatment that is not done.", optional=True),
        whole("treatments", "How many treatments were planned.", additive=True),
        decimal("losses", 4, "What it has cost.", additive=True, unit=MONEY),
        day("materialised_on", "The day on which it last came true.", optional=True),
    ),
    cells=_risk,
    ended=lambda r, _: r.closed_on,
)


def _share(s: Share) -> dict[str, Any]:
    return {
        "from_party": s.from_party,
        "title": s.topic,
        "classification": s.classification,
        "ip_status": s.ip_status,
        "contains_personal_data": s.contains_personal_data,
        "expires_on": s.expires_on,
        "recipients": len(s.to_parties),
        "acknowledged": len(set(s.acknowledged_by)),
        "state": s.state,
        "valid_from": s.shared_on,
    }


def _share_ended(s: Share, endings: Sequence[date]) -> date | None:
    """The day on which the last recipient's access ended, or the one after it expired where that came first."""
    if s.state not in ("ENDED", "EXPIRED"):
        return None
    ended = max(endings[: len(set(s.to_parties))], default=None) if s.state == "ENDED" else None
    if s.expires_on is not None and (ended is None or s.expires_on < ended):
        return s.expires_on + timedelta(days=1)
    return ended


SHARES = ItemTable(
    family=SHARE,
    table=_table(
        "item_share",
        "One piece of knowledge that a party gave to others.",
        ident("from_party", "Who gave it."),
        _TITLE,
        text("classification", "How it is classified.", optional=True),
        text("ip_status", "Whose property it is.", optional=True),
        flag("contains_personal_data", "Whether it holds personal data."),
        day("expires_on", "The last day on which it may be used.", optional=True),
        whole("recipients", "How many parties it was given to.", additive=True),
        whole("acknowledged", "How many of them have acknowledged it.", additive=True),
    ),
    endings=("knowledge.access_revoked", "knowledge.returned", "knowledge.destroyed"),
    cells=_share,
    ended=_share_ended,
)


def _initiative(i: Initiative) -> dict[str, Any]:
    return {
        "by_party": i.by_party,
        "title": i.title,
        "value_type": i.value_type,
        "expected": _money(i.expected),
        "due_on": i.due_on,
        "decided_on": i.decided_on,
        "target": i.plan and _money(i.plan.target),
        "claimed": _money(i.claimed),
        "verified": _money(i.verified),
        "state": i.state,
        "valid_from": i.proposed_on,
    }


INITIATIVES = ItemTable(
    family=INITIATIVE,
    table=_table(
        "item_initiative",
        "One idea to create value, and what it gained.",
        ident("by_party", "Who proposed it."),
        _TITLE,
        text("value_type", "The kind of value."),
        decimal("expected", 4, "The gain that was expected of it.", additive=True, unit=MONEY),
        day("due_on", "The target's day; before approval the day by which it is to be decided."),
        day("decided_on", "The day on which it was decided.", optional=True),
        decimal("target", 4, "The gain that was approved.", optional=True, additive=True, unit=MONEY),
        decimal("claimed", 4, "The gain that was claimed, less what was reversed.", additive=True, unit=MONEY),
        decimal("verified", 4, "The part of it that another party verified.", additive=True, unit=MONEY),
    ),
    cells=_initiative,
    ended=lambda i, _: i.decided_on if i.state == "REJECTED" else i.stopped_on,
)


def _objective(o: Objective) -> dict[str, Any]:
    return {
        "owner_party": o.owner_party,
        "title": o.title,
        "measure": o.measure,
        "unit": o.unit,
        "baseline": o.baseline,
        "target": o.target,
        "value": o.value,
        "measured_on": o.measured_on,
        "due_on": o.due_on,
        "scored_due_on": o.scored_due_on,
        "state": o.state,
        "valid_from": o.agreed_on,
    }


def _objective_ended(o: Objective, endings: Sequence[date]) -> date | None:
    if o.state == "WITHDRAWN":
        return min(endings, default=None)
    return o.scored_due_on + timedelta(days=1) if o.state == "ENDED" else None


OBJECTIVES = ItemTable(
    family=OBJECTIVE,
    table=_table(
        "item_objective",
        "One objective of the relationship.",
        ident("owner_party", "Who owns it."),
        _TITLE,
        text("measure", "How it is measured."),
        text("unit", "The unit of baseline, target and value."),
        decimal("baseline", 4, "Where it began."),
        decimal("target", 4, "Where it is to be, as last revised in time by all."),
        decimal("value", 4, "The last measurement.", optional=True),
        day("measured_on", "The day of the last measurement.", optional=True),
        day("due_on", "The day by which it was to be reached."),
        day("scored_due_on", "That day as revised in time by all: the one that is scored."),
    ),
    endings=("objective.withdrawn",),
    cells=_objective,
    ended=_objective_ended,
)


def _issue(i: Issue) -> dict[str, Any]:
    return {
        "by_party": i.by_party,
        "title": i.title,
        "severity": i.severity,
        "due_on": i.limit_on,
        "resolved_on": i.resolved_on,
        "days_late": i.days_late,
        "reopened": i.reopened,
        "escalated_to": i.escalated_to,
        "state": i.state,
        "valid_from": i.raised_on,
    }


ISSUES = ItemTable(
    family=ISSUE,
    table=_table(
        "item_issue",
        "One problem that a party raised.",
        ident("by_party", "Who raised it."),
        _TITLE,
        whole("severity", "1, the worst, to 4."),
        day("due_on", "The day by which one of its severity is to be settled."),
        day("resolved_on", "The day on which it was resolved.", optional=True),
        whole("days_late", "Days late of what was settled late or should be by now.", optional=True, unit="days"),
        whole("reopened", "How often it was reopened.", additive=True),
        text("escalated_to", "The last level that it was escalated to.", optional=True),
    ),
    cells=_issue,
    ended=lambda i, _: i.resolved_on if i.state == "RESOLVED" else None,
)


def _action(a: Action) -> dict[str, Any]:
    return {
        "kind": a.kind,
        "owner_party": a.owner_party,
        "title": a.title,
        "origin": a.origin,
        "indicator_id": a.indicator,
        "joint": a.joint,
        "due_on": a.due_on,
        "done_on": a.done_on,
        "days_late": a.days_late,
        "effective": a.effective,
        "state": a.state,
        "valid_from": a.agreed_on,
    }


ACTIONS = ItemTable(
    family=ACTION,
    table=_table(
        "item_action",
        "One improvement or development action.",
        text("kind", "Which of the two."),
        ident("owner_party", "Who owns an improvement action.", optional=True),
        _TITLE,
        text("origin", "Where an improvement action came from.", optional=True),
        text("indicator_id", "What an improvement action is to better, as it was typed.", optional=True),
        flag("joint", "Whether a development action is a joint one.", optional=True),
        day("due_on", "The day by which it is to be done."),
        day("done_on", "The day on which it was done.", optional=True),
        whole("days_late", "Days late of what was done late or is overdue.", optional=True, unit="days"),
        flag("effective", "Whether an improvement action was found to have helped.", optional=True),
    ),
    cells=_action,
    ended=lambda a, _: a.done_on,
)
ITEMS = (COMMITMENTS, RISKS, SHARES, INITIATIVES, OBJECTIVES, ISSUES, ACTIONS)
