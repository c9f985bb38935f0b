"""The due list: everything that is promised or has a limit, and is not done yet.

Whatever an indicator will judge by a day is on it from the day on which it is known; it leaves the list when it is
done, given up, or can be done no more. Source: docs/principles.md A4, A75.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, Literal, get_args
from uuid import UUID

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    null,
    select,
    union_all,
)

from domain.facts.bodies import GovernanceBodyEstablished
from domain.facts.commitments import CommitmentMade
from domain.facts.concerns import BehaviourConcernRaised
from domain.facts.decisions import DecisionTaken
from domain.facts.development_actions import DevelopmentActionAgreed
from domain.facts.exit_obligations import ExitObligationAdded
from domain.facts.exit_triggers import ExitTriggerDefined
from domain.facts.fact import Fact
from domain.facts.improvement_actions import ImprovementActionRaised
from domain.facts.information_requests import InformationRequested
from domain.facts.initiatives import InitiativeProposed
from domain.facts.issues import IssueRaised
from domain.facts.lessons import LessonRecorded
from domain.facts.objectives import ObjectiveAgreed
from domain.facts.resources import ResourceCommitted
from domain.facts.risks import RiskTreatmentPlanned
from domain.facts.roles import RoleAssigned
from domain.values import Sealed
from projections import days
from projections.indicators.due_items import answered, followed, on_day, text
from projections.indicators.meetings import BODIES
from projections.indicators.p01_relationship_management import HANDOVER_DAYS
from projections.indicators.p02_visions_and_values import SETTLED_WITHIN as CONCERN_DAYS
from projections.indicators.p09_information import APPLIED_WITHIN
from projections.indicators.p11_measurement import VERIFIED_WITHIN
from projections.indicators.p12_exit import ASSESSED_WITHIN
from projections.indicators.risks import TREATMENTS
from projections.indicators.tenures import KEY_ROLES, TENURES
from projections.items.actions import ACTION
from projections.items.commitments import COMMITMENT
from projections.items.initiatives import INITIATIVE
from projections.items.issues import ISSUE
from projections.items.objectives import OBJECTIVE
from projections.items.said import facts_at
from projections.kernel import integer
from projections.looking import parameters
from projections.relations import scope, seen
from projections.schema import event_fact
from projections.scorecards.question import Question
from projections.scorecards.statements import Prepared

Kind = Literal[
    "COMMITMENT",
    "OBJECTIVE",
    "RESOURCE",
    "DECISION",
    "TREATMENT",
    "IMPROVEMENT_ACTION",
    "DEVELOPMENT_ACTION",
    "VERIFICATION",
    "INFORMATION_REQUEST",
    "EXIT_OBLIGATION",
    "EXIT_TRIGGER",
    "ISSUE",
    "MEETING",
    "HANDOVER",
    "CONCERN",
    "PROPOSAL",
    "LESSON",
]
KINDS: tuple[Kind, ...] = get_args(Kind)


class DueItem(Struct, frozen=True, kw_only=True):
    """One thing to be done by a day.

    position: of the entry that brought it; party: who owes it, None where that is nobody in particular; title: what
    was written of it, a meeting's body, a handover's role; sealed_title: where the text lies in the vault instead;
    days_left: below 0 when it is overdue.
    """

    kind: Kind
    relationship_id: UUID
    item: UUID
    position: int
    title: str | None
    sealed_title: Sealed | None
    party: UUID | None
    due_on: date
    days_left: int


_TITLES: dict[type[Fact], str] = {
    BehaviourConcernRaised: "description",
    CommitmentMade: "title",
    DecisionTaken: "text",
    DevelopmentActionAgreed: "title",
    ExitObligationAdded: "title",
    ExitTriggerDefined: "condition",
    GovernanceBodyEstablished: "name",
    ImprovementActionRaised: "title",
    InformationRequested: "topic",
    InitiativeProposed: "title",
    IssueRaised: "title",
    LessonRecorded: "title",
    ObjectiveAgreed: "title",
    ResourceCommitted: "description",
    RiskTreatmentPlanned: "action",
    RoleAssigned: "role",
}


def _some(
    kind: Kind | ColumnElement[Any],
    items: Any,
    *conditions: ColumnElement[bool],
    due: ColumnElement[Any] | None = None,
    party: ColumnElement[Any] | None = None,
    told: ColumnElement[Any] | None = None,
    item: ColumnElement[Any] | None = None,
) -> Select[Any]:
    """Rows of the list. `told`: the position of the entry from which the title comes, where that is not `made`."""
    c = items.c
    nobody: ColumnElement[Any] = cast(null(), String)
    return select(
        c.q.label("q"),
        (text(kind) if isinstance(kind, str) else kind).label("kind"),
        (c.item if item is None else item).label("item"),
        c.made.label("made"),
        (c.made if told is None else told).label("told"),
        (c.due if due is None else due).label("due"),
        (nobody if party is None else party).label("party"),
    ).where(*conditions)


def _promised(kind: Kind, made: str, *answers: str, days: int | None = None, owes: str = "party") -> Select[Any]:
    """What is named in `made` entries and waits for one of the answers; `owes`: the journal column of who owes it."""
    items = answered(made, *answers, days=days, also={"party": (made, lambda e: e.c[owes])})
    return _some(kind, items, items.c.answer.is_(null()), items.c.due.is_not(null()), party=items.c.party)


def _decisions() -> Select[Any]:
    body = {"body": ("decision.taken", lambda e: e.c.ref), "party": ("decision.taken", lambda e: e.c.party)}
    items = answered("decision.taken", "decision.implemented", "decision.reversed", also=body)
    c = items.c
    undone = _some("DECISION", items, c.answer.is_(null()), c.due.is_not(null()), party=c.party)
    return undone.join_from(items, BODIES, and_(BODIES.c.q == c.q, BODIES.c.item == c.body))


def _requests() -> Select[Any]:
    asked = "information.requested"
    ends = {name: (f"information.request_{name}", on_day) for name in ("withdrawn", "declined")}
    items = answered(asked, "knowledge.shared", answer_key="ref", also={"party": (asked, lambda e: e.c.party), **ends})
    c = items.c
    waiting = (c.answer.is_(null()), c.withdrawn.is_(null()), c.declined.is_(null()))
    return _some("INFORMATION_REQUEST", items, *waiting, party=c.party)


def _meetings() -> Select[Any]:
    planned = "meeting.scheduled"
    effective = ("meeting.cancelled", lambda e: case((e.c.code == text("effective"), e.c.on_day)))
    items = answered(planned, "meeting.held", also={"body": (planned, lambda e: e.c.ref), "cancelled": effective})
    c = items.c
    waiting = (c.answer.is_(null()), c.cancelled.is_(null()))
    return _some("MEETING", items, *waiting, told=BODIES.c.position).join_from(
        items, BODIES, and_(BODIES.c.q == c.q, BODIES.c.item == c.body)
    )


def _handovers() -> Select[Any]:
    t = TENURES.c
    key = t.role.in_([text(role) for role in KEY_ROLES])
    vacated = (
        select(t.q, t.item, t.vacated.label("made"), t.assigned, t.to_day, t.party)
        .where(key, t.vacated.is_not(null()), t.handover.is_(null()))
        .subquery()
    )
    v = vacated.c
    return _some("HANDOVER", vacated, due=v.to_day + integer(HANDOVER_DAYS), party=v.party, told=v.assigned)


def _triggers() -> Select[Any]:
    items = followed("exit_trigger.observed", "exit_trigger.assessed", of="exit_trigger.defined", days=ASSESSED_WITHIN)
    d, c = seen("exit_trigger.defined"), items.c
    return _some("EXIT_TRIGGER", items, c.answer.is_(null()), told=d.c.position).join_from(
        items, d, and_(d.c.q == c.q, d.c.item == c.item)
    )


def _verifications() -> Select[Any]:
    raised = "improvement_action.raised"
    items = answered(
        "improvement_action.completed",
        "improvement_action.verified",
        days=VERIFIED_WITHIN,
        also={"raised": (raised, lambda e: e.c.position), "party": (raised, lambda e: e.c.party)},
    )
    c = items.c
    waiting = (c.answer.is_(null()), c.raised.is_not(null()))
    return _some("VERIFICATION", items, *waiting, party=c.party, told=c.raised)


def _treatments() -> Select[Any]:
    t, planned = TREATMENTS.c, seen("risk.treatment_planned")
    waiting = (t.answer.is_(null()), t.closed_day.is_(null()))
    return _some("TREATMENT", TREATMENTS, *waiting, party=planned.c.party, item=t.ref).join_from(
        TREATMENTS, planned, and_(planned.c.q == t.q, planned.c.position == t.made)
    )


def _everything() -> list[Select[Any]]:
    c, o, a, i, p = (f.relation for f in (COMMITMENT, OBJECTIVE, ACTION, ISSUE, INITIATIVE))
    of_action = case((a.c.kind == text("IMPROVEMENT"), text("IMPROVEMENT_ACTION")), else_=text("DEVELOPMENT_ACTION"))
    return [
        _some("COMMITMENT", c, c.c.is_open == 1, party=c.c.party),
        _some("OBJECTIVE", o, o.c.is_open == 1, party=o.c.party),
        _some(of_action, a, a.c.is_open == 1, party=a.c.party),
        _some("ISSUE", i, i.c.is_open == 1),
        _some("PROPOSAL", p, p.c.state == text("PROPOSED")),
        _promised("RESOURCE", "resource.committed", "resource.provided"),
        _promised("EXIT_OBLIGATION", "exit_obligation.added", "exit_obligation.discharged"),
        _promised("CONCERN", "behaviour_concern.raised", "behaviour_concern.closed", days=CONCERN_DAYS, owes="about"),
        _promised("LESSON", "lesson.recorded", "lesson.applied", days=APPLIED_WITHIN),
        _decisions(),
        _requests(),
        _meetings(),
        _handovers(),
        _triggers(),
        _verifications(),
        _treatments(),
    ]


@cache
def _statement(engine: str, *, bounded: bool) -> Prepared:
    items = union_all(*_everything()).cte("due_item")
    i, e = items.c, event_fact.alias()
    entry = and_(e.c.position == i.told, e.c.known_from <= scope.c.k, e.c.known_to > scope.c.k)
    statement = (
        select(items, scope.c.t.label("today"), scope.c.relationship_id, e.c.known_from)
        .join_from(items, scope, scope.c.q == i.q)
        .join(e, entry)
        .order_by(i.due, i.made, i.kind)
    )
    if bounded:
        statement = statement.where(i.due <= bindparam("until", None, type_=Integer))
    return Prepared(statement, engine, scope)


def due(connection: Connection, questions: Sequence[Question], until: date | None = None) -> list[DueItem]:
    """What is to be done in the relationships asked for, up to and including a day, by due date. Two statements."""
    values = parameters(questions)
    if until is not None:
        values["until"] = days.number(until)
    rows = _statement(connection.dialect.name, bounded=until is not None).run(connection, values)
    facts = facts_at(connection, [(row.told, row.known_from) for row in rows])
    return [_told(row, facts[row.told, row.known_from]) for row in rows]


def _told(row: Any, fact: Fact) -> DueItem:
    title = getattr(fact, _TITLES[type(fact)])
    sealed = title if isinstance(title, Sealed) else None
    return DueItem(
        kind=row.kind,
        relationship_id=UUID(row.relationship_id),
        item=UUID(row.item),
        position=row.made,
        title=None if sealed else title,
        sealed_title=sealed,
        party=row.party and UUID(row.party),
        due_on=days.day(row.due),
        days_left=row.due - row.today,
    )
