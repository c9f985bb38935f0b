"""Given these stored facts, when this one comes, then … : decisions tested without a register or a database.

    book = given(commitments, at("2025-01-10", CommitmentMade(...)), at("2025-01-20", CommitmentFulfilled(...)))
    assert book.when(at("2025-01-21", CommitmentFulfilled(...))) is a refusal, None (it already holds) or the fact

Given facts are taken as stored: nothing decides on them, effects that the register sets are written out. They may be
of several aggregates; `world.read` folds those of the aggregate asked for. Order: (on, position), position = place in
the list; what comes after the place of the new fact is not seen by its decision.
"""

from collections.abc import Mapping
from datetime import date
from functools import reduce
from types import MappingProxyType
from typing import Any, Generic, TypeVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import IdIsTaken, Refusal
from domain.facts.fact import Aggregate, Entry, Fact

S = TypeVar("S")


def uid(number: int) -> UUID:
    return UUID(int=number)


# Organisations and persons of the tests.
A, B, C = uid(0xA), uid(0xB), uid(0xC)
ANNE, BEN, CORA, DIRK = uid(0x1A), uid(0x1B), uid(0x1C), uid(0x1D)
EVER = (date(2023, 1, 2), date.max)
GOALPOSTS = MappingProxyType({"TC1": ("0.5", "0.85"), "GP4": ("0.5", "0.9")})


def day(text: str) -> date:
    return date.fromisoformat(text)


def at(on: str, fact: Fact, *, by: UUID | None = A, own: bool = False) -> Entry:
    """The fact on that day, on behalf of `by`; `own`: seen by that party alone."""
    return Entry(fact=fact, on=day(on), position=0, on_behalf_of=by, own_of=by if own else None)


class FakeWorld(Struct, kw_only=True):
    """`parties`: the day from which each is active, and the day on which it is not any more."""

    parties: Mapping[UUID, tuple[date, date]]
    entries: tuple[Entry, ...] = ()
    currency: str = "EUR"
    registered_on: date = EVER[0]
    goalposts: Mapping[str, tuple[str, str]] = GOALPOSTS
    aliases: Mapping[tuple[str, str], UUID] = {}

    def claim_alias(self, kind: str, alias: str | None, holder: UUID | None) -> None:
        if alias is not None and self.aliases.get((kind, alias), holder) != holder:
            raise IdIsTaken(f"{alias} is taken.", "alias")

    def active(self, on: date) -> frozenset[UUID]:
        return frozenset(party for party, (first, left) in self.parties.items() if first <= on < left)

    def read(self, aggregate: Aggregate[S], key: UUID | None) -> S | None:
        return fold(aggregate, [each for each in self.entries if key_of(aggregate, each) == key])

    def created_on(self, aggregate: Aggregate[Any], key: UUID) -> date | None:
        return next((e.on for e in self.entries if e.fact.creates and key_of(aggregate, e) == key), None)

    def every(self, aggregate: Aggregate[Any], kind: type[Fact]) -> list[Entry]:
        assert kind in aggregate.facts
        return [each for each in self.entries if isinstance(each.fact, kind)]


class Given(Struct, Generic[S], frozen=True, kw_only=True):
    aggregate: Aggregate[S]
    world: FakeWorld

    def when(self, entry: Entry) -> Fact | Refusal | None:
        entry = replace(entry, position=len(self.world.entries) + 1)
        before = tuple(each for each in self.world.entries if each.place < entry.place)
        world = replace(self.world, entries=before)
        try:
            return self.aggregate.decide(world.read(self.aggregate, key_of(self.aggregate, entry)), entry, world)
        except Refusal as refusal:
            return refusal

    def state(self, key: UUID | None = None) -> S:
        """What the given facts leave of the item, or of the relationship's one aggregate."""
        state = self.world.read(self.aggregate, key)
        assert state is not None
        return state


def given(
    aggregate: Aggregate[S],
    *entries: Entry,
    parties: Mapping[UUID, tuple[date, date]] | None = None,
    currency: str = "EUR",
    aliases: Mapping[tuple[str, str], UUID] | None = None,
) -> Given[S]:
    """Parties left out: A and B, active from the start and for ever."""
    placed = [replace(each, position=place) for place, each in enumerate(entries, start=1)]
    ordered = tuple(sorted(placed, key=lambda each: each.place))
    return Given(
        aggregate=aggregate,
        world=FakeWorld(
            parties=parties or {A: EVER, B: EVER}, entries=ordered, currency=currency, aliases=aliases or {}
        ),
    )


def fold(aggregate: Aggregate[S], entries: list[Entry]) -> S | None:
    own = [each for each in entries if isinstance(each.fact, aggregate.facts)]
    return reduce(aggregate.evolve, own, None)


def key_of(aggregate: Aggregate[Any], entry: Entry) -> UUID | None:
    """The item that the entry is about; a meeting never scheduled is kept under its body."""
    if aggregate.key is None or not isinstance(entry.fact, aggregate.facts):
        return None
    key: UUID | None = getattr(entry.fact, aggregate.key) or getattr(entry.fact, "body_id", None)
    return key
