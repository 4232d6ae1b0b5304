"""What rests on submitted marks in packages above this one."""

from __future__ import annotations

from collections.abc import Callable

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries.consensus import find_consensus

Hold = Callable[[Assignment], Sentence | None]
"""None, or why the marks cannot be taken back."""
_holds: list[Hold] = []


def use_holds(holds: list[Hold]) -> None:
    """Set what else keeps marks from being taken back (the application shell does)."""
    _holds[:] = holds


def find_hold(assignment: Assignment) -> Sentence | None:
    """Why these marks cannot be taken back any more; None while nothing rests on them."""
    if (consensus := find_consensus(assignment.application_id)) and assignment.id in consensus.party_ids:
        return _("The experts of this application write their consensus on these marks.")
    return next((reason for hold in _holds if (reason := hold(assignment)) is not None), None)
