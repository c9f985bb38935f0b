"""Rows of the feed as Parquet."""

from collections.abc import Callable
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from api.feed.formats import Batches
from projections.bi.columns import Field, Kind
from projections.bi.tables import FeedTable

DIGITS = 20
"""Of a decimal in all: what 64 bits hold."""

_ARROW: dict[Kind, Callable[[Field], pa.DataType]] = {
    "id": lambda _: pa.string(),
    "text": lambda _: pa.string(),
    "integer": lambda _: pa.int64(),
    "decimal": lambda field: pa.decimal128(DIGITS, field.scale),
    "date": lambda _: pa.date32(),
    "instant": lambda _: pa.timestamp("us", tz="UTC"),
    "boolean": lambda _: pa.bool_(),
}


def arrow_schema(table: FeedTable) -> pa.Schema:
    return pa.schema(
        [
            pa.field(f.name, _ARROW[f.kind](f), nullable=f.optional, metadata={"description": f.description})
            for f in table.columns
        ],
        metadata={"description": table.grain},
    )


def write_parquet(table: FeedTable, batches: Batches, file: BinaryIO) -> int:
    schema, fields, count = arrow_schema(table), table.columns, 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for rows in batches:
            columns = zip(*rows, strict=True)
            arrays = [
                pa.array(map(field.shown, column), arrow.type)
                for field, column, arrow in zip(fields, columns, schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            count += len(rows)
    return count
