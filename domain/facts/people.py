"""People: pseudonyms in the log, names and addresses in the erasable vault (docs/audit.md 6)."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Meta, Struct

from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import ItemId, PersonalText, field

# Facts


class PersonRegistered(Fact, frozen=True, kw_only=True, tag="person.registered"):
    """A person of an organisation can be named in facts by a pseudonymous id."""

    creates: ClassVar[bool] = True

    person_id: ItemId | None = None
    organisation_id: Annotated[UUID, field(column="party", known="organisation")]
    name: PersonalText
    email: PersonalText | None = None
    locale: Annotated[str, Meta(min_length=2, max_length=35)] | None = None


class PersonErased(Fact, frozen=True, kw_only=True, tag="person.erased"):
    """The person's name and address are gone for good; every proof and score stands."""

    person_id: ItemId
    ground: Annotated[Literal["request", "retention", "other"], field(column="code")]


# State


class Person(Struct, frozen=True, kw_only=True):
    """A person as their facts leave them."""

    erased: bool = False


# Decisions


def decide(state: Person | None, entry: Entry, world: World) -> Fact | None:
    if isinstance(entry.fact, PersonErased):
        assert state is not None
        return None if state.erased else entry.fact
    return entry.fact


# State from facts


def evolve(state: Person | None, entry: Entry) -> Person:
    return Person(erased=isinstance(entry.fact, PersonErased))


people = Aggregate(
    name="person",
    key="person_id",
    facts=(PersonRegistered, PersonErased),
    decide=decide,
    evolve=evolve,
    register_wide=True,
)
