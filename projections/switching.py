"""How copies of the read models take the place of the live ones, on either kind of database."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from psycopg.errors import DeadlockDetected, QueryCanceled
from sqlalchemy import Connection, Engine, Table, event, text

from domain.store.engine import connect
from domain.store.head import locked_head
from projections.bi import views
from projections.rights import carry_over
from projections.tables import LIVE, Tables

WAIT = 0.5
"""Seconds for which an attempt waits for readers, while new ones, and writers, queue behind it. They get through in a
pause as long before the next one."""
GIVES_UP = 0.4
"""The share of PostgreSQL's `deadlock_timeout` for which each of the two locks of a switch is waited for."""
PAUSE = 0.02


class Filled(Protocol):
    """Copies that can be brought up to date, in transactions of their own or in one that is given."""

    copies: Tables

    def step(self) -> bool: ...

    def finish(self, connection: Connection) -> None: ...


class Switch(Protocol):
    """What the two kinds of database do differently."""

    names_constraints_apart: bool

    def prepare(self, engine: Engine, copies: Tables) -> None:
        """What takes long and needs no lock is done."""

    def put_in_place(self, engine: Engine, filled: Filled, old: str, patience: float) -> None:
        """The copies hold the whole log and are the live tables; those that were are named with `old` at the end.

        Raises TimeoutError when readers do not let go of these for so many seconds: nothing is changed then.
        """


def of_engine(engine: Engine) -> Switch:
    return _Sqlite() if engine.dialect.name == "sqlite" else _Postgres()


def _pairs(copies: Tables) -> list[tuple[Table, Table]]:
    return list(zip(LIVE.every(), copies.every(), strict=True))


def _rename(connection: Connection, kind: str, name: str, new_name: str) -> None:
    quote = connection.dialect.identifier_preparer.quote
    connection.execute(text(f"ALTER {kind} {quote(name)} RENAME TO {quote(new_name)}"))


@contextmanager
def _sorting_on_disk(engine: Engine) -> Iterator[Engine]:
    """Connections of their own to the same file, that sort an index in files: it may not fit into memory."""
    apart = connect(engine.url.render_as_string(hide_password=False))
    event.listen(apart, "connect", lambda driver, _: driver.execute("PRAGMA temp_store = FILE").close())
    try:
        yield apart
    finally:
        apart.dispose()


@contextmanager
def _views_as_they_are(connection: Connection) -> Iterator[None]:
    """Views go on naming the tables that they name, whichever these come to be; SQLite would rename them too."""
    connection.exec_driver_sql("PRAGMA legacy_alter_table = ON")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA legacy_alter_table = OFF")


class _Sqlite:
    """One writer at a time, and readers that go on seeing what they began with: one transaction does it all.

    An index cannot be renamed, so the live ones are dropped and made anew on the copies.
    """

    names_constraints_apart = False

    def prepare(self, engine: Engine, copies: Tables) -> None:
        pass

    def put_in_place(self, engine: Engine, filled: Filled, old: str, patience: float) -> None:  # noqa: ARG002
        with (
            _sorting_on_disk(engine) as apart,
            locked_head(apart) as head,
            _views_as_they_are(head.connection),
        ):
            filled.finish(head.connection)
            for live, copied in _pairs(filled.copies):
                for index in live.indexes:
                    index.drop(head.connection)
                _rename(head.connection, "TABLE", live.name, f"{live.name}{old}")
                _rename(head.connection, "TABLE", copied.name, live.name)
                for index in live.indexes:
                    index.create(head.connection)


class _Postgres:
    """Names are looked up as they are now, rows are seen as of a reader's snapshot.

    A reader whose snapshot is older than the copies' rows must therefore end before the names change.
    """

    names_constraints_apart = True

    def prepare(self, engine: Engine, copies: Tables) -> None:
        with engine.begin() as connection:
            for live, copied in _pairs(copies):
                for index in copied.indexes:
                    index.create(connection, checkfirst=True)
                carry_over(connection, live.name, copied.name)
        with engine.begin() as connection:
            for _, copied in _pairs(copies):
                connection.execute(text(f"ANALYZE {copied.name}"))

    def put_in_place(self, engine: Engine, filled: Filled, old: str, patience: float) -> None:
        deadline = time.monotonic() + patience
        while True:
            try:
                filled_at = _fill(engine, filled, None, patience)
                with locked_head(engine) as head:
                    _fill(engine, filled, filled_at, WAIT, head.connection)
                    filled.finish(head.connection)
                    _lock(head.connection, WAIT)
                    _swap(head.connection, filled.copies, old)
            except TimeoutError as error:
                if time.monotonic() > deadline:
                    raise TimeoutError("The read models are in use; they have not been replaced.") from error
                time.sleep(WAIT)
            else:
                return


def _fill(
    engine: Engine, filled: Filled, since: datetime | None, patience: float, holder: Connection | None = None
) -> datetime:
    """The copies hold the whole log for every reader there is but `holder`, since the instant that it gives.

    since: when they last did. Raises TimeoutError when readers from before do not end for so many seconds.
    """
    while filled.step():
        since = None
    deadline = time.monotonic() + patience
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        filled_at: datetime = since or connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        pid = 0 if holder is None else holder.execute(text("SELECT pg_backend_pid()")).scalar_one()
        while connection.execute(_OLDER_READERS, {"filled_at": filled_at, "holder": pid}).scalar_one():
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(PAUSE)
    return filled_at


def _lock(connection: Connection, patience: float) -> None:
    """Nobody reads the live tables. Raises TimeoutError when someone does not let go of them for so many seconds.

    A reader that has read one of them and wants another is in a deadlock with us until we give up. PostgreSQL ends one
    of the two after `deadlock_timeout`: we always give up before.
    """
    names = ", ".join(table.name for table in LIVE.every())
    deadlock = "(SELECT setting::float FROM pg_settings WHERE name = 'deadlock_timeout')"
    cursor: Any = connection.connection.cursor()
    try:
        limit = f"greatest(1, floor(least(%s, {GIVES_UP} * {deadlock})))"
        cursor.execute(f"SELECT set_config('statement_timeout', {limit}::text, true)", (patience * 1000,))
        views.hold(connection)
        cursor.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
    except (QueryCanceled, DeadlockDetected) as error:
        raise TimeoutError from error
    finally:
        cursor.close()


def _swap(connection: Connection, copies: Tables, old: str) -> None:
    for live, copied in _pairs(copies):
        suffix = copied.name.removeprefix(live.name)
        _rename(connection, "TABLE", live.name, f"{live.name}{old}")
        _rename(connection, "TABLE", copied.name, live.name)
        for name in _index_names(connection, f"{live.name}{old}"):
            _rename(connection, "INDEX", name, f"{name}{old}")
        for name in _index_names(connection, live.name):
            _rename(connection, "INDEX", name, name.removesuffix(suffix))
    views.renew(connection)


_OLDER_READERS = text(
    """SELECT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
    AND pid NOT IN (pg_backend_pid(), :holder)
    AND backend_xmin IS NOT NULL AND xact_start < :filled_at AND wait_event_type IS DISTINCT FROM 'Lock')"""
)
"""Who waits for a lock is a writer, and looks again when it has it."""
_INDEXES = text("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND tablename = :name")


def _index_names(connection: Connection, table: str) -> list[str]:
    return list(connection.execute(_INDEXES, {"name": table}).scalars())
