"""Objectives (P3): what the parties want to reach together. Rules: docs/principles.md A8, A34, A40 to A43, A92."""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import IsMalformed, IsNotAllowedNow, IsOutOfRange
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import (
    AgreedBy,
    DueOn,
    Effect,
    Figure,
    FreeText,
    FromDay,
    ItemId,
    PartyId,
    Title,
    WithdrawalEffect,
    field,
)


class Link(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The objective of a party's own that the joint one serves."""

    party: Annotated[UUID, field(part="party", known="party")]
    own_objective: Title


# Facts


class ObjectiveAgreed(Fact, frozen=True, kw_only=True, tag="objective.agreed"):
    """The parties want `measure` to go from `baseline` to `target` by a day."""

    creates: ClassVar[bool] = True

    objective_id: ItemId | None = None
    title: Title
    measure: FreeText
    unit: FreeText
    baseline: Annotated[Figure, field(column="base")]
    target: Annotated[Figure, field(column="amount")]
    due_on: DueOn
    owner_party: PartyId
    links: tuple[Link, ...] = ()


class ObjectiveLinked(Fact, frozen=True, kw_only=True, tag="objective.linked"):
    """The objective serves an objective of the party's own."""

    objective_id: ItemId
    party: PartyId
    own_objective: Title


class ObjectiveEndorsed(Fact, frozen=True, kw_only=True, tag="objective.endorsed"):
    """A party stands behind the objective."""

    objective_id: ItemId
    party: PartyId


class ObjectiveMeasured(Fact, frozen=True, kw_only=True, tag="objective.measured"):
    """The measure had this value on that day."""

    objective_id: ItemId
    value: Annotated[Figure, field(column="amount")]


class ObjectiveRevised(Fact, frozen=True, kw_only=True, tag="objective.revised"):
    """The parties changed, or tried to change, the target, the due date or both."""

    register_sets: ClassVar[tuple[str, ...]] = ("from_due_on", "effect")

    objective_id: ItemId
    target: Annotated[Figure, field(column="amount")] | None = None
    due_on: DueOn | None = None
    agreed_by: AgreedBy
    from_due_on: FromDay | None = None
    effect: Annotated[Effect, field(column="code")] | None = None


class ObjectiveWithdrawn(Fact, frozen=True, kw_only=True, tag="objective.withdrawn"):
    """The parties gave, or tried to give, the objective up."""

    register_sets: ClassVar[tuple[str, ...]] = ("effect",)

    objective_id: ItemId
    agreed_by: AgreedBy
    effect: Annotated[WithdrawalEffect, field(column="code")] | None = None


# State


class Objective(Struct, frozen=True, kw_only=True):
    """An objective as its facts leave it. `due_on` is the scored due date, `links` holds (party, own objective)."""

    target: str
    due_on: date
    links: frozenset[tuple[UUID, str]] = frozenset()
    endorsed_by: frozenset[UUID] = frozenset()
    withdrawn_on: date | None = None


# Decisions


def decide(state: Objective | None, entry: Entry, world: World) -> Fact | None:
    fact = entry.fact
    if isinstance(fact, ObjectiveAgreed):
        _refuse_beyond(fact.baseline, "baseline")
        _refuse_beyond(fact.target, "target")
        return fact
    assert state is not None, "the register has checked that the item is known"
    if state.withdrawn_on is not None:
        raise IsNotAllowedNow(f"The objective was already withdrawn on {state.withdrawn_on}.")
    match fact:
        case ObjectiveLinked():
            return None if (fact.party, fact.own_objective) in state.links else fact
        case ObjectiveEndorsed(party=party):
            return None if party in state.endorsed_by else fact
        case ObjectiveMeasured(value=value):
            _refuse_beyond(value, "value")
            return fact
        case ObjectiveRevised():
            return _revise(state, fact, entry, world)
        case _:
            assert isinstance(fact, ObjectiveWithdrawn)
            return _withdraw(state, fact, entry, world)


def _refuse_beyond(value: str, field: str) -> None:
    if abs(Decimal(value)) > 10**9:
        raise IsOutOfRange(f"{value} is beyond 10^9.", field)


def _revise(state: Objective, fact: ObjectiveRevised, entry: Entry, world: World) -> Fact:
    if fact.target is None and fact.due_on is None:
        raise IsMalformed("A revision names a new target, a new due_on or both.", "target")
    if fact.target is not None:
        _refuse_beyond(fact.target, "target")
    effect: Effect = "moves_due_date"
    if entry.on > state.due_on:
        effect = "late_replan"
    elif not _all_agree(fact.agreed_by, entry, world):
        effect = "not_agreed"
    return replace(fact, from_due_on=state.due_on, effect=effect)


def _withdraw(state: Objective, fact: ObjectiveWithdrawn, entry: Entry, world: World) -> Fact:
    effect: WithdrawalEffect = "effective"
    if entry.on > state.due_on:
        effect = "late"
    elif not _all_agree(fact.agreed_by, entry, world):
        effect = "not_agreed"
    return replace(fact, effect=effect)


def _all_agree(agreed_by: tuple[UUID, ...], entry: Entry, world: World) -> bool:
    return world.active(entry.on) <= {*agreed_by, entry.on_behalf_of}


# State from facts


def evolve(state: Objective | None, entry: Entry) -> Objective:
    fact = entry.fact
    if isinstance(fact, ObjectiveAgreed):
        links = frozenset((link.party, link.own_objective) for link in fact.links)
        return Objective(target=fact.target, due_on=fact.due_on, links=links)
    assert state is not None
    match fact:
        case ObjectiveLinked(party=party, own_objective=own_objective):
            return replace(state, links=state.links | {(party, own_objective)})
        case ObjectiveEndorsed(party=party):
            return replace(state, endorsed_by=state.endorsed_by | {party})
        case ObjectiveRevised(effect="moves_due_date"):
            return replace(state, target=fact.target or state.target, due_on=fact.due_on or state.due_on)
        case ObjectiveWithdrawn(effect="effective"):
            return replace(state, withdrawn_on=entry.on)
        case _:
            return state


objectives = Aggregate(
    name="objective",
    key="objective_id",
    facts=(
        ObjectiveAgreed,
        ObjectiveLinked,
        ObjectiveEndorsed,
        ObjectiveMeasured,
        ObjectiveRevised,
        ObjectiveWithdrawn,
    ),
    decide=decide,
    evolve=evolve,
)
