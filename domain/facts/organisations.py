"""Organisations: register-wide facts about who the partners are."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.codes import is_country
from domain.errors import IsNotAllowedNow, UnknownCode
from domain.facts.fact import Aggregate, Entry, Fact, World
from domain.values import Alias, ItemId, ShortText, Title, field, written


class Identifier(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An organisation's number in a public scheme, for example LEI or VAT."""

    scheme: ShortText
    value: ShortText


# Facts


class OrganisationRegistered(Fact, frozen=True, kw_only=True, tag="organisation.registered"):
    """An organisation is known to the register."""

    creates: ClassVar[bool] = True

    organisation_id: ItemId | None = None
    legal_name: Title
    country: Annotated[str, written("^[A-Z]{2}$", "a country code of two capital letters")]
    identifiers: tuple[Identifier, ...] = ()
    alias: Alias | None = None


class OrganisationRenamed(Fact, frozen=True, kw_only=True, tag="organisation.renamed"):
    """The organisation bears another legal name."""

    organisation_id: ItemId
    legal_name: Title


class OrganisationMerged(Fact, frozen=True, kw_only=True, tag="organisation.merged"):
    """The organisation became part of another; no relationship's parties change (docs/principles.md A89)."""

    organisation_id: ItemId
    into: Annotated[UUID, field(column="party", known="organisation")]


# State


class Organisation(Struct, frozen=True, kw_only=True):
    """An organisation as its facts leave it."""

    registered_on: date
    legal_name: str
    into: UUID | None = None


# Decisions


def decide(state: Organisation | None, entry: Entry, world: World) -> Fact | None:
    fact = entry.fact
    if isinstance(fact, OrganisationRegistered):
        if not is_country(fact.country):
            raise UnknownCode(f"{fact.country} is not an ISO 3166-1 country.", "country")
        world.claim_alias("organisation", fact.alias, fact.organisation_id)
        return fact
    assert state is not None
    match fact:
        case OrganisationRenamed():
            return None if fact.legal_name == state.legal_name else fact
        case OrganisationMerged():
            if fact.into == fact.organisation_id:
                raise IsNotAllowedNow("An organisation cannot merge into itself.", "into")
            if state.into is not None:
                raise IsNotAllowedNow(f"The organisation has already merged into {state.into}.", "into")
            return fact
    raise AssertionError(fact)


# State from facts


def evolve(state: Organisation | None, entry: Entry) -> Organisation:
    fact = entry.fact
    if isinstance(fact, OrganisationRegistered):
        return Organisation(registered_on=entry.on, legal_name=fact.legal_name)
    assert state is not None
    match fact:
        case OrganisationRenamed():
            return replace(state, legal_name=fact.legal_name)
        case OrganisationMerged():
            return replace(state, into=fact.into)
    raise AssertionError(fact)


organisations = Aggregate(
    name="organisation",
    key="organisation_id",
    facts=(OrganisationRegistered, OrganisationRenamed, OrganisationMerged),
    decide=decide,
    evolve=evolve,
    register_wide=True,
)
