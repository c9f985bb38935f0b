"""The store: the one transaction in which everything is appended, and the reads of the log."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import cast
from uuid import UUID

from eventsourcing.persistence import EventStore
from sqlalchemy import Connection, Engine

from domain.errors import IsMalformed, RegisterIsReadOnly
from domain.facts.fact import Envelope
from domain.store import commands, reads
from domain.store.application import RegisterApplication
from domain.store.commands import CommandRow
from domain.store.engine import reading
from domain.store.head import Head, locked_head, size_of
from domain.store.instants import format_instant, parse_instant
from domain.store.mapper import EnvelopeMapper, Facts, StoredEnvelope

Projector = Callable[[Connection, Sequence[Envelope]], None]


class Append:
    """What may be done inside the append transaction, which stores all of it or nothing."""

    def __init__(
        self, head: Head, events: EventStore[UUID], mapper: EnvelopeMapper, projectors: Sequence[Projector]
    ) -> None:
        self._head = head
        self._events = events
        self._mapper = mapper
        self._projectors = projectors
        self._instant = head.recorded_at

    @property
    def connection(self) -> Connection:
        return self._head.connection

    @property
    def size(self) -> int:
        """The position of the last event, those put in this transaction included."""
        return self._head.size

    def recorded_at(self, now: datetime) -> datetime:
        """`now`, or the latest instant of the log where the clock has gone back behind it."""
        self._instant = max(format_instant(now), self._instant or "")
        return parse_instant(self._instant)

    def command(self, command_id: str) -> CommandRow | None:
        """The recorded command. Refuses with IsMalformed a key that no command can have."""
        return commands.find(self.connection, command_id)

    def remember(
        self, command_id: str, content_sha256: str, first_position: int | None, last_position: int | None
    ) -> None:
        """The command counts as recorded."""
        self.remember_all([self.remembered(command_id, content_sha256, first_position, last_position)])

    def commands(self, command_ids: Iterable[str]) -> dict[str, CommandRow | None]:
        """By their keys, None for those not recorded. Keys that no command can have are left out."""
        return commands.find_all(self.connection, command_ids)

    def remembered(
        self, command_id: str, content_sha256: str, first_position: int | None, last_position: int | None
    ) -> CommandRow:
        """The command as `remember_all` takes it, recorded at the instant last given by `recorded_at`."""
        return CommandRow(command_id, content_sha256, first_position, last_position, self._instant)

    def remember_all(self, rows: Sequence[CommandRow]) -> None:
        """The commands count as recorded."""
        commands.remember(self.connection, rows)

    def stream(self, stream_id: UUID) -> list[Envelope]:
        """The events of one aggregate in their order."""
        return [cast(Envelope, event) for event in self._events.get(stream_id)]

    def event(self, event_id: UUID) -> Envelope | None:
        return reads.by_event_id(self.connection, self._mapper.facts, event_id)

    def put(self, envelopes: Sequence[Envelope]) -> None:
        """The events stand in the log and every projector has seen them. Positions must follow on `size` without a gap.

        Raises the library's IntegrityError where a stream already has an event of that version.
        """
        self.put_prepared([self.prepared(envelope) for envelope in envelopes])

    def prepared(self, envelope: Envelope) -> StoredEnvelope:
        """The event as it is stored. Refuses as `mapper.encode` what the log cannot hold."""
        return self._mapper.to_stored_event(envelope)

    def put_prepared(self, stored: Sequence[StoredEnvelope]) -> None:
        """As `put`, of events that have been prepared."""
        self._events.recorder.insert_events(stored)
        self._project([one.envelope for one in stored])

    def put_stored(self, texts: Sequence[str]) -> list[Envelope]:
        """As `put`, of envelopes that another register stored: their texts stand in the log verbatim.

        Refuses with IsMalformed what is no envelope of known type and version in RFC 8785 form, or not the next one.
        """
        stored = [self._mapper.as_stored(text) for text in texts]
        last = self._head.recorded_at or ""
        for position, one in enumerate(stored, self.size + 1):
            instant = format_instant(one.envelope.recorded_at)
            if one.envelope.position != position or instant < last:
                raise IsMalformed(f"Position {one.envelope.position}, recorded at {instant}, cannot come here.")
            last = instant
        self.put_prepared(stored)
        return [one.envelope for one in stored]

    def _project(self, envelopes: Sequence[Envelope]) -> None:
        for project in self._projectors:
            project(self.connection, envelopes)


class Store:
    """The log of one database. Reads are transactions of their own; `facts` are the known event types."""

    def __init__(self, engine: Engine, facts: Facts, projectors: Sequence[Projector] = ()) -> None:
        self.engine = engine
        self.application = RegisterApplication(engine, facts)
        self._mapper = EnvelopeMapper(facts)
        self._facts = facts
        self._projectors = tuple(projectors)

    @contextmanager
    def append(self) -> Iterator[Append]:
        """One append transaction, alone from its start. What the block raises undoes all of it. They do not nest.

        Raises RegisterIsReadOnly where nothing may be recorded.
        """
        with locked_head(self.engine) as head:
            if head.read_only is not None:
                raise RegisterIsReadOnly(f"The register is read-only: {head.read_only}")
            yield Append(head, self.application.within(head), self._mapper, self._projectors)

    def size(self) -> int:
        with reading(self.engine) as connection:
            return size_of(connection)

    def events(
        self, after: int = 0, limit: int = 1000, relationship_id: UUID | None = None, type: str | None = None
    ) -> list[Envelope]:
        """The first `limit` events behind position `after`, of one relationship or type where given."""
        with reading(self.engine) as connection:
            return reads.events(connection, self._facts, after, limit, relationship_id, type)

    def envelopes(self, after: int = 0, limit: int = 1000) -> list[tuple[int, str]]:
        """(position, stored text), verbatim."""
        with reading(self.engine) as connection:
            return reads.texts(connection, after, limit)

    def by_event_id(self, event_id: UUID) -> Envelope | None:
        with reading(self.engine) as connection:
            return reads.by_event_id(connection, self._facts, event_id)

    def by_position(self, position: int) -> Envelope | None:
        with reading(self.engine) as connection:
            return reads.by_position(connection, self._facts, position)

    def position_at(self, instant: datetime) -> int:
        """The last position recorded at or before `instant`, 0 when there is none."""
        with reading(self.engine) as connection:
            return reads.position_at(connection, instant)

    def of_relationship(self, connection: Connection, relationship_id: UUID) -> list[Envelope]:
        """All events of a relationship in position order, as the transaction of `connection` sees them."""
        return reads.of_relationship(connection, self._facts, relationship_id)
