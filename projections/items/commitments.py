"""Commitments as at T. Source: docs/principles.md A9 to A16."""

from datetime import date
from typing import Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, case, null, or_, select

from domain.facts.commitments import (
    CommitmentAccepted,
    CommitmentFulfilmentConfirmed,
    CommitmentMade,
    CommitmentRescheduled,
)
from domain.values import Effect
from projections import days
from projections.indicators.commitments import COMMITMENTS
from projections.indicators.definition import flag
from projections.items.listing import Family, Told, pages
from projections.pages import LARGEST
from projections.scorecards.question import Question

Outcome = Literal["PENDING", "KEPT", "LATE", "DISPUTED", "OVERDUE", "BROKEN", "WITHDRAWN"]


class Rescheduling(Struct, frozen=True, kw_only=True):
    """An attempt to move the due date, and what came of it."""

    position: int
    on: date
    requested_on: date
    from_due_on: date | None
    new_due_on: date
    agreed_by: tuple[UUID, ...]
    effect: Effect | None


class Commitment(Struct, frozen=True, kw_only=True):
    """What one party promised to others by a day.

    due_on: as promised; scored_due_on: as moved in time by those concerned; done_on: the standing fulfilment;
    days_late: of what was done late or is not done and should be; None when it was declared broken.
    """

    id: UUID
    relationship_id: UUID
    position: int
    made_on: date
    by_party: UUID
    to_parties: tuple[UUID, ...]
    title: str
    weight: str
    origin: str | None
    due_on: date
    scored_due_on: date
    outcome: Outcome
    done_on: date | None
    in_dispute: bool
    days_late: int | None
    reschedulings: tuple[Rescheduling, ...]
    accepted_by: tuple[UUID, ...]
    confirmed_by: tuple[UUID, ...]


_c = COMMITMENTS.c
_LATE_BY = case(
    (_c.outcome == "LATE", _c.done_day - _c.due),
    (or_(_c.outcome == "OVERDUE", _c.outcome == "BROKEN"), case((_c.broken.is_(null()), _c.t - _c.due))),
)
_UNDONE = _c.done_day.is_(null()) & _c.broken.is_(null()) & _c.withdrawn.is_(null())


def _told(told: Told) -> Commitment:
    row, made, rest = told.row, told.made, told.entries
    fact = made.fact
    assert isinstance(fact, CommitmentMade)
    return Commitment(
        id=UUID(row.item),
        relationship_id=UUID(row.relationship_id),
        position=row.made,
        made_on=made.on,
        by_party=fact.by_party,
        to_parties=fact.to_parties,
        title=fact.title,
        weight=fact.weight,
        origin=fact.origin,
        due_on=fact.due_on,
        scored_due_on=days.day(row.due),
        outcome=row.state,
        done_on=days.optional(row.done_day),
        in_dispute=bool(row.in_dispute),
        days_late=row.days_late,
        reschedulings=tuple(
            Rescheduling(
                position=said.position,
                on=said.on,
                requested_on=said.fact.requested_on,
                from_due_on=said.fact.from_due_on,
                new_due_on=said.fact.new_due_on,
                agreed_by=said.fact.agreed_by,
                effect=said.fact.effect,
            )
            for said in rest
            if isinstance(said.fact, CommitmentRescheduled)
        ),
        accepted_by=tuple(said.fact.party for said in rest if isinstance(said.fact, CommitmentAccepted)),
        confirmed_by=tuple(said.fact.party for said in rest if isinstance(said.fact, CommitmentFulfilmentConfirmed)),
    )


COMMITMENT = Family(
    relation=select(
        _c.q,
        _c.item,
        _c.made,
        _c.due,
        _c.by_party.label("party"),
        _c.outcome.label("state"),
        flag(_UNDONE).label("is_open"),
        _c.done_day,
        _c.in_dispute,
        _LATE_BY.label("days_late"),
    ).subquery(),
    types=("commitment.made", "commitment.rescheduled", "commitment.accepted", "commitment.fulfilment_confirmed"),
    states=("PENDING", "KEPT", "LATE", "DISPUTED", "OVERDUE", "BROKEN", "WITHDRAWN"),
    tell=_told,
)
"""By scored due date; `party` is who promised; open: neither done, declared broken nor withdrawn."""


def commitment_outcomes(connection: Connection, question: Question) -> dict[UUID, Commitment]:
    """Every commitment of a relationship by its id."""
    found: list[Commitment] = []
    after = None
    while True:
        page = pages(connection, COMMITMENT, [question], first=LARGEST, after=after)[0]
        found.extend(page.rows)
        if not page.has_more:
            return {commitment.id: commitment for commitment in found}
        after = page.cursors[-1]
