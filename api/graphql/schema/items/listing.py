"""The lists of items on a relationship, all alike: pages, filters, and as at a date, as known, in a view."""

from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from api.graphql.schema.connections import Connection, connection, size_of
from api.graphql.schema.context import Info
from api.graphql.schema.enums import View
from api.graphql.schema.ids import optional_key
from api.graphql.schema.items.item import Item, shown
from api.graphql.schema.loaders import ItemsWanted
from api.graphql.schema.questions import known_at_position, question
from api.graphql.schema.scalars import BigInt
from projections.items.listing import Family, Wanted
from projections.pages import DEFAULT


@strawberry.input
class ItemFilter:
    """What every filter of items has; `states` is theirs to add."""

    open_only: bool | None = strawberry.field(default=None, description="What is neither done nor ended.")
    party: strawberry.ID | None = strawberry.field(default=None, description="Who owes, owns, raised or gave it.")
    due_from: date | None = None
    due_until: date | None = None

    def wanted(self) -> Wanted:
        """Raises UserError for what is no id."""
        states: list[Enum] | None = getattr(self, "states", None)
        return Wanted(
            states=tuple(state.value for state in states or ()),
            open_only=bool(self.open_only),
            party=optional_key(self.party, "Organisation"),
            due_from=self.due_from,
            due_until=self.due_until,
        )


def listed(kind: type[Item], family: Family[Any], filter_type: type[ItemFilter], text: str) -> StrawberryField:
    """The field of a relationship that lists these items."""

    async def resolve(
        self: Any,
        info: Info,
        first: int | None = DEFAULT,
        after: str | None = None,
        filter: Any = None,
        as_of: date | None = None,
        known_at: BigInt | None = None,
        known_at_time: datetime | None = None,
        view: View | None = View.SHARED,
        party: strawberry.ID | None = None,
    ) -> Any:
        position = await known_at_position(info, known_at, known_at_time)
        asked = await question(info, self.about, as_of, position, view, party)
        wanted = Wanted() if filter is None else filter.wanted()
        page = await info.context.load.items.load(ItemsWanted(asked, family, wanted, size_of(first), after))
        return connection(page, await shown(info, kind, page.rows), after)

    resolver: Callable[..., Any] = resolve
    resolver.__annotations__.update({"filter": filter_type | None, "return": Connection[kind]})  # type: ignore[valid-type]
    return strawberry.field(resolver, description=text)
