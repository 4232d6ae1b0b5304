"""Receipts that anybody can verify: a number and a hash, found in whatever is at hand, and what does not agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from vouchers.core.text import Sentence
from vouchers.core.text import say as _

NUMBER = re.compile(r"R-[A-Z0-9]{1,6}-[0-9]{4}-[0-9]{6,9}", re.IGNORECASE)
HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", re.IGNORECASE)
TIME = re.compile(r"(?<![\d:.])\d{1,2}:\d{2}(?::\d{2})?(?![\d:])")
DAY = re.compile(r"(\d{1,2}\.? [^\W\d_]+ \d{4}|\d{4}-\d{2}-\d{2})\D{1,8}(?=\d{1,2}:\d{2})")
"""The day of a moment, in words or in figures: a time of day follows it."""
MOST_HASHES = 50
"""A receipt names the hash of each file too."""


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody holds against our record, box by box; of a PDF its description in plain letters."""

    number: str
    sha256: str
    text: str
    file: str

    @property
    def everything(self) -> str:
        """All of it as one text."""
        return "\n".join((self.number, self.sha256, self.text, self.file))


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the office has on record of a receipt."""

    number: str
    sha256: str
    received_at: datetime
    file_hashes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Spellings:
    """How the moment of receipt may be written."""

    days: frozenset[str]
    times: frozenset[str]


def find_numbers(text: str) -> list[str]:
    """Every receipt number in a text."""
    return list(dict.fromkeys(one.upper() for one in NUMBER.findall(text)))[:MOST_HASHES]


def find_hashes(text: str) -> list[str]:
    """Every SHA-256 in a text; a hash that was broken over lines or spaces counts as one."""
    joined = re.sub(r"\s+", "", text)
    found = [one.lower() for source in (text, joined) for one in HASH.findall(source)]
    return list(dict.fromkeys(found))[:MOST_HASHES]


def list_differences(given: Given, receipt: Receipt, spellings: Spellings) -> list[Sentence]:
    """What was given beside the right number and hash, and is not what the office has on record."""
    numbers = [*_typed(given.number, find_numbers(given.number)), *find_numbers(f"{given.text}\n{given.file}")]
    hashes = [*_typed(given.sha256, find_hashes(given.sha256)), *find_hashes(given.text), *find_hashes(given.file)]
    moments = list(_moments(" ".join(given.text.split()), spellings))
    return [
        *(
            _("The number %(given)s is not that of this receipt.", given=one)
            for one in _others(numbers, {receipt.number})
        ),
        *(
            _("The hash %(given)s is not that of the content.", given=one)
            for one in _others(hashes, {receipt.sha256, *receipt.file_hashes})
        ),
        *(_("%(given)s is not when the server received it.", given=one) for one in _others(moments, ())),
    ]


def _typed(text: str, found: list[str]) -> list[str]:
    """What stands in a box of its own: as it is, where it is none of what belongs there."""
    return found or ([text.strip()] if text.strip() else [])


def _moments(text: str, spellings: Spellings) -> Iterator[str]:
    yield from (day for day in DAY.findall(text) if day not in spellings.days)
    yield from (time for time in TIME.findall(text) if time.zfill(len("00:00")) not in spellings.times)


def _others(found: Iterable[str], right: Iterable[str]) -> list[str]:
    return [one for one in dict.fromkeys(found) if one not in set(right)]
