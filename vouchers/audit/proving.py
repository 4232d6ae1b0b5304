"""Proofs that leave the house: that an event is in a seal's tree, and that one seal's tree is a beginning of another's.

Both are plain JSON, and `files/verify_proof.py` checks them without us (`docs/record.md`).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from vouchers.audit import canonical, queries
from vouchers.audit.merkle import (
    STEP,
    WIDTH,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    levels_over,
)
from vouchers.audit.models import AuditEvent, AuditNode, AuditRun, AuditSeal
from vouchers.core.database import db
from vouchers.core.errors import NotFound, RuleBroken
from vouchers.core.lifecycle import list_confidential
from vouchers.core.text import say as _

UNPROVED = _("The record does not prove this. Run “audit verify”, which says where it was changed.")


def prove_event(event_id: int, *, in_seal: AuditSeal | None = None, with_detail: bool = False) -> dict[str, Any]:
    """The inclusion proof of an event in the tree of a seal, by default the newest.

    Args:
        with_detail: also what changed, and its salt: personal data, for whoever may read it. Of what few people may
            know of, the proof holds the hash of the leaf and nothing that it says: that is all that a proof needs.

    Raises:
        NotFound: no such event.
        RuleBroken: it is not sealed, or not by then; or the record was tampered with.
    """
    event = db.session.get(AuditEvent, event_id)
    if event is None:
        raise NotFound(_("There is no such event."))
    seal = in_seal or queries.find_last_seal()
    position = queries.map_positions([event_id]).get(event_id)
    if seal is None or position is None or position >= seal.size:
        raise RuleBroken(_("This event is not under that seal. The next seal will cover it."))
    proof = place_in_seal(canonical.event_bytes(event).decode(), event_id, position, seal, StoredTree())
    if event.subject_kind in list_confidential():
        return proof | {"leaf": None, "leaf_hash": leaf_hash(canonical.event_bytes(event)).hex()}
    if with_detail and event.detail.body is not None:
        proof["detail"] = {"salt": event.detail.salt, "text": canonical.canonical_json(event.detail.body).decode()}
    return proof


def place_in_seal(leaf: str, event_id: int, position: int, seal: AuditSeal, tree: StoredTree) -> dict[str, Any]:
    """The inclusion proof of a leaf. Raises `RuleBroken` where the record does not prove it."""
    path = inclusion_proof(tree.node, position, seal.size)
    if not is_included(leaf_hash(leaf.encode()), position, seal.size, path, bytes.fromhex(seal.root)):
        raise RuleBroken(UNPROVED)
    return {
        "kind": "inclusion",
        "event_id": event_id,
        "leaf": leaf,
        "index": position,
        "path": [node.hex() for node in path],
        "seal": describe_seal(seal),
    }


def prove_consistency(old: AuditSeal, new: AuditSeal) -> dict[str, Any]:
    """That the tree under the newer seal begins with the tree under the older. Raises `RuleBroken`."""
    if old.size > new.size:
        raise RuleBroken(_("The older seal comes first."))
    path = consistency_proof(StoredTree().node, old.size, new.size)
    if not is_consistent(old.size, bytes.fromhex(old.root), new.size, bytes.fromhex(new.root), path):
        raise RuleBroken(UNPROVED)
    return {
        "kind": "consistency",
        "old": describe_seal(old),
        "new": describe_seal(new),
        "path": [node.hex() for node in path],
    }


def describe_seal(seal: AuditSeal) -> dict[str, Any]:
    """A seal in words that JSON has, with the hash by which the next one names it."""
    return {
        "number": seal.id,
        "size": seal.size,
        "root": seal.root,
        "sealed_at": canonical.canonical_moment(seal.sealed_at),
        "previous_hash": seal.previous_hash,
        "hash": seal.hash,
    }


class StoredTree:
    """The tree as it is kept: 256 hashes are read at a time, and what stands between them and the next kept level is
    worked out once; proofs of neighbours have nearly all of it in common."""

    _MOST = 64

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], list[list[bytes]]] = {}

    def node(self, level: int, index: int) -> bytes:
        """The root of a full subtree. Raises `RuleBroken` where the record has lost it."""
        rest = level % STEP
        nodes, many = self._tile(level - rest, index >> (STEP - rest))[rest], WIDTH >> rest
        if index % many >= len(nodes):
            raise RuleBroken(UNPROVED)
        return nodes[index % many]

    def _tile(self, level: int, index: int) -> list[list[bytes]]:
        """What is kept there, and the roots of the full subtrees over it, level by level."""
        found = self._tiles.get((level, index))
        if found is None:
            if len(self._tiles) >= self._MOST:
                self._tiles.pop(next(iter(self._tiles)))
            read = _node_hashes(level, index * WIDTH) if level else _leaf_hashes(index * WIDTH)
            found = self._tiles[level, index] = levels_over(read)
        return found


def _leaf_hashes(first: int) -> list[bytes]:
    rows = db.session.scalars(
        select(AuditRun.hashes)
        .where(AuditRun.first_position >= first, AuditRun.first_position < first + WIDTH)
        .order_by(AuditRun.first_position)
    )  # a run never reaches over a multiple of WIDTH
    joined = b"".join(rows)
    return [joined[place : place + 32] for place in range(0, len(joined), 32)]


def _node_hashes(level: int, first: int) -> list[bytes]:
    return list(
        db.session.scalars(
            select(AuditNode.hash)
            .where(AuditNode.level == level, AuditNode.position >= first, AuditNode.position < first + WIDTH)
            .order_by(AuditNode.position)
        )
    )
