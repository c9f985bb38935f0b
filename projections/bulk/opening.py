"""A log taken into DuckDB: its journal and its scorecards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from duckdb import DuckDBPyConnection
from sqlalchemy import Engine

from domain.store.engine import reading
from domain.store.head import size_of
from projections.bulk import journal
from projections.bulk.database import MEMORY, scratch
from projections.bulk.scoring import Scoring


@contextmanager
def journal_of(
    engine: Engine,
    size: int,
    progress: Callable[[int], None] = lambda _: None,
    *,
    memory: str = MEMORY,
    threads: int | None = None,
) -> Iterator[tuple[DuckDBPyConnection, Path]]:
    """A DuckDB with the journal of the first `size` events of the register's log, and its folder.

    progress: told up to which position the log has been read; memory: what DuckDB may take before it uses the disk.
    """
    with scratch(memory, threads) as (duck, folder):
        journal.fill(duck, engine, size, folder, progress)
        yield duck, folder


@contextmanager
def bulk(
    engine: Engine,
    size: int | None = None,
    *,
    progress: Callable[[int], None] = lambda _: None,
    memory: str = MEMORY,
    threads: int | None = None,
) -> Iterator[Scoring]:
    """The first `size` events of the log (default: all there are), to be scored in DuckDB; see `journal_of`."""
    if size is None:
        with reading(engine) as connection:
            size = size_of(connection)
    with journal_of(engine, size, progress, memory=memory, threads=threads) as (duck, _):
        yield Scoring(duck, engine, size)
