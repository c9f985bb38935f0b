"""What decisions look up in the log beside single streams, in the transaction of the connection that they are given."""

from uuid import UUID

import msgspec
from sqlalchemy import Connection, null, select

from domain.facts.fact import Envelope
from domain.store.mapper import Facts, decode
from domain.store.schema import event


def between(connection: Connection, facts: Facts, first: int, last: int) -> list[Envelope]:
    """The events at these positions, both ends included."""
    statement = select(event.c.envelope).where(event.c.position.between(first, last)).order_by(event.c.position)
    return [decode(text, facts) for text in connection.execute(statement).scalars()]


def streams_of(connection: Connection, relationship_id: UUID | None, type: str) -> list[UUID]:
    """The streams that hold events of that type, of one relationship or register-wide."""
    place = event.c.relationship_id == (null() if relationship_id is None else str(relationship_id))
    statement = select(event.c.stream_id).where(place, event.c.type == type).distinct()
    return [UUID(stream) for stream in connection.execute(statement).scalars()]


def naming(connection: Connection, facts: Facts, text: str, relationship_id: UUID | None) -> list[Envelope]:
    """The events whose stored form holds the text, of one relationship, or of all when None."""
    statement = select(event.c.envelope).where(event.c.envelope.contains(text)).order_by(event.c.position)
    if relationship_id is not None:
        statement = statement.where(event.c.relationship_id == str(relationship_id))
    return [decode(found, facts) for found in connection.execute(statement).scalars()]


def aliases(connection: Connection, kind: str) -> dict[str, UUID]:
    """Every alias that an organisation or a relationship has been registered or corrected with, and who bears it."""
    types = (f"{kind}.registered", "entry.corrected")
    statement = select(event.c.envelope).where(event.c.type.in_(types)).order_by(event.c.position)
    found: dict[str, UUID] = {}
    for text in connection.execute(statement).scalars():
        stored = msgspec.json.decode(text)["data"]
        data = stored.get("data", stored)
        if data.get("alias") and f"{kind}_id" in data:
            found.setdefault(data["alias"], UUID(data[f"{kind}_id"]))
    return found
