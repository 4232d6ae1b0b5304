"""What ties the books to the record: a hash over all that a step booked, in its sealed event. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from vouchers.audit.canonical import canonical_json, canonical_moment

JOURNAL_FIELDS = (
    "id", "step_id", "position", "at", "on", "tag", "event", "subject_kind", "subject_id", "reference", "narrative",
    "reverses_id", "corrects_on",
)  # fmt: skip

JournalFacts = dict[str, Any]
"""A journal's fields by name, days and moments as canonical text."""

Line = tuple[str, str, str, int, str]
"""Fund code, currency, account, cents, voucher."""

PeriodSum = tuple[str, str, str, int, int]
"""Fund code, currency, account, cents, count of lines."""


def journal_digest(journal: Any, lines: Iterable[Line]) -> str:
    """SHA-256 of a journal (anything with the attributes of `JOURNAL_FIELDS`) and its lines, in whatever order."""
    return sha256(journal_bytes(journal, lines)).hexdigest()


def journal_bytes(journal: Any, lines: Iterable[Line]) -> bytes:
    """What is hashed of it: canonical JSON, the lines sorted."""
    facts = {name: getattr(journal, name) for name in JOURNAL_FIELDS}
    facts |= {"at": canonical_moment(journal.at), "on": journal.on.isoformat()}
    facts["corrects_on"] = journal.corrects_on and journal.corrects_on.isoformat()
    return _facts_bytes(facts, lines)


def facts_digest(facts: JournalFacts, lines: Iterable[Line]) -> str:
    """The digest of a journal that is known by its fields."""
    return sha256(_facts_bytes(facts, lines)).hexdigest()


def _facts_bytes(facts: JournalFacts, lines: Iterable[Line]) -> bytes:
    """What was booked before there were corrections keeps its hash."""
    known = facts if facts["corrects_on"] else {name: fact for name, fact in facts.items() if name != "corrects_on"}
    return canonical_json({"journal": known, "lines": sorted(map(list, lines))})


def step_digest(digests: Sequence[str]) -> str:
    """One hash over the digests of a step's journals in the order of their positions; empty where it booked nothing."""
    return sha256("".join(digests).encode()).hexdigest() if digests else ""


def period_digest(sums: Iterable[PeriodSum]) -> str:
    """SHA-256 over what a period booked on each account of each fund, in whatever order."""
    return sha256(canonical_json(sorted(map(list, sums)))).hexdigest()
