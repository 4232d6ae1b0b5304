"""Costs that were parked: neither paid nor refused, they wait for a later claim of the same voucher."""

from __future__ import annotations

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _


def ensure_written_here(*, is_taken: bool) -> None:
    """What was taken in from an earlier claim stays as it was handed in; evidence may be added."""
    if is_taken:
        raise RuleBroken(
            _("This cost was handed in with an earlier claim, so it cannot be changed. Add evidence, or take it out.")
        )
