"""Governance bodies (P5): who meets, how often and in which roles. Rules: docs/principles.md A47, A48."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import IsNotAllowedNow
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import Days, ItemId, ShortText, Title, field

BodyLevel = Literal["strategic", "management", "operational"]

# Facts


class GovernanceBodyEstablished(Fact, frozen=True, kw_only=True, tag="governance_body.established"):
    """A joint body is to meet every `cadence_days` days; no required roles: anyone makes its quorum."""

    creates: ClassVar[bool] = True

    body_id: ItemId | None = None
    name: Title
    level: Annotated[BodyLevel, field(column="code")]
    cadence_days: Annotated[Days, field(column="number")]
    required_roles: tuple[Annotated[ShortText, field(part="code")], ...]


class GovernanceBodyDissolved(Fact, frozen=True, kw_only=True, tag="governance_body.dissolved"):
    """The body exists no more from that day on."""

    body_id: ItemId


# State


class Body(Struct, frozen=True, kw_only=True):
    """A governance body as its facts leave it."""

    level: BodyLevel
    dissolved_on: date | None = None


# Decisions


def decide(state: Body | None, entry: Entry, world: World) -> Fact | None:
    if isinstance(entry.fact, GovernanceBodyDissolved) and state is not None and state.dissolved_on is not None:
        raise IsNotAllowedNow(f"The body was already dissolved on {state.dissolved_on}.")
    return entry.fact


def refuse_dissolved(body: Body | None, entry: Entry) -> None:
    """The body cannot do on that day what the entry says; what it does on the day of its dissolution is its last."""
    if body is not None and body.dissolved_on is not None and body.dissolved_on < entry.on:
        raise IsNotAllowedNow(f"The body was dissolved on {body.dissolved_on}, before {entry.on}.", "body_id")


# State from facts


def evolve(state: Body | None, entry: Entry) -> Body:
    if isinstance(entry.fact, GovernanceBodyEstablished):
        return Body(level=entry.fact.level)
    assert state is not None
    return replace(state, dissolved_on=entry.on)


bodies = Aggregate(
    name="governance_body",
    key="body_id",
    facts=(GovernanceBodyEstablished, GovernanceBodyDissolved),
    decide=decide,
    evolve=evolve,
)
