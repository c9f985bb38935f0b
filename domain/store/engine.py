"""Connections to the database, set up so that what is committed survives a loss of power. Source: docs/audit.md 2."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

LOCK_SECONDS = 30
MANY_EVENTS = 500  # from here on a load is worth new statistics
SQLITE_SETTINGS = (
    f"busy_timeout = {LOCK_SECONDS * 1000}",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",  # erased personal data is overwritten
    "cache_size = -16384",
    "mmap_size = 268435456",
    "temp_store = MEMORY",
    "journal_size_limit = 67108864",
    "fullfsync = ON",  # where a plain fsync leaves data in the drive's own memory
)
POSTGRES_SETTINGS = (
    "synchronous_commit = on",
    "timezone = 'UTC'",
    # The same few statements come again and again; planning the large ones takes longer than running them.
    "plan_cache_mode = force_generic_plan",
    # The rows of the relationships at work are in memory, where an index costs hardly more than a scan.
    "random_page_cost = 1.1",
    "jit = off",  # compiling a scorecard takes seconds, running it milliseconds
)
_WRITES = "counterfoil_writes"
_write_locks: dict[str, Lock] = {}
_writers: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()
"""Connections of their own for those who write to PostgreSQL: when a transaction is rolled back, as every refused
command is, the driver forgets what its connection has planned, and a scorecard takes half a second to plan."""


class UnsupportedDatabase(ValueError):
    """The address names no database that the register can live in."""


def connect(url: str) -> Engine:
    """An engine for `sqlite:///FILE` (makes the file's folder) or `postgresql+psycopg://…`."""
    try:
        parsed = make_url(url)
        kind = (parsed.get_backend_name(), parsed.get_driver_name())
    except (ArgumentError, ValueError):
        kind = ("", "")
    else:
        if kind == ("sqlite", "pysqlite") and parsed.database and ":memory:" not in parsed.database:
            return _connect_sqlite(parsed)
        if kind == ("postgresql", "psycopg"):
            return _connect_postgres(parsed)
    raise UnsupportedDatabase(
        "The database address must be sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
        + (f", not one of {'+'.join(kind)}." if all(kind) else ".")
    )


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that may write. On SQLite it is the only one from its start; in one process they take turns."""
    writer = _writers.get(engine, engine)
    with write_lock(engine), writer.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        try:
            yield connection
        except KeyboardInterrupt:
            connection.invalidate()  # it may wait for an answer and hear no ROLLBACK: that it is closed undoes as well
            raise


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction in which every statement sees the database at the same moment."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def write_lock(engine: Engine) -> AbstractContextManager[object]:
    """Held while this process writes: waiting threads of SQLite would busy-wait, and some would starve."""
    if engine.dialect.name != "sqlite":
        return nullcontext()
    return _write_locks.setdefault(_resolved(engine.url.database or ""), Lock())


@cache
def _resolved(path: str) -> str:
    return str(Path(path).resolve())


def _connect_sqlite(url: URL) -> Engine:
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        hide_parameters=True,  # errors are logged; what they were about may be personal
        pool_size=16,
        max_overflow=-1,
        pool_use_lifo=True,  # the connection that has planned the most
        connect_args={"timeout": LOCK_SECONDS, "cached_statements": 512},
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # transactions start where we say so
        cursor = connection.cursor()
        for setting in SQLITE_SETTINGS:
            cursor.execute(f"PRAGMA {setting}")
        _use_write_ahead_log(cursor)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _use_write_ahead_log(cursor: sqlite3.Cursor) -> None:
    """SQLite does not wait for others when it changes the journal's mode, so we do."""
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            mode = cursor.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            assert mode == ("wal",), mode
            return


def _connect_postgres(url: URL) -> Engine:
    engine, writer = _postgres(url, pool_size=10, max_overflow=20), _postgres(url, pool_size=2, max_overflow=20)
    _writers[engine] = writer
    event.listen(engine, "engine_disposed", lambda _: writer.dispose())
    return engine


def _postgres(url: URL, *, pool_size: int, max_overflow: int) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        isolation_level="READ COMMITTED",  # who waited for the head reads it as it is now
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_use_lifo=True,
        pool_pre_ping=True,
        pool_recycle=1800,
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: psycopg.Connection[Any], _: object) -> None:
        connection.prepare_threshold = 1
        connection.prepared_max = 500
        connection.autocommit = True
        connection.execute("; ".join(f"SET {setting}" for setting in POSTGRES_SETTINGS).encode())
        connection.autocommit = False

    return engine


def learn_of(engine: Engine, events: int) -> None:
    """PostgreSQL plans by what `events` that have just come in changed; otherwise it finds out within minutes."""
    if engine.dialect.name == "postgresql" and events >= MANY_EVENTS:
        with writing(engine) as connection:
            connection.exec_driver_sql("ANALYZE")
