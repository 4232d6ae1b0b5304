"""What pages and files of calls share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint

from vouchers.programmes.states import CallPhase

blueprint = Blueprint("programmes", __name__)

FILTERS: dict[str, Any] = {"programme": None, "region": None, "instrument": None, "state": CallPhase}
"""What the calls can be narrowed by, with the values that each may take (None: any text)."""

_list_draws: Callable[[int], Sequence[Any]] = lambda _call_id: ()  # noqa: E731


def use_draws(list_of_call: Callable[[int], Sequence[Any]]) -> None:
    """Set where the draws by lot of a call come from, a floor above (the application shell does)."""
    global _list_draws
    _list_draws = list_of_call


def list_draws(call_id: int) -> Sequence[Any]:
    """The draws by lot of a call: values that tell by their equality whether something has changed."""
    return _list_draws(call_id)
