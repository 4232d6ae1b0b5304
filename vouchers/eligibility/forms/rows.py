"""How many rows a form has that grows by a button."""

from __future__ import annotations

from collections.abc import Mapping

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

MOST_ROWS = 40


def rows_of(posted: Mapping[str, str], name: str, least: int, *, more: bool = False) -> int:
    """How many rows of a kind the form has: as many as were posted, and two more where somebody asked for them."""
    return min(max(_posted(posted, name), least) + (2 if more else 0), MOST_ROWS)


def ensure_rows_fit(posted: Mapping[str, str], *names: str, more: bool = False) -> None:
    """Refuse more rows than the form has, so that none is left out in silence.

    Raises:
        RuleBroken: too many were posted, or asked for.
    """
    if any(_posted(posted, name) + (1 if more else 0) > MOST_ROWS for name in names):
        raise RuleBroken(
            _(
                "At most %(most)s rows of a kind fit here, and nothing was saved. Leave out who holds less than 25 %%, "
                "or ask the office of your region.",
                most=MOST_ROWS,
            )
        )


def _posted(posted: Mapping[str, str], name: str) -> int:
    text = posted.get(name, "")
    return min(int(text), MOST_ROWS + 1) if text.isascii() and text.isdigit() and len(text) < 10 else 0
