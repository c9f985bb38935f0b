"""Objectives as at T. Source: docs/principles.md A40 to A43."""

from datetime import date
from typing import Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import and_, case, select

from domain.facts.objectives import (
    ObjectiveAgreed,
    ObjectiveEndorsed,
    ObjectiveLinked,
    ObjectiveMeasured,
    ObjectiveRevised,
)
from domain.values import Effect
from projections import days
from projections.indicators.definition import flag
from projections.indicators.due_items import text
from projections.indicators.objectives import OBJECTIVES
from projections.items.listing import Family, Told
from projections.items.said import Said
from projections.relations import seen

State = Literal["ACTIVE", "ENDED", "WITHDRAWN"]


class Link(Struct, frozen=True, kw_only=True):
    """The objective of its own that a party serves with it."""

    party: UUID
    own_objective: str


class Revision(Struct, frozen=True, kw_only=True):
    """An attempt to change the target, the due date or both, and what came of it."""

    position: int
    on: date
    target: str | None
    from_due_on: date | None
    new_due_on: date | None
    agreed_by: tuple[UUID, ...]
    effect: Effect | None


class Objective(Struct, frozen=True, kw_only=True):
    """What the parties want to reach by a day.

    target, scored_due_on: as revised in time by all; value: the last measurement by T; state: WITHDRAWN by all in
    time, else ACTIVE up to the scored due date, ENDED after it.
    """

    id: UUID
    relationship_id: UUID
    position: int
    agreed_on: date
    title: str
    measure: str
    unit: str
    baseline: str
    target: str
    due_on: date
    scored_due_on: date
    owner_party: UUID
    state: State
    links: tuple[Link, ...]
    endorsed_by: tuple[UUID, ...]
    value: str | None
    measured_on: date | None
    revisions: tuple[Revision, ...]


_o = OBJECTIVES.c
_agreed = seen("objective.agreed")
_state = case((_o.withdrawn == 1, text("WITHDRAWN")), (_o.due >= _o.t, text("ACTIVE")), else_=text("ENDED"))


def _revision(said: Said, fact: ObjectiveRevised) -> Revision:
    return Revision(
        position=said.position,
        on=said.on,
        target=fact.target,
        from_due_on=fact.from_due_on,
        new_due_on=fact.due_on,
        agreed_by=fact.agreed_by,
        effect=fact.effect,
    )


def _told(told: Told) -> Objective:
    row, made = told.row, told.made
    fact = made.fact
    assert isinstance(fact, ObjectiveAgreed)
    revisions = tuple(_revision(e, e.fact) for e in told.entries if isinstance(e.fact, ObjectiveRevised))
    targets = [r.target for r in revisions if r.target is not None and r.effect == "moves_due_date"]
    measured = [(e.fact.value, e.on) for e in told.entries if isinstance(e.fact, ObjectiveMeasured)]
    value, measured_on = measured[-1] if measured else (None, None)
    links = [(each.party, each.own_objective) for each in fact.links]
    links += [(e.fact.party, e.fact.own_objective) for e in told.entries if isinstance(e.fact, ObjectiveLinked)]
    return Objective(
        id=UUID(row.item),
        relationship_id=UUID(row.relationship_id),
        position=row.made,
        agreed_on=made.on,
        title=fact.title,
        measure=fact.measure,
        unit=fact.unit,
        baseline=fact.baseline,
        target=targets[-1] if targets else fact.target,
        due_on=fact.due_on,
        scored_due_on=days.day(row.due),
        owner_party=fact.owner_party,
        state=row.state,
        links=tuple(Link(party=party, own_objective=own) for party, own in links),
        endorsed_by=tuple(e.fact.party for e in told.entries if isinstance(e.fact, ObjectiveEndorsed)),
        value=value,
        measured_on=measured_on,
        revisions=revisions,
    )


OBJECTIVE = Family(
    relation=select(
        _o.q,
        _o.item,
        _o.agreed.label("made"),
        _o.due,
        _agreed.c.party,
        _state.label("state"),
        flag(and_(_o.withdrawn == 0, _o.due >= _o.t)).label("is_open"),
    )
    .join_from(OBJECTIVES, _agreed, and_(_agreed.c.q == _o.q, _agreed.c.position == _o.agreed))
    .subquery(),
    types=(
        "objective.agreed",
        "objective.linked",
        "objective.endorsed",
        "objective.measured",
        "objective.revised",
    ),
    states=("ACTIVE", "ENDED", "WITHDRAWN"),
    tell=_told,
)
"""By scored due date; `party` is the owner; open: active."""
