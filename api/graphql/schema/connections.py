"""Pages of lists as Relay connections. Source: docs/design.md 8."""

from collections.abc import Sequence
from typing import Generic, TypeVar

import strawberry

from api.graphql.errors import UserError
from domain.errors import Refusal
from projections.pages import DEFAULT, Key, Page, paged, place, size

Place = TypeVar("Place", bound=Key)
Node = TypeVar("Node")
Row = TypeVar("Row")


@strawberry.type(description="Where a page begins and ends, and whether there are others.")
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type(description="One entry of a page; `after` takes the cursor.")
class Edge(Generic[Node]):
    cursor: str
    node: Node


@strawberry.type(description="One page of a list.")
class Connection(Generic[Node]):
    edges: list[Edge[Node]]
    nodes: list[Node]
    page_info: PageInfo


def connection(page: Page[Row], nodes: Sequence[Node], after: str | None) -> Connection[Node]:
    """The page with each of its rows as the node in the same place."""
    cursors = page.cursors
    return Connection(
        edges=[Edge(cursor=cursor, node=node) for cursor, node in zip(cursors, nodes, strict=True)],
        nodes=list(nodes),
        page_info=PageInfo(
            has_next_page=page.has_more,
            has_previous_page=after is not None,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        ),
    )


def size_of(first: int | None) -> int:
    """The size of a page. Raises UserError."""
    try:
        return size(DEFAULT if first is None else first)
    except Refusal as refusal:
        raise UserError(refusal.message) from refusal


def listed(places: Sequence[Place], first: int | None, after: str | None, *kinds: type[str] | type[int]) -> Page[Place]:
    """One page of a list at hand, whose rows are their own places in ascending order. Raises UserError."""
    most = size_of(first)
    try:
        behind = () if after is None else place(after, *kinds)
    except Refusal as refusal:
        raise UserError(refusal.message) from refusal
    some = [each for each in places if each > behind][: most + 1]
    return paged(some, some, most)
