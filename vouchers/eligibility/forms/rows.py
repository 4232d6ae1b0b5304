"""How many rows a form has that grows by a button."""

from __future__ import annotations

from collections.abc import Mapping

MOST_ROWS = 40


def rows_of(posted: Mapping[str, str], name: str, least: int, *, more: bool = False) -> int:
    """How many rows of a kind the form has: as many as were posted, and two more where somebody asked for them."""
    text = posted.get(name, "")
    count = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else least
    return min(max(count, least) + (2 if more else 0), MOST_ROWS)
