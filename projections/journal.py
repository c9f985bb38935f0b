"""The journal, written inside the append transaction: the inline projector of docs/design.md 6.

A correction or a void closes the row in force of its target and opens the next one; nothing else is ever changed.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, bindparam, insert, select, update

from domain.facts import FACTS
from domain.facts.entries import EntryCorrected, EntryVoided
from domain.facts.fact import Entry, Envelope
from domain.facts.relationships import RelationshipRegistered
from domain.history import in_force, own_of, standing
from domain.store.mapper import decode
from domain.store.schema import event
from projections import current
from projections.rows import Row, fact_row, part_rows
from projections.schema import OPEN
from projections.tables import LIVE, Tables

_stream = select(event.c.envelope).where(event.c.stream_id == bindparam("wanted")).order_by(event.c.stream_version)


class Journal:
    """Projects envelopes into `event_fact`, `event_part` and the tables of current state. One per process."""

    def __init__(self, tables: Tables = LIVE) -> None:
        self._currencies: dict[UUID, str] = {}
        self._tables = tables
        fact, known = tables.event_fact, tables.relationship
        self._insert_facts = insert(fact)
        self._insert_parts = insert(tables.event_part)
        self._close = (
            update(fact)
            .where(fact.c.position == bindparam("b_position"), fact.c.known_to == OPEN)
            .values(known_to=bindparam("b_known_to"))
        )
        self._currency_of = select(known.c.currency).where(known.c.relationship_id == bindparam("wanted"))

    def project(self, connection: Connection, envelopes: Sequence[Envelope]) -> None:
        """The events, in position order, are in the journal; called with the append transaction's connection."""
        facts: list[Row] = []
        parts: list[Row] = []
        for envelope in envelopes:
            currency = self._currency(connection, envelope)
            entry = entry_of(envelope)
            facts.append(
                fact_row(entry, envelope.event_id, envelope.position, OPEN, envelope.relationship_id, currency)
            )
            parts.extend(part_rows(entry, envelope.position, currency))
            if isinstance(envelope.data, EntryCorrected | EntryVoided):
                self.write(connection, facts, parts)
                facts, parts = [], []
                self._amend(connection, envelope, currency)
            elif isinstance(envelope.data, current.FOLLOWED):
                current.follow(connection, entry, self._tables)
        self.write(connection, facts, parts)

    def _amend(self, connection: Connection, amendment: Envelope, currency: str | None) -> None:
        """Closes and reopens the rows of the stream that the amendment changed, as known from its position on."""
        texts = connection.execute(_stream, {"wanted": str(amendment.stream_id)}).scalars()
        stream = [e for text in texts if (e := decode(text, FACTS)).position <= amendment.position]
        before, after = said_in(stream[:-1]), said_in(stream)
        for event_id in before.keys() | after.keys():
            was, now = before.get(event_id), after.get(event_id)
            if was == now or event_id == amendment.event_id:
                continue
            if was is not None:
                connection.execute(self._close, {"b_position": was.position, "b_known_to": amendment.position})
            if now is not None:
                row = fact_row(now, event_id, amendment.position, OPEN, amendment.relationship_id, currency)
                self.write(connection, [row], part_rows(now, amendment.position, currency))
        if isinstance(stream[0].data, current.FOLLOWED):
            current.make_anew(connection, stream[0], in_force(stream), self._tables)
        if isinstance(stream[0].data, RelationshipRegistered) and amendment.relationship_id is not None:
            self._currencies.pop(amendment.relationship_id, None)

    def _currency(self, connection: Connection, envelope: Envelope) -> str | None:
        key = envelope.relationship_id
        if key is None:
            return None
        if isinstance(envelope.data, RelationshipRegistered):
            self._currencies[key] = envelope.data.currency
        if key not in self._currencies:
            self._currencies[key] = connection.execute(self._currency_of, {"wanted": str(key)}).scalar_one()
        return self._currencies[key]

    def write(self, connection: Connection, facts: list[Row], parts: list[Row]) -> None:
        """The rows are in their tables."""
        if facts:
            connection.execute(self._insert_facts, facts)
        if parts:
            connection.execute(self._insert_parts, parts)


def entry_of(envelope: Envelope) -> Entry:
    """The event as an entry, before any amendment."""
    return Entry(
        fact=envelope.data,
        on=envelope.on,
        position=envelope.position,
        on_behalf_of=envelope.on_behalf_of,
        own_of=own_of(envelope),
        event_id=envelope.event_id,
    )


def said_in(stream: Sequence[Envelope]) -> dict[UUID, Entry]:
    """What each event of the stream says in the end, by its id; voided ones are missing."""
    said = {e.event_id: entry_of(e) for e in standing(stream)}
    said.update((e.event_id, e) for e in in_force(stream) if e.event_id is not None)
    return said
