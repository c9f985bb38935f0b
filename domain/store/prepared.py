"""Statements of the append transaction: built with SQLAlchemy Core, compiled once, run on the driver's own cursor.

Executing a statement through Core costs more than SQLite's work on one row; an append has seven of them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Insert, Select, Update
from sqlalchemy.exc import DBAPIError

Row = tuple[Any, ...]
FEW = 10
"""Rows that PostgreSQL's driver sends one by one as fast as Core sends them together."""


class Prepared:
    """One statement for either database. Its parameters go by name; what fails is raised as by SQLAlchemy."""

    def __init__(self, statement: Select[Any] | Insert | Update) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, dict[str, Any]]] = {}

    def rows(self, connection: Connection, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        sql, constants = self._for(connection)
        with _cursor(connection, sql) as cursor:
            cursor.execute(sql, {**constants, **(parameters or {})})
            found: list[Row] = cursor.fetchall()
        return found

    def run(self, connection: Connection, *parameters: Mapping[str, Any]) -> None:
        """Once for each. Many are left to Core, which sends them to PostgreSQL in one statement."""
        if len(parameters) > FEW and connection.dialect.name != "sqlite":
            connection.execute(self._statement, parameters)
            return
        sql, constants = self._for(connection)
        with _cursor(connection, sql) as cursor:
            if len(parameters) == 1:
                cursor.execute(sql, {**constants, **parameters[0]})
            else:
                cursor.executemany(sql, [{**constants, **each} for each in parameters] if constants else parameters)

    def _for(self, connection: Connection) -> tuple[str, dict[str, Any]]:
        name = connection.dialect.name
        if name not in self._compiled:
            by_name: Any = type(connection.dialect)
            compiled = self._statement.compile(dialect=by_name(paramstyle="named" if name == "sqlite" else "pyformat"))
            constants = {key: value for key, value in compiled.params.items() if value is not None}
            self._compiled[name] = (compiled.string, constants)
        return self._compiled[name]


@contextmanager
def _cursor(connection: Connection, sql: str) -> Iterator[Any]:
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(
            sql, None, error, connection.dialect.loaded_dbapi.Error, dialect=connection.dialect
        ) from error
    finally:
        cursor.close()
