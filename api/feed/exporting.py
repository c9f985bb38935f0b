"""The feed as a folder of files: all of it, or what changed since a position. Source: docs/contract.md 3."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import msgspec

from api.feed import formats
from api.feed.formats import Format
from api.feed.freshness import fresh
from api.feed.package import package
from api.wiring import Services
from domain.errors import IsOutOfRange
from domain.store.engine import reading
from projections.bi.catalogue import TABLES
from projections.bi.feed import Wanted, rows

PACKAGE = "datapackage.json"
Done = Callable[[str, int], None]
"""Told of every file that is written: the table and how many rows it holds."""


def export(services: Services, folder: Path, format: Format, after: int | None, party: UUID | None, done: Done) -> int:
    """The folder holds a file for each table and `datapackage.json`, written last; gives the position of all of them.

    Every file replaces the one before in one go, so that an export that was cut off can simply be made again.
    Raises IsOutOfRange for a position that the log has not reached, and FeedHasHalted.
    """
    refuse_future(after, services.store.size())
    at = fresh(services)
    folder.mkdir(parents=True, exist_ok=True)
    with reading(services.engine) as connection:
        for table in TABLES:
            wanted = Wanted(table=table, after=after, party=party)
            with _replacing(folder / f"{table.name}.{format}") as file:
                count = formats.write(table, rows(connection, wanted, at), format, file)
            done(table.name, count)
    described = package(TABLES, format, at, after=after, party=party)
    with _replacing(folder / PACKAGE) as file:
        file.write(msgspec.json.format(msgspec.json.encode(described), indent=2) + b"\n")
    return at


def refuse_future(after: int | None, size: int) -> None:
    if after is not None and not 0 <= after <= size:
        raise IsOutOfRange(f"{after} is not a position of the log, which goes from 0 to {size}.", "after")


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """The file holds what is written, or what it held before."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
