"""The journal of a whole log in DuckDB, row by row what the live one holds.

SQL made from the fact classes does the most (decoding.py). Streams with amendments and events of earlier schema
versions are few: they go the way of `expected.py`.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pyarrow as pa
from duckdb import DuckDBPyConnection
from sqlalchemy import BigInteger, Boolean, Engine, Integer, Table, bindparam, select

from domain.codes import CURRENCIES, minor_units
from domain.facts import FACTS
from domain.facts.entries import EntryCorrected, EntryVoided
from domain.facts.fact import Envelope
from domain.facts.organisations import OrganisationRegistered
from domain.facts.relationships import RelationshipRegistered
from domain.facts.structure import tag
from domain.store import reads
from domain.store.mapper import decode
from domain.store.schema import event
from projections.bulk import decoding
from projections.bulk.failures import BulkFailed
from projections.bulk.reading import files
from projections.expected import currencies_of, current_row, rows_of_event, rows_of_stream
from projections.rows import Row
from projections.schema import event_fact, event_part, organisation, relationship

T = TypeVar("T")
Progress = Callable[[int], None]
CHUNK = 250_000
"""Events that are turned into rows at a time."""
AT_ONCE = 400
"""Streams, or events by themselves, that are read from the database at a time."""
_AMENDMENTS = f"('{tag(EntryCorrected)}', '{tag(EntryVoided)}')"
_streams = (
    select(event.c.envelope)
    .where(event.c.stream_id.in_(bindparam("wanted", expanding=True)), event.c.position <= bindparam("size"))
    .order_by(event.c.stream_id, event.c.stream_version)
)
_CURRENT = """
    INSERT INTO relationship BY NAME
    SELECT CAST(data ->> 'relationship_id' AS UUID) AS relationship_id, position, data ->> 'alias' AS alias,
        data ->> 'name' AS name, data ->> 'form' AS form, data ->> 'currency' AS currency,
        data ->> 'time_zone' AS time_zone, on_day AS registered_day
    FROM chunk WHERE type = 'relationship.registered';
    INSERT INTO units
    SELECT CAST(c.data ->> 'relationship_id' AS UUID), c.position, m.unit, m.currency, c.stream_id
    FROM chunk AS c JOIN minor_unit AS m ON m.currency = c.data ->> 'currency'
    WHERE c.type = 'relationship.registered';
    INSERT INTO organisation BY NAME
    SELECT CAST(data ->> 'organisation_id' AS UUID) AS organisation_id, position, data ->> 'alias' AS alias,
        data ->> 'legal_name' AS legal_name, data ->> 'country' AS country
    FROM chunk WHERE type = 'organisation.registered';
    UPDATE organisation SET legal_name = m.legal_name FROM (
        SELECT CAST(data ->> 'organisation_id' AS UUID) AS id, arg_max(data ->> 'legal_name', position) AS legal_name
        FROM chunk WHERE type = 'organisation.renamed' GROUP BY id) AS m
    WHERE organisation_id = m.id;
    UPDATE organisation SET merged_into = m.other FROM (
        SELECT CAST(data ->> 'organisation_id' AS UUID) AS id,
            arg_max(CAST(data ->> 'into' AS UUID), position) AS other
        FROM chunk WHERE type = 'organisation.merged' GROUP BY id) AS m
    WHERE organisation_id = m.id;
    """
"""What current.py does with the events of streams that nobody amended."""


def fill(
    connection: DuckDBPyConnection, engine: Engine, size: int, folder: Path, progress: Progress = lambda _: None
) -> None:
    """`event_fact`, `event_part`, `relationship` and `organisation` hold what the first `size` events say.

    progress: told up to which position the log has been read.
    """
    filling = _Filling(connection, engine, size)
    filling.make_tables()
    for file, end in files(engine, size, CHUNK, folder, progress):
        filling.add(file, end)
    filling.finish()


class _Filling:
    def __init__(self, connection: DuckDBPyConnection, engine: Engine, size: int) -> None:
        self._duck = connection
        self._engine = engine
        self._size = size
        self._read = 0
        self._currencies: dict[UUID, list[tuple[int, str | None]]] = {}

    def add(self, file: Path, end: int) -> None:
        """The events of the file, up to position `end`, as if there were no amendments; those are noted."""
        self._duck.execute(f"CREATE OR REPLACE TEMP TABLE chunk AS {decoding.heads(str(file))}")
        found = self._duck.execute("SELECT count(DISTINCT position), max(position) FROM chunk").fetchone()
        if found != (end - self._read, end):
            raise BulkFailed(f"The log does not hold every event from position {self._read + 1} to {end}.")
        self._read = end
        self._duck.execute(f"INSERT INTO amended SELECT DISTINCT stream_id FROM chunk WHERE type IN {_AMENDMENTS}")  # noqa: S608
        self._duck.execute(_CURRENT)
        self._note_currencies(end)
        self._write_rows()
        self._write_old_versions()
        self._refuse_unknown()
        self._duck.execute("DROP TABLE chunk")

    def finish(self) -> None:
        """The rows of streams with amendments are those that the amendments left."""
        self._redo_amended()
        for name in ("event_fact", "event_part"):
            self._duck.execute(f"DELETE FROM {name} WHERE position IN (SELECT position FROM redone)")  # noqa: S608
            self._duck.execute(f"INSERT INTO {name} SELECT * FROM {name}_redone")  # noqa: S608
            self._duck.execute(f"DROP TABLE {name}_redone")

    def make_tables(self) -> None:
        run = self._duck.execute
        run(decoding.kinds())
        for table in (event_fact, event_part):
            run(decoding.table(table.name, table))
            run(decoding.table(f"{table.name}_redone", table))
        for table in (relationship, organisation):
            run(decoding.table(table.name, table))
        run("CREATE TABLE amended (stream_id UUID)")
        run("CREATE TABLE redone (position BIGINT)")
        run("CREATE TABLE units (relationship_id UUID, since BIGINT, unit HUGEINT, currency VARCHAR, stream_id UUID)")
        run("CREATE TABLE minor_unit (currency VARCHAR, unit HUGEINT)")
        units = ", ".join(f"('{code}', {10 ** (14 - minor_units(code))})" for code in CURRENCIES)
        run(f"INSERT INTO minor_unit VALUES {units}")  # noqa: S608

    def _write_rows(self) -> None:
        kinds = [kind for (kind,) in self._duck.execute("SELECT DISTINCT type FROM chunk ORDER BY type").fetchall()]
        facts = [decoding.facts(kind, "chunk") for kind in kinds]
        parts = [statement for kind in kinds for statement in decoding.parts(kind, "chunk")]
        for table, statements in (("event_fact", facts), ("event_part", parts)):
            if statements:
                self._duck.execute(f"INSERT INTO {table} {' UNION ALL '.join(statements)}")

    def _write_old_versions(self) -> None:
        """The rows of events of earlier schema versions."""
        present = " OR ".join(f"(type = '{kind}' AND schema_version < {f.schema_version})" for kind, f in _CHANGED)
        found = self._duck.execute(f"SELECT position FROM chunk WHERE {present}").fetchall()  # noqa: S608
        for some in _some([position for (position,) in found]):
            facts: list[Row] = []
            parts: list[Row] = []
            with self._engine.connect() as connection:
                texts = reads.texts_at(connection, some)
            envelopes = [decode(text, FACTS) for text in texts.values()]
            self._learn_currencies(envelopes)
            for envelope in envelopes:
                rows = rows_of_event(envelope, self._currency(envelope.relationship_id, envelope.position))
                facts.extend(rows.facts.values())
                parts.extend(rows.parts)
            self._insert("event_fact", event_fact, facts)
            self._insert("event_part", event_part, parts)

    def _refuse_unknown(self) -> None:
        """An event of a later schema version than this release has leaves no row."""
        (first,) = self._duck.execute(
            "SELECT min(position) FROM chunk WHERE position NOT IN (SELECT position FROM event_fact)"
        ).fetchone() or (None,)
        if first is not None:
            raise BulkFailed(f"The event at position {first} is of a newer release than this one.")

    # Amendments

    def _note_currencies(self, end: int) -> None:
        """`units` holds what each relationship's currency is, also where its registration has been amended."""
        found = self._duck.execute(
            f"""SELECT DISTINCT stream_id FROM chunk
            WHERE type IN {_AMENDMENTS} AND stream_id IN (SELECT stream_id FROM units)"""  # noqa: S608
        ).fetchall()
        streams = (stream for some in _some([key for (key,) in found]) for stream in self._whole(some, end))
        for stream in streams:
            first = stream[0].data
            assert isinstance(first, RelationshipRegistered), first
            key = (str(first.relationship_id), str(stream[0].stream_id))
            self._duck.execute("DELETE FROM units WHERE relationship_id = ?", key[:1])
            for since, currency in currencies_of(stream):
                unit = None if currency is None else 10 ** (14 - minor_units(currency))
                self._duck.execute("INSERT INTO units VALUES (?, ?, ?, ?, ?)", (key[0], since, unit, currency, key[1]))
        self._currencies.clear()

    def _redo_amended(self) -> None:
        """The rows of streams with amendments are in `…_redone`, the positions of their events in `redone`."""
        keys = [key for (key,) in self._duck.execute("SELECT DISTINCT stream_id FROM amended").fetchall()]
        for some in _some(keys):
            facts: list[Row] = []
            parts: list[Row] = []
            positions: list[int] = []
            streams = list(self._whole(some, self._size))
            self._learn_currencies(envelope for stream in streams for envelope in stream)
            for stream in streams:
                for position, rows in rows_of_stream(stream, self._currency).items():
                    positions.append(position)
                    facts.extend(rows.facts.values())
                    parts.extend(rows.parts)
                self._replace_current(stream)
            self._insert("event_fact_redone", event_fact, facts)
            self._insert("event_part_redone", event_part, parts)
            self._insert_arrow("redone", pa.table({"position": pa.array(positions, pa.int64())}))

    def _replace_current(self, stream: list[Envelope]) -> None:
        match stream[0].data:
            case RelationshipRegistered(relationship_id=key):
                table = relationship
            case OrganisationRegistered(organisation_id=key):
                table = organisation
            case _:
                return
        self._duck.execute(f"DELETE FROM {table.name} WHERE {table.name}_id = ?", (str(key),))  # noqa: S608
        if row := current_row(stream):
            self._insert(table.name, table, [row])

    # Rows made by Python

    def _whole(self, keys: list[UUID], size: int) -> Iterator[list[Envelope]]:
        """The streams with those ids, as long as they are at that size of the log."""
        with self._engine.connect() as connection:
            texts = connection.execute(_streams, {"wanted": [str(key) for key in keys], "size": size}).scalars().all()
        stream: list[Envelope] = []
        for envelope in (decode(text, FACTS) for text in texts):
            if stream and stream[-1].stream_id != envelope.stream_id:
                yield stream
                stream = []
            stream.append(envelope)
        yield stream

    def _learn_currencies(self, envelopes: Iterable[Envelope]) -> None:
        """Those of their relationships are at hand."""
        keys = {e.relationship_id for e in envelopes if e.relationship_id} - self._currencies.keys()
        found = self._duck.execute(
            """SELECT relationship_id, since, currency FROM units
            WHERE relationship_id IN (SELECT unnest(CAST(? AS UUID[]))) ORDER BY since""",
            [[str(key) for key in keys]],
        )
        for key, since, currency in found.fetchall():
            self._currencies.setdefault(key, []).append((since, currency))

    def _currency(self, relationship_id: UUID | None, position: int) -> str | None:
        if relationship_id is None:
            return None
        known = self._currencies[relationship_id]
        return next(currency for since, currency in reversed(known) if since <= position)

    def _insert(self, name: str, table: Table, rows: Iterable[Row]) -> None:
        if rows:
            self._insert_arrow(name, pa.Table.from_pylist(list(rows), schema=_arrow(table)))

    def _insert_arrow(self, name: str, rows: pa.Table) -> None:
        self._duck.register("given", rows)
        self._duck.execute(f"INSERT INTO {name} SELECT * FROM given")  # noqa: S608
        self._duck.unregister("given")


def _some(keys: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]


_CHANGED = [(kind, fact) for kind, fact in FACTS.items() if fact.schema_version > 1]


def _arrow(table: Table) -> pa.Schema:
    def type_of(column: Any) -> pa.DataType:
        match column.type:
            case BigInteger():
                return pa.int64()
            case Integer():
                return pa.int32()
            case Boolean():
                return pa.bool_()
        return pa.string()

    return pa.schema([(c.name, type_of(c)) for c in table.columns])
