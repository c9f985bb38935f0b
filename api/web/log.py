"""What the pages read from the log: entries by position or stream, verbatim and decoded, in few statements."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, select

from domain.facts import FACTS
from domain.facts.fact import Envelope
from domain.store.mapper import decode
from domain.store.schema import event

AT_ONCE = 500
"""A database takes only so many parameters at once."""


def at(connection: Connection, positions: Iterable[int]) -> list[Envelope]:
    """The events at these positions, ascending."""
    return sorted(_where(connection, event.c.position, sorted(set(positions))), key=lambda e: e.position)


def text_at(connection: Connection, position: int) -> str | None:
    """The stored text of one event, verbatim."""
    found: str | None = connection.execute(
        select(event.c.envelope).where(event.c.position == position)
    ).scalar_one_or_none()
    return found


def named(connection: Connection, event_ids: Iterable[UUID]) -> list[Envelope]:
    """The events with these ids."""
    return list(_where(connection, event.c.event_id, [str(one) for one in dict.fromkeys(event_ids)]))


def stream(connection: Connection, stream_id: UUID) -> list[Envelope]:
    """Every event of one item's stream, entries about its entries included, in their order."""
    found = connection.execute(
        select(event.c.envelope).where(event.c.stream_id == str(stream_id)).order_by(event.c.stream_version)
    )
    return [decode(text, FACTS) for text in found.scalars()]


def first_of(connection: Connection, stream_ids: Iterable[UUID]) -> dict[UUID, Envelope]:
    """The event with which each of these streams began."""
    wanted = [str(one) for one in dict.fromkeys(stream_ids)]
    found = _where(connection, event.c.stream_id, wanted, event.c.stream_version == 1)
    return {envelope.stream_id: envelope for envelope in found}


def _where(
    connection: Connection, key: ColumnElement[Any], wanted: Sequence[Any], *more: ColumnElement[bool]
) -> Iterator[Envelope]:
    for start in range(0, len(wanted), AT_ONCE):
        statement = select(event.c.envelope).where(key.in_(wanted[start : start + AT_ONCE]), *more)
        for text in connection.execute(statement).scalars():
            yield decode(text, FACTS)
