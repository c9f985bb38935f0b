"""Rows of a journal in DuckDB into tables of the register's database, as fast as its own driver takes them."""

from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection
from sqlalchemy import Connection, Table

from projections.bulk.decoding import sql_type
from projections.tables import LIVE, Tables


class Copying:
    """Copies the journal of `duck` into `copies`; `folder` holds a file on the way."""

    def __init__(self, duck: DuckDBPyConnection, copies: Tables, folder: Path) -> None:
        self._duck = duck
        self._copies = copies
        self._file = folder / "rows.csv"

    def journal(self, connection: Connection, after: int, to: int) -> None:
        """The rows of the events after one position up to another are in their tables."""
        for live, copied in ((LIVE.event_fact, self._copies.event_fact), (LIVE.event_part, self._copies.event_part)):
            self._copy(connection, live, copied, f"position > {after} AND position <= {to}")

    def current(self, connection: Connection) -> None:
        """So are the organisations and relationships."""
        self._copy(connection, LIVE.relationship, self._copies.relationship, "true")
        self._copy(connection, LIVE.organisation, self._copies.organisation, "true")

    def _copy(self, connection: Connection, live: Table, copied: Table, where: str) -> None:
        cells = ", ".join(
            f'CAST("{c.name}" AS VARCHAR)' if sql_type(c) in ("UUID", "kind") else f'"{c.name}"' for c in live.columns
        )
        key = ", ".join(c.name for c in live.primary_key)
        rows = f"SELECT {cells} FROM {live.name} WHERE {where} ORDER BY {key}"  # noqa: S608
        if connection.dialect.name == "sqlite":
            found = self._duck.execute(rows).fetchall()
            marks = ", ".join("?" * len(live.columns))
            if found:
                connection.exec_driver_sql(f"INSERT INTO {copied.name} VALUES ({marks})", found)  # noqa: S608
            return
        self._duck.execute(f"COPY ({rows}) TO '{self._file}' (FORMAT csv, HEADER false)")
        cursor: Any = connection.connection.cursor()
        with cursor, cursor.copy(f"COPY {copied.name} FROM STDIN (FORMAT csv)") as copy, self._file.open("rb") as file:
            while block := file.read(2**20):
                copy.write(block)
