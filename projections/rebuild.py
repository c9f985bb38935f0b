"""The read models made anew from the log alone, beside the live ones, and then put in their place.

The copies are filled in short transactions from a journal that DuckDB makes (bulk/), brought up to date with what was
recorded meanwhile while nobody can append, and renamed in one transaction: readers are never without an answer.
Whatever goes wrong before that leaves the live tables as they are. What a rebuild has copied that was killed or
interrupted, or that readers did not let switch, the next one goes on from. The feed's views and all rights on the live
tables are carried over. Other views on them are not: on PostgreSQL they go on showing the tables that were live when
they were made, which stay for them.
Source: docs/design.md 6, 7.
"""

from collections.abc import Callable

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from domain.facts import FACTS
from domain.store import reads
from domain.store.engine import reading, writing
from domain.store.head import size_of
from domain.store.mapper import decode
from projections import unfinished
from projections.bulk.copying import Copying
from projections.bulk.opening import journal_of
from projections.inserting import insert_rows
from projections.journal import Journal
from projections.rows import Row
from projections.switching import of_engine
from projections.tables import Tables
from projections.unfinished import TakenOver, Unfinished

Progress = Callable[[int, int], None]
"""Told how many events are done, of how many."""


def _silent(done: int, total: int) -> None:
    """Tells nobody."""


BATCH = 10_000
PATIENCE = 60.0
"""Seconds for which a rebuild waits for readers to let it switch."""


def rebuild(
    engine: Engine,
    progress: Progress = _silent,
    *,
    reads_log: Progress = _silent,
    batch: int = BATCH,
    patience: float = PATIENCE,
) -> int:
    """The read models hold what the log says, and nothing else; gives the number of events read.

    progress: the events whose rows are in the copies; reads_log: those that DuckDB has taken in before. `batch`: the
    events of one transaction. Raises TimeoutError when readers do not let go of the live tables for `patience` seconds;
    these are then as they were. A rebuild that begins while another runs takes its copies over and ends it: that one
    raises TakenOver.
    """
    switch = of_engine(engine)
    with reading(engine) as connection:
        size = size_of(connection)
    begun = unfinished.begin(engine, size, constraints=switch.names_constraints_apart)
    try:
        _copy(engine, begun, batch, progress, reads_log)
        filling = Filling(engine, begun.copies, batch, begun)
        while filling.step():
            progress(filling.done, filling.total)
        switch.prepare(engine, begun.copies)
        switch.put_in_place(engine, filling, f"_old_{begun.mark}", patience)
    except (TakenOver, TimeoutError):
        raise
    except Exception:
        _give_up(engine, begun)
        raise
    unfinished.remove(engine, begun.mark)
    return filling.done


def _copy(engine: Engine, begun: Unfinished, batch: int, progress: Progress, reads_log: Progress) -> None:
    """The copies hold what the log said when the rebuild was begun."""
    size, done = begun.size, begun.done(engine)
    if done >= size:
        return
    with journal_of(engine, size, lambda read: reads_log(read, size)) as (duck, folder):
        copying = Copying(duck, begun.copies, folder)
        for start in range(done, size, batch):
            end = min(start + batch, size)
            with writing(engine) as connection:
                begun.own(connection)
                copying.journal(connection, start, end)
                if end == size:
                    copying.current(connection)
            progress(end, size)


def _give_up(engine: Engine, begun: Unfinished) -> None:
    """What failed for a reason would fail again: its copies are gone. Raises TakenOver where the reason was another."""
    try:
        with writing(engine) as connection:
            begun.own(connection)
    except SQLAlchemyError:  # the error that led here is the one to tell
        return
    unfinished.remove(engine, begun.mark)


class Filling:
    """How far the copies have come along the log, event by event."""

    def __init__(self, engine: Engine, copies: Tables, batch: int, begun: Unfinished | None = None) -> None:
        self.copies = copies
        self.done = begun.done(engine) if begun else 0
        self.total = self.done
        self._engine = engine
        self._batch = batch
        self._begun = begun
        self._journal = InBulk(copies)

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
        if self._begun:
            self._begun.own(connection)
        while texts := reads.texts(connection, self.done, self._batch):
            self._project(connection, texts)

    def _project(self, connection: Connection, texts: list[tuple[int, str]]) -> None:
        if self._begun:
            self._begun.own(connection)
        self._journal.project(connection, [decode(text, FACTS) for _, text in texts])
        self.done = texts[-1][0]


class InBulk(Journal):
    """Writes rows as fast as the database's own driver takes them."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self._fact, self._part = tables.event_fact, tables.event_part

    def write(self, connection: Connection, facts: list[Row], parts: list[Row]) -> None:
        for table, rows in ((self._fact, facts), (self._part, parts)):
            insert_rows(connection, table, [tuple(row.values()) for row in rows])
