"""Conflicts of interest (P2): declared and settled. No indicator reads them (docs/principles.md A96)."""

from typing import ClassVar

from msgspec import Struct

from domain.errors import IsNotAllowedNow
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import ItemId, PersonId, SealedText

# Facts


class InterestDeclared(Fact, frozen=True, kw_only=True, tag="interest.declared"):
    """A person has an interest that may conflict with the relationship."""

    creates: ClassVar[bool] = True

    interest_id: ItemId | None = None
    person: PersonId
    description: SealedText


class InterestSettled(Fact, frozen=True, kw_only=True, tag="interest.settled"):
    """The interest conflicts no more."""

    interest_id: ItemId


# State


class Interest(Struct, frozen=True, kw_only=True):
    """A declared interest as its facts leave it."""

    settled: bool = False


# Decisions


def decide(state: Interest | None, entry: Entry, world: World) -> Fact | None:
    if isinstance(entry.fact, InterestSettled) and state is not None and state.settled:
        raise IsNotAllowedNow(f"The interest was already settled on {entry.on}.")
    return entry.fact


# State from facts


def evolve(state: Interest | None, entry: Entry) -> Interest:
    return Interest(settled=isinstance(entry.fact, InterestSettled))


interests = Aggregate(
    name="interest", key="interest_id", facts=(InterestDeclared, InterestSettled), decide=decide, evolve=evolve
)
