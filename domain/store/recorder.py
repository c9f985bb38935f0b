"""The library's recorder interfaces on SQLAlchemy Core, one class for SQLite and PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from itertools import pairwise
from typing import Any
from uuid import UUID

from eventsourcing.persistence import AggregateRecorder, ApplicationRecorder, Notification, StoredEvent, Subscription
from sqlalchemy import BigInteger, Connection, Engine, bindparam, func, insert, select

from domain.log.verify import leaf_hash
from domain.store import nodes
from domain.store.engine import reading
from domain.store.failures import translated
from domain.store.head import Head, locked_head
from domain.store.instants import format_instant
from domain.store.mapper import StoredEnvelope
from domain.store.prepared import Prepared
from domain.store.schema import event
from domain.store.subscription import Following

ENDLESS = 2**63 - 1

_insert = Prepared(insert(event))
_stream = (
    select(event.c.stream_version, event.c.type, event.c.envelope)
    .where(
        event.c.stream_id == bindparam("stream"),
        event.c.stream_version > bindparam("above"),
        event.c.stream_version <= bindparam("up_to"),
    )
    .limit(bindparam("most", type_=BigInteger))
)
_forwards = Prepared(_stream.order_by(event.c.stream_version))
_backwards = Prepared(_stream.order_by(event.c.stream_version.desc()))
_notifications = select(event.c.position, event.c.stream_id, event.c.stream_version, event.c.type, event.c.envelope)
_last = select(func.max(event.c.position))


class EventRecorder(AggregateRecorder):
    """Records and reads streams. Each call is a transaction of its own, or part of the one whose `head` is given."""

    def __init__(self, engine: Engine, head: Head | None = None) -> None:
        self.engine = engine
        self._head = head

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        with self._appending() as head:
            insert_rows(head, stored_events)
        return None

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        bounds = {
            "stream": str(originator_id),
            "above": -1 if gt is None else gt,
            "up_to": ENDLESS if lte is None else lte,
            "most": ENDLESS if limit is None else limit,
        }
        with self._reading() as connection:
            rows = (_backwards if desc else _forwards).rows(connection, bounds)
        return [StoredEvent(originator_id, version, type_, text.encode()) for version, type_, text in rows]

    @contextmanager
    def _appending(self) -> Iterator[Head]:
        with translated(), locked_head(self.engine) if self._head is None else nullcontext(self._head) as head:
            yield head

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with (
            translated(),
            reading(self.engine) if self._head is None else nullcontext(self._head.connection) as connection,
        ):
            yield connection


class Recorder(EventRecorder, ApplicationRecorder):
    """Records streams and gives every event its position in the one order of all."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int]:
        with self._appending() as head:
            return insert_rows(head, stored_events)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        statement = _notifications.order_by(event.c.position).limit(limit)
        if start is not None:
            statement = statement.where(event.c.position >= start + (not inclusive_of_start))
        if stop is not None:
            statement = statement.where(event.c.position <= stop)
        if topics:
            statement = statement.where(event.c.type.in_(topics))
        with self._reading() as connection:
            rows = connection.execute(statement).all()
        return [
            Notification(UUID(stream_id), version, type_, text.encode(), position)
            for position, stream_id, version, type_, text in rows
        ]

    def max_notification_id(self) -> int | None:
        with self._reading() as connection:
            last: int | None = connection.execute(_last).scalar_one()
        return last

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        return Following(self, self.engine, gt, topics)


def insert_rows(head: Head, stored_events: Sequence[StoredEvent]) -> list[int]:
    """Gives the events the next positions, and the tree their hashes."""
    rows = [_row(stored, position) for position, stored in enumerate(stored_events, head.size + 1)]
    if rows:
        instants = [head.recorded_at, *(row["recorded_at"] for row in rows)]
        assert all(later is None or (earlier or "") <= later for earlier, later in pairwise(instants)), instants
        _insert.run(head.connection, *rows)
        nodes.grow(head.connection, head.tree, [leaf_hash(stored.state) for stored in stored_events])
        head.recorded_at = rows[-1]["recorded_at"] or head.recorded_at
    return [row["position"] for row in rows]


def _row(stored: StoredEvent, position: int) -> dict[str, Any]:
    row = {
        "position": position,
        "stream_id": str(stored.originator_id),
        "stream_version": stored.originator_version,
        "type": stored.topic,
        "event_id": None,
        "relationship_id": None,
        "recorded_at": None,
        "envelope": stored.state.decode(),
    }
    if isinstance(stored, StoredEnvelope):
        envelope = stored.envelope
        assert envelope.position == position, f"position {envelope.position} at place {position}"
        row["event_id"] = str(envelope.event_id)
        row["relationship_id"] = None if envelope.relationship_id is None else str(envelope.relationship_id)
        row["recorded_at"] = format_instant(envelope.recorded_at)
    return row
