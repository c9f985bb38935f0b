"""The tree, its tiles and the checkpoints as the database keeps them (docs/audit.md 2 and 3)."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from domain.facts.fact import Envelope
from domain.log.tiles import Tile
from domain.log.tree import consistency_ranges, inclusion_ranges
from domain.log.verify import Frontier, check_consistency, check_inclusion, entries_of, hashes_of, leaf_hash
from domain.store import checkpoints, nodes
from domain.store.append import Store
from domain.store.checkpoints import CheckpointRow, HaltedRow
from domain.store.engine import reading, writing
from domain.store.head import read_only_reason, set_read_only, tree_of
from domain.store.tiles import tile_bytes

Note = Callable[..., Envelope]
SIZE = 300
AT = "2026-03-31T09:15:00.000000Z"


@pytest.fixture
def grown(store: Store, note: Note) -> Store:
    """A log of 300 events, appended in pieces."""
    for first, last in ((1, 1), (2, 3), (4, 130), (131, SIZE)):
        with store.append() as append:
            append.put([note(position) for position in range(first, last + 1)])
    return store


def test_the_stored_tree_is_that_of_the_stored_events_and_proves_each_of_them(grown: Store) -> None:
    leaves = [leaf_hash(text.encode()) for _, text in grown.envelopes(0, SIZE)]
    tree, roots = Frontier(), [Frontier().root]
    for leaf in leaves:
        tree.add(leaf)
        roots.append(tree.root)
    with reading(grown.engine) as connection:
        assert tree_of(connection).peaks == tree.peaks
        assert nodes.row(connection, 0, 0, SIZE + 9) == leaves
        assert nodes.row(connection, 0, 7, 2) == leaves[7:9]
        for size in (0, 1, 2, 3, 255, 256, SIZE):
            assert nodes.tree_at(connection, size).root == roots[size]
        for index in (0, 1, 128, 255, 256, SIZE - 1):
            proof = nodes.spanning(connection, inclusion_ranges(index, SIZE))
            check_inclusion(index, SIZE, leaves[index], proof, roots[SIZE])
        for old in (1, 2, 3, 130, 256, SIZE):
            proof = nodes.spanning(connection, consistency_ranges(old, SIZE))
            check_consistency(old, SIZE, roots[old], roots[SIZE], proof)
        assert nodes.spanning(connection, []) == []
        with pytest.raises(KeyError):
            nodes.tree_at(connection, SIZE + 1)


def test_tiles_hold_the_nodes_and_bundles_the_events(grown: Store) -> None:
    texts = [text.encode() for _, text in grown.envelopes(0, SIZE)]
    with reading(grown.engine) as connection:
        assert entries_of(tile_bytes(connection, Tile(None, 0, 256))) == texts[:256]
        assert entries_of(tile_bytes(connection, Tile(None, 1, 44))) == texts[256:]
        assert hashes_of(tile_bytes(connection, Tile(0, 1, 44))) == [leaf_hash(text) for text in texts[256:]]
        assert tile_bytes(connection, Tile(1, 0, 1)) == nodes.tree_at(connection, 256).root
        assert tile_bytes(connection, Tile(1, 1, 1)) == b""


def test_checkpoints_are_found_by_what_they_cover(engine: Engine) -> None:
    rows = [CheckpointRow(size, bytes([size]) * 32, AT) for size in (3, 5, 9)]
    with writing(engine) as connection:
        checkpoints.put(connection, [])
        checkpoints.put(connection, rows)
        checkpoints.sign(connection, 3, "three", final=True)
        checkpoints.sign(connection, 5, "five", final=False)
        checkpoints.stamp(connection, 3, b"stamp")
    three = CheckpointRow(3, bytes([3]) * 32, AT, "three", True, b"stamp")
    five = CheckpointRow(5, bytes([5]) * 32, AT, "five")
    with reading(engine) as connection:
        assert checkpoints.every(connection) == [three, five, rows[2]]
        assert checkpoints.newest(connection) == five
        assert checkpoints.newest(connection, signed=False) == rows[2]
        assert checkpoints.newest(connection, final=True) == three
        assert checkpoints.at(connection, 5) == five
        assert checkpoints.at(connection, 4) is None
        assert checkpoints.covering(connection, 1) == checkpoints.covering(connection, 3) == three
        assert checkpoints.covering(connection, 4) == five
        assert checkpoints.covering(connection, 6) is None
        assert checkpoints.unsigned(connection, 5) == [rows[2]]
    with pytest.raises(IntegrityError), writing(engine) as connection:
        checkpoints.put(connection, [rows[0]])
    with writing(engine) as connection:
        assert checkpoints.locked(connection, 5) == five
        assert checkpoints.locked(connection, 4) is None


def test_a_follower_stops_and_goes_on(engine: Engine) -> None:
    one, two = HaltedRow("publisher", 7, "It differs.", AT), HaltedRow("publisher", 9, "It still does.", AT)
    with writing(engine) as connection:
        assert checkpoints.halts(connection) == []
        checkpoints.halt(connection, one)
        checkpoints.halt(connection, two)
        assert checkpoints.halts(connection) == [two]
        checkpoints.resume(connection, "publisher")
        assert checkpoints.halts(connection) == []


def test_a_register_stops_recording_and_goes_on(engine: Engine) -> None:
    with writing(engine) as connection:
        assert read_only_reason(connection) is None
        set_read_only(connection, "It was forked.")
        assert read_only_reason(connection) == "It was forked."
        set_read_only(connection, None)
        assert read_only_reason(connection) is None
