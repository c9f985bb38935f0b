"""Improvement and development actions as at T. Source: docs/principles.md A75; indicators CB3, MO4, MO5."""

from datetime import date
from typing import Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Select, String, case, cast, null, select, union_all

from domain.facts.development_actions import DevelopmentActionAgreed
from domain.facts.improvement_actions import ImprovementActionRaised, ImprovementActionVerified
from projections import days
from projections.indicators.definition import flag
from projections.indicators.due_items import answered, text
from projections.items.listing import Family, Told

Kind = Literal["IMPROVEMENT", "DEVELOPMENT"]
State = Literal["PENDING", "OVERDUE", "DONE", "LATE"]


class Action(Struct, frozen=True, kw_only=True):
    """Something to be done by a day so that the relationship gets better.

    owner_party, owner, origin, indicator, effective: of improvement actions; joint: of development actions;
    days_late: of what was done late or is overdue.
    """

    id: UUID
    relationship_id: UUID
    position: int
    kind: Kind
    agreed_on: date
    title: str
    owner_party: UUID | None
    owner: UUID | None
    origin: str | None
    indicator: str | None
    joint: bool | None
    due_on: date
    state: State
    done_on: date | None
    days_late: int | None
    effective: bool | None
    verified_on: date | None


def _kind(kind: Kind, made: str, done: str) -> Select[tuple[object, ...]]:
    found = answered(made, done, also={"party": (made, lambda e: e.c.party)}).c
    party = found.party if kind == "IMPROVEMENT" else cast(null(), String)
    columns = (found.q, found.t, found.item, found.made, found.due, found.answer_day, party.label("party"))
    return select(*columns, text(kind).label("kind"))


_actions = union_all(
    _kind("IMPROVEMENT", "improvement_action.raised", "improvement_action.completed"),
    _kind("DEVELOPMENT", "development_action.agreed", "development_action.completed"),
).cte("action")
_a = _actions.c
_state = case(
    (_a.answer_day <= _a.due, text("DONE")),
    (_a.answer_day > _a.due, text("LATE")),
    (_a.due >= _a.t, text("PENDING")),
    else_=text("OVERDUE"),
)
_late_by = case(
    (_a.answer_day > _a.due, _a.answer_day - _a.due), (_a.answer_day.is_(null()) & (_a.due < _a.t), _a.t - _a.due)
)


def _told(told: Told) -> Action:
    row, made = told.row, told.made
    fact = made.fact
    assert isinstance(fact, ImprovementActionRaised | DevelopmentActionAgreed)
    improvement = fact if isinstance(fact, ImprovementActionRaised) else None
    checks = [e for e in told.entries if improvement and isinstance(e.fact, ImprovementActionVerified)]
    last = checks[-1] if checks else None
    return Action(
        id=UUID(row.item),
        relationship_id=UUID(row.relationship_id),
        position=row.made,
        kind=row.kind,
        agreed_on=made.on,
        title=fact.title,
        owner_party=improvement.owner_party if improvement else None,
        owner=improvement.owner if improvement else None,
        origin=improvement.origin if improvement else None,
        indicator=improvement.indicator if improvement else None,
        joint=fact.joint if isinstance(fact, DevelopmentActionAgreed) else None,
        due_on=days.day(row.due),
        state=row.state,
        done_on=days.optional(row.answer_day),
        days_late=row.days_late,
        effective=last.fact.effective if last and isinstance(last.fact, ImprovementActionVerified) else None,
        verified_on=last.on if last else None,
    )


ACTION = Family(
    relation=select(
        _a.q,
        _a.item,
        _a.made,
        _a.due,
        _a.party,
        _a.kind,
        _a.answer_day,
        _state.label("state"),
        flag(_a.answer_day.is_(null())).label("is_open"),
        _late_by.label("days_late"),
    ).subquery(),
    types=("improvement_action.raised", "development_action.agreed", "improvement_action.verified"),
    states=("PENDING", "OVERDUE", "DONE", "LATE"),
    tell=_told,
)
"""By due date; `party` is the owner of an improvement action; open: not done."""
