"""Tiles and entry bundles. Source: c2sp.org/tlog-tiles."""

import pytest

from domain.log.tiles import Tile, bundle, bundles, exists, parse_path, tiles
from domain.log.verify import DoesNotVerify, entries_of, hashes_of, tile_path


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 1_234_067, 256, "tile/0/x001/x234/067"),  # the example of the specification
        (0, 0, 256, "tile/0/000"),
        (1, 999, 256, "tile/1/999"),
        (1, 1000, 256, "tile/1/x001/000"),
        (63, 5, 1, "tile/63/005.p/1"),
        ("entries", 273, 112, "tile/entries/273.p/112"),
        ("entries", 1_000_000, 256, "tile/entries/x001/x000/000"),
    ],
)
def test_every_tile_has_one_path(level: int | str, index: int, width: int, path: str) -> None:
    assert tile_path(level, index, width) == path
    assert parse_path(path.removeprefix("tile/")) == Tile(None if level == "entries" else int(level), index, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/",
        "0/0",
        "0/0000",
        "0/x000/000",
        "0/x001",
        "0/001/000",
        "0/x001/x000",
        "64/000",
        "00/000",
        "-1/000",
        "entries/",
        "Entries/000",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "0/000.p/",
        "0/000.p/1000",
        "0/000/",
        "0/٣٣٣",
        "0/000\n",
        "../0/000",
    ],
)
def test_what_names_no_tile(path: str) -> None:
    assert parse_path(path) is None


def test_the_tiles_of_a_tree() -> None:
    assert list(tiles(0)) == list(bundles(0)) == []
    assert list(tiles(255)) == [Tile(0, 0, 255)]
    assert list(tiles(256)) == [Tile(0, 0, 256), Tile(1, 0, 1)]
    assert list(tiles(70_000))[-4:] == [Tile(0, 273, 112), Tile(1, 0, 256), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert list(bundles(300)) == [Tile(None, 0, 256), Tile(None, 1, 44)]


def test_which_tiles_a_tree_has() -> None:
    assert exists(Tile(0, 0, 256), 256)
    assert not exists(Tile(0, 0, 256), 255)
    assert exists(Tile(0, 0, 12), 255)
    assert exists(Tile(1, 0, 1), 256)
    assert not exists(Tile(1, 0, 1), 255)
    assert exists(Tile(None, 1, 44), 300)
    assert not exists(Tile(None, 1, 45), 300)


def test_a_bundle_is_read_as_it_was_written() -> None:
    entries = [b"", b"a", b"x" * 65_535]
    packed = bundle(entries)
    assert packed[:5] == b"\x00\x00\x00\x01a"
    assert entries_of(packed) == entries
    assert entries_of(b"") == []
    for end in (1, 4, len(packed) - 1):
        with pytest.raises(DoesNotVerify, match="ends within an entry"):
            entries_of(packed[:end])


def test_the_hashes_of_a_tile() -> None:
    assert hashes_of(b"a" * 32 + b"b" * 32) == [b"a" * 32, b"b" * 32]
    assert hashes_of(b"") == []
