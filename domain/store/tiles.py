"""The bytes of tiles and entry bundles, read from the log. Source: c2sp.org/tlog-tiles."""

from sqlalchemy import Connection

from domain.log.tiles import TILE_HEIGHT, Tile, bundle
from domain.store import nodes, reads


def tile_bytes(connection: Connection, tile: Tile) -> bytes:
    """The tile as it is served; shorter where the log does not hold all of it."""
    if tile.level is None:
        texts = reads.texts(connection, tile.start, tile.width)
        return bundle(text.encode() for _, text in texts)
    return b"".join(nodes.row(connection, tile.level * TILE_HEIGHT, tile.start, tile.width))
