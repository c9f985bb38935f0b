"""Organisations: who the partners are, under every name they have borne."""

from datetime import date
from uuid import UUID

import strawberry

from api.graphql.schema.context import Info
from api.graphql.schema.fields import described
from api.graphql.schema.ids import global_id
from api.graphql.schema.node import Node
from domain.facts.fact import Entry
from domain.facts.organisations import OrganisationRegistered, OrganisationRenamed, organisations
from domain.history import in_force
from domain.session import stream_id
from projections import directory


@strawberry.type(description="A name that an organisation bears or bore.")
class OrganisationName:
    legal_name: str
    since: date


@strawberry.type(description="An organisation's number in a public scheme, for example LEI or VAT.")
class Identifier:
    scheme: str
    value: str


@strawberry.type(description="An organisation as it is known now.")
class Organisation(Node):
    uuid: strawberry.ID = strawberry.field(description="The id as it stands in facts and files.")
    alias: str | None
    legal_name: str
    country: str = strawberry.field(description="ISO 3166-1 alpha-2.")
    key: strawberry.Private[UUID]
    into: strawberry.Private[UUID | None]

    @described("The organisation that it has become part of.")
    async def merged_into(self, info: Info) -> "Organisation | None":
        return None if self.into is None else await organisation(info, self.into)

    @described("Every legal name, the oldest first.")
    async def names(self, info: Info) -> list[OrganisationName]:
        return [
            OrganisationName(legal_name=entry.fact.legal_name, since=entry.on)
            for entry in await self._entries(info)
            if isinstance(entry.fact, OrganisationRegistered | OrganisationRenamed)
        ]

    @strawberry.field
    async def identifiers(self, info: Info) -> list[Identifier]:
        return [
            Identifier(scheme=identifier.scheme, value=identifier.value)
            for entry in await self._entries(info)
            if isinstance(entry.fact, OrganisationRegistered)
            for identifier in entry.fact.identifiers
        ]

    async def _entries(self, info: Info) -> list[Entry]:
        return in_force(await info.context.load.streams.load(stream_id(organisations, self.key)))


def organisation_of(found: directory.Organisation) -> Organisation:
    return Organisation(
        id=global_id("Organisation", found.id),
        uuid=strawberry.ID(str(found.id)),
        alias=found.alias,
        legal_name=found.legal_name,
        country=found.country,
        key=found.id,
        into=found.merged_into,
    )


async def organisation(info: Info, key: UUID) -> Organisation | None:
    found = await info.context.load.organisations.load(key)
    return None if found is None else organisation_of(found)


async def known_organisations(info: Info, keys: tuple[UUID, ...]) -> list[Organisation]:
    """The organisations, all of which facts have named and so are registered."""
    found = await info.context.load.organisations.load_many(list(keys))
    return [organisation_of(each) for each in found if each is not None]
