"""Whether the log may be vouched for: what is stored, read again and hashed anew. Source: docs/audit.md 3."""

from collections.abc import Callable

from sqlalchemy import Engine

from domain.log.tree import added, consistency_ranges
from domain.log.verify import DoesNotVerify, Frontier, check_consistency, leaf_hash
from domain.store import nodes, reads
from domain.store.engine import reading

BATCH = 1000
Progress = Callable[[int], None]


class LogIsInconsistent(Exception):
    """What is stored contradicts itself. `position` is that of the first event for which this is seen."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position
        self.reason = reason


def tree_at(engine: Engine, size: int, root: bytes | None = None) -> Frontier:
    """The stored tree of this size. Raises LogIsInconsistent where it has not the root, if one is given."""
    try:
        with reading(engine) as connection:
            tree = nodes.tree_at(connection, size)
    except KeyError as error:
        raise LogIsInconsistent(size, f"A node of the tree of the first {size} events is missing.") from error
    if root not in {None, tree.root}:
        raise LogIsInconsistent(size, f"The tree of the first {size} events has not the root of their checkpoint.")
    return tree


def grow(engine: Engine, tree: Frontier, size: int, progress: Progress = lambda _: None) -> None:
    """The tree has all events up to `size`, from their stored texts. Raises LogIsInconsistent where a node differs."""
    while tree.size < size:
        before = tree.size
        _grow(engine, tree, min(size, before + BATCH))
        progress(tree.size - before)


def _grow(engine: Engine, tree: Frontier, size: int) -> None:
    start = tree.size
    with reading(engine) as connection:
        texts = reads.texts(connection, start, size - start)
        levels = range(size.bit_length())
        stored = [nodes.row(connection, level, start >> level, (size >> level) - (start >> level)) for level in levels]
    found: list[list[bytes]] = [[] for _ in levels]
    for expected, (position, text) in enumerate(texts, start + 1):
        if position != expected:
            break
        leaf = leaf_hash(text.encode())
        if stored[0][expected - start - 1 :][:1] != [leaf]:
            raise LogIsInconsistent(position, f"The event at position {position} is not the one that was recorded.")
        for (level, _), hashed in added(tree, leaf):
            found[level].append(hashed)
    if tree.size != size:
        raise LogIsInconsistent(tree.size + 1, f"The event at position {tree.size + 1} is missing.")
    for level in levels:
        if found[level] != stored[level]:
            number = next(n for n, hashed in enumerate(found[level]) if stored[level][n : n + 1] != [hashed])
            last = ((start >> level) + number + 1) << level
            raise LogIsInconsistent(last, f"The node of level {level} over position {last} does not follow from below.")


def prove_growth(engine: Engine, old: int, old_root: bytes, size: int, root: bytes) -> list[bytes]:
    """The consistency proof from one size to another. Raises LogIsInconsistent where what is stored gives none."""
    try:
        with reading(engine) as connection:
            proof = nodes.spanning(connection, consistency_ranges(old, size))
        check_consistency(old, size, old_root, root, proof)
    except (DoesNotVerify, KeyError) as error:
        said = f"The log of {size} events is not shown to contain the {old} of an earlier checkpoint."
        raise LogIsInconsistent(old + 1, said) from error
    return proof
