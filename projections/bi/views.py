"""The tables of the feed for SQL clients: a view of each, typed, without tombstones.

On PostgreSQL they lie in the schema `bi_v1`, described by comments, and show a reader what it may see itself
(`security_invoker`); on SQLite they are named `bi_v1_…`, with days as ISO dates.
"""

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import (
    TIMESTAMP,
    ColumnElement,
    Connection,
    Dialect,
    Numeric,
    Select,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects import postgresql, sqlite

from projections.bi.catalogue import TABLES, VERSION
from projections.bi.columns import IS_DELETED, Field
from projections.bi.events import EVENT_FACT
from projections.bi.tables import FeedTable
from projections.rights import run
from projections.schema import OPEN

SCHEMA = f"bi_v{VERSION}"
ON_JOURNAL = EVENT_FACT
"""The one table whose view stands on tables that a rebuild switches; the follower's tables stay where they are."""
LOCK = 0x62695F7631  # "bi_v1": the number of the lock under which one process makes the views at a time
PATIENCE = "2s"
"""How long who makes them waits for those who read them; the next start tries again."""
_BEGIN = {
    "sqlite": "CREATE VIEW {} AS ",
    "postgresql": "CREATE OR REPLACE VIEW {} WITH (security_invoker = true) AS ",
}
_DIALECTS: dict[str, Dialect] = {
    "sqlite": sqlite.dialect(),
    "postgresql": postgresql.dialect(paramstyle="named"),  # type: ignore[no-untyped-call]
}


def name_of(table: FeedTable, engine: str) -> str:
    return f"{SCHEMA}_{table.name}" if engine == "sqlite" else f"{SCHEMA}.{table.name}"


def shown(table: FeedTable) -> list[Field]:
    """The columns of its view, and over OData. Added ones come last: PostgreSQL replaces in place a view that grows."""
    return sorted((field for field in table.columns if field is not IS_DELETED), key=lambda field: field.added)


def rows_of(table: FeedTable, engine: str) -> Select[Any]:
    """What the view shows: the rows as they are known now."""
    source = table.source(OPEN - 1)
    columns = (_typed(field, source.c[field.name], engine).label(field.name) for field in shown(table))
    return select(*columns).where(source.c.is_deleted.is_(False))


def are_current(connection: Connection) -> bool:
    """Whether they are there as this release has them."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(sql("SELECT sql FROM sqlite_master WHERE type = 'view'")).scalars()
        return set(_creating("sqlite")) <= set(found)
    return _said(connection) == _mark(connection)


def make(connection: Connection) -> None:
    """They are. Who else makes them meanwhile waits."""
    if connection.dialect.name == "sqlite":
        for table, create in zip(TABLES, _creating("sqlite"), strict=True):
            run(connection, f"DROP VIEW IF EXISTS {name_of(table, 'sqlite')}")
            run(connection, create)
        return
    run(connection, f"SELECT pg_advisory_xact_lock({LOCK}); SET LOCAL lock_timeout = '{PATIENCE}'")
    if are_current(connection):
        return
    if connection.execute(sql("SELECT to_regnamespace(:schema)"), {"schema": SCHEMA}).scalar_one() is None:
        run(connection, f"CREATE SCHEMA {SCHEMA}")
    for table, create in zip(TABLES, _creating("postgresql"), strict=True):
        _replace(connection, table, create)
    run(connection, f"COMMENT ON SCHEMA {SCHEMA} IS {quoted(_mark(connection))}")


def hold(connection: Connection) -> None:
    """Nobody reads the view whose tables are about to be renamed: it is locked before them, as its readers lock it."""
    if _are_ours(connection):
        run(connection, f"ALTER VIEW {name_of(ON_JOURNAL, 'postgresql')} SET (security_invoker = true)")


def renew(connection: Connection) -> None:
    """That view shows the tables that have its names now. Who could read it still can."""
    if _are_ours(connection):
        run(connection, _creating("postgresql")[TABLES.index(ON_JOURNAL)])


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def compiled(statement: Any, engine: str) -> str:
    """As text that needs no parameters."""
    return str(statement.compile(dialect=_DIALECTS[engine], compile_kwargs={"literal_binds": True}))


def _replace(connection: Connection, table: FeedTable, create: str) -> None:
    """In place, so that rights and other views on it stay; anew where its columns have become others."""
    try:
        with connection.begin_nested():
            run(connection, create)
    except psycopg.Error:
        run(connection, f"DROP VIEW IF EXISTS {name_of(table, 'postgresql')}; {create}")
    run(connection, "; ".join(_comments(table)))


@cache
def _creating(engine: str) -> tuple[str, ...]:
    """The statement that makes each view, in the order of the tables."""
    begin = _BEGIN[engine]
    return tuple(begin.format(name_of(table, engine)) + compiled(rows_of(table, engine), engine) for table in TABLES)


def _comments(table: FeedTable) -> Iterator[str]:
    name = name_of(table, "postgresql")
    yield f"COMMENT ON VIEW {name} IS {quoted(table.grain)}"
    for field in shown(table):
        yield f"COMMENT ON COLUMN {name}.{field.name} IS {quoted(field.meaning)}"


@cache
def _digest() -> str:
    lines = (*_creating("postgresql"), *(line for table in TABLES for line in _comments(table)))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _mark(connection: Connection) -> str:
    """What the schema's comment says: on which tables its views stand, and how they were made."""
    return f"{_standing_on(connection)} ({_digest()})"


def _standing_on(connection: Connection) -> str:
    schema: str = connection.execute(sql("SELECT current_schema()")).scalar_one()
    return f"Counterfoil: the register as a star schema, version {VERSION}, of the tables in {schema}"


def _said(connection: Connection) -> str:
    said = sql("SELECT obj_description(to_regnamespace(:schema), 'pg_namespace')")
    return connection.execute(said, {"schema": SCHEMA}).scalar_one() or ""


def _are_ours(connection: Connection) -> bool:
    """Whether they stand on these tables, as whichever release made them."""
    return _said(connection).startswith(f"{_standing_on(connection)} (")


def _typed(field: Field, column: ColumnElement[Any], engine: str) -> ColumnElement[Any]:
    """The stored value as SQL clients expect it."""
    match engine, field.kind:
        case "sqlite", "date":
            return func.date(column * 86_400, "unixepoch")
        case "sqlite", "decimal":
            return column.op("/")(literal_column(f"{10**field.scale}.0"))
        case "postgresql", "date":
            return literal_column("DATE '1970-01-01'").op("+")(column)
        case "postgresql", "decimal":
            factor: ColumnElement[Any] = literal_column(str(Decimal(1).scaleb(-field.scale)))
            return cast(column.op("*")(factor), Numeric(19, field.scale))
        case "postgresql", "instant":
            return cast(column, TIMESTAMP(timezone=True))
    return column
