"""The read models made anew from the log alone, beside the live ones, and then put in their place.

Readers are never without an answer: the copies are filled in short transactions, brought up to date while nobody can
append, and renamed in one transaction. Whatever goes wrong before that leaves the live tables as they are. Views on the
live tables are not carried over; rights granted on them are. Source: docs/design.md 6, 7.
"""

import re
from collections.abc import Callable
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, inspect
from sqlalchemy.schema import CreateTable

from domain.facts import FACTS
from domain.store import reads
from domain.store.engine import reading, writing
from domain.store.head import size_of
from domain.store.mapper import decode
from projections.journal import Journal
from projections.rows import Row
from projections.switching import of_engine
from projections.tables import LIVE, Tables, beside

Progress = Callable[[int, int], None]
"""Told how many events are done, of how many."""
BATCH = 2000
PATIENCE = 60.0
"""Seconds for which a rebuild waits for readers to let it switch."""
_OF_A_REBUILD = re.compile(rf"^({'|'.join(table.name for table in LIVE.every())})_(next|old)_[0-9a-f]{{8}}$")


def rebuild(engine: Engine, progress: Progress | None = None, *, batch: int = BATCH, patience: float = PATIENCE) -> int:
    """The read models hold what the log says, and nothing else; gives the number of events read.

    Raises TimeoutError when readers do not let go of the live tables for `patience` seconds; these are then as they
    were. A rebuild that begins while another runs ends that one. `batch`: the events of one transaction.
    """
    mark = token_hex(4)
    switch = of_engine(engine)
    copies = beside(f"_next_{mark}", constraints=switch.names_constraints_apart)
    _remove(engine, "")
    try:
        with writing(engine) as connection:
            for table in copies.every():
                connection.execute(CreateTable(table))  # its indexes are faster to make in one go, once it is filled
        filling = Filling(engine, copies, batch)
        while filling.step():
            if progress is not None:
                progress(filling.done, filling.total)
        switch.prepare(engine, copies)
        switch.put_in_place(engine, filling, f"_old_{mark}", patience)
    finally:
        _remove(engine, mark)
    return filling.done


class Filling:
    """How far the copies have come along the log."""

    def __init__(self, engine: Engine, copies: Tables, batch: int) -> None:
        self.copies = copies
        self.done = 0
        self.total = 0
        self._engine = engine
        self._batch = batch
        self._journal = _InBulk(copies)

    def step(self) -> bool:
        """The next events are in the copies, in a transaction of its own; false when there are none."""
        with reading(self._engine) as connection:
            self.total = size_of(connection)
            texts = reads.texts(connection, self.done, self._batch)
        if not texts:
            return False
        with writing(self._engine) as connection:
            self._project(connection, texts)
        return True

    def finish(self, connection: Connection) -> None:
        """Everything in the log is in the copies, within the transaction of `connection`."""
        while texts := reads.texts(connection, self.done, self._batch):
            self._project(connection, texts)

    def _project(self, connection: Connection, texts: list[tuple[int, str]]) -> None:
        self._journal.project(connection, [decode(text, FACTS) for _, text in texts])
        self.done = texts[-1][0]


class _InBulk(Journal):
    """Writes rows as fast as the database's own driver takes them."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self._fact, self._part = tables.event_fact, tables.event_part

    def write(self, connection: Connection, facts: list[Row], parts: list[Row]) -> None:
        for table, rows in ((self._fact, facts), (self._part, parts)):
            if rows:
                _insert(connection, table, rows)


def _insert(connection: Connection, table: Table, rows: list[Row]) -> None:
    """Every row holds the table's columns in their order."""
    columns = ", ".join(table.columns.keys())
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(table.columns))
        sql = f"INSERT INTO {table.name} ({columns}) VALUES ({marks})"  # noqa: S608
        connection.exec_driver_sql(sql, [tuple(row.values()) for row in rows])
        return
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(tuple(row.values()))


def _remove(engine: Engine, mark: str) -> None:
    """The tables of the rebuild with that mark are gone, or those of all rebuilds."""
    with writing(engine) as connection:
        for name in inspect(connection).get_table_names():
            if _OF_A_REBUILD.match(name) and name.endswith(mark):
                Table(name, MetaData()).drop(connection)
