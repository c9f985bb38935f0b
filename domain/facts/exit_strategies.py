"""The exit strategy (P12): issued in versions, agreed by each party, reviewed. Rules: docs/principles.md A35, A36."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import IsOutOfOrder
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import PartyId, PersonId, Version, field

Part = Literal[
    "triggers", "transition", "information_assets", "intellectual_property", "people", "liabilities", "communication"
]

# Facts


class ExitStrategyIssued(Fact, frozen=True, kw_only=True, tag="exit_strategy.issued"):
    """A version lies before the parties; `parts`: which of the seven required parts it has."""

    version: Version
    parts: tuple[Annotated[Part, field(part="code")], ...]


class ExitStrategyAgreed(Fact, frozen=True, kw_only=True, tag="exit_strategy.agreed"):
    """A party signed a version."""

    version: Version
    party: PartyId
    signatory: PersonId


class ExitStrategyReviewed(Fact, frozen=True, kw_only=True, tag="exit_strategy.reviewed"):
    """A version was looked at again and still holds."""

    version: Version


# State


class ExitStrategy(Struct, frozen=True, kw_only=True):
    """The exit strategy of a relationship: the highest version issued, and who has signed which."""

    issued: int = 0
    signed: frozenset[tuple[int, UUID]] = frozenset()


# Decisions


def decide(state: ExitStrategy | None, entry: Entry, world: World) -> Fact | None:
    state = state or ExitStrategy()
    fact = entry.fact
    if isinstance(fact, ExitStrategyIssued):
        if fact.version != state.issued + 1:
            raise IsOutOfOrder(f"Version {fact.version} does not follow version {state.issued}.", "version")
        return fact
    assert isinstance(fact, ExitStrategyAgreed | ExitStrategyReviewed)
    if fact.version > state.issued:
        raise IsOutOfOrder(f"Version {fact.version} is not issued on {entry.on}.", "version")
    if isinstance(fact, ExitStrategyAgreed) and (fact.version, fact.party) in state.signed:
        return None
    return fact


# State from facts


def evolve(state: ExitStrategy | None, entry: Entry) -> ExitStrategy:
    state = state or ExitStrategy()
    match entry.fact:
        case ExitStrategyIssued(version=version):
            return replace(state, issued=version)
        case ExitStrategyAgreed(version=version, party=party):
            return replace(state, signed=state.signed | {(version, party)})
    return state


exit_strategies = Aggregate(
    name="exit_strategy",
    key=None,
    facts=(ExitStrategyIssued, ExitStrategyAgreed, ExitStrategyReviewed),
    decide=decide,
    evolve=evolve,
)
