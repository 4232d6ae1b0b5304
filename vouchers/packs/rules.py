"""What a pack covers, and which names its files may have. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

KEPT_FOR = timedelta(days=30)
"""After that the file of a pack is removed: whoever wants it again asks for a new one."""
OF_A_COMPANY = frozenset({"bank_account", "aid_declaration", "ownership_statement"})
"""Kinds of subject that belong to no programme, and to the file of each voucher of the company."""
OF_AN_ACCOUNT = frozenset({"statement", "entry"})
"""Kinds of subject that belong to an account of the bank: to all programmes and regions that it pays for."""
DISPOSED, HELD_BACK, LOST, WITHHELD = "disposed", "quarantined", "lost", "withheld"
"""Why something is listed without its bytes: its time was over, which the record tells of; the virus scanner holds it
back; it is missing, which is a fault; or its form does not show all of it to auditors."""
_OTHER_SIGNS = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Cover:
    """A part of the office: a programme, regions of it, accounting days."""

    programme: str | None = None
    """Code; None: the whole office."""
    regions: tuple[str, ...] = ()
    """Codes; none of them: all."""
    first_on: date | None = None
    last_on: date | None = None

    @property
    def is_all(self) -> bool:
        """Whether nothing of the office lies outside."""
        return self == Cover()

    @property
    def has_period(self) -> bool:
        """Whether it is cut by days."""
        return self.first_on is not None or self.last_on is not None

    def covers_scope(self, scope: str) -> bool:
        """Whether what happens in ``PROGRAMME/REGION`` lies in it. What belongs to no programme (accounts of people,
        for example) lies in the whole office only."""
        programme, _slash, region = scope.partition("/")
        if self.programme is None:
            return True
        return programme == self.programme and (not self.regions or region in self.regions)

    def covers_day(self, on: date) -> bool:
        """Whether a day of the office lies in it: the accounting day of a journal, the day of an event."""
        return (self.first_on is None or on >= self.first_on) and (self.last_on is None or on <= self.last_on)


def safe_name(name: str) -> str:
    """A file's name in a pack: plain letters, digits, dots, dashes; never a path, never hidden."""
    stem, dot, ending = _OTHER_SIGNS.sub("_", name).strip("._").rpartition(".")
    short = f"{stem[: _LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if dot else ending[:_LONGEST_NAME]
    return short or "file"


def cover_of_mandate(mandate: Any) -> Cover:
    """What an auditor's mandate covers."""
    return Cover(mandate.programme.code, tuple(sorted(mandate.region_codes)), mandate.first_on, mandate.last_on)
