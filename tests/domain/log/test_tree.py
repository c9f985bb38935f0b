"""The Merkle tree of RFC 6962 and its proofs, for every tree of up to 256 leaves."""

import random
from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise

import pytest
from pymerkle import InmemoryTree  # type: ignore[import-untyped]

from domain.log.tree import Nodes, consistency_ranges, hashes, inclusion_ranges, nodes_over
from domain.log.verify import (
    DoesNotVerify,
    Frontier,
    check_consistency,
    check_inclusion,
    fold,
    leaf_hash,
    node_hash,
)

LARGEST = 256
ENTRIES = [f"entry {n}".encode() for n in range(LARGEST)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]

# The vectors of the Certificate Transparency reference implementation: eight entries, and the roots of the trees of the
# first 0, 1, 2 … 8 of them.
VECTORS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def nodes_of(leaves: Sequence[bytes]) -> Nodes:
    """Every complete node over them."""
    tree, found = Frontier(), {}
    for number, leaf in enumerate(leaves):
        for level, completed in enumerate([leaf, *tree.add(leaf)]):
            found[level, number >> level] = completed
    return found


def roots_of(leaves: Sequence[bytes]) -> list[bytes]:
    """Of the trees of the first 0, 1, 2 … leaves."""
    tree = Frontier()
    found = [tree.root]
    for leaf in leaves:
        tree.add(leaf)
        found.append(tree.root)
    return found


NODES, TREES = nodes_of(LEAVES), roots_of(LEAVES)


def inclusion(index: int, size: int) -> list[bytes]:
    return hashes(inclusion_ranges(index, size), NODES)


def consistency(old: int, size: int) -> list[bytes]:
    return hashes(consistency_ranges(old, size), NODES)


def flipped(data: bytes, place: int, bit: int = 0) -> bytes:
    return data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]


def holds(check: object, *arguments: object) -> bool:
    try:
        check(*arguments)  # type: ignore[operator]
    except DoesNotVerify:
        return False
    return True


def by_definition(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(by_definition(leaves[:k]), by_definition(leaves[k:]))


def test_the_published_roots() -> None:
    leaves = [leaf_hash(bytes.fromhex(entry)) for entry in VECTORS]
    assert [root.hex() for root in roots_of(leaves)] == ROOTS


# (index, size) and (old, size) as in the reference implementation's tests, with the hashes it publishes.
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
PUBLISHED_INCLUSION: dict[tuple[int, int], list[str]] = {
    (0, 1): [],
    (0, 8): [A, B, C],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        ROOTS[4],
    ],
    (2, 3): [ROOTS[2]],
}
PUBLISHED_CONSISTENCY: dict[tuple[int, int], list[str]] = {
    (1, 1): [],
    (1, 8): [A, B, C],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        ROOTS[4],
    ],
    (2, 5): [B, "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"],
}


def test_the_published_proofs() -> None:
    leaves = [leaf_hash(bytes.fromhex(entry)) for entry in VECTORS]
    nodes, roots = nodes_of(leaves), roots_of(leaves)
    for (index, size), expected in PUBLISHED_INCLUSION.items():
        assert [h.hex() for h in hashes(inclusion_ranges(index, size), nodes)] == expected
        check_inclusion(index, size, leaves[index], [bytes.fromhex(h) for h in expected], roots[size])
    for (old, size), expected in PUBLISHED_CONSISTENCY.items():
        assert [h.hex() for h in hashes(consistency_ranges(old, size), nodes)] == expected
        check_consistency(old, size, roots[old], roots[size], [bytes.fromhex(h) for h in expected])


def test_the_root_is_that_of_the_definition() -> None:
    assert [by_definition(LEAVES[:size]) for size in range(LARGEST + 1)] == TREES


