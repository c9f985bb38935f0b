"""Resources (P4): what a party promised to the joint work by a day, and whether it came (CL4)."""

from typing import Annotated, ClassVar, Literal

from msgspec import Struct

from domain.errors import IsNotAllowedNow
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import DueOn, FreeText, ItemId, PartyId, field

ResourceKind = Literal["people", "money", "equipment", "access", "other"]

# Facts


class ResourceCommitted(Fact, frozen=True, kw_only=True, tag="resource.committed"):
    """A party promised a resource that is needed by a day."""

    creates: ClassVar[bool] = True

    resource_id: ItemId | None = None
    by_party: PartyId
    kind: Annotated[ResourceKind, field(column="code")]
    needed_by: DueOn
    description: FreeText


class ResourceProvided(Fact, frozen=True, kw_only=True, tag="resource.provided"):
    """The resource was there on that day."""

    resource_id: ItemId


# State


class Resource(Struct, frozen=True, kw_only=True):
    """A promised resource as its facts leave it."""

    provided: bool = False


# Decisions


def decide(state: Resource | None, entry: Entry, world: World) -> Fact | None:
    if isinstance(entry.fact, ResourceProvided) and state is not None and state.provided:
        raise IsNotAllowedNow(f"The resource had already been provided by {entry.on}.")
    return entry.fact


# State from facts


def evolve(state: Resource | None, entry: Entry) -> Resource:
    return Resource(provided=isinstance(entry.fact, ResourceProvided))


resources = Aggregate(
    name="resource", key="resource_id", facts=(ResourceCommitted, ResourceProvided), decide=decide, evolve=evolve
)
