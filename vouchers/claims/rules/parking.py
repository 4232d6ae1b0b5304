"""Costs that were parked: neither paid nor refused, they wait for a later claim of the same voucher."""

from __future__ import annotations

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _


def ensure_written_here(*, is_taken: bool) -> None:
    """What was taken in from an earlier claim, its journeys too, stays as it was handed in; evidence may be added."""
    if is_taken:
        raise RuleBroken(
            _("This cost was handed in with an earlier claim, so it cannot be changed. Add evidence, or take it out.")
        )


def ensure_evidence_stays(filename: str, cost: str | None, *, field: str | None = None) -> None:
    """What proved a cost as it was handed in before proves it for as long as it is claimed.

    Args:
        cost: the one of an earlier claim with which the file came; None: it came with none that is still claimed.
    """
    if cost is not None:
        raise RuleBroken(
            _(
                "“%(file)s” came with a cost from an earlier claim, %(cost)s, so it stays. Attach a further file, or "
                "take that cost out.",
                file=filename,
                cost=cost,
            ),
            field=field,
        )