def test_roots_and_inclusion_proofs_agree_with_another_implementation() -> None:
    other = InmemoryTree(algorithm="sha256")
    for size in range(1, LARGEST + 1):
        other.append_entry(ENTRIES[size - 1])
        assert other.get_root(size) == TREES[size]
        for index in {0, size // 3, size // 2, size - 1}:
            path = other.prove_inclusion(index + 1, size).path
            assert path[1:] == inclusion(index, size), (index, size)
            assert path[0] == LEAVES[index]


def test_every_inclusion_proof_verifies_and_none_with_a_flipped_byte() -> None:
    chance = random.Random(6962)
    for size in range(1, LARGEST + 1):
        root = TREES[size]
        for index in range(size):
            proof = inclusion(index, size)
            check_inclusion(index, size, LEAVES[index], proof, root)
            place, bit = chance.randrange(32 * (len(proof) + 2)), chance.randrange(8)
            part, byte = divmod(place, 32)
            parts = [*proof, LEAVES[index], root]
            parts[part] = flipped(parts[part], byte, bit)
            *wrong, leaf, other = parts
            assert not holds(check_inclusion, index, size, leaf, wrong, other), (index, size, place)


def test_every_consistency_proof_verifies_and_none_with_a_flipped_byte() -> None:
    chance = random.Random(9162)
    for size in range(LARGEST + 1):
        for old in range(size + 1):
            proof = consistency(old, size)
            check_consistency(old, size, TREES[old], TREES[size], proof)
            if not proof:
                continue
            place, bit = chance.randrange(32 * (len(proof) + 2)), chance.randrange(8)
            part, byte = divmod(place, 32)
            parts = [*proof, TREES[old], TREES[size]]
            parts[part] = flipped(parts[part], byte, bit)
            *wrong, first, second = parts
            assert not holds(check_consistency, old, size, first, second, wrong), (old, size, place)


@pytest.mark.parametrize("size", [2, 7, 8, 13])
def test_every_byte_of_every_proof_matters(size: int) -> None:
    for other in range(size):
        for check, proof, known in (
            (check_inclusion, inclusion(other, size), (LEAVES[other],)),
            (check_consistency, consistency(other, size), (TREES[other], TREES[size])),
        ):
            for part, hashed in enumerate(proof):
                for byte in range(32):
                    wrong = [*proof[:part], flipped(hashed, byte), *proof[part + 1 :]]
                    arguments = (
                        (other, size, *known, wrong, TREES[size])
                        if check is check_inclusion
                        else (other, size, *known, wrong)
                    )
                    assert not holds(check, *arguments), (check, other, part, byte)


def test_a_proof_of_another_length_or_order_does_not_verify() -> None:
    for size in range(2, 40):
        for index in range(size):
            proof = inclusion(index, size)
            for wrong in (proof[:-1], proof[1:], [*proof, LEAVES[0]], [LEAVES[0], *proof]):
                assert not holds(check_inclusion, index, size, LEAVES[index], wrong, TREES[size]), (index, size)
        for old in range(1, size):
            proof = consistency(old, size)
            for wrong in (proof[:-1], proof[1:], [*proof, LEAVES[0]], [LEAVES[0], *proof], []):
                assert not holds(check_consistency, old, size, TREES[old], TREES[size], wrong), (old, size)


def test_a_proof_is_of_one_index_alone() -> None:
    for size in range(2, 40):
        for index in range(size):
            for other in range(-1, size + 2):
                if other != index:
                    proof = inclusion(index, size)
                    assert not holds(check_inclusion, other, size, LEAVES[index], proof, TREES[size]), (index, other)


def test_impossible_sizes_do_not_verify() -> None:
    for old, size in ((-1, 3), (4, 3)):
        assert not holds(check_consistency, old, size, TREES[1], TREES[3], [])
    assert not holds(check_consistency, 3, 3, TREES[2], TREES[3], [])
    assert not holds(check_consistency, 0, 3, TREES[0], TREES[3], [LEAVES[0]])
    assert holds(check_consistency, 0, 0, TREES[0], TREES[0], [])
    assert not holds(check_inclusion, 0, 0, LEAVES[0], [], TREES[0])


def test_a_tree_of_so_many_leaves_has_so_many_peaks() -> None:
    tree = Frontier(3, [NODES[1, 0], NODES[0, 2]])
    assert tree.root == TREES[3]
    tree.add(LEAVES[3])
    assert (tree.size, tree.peaks) == (4, [TREES[4]])
    with pytest.raises(DoesNotVerify, match=r"A tree of 3 leaves has 2 peaks, not 1\."):
        Frontier(3, [NODES[1, 0]])


def test_a_range_is_spanned_by_the_fewest_nodes() -> None:
    assert list(nodes_over((0, 7))) == [(2, 0), (1, 2), (0, 6)]
    assert list(nodes_over((3, 8))) == [(0, 3), (2, 1)]
    assert list(nodes_over((6, 6))) == []
    for start in range(70):
        for end in range(start + 1, 71):
            spans = [(number << level, (number + 1) << level) for level, number in nodes_over((start, end))]
            assert [spans[0][0], spans[-1][1]] == [start, end]
            assert all(one[1] == two[0] for one, two in pairwise(spans))
    assert fold([NODES[node] for node in nodes_over((0, 200))]) == TREES[200]
