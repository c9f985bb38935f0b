"""Finding a thing again by its global id."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from api.graphql.errors import UserError
from api.graphql.schema import ids
from api.graphql.schema.context import Info
from api.graphql.schema.events import Event, event_of
from api.graphql.schema.items.finding import FINDERS as ITEMS
from api.graphql.schema.node import Node
from api.graphql.schema.organisations import organisation
from api.graphql.schema.relationships import relationship


async def node(info: Info, id: str) -> Node | None:
    """The thing, None when it is not known. Raises UserError for what is no global id."""
    found = ids.parts(id)
    if found is None or found[0] not in FINDERS:
        raise UserError(f"{id[:100]!r} is not a global id.")
    kind, key = found
    return await FINDERS[kind](info, key)


async def _event(info: Info, key: UUID) -> Event | None:
    found = await info.context.load.by_event_id.load(key)
    return None if found is None else event_of(found)


FINDERS: dict[str, Callable[[Info, UUID], Awaitable[Node | None]]] = {
    "Relationship": relationship,
    "Organisation": organisation,
    "Event": _event,
    **{kind: finder.find for kind, finder in ITEMS.items()},
}
