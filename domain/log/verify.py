"""Checks a Counterfoil log offline. One file to read, standing on Python's standard library and `cryptography` alone.

    python verify.py DIR --key VKEY [--old CHECKPOINT] [--witness VKEY --quorum N]

DIR holds a log as c2sp.org/tlog-tiles lays it out (checkpoint, tile/…), or an audit pack with such a log in DIR/log.
VKEY is a verifier key that you were given by somebody you trust; none is ever taken from DIR. CHECKPOINT is a file with
an earlier checkpoint that you kept: the log must still contain, unchanged, all that it covered.

What it shows, and what not, is said in docs/audit.md.
"""

import argparse
import json
import re
import struct
import sys
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HASH_BYTES = 32
TILE_WIDTH = 256
LOG_SIGNATURE, COSIGNATURE = 0x01, 0x04
"""Signature types of c2sp.org/signed-note: Ed25519, and the timestamped Ed25519 of c2sp.org/tlog-cosignature."""
Progress = Callable[[int], None]
"""Is told how many entries more have been checked."""


class DoesNotVerify(ValueError):
    """What was checked is not what it claims to be. The message names the place."""


# --- The tree: RFC 6962, section 2.1 ---


def leaf_hash(entry: bytes) -> bytes:
    """RFC 6962, 2.1: SHA-256 of 0x00 and the entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962, 2.1: SHA-256 of 0x01 and both children."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree as it grows: the hashes of its complete subtrees from left to right, one for every 1 bit of its size."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise DoesNotVerify(f"A tree of {size} leaves has {size.bit_count()} peaks, not {len(self.peaks)}.")

    def add(self, leaf: bytes) -> list[bytes]:
        """Takes in the hash of the next leaf. Returns the nodes that it completes, from level 1 upwards."""
        completed = []
        level, peak = 0, leaf
        while self.size >> level & 1:
            peak = node_hash(self.peaks.pop(), peak)
            completed.append(peak)
            level += 1
        self.peaks.append(peak)
        self.size += 1
        return completed

    @property
    def root(self) -> bytes:
        """The Merkle tree hash. RFC 6962, 2.1: that of no leaves is SHA-256 of nothing."""
        return fold(self.peaks) if self.peaks else sha256().digest()


def fold(peaks: Sequence[bytes]) -> bytes:
    """The hash over neighbouring complete subtrees, each smaller than the one to its left."""
    *rest, root = peaks
    for peak in reversed(rest):
        root = node_hash(peak, root)
    return root


def check_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """That the leaf hash stands at `index` of the tree. RFC 6962, 2.1.1 (as RFC 9162, 2.1.3.2 spells it out)."""
    if not 0 <= index < size:
        raise DoesNotVerify(f"Index {index} is outside a tree of {size} leaves.")
    node, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise DoesNotVerify("The inclusion proof is too long.")
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    if last != 0 or found != root:
        raise DoesNotVerify(f"The inclusion proof of index {index} does not lead to the root of size {size}.")


def check_consistency(old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> None:
    """That the first `old` leaves of both trees are the same. RFC 6962, 2.1.2 (as RFC 9162, 2.1.4.2 spells it out)."""
    if not 0 <= old <= size:
        raise DoesNotVerify(f"A tree of {size} leaves cannot have grown from one of {old}.")
    if old in {0, size}:
        if proof or root != (old_root if old else root):
            raise DoesNotVerify(f"The trees of {old} and {size} leaves are not consistent.")
        return
    # The old root stands itself for the subtree it is the hash of, where that is complete.
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise DoesNotVerify("The consistency proof is too short.")
    node, last = old - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise DoesNotVerify("The consistency proof is too long.")
        if node & 1 or node == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        node, last = node >> 1, last >> 1
    if last != 0 or first != old_root or second != root:
        raise DoesNotVerify(f"The trees of {old} and {size} leaves are not consistent.")


# --- Signed notes: c2sp.org/signed-note and c2sp.org/tlog-cosignature ---


class VerifierKey(NamedTuple):
    """A public key with the name and the key id under which its signatures stand in a note."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """c2sp.org/signed-note, Signatures: the first four bytes of a hash over name, type and key."""
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(bytes([self.kind]) + self.public).decode()}"


class Signature(NamedTuple):
    """One signature line of a note."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.name} {b64encode(self.key_id + self.signature).decode()}\n"


class Note(NamedTuple):
    """A text with its signatures, not one of them verified yet."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"


class Checkpoint(NamedTuple):
    """c2sp.org/tlog-checkpoint: the head of a log at one size."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


_VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def parse_key(text: str) -> VerifierKey:
    """A verifier key as c2sp.org/signed-note writes it: name, key id and key, with + between."""
    if not (match := _VKEY.fullmatch(text.strip())):
        raise DoesNotVerify(f"{text!r} is not a verifier key (NAME+ID+KEY).")
    raw = from_base64(match[3])
    key = VerifierKey(match[1], raw[0] if raw else 0, raw[1:])
    if key.kind not in {LOG_SIGNATURE, COSIGNATURE} or len(key.public) != HASH_BYTES:
        raise DoesNotVerify(f"The verifier key of {key.name} is not an Ed25519 key.")
    if key.key_id.hex() != match[2]:
        raise DoesNotVerify(f"The verifier key of {key.name} does not have the key id {match[2]}.")
    return key


def parse_note(data: bytes) -> Note:
    """c2sp.org/signed-note, Format: a text, an empty line, and signature lines."""
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise DoesNotVerify("The note is not UTF-8.") from error
    text, gap, lines = whole.rpartition("\n\n")
    if not gap or not lines.endswith("\n") or _CONTROL.search(whole):
        raise DoesNotVerify("The note is not a text, an empty line and signature lines.")
    return Note(f"{text}\n", parse_signatures(lines))


def parse_signatures(lines: str) -> tuple[Signature, ...]:
    """Signature lines, each ending with a newline."""
    signatures = []
    for line in lines.removesuffix("\n").split("\n"):
        match = _SIGNATURE.fullmatch(line)
        raw = from_base64(match[2]) if match else b""
        if match is None or len(raw) < 5:
            raise DoesNotVerify(f"{line!r} is not a signature line.")
        signatures.append(Signature(match[1], raw[:4], raw[4:]))
    return tuple(signatures)


def signers(note: Note, keys: Iterable[VerifierKey]) -> list[VerifierKey]:
    """The keys that signed the note. Unknown signatures are ignored; a wrong one of a known key condemns the note."""
    known = {(key.name, key.key_id): key for key in keys}
    found = []
    for line in note.signatures:
        if key := known.get((line.name, line.key_id)):
            _check_signature(note.text, key, line.signature)
            found.append(key)
    return list(dict.fromkeys(found))


def _check_signature(text: str, key: VerifierKey, signature: bytes) -> None:
    signed = text.encode()
    if key.kind == COSIGNATURE:  # c2sp.org/tlog-cosignature: the time in 8 bytes, then the signature
        if len(signature) < 8:
            raise DoesNotVerify(f"The cosignature of {key.name} is too short.")
        (time,) = struct.unpack(">Q", signature[:8])
        signed, signature = cosigned(text, time), signature[8:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, signed)
    except InvalidSignature as error:
        raise DoesNotVerify(f"The signature of {key.name} is wrong.") from error


def cosigned(text: str, time: int) -> bytes:
    """The message of a cosignature made at `time`, in seconds since 1970. c2sp.org/tlog-cosignature."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def parse_checkpoint(text: str) -> Checkpoint:
    """c2sp.org/tlog-checkpoint, Note text. Extension lines are passed over."""
    origin, size, root, *more = text.removesuffix("\n").split("\n") if text.count("\n") >= 3 else ["", "", ""]
    hashed = from_base64(root)
    if not origin or not _NUMBER.fullmatch(size) or len(hashed) != HASH_BYTES or "" in more:
        raise DoesNotVerify("The text is not a checkpoint (origin, size, root hash).")
    return Checkpoint(origin, int(size), hashed)


def open_checkpoint(data: bytes, keys: Sequence[VerifierKey]) -> tuple[Checkpoint, Note]:
    """The checkpoint, signed under its own origin by one of the log's keys at least."""
    note = parse_note(data)
    checkpoint = parse_checkpoint(note.text)
    signed = [key.name for key in signers(note, keys) if key.kind == LOG_SIGNATURE]
    if checkpoint.origin not in signed:
        raise DoesNotVerify(f"The checkpoint of {checkpoint.origin} is not signed by a key that you trust.")
    return checkpoint, note


def from_base64(text: str) -> bytes:
    """RFC 4648, section 4, in its one canonical form."""
    try:
        raw = b64decode(text, validate=True)
    except (NotBase64, ValueError) as error:
        raise DoesNotVerify(f"{text!r} is not base64.") from error
    if b64encode(raw).decode() != text:
        raise DoesNotVerify(f"{text!r} is not base64 in its canonical form.")
    return raw


# --- Proofs of one entry: c2sp.org/tlog-proof ---


class Proof(NamedTuple):
    """The proof of one entry, and the checkpoint it leads to as it was signed."""

    leaf: int
    """The index of the entry."""
    hashes: tuple[bytes, ...]
    checkpoint: bytes


