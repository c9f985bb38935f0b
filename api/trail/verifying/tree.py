"""The stored nodes against each other, and the head against them. Source: RFC 6962, section 2.1."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import Connection, bindparam, func, or_, select

from api.trail.verifying.findings import Findings, rows
from domain.log.tree import nodes_over
from domain.log.verify import HASH_BYTES
from domain.store import nodes
from domain.store.prepared import Prepared
from domain.store.schema import node

HIGHEST = 62
"""No log of 2^63 events has a node above."""
_row = Prepared(
    select(node.c.number, node.c.hash)
    .where(node.c.level == bindparam("at"), node.c.number >= bindparam("first"), node.c.number < bindparam("end"))
    .order_by(node.c.number)
)
_last = Prepared(select(node.c.level, func.max(node.c.number)).group_by(node.c.level).order_by(node.c.level))
_impossible = Prepared(
    select(node.c.level, node.c.number)
    .where(or_(node.c.level < 0, node.c.level > bindparam("highest"), node.c.number < 0))
    .limit(1)
)
Stored = Sequence[bytes | None]
"""The hashes of neighbouring nodes, None for those that are missing."""


class Tree:
    """Takes the nodes in as the log is read from its beginning, and finds those that do not follow from their children.

    A node whose children are wrong is not held against it: what is told is where it begins.
    """

    def __init__(self, connection: Connection, findings: Findings) -> None:
        self._connection = connection
        self._findings = findings
        self._carried: dict[int, tuple[bytes | None, bool]] = {}

    def leaves(self, start: int, end: int) -> Stored:
        """The stored leaf hashes of the events with these indexes."""
        return self._stored(0, start, end)

    def check(self, start: int, end: int, leaves: Stored, wrong: set[int]) -> None:
        """Every node that the leaves of these indexes complete. `wrong`: the indexes of leaves that are not right."""
        level, below, first = 0, leaves, start
        while True:
            below, first, bad = self._with_carried(level, below, first, wrong)
            level += 1
            above_first, above_end = first >> 1, end >> level
            if above_first >= above_end:
                return
            above = self._stored(level, above_first, above_end)
            wrong = self._compare(level, above_first, below, above, bad)
            below, first = above, above_first

    def _with_carried(self, level: int, below: Stored, first: int, wrong: set[int]) -> tuple[Stored, int, set[int]]:
        """The nodes with the one that waited for its neighbour; the last one waits now if it has none."""
        if first & 1:
            hashed, was_wrong = self._carried.pop(level)
            first -= 1
            below = [hashed, *below]
            wrong = wrong | {first} if was_wrong else wrong
        last = first + len(below) - 1
        if not last & 1:
            self._carried[level] = (below[-1], last in wrong)
        return below, first, wrong

    def _compare(self, level: int, first: int, below: Stored, above: Stored, bad: set[int]) -> set[int]:
        """The numbers of the nodes that do not follow from their children, told where the children are right."""
        pairs = zip(below[::2], below[1::2], strict=False)
        made = [sha256(b"\x01" + left + right).digest() if left and right else None for left, right in pairs]
        if made == above:
            return set()
        wrong = set()
        known = {number >> 1 for number in bad}
        for number, (hashed, stored) in enumerate(zip(made, above, strict=True), first):
            if hashed is None or hashed != stored:
                wrong.add(number)
                if stored is None or number not in known:
                    self._tell(level, number, missing=stored is None)
        return wrong

    def _tell(self, level: int, number: int, *, missing: bool) -> None:
        start, end = number << level, (number + 1) << level
        what = "is missing" if missing else "does not follow from those below it"
        said = f"The node {number} of level {level}, over the positions {start + 1} to {end}, {what}."
        self._findings.add("node", start + 1, said)

    def _stored(self, level: int, start: int, end: int) -> Stored:
        found = rows(self._connection, _row, at=level, first=start, end=end)
        if len(found) == end - start:
            return [hashed if isinstance(hashed, bytes) else None for _, hashed in found]
        known = {number: hashed for number, hashed in found if isinstance(hashed, bytes)}
        return [known.get(number) for number in range(start, end)]

    def check_beyond(self, size: int) -> None:
        """No node is there that a tree of this size does not have."""
        for level, number in rows(self._connection, _impossible, highest=HIGHEST):
            self._findings.add("node", None, f"There is a node {number} of level {level}.")
        for level, number in rows(self._connection, _last):
            if 0 <= level <= HIGHEST and number >= size >> level:
                said = f"There is a node {number} of level {level}, which a log of {size} events does not have."
                self._findings.add("node", max(size, number << level) + 1, said)

    def check_head(self, size: int, peaks: bytes) -> None:
        """The head's peaks are the nodes of the tree's complete subtrees."""
        wanted = list(nodes_over((0, size)))
        found = nodes.named(self._connection, wanted)
        if len(peaks) != HASH_BYTES * len(wanted):
            self._findings.add("head", None, f"The head does not hold the {len(wanted)} peaks of {size} events.")
            return
        for place, (level, number) in enumerate(wanted):
            if peaks[place * HASH_BYTES : (place + 1) * HASH_BYTES] != found.get((level, number)):
                said = f"The peak {place} of the head is not the node {number} of level {level}."
                self._findings.add("head", (number << level) + 1, said)
