"""Receipts that anybody can verify: a number and a hash, found in whatever is at hand."""

from __future__ import annotations

import re

NUMBER = re.compile(r"R-[A-Z0-9]{1,6}-[0-9]{4}-[0-9]{6,9}", re.IGNORECASE)
HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", re.IGNORECASE)
MOST_HASHES = 50
"""A receipt names the hash of each file too."""


def find_number(text: str) -> str | None:
    """The first receipt number in a text."""
    found = NUMBER.search(text)
    return found[0].upper() if found else None


def find_hashes(text: str) -> list[str]:
    """Every SHA-256 in a text; a hash that was broken over lines or spaces counts as one."""
    joined = re.sub(r"\s+", "", text)
    found = [one.lower() for source in (text, joined) for one in HASH.findall(source)]
    return list(dict.fromkeys(found))[:MOST_HASHES]
