"""The tree, against the vectors of RFC 6962 and RFC 9162 that other programs use too."""

from __future__ import annotations

import json
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
    assert inclusion_proof(LEAVES[:size], index) == proof
    assert is_included(LEAVES[index], index, size, proof, ROOTS[size])
    assert not is_included(LEAVES[index], index, size, [*proof, LEAVES[0]], ROOTS[size])
    assert not is_included(leaf_hash(b"forged"), index, size, proof, ROOTS[size])
    if proof:
        assert not is_included(LEAVES[index], index, size, proof[:-1], ROOTS[size])


@pytest.mark.parametrize("vector", VECTORS["consistency"], ids=lambda v: f"{v['first']} to {v['second']}")
def test_consistency(vector):
    first, second, proof = vector["first"], vector["second"], unhex(vector["proof"])
    assert consistency_proof(LEAVES[:second], first) == proof
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
    root = root_of(leaves)
    assert is_included(leaves[index], index, len(leaves), inclusion_proof(leaves, index), root)
    assert is_consistent(old, root_of(leaves[:old]), len(leaves), root, consistency_proof(leaves, old))


@given(st.integers(0, 70), st.integers(0, 70))
def test_a_frontier_that_was_stored_goes_on_as_if_it_never_stopped(before, more):
    leaves = [leaf_hash(bytes([number])) for number in range(before + more)]
    first = Frontier()
    for leaf in leaves[:before]:
        first.append(leaf)
    second = Frontier(first.size, first.roots)
    for leaf in leaves[before:]:
        second.append(leaf)
    assert second.root() == root_of(leaves)


@pytest.mark.parametrize(("call", "arguments"), [(inclusion_proof, (LEAVES, 8)), (consistency_proof, (LEAVES, 9))])
def test_there_is_no_proof_of_what_is_not_there(call, arguments):
    with pytest.raises(ValueError):
        call(*arguments)
    with pytest.raises(ValueError):
        Frontier(3, [b""])
