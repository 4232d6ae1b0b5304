"""What is hashed, byte for byte: canonical JSON (sorted keys, no spaces, UTF-8) of plain values. Pure."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

FIELDS = (
    "step_id", "unit_id", "at", "actor_id", "tag", "subject_kind", "subject_id", "scope", "detail_hash",
    "journals_hash",
)  # fmt: skip
"""What an event's leaf covers."""


_TEXT_OF = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
"""Made once: `json.dumps` makes an encoder for every value."""


def canonical_json(value: Any) -> bytes:
    """One byte string for one value, on every machine."""
    return _TEXT_OF(value).encode()


def canonical_moment(moment: datetime) -> str:
    """``2026-11-20T09:30:00.000000Z``."""
    return f"{moment.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def event_bytes(event: Any) -> bytes:
    """The data of an event's leaf; `event` has the attributes named in `FIELDS`."""
    facts = {field: getattr(event, field) for field in FIELDS}
    facts["at"] = canonical_moment(facts["at"])
    return canonical_json(facts)


def detail_hash(salt: str, body: Any) -> str:
    """The salted hash by which an event holds on to what changed, so that the detail can be erased."""
    return salted_hash(salt, canonical_json(body))


def salted_hash(salt: str, detail: bytes) -> str:
    """The same of a detail that is canonical JSON already."""
    return sha256(salt.encode() + detail).hexdigest()


def seal_hash(size: int, root: str, sealed_at: datetime, previous_hash: str) -> str:
    """The hash of a seal, which the next seal names as its previous one."""
    facts = {"size": size, "root": root, "sealed_at": canonical_moment(sealed_at), "previous_hash": previous_hash}
    return sha256(canonical_json(facts)).hexdigest()
