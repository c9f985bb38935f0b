"""Rows that changed are written, others are left alone: what has not changed keeps its watermark."""

from collections.abc import Collection, Iterable, Iterator
from operator import itemgetter
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, and_, bindparam, select, update

from projections.bi.columns import Stored
from projections.bi.tables import Kept
from projections.inserting import insert_rows

Row = tuple[Stored, ...]
"""The stored form of a table's fields, in their order."""


class Moment(Struct, frozen=True, kw_only=True):
    """What changes are marked with: the position of the log, and the turn of the feed in which they were written."""

    position: int
    turn: int


def keep(connection: Connection, table: Kept, wanted: Collection[str] | None, rows: Iterable[Row], at: Moment) -> int:
    """The table holds these rows and no others in the scopes `wanted` (None: at all); gives how many were written.

    A row that is gone stays as a tombstone, so that increments can tell of it.
    """
    places = [n for n, field in enumerate(table.fields) if field.name in table.key]
    key: Any = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
    stored = {key(row): row for row in _stored(connection, table, wanted)}
    made: list[Row] = []
    changed: list[Row] = []
    for row in rows:
        was = stored.pop(key(row), None)
        if was is None:
            made.append(row)
        elif was != (*row, False):
            changed.append(row)
    gone = [place for place, was in stored.items() if not was[-1]]
    _write(connection, table, made, changed, gone, at)
    return len(made) + len(changed) + len(gone)


def _stored(connection: Connection, table: Kept, wanted: Collection[str] | None) -> Iterator[Row]:
    """The rows in those scopes, each with whether it is gone behind its fields."""
    t = table.stored
    statement = select(*(t.c[field.name] for field in table.fields), t.c.is_deleted)
    if wanted is not None:
        statement = statement.where(t.c[table.scope].in_(list(wanted)))
    return map(tuple, connection.execute(statement))


def _write(
    connection: Connection, table: Kept, made: list[Row], changed: list[Row], gone: list[Row], at: Moment
) -> None:
    t = table.stored
    names = [field.name for field in table.fields]
    mark = {"changed_at": at.position, "changed_turn": at.turn}
    insert_rows(connection, t, [(*row, at.position, False, at.turn) for row in made])
    by_key = and_(*(t.c[name] == bindparam(f"of_{name}") for name in table.key))
    if changed:
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in (*names, *mark)}
        connection.execute(
            update(t).where(by_key).values(**values, is_deleted=False),
            [_change(dict(zip(names, row, strict=True)), mark, table) for row in changed],
        )
    if gone:
        keys = [name for name in names if name in table.key]
        connection.execute(
            update(t).where(by_key).values(**mark, is_deleted=True),
            [{f"of_{name}": value for name, value in zip(keys, place, strict=True)} for place in gone],
        )


def _change(row: dict[str, Any], mark: dict[str, int], table: Kept) -> dict[str, Any]:
    return {
        **{f"new_{name}": value for name, value in {**row, **mark}.items()},
        **{f"of_{name}": row[name] for name in table.key},
    }
