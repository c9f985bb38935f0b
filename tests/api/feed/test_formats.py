"""Rows of the feed as files: typed, exact, and read by others' programs as they were written."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import literal, select

from api.feed.formats import FORMATS, Format, write
from api.feed.package import package
from api.feed.parquet import arrow_schema
from domain.store.instants import format_instant
from projections.bi.catalogue import TABLES, references, table_named
from projections.bi.columns import day, decimal, flag, ident, instant, text, whole
from projections.bi.tables import FeedTable

TABLE = FeedTable(
    name="sample",
    grain="A row of every kind of field.",
    key=("position",),
    fields=(
        whole("position", "A whole number."),
        ident("id", "An id.", optional=True),
        text("title", "A text.", optional=True),
        decimal("amount", 4, "A decimal.", optional=True),
        day("on", "A day.", optional=True),
        instant("at", "An instant.", optional=True),
        flag("yes", "Yes or no.", optional=True),
    ),
    visibility="everyone",
    source=lambda _: select(literal(1)).subquery(),
)
INSTANT = datetime(2026, 3, 31, 9, 15, 0, 123456, UTC)
BATCHES: list[list[Any]] = [
    [(1, "a", 'He said "no",\nthen yes', 12345678905678, 20543, format_instant(INSTANT), True, 7, False)],
    [(2, None, None, None, None, None, None, 8, False), (3, "b", "", -1, -1, None, False, 9, True)],
]
SHOWN = [
    (1, "a", 'He said "no",\nthen yes', Decimal("1234567890.5678"), date(2026, 3, 31), INSTANT, True, 7, False),
    (2, None, None, None, None, None, None, 8, False),
    (3, "b", "", Decimal("-0.0001"), date(1969, 12, 31), None, False, 9, True),
]
NAMES = ["position", "id", "title", "amount", "on", "at", "yes", "changed_at", "is_deleted"]


def written(format: Format, batches: list[list[Any]] = BATCHES) -> bytes:
    file = io.BytesIO()
    assert write(TABLE, batches, format, file) == sum(map(len, batches))
    return file.getvalue()


def test_parquet_holds_typed_columns() -> None:
    found = pq.read_table(io.BytesIO(written("parquet")))
    assert found.schema.names == NAMES
    assert found.schema.field("amount").type == pa.decimal128(20, 4)
    assert found.schema.field("on").type == pa.date32()
    assert found.schema.field("at").type == pa.timestamp("us", tz="UTC")
    assert [tuple(row.values()) for row in found.to_pylist()] == SHOWN


def test_csv_is_read_back_as_it_was_written() -> None:
    rows = list(csv.reader(io.StringIO(written("csv").decode(), newline="")))
    at = "2026-03-31T09:15:00.123456Z"
    assert rows == [
        NAMES,
        ["1", "a", 'He said "no",\nthen yes', "1234567890.5678", "2026-03-31", at, "true", "7", "false"],
        ["2", "", "", "", "", "", "", "8", "false"],
        ["3", "b", "", "-0.0001", "1969-12-31", "", "false", "9", "true"],
    ]  # fmt: skip


def test_ndjson_keeps_every_decimal() -> None:
    rows = [json.loads(line, parse_float=Decimal) for line in written("ndjson").splitlines()]
    assert [list(row) for row in rows] == [NAMES] * 3
    assert rows[0]["amount"] == Decimal("1234567890.5678")
    assert rows[0]["at"] == "2026-03-31T09:15:00.123456Z"
    assert rows[1] == {**dict.fromkeys(NAMES), "position": 2, "changed_at": 8, "is_deleted": False}
    assert b'"amount":-0.0001' in written("ndjson").splitlines()[2]


def test_duckdb_reads_the_three_as_the_same(tmp_path: Any) -> None:
    types = "{'position': 'BIGINT', 'amount': 'DECIMAL(20,4)', 'on': 'DATE', 'at': 'TIMESTAMPTZ', 'yes': 'BOOLEAN'}"
    read = {"parquet": "read_parquet('{}')", "csv": "read_csv('{}', types=T)", "ndjson": "read_json('{}', columns=T)"}
    found = []
    for each in FORMATS:
        path = tmp_path / f"sample.{each}"
        path.write_bytes(written(each))
        source = read[each].format(path).replace("T)", f"{types})")
        chosen = 'SELECT position, amount, "on", epoch_us("at"), yes FROM'
        found.append(duckdb.connect().execute(f"{chosen} {source} ORDER BY 1").fetchall())
    assert found[0] == found[1] == found[2]
    assert [row[1] for row in found[0]] == [row[3] for row in SHOWN]


@pytest.mark.parametrize("format", FORMATS)
def test_a_table_without_rows_still_has_its_columns(format: Format) -> None:
    found = written(format, [])
    if format == "parquet":
        assert pq.read_table(io.BytesIO(found)).schema.names == NAMES
    else:
        assert found == (b"" if format == "ndjson" else ",".join(NAMES).encode() + b"\r\n")


def test_a_decimal_with_too_many_places_cannot_be_stored() -> None:
    field = decimal("amount", 2, "A decimal.")
    assert field.stored(Decimal("1.25")) == 125
    with pytest.raises(ValueError, match=r"1\.255 has more than 2 decimals"):
        field.stored(Decimal("1.255"))


# The catalogue and the package


def test_every_table_and_column_is_described() -> None:
    for table in TABLES:
        assert table.grain.endswith("."), table.name
        names = [field.name for field in table.columns]
        assert len(set(names)) == len(names)
        assert set(table.key) <= set(names)
        assert all(field.description.endswith(".") for field in table.columns), table.name
    assert len({table.name for table in TABLES}) == len(TABLES) == 21


def test_scores_are_never_marked_as_summable() -> None:
    marked = {field.name for table in TABLES for field in table.fields if field.additive}
    assert {"numerator", "denominator", "contribution", "entries"} <= marked
    assert not marked & {"score", "value", "coverage", "weight", "trend_delta", "floor", "target_value"}


def test_the_package_describes_the_files() -> None:
    described = package(TABLES, "csv", 42, after=7)
    assert (described["position"], described["after"]) == (42, 7)
    assert [resource["path"] for resource in described["resources"]] == [f"{table.name}.csv" for table in TABLES]
    facts = next(r for r in described["resources"] if r["name"] == "fact_indicator_score")
    assert facts["schema"]["primaryKey"] == ["relationship_id", "indicator_id", "period"]
    by_name = {field["name"]: field for field in facts["schema"]["fields"]}
    assert by_name["numerator"] == {
        "name": "numerator",
        "type": "number",
        "description": "Its numerator; money in the relationship's currency.",
        "decimals": 4,
        "additive": True,
    }
    assert by_name["as_of"]["type"] == "date"
    assert by_name["status"]["constraints"] == {"required": True}
    assert {
        "fields": ["indicator_id"],
        "reference": {"resource": "dim_indicator", "fields": ["indicator_id"]},
    } in facts["schema"]["foreignKeys"]


def test_references_name_fields_that_are_there() -> None:
    for table in TABLES:
        for name, other, key in references(table):
            mine, its = table.field(name), other.field(key)
            assert mine is not None
            assert its is not None
            assert mine.kind == its.kind


def test_arrow_types_follow_the_kinds() -> None:
    scores = table_named("fact_indicator_score")
    assert scores is not None
    schema = arrow_schema(scores)
    assert schema.field("score").type == pa.decimal128(20, 2)
    assert not schema.field("status").nullable
