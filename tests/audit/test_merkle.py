"""The tree, against the vectors of RFC 6962 and RFC 9162 that other programs use too."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.audit.merkle import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    levels_over,
    nodes_over,
    root_of,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "rfc6962_merkle_ct_reference.json").read_text())
LEAVES = [leaf_hash(bytes.fromhex(data)) for data in VECTORS["leaves_hex"]]
ROOTS = [bytes.fromhex(root) for root in VECTORS["roots_by_size"]]


def unhex(hashes):
    return [bytes.fromhex(one) for one in hashes]


def test_leaves_and_roots():
    assert [leaf.hex() for leaf in LEAVES] == VECTORS["leaf_hashes"]
    assert [root_of(LEAVES[:size]) for size in range(len(LEAVES) + 1)] == ROOTS


@pytest.mark.parametrize("vector", VECTORS["inclusion"], ids=lambda v: f"{v['leaf_index']} in {v['tree_size']}")
def test_inclusion(vector):
    index, size, proof = vector["leaf_index"], vector["tree_size"], unhex(vector["proof"])
    assert inclusion_proof(nodes_over(LEAVES), index, size) == proof
    assert is_included(LEAVES[index], index, size, proof, ROOTS[size])
    assert not is_included(LEAVES[index], index, size, [*proof, LEAVES[0]], ROOTS[size])
    assert not is_included(leaf_hash(b"forged"), index, size, proof, ROOTS[size])
    if proof:
        assert not is_included(LEAVES[index], index, size, proof[:-1], ROOTS[size])


@pytest.mark.parametrize("vector", VECTORS["consistency"], ids=lambda v: f"{v['first']} to {v['second']}")
def test_consistency(vector):
    first, second, proof = vector["first"], vector["second"], unhex(vector["proof"])
    assert consistency_proof(nodes_over(LEAVES), first, second) == proof
    assert is_consistent(first, ROOTS[first], second, ROOTS[second], proof)
    assert not is_consistent(first, ROOTS[0], second, ROOTS[second], proof)
    assert not is_consistent(first, ROOTS[first], second, ROOTS[second], [*proof, LEAVES[0]])
    if first < second:
        assert not is_consistent(second, ROOTS[second], first, ROOTS[first], proof)


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=80), st.data())
def test_every_proof_of_every_tree_holds(contents, data):
    leaves = [leaf_hash(content) for content in contents]
    index = data.draw(st.integers(0, len(leaves) - 1))
    old = data.draw(st.integers(0, len(leaves)))
    root, node, size = root_of(leaves), nodes_over(leaves), len(leaves)
    assert is_included(leaves[index], index, size, inclusion_proof(node, index, size), root)
    assert is_consistent(old, root_of(leaves[:old]), size, root, consistency_proof(node, old, size))


def defined_root(leaves):
    """Word for word as RFC 6962 section 2.1 defines it."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = max(2**power for power in range(12) if 2**power < len(leaves))
    return sha256(b"\x01" + defined_root(leaves[:k]) + defined_root(leaves[k:])).digest()


NUMBERED = [leaf_hash(str(number).encode()) for number in range(1_800)]


@given(st.lists(st.integers(0, 300), max_size=6))
def test_a_frontier_grows_as_if_it_never_stopped(portions):
    frontier, kept, size = Frontier(), {}, 0
    for portion in portions:
        frontier = Frontier(frontier.size, frontier.roots)  # as it is stored in a seal
        for level, nodes in frontier.extend(NUMBERED[size : size + portion]).items():
            kept.setdefault(level, []).extend(nodes)
        size += portion
    whole = NUMBERED[:size]
    assert frontier.root() == defined_root(whole)
    assert kept.get(8, []) == [defined_root(whole[first : first + 256]) for first in range(0, size - 255, 256)]
    assert set(kept) <= {8}


def test_nodes_are_kept_on_every_eighth_level():
    leaves = [leaf_hash(number.to_bytes(3, "big")) for number in range(65_536 + 300)]
    first, second = Frontier(), Frontier()
    kept = first.extend(leaves)
    for begin in range(0, len(leaves), 997):
        for level, nodes in second.extend(leaves[begin : begin + 997]).items():
            assert nodes == kept[level][: len(nodes)]
            del kept[level][: len(nodes)]
    assert kept == {8: [], 16: []}
    assert first.root() == second.root()
    assert first.roots == second.roots


@pytest.mark.parametrize("many", [0, 1, 5, 255, 256])
def test_what_stands_over_a_tile_is_every_full_subtree_and_nothing_else(many):
    leaves, levels = NUMBERED[:many], levels_over(NUMBERED[:many])
    assert levels == [
        [defined_root(leaves[first : first + (1 << level)]) for first in range(0, many >> level << level, 1 << level)]
        for level in range(8)
    ]


@pytest.mark.parametrize(("proof", "arguments"), [(inclusion_proof, (8, 8)), (consistency_proof, (9, 8))])
def test_there_is_no_proof_of_what_is_not_there(proof, arguments):
    with pytest.raises(ValueError):
        proof(nodes_over(LEAVES), *arguments)
    with pytest.raises(ValueError):
        Frontier(3, [b""])
