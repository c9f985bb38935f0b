"""What entries of the journal said: their facts, read from the log."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, bindparam, select

from domain.facts import FACTS
from domain.facts.fact import Envelope, Fact
from domain.history import in_force
from domain.store.mapper import decode
from domain.store.schema import event

Place = tuple[int, int]
"""The position of an entry and that from which its row of the journal holds: its own, or that of an amendment."""
AT_ONCE = 500

_events = select(event.c.position, event.c.envelope).where(event.c.position.in_(bindparam("wanted", expanding=True)))
_streams = (
    select(event.c.envelope)
    .where(
        event.c.stream_id.in_(
            select(event.c.stream_id).where(event.c.position.in_(bindparam("wanted", expanding=True)))
        )
    )
    .order_by(event.c.position)
)


class Said(Struct, frozen=True, kw_only=True):
    """An entry as it stands: its fact with its corrections, and its business date."""

    fact: Fact
    on: date
    position: int


def facts_at(connection: Connection, places: Iterable[Place]) -> dict[Place, Fact]:
    """The facts that stand in the journal's rows at these places. Two statements at most for every 500."""
    wanted = list(dict.fromkeys(places))
    plain = [p for p in wanted if p[0] == p[1]]
    amended = [p for p in wanted if p[0] != p[1]]
    found: dict[Place, Fact] = {}
    for position, text in _rows(connection, _events, [position for position, _ in plain]):
        found[position, position] = decode(text, FACTS).data
    streams: dict[UUID, list[Envelope]] = {}
    stream_of: dict[int, UUID] = {}
    for (text,) in _rows(connection, _streams, [position for position, _ in amended]):
        envelope = decode(text, FACTS)
        streams.setdefault(envelope.stream_id, []).append(envelope)
        stream_of[envelope.position] = envelope.stream_id
    for position, known_from in amended:
        known = [e for e in streams[stream_of[position]] if e.position <= known_from]
        found[position, known_from] = next(entry.fact for entry in in_force(known) if entry.position == position)
    return found


def _rows(connection: Connection, statement: Any, positions: Sequence[int]) -> list[Any]:
    rows: dict[Any, None] = {}
    for start in range(0, len(positions), AT_ONCE):
        some = {"wanted": positions[start : start + AT_ONCE]}
        rows.update(dict.fromkeys(tuple(row) for row in connection.execute(statement, some)))
    return list(rows)
