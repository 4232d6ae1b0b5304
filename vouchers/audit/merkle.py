"""The Merkle tree of RFC 6962 section 2.1 and RFC 9162 section 2.1, over SHA-256. Pure; a hash is 32 bytes.

A node is named by its level (0: leaves) and its index on it: it stands over the leaves from ``index << level`` on,
``1 << level`` of them. Proofs ask for nodes by name, so whoever keeps some of them need not read a whole tree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

STEP = 8
"""Nodes are kept on every eighth level: the root of each full subtree of 256 leaves, of 65,536, and so on."""
WIDTH = 1 << STEP

Node = Callable[[int, int], bytes]
"""Level and index of a full subtree -> its root."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf: ``SHA-256(0x00 || data)``."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: ``SHA-256(0x01 || left || right)``."""
    return sha256(b"\x01" + left + right).digest()


def parents_of(nodes: Sequence[bytes]) -> list[bytes]:
    """The nodes one level up, of an even number of nodes."""
    pairs = zip(nodes[::2], nodes[1::2], strict=True)
    return [sha256(b"\x01" + left + right).digest() for left, right in pairs]


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The tree head over leaf hashes; of none, ``SHA-256("")``."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def full_root_of(nodes: Sequence[bytes]) -> bytes:
    """The root over nodes whose number is a power of two."""
    while len(nodes) > 1:
        nodes = parents_of(nodes)
    return nodes[0]


def levels_over(nodes: Sequence[bytes]) -> list[list[bytes]]:
    """These nodes, then the full ones over them, level by level up to the next one that is kept."""
    levels = [list(nodes)]
    for _level in range(1, STEP):
        below = levels[-1]
        levels.append(parents_of(below[: len(below) // 2 * 2]))
    return levels


class Frontier:
    """The roots of the full subtrees of a growing tree: all that is needed to append and to give the root."""

    def __init__(self, size: int = 0, roots: Sequence[bytes] = ()):
        if bin(size).count("1") != len(roots):
            raise ValueError("a tree of this size has another number of full subtrees")
        self.size, self.roots = size, list(roots)

    def extend(self, leaves: Sequence[bytes]) -> dict[int, list[bytes]]:
        """Add leaf hashes at the end.

        Returns the nodes that became full by it, on the levels that are kept, in the order of their indices.
        """
        nodes, level, left_over, kept = list(leaves), 0, [], {}
        while nodes:
            if level and level % STEP == 0:
                kept[level] = nodes
            if (self.size >> level) & 1:
                nodes = [self.roots.pop(), *nodes]
            if len(nodes) & 1:
                left_over.append(nodes[-1])
                nodes = nodes[:-1]
            nodes, level = parents_of(nodes), level + 1
        self.roots += reversed(left_over)
        self.size += len(leaves)
        return kept

    def root(self) -> bytes:
        """The tree head over all leaves so far."""
        return _folded(self.roots) if self.roots else sha256(b"").digest()


def _folded(roots: Sequence[bytes]) -> bytes:
    """One root over full subtrees that stand side by side, the largest first."""
    node = roots[-1]
    for left in reversed(roots[:-1]):
        node = node_hash(left, node)
    return node


def nodes_over(leaves: Sequence[bytes]) -> Node:
    """Where all leaf hashes are at hand: each node is computed."""

    def node(level: int, index: int) -> bytes:
        return full_root_of(leaves[index << level : (index + 1) << level])

    return node


def inclusion_proof(node: Node, index: int, size: int) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` (RFC 6962 section 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    path, first, end = [], 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            path.append(_root_between(node, middle, end))
            end = middle
        else:
            path.append(_root_between(node, first, middle))
            first = middle
    return path[::-1]


def consistency_proof(node: Node, old_size: int, size: int) -> list[bytes]:
    """That the tree of `old_size` is a beginning of the tree of `size` (RFC 6962 section 2.1.2)."""
    if not 0 <= old_size <= size:
        raise ValueError("the old tree is larger")
    if old_size in (0, size):
        return []
    path, first, end, is_whole = [], 0, size, True
    while end != old_size:
        middle = first + _split(end - first)
        if old_size <= middle:
            path.append(_root_between(node, middle, end))
            end = middle
        else:
            path.append(_root_between(node, first, middle))
            first, is_whole = middle, False
    if not is_whole:
        path.append(_root_between(node, first, end))
    return path[::-1]


def _root_between(node: Node, first: int, end: int) -> bytes:
    """The tree head over the leaves from `first` up to `end`, which begins where a full subtree may begin."""
    roots = []
    while first < end:
        level = (end - first).bit_length() - 1
        roots.append(node(level, first >> level))
        first += 1 << level
    return _folded(roots)


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows the leaf at `index` in the tree of `size` with this root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def is_consistent(old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the older tree is a beginning of the newer (RFC 9162 section 2.1.4.2)."""
    if old_size == size:
        return not proof and old_root == root
    if not 0 <= old_size < size:
        return False
    if old_size == 0:
        return not proof and old_root == sha256(b"").digest()
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path:
        return False
    fn, sn = old_size - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == root


def _split(n: int) -> int:
    """The largest power of two smaller than `n`."""
    return 1 << ((n - 1).bit_length() - 1)
