"""Scorecards from what Spark has found: the rows of its files, in bounded memory, through the code of the live ones."""

from collections import namedtuple
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from projections.indicators import INDICATORS
from projections.scorecards.assembling import assembled
from projections.scorecards.evidence import Lists, lists
from projections.scorecards.scorecard import Scorecard
from projections.spark.asking import Asked, asked_in


def scorecards(folder: Path) -> Iterator[Scorecard]:
    """One scorecard for each question asked in the folder, in their order, with its evidence."""
    for asked in asked_in(folder / "asked"):
        yield from _scorecards(folder, asked)


def _scorecards(folder: Path, asked: Asked) -> Iterator[Scorecard]:
    found = _by_question(folder / "scorecard" / asked.name)
    evidence = _by_question(folder / "evidence" / asked.name)
    listed = next(evidence, None)
    for (q, rows), question, units in zip(found, asked.questions, asked.minor_units, strict=True):
        assert len(rows) == len(INDICATORS), "an indicator measured a question twice"
        entries: Lists = {}
        if listed is not None and listed[0] == q:
            entries = lists([(row.q, row.seq, row.position, row.reason) for row in listed[1]])
            listed = next(evidence, None)
        yield assembled(rows, question, asked.policy, False, units, entries)


def _by_question(folder: Path) -> Iterator[tuple[int, list[Any]]]:
    return ((q, list(rows)) for q, rows in groupby(_rows(folder), attrgetter("q")))


def _rows(folder: Path) -> Iterator[Any]:
    """The rows of a result, in its order: Spark numbers its files by it."""
    for file in sorted(folder.glob("part-*.parquet")):
        with pq.ParquetFile(file) as opened:
            row: Any = namedtuple("Row", opened.schema_arrow.names)  # type: ignore[misc]  # noqa: PYI024 - named by the file
            for batch in opened.iter_batches():
                yield from map(row._make, zip(*(column.to_pylist() for column in batch.columns), strict=True))