def parse_proof(data: bytes) -> Proof:
    """c2sp.org/tlog-proof, Format."""
    head, gap, checkpoint = data.partition(b"\n\n")
    first, *lines = head.decode("ascii", "replace").split("\n")
    if lines and lines[0].startswith("extra "):
        from_base64(lines.pop(0).removeprefix("extra "))
    number = lines.pop(0).removeprefix("index ") if lines and lines[0].startswith("index ") else ""
    if not gap or first != "c2sp.org/tlog-proof@v1" or not _NUMBER.fullmatch(number):
        raise DoesNotVerify("The file is not a proof of c2sp.org/tlog-proof.")
    return Proof(int(number), tuple(map(hash_of_line, lines)), checkpoint)


def hash_of_line(line: str) -> bytes:
    """A hash in base64."""
    hashed = from_base64(line)
    if len(hashed) != HASH_BYTES:
        raise DoesNotVerify(f"{line!r} is not a hash.")
    return hashed


def check_entry(entry: bytes, proof: bytes, keys: Sequence[VerifierKey]) -> tuple[int, Checkpoint, Note]:
    """The index of the entry, in the checkpoint that the proof leads to."""
    claimed = parse_proof(proof)
    checkpoint, note = open_checkpoint(claimed.checkpoint, keys)
    check_inclusion(claimed.leaf, checkpoint.size, leaf_hash(entry), claimed.hashes, checkpoint.root)
    return claimed.leaf, checkpoint, note


# --- Tiles: c2sp.org/tlog-tiles ---


def tile_path(level: int | str, index: int, width: int = TILE_WIDTH) -> str:
    """The place of a tile, or of an entry bundle where the level is "entries"."""
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03}")
    partial = f".p/{width}" if width < TILE_WIDTH else ""
    return f"tile/{level}/{'/'.join(reversed(groups))}{partial}"


def widths(size: int) -> Iterator[tuple[int, int]]:
    """Index and width of every tile of one level that holds `size` hashes."""
    for start in range(0, size, TILE_WIDTH):
        yield start // TILE_WIDTH, min(TILE_WIDTH, size - start)


def entries_of(bundle: bytes) -> list[bytes]:
    """The entries of a bundle, each behind its length in two bytes."""
    entries = []
    place = 0
    while place < len(bundle):
        length = int.from_bytes(bundle[place : place + 2], "big")
        entry = bundle[place + 2 : place + 2 + length]
        place += 2 + length
        if place > len(bundle):
            raise DoesNotVerify("An entry bundle ends within an entry.")
        entries.append(entry)
    return entries


def hashes_of(tile: bytes) -> list[bytes]:
    """The hashes of a tile."""
    return [tile[place : place + HASH_BYTES] for place in range(0, len(tile), HASH_BYTES)]


# --- A whole log in a directory ---


class Verified(NamedTuple):
    """What was found to hold."""

    checkpoint: Checkpoint
    entries: int
    """Entries read and found in the log at their places."""
    witnesses: tuple[str, ...]
    """Names of those that cosigned."""


def check_directory(
    directory: Path,
    keys: Sequence[VerifierKey],
    *,
    old: bytes | None = None,
    witnesses: Sequence[VerifierKey] = (),
    quorum: int = 0,
    progress: Progress = lambda _: None,
) -> Verified:
    """All of the log in a directory. Raises DoesNotVerify with the first thing that is wrong and its place."""
    log = directory / "log" if (directory / "log" / "checkpoint").exists() else directory
    checkpoint, note = open_checkpoint(_read(log, "checkpoint"), keys)
    cosigned_by = signers(note, witnesses)
    if len(cosigned_by) < quorum:
        raise DoesNotVerify(f"{len(cosigned_by)} of the witnesses cosigned the checkpoint; {quorum} are needed.")
    kept = _kept(old, keys, checkpoint)
    entries = _check_tree(log, checkpoint, kept, progress)
    entries += _check_proofs(log / "facts", keys, checkpoint)
    return Verified(checkpoint, entries, tuple(key.name for key in cosigned_by))


def _kept(old: bytes | None, keys: Sequence[VerifierKey], checkpoint: Checkpoint) -> Checkpoint | None:
    if old is None:
        return None
    kept, _ = open_checkpoint(old, keys)
    if kept.origin != checkpoint.origin:
        raise DoesNotVerify(f"The kept checkpoint is of {kept.origin}, the log of {checkpoint.origin}.")
    if kept.size > checkpoint.size:
        raise DoesNotVerify(f"The log was rewound: it had {kept.size} entries and has {checkpoint.size}.")
    return kept


