"""Decisions of governance bodies (P5): taken, carried out, reversed. Rule: docs/principles.md A49."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import IsNotAllowedNow
from domain.facts.bodies import bodies, refuse_dissolved
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import AgreedBy, DueOn, ItemId, PartyId, SealedText, field

# Facts


class DecisionTaken(Fact, frozen=True, kw_only=True, tag="decision.taken"):
    """A body decided something that a party is to carry out, by a day if one is named."""

    creates: ClassVar[bool] = True

    decision_id: ItemId | None = None
    body_id: Annotated[UUID, field(column="ref", known="governance_body")]
    text: SealedText
    agreed_by: AgreedBy
    owner_party: PartyId
    due_on: DueOn | None = None


class DecisionImplemented(Fact, frozen=True, kw_only=True, tag="decision.implemented"):
    """The decision was carried out on that day."""

    decision_id: ItemId


class DecisionReversed(Fact, frozen=True, kw_only=True, tag="decision.reversed"):
    """The decision holds no more; one already carried out may be reversed too."""

    decision_id: ItemId


# State


class Decision(Struct, frozen=True, kw_only=True):
    """A decision as its facts leave it."""

    implemented_on: date | None = None
    reversed_on: date | None = None


# Decisions


def decide(state: Decision | None, entry: Entry, world: World) -> Fact | None:
    fact = entry.fact
    if isinstance(fact, DecisionTaken):
        refuse_dissolved(world.read(bodies, fact.body_id), entry)
        return fact
    assert state is not None, "the register has checked that the item is known"
    if state.reversed_on is not None:
        raise IsNotAllowedNow(f"The decision was already reversed on {state.reversed_on}.")
    if isinstance(fact, DecisionImplemented) and state.implemented_on is not None:
        raise IsNotAllowedNow(f"The decision was already implemented on {state.implemented_on}.")
    return fact


# State from facts


def evolve(state: Decision | None, entry: Entry) -> Decision:
    state = state or Decision()
    match entry.fact:
        case DecisionImplemented():
            return replace(state, implemented_on=entry.on)
        case DecisionReversed():
            return replace(state, reversed_on=entry.on)
        case _:
            return state


decisions = Aggregate(
    name="decision",
    key="decision_id",
    facts=(DecisionTaken, DecisionImplemented, DecisionReversed),
    decide=decide,
    evolve=evolve,
)
