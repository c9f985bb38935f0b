"""Who holds which role (P1, P4). Rules: docs/principles.md A37 to A39, A97."""

from collections.abc import Mapping
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import IdIsTaken, IsNotAllowedNow, UnknownId
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import DeputyId, ItemId, PartyId, PersonId, ShortText, field

KEY_ROLES = ("executive_sponsor", "relationship_manager")

# Facts


class RoleAssigned(Fact, frozen=True, kw_only=True, tag="role.assigned"):
    """A person holds a role for a party."""

    creates: ClassVar[bool] = True

    role_id: ItemId | None = None
    role: Annotated[ShortText, field(column="code")]
    party: PartyId
    person: PersonId
    deputy: DeputyId | None = None


class RoleDeputyNamed(Fact, frozen=True, kw_only=True, tag="role.deputy_named"):
    """Another person stands in for the holder."""

    role_id: ItemId
    deputy: DeputyId


class RoleVacated(Fact, frozen=True, kw_only=True, tag="role.vacated"):
    """Nobody holds the role any more from that day on."""

    role_id: ItemId


class RoleHandedOver(Fact, frozen=True, kw_only=True, tag="role.handed_over"):
    """The former holder passed the work on; only a new assignment puts somebody in office."""

    role_id: ItemId
    to: PersonId


# State


class Role(Struct, frozen=True, kw_only=True):
    """One assignment of a role."""

    role: str
    party: UUID
    deputy: UUID | None = None
    vacated: bool = False
    handed_over_to: frozenset[UUID] = frozenset()


class Roles(Struct, frozen=True, kw_only=True):
    """Every assignment of the relationship by its id, in office or not."""

    by_id: Mapping[UUID, Role] = {}


# Decisions


def decide(state: Roles | None, entry: Entry, world: World) -> Fact | None:
    state = state or Roles()
    fact = entry.fact
    if isinstance(fact, RoleAssigned):
        _refuse_second(state, fact)
        return fact
    assert isinstance(fact, RoleDeputyNamed | RoleVacated | RoleHandedOver)
    if fact.role_id not in state.by_id:
        raise UnknownId(f"No role {fact.role_id} is known here on {entry.on}.", "role_id")
    role = state.by_id[fact.role_id]
    if isinstance(fact, RoleHandedOver):
        if not role.vacated:
            raise IsNotAllowedNow(f"The role {role.role} had not been vacated by {entry.on}.", "role_id")
        return None if fact.to in role.handed_over_to else fact
    if role.vacated:
        raise IsNotAllowedNow(f"The role {role.role} was already vacated on {entry.on}.", "role_id")
    if isinstance(fact, RoleDeputyNamed) and fact.deputy == role.deputy:
        return None
    return fact


def _refuse_second(state: Roles, fact: RoleAssigned) -> None:
    if fact.role_id in state.by_id:
        raise IdIsTaken(f"The role {fact.role_id} is already recorded.", "role_id")
    if fact.role not in KEY_ROLES:
        return
    for role_id, other in state.by_id.items():
        if (other.role, other.party, other.vacated) == (fact.role, fact.party, False):
            raise IsNotAllowedNow(f"{fact.party} already has one {fact.role} in office: role {role_id}.", "role")


# State from facts


def evolve(state: Roles | None, entry: Entry) -> Roles:
    state = state or Roles()
    fact = entry.fact
    if isinstance(fact, RoleAssigned):
        assert fact.role_id is not None
        return _with(state, fact.role_id, Role(role=fact.role, party=fact.party, deputy=fact.deputy))
    assert isinstance(fact, RoleDeputyNamed | RoleVacated | RoleHandedOver)
    role = state.by_id.get(fact.role_id)
    if role is None:  # not known in this view: the fact is ignored (docs/principles.md A79)
        return state
    if isinstance(fact, RoleDeputyNamed):
        return _with(state, fact.role_id, replace(role, deputy=fact.deputy))
    if isinstance(fact, RoleVacated):
        return _with(state, fact.role_id, replace(role, vacated=True))
    return _with(state, fact.role_id, replace(role, handed_over_to=role.handed_over_to | {fact.to}))


def _with(state: Roles, role_id: UUID, role: Role) -> Roles:
    return Roles(by_id={**state.by_id, role_id: role})


roles = Aggregate(
    name="role",
    key=None,
    facts=(RoleAssigned, RoleDeputyNamed, RoleVacated, RoleHandedOver),
    decide=decide,
    evolve=evolve,
)
