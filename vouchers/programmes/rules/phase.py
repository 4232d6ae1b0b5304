"""What the clock says of a call: opening soon, open or closed. Pure.

The closing second counts: with a deadline of 17:00:00, what arrives at 17:00:00.9 is in time and at 17:00:01 is not.
Only instants are compared, so a change of the clocks between opening and closing moves nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Instant, Sentence
from vouchers.core.text import say as _
from vouchers.programmes.states import CallPhase


def phase_of(call: Any, at: datetime) -> CallPhase:
    """The phase of anything that has `opens_at` and `closes_at`."""
    if at < call.opens_at:
        return CallPhase.OPENING_SOON
    return CallPhase.OPEN if at.replace(microsecond=0) <= call.closes_at else CallPhase.CLOSED


def why_not_open(call: Any, at: datetime) -> Sentence | None:
    """Why nobody can apply at this moment; None while the call is open. The call's own clocks are named."""
    phase = phase_of(call, at)
    if phase == CallPhase.OPENING_SOON:
        return _("This call is not open yet. It opens on %(moment)s.", moment=Instant(call.opens_at, call.time_zone))
    if phase == CallPhase.CLOSED:
        return _("This call closed on %(moment)s.", moment=Instant(call.closes_at, call.time_zone))
    return None


def ensure_open(call: Any, at: datetime) -> None:
    """Refuse what may only be done while the call is open."""
    if sentence := why_not_open(call, at):
        raise RuleBroken(sentence)
