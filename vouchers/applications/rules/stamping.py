"""Two people at one form: what a page was drawn from, and what is kept when one writes over the other."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vouchers.applications.rules.asking import is_filled
from vouchers.programmes.rules.form_plan import Question

_STAMPED = re.compile(r"([0-9]{1,9})(?:-([0-9a-f]{8}))?")
MOST_EARLIER = 20
"""Answers of others that are kept of one question."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer as a page was drawn from it."""

    revision: int = 0
    mark: str = ""
    """Of its words, see `mark_of`; empty where it is not known."""


def mark_of(value: Any) -> str:
    """A short mark of an answer, so that a page can tell whether its writer has touched it. Blank is blank."""
    text = json.dumps(None if value in ("", [], {}) else value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def stamp(questions: Iterable[Question], seen: Mapping[str, Seen]) -> str:
    """What a page was drawn from: revision and mark of each of its answers, as one short text."""
    shown = [seen.get(question.code) or Seen(0, mark_of(None)) for question in questions]
    return ".".join(f"{one.revision}-{one.mark}" if one.mark else str(one.revision) for one in shown)


def read_stamp(questions: Collection[Question], text: str | None) -> dict[str, Seen] | None:
    """What a page was drawn from, by question; None if the text is not a stamp of these questions."""
    parts = [_STAMPED.fullmatch(part) for part in (text or "").split(".")]
    if len(parts) != len(questions):
        return None
    found = [Seen(int(part[1]), part[2] or "") for part in parts if part is not None]
    if len(found) != len(questions):
        return None
    return {question.code: one for question, one in zip(questions, found, strict=True)}


def with_earlier(
    earlier: Sequence[dict[str, Any]] | None, value: Any, *, by_id: int, at: datetime
) -> list[dict[str, Any]]:
    """What is kept of a question when somebody writes over another person's answer: nobody's words are lost."""
    kept = list(earlier or [])
    if is_filled(value) and (not kept or kept[-1]["value"] != value):
        kept.append({"value": value, "saved_by_id": by_id, "saved_at": at.isoformat()})
    return kept[-MOST_EARLIER:]
