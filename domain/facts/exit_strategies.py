"""The exit strategy (P12): issued in versions, agreed by each party, reviewed. Rules: docs/principles.md A35, A36."""

from typing import Annotated, Literal

from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.facts.versions import Versions, refuse_unless_issued, refuse_unless_next
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


# The state is that of every document in versions (versions.py)

# Decisions


def decide(state: Versions | None, entry: Entry, world: World) -> Fact | None:
    state = state or Versions()
    fact = entry.fact
    if isinstance(fact, ExitStrategyIssued):
        refuse_unless_next(state, fact.version)
        return fact
    assert isinstance(fact, ExitStrategyAgreed | ExitStrategyReviewed)
    refuse_unless_issued(state, fact.version, entry)
    if isinstance(fact, ExitStrategyAgreed) and (fact.version, fact.party) in state.signed:
        return None
    return fact


# State from facts


def evolve(state: Versions | None, entry: Entry) -> Versions:
    state = state or Versions()
    match entry.fact:
        case ExitStrategyIssued(version=version):
            return state.issue(version)
        case ExitStrategyAgreed(version=version, party=party):
            return state.sign(version, party)
    return state


exit_strategies = Aggregate(
    name="exit_strategy",
    key=None,
    facts=(ExitStrategyIssued, ExitStrategyAgreed, ExitStrategyReviewed),
    decide=decide,
    evolve=evolve,
)
