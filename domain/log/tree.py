"""Makes proofs from the nodes of the tree. Source: RFC 6962, sections 2.1.1 and 2.1.2.

A node is named by its level and its number there: node (L, N) is the hash over the leaves from N·2^L on, 2^L of them.
"""

from collections.abc import Iterator, Mapping, Sequence

from domain.log.verify import Frontier, fold

Node = tuple[int, int]
Nodes = Mapping[Node, bytes]
Range = tuple[int, int]  # leaves from the first number up to, not including, the second


def added(tree: Frontier, leaf: bytes) -> list[tuple[Node, bytes]]:
    """Takes in the hash of the next leaf. Returns it and every node that it completes, by their names."""
    number = tree.size
    return [((level, number >> level), hashed) for level, hashed in enumerate([leaf, *tree.add(leaf)])]


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """What the hashes of an inclusion proof span, from the leaf upwards. RFC 6962, 2.1.1: PATH(m, D[n])."""
    assert 0 <= index < size, (index, size)
    return _path(index, 0, size)


def _path(index: int, start: int, end: int) -> list[Range]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle), (middle, end)]
    return [*_path(index, middle, end), (start, middle)]


def consistency_ranges(old: int, size: int) -> list[Range]:
    """What the hashes of a consistency proof span. RFC 6962, 2.1.2: PROOF(m, D[n]); none where `old` is 0 or `size`."""
    assert 0 <= old <= size, (old, size)
    return [] if old in {0, size} else _subproof(old, 0, size, whole=True)


def _subproof(old: int, start: int, end: int, *, whole: bool) -> list[Range]:
    if old == end:
        return [] if whole else [(start, end)]
    middle = start + _split(end - start)
    if old <= middle:
        return [*_subproof(old, start, middle, whole=whole), (middle, end)]
    return [*_subproof(old, middle, end, whole=False), (start, middle)]


def _split(count: int) -> int:
    """RFC 6962, 2.1: the largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def nodes_over(span: Range) -> Iterator[Node]:
    """The fewest nodes that together span the range, from left to right."""
    start, end = span
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level


def hashes(ranges: Sequence[Range], nodes: Nodes) -> list[bytes]:
    """The hash over each range."""
    return [fold([nodes[node] for node in nodes_over(span)]) for span in ranges]
