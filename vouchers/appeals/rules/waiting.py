"""What is said to those whose agreement waits because of appeals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Instant, Sentence, say_count
from vouchers.core.text import say as _


@dataclass(frozen=True, slots=True)
class Suspension:
    """Why an agreement waits: one's own appeal, so many appeals of others, the time in which others may appeal."""

    is_own: bool
    appeals: int
    until: datetime | None


def say_why(found: Suspension, zone: str) -> Sentence:
    """Why the agreement waits, in plain words for applicants and staff. It names nobody."""
    if found.is_own:
        return _("The agreement waits until the appeal against the amount of this award is decided.")
    if found.appeals:
        return say_count(
            "The agreement waits: %(count)s appeal about the same money is open, and this call waits until it is "
            "decided. The award stands, and no time is lost by it.",
            "The agreement waits: %(count)s appeals about the same money are open, and this call waits until they are "
            "decided. The award stands, and no time is lost by it.",
            found.appeals,
        )
    assert found.until is not None
    return _(
        "The agreement waits until %(moment)s: up to then others may appeal about the same money, and this call waits "
        "for that. The award stands, and no time is lost by it.",
        moment=Instant(found.until, zone),
    )


def ensure_not_suspended(found: Suspension | None, zone: str) -> None:
    """Nothing holds the agreement back. Raises `RuleBroken`."""
    if found is not None:
        raise RuleBroken(say_why(found, zone))
