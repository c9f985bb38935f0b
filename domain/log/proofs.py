"""Proofs and submissions as text. Source: c2sp.org/tlog-proof, c2sp.org/tlog-witness."""

import re
from base64 import b64encode
from collections.abc import Sequence
from typing import NamedTuple

from domain.log.verify import DoesNotVerify, hash_of_line

LONGEST = 63
"""c2sp.org/tlog-witness: no more consistency proof lines may be sent."""
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


def proof_text(index: int, hashes: Sequence[bytes], checkpoint: str) -> str:
    """c2sp.org/tlog-proof: the proof of the entry at `index`, with the signed checkpoint that it leads to."""
    return f"c2sp.org/tlog-proof@v1\nindex {index}\n{_lines(hashes)}\n{checkpoint}"


class Submission(NamedTuple):
    """What a log sends a witness: a checkpoint, and the proof that it grew from the size the witness cosigned last."""

    old: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes

    def __bytes__(self) -> bytes:
        return f"old {self.old}\n{_lines(self.hashes)}\n".encode() + self.checkpoint


def parse_submission(data: bytes) -> Submission:
    """c2sp.org/tlog-witness, add-checkpoint. Raises DoesNotVerify for what is not one."""
    head, gap, checkpoint = data.partition(b"\n\n")
    first, *lines = head.decode("ascii", "replace").split("\n")
    match = _OLD.fullmatch(first)
    if not gap or not match or len(lines) > LONGEST:
        raise DoesNotVerify("The body is not an old size, consistency proof lines, an empty line and a checkpoint.")
    return Submission(int(match[1]), tuple(map(hash_of_line, lines)), checkpoint)


def _lines(hashes: Sequence[bytes]) -> str:
    return "".join(f"{b64encode(hashed).decode()}\n" for hashed in hashes)
