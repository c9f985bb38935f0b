"""Initiatives as at T, with what was claimed and verified of them. Source: docs/principles.md A55 to A60."""

from datetime import date
from typing import Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import and_, case, func, null, or_, select

from domain.facts.initiatives import InitiativeApproved, InitiativeProposed, ValueType
from projections import days
from projections.indicators.definition import flag
from projections.indicators.due_items import text
from projections.indicators.initiatives import APPROVED, CLAIMS, INITIATIVES
from projections.indicators.p08_value_creation import DECIDED_WITHIN
from projections.items.listing import Family, Told
from projections.items.money import Amount, amount, converted, part
from projections.kernel import integer, total

State = Literal["PROPOSED", "APPROVED", "REJECTED", "STOPPED"]


class AgreedShare(Struct, frozen=True, kw_only=True):
    """What a party is to have of the gain, in percent."""

    party: UUID
    percent: str


class Phase(Struct, frozen=True, kw_only=True):
    """The part of the target that is to be reached by a day."""

    by: date
    amount: Amount


class Plan(Struct, frozen=True, kw_only=True):
    """What the last approval set."""

    approved_on: date
    target: Amount
    start_on: date
    target_by: date
    agreed_share: tuple[AgreedShare, ...]
    phasing: tuple[Phase, ...]


class Initiative(Struct, frozen=True, kw_only=True):
    """An idea, what it is to gain and what it gained. Amounts are in the relationship's currency.

    due_on: the target's day, before approval the day by which a proposal is to be decided; claimed, verified: without
    what was reversed.
    """

    id: UUID
    relationship_id: UUID
    position: int
    proposed_on: date
    by_party: UUID
    title: str
    value_type: ValueType
    expected: Amount
    state: State
    due_on: date
    decided_on: date | None
    plan: Plan | None
    stopped_on: date | None
    claimed: Amount
    verified: Amount


_i, _a, _c = INITIATIVES.c, APPROVED.c, CLAIMS.c
_gains = (
    select(
        _c.q,
        _c.initiative,
        total(_c.amount).label("claimed"),
        total(case((_c.verified.is_not(null()), _c.amount), else_=integer(0))).label("verified"),
    )
    .where(_c.reason.is_(null()))
    .group_by(_c.q, _c.initiative)
    .subquery()
)
_state = case(
    (_i.stopped.is_not(null()), text("STOPPED")),
    (_i.approved.is_not(null()), text("APPROVED")),
    (_i.answer.is_not(null()), text("REJECTED")),
    else_=text("PROPOSED"),
)
_ended = or_(_i.stopped.is_not(null()), and_(_i.approved.is_(null()), _i.answer.is_not(null())))


def _plan(on: date, fact: InitiativeApproved, currency: str) -> Plan:
    return Plan(
        approved_on=on,
        target=converted(fact.target, currency),
        start_on=fact.start_on,
        target_by=fact.target_by,
        agreed_share=tuple(AgreedShare(party=p, percent=share) for p, share in (fact.agreed_share or {}).items()),
        phasing=tuple(Phase(by=phase.by, amount=part(phase.amount, fact.target, currency)) for phase in fact.phasing),
    )


def _told(told: Told) -> Initiative:
    row, made = told.row, told.made
    fact = made.fact
    assert isinstance(fact, InitiativeProposed)
    plans = [_plan(e.on, e.fact, row.currency) for e in told.entries if isinstance(e.fact, InitiativeApproved)]
    return Initiative(
        id=UUID(row.item),
        relationship_id=UUID(row.relationship_id),
        position=row.made,
        proposed_on=made.on,
        by_party=fact.by_party,
        title=fact.title,
        value_type=fact.value_type,
        expected=converted(fact.expected, row.currency),
        state=row.state,
        due_on=days.day(row.due),
        decided_on=days.optional(row.answer_day),
        plan=plans[-1] if plans else None,
        stopped_on=days.optional(row.stopped_day),
        claimed=amount(row.claimed, row.currency),
        verified=amount(row.verified, row.currency),
    )


INITIATIVE = Family(
    relation=select(
        _i.q,
        _i.item,
        _i.made,
        func.coalesce(_a.due_day, _i.made_day + integer(DECIDED_WITHIN)).label("due"),
        _i.by_party.label("party"),
        _state.label("state"),
        flag(~_ended).label("is_open"),
        _i.answer_day,
        _i.stopped_day,
        func.coalesce(_gains.c.claimed, integer(0)).label("claimed"),
        func.coalesce(_gains.c.verified, integer(0)).label("verified"),
    )
    .join_from(INITIATIVES, APPROVED, and_(_a.q == _i.q, _a.item == _i.item), isouter=True)
    .join(_gains, and_(_gains.c.q == _i.q, _gains.c.initiative == _i.item), isouter=True)
    .subquery(),
    types=("initiative.proposed", "initiative.approved"),
    states=("PROPOSED", "APPROVED", "REJECTED", "STOPPED"),
    tell=_told,
)
"""By the target's day, or that by which a proposal is to be decided; `party` is who proposed it; open: proposed or
approved."""
