"""What the register checks of every fact before its aggregate decides. Source: docs/events.md 1 and 2 (refusals)."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from msgspec import inspect

from domain import money
from domain.errors import IsInTheFuture, IsMalformed, IsNotAParty, IsOutOfOrder, unknown
from domain.facts import AGGREGATES
from domain.facts.fact import Draft, Entry, Fact, World
from domain.facts.organisations import organisations
from domain.facts.people import people
from domain.facts.relationships import RelationshipPartyJoined, RelationshipPartyLeft, RelationshipRegistered
from domain.facts.structure import fields, references
from domain.values import Money, Sealed

BY_NAME = {aggregate.name: aggregate for aggregate in AGGREGATES}


def only_what_callers_may_send(fact: Fact) -> None:
    for name in fact.register_sets:
        if getattr(fact, name) is not None:
            raise IsMalformed(f"{name} is set by the register alone, not {getattr(fact, name)}.", name)
    for f in fields(type(fact)):
        if "sealed" in f.notes and isinstance(getattr(fact, f.name), Sealed):
            raise IsMalformed(f"{f.name} is a text; the register alone seals it.", f.name)


def not_in_the_future(on: date, today: date) -> None:
    if on > today + timedelta(days=1):
        raise IsInTheFuture(f"{on} is more than one day after today, {today}.", "on")


def not_before_registration(entry: Entry, world: World) -> None:
    if entry.on < world.registered_on:
        raise IsOutOfOrder(f"{entry.on} is before the relationship was registered on {world.registered_on}.", "on")


def speaks_for_a_party(draft: Draft, entry: Entry, world: World) -> None:
    """The fact is recorded on behalf of an active party; joining and leaving have their own rule (A100)."""
    who = entry.on_behalf_of
    if who is None:
        raise IsNotAParty("A fact of a relationship needs on_behalf_of, the party for whom it is recorded.")
    allowed = world.active(entry.on)
    match draft.fact:
        case RelationshipRegistered(parties=parties):
            allowed = frozenset(parties)
        case RelationshipPartyJoined(party=party):
            allowed = allowed | {party}
        case RelationshipPartyLeft():
            allowed = world.active(entry.on - timedelta(days=1))
    if who not in allowed:
        raise IsNotAParty(f"{who} is not an active party of the relationship on {entry.on}.", "on_behalf_of")


def names_what_is_known(entry: Entry, world: World) -> None:
    """Every party, person, organisation and item that the fact names exists in its view on its day."""
    for place, kind, value in references(entry.fact):
        if kind == "party":
            if value not in world.active(entry.on):
                raise IsNotAParty(f"{value} is not an active party of the relationship on {entry.on}.", place)
        elif kind == "organisation":
            if world.read(organisations, value) is None:
                raise unknown("organisation", value, place)
        elif kind == "person":
            if world.read(people, value) is None:
                raise unknown("person", value, place)
        else:
            created_on = world.created_on(BY_NAME[kind], value)
            if created_on is None:
                raise unknown(kind, value, place)
            if created_on > entry.on:
                raise IsOutOfOrder(f"The {kind} {value} is known from {created_on} only, after {entry.on}.", place)


def holds_money(entry: Entry, world: World) -> None:
    for name in _money_fields(type(entry.fact)):
        value = getattr(entry.fact, name)
        if value is not None:
            money.check(value, world.currency, name)


@cache
def _money_fields(fact: type[Fact]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(fact) if isinstance(f.type, inspect.StructType) and f.type.cls is Money)


def ids(fact: Fact) -> Iterator[UUID]:
    """Every id that stands in the fact, whatever it names."""
    for f in fields(type(fact)):
        value: Any = getattr(fact, f.name)
        if isinstance(value, UUID):
            yield value
    for _, _, value in references(fact):
        yield value
