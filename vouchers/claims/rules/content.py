"""A claim as it stands, whole, as canonical JSON; the steps that fix it name its SHA-256 in the record. Pure.

What is written later by right (the state, what payments do, the provider's link) is no part of it, nor is any name of a
person's account or signature: those are pseudonyms once a person is forgotten.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from vouchers.audit.canonical import canonical_json, canonical_moment

FORMAT = "claim/1"
PURPOSE = "claim-version"
"""Under which steps name it; no file of a claim has such a purpose, for their codes have no hyphen."""
FIXING = ("submit", "sample", "check_fully", "verify", "reopen", "authorise", "reject")
"""Verbs after which a claim is as the record says."""
OPENING = "send_back"
"""After which the beneficiary may change it again."""
TAGS_OF_FIXING = tuple(f"claim.{verb}" for verb in FIXING)
TAG_OF_OPENING = f"claim.{OPENING}"

_CLAIM = (
    "number", "agreement_id", "currency", "is_final", "report", "answers", "satisfaction", "satisfaction_note",
    "submitted_at", "submitted_by_id", "pay_by", "days_stopped", "sample_seed", "sample_reason", "eligible_cents",
    "grant_cents", "verified_by_id", "verified_at", "checks", "authorised_by_id", "authorised_at", "reason",
)  # fmt: skip
_COST = (
    "id", "category", "description", "supplier", "invoice_number", "invoice_on", "activity_on", "net_cents",
    "vat_cents", "is_vat_recoverable", "invoice_total_cents", "currency", "submitted_on", "rate_month", "rate_units",
    "rate_to_units", "is_rate_final", "cost_cents", "accepted_cents", "deduction_reason", "error", "is_sampled",
    "parked_at", "taken_from_id",
)  # fmt: skip
_JOURNEY = ("from_place", "to_place", "leaves_on", "arrives_on", "traveller")
_DELIVERABLE = ("code", "note", "delivered_on", "is_accepted", "reason")
_SIGNATURE = ("kind", "sha256", "signed_at")
_QUESTION = ("stopped_on", "resumed_on", "question", "answer")


def content_of(claim: Any, documents: Sequence[Any]) -> str:
    """All that a claim says and all that was decided on it, at this moment.

    Args:
        documents: the files that stand on it.
    """
    hashes = {document.id: document.sha256 for document in documents}
    whole = {
        "format": FORMAT,
        **_facts(claim, _CLAIM),
        "costs": [
            {
                **_facts(line, _COST),
                "evidence": hashes.get(line.document_id),
                **_further(line, documents),
                "journeys": _list(line.itinerary, _JOURNEY),
            }
            for line in _by_id(claim.costs)
        ],
        "deliverables": _list(claim.delivered, _DELIVERABLE),
        "signatures": _list(claim.signatures, _SIGNATURE),
        "questions": _list(claim.stops, _QUESTION),
        "documents": sorted([document.purpose, document.sha256] for document in documents),
    }
    return canonical_json(whole).decode()


def _further(line: Any, documents: Sequence[Any]) -> dict[str, list[str]]:
    """The hashes of the cost's further files; nothing where it has none, as before a cost could have several."""
    found = sorted(one.sha256 for one in documents if one.part_id == line.id and one.id != line.document_id)
    return {"further": found} if found else {}


def sha256_of(text: str) -> str:
    """By which the record names it, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def differences(kept: str, now: str) -> Iterator[str]:
    """What a claim says now that is not what was kept, each with its place: ``costs 17 net_cents is 5, not 4``."""
    try:
        before = json.loads(kept)
    except ValueError:
        yield "what was kept cannot be read"
        return
    yield from _walk("", before, json.loads(now))


def _walk(place: str, kept: Any, now: Any) -> Iterator[str]:
    if isinstance(kept, dict) and isinstance(now, dict):
        for key in sorted(kept.keys() | now.keys()):
            yield from _walk(f"{place} {key}".strip(), kept.get(key), now.get(key))
    elif place == "costs" and isinstance(kept, list) and isinstance(now, list):
        yield from _walk(place, _by_number(kept), _by_number(now))
    elif kept != now:
        yield f"{place} is {_short(now)}, not {_short(kept)}"


def _by_number(costs: Iterable[Any]) -> dict[str, Any]:
    return {str(one.get("id")): one for one in costs if isinstance(one, dict)}


def _short(value: Any) -> str:
    said = json.dumps(value, ensure_ascii=False)
    return said if len(said) <= 80 else f"{said[:79]}…"


def _facts(row: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _list(rows: Iterable[Any], names: Sequence[str]) -> list[dict[str, Any]]:
    return [_facts(row, names) for row in _by_id(rows)]


def _by_id(rows: Iterable[Any]) -> list[Any]:
    """In the order in which they were written, however they were loaded."""
    return sorted(rows, key=lambda row: row.id)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return canonical_moment(value)
    return value.isoformat() if isinstance(value, date) else value
