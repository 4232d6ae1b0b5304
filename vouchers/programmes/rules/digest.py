"""Canonical JSON of a plan and its SHA-256: the same content gives the same digest, whatever the file looks like."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any


def as_json(part: Any) -> Any:
    """Any part of a plan as JSON values: money as cents and currency, decimals in their shortest text, instants ISO."""
    if is_dataclass(part) and not isinstance(part, type):
        return {field.name: as_json(getattr(part, field.name)) for field in fields(part)}
    if isinstance(part, (tuple, list)):
        return [as_json(item) for item in part]
    if isinstance(part, Decimal):
        return format(part.normalize(), "f")
    if isinstance(part, (datetime, date)):
        return part.isoformat()
    return str(part) if isinstance(part, str) else part


def canonical_json(part: Any) -> str:
    """Sorted keys, no spaces, plain ASCII."""
    return json.dumps(as_json(part), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def content_digest(part: Any) -> str:
    """SHA-256 of the canonical JSON, in hex."""
    return hashlib.sha256(canonical_json(part).encode("ascii")).hexdigest()
