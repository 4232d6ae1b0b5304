"""Against what an appeal can be filed, until when, and what it holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime

from vouchers.appeals.states import Against
from vouchers.applications.states import ApplicationState
from vouchers.core.clock import add_months
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import Instant, Sentence
from vouchers.core.text import say as _

MOST_FILES = 10
MONTHS_TO_DECIDE = 2
"""European Code of Good Administrative Behaviour, Article 17: a decision within two months of receipt at the latest."""
_STATES = {
    ApplicationState.INELIGIBLE: Against.INELIGIBLE,
    ApplicationState.REJECTED: Against.REJECTED,
    ApplicationState.RESERVED: Against.RESERVED,
}


def against_of(
    state: ApplicationState, awarded: Money | None, usual: Money, *, has_conditions: bool = False
) -> Against | None:
    """What can be appealed against where an application stands; None for nothing.

    Args:
        usual: what is awarded in full: what was asked for, up to the cap. Once the agreement holds, its amount and its
            conditions are agreed, and nothing is left to appeal against.
        has_conditions: whether a condition of the award is neither met nor waived. Where the award is also less than
            was asked for, one appeal is about both.
    """
    if state == ApplicationState.AWARDED and awarded is not None and awarded < usual:
        return Against.LESS
    if state == ApplicationState.AWARDED and has_conditions:
        return Against.CONDITIONS
    return _STATES.get(state)


def is_in_time(due_at: datetime, at: datetime) -> bool:
    """The last second still counts; one second later does not."""
    return at.replace(microsecond=0) <= due_at


def say_too_late(due_at: datetime, zone: str, reader_zone: str) -> Sentence:
    """When the time was over by the clocks of the region and of the reader, and what can still be done."""
    return _(
        "The time for this appeal ended on %(moment)s, so it was not sent. What you wrote is kept. If something beyond "
        "your control kept you from sending it in time, say what it was: a person who was not involved before decides "
        "whether the appeal is still admitted.",
        moment=Instant(due_at, zone, reader_zone),
    )


def ensure_in_time(due_at: datetime, at: datetime, zone: str, reader_zone: str) -> None:
    """An appeal is sent before its time is over. Raises `RuleBroken`."""
    if not is_in_time(due_at, at):
        raise RuleBroken(say_too_late(due_at, zone, reader_zone))


def ensure_late(due_at: datetime, at: datetime) -> None:
    """Only what is late asks to be admitted."""
    if is_in_time(due_at, at):
        raise RuleBroken(_("There is still time: send the appeal in the usual way."))


def ensure_says_why(text: str) -> None:
    """An appeal says what is wrong."""
    if not text.strip():
        raise RuleBroken(_("Say what is wrong with the decision, and why"), field="text")


def ensure_room(count: int) -> None:
    """One more file has room."""
    if count >= MOST_FILES:
        raise RuleBroken(_("An appeal has room for %(most)s files.", most=MOST_FILES), field="file")


def decide_by(filed_on: date) -> date:
    """The last day for the decision."""
    return add_months(filed_on, MONTHS_TO_DECIDE)


def fingerprint_of(text: str, hashes: Sequence[str]) -> str:
    """SHA-256 of ``{"files": [hashes in the order of the alphabet], "text": words}`` as JSON in UTF-8, keys in order,
    without spaces."""
    content = {"files": sorted(hashes), "text": text}
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
