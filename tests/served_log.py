"""Keys that are the same in every run, and a small log as it is served."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.log.proofs import proof_text
from domain.log.signing import SigningKey
from domain.log.tiles import bundle, bundles, tiles
from domain.log.tree import hashes, inclusion_ranges
from domain.log.verify import COSIGNATURE, LOG_SIGNATURE, Checkpoint, Frontier, Note, leaf_hash, tile_path

SIZE = 600
ORIGIN = "example.org/log"


def key(number: int, name: str = ORIGIN, kind: int = LOG_SIGNATURE) -> SigningKey:
    return SigningKey(name, kind, Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))


LOG, WITNESS, OTHER = key(1), key(2, "birch.example", COSIGNATURE), key(3, "cedar.example", COSIGNATURE)


class Log:
    """A log of entries that say their position, in a directory."""

    def __init__(self, folder: Path, size: int = SIZE) -> None:
        self.folder = folder
        self.entries = [f'{{"position":{n + 1}}}'.encode() for n in range(size)]
        self.rebuild()

    def rebuild(self) -> None:
        """The tree is that of the entries as they are now."""
        tree = Frontier()
        self.nodes = {}
        self.roots = [tree.root]
        for number, entry in enumerate(self.entries):
            leaf = leaf_hash(entry)
            for level, completed in enumerate([leaf, *tree.add(leaf)]):
                self.nodes[level, number >> level] = completed
            self.roots.append(tree.root)

    def checkpoint(self, size: int = SIZE, *witnesses: SigningKey, log: SigningKey = LOG, origin: str = ORIGIN) -> str:
        text = str(Checkpoint(origin, size, self.roots[size]))
        return str(Note(text, (log.sign(text), *(witness.cosign(text, 1_700_000_000) for witness in witnesses))))

    def proof(self, index: int, size: int = SIZE) -> str:
        return proof_text(index, hashes(inclusion_ranges(index, size), self.nodes), self.checkpoint(size))

    def write(self, *witnesses: SigningKey, only_hashes: bool = False) -> None:
        """As c2sp.org/tlog-tiles lays it out."""
        size = len(self.entries)
        for tile in tiles(size):
            level = tile.level or 0
            row = [self.nodes[8 * level, n] for n in range(tile.start, tile.start + tile.width)]
            self._put(tile_path(level, tile.number, tile.width), b"".join(row))
        for tile in bundles(0 if only_hashes else size):
            some = self.entries[tile.start : tile.start + tile.width]
            self._put(tile_path("entries", tile.number, tile.width), bundle(some))
        self._put("checkpoint", self.checkpoint(size, *witnesses).encode())

    def _put(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
