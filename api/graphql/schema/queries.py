"""What can be asked of the register."""

from datetime import UTC

import strawberry

from api.graphql.errors import UserError
from api.graphql.schema import nodes
from api.graphql.schema.connections import Connection as Pages
from api.graphql.schema.connections import connection, size_of
from api.graphql.schema.context import Info
from api.graphql.schema.enums import Direction
from api.graphql.schema.events import Actor, Event, EventFilter, event_of, events_page
from api.graphql.schema.fields import described
from api.graphql.schema.ids import key_of
from api.graphql.schema.node import Node
from api.graphql.schema.organisations import Organisation, organisation, organisation_of
from api.graphql.schema.policies import ScoringPolicy, all_policies
from api.graphql.schema.principles import PRINCIPLES, Principle
from api.graphql.schema.relationships import (
    Relationship,
    RelationshipFilter,
    RelationshipOrder,
    RelationshipOrderField,
    relationship,
    relationship_of,
)
from api.graphql.schema.scalars import BigInt
from api.graphql.schema.trail import Checkpoint, checkpoint
from api.graphql.schema.viewer import Role, Viewer
from projections import directory
from projections.entries import EntryFilter, entries
from projections.pages import DEFAULT


@strawberry.type
class Query:
    @strawberry.field
    async def viewer(self, info: Info) -> Viewer:
        actor = Actor(id=strawberry.ID(info.context.actor))
        return Viewer(actor=actor, roles=[Role.OPERATOR], position=await info.context.size())

    @described("The twelve, in order, with their indicator definitions.")
    def principles(self) -> list[Principle]:
        return PRINCIPLES

    @described("By its id or its alias.")
    async def relationship(
        self, info: Info, id: strawberry.ID | None = None, alias: str | None = None
    ) -> Relationship | None:
        if _by_id(id, alias, "alias"):
            return await relationship(info, key_of(str(id), "Relationship"))
        found = await info.context.read(directory.relationship_by_alias, str(alias))
        return None if found is None else relationship_of(found)

    @strawberry.field
    async def relationships(
        self,
        info: Info,
        first: int | None = DEFAULT,
        after: str | None = None,
        filter: RelationshipFilter | None = None,
        order_by: RelationshipOrder | None = None,
    ) -> Pages[Relationship]:
        order = order_by or RelationshipOrder()
        page = await info.context.read(
            directory.relationships,
            info.context.now.astimezone(UTC).date(),
            (filter or RelationshipFilter()).wanted(),
            ORDERS[order.field],
            descending=order.direction is Direction.DESC,
            first=size_of(first),
            after=after,
        )
        return connection(page, [relationship_of(found) for found in page.rows], after)

    @described("By its id or its alias.")
    async def organisation(
        self, info: Info, id: strawberry.ID | None = None, alias: str | None = None
    ) -> Organisation | None:
        if _by_id(id, alias, "alias"):
            return await organisation(info, key_of(str(id), "Organisation"))
        found = await info.context.read(directory.organisation_by_alias, str(alias))
        return None if found is None else organisation_of(found)

    @described("By its id or its position.")
    async def event(self, info: Info, id: strawberry.ID | None = None, position: BigInt | None = None) -> Event | None:
        if _by_id(id, position, "position"):
            found = await info.context.load.by_event_id.load(key_of(str(id), "Event"))
        else:
            found = await info.context.load.by_position.load(int(position or 0))
        return None if found is None else event_of(found)

    @described("Oldest first.")
    async def events(
        self,
        info: Info,
        first: int | None = DEFAULT,
        after: str | None = None,
        filter: EventFilter | None = None,
    ) -> Pages[Event]:
        wanted = EntryFilter() if filter is None else filter.wanted()
        page = await info.context.read(entries, wanted, first=size_of(first), after=after)
        return events_page(page, after)

    @described("The newest signed head of the log, or that of a size; the newest final one where `final` is asked for.")
    async def checkpoint(self, info: Info, size: BigInt | None = None, final: bool = False) -> Checkpoint:
        return await checkpoint(info, None if size is None else int(size), final=final)

    @described("Every version of the scoring policy; the first is the built-in one.")
    async def policies(self, info: Info) -> list[ScoringPolicy]:
        return await info.context.read(all_policies, await info.context.size())

    @described("Anything that has a global id.")
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        return await nodes.node(info, id)


ORDERS: dict[RelationshipOrderField, directory.Order] = {
    RelationshipOrderField.NAME: "name",
    RelationshipOrderField.REGISTERED: "registered",
    RelationshipOrderField.ALIAS: "alias",
}


def _by_id(id: str | None, other: object, name: str) -> bool:
    """Whether it is asked for by id. Raises UserError unless exactly one of the two is given."""
    if (id is None) == (other is None):
        raise UserError(f"Give id or {name}, one of the two.")
    return id is not None
