"""What a finance system asks and says: cursors, limits, days, bodies. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from vouchers.core.errors import Refused
from vouchers.core.text import Sentence
from vouchers.core.text import say as _

MOST_ITEMS, USUAL_ITEMS = 500, 100
MOST_ID = 2**63 - 1
KEY = r"[!-~]{1,64}"
"""An idempotency key: printable characters without spaces."""
CODE = r"[A-Z0-9]{4}"
"""A reason code of ISO 20022, such as AC04."""


class Misasked(Refused):
    """The request itself cannot be read."""

    status = 400


class Misworded(Refused):
    """The body says something that cannot be; `faults` has a sentence for each field."""

    status = 422

    def __init__(self, faults: Mapping[str, Sentence]):
        super().__init__(_("The body cannot be taken as it is."))
        self.faults = dict(faults)


def write_cursor(*place: int) -> str:
    """Where a list goes on, as one word."""
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(word: str, parts: int) -> tuple[int, ...]:
    """The place that a cursor names; without one the beginning. Raises `Misasked`."""
    if not word:
        return (0,) * parts
    try:
        place = json.loads(base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        place = None
    is_place = isinstance(place, list) and len(place) == parts
    if not is_place or not all(type(part) is int and 0 <= part <= MOST_ID for part in place):
        raise Misasked(_("This cursor was not given out by this list. Begin without one."), field="cursor")
    return tuple(place)


def read_limit(text: str) -> int:
    """How many items are wanted. Raises `Misasked`."""
    if not text:
        return USUAL_ITEMS
    if not re.fullmatch("[0-9]{1,4}", text, re.ASCII) or not 1 <= int(text) <= MOST_ITEMS:
        raise Misasked(_("The limit is a whole number from 1 to %(most)s.", most=MOST_ITEMS), field="limit")
    return int(text)


def read_day(text: str, name: str) -> date | None:
    """A day as ISO 8601, or None. Raises `Misasked`."""
    if not text:
        return None
    found = _day(text)
    if found is None:
        raise Misasked(_("A day is written like 2027-03-31."), field=name)
    return found


def read_short(text: str, most: int, name: str) -> str:
    """A code of so many characters at the most. Raises `Misasked`."""
    if len(text) > most:
        raise Misasked(_("At most %(most)s characters.", most=most), field=name)
    return text


def read_word(text: str, words: type[StrEnum], name: str) -> Any:
    """One of the words of an enumeration, or None. Raises `Misasked`."""
    if not text:
        return None
    if text not in set(words):
        raise Misasked(_("Choose one of: %(words)s.", words=", ".join(words)), field=name)
    return words(text)


def read_key(text: str | None) -> str:
    """The idempotency key of a request that changes something. Raises `Misasked`."""
    if text is None or not re.fullmatch(KEY, text, re.ASCII):
        sentence = _("Send a header Idempotency-Key: 1 to 64 printable characters without spaces, new for each wish.")
        raise Misasked(sentence, field="Idempotency-Key")
    return text


def fingerprint_of(address: str, body: Any) -> str:
    """The same for the same wish, in whatever order its fields were written."""
    canonical = json.dumps([address, body], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


# Acknowledgements ----------------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    """What the bank did with a payment."""

    EXECUTED = "executed"
    REJECTED = "rejected"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Executed:
    """A batch was executed."""

    booked_on: date
    bank_reference: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What became of one payment. `booked_on` is None for one that was rejected."""

    outcome: Outcome
    booked_on: date | None
    bank_reference: str
    reason_code: str
    note: str


FIELDS = {"executed_on": "booked_on", "returned_on": "booked_on"}
"""What the rules of payments call a day -> what a system calls it that sends one."""


def read_executed(body: Any) -> Executed:
    """The body of the acknowledgement of a batch. Raises `Misasked`, `Misworded`."""
    said = _Said(body, ("booked_on", "bank_reference"))
    booked_on, reference = said.day("booked_on"), said.text("bank_reference", least=1, most=140)
    said.finish()
    assert booked_on is not None
    return Executed(booked_on, reference)


def read_acknowledged(body: Any) -> Acknowledged:
    """The body of the acknowledgement of one payment. Raises `Misasked`, `Misworded`."""
    said = _Said(body, ("outcome", "booked_on", "bank_reference", "reason_code", "note"))
    outcome = said.outcome()
    is_booked, is_refused = outcome is not Outcome.REJECTED, outcome is not Outcome.EXECUTED
    for names, is_asked in ((("booked_on", "bank_reference"), is_booked), (("reason_code", "note"), is_refused)):
        if not is_asked:
            said.ensure_nothing(*names)
    found = Acknowledged(
        outcome,
        said.day("booked_on") if is_booked else None,
        said.text("bank_reference", least=1, most=140) if is_booked else "",
        said.code("reason_code") if is_refused else "",
        said.text("note", least=0, most=500) if is_refused else "",
    )
    said.finish()
    return found


class _Said:
    """The fields of a body, and what is wrong with them."""

    def __init__(self, body: Any, known: tuple[str, ...]):
        if not isinstance(body, dict):
            raise Misasked(_("The body is a JSON object."))
        self.body = body
        self.faults: dict[str, Sentence] = {
            str(name)[:40]: _("This field is not known.") for name in body if name not in known
        }

    def outcome(self) -> Outcome:
        word = self.body.get("outcome")
        if isinstance(word, str) and word in set(Outcome):
            return Outcome(word)
        self.faults["outcome"] = _("Choose one of: %(words)s.", words=", ".join(Outcome))
        return Outcome.EXECUTED

    def day(self, name: str) -> date | None:
        text = self.body.get(name)
        found = _day(text) if isinstance(text, str) else None
        if found is None:
            self.faults[name] = _("A day is written like 2027-03-31.")
        return found

    def text(self, name: str, *, least: int, most: int) -> str:
        text = self.body.get(name, "" if least == 0 else None)
        is_line = isinstance(text, str) and text.isprintable() and least <= len(text.strip()) and len(text) <= most
        if not is_line:
            self.faults[name] = _("One line of %(least)s to %(most)s characters.", least=least, most=most)
            return ""
        return str(text).strip()

    def code(self, name: str) -> str:
        text = self.body.get(name)
        if not isinstance(text, str) or not re.fullmatch(CODE, text, re.ASCII):
            self.faults[name] = _("Four capital letters or digits, as the bank sent them, such as AC04.")
            return ""
        return text

    def ensure_nothing(self, *names: str) -> None:
        for name in names:
            if self.body.get(name) is not None:
                self.faults[name] = _("This outcome has no such field.")

    def finish(self) -> None:
        if self.faults:
            raise Misworded(self.faults)


def _day(text: str) -> date | None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
