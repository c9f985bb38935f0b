"""Risks and their treatments as at T. Source: docs/principles.md A65 to A68."""

from datetime import date
from typing import Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import and_, case, func, null, select

from domain.facts.risks import (
    RiskAccepted,
    RiskAssessed,
    RiskIdentified,
    RiskMaterialised,
    RiskOwnerAssigned,
    RiskReviewed,
    RiskTreatmentCompleted,
    RiskTreatmentPlanned,
)
from projections import days
from projections.indicators.due_items import text
from projections.indicators.risks import RISKS, TREATMENTS
from projections.items.listing import Family, Told
from projections.items.money import Amount, converted
from projections.relations import seen

State = Literal["OPEN", "CLOSED"]


class Treatment(Struct, frozen=True, kw_only=True):
    """What a party does about a risk."""

    id: UUID | None
    position: int
    action: str
    owner_party: UUID
    due_on: date
    done_on: date | None


class Assessment(Struct, frozen=True, kw_only=True):
    """How a risk was judged; `rating` is probability x impact."""

    on: date
    probability: int
    impact: int
    rating: int
    exposure: Amount | None


class Acceptance(Struct, frozen=True, kw_only=True):
    """Parties live with the risk until a day."""

    by_parties: tuple[UUID, ...]
    until: date


class Risk(Struct, frozen=True, kw_only=True):
    """Something that may go wrong.

    due_on: the first due date of a treatment not completed; assessment: the last one; looked_at_on: the last assessment
    or review; accepted: the acceptances that still hold; losses: in the relationship's currency.
    """

    id: UUID
    relationship_id: UUID
    position: int
    identified_on: date
    title: str
    category: str
    joint: bool
    owner_party: UUID | None
    owner: UUID | None
    state: State
    due_on: date | None
    assessment: Assessment | None
    looked_at_on: date | None
    treatments: tuple[Treatment, ...]
    accepted: tuple[Acceptance, ...]
    materialised_on: date | None
    losses: tuple[Amount, ...]
    closed_on: date | None


_r, _t = RISKS.c, TREATMENTS.c
_e = seen("risk.identified", "risk.owner_assigned")
_turn = func.row_number().over(partition_by=(_e.c.q, _e.c.item), order_by=_e.c.ord.desc())
_named = select(_e.c.q, _e.c.item, _e.c.party, _turn.label("turn")).where(_e.c.party.is_not(null())).subquery()
_owner = select(_named).where(_named.c.turn == 1).subquery()
_open_treatment = (
    select(_t.q, _t.risk, func.min(_t.due).label("due")).where(_t.answer.is_(null())).group_by(_t.q, _t.risk).subquery()
)


def _treatments(told: Told) -> tuple[Treatment, ...]:
    done: dict[UUID, date] = {}
    for e in told.entries:
        if isinstance(e.fact, RiskTreatmentCompleted):
            done.setdefault(e.fact.treatment_id, e.on)
    return tuple(
        Treatment(
            id=e.fact.treatment_id,
            position=e.position,
            action=e.fact.action,
            owner_party=e.fact.owner_party,
            due_on=e.fact.due_on,
            done_on=done.get(e.fact.treatment_id) if e.fact.treatment_id else None,
        )
        for e in told.entries
        if isinstance(e.fact, RiskTreatmentPlanned)
    )


def _assessment(told: Told) -> Assessment | None:
    assessed = [(e.on, e.fact) for e in told.entries if isinstance(e.fact, RiskAssessed)]
    if not assessed:
        return None
    on, fact = assessed[-1]
    return Assessment(
        on=on,
        probability=fact.probability,
        impact=fact.impact,
        rating=fact.probability * fact.impact,
        exposure=converted(fact.exposure, told.row.currency) if fact.exposure else None,
    )


def _told(told: Told) -> Risk:
    row, made = told.row, told.made
    fact = made.fact
    assert isinstance(fact, RiskIdentified)
    owners = [(e.fact.owner_party, e.fact.owner) for e in told.entries if isinstance(e.fact, RiskOwnerAssigned)]
    owner_party, owner = owners[-1] if owners else (fact.owner_party, fact.owner)
    looks = [e.on for e in told.entries if isinstance(e.fact, RiskAssessed | RiskReviewed)]
    came_true = [(e.on, e.fact.loss) for e in told.entries if isinstance(e.fact, RiskMaterialised)]
    return Risk(
        id=UUID(row.item),
        relationship_id=UUID(row.relationship_id),
        position=row.made,
        identified_on=made.on,
        title=fact.title,
        category=fact.category,
        joint=fact.joint,
        owner_party=owner_party,
        owner=owner,
        state=row.state,
        due_on=days.optional(row.due),
        assessment=_assessment(told),
        looked_at_on=looks[-1] if looks else None,
        treatments=_treatments(told),
        accepted=tuple(
            Acceptance(by_parties=e.fact.by_parties, until=e.fact.until)
            for e in told.entries
            if isinstance(e.fact, RiskAccepted) and e.fact.until >= days.day(row.today)
        ),
        materialised_on=came_true[-1][0] if came_true else None,
        losses=tuple(converted(loss, row.currency) for _, loss in came_true if loss is not None),
        closed_on=days.optional(row.closed_day),
    )


RISK = Family(
    relation=select(
        _r.q,
        _r.item,
        _r.identified.label("made"),
        _open_treatment.c.due,
        _owner.c.party,
        case((_r.is_open == 1, text("OPEN")), else_=text("CLOSED")).label("state"),
        _r.is_open,
        _r.closed_day,
    )
    .join_from(RISKS, _owner, and_(_owner.c.q == _r.q, _owner.c.item == _r.item), isouter=True)
    .join(_open_treatment, and_(_open_treatment.c.q == _r.q, _open_treatment.c.risk == _r.item), isouter=True)
    .subquery(),
    types=(
        "risk.identified",
        "risk.owner_assigned",
        "risk.assessed",
        "risk.reviewed",
        "risk.treatment_planned",
        "risk.treatment_completed",
        "risk.accepted",
        "risk.materialised",
    ),
    states=("OPEN", "CLOSED"),
    tell=_told,
)
"""By the first due date of an open treatment; `party` is the owner; open: not closed."""
