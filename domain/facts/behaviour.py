"""Behaviour as the partner sees it (P6): ratings of one party by people of another. Rule: docs/principles.md A52."""

from typing import Annotated

from msgspec import Struct

from domain.errors import IsNotAllowedNow
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import AboutPartyId, Level5, PartyId, Respondent, field

# Facts


class BehaviourRated(Fact, frozen=True, kw_only=True, tag="behaviour.rated"):
    """A respondent of one party rated another party's behaviour; the respondent's last rating counts."""

    about_party: AboutPartyId
    by_party: PartyId
    respondent: Respondent
    rating: Annotated[Level5, field(column="number")]


# State


class Ratings(Struct, frozen=True, kw_only=True):
    """Nothing that a later rating depends on: the same rating again renews its date."""


# Decisions


def decide(state: Ratings | None, entry: Entry, world: World) -> Fact | None:
    fact = entry.fact
    assert isinstance(fact, BehaviourRated)
    if fact.about_party == fact.by_party:
        raise IsNotAllowedNow(f"{fact.by_party} cannot rate its own behaviour.", "by_party")
    return fact


# State from facts


def evolve(state: Ratings | None, entry: Entry) -> Ratings:
    return state or Ratings()


behaviour = Aggregate(name="behaviour", key=None, facts=(BehaviourRated,), decide=decide, evolve=evolve)
