"""Breaches of information handling (P9). Rules: docs/principles.md A30 (gate), A64."""

from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import ItemId, SealedText, field

# Facts


class InformationBreachReported(Fact, frozen=True, kw_only=True, tag="information.breach_reported"):
    """Information went where it should not have gone. Severity 1 is the worst and caps the band for a year."""

    creates: ClassVar[bool] = True

    breach_id: ItemId | None = None
    severity: Annotated[int, Meta(ge=1, le=4), field(column="number")]
    share_id: Annotated[UUID, field(column="ref", known="share")] | None = None
    description: SealedText


# State


class Breach(Struct, frozen=True):
    """A breach was reported; nothing further is recorded of it."""


# Decisions


def decide(state: Breach | None, entry: Entry, world: World) -> Fact | None:
    return entry.fact


# State from facts


def evolve(state: Breach | None, entry: Entry) -> Breach:
    return Breach()


breaches = Aggregate(name="breach", key="breach_id", facts=(InformationBreachReported,), decide=decide, evolve=evolve)
