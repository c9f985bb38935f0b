"""The feed as tests look at it: every table's rows as they leave, and increments put on top of each other."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from domain.store.engine import reading
from projections.bi.catalogue import TABLES, table_named
from projections.bi.feed import Wanted, rows
from projections.bi.follower import catch_up
from projections.bi.tables import FeedTable
from recording import NOW

MARKS = ("changed_at", "is_deleted")
Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]
"""By table and by key: the row, its values as shown."""


def fed(engine: Engine, now: datetime = NOW, *, after: int | None = None, party: str | None = None) -> Rows:
    """The feed brought up to date, or what changed in it since a position."""
    at = catch_up(engine, now).position
    found: Rows = {}
    with reading(engine) as connection:
        for table in TABLES:
            wanted = Wanted(table=table, after=after, party=None if party is None else UUID(party))
            batches = list(rows(connection, wanted, at))
            found[table.name] = {key(table, row): row for batch in batches for row in shown(table, batch)}
            assert len(found[table.name]) == sum(map(len, batches)), "a key stands twice"
    return found


def shown(table: FeedTable, batch: Any) -> list[dict[str, Any]]:
    return [{f.name: f.shown(v) for f, v in zip(table.columns, row, strict=True)} for row in batch]


def key(table: FeedTable, row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in table.key)


def unmarked(found: Rows) -> Rows:
    """Without the marks of when a row was written."""
    return {
        table: {key: {n: v for n, v in row.items() if n not in MARKS} for key, row in some.items()}
        for table, some in found.items()
    }


def applied(before: Rows, increment: Rows) -> Rows:
    """What a consumer holds that has loaded the increment on top of what it had."""
    found = {table: dict(some) for table, some in before.items()}
    for table, some in increment.items():
        for place, row in some.items():
            found[table].pop(place, None)
            if not row["is_deleted"]:
                found[table][place] = row
    return found


def of(found: Rows, table: str, **wanted: Any) -> list[dict[str, Any]]:
    """The rows of a table in which these fields have these values."""
    assert table_named(table) is not None
    return [row for row in found[table].values() if all(row[name] == value for name, value in wanted.items())]