def _check_tree(log: Path, checkpoint: Checkpoint, kept: Checkpoint | None, progress: Progress) -> int:
    """Every tile and every entry against the root. Returns the number of entries."""
    frontier = Frontier()
    levels: list[list[bytes]] = [[]]  # the hashes of each level of tiles
    has_entries = (log / "tile" / "entries").exists()
    for index, width in widths(checkpoint.size):
        start = index * TILE_WIDTH
        hashes = hashes_of(_read(log, tile_path(0, index, width)))
        if len(hashes) != width:
            raise DoesNotVerify(f"{tile_path(0, index, width)} holds {len(hashes)} hashes, not {width}.")
        if has_entries:
            _check_entries(_read(log, tile_path("entries", index, width)), hashes, start)
        for leaf in hashes:
            completed = frontier.add(leaf)
            for tile_level, hashed in enumerate(completed[7::8], 1):
                levels.extend([] for _ in range(tile_level - len(levels) + 1))
                levels[tile_level].append(hashed)
            if kept and frontier.size == kept.size and frontier.root != kept.root:
                raise DoesNotVerify(f"The first {kept.size} entries are not those of the kept checkpoint.")
        progress(width)
    if frontier.root != checkpoint.root:
        raise DoesNotVerify(f"The {checkpoint.size} entries do not lead to the root of the checkpoint.")
    for level, hashes in enumerate(levels[1:], 1):
        _check_level(log, level, hashes)
    return checkpoint.size if has_entries else 0


def _check_entries(bundle: bytes, hashes: Sequence[bytes], start: int) -> None:
    entries = entries_of(bundle)
    if len(entries) != len(hashes):
        raise DoesNotVerify(f"The bundle from index {start} on holds {len(entries)} entries, not {len(hashes)}.")
    for index, (entry, hashed) in enumerate(zip(entries, hashes, strict=True), start):
        if leaf_hash(entry) != hashed:
            raise DoesNotVerify(f"The entry at index {index} is not the one in the tree.")
        if _position(entry) != index + 1:
            raise DoesNotVerify(f"The entry at index {index} does not say that its position is {index + 1}.")


def _position(entry: bytes) -> object:
    try:
        return json.loads(entry)["position"]
    except (ValueError, KeyError, TypeError):
        return None


def _check_level(log: Path, level: int, hashes: Sequence[bytes]) -> None:
    for index, width in widths(len(hashes)):
        start = index * TILE_WIDTH
        if _read(log, tile_path(level, index, width)) != b"".join(hashes[start : start + width]):
            raise DoesNotVerify(f"{tile_path(level, index, width)} does not follow from the entries.")


def _check_proofs(facts: Path, keys: Sequence[VerifierKey], checkpoint: Checkpoint) -> int:
    """Every single entry that comes with its own proof. Returns their number."""
    count = 0
    for path in sorted(facts.glob("*.json")):
        entry = path.read_bytes()
        index, proven, _ = check_entry(entry, _read(facts, f"{path.stem}.tlog-proof"), keys)
        if proven != checkpoint or str(index + 1) != path.stem or _position(entry) != index + 1:
            raise DoesNotVerify(f"The entry {path.name} is not proven to stand at its place in this log.")
        count += 1
    return count


def _read(directory: Path, name: str) -> bytes:
    try:
        return (directory / name).read_bytes()
    except OSError as error:
        raise DoesNotVerify(f"{directory / name} cannot be read: {error.strerror}.") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns 0 where everything holds, 1 where something does not."""
    parser = argparse.ArgumentParser(description="Checks a Counterfoil log offline.")
    parser.add_argument("directory", type=Path, metavar="DIR", help="a log as tiles, or an audit pack")
    parser.add_argument("--key", action="append", required=True, metavar="VKEY", help="a key of the log that you trust")
    parser.add_argument("--old", type=Path, metavar="CHECKPOINT", help="an earlier checkpoint that you kept")
    parser.add_argument("--witness", action="append", default=[], metavar="VKEY", help="a key of a witness you trust")
    parser.add_argument("--quorum", type=int, metavar="N", help="how many of them must have cosigned (default: all)")
    given = parser.parse_args(arguments)
    try:
        verified = check_directory(
            given.directory,
            [parse_key(key) for key in given.key],
            old=_read(given.old.parent, given.old.name) if given.old else None,
            witnesses=[parse_key(key) for key in given.witness],
            quorum=len(given.witness) if given.quorum is None else given.quorum,
        )
    except DoesNotVerify as error:
        print(f"DOES NOT VERIFY: {error}", file=sys.stderr)  # noqa: T201 - this file is a program too
        return 1
    print("\n".join(said(verified)))  # noqa: T201 - this file is a program too
    return 0


def said(verified: Verified) -> list[str]:
    """What was found to hold, in words."""
    checkpoint = verified.checkpoint
    return [
        f"The log {checkpoint.origin} verifies: {checkpoint.size} entries, root {b64encode(checkpoint.root).decode()}.",
        f"Entries read here and found at their places: {verified.entries}.",
        f"Cosigned by: {', '.join(verified.witnesses) or 'none of the witnesses named'}.",
    ]


if __name__ == "__main__":
    sys.exit(main())
