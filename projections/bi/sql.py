"""What SQL clients read, kept in the form that this release gives it: the views, and the rights of their readers.

It is looked at when the tables are migrated and whenever a server starts, which is when a release can have changed it.
Then nothing has to look at it again while the feed is brought up to date, and what hinders it hinders nothing else.
"""

import sqlite3
from uuid import UUID

import psycopg
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from domain.store.engine import reading
from domain.store.head import locked_head
from projections.bi import readers, views
from projections.bi.readers import CannotAdmit

OLDEST = 150_000
"""PostgreSQL 15: before it a view shows its readers everything that its owner may see."""


def keep_up(engine: Engine) -> str | None:
    """It is in that form; or why it cannot be, as one sentence."""
    try:
        with reading(engine) as connection:
            if views.are_current(connection):
                return None
            if not is_new_enough(connection):
                return "The views of the feed need PostgreSQL 15 or newer."
        with locked_head(engine) as head:
            views.make(head.connection)
            if engine.dialect.name == "postgresql" and readers.has_readers(head.connection):
                readers.secure(head.connection)
    except (DBAPIError, psycopg.Error, sqlite3.Error) as error:
        said = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()
        return f"The views of the feed cannot be made: {said[0] if said else type(error).__name__}."
    return None


def admit(engine: Engine, role: str, organisation_id: UUID) -> bool:
    """The role of PostgreSQL reads for that organisation; gives whether it was made just now. Raises CannotAdmit."""
    _refuse_sqlite(engine)
    if (problem := keep_up(engine)) is not None:
        raise CannotAdmit(problem)
    with locked_head(engine) as head:
        return readers.admit(head.connection, role, organisation_id)


def dismiss(engine: Engine, role: str) -> None:
    """The role reads nothing here any more. Raises CannotAdmit."""
    _refuse_sqlite(engine)
    with locked_head(engine) as head:
        readers.dismiss(head.connection, role)


def _refuse_sqlite(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        raise CannotAdmit("SQLite knows no roles: who may read the file reads everything. PostgreSQL is needed.")


def is_new_enough(connection: Connection) -> bool:
    if connection.dialect.name == "sqlite":
        return True
    version: int = connection.execute(text("SELECT current_setting('server_version_num')::int")).scalar_one()
    return version >= OLDEST
