"""Competences (P6): the level that a role needs and the level found. Rule: docs/principles.md A51."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Struct

from domain.errors import IsOutOfOrder, UnknownId
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.facts.roles import Roles, roles
from domain.values import DueOn, ItemId, Level5, ShortText, field

# Facts


class CompetenceRequired(Fact, frozen=True, kw_only=True, tag="competence.required"):
    """Whoever holds a role of that name needs the competence at this level; the last requirement counts."""

    role: Annotated[ShortText, field(column="code")]
    competence: Annotated[ShortText, field(column="label")]
    level: Annotated[Level5, field(column="number")]


class CompetenceAssessed(Fact, frozen=True, kw_only=True, tag="competence.assessed"):
    """The holder of the assigned role was found at this level; it is valid up to and including `valid_until`."""

    role_id: ItemId
    competence: Annotated[ShortText, field(column="label")]
    level: Annotated[Level5, field(column="number")]
    valid_until: DueOn


# State


class Competences(Struct, frozen=True, kw_only=True):
    """The last required level by (role name, competence)."""

    required: Mapping[tuple[str, str], int] = {}


# Decisions


def decide(state: Competences | None, entry: Entry, world: World) -> Fact | None:
    state = state or Competences()
    fact = entry.fact
    if isinstance(fact, CompetenceRequired):
        holds = state.required.get((fact.role, fact.competence)) == fact.level
        return None if holds else fact
    assert isinstance(fact, CompetenceAssessed)
    assigned = world.read(roles, None) or Roles()
    if fact.role_id not in assigned.by_id:
        raise UnknownId(f"No role {fact.role_id} is known here on {entry.on}.", "role_id")
    if fact.valid_until < entry.on:
        raise IsOutOfOrder(f"Assessed on {entry.on}, valid until {fact.valid_until} only.", "valid_until")
    return fact


# State from facts


def evolve(state: Competences | None, entry: Entry) -> Competences:
    state = state or Competences()
    fact = entry.fact
    if isinstance(fact, CompetenceRequired):
        return Competences(required={**state.required, (fact.role, fact.competence): fact.level})
    return state


competences = Aggregate(
    name="competence", key=None, facts=(CompetenceRequired, CompetenceAssessed), decide=decide, evolve=evolve
)
