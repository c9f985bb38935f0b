"""The journal and the tables of current state against the events, worked out anew and compared row by row."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, bindparam, or_, select

from api.trail.verifying.findings import AT_ONCE, Findings, Progress, rows
from domain.facts import FACTS
from domain.facts.entries import EntryCorrected, EntryVoided
from domain.facts.fact import Envelope, Fact
from domain.facts.organisations import OrganisationRegistered
from domain.facts.relationships import RelationshipRegistered
from domain.facts.structure import tag
from domain.store.mapper import decode
from domain.store.prepared import Prepared
from domain.store.schema import event
from projections.expected import Rows, currencies_of, current_row, rows_of_event, rows_of_stream
from projections.rows import Row
from projections.schema import event_fact, event_part, organisation, relationship

STREAMS_KEPT = 1000
"""Streams with amendments whose rows are kept at hand."""
_amended = Prepared(
    select(event.c.stream_id)
    .where(
        or_(event.c.type == bindparam("corrected"), event.c.type == bindparam("voided")),
        event.c.position <= bindparam("size"),
    )
    .distinct()
)
_events, _facts, _parts = (
    Prepared(
        select(*columns).where(columns[0] > bindparam("after"), columns[0] <= bindparam("up_to")).order_by(columns[0])
    )
    for columns in (
        (event.c.position, event.c.stream_id, event.c.envelope),
        tuple(event_fact.columns),
        tuple(event_part.columns),
    )
)
_stream = Prepared(
    select(event.c.envelope)
    .where(event.c.stream_id == bindparam("wanted"), event.c.position <= bindparam("size"))
    .order_by(event.c.stream_version)
)
_beside = tuple(
    Prepared(
        select(table.c.position)
        .where(or_(table.c.position < 1, table.c.position > bindparam("size")))
        .order_by(table.c.position)
        .limit(100)
    )
    for table in (event_fact, event_part)
)
_CURRENT: dict[type[Fact], tuple[Table, str]] = {
    OrganisationRegistered: (organisation, "organisation_id"),
    RelationshipRegistered: (relationship, "relationship_id"),
}
_current = {
    table.name: Prepared(select(table).where(table.c[key] == bindparam("wanted"))) for table, key in _CURRENT.values()
}
_positions = {
    table.name: Prepared(
        select(table.c[key], table.c.position)
        .where(table.c[key] > bindparam("after"))
        .order_by(table.c[key])
        .limit(AT_ONCE)
    )
    for table, key in _CURRENT.values()
}
_at = Prepared(select(event.c.envelope).where(event.c.position == bindparam("wanted")))
Cells = tuple[Any, ...]


def check_read_models(connection: Connection, size: int, findings: Findings, progress: Progress) -> None:
    """Every row of the read models of a log of this size."""
    checking = _Checking(connection, size, findings)
    for start in range(0, size, AT_ONCE):
        end = min(start + AT_ONCE, size)
        checking.check(start, end)
        progress(end - start)
    for statement in _beside:
        for (position,) in rows(connection, statement, size=size):
            findings.add("journal", position, f"The journal has a row of position {position}, and the log has {size}.")
    checking.finish()


class _Checking:
    def __init__(self, connection: Connection, size: int, findings: Findings) -> None:
        self._connection = connection
        self._size = size
        self._findings = findings
        types = {"corrected": tag(EntryCorrected), "voided": tag(EntryVoided)}
        self._amended = {stream for (stream,) in rows(connection, _amended, size=size, **types)}
        self._streams: OrderedDict[str, Mapping[int, Rows]] = OrderedDict()
        self._currencies: dict[UUID, list[tuple[int, str | None]]] = {}

    def check(self, start: int, end: int) -> None:
        """The rows of the events with these indexes."""
        facts = _by_position(rows(self._connection, _facts, after=start, up_to=end))
        parts = _by_position(rows(self._connection, _parts, after=start, up_to=end))
        for position, stream, text in rows(self._connection, _events, after=start, up_to=end):
            try:
                expected = self._expected(decode(text, FACTS), stream)
            except Exception as error:  # noqa: BLE001 - whatever a forged event does to the code is a finding
                said = f"What the journal holds of position {position} cannot be worked out ({type(error).__name__})."
                self._findings.add("journal", position, said)
                continue
            self._compare(position, "event_fact", expected.facts.values(), facts.get(position, ()), 2)
            if expected.parts or position in parts:
                self._compare(position, "event_part", expected.parts, parts.get(position, ()), 4)

    def finish(self) -> None:
        """No other organisation or relationship is there."""
        for name, statement in _positions.items():
            after = ""
            while some := rows(self._connection, statement, after=after):
                for key, position in some:
                    if not self._registers(position, key, f"{name}.registered"):
                        self._findings.add("current", None, f"No event registers the {name} {key}.")
                after = some[-1][0]

    def _registers(self, position: int, key: str, type_: str) -> bool:
        found = rows(self._connection, _at, wanted=position)
        return bool(found) and f'"{type_}"' in found[0][0] and f'"{key}"' in found[0][0]

    def _expected(self, envelope: Envelope, stream: str) -> Rows:
        if type(envelope.data) in _CURRENT:
            self._check_current(envelope, stream)
        if stream not in self._amended:
            return rows_of_event(envelope, self._currency(envelope.relationship_id, envelope.position))
        if stream not in self._streams:
            self._streams[stream] = rows_of_stream(self._whole(stream), self._currency)
            if len(self._streams) > STREAMS_KEPT:
                self._streams.popitem(last=False)
        return self._streams[stream][envelope.position]

    def _check_current(self, envelope: Envelope, stream: str) -> None:
        """The row of the organisation or relationship that the event registers."""
        whole = self._whole(stream)
        fact = envelope.data
        table, key = _CURRENT[type(fact)]
        if isinstance(fact, RelationshipRegistered):
            assert fact.relationship_id is not None
            self._currencies[fact.relationship_id] = currencies_of(whole)
        named = str(getattr(fact, key))
        expected, stored = current_row(whole), rows(self._connection, _current[table.name], wanted=named)
        made = [tuple(expected.values())] if expected else []
        if made != [tuple(row) for row in stored]:
            said = f"The table {table.name} does not say of {named} what the log says."
            self._findings.add("current", envelope.position, said)

    def _currency(self, relationship_id: UUID | None, position: int) -> str | None:
        if relationship_id is None:
            return None
        known = self._currencies[relationship_id]
        if known[-1][0] <= position:
            return known[-1][1]
        return next(currency for since, currency in reversed(known) if since <= position)

    def _whole(self, stream: str) -> list[Envelope]:
        return [decode(text, FACTS) for (text,) in rows(self._connection, _stream, wanted=stream, size=self._size)]

    def _compare(
        self,
        position: int,
        table: str,
        expected: Iterable[Row],
        stored: Sequence[Cells],
        keys: int,
    ) -> None:
        made = [tuple(row.values()) for row in expected]
        if made == stored:
            return
        found = {row[:keys]: row for row in made}
        there = {row[:keys]: row for row in stored}
        for key in sorted(found.keys() | there.keys(), key=str):
            if found.get(key) == there.get(key):
                continue
            what = "lacks a row" if key not in there else "has a row too many" if key not in found else "differs"
            said = f"The table {table} {what} of position {position}, known from {key[1]}."
            self._findings.add("journal", position, said)


def _by_position(found: Sequence[Cells]) -> dict[int, list[Cells]]:
    grouped: dict[int, list[Cells]] = {}
    for row in found:
        grouped.setdefault(row[0], []).append(tuple(row))
    return grouped
