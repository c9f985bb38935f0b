"""Tiles and entry bundles as they are served. Source: c2sp.org/tlog-tiles."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from domain.log.verify import TILE_WIDTH, widths

TILE_HEIGHT = 8
TOP = 63
"""The highest level that a tile can have."""
ENTRIES = "entries"
_PATH = re.compile(r"(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


class Tile(NamedTuple):
    """One tile; its level is None where it is an entry bundle. `width` counts its hashes or entries, 1 to 256."""

    level: int | None
    number: int
    width: int

    @property
    def start(self) -> int:
        """The number of its first hash on its level."""
        return self.number * TILE_WIDTH


def parse_path(path: str) -> Tile | None:
    """What a path below `tile/` names, None where it names nothing: there is one path for each tile."""
    match = _PATH.fullmatch(path)
    if not match:
        return None
    groups = match[2].replace("x", "").split("/")
    width = int(match[3]) if match[3] else TILE_WIDTH
    is_shortest = len(groups) == 1 or groups[0] != "000"
    if not is_shortest or (match[3] and width >= TILE_WIDTH):
        return None
    return Tile(None if match[1] == ENTRIES else int(match[1]), int("".join(groups)), width)


def tiles(size: int) -> Iterator[Tile]:
    """Every tile of hashes of a tree, from level 0 upwards."""
    level = 0
    while count := size >> level * TILE_HEIGHT:
        for number, width in widths(count):
            yield Tile(level, number, width)
        level += 1


def bundles(size: int) -> Iterator[Tile]:
    """Every entry bundle of a tree."""
    for number, width in widths(size):
        yield Tile(None, number, width)


def exists(tile: Tile, size: int) -> bool:
    """Whether a tree of this size has so many hashes at that place."""
    return tile.start + tile.width <= size >> (tile.level or 0) * TILE_HEIGHT


def bundle(entries: Iterable[bytes]) -> bytes:
    """The entries, each behind its length in two bytes, the higher one first."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
