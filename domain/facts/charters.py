"""The charter of shared values (P2), issued in versions. Rule: docs/principles.md A35."""

from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.facts.versions import Versions, refuse_unless_issued, refuse_unless_next
from domain.values import PartyId, PersonId, Version

# Facts


class CharterIssued(Fact, frozen=True, kw_only=True, tag="charter.issued"):
    """A version of the charter lies before the parties."""

    version: Version


class CharterSigned(Fact, frozen=True, kw_only=True, tag="charter.signed"):
    """A party signed a version."""

    version: Version
    party: PartyId
    signatory: PersonId


# Decisions


def decide(state: Versions | None, entry: Entry, world: World) -> Fact | None:
    state = state or Versions()
    fact = entry.fact
    if isinstance(fact, CharterIssued):
        refuse_unless_next(state, fact.version)
        return fact
    assert isinstance(fact, CharterSigned)
    refuse_unless_issued(state, fact.version, entry)
    return None if (fact.version, fact.party) in state.signed else fact


# State from facts


def evolve(state: Versions | None, entry: Entry) -> Versions:
    state = state or Versions()
    fact = entry.fact
    if isinstance(fact, CharterIssued):
        return state.issue(fact.version)
    assert isinstance(fact, CharterSigned)
    return state.sign(fact.version, fact.party)


charters = Aggregate(name="charter", key=None, facts=(CharterIssued, CharterSigned), decide=decide, evolve=evolve)
