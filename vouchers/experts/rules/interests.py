"""The yearly declaration of interests. Pure."""

from __future__ import annotations

from datetime import date

from vouchers.core.clock import add_months
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

MOST_ORGANISATIONS = 60


def next_due(declared_on: date) -> date:
    """The last day on which a declaration holds: a year later."""
    return add_months(declared_on, 12)


def read_organisations(text: str) -> tuple[str, ...]:
    """One organisation a line, each once.

    Raises:
        RuleBroken: field ``organisations``; too many, or a line that is too long.
    """
    names = tuple(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))
    if len(names) > MOST_ORGANISATIONS:
        raise RuleBroken(_("Enter at most %(most)s organisations.", most=MOST_ORGANISATIONS), field="organisations")
    if any(len(name) > 140 for name in names):
        raise RuleBroken(_("Enter one organisation a line."), field="organisations")
    return names
