"""Reads of the log, each in the transaction of the connection that it is given."""

from bisect import bisect_right
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from domain.facts.fact import Envelope
from domain.store.head import size_of
from domain.store.instants import format_instant
from domain.store.mapper import Facts, decode
from domain.store.schema import event

_envelopes = select(event.c.envelope)
_of_relationship = _envelopes.where(event.c.relationship_id == bindparam("wanted")).order_by(event.c.position)
_by_event_id = _envelopes.where(event.c.event_id == bindparam("wanted"))
_by_position = _envelopes.where(event.c.position == bindparam("wanted"))
_recorded_at = select(event.c.recorded_at).where(event.c.position == bindparam("wanted"))
_texts = (
    select(event.c.position, event.c.envelope)
    .where(event.c.position > bindparam("after"))
    .order_by(event.c.position)
    .limit(bindparam("most"))
)
_texts_at = select(event.c.position, event.c.envelope).where(event.c.position.in_(bindparam("wanted", expanding=True)))
_after = _envelopes.where(event.c.position > bindparam("after")).order_by(event.c.position).limit(bindparam("most"))


def events(
    connection: Connection, facts: Facts, after: int, limit: int, relationship_id: UUID | None, type: str | None
) -> list[Envelope]:
    statement = _after
    if relationship_id is not None:
        statement = statement.where(event.c.relationship_id == str(relationship_id))
    if type is not None:
        statement = statement.where(event.c.type == type)
    found = connection.execute(statement, {"after": after, "most": limit}).scalars()
    return [decode(text, facts) for text in found]


def texts(connection: Connection, after: int, limit: int) -> list[tuple[int, str]]:
    return [(position, text) for position, text in connection.execute(_texts, {"after": after, "most": limit})]


def texts_at(connection: Connection, positions: Collection[int]) -> dict[int, str]:
    """By position, verbatim; those that are not there are left out."""
    found = connection.execute(_texts_at, {"wanted": list(positions)})
    return {row.position: row.envelope for row in found}


def of_relationship(connection: Connection, facts: Facts, relationship_id: UUID) -> list[Envelope]:
    found = connection.execute(_of_relationship, {"wanted": str(relationship_id)}).scalars()
    return [decode(text, facts) for text in found]


def by_event_id(connection: Connection, facts: Facts, event_id: UUID) -> Envelope | None:
    text = connection.execute(_by_event_id, {"wanted": str(event_id)}).scalar_one_or_none()
    return None if text is None else decode(text, facts)


def by_position(connection: Connection, facts: Facts, position: int) -> Envelope | None:
    text = connection.execute(_by_position, {"wanted": position}).scalar_one_or_none()
    return None if text is None else decode(text, facts)


def position_at(connection: Connection, instant: datetime) -> int:
    """Instants never move back along the log, so the place is found by halving it."""

    def recorded_at(position: int) -> str:
        found: str = connection.execute(_recorded_at, {"wanted": position}).scalar_one()
        return found

    return bisect_right(range(1, size_of(connection) + 1), format_instant(instant), key=recorded_at)
