"""Rows of the feed as files: Parquet, CSV (RFC 4180) and NDJSON, typed and written batch by batch.

Dates are dates, decimals are decimals with all their places, also as JSON numbers, instants are in UTC.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, Literal, get_args

import msgspec

from domain.store.instants import format_instant
from projections.bi.tables import FeedTable

Format = Literal["parquet", "csv", "ndjson"]
FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA_TYPES: dict[Format, str] = {
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
}
Batches = Iterable[Sequence[Any]]
"""Rows in their stored form, some at a time."""


def write(table: FeedTable, batches: Batches, format: Format, file: BinaryIO) -> int:
    """The rows are in the file; gives how many."""
    return _WRITERS[format](table, batches, file)


def _parquet(table: FeedTable, batches: Batches, file: BinaryIO) -> int:
    from api.feed.parquet import write_parquet  # noqa: PLC0415 - Arrow takes long to import

    return write_parquet(table, batches, file)


def _csv(table: FeedTable, batches: Batches, file: BinaryIO) -> int:
    fields, count = table.columns, 0
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([field.name for field in fields])
    for rows in batches:
        writer.writerows([_cell(field.shown(value)) for field, value in zip(fields, row, strict=True)] for row in rows)
        count += len(rows)
    text.detach()
    return count


def _cell(value: Any) -> str:
    """Nothing is an empty cell."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return format_instant(value)
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def _ndjson(table: FeedTable, batches: Batches, file: BinaryIO) -> int:
    fields, count = table.columns, 0
    encoder = msgspec.json.Encoder(decimal_format="number")
    for rows in batches:
        lines = [
            {field.name: _json(field.shown(value)) for field, value in zip(fields, row, strict=True)} for row in rows
        ]
        file.write(encoder.encode_lines(lines))
        count += len(rows)
    return count


def _json(value: Any) -> Any:
    return format_instant(value) if isinstance(value, datetime) else value


_WRITERS: dict[Format, Callable[[FeedTable, Batches, BinaryIO], int]] = {
    "parquet": _parquet,
    "csv": _csv,
    "ndjson": _ndjson,
}
