"""How copies of the read models take the place of the live ones, on either kind of database."""

from typing import Protocol

from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import Connection, Engine, Table, text
from sqlalchemy.exc import OperationalError

from projections.tables import LIVE, Tables

LOCK_MILLISECONDS = 500
"""Readers queue behind a switch that waits for its locks, so it does not wait for long."""


class Filled(Protocol):
    """Copies that can be brought up to date."""

    def step(self) -> bool: ...

    def finish(self, connection: Connection) -> None: ...


class Switch(Protocol):
    """What the two kinds of database do differently."""

    names_constraints_apart: bool

    def prepare(self, engine: Engine, copies: Tables) -> None:
        """What takes long and needs no lock is done."""

    def catch_up(self, connection: Connection, copies: Filled) -> None:
        """The copies hold the whole log; `connection` holds its head, so nothing more comes."""

    def rename(self, connection: Connection, copies: Tables, old: str) -> None:
        """The copies are the live tables, and those that were are named with `old` at the end.

        Raises TimeoutError when readers do not let go of them.
        """


def of_engine(engine: Engine) -> Switch:
    return _Sqlite() if engine.dialect.name == "sqlite" else _Postgres()


def _pairs(copies: Tables) -> list[tuple[Table, Table]]:
    return list(zip(LIVE.every(), copies.every(), strict=True))


def _rename(connection: Connection, kind: str, name: str, new_name: str) -> None:
    quote = connection.dialect.identifier_preparer.quote
    connection.execute(text(f"ALTER {kind} {quote(name)} RENAME TO {quote(new_name)}"))


class _Sqlite:
    """One writer at a time, and readers that go on seeing what they began with: one transaction does it all.

    An index cannot be renamed, so the live ones are dropped and made anew on the copies.
    """

    names_constraints_apart = False

    def prepare(self, engine: Engine, copies: Tables) -> None:
        pass

    def catch_up(self, connection: Connection, copies: Filled) -> None:
        copies.finish(connection)

    def rename(self, connection: Connection, copies: Tables, old: str) -> None:
        for live, copied in _pairs(copies):
            for index in live.indexes:
                index.drop(connection)
            _rename(connection, "TABLE", live.name, f"{live.name}{old}")
            _rename(connection, "TABLE", copied.name, live.name)
            for index in live.indexes:
                index.create(connection)


class _Postgres:
    """Names are looked up as they are now, rows are seen as of a reader's snapshot.

    A reader whose snapshot is older than the copies' rows must therefore end before the names change.
    """

    names_constraints_apart = True

    def prepare(self, engine: Engine, copies: Tables) -> None:
        with engine.begin() as connection:
            for live, copied in _pairs(copies):
                for index in copied.indexes:
                    index.create(connection)
                _grant_as(connection, live, copied)
        with engine.begin() as connection:
            for _, copied in _pairs(copies):
                connection.execute(text(f"ANALYZE {copied.name}"))

    def catch_up(self, connection: Connection, copies: Filled) -> None:
        """In transactions of its own. Raises TimeoutError when an older reader has not ended."""
        while copies.step():
            pass
        filled_at = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        if connection.execute(_OLDER_READERS, {"filled_at": filled_at}).scalar_one():
            raise TimeoutError

    def rename(self, connection: Connection, copies: Tables, old: str) -> None:
        connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}"))
        live_names = ", ".join(table.name for table in LIVE.every())
        try:
            connection.execute(text(f"LOCK TABLE {live_names} IN ACCESS EXCLUSIVE MODE"))
        except OperationalError as error:
            if isinstance(error.orig, LockNotAvailable | DeadlockDetected):
                raise TimeoutError from error
            raise
        for live, copied in _pairs(copies):
            suffix = copied.name.removeprefix(live.name)
            _rename(connection, "TABLE", live.name, f"{live.name}{old}")
            _rename(connection, "TABLE", copied.name, live.name)
            for name in _index_names(connection, f"{live.name}{old}"):
                _rename(connection, "INDEX", name, f"{name}{old}")
            for name in _index_names(connection, live.name):
                _rename(connection, "INDEX", name, name.removesuffix(suffix))


_OLDER_READERS = text(
    """SELECT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
    AND backend_xmin IS NOT NULL AND xact_start < :filled_at AND wait_event_type IS DISTINCT FROM 'Lock')"""
)
"""Who waits for a lock is a writer, and looks again when it has it."""
_GRANTS = text(
    """SELECT DISTINCT privilege_type, grantee FROM information_schema.role_table_grants
    WHERE table_schema = current_schema() AND table_name = :name AND grantee <> current_user"""
)
_INDEXES = text("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND tablename = :name")


def _index_names(connection: Connection, table: str) -> list[str]:
    return list(connection.execute(_INDEXES, {"name": table}).scalars())


def _grant_as(connection: Connection, live: Table, copied: Table) -> None:
    """Who may read the live table may read the copy."""
    quote = connection.dialect.identifier_preparer.quote
    for privilege, grantee in connection.execute(_GRANTS, {"name": live.name}).all():
        to = grantee if grantee == "PUBLIC" else quote(grantee)
        connection.execute(text(f"GRANT {privilege} ON {copied.name} TO {to}"))
