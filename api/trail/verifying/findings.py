"""What was found wrong, and how far the checks have come."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from domain.store.prepared import Prepared, Row

AT_ONCE = 4096
"""Events that are held at a time; a power of two, so that they make a whole subtree."""
KEPT = 100
"""Findings of one part that are told; of the others the number alone."""
PARTS = (
    "tables",
    "event",
    "node",
    "head",
    "stream",
    "command",
    "checkpoint",
    "vault",
    "follower",
    "journal",
    "current",
)
"""In the order in which they stand on one another."""
Progress = Callable[[int], object]
"""Is told how many events more have been checked."""


class Finding(Struct, frozen=True):
    """One thing that is not as it must be. `position`: of the first event that it touches, None where it is none."""

    part: str
    position: int | None
    said: str


class Findings:
    """What was found, the first of each part in full."""

    def __init__(self) -> None:
        self._kept: dict[str, list[Finding]] = {part: [] for part in PARTS}
        self.count = 0

    def add(self, part: str, position: int | None, said: str) -> None:
        self.count += 1
        kept = self._kept[part]
        if len(kept) < KEPT:
            kept.append(Finding(part, position, said))

    def extend(self, found: Iterable[Finding], count: int) -> None:
        """Those that were kept elsewhere, of `count` found there."""
        for each in found:
            self._kept[each.part].append(each)
        self.count += count

    @property
    def every(self) -> list[Finding]:
        """Those that are kept: what comes first in the log first, and before it what it stands on."""
        last = 2**63
        return [
            each
            for part in PARTS
            for each in sorted(self._kept[part], key=lambda f: last if f.position is None else f.position)
        ]


def rows(connection: Connection, statement: Prepared, **parameters: Any) -> Sequence[Row]:
    """As the database gives them, text that is not UTF-8 included, which SQLite stores as well."""
    try:
        return statement.rows(connection, parameters)
    except OperationalError as error:
        if not is_undecodable(error):
            raise
    with any_text(connection):
        return statement.rows(connection, parameters)


def is_undecodable(error: OperationalError) -> bool:
    """Whether SQLite met text that is not UTF-8."""
    return "decode to UTF-8" in str(error)


@contextmanager
def any_text(connection: Connection) -> Iterator[None]:
    """Text that is not UTF-8 can be read meanwhile, though more slowly."""
    driver: Any = connection.connection.driver_connection
    driver.text_factory = lambda raw: raw.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str
