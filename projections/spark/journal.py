"""The journal as Parquet, for engines that work beside the register: streamed, typed, partitioned by relationship.

`event_fact/bucket=N/part-0.parquet`, and so for `event_part` and `relationship`: the bucket is the CRC-32 of the
relationship's id, modulo the number of buckets. What belongs to none lies in the one that Hive names for NULL.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import pyarrow as pa
import pyarrow.dataset as ds
from sqlalchemy import BigInteger, Boolean, Connection, Integer, Select, Table, and_, select
from sqlalchemy.types import TypeEngine

from projections.schema import event_fact, event_part, relationship

BUCKETS = 32
ROWS = 50_000
"""Rows of a batch: what is in memory at a time, together with what each bucket has not written yet."""
ROWS_OF_A_BUCKET = 10_000
_BUCKET = "bucket"


def export(connection: Connection, folder: Path, buckets: int = BUCKETS) -> None:
    """The journal, as the transaction of `connection` sees it, is in the folder."""
    for name, schema, batches in journal(connection):
        write(batches, schema, folder / name, buckets)


def journal(connection: Connection) -> Iterator[tuple[str, pa.Schema, Iterator[pa.RecordBatch]]]:
    """Each table's name, its columns and its rows in batches; every row says whose it is in `relationship_id`."""
    owner = event_fact.c.relationship_id
    same = and_(event_fact.c.position == event_part.c.position, event_fact.c.known_from == event_part.c.known_from)
    for table, statement in (
        (event_fact, select(event_fact)),
        (event_part, select(event_part, owner).join_from(event_part, event_fact, same)),
        (relationship, select(relationship)),
    ):
        yield table.name, schema_of(statement), _batches(connection, statement, table)


def schema_of(statement: Select[Any]) -> pa.Schema:
    return pa.schema([(column.name, _type(column.type)) for column in statement.selected_columns])


def write(batches: Iterator[pa.RecordBatch], schema: pa.Schema, folder: Path, buckets: int = BUCKETS) -> None:
    """The rows are in the folder, in files by bucket, which replace those that were there."""
    cut = Buckets(buckets)
    parted = schema.append(pa.field(_BUCKET, pa.int32()))
    folder.mkdir(parents=True, exist_ok=True)
    ds.write_dataset(
        pa.RecordBatchReader.from_batches(parted, (cut.add(batch) for batch in batches)),
        folder,
        format="parquet",
        partitioning=ds.partitioning(pa.schema([(_BUCKET, pa.int32())]), flavor="hive"),
        basename_template="part-{i}.parquet",
        existing_data_behavior="delete_matching",
        max_partitions=buckets + 1,
        max_open_files=buckets + 1,
        max_rows_per_group=ROWS_OF_A_BUCKET,
        use_threads=False,
    )


class Buckets:
    """Into which bucket each relationship falls."""

    def __init__(self, buckets: int) -> None:
        self._buckets = buckets
        self._known: dict[str | None, int | None] = {None: None}

    def add(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with its column `bucket`."""
        ids = batch.column("relationship_id").to_pylist()
        column = pa.array([self._known[i] if i in self._known else self._bucket(i) for i in ids], pa.int32())
        return batch.append_column(_BUCKET, column)

    def _bucket(self, relationship_id: str) -> int:
        return self._known.setdefault(relationship_id, crc32(relationship_id.encode()) % self._buckets) or 0


def _batches(connection: Connection, statement: Select[Any], table: Table) -> Iterator[pa.RecordBatch]:
    schema = schema_of(statement)
    found = connection.execution_options(stream_results=True).execute(statement.order_by(*table.primary_key))
    for rows in found.partitions(ROWS):
        yield _batch(rows, schema)


def _batch(rows: Sequence[Any], schema: pa.Schema) -> pa.RecordBatch:
    columns = zip(*rows, strict=True)
    return pa.RecordBatch.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )


def _type(column: TypeEngine[Any]) -> pa.DataType:
    if isinstance(column, BigInteger):
        return pa.int64()
    if isinstance(column, Integer):
        return pa.int32()
    return pa.bool_() if isinstance(column, Boolean) else pa.string()
