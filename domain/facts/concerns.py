"""Behaviour concerns (P2): one party raises what it finds wrong, and the parties settle it (VV4)."""

from typing import ClassVar

from msgspec import Struct

from domain.errors import IsNotAllowedNow
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import AboutPartyId, ItemId, PartyId, SealedText

# Facts


class BehaviourConcernRaised(Fact, frozen=True, kw_only=True, tag="behaviour_concern.raised"):
    """A party was concerned about a party's behaviour."""

    creates: ClassVar[bool] = True

    concern_id: ItemId | None = None
    by_party: PartyId
    about_party: AboutPartyId
    description: SealedText


class BehaviourConcernClosed(Fact, frozen=True, kw_only=True, tag="behaviour_concern.closed"):
    """The concern was settled."""

    concern_id: ItemId
    outcome: SealedText | None = None


# State


class Concern(Struct, frozen=True, kw_only=True):
    """A concern as its facts leave it."""

    closed: bool = False


# Decisions


def decide(state: Concern | None, entry: Entry, world: World) -> Fact | None:
    if isinstance(entry.fact, BehaviourConcernClosed) and state is not None and state.closed:
        raise IsNotAllowedNow(f"The concern was already closed on {entry.on}.")
    return entry.fact


# State from facts


def evolve(state: Concern | None, entry: Entry) -> Concern:
    return Concern(closed=isinstance(entry.fact, BehaviourConcernClosed))


concerns = Aggregate(
    name="behaviour_concern",
    key="concern_id",
    facts=(BehaviourConcernRaised, BehaviourConcernClosed),
    decide=decide,
    evolve=evolve,
)
