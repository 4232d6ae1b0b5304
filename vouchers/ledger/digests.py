"""What ties the books to the record: a hash over all that a step booked, in its sealed event. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from vouchers.audit.canonical import canonical_json, canonical_moment

JOURNAL_FIELDS = (
    "id", "step_id", "position", "at", "on", "tag", "event", "subject_kind", "subject_id", "reference", "narrative",
    "reverses_id",
)  # fmt: skip

Line = tuple[str, str, str, int, str]
"""Fund code, currency, account, cents, voucher."""


def journal_digest(journal: Any, lines: Iterable[Line]) -> str:
    """SHA-256 of a journal (anything with the attributes of `JOURNAL_FIELDS`) and its lines, in whatever order."""
    return sha256(journal_bytes(journal, lines)).hexdigest()


def journal_bytes(journal: Any, lines: Iterable[Line]) -> bytes:
    """What is hashed of it: canonical JSON, the lines sorted."""
    facts = {name: getattr(journal, name) for name in JOURNAL_FIELDS}
    facts |= {"at": canonical_moment(journal.at), "on": journal.on.isoformat()}
    return canonical_json({"journal": facts, "lines": sorted(map(list, lines))})


def step_digest(digests: Sequence[str]) -> str:
    """One hash over the digests of a step's journals in the order of their positions; empty where it booked nothing."""
    return sha256("".join(digests).encode()).hexdigest() if digests else ""
