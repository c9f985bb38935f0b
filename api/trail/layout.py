"""A log in a directory, as c2sp.org/tlog-tiles lays it out, for whoever checks it with tools of their own."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from sqlalchemy import Connection

from domain.log.proofs import proof_text
from domain.log.tiles import ENTRIES, Tile, bundles, tiles
from domain.log.tree import inclusion_ranges
from domain.log.verify import tile_path
from domain.store import nodes, reads
from domain.store.checkpoints import CheckpointRow
from domain.store.tiles import tile_bytes

FACTS = "facts"


def path_of(tile: Tile) -> str:
    """Where the tile lies below the log's prefix."""
    return tile_path(ENTRIES if tile.level is None else tile.level, tile.number, tile.width)


def write_log(connection: Connection, directory: Path, checkpoint: CheckpointRow) -> Iterator[int]:
    """The whole log up to a signed checkpoint. Yields the number of entries written with each bundle."""
    for tile in chain(tiles(checkpoint.size), bundles(checkpoint.size)):
        _write(directory / path_of(tile), tile_bytes(connection, tile))
        yield tile.width if tile.level is None else 0
    _write(directory / "checkpoint", _note(checkpoint).encode())


def write_facts(
    connection: Connection, directory: Path, checkpoint: CheckpointRow, positions: Iterable[int]
) -> Iterator[int]:
    """The tree's hashes, and of the entries those at these positions alone, each with its proof. Yields 1 with each."""
    for tile in tiles(checkpoint.size):
        _write(directory / path_of(tile), tile_bytes(connection, tile))
    for position in positions:
        [(_, text)] = reads.texts(connection, position - 1, 1)
        _write(directory / FACTS / f"{position}.json", text.encode())
        _write(directory / FACTS / f"{position}.tlog-proof", proof_of(connection, checkpoint, position).encode())
        yield 1
    _write(directory / "checkpoint", _note(checkpoint).encode())


def proof_of(connection: Connection, checkpoint: CheckpointRow, position: int) -> str:
    """The proof that the event at this position is in the log, as c2sp.org/tlog-proof writes it."""
    index = position - 1
    hashes = nodes.spanning(connection, inclusion_ranges(index, checkpoint.size))
    return proof_text(index, hashes, _note(checkpoint))


def _note(checkpoint: CheckpointRow) -> str:
    assert checkpoint.note is not None, checkpoint.size
    return checkpoint.note


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
