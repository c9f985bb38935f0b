"""Reviews (P11): what the parties found when they looked back over a period. Read by no indicator (A96)."""

from typing import Annotated, ClassVar, Literal

from msgspec import Struct

from domain.errors import IsOutOfOrder
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import DueOn, FromDay, ItemId, SealedText, field

# Facts


class ReviewHeld(Fact, frozen=True, kw_only=True, tag="review.held"):
    """The parties reviewed their performance, their relationship or their plan over a period, both days included."""

    creates: ClassVar[bool] = True

    review_id: ItemId | None = None
    kind: Annotated[Literal["performance", "relationship", "plan"], field(column="code")]
    period_from: FromDay
    period_to: DueOn
    findings: SealedText | None = None


# State


class Review(Struct, frozen=True):
    """A review was held; nothing further is recorded of it."""


# Decisions


def decide(state: Review | None, entry: Entry, world: World) -> Fact | None:
    fact = entry.fact
    assert isinstance(fact, ReviewHeld)
    if fact.period_to < fact.period_from:
        raise IsOutOfOrder(f"The period ends on {fact.period_to}, before {fact.period_from}.", "period_to")
    return fact


# State from facts


def evolve(state: Review | None, entry: Entry) -> Review:
    return Review()


reviews = Aggregate(name="review", key="review_id", facts=(ReviewHeld,), decide=decide, evolve=evolve)
