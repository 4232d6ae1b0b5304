"""How much time a call leaves in its last day. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from vouchers.core.text import Sentence, say_count
from vouchers.core.text import say as _
from vouchers.programmes.rules.rounds import SECOND

LAST_DAY = timedelta(hours=24)
TICK = timedelta(microseconds=1)


class TimeLeft(NamedTuple):
    """How long a call still takes applications: for a reader, and in whole seconds for the script that goes on."""

    sentence: Sentence
    seconds: int


def time_left(call: Any, at: datetime) -> TimeLeft | None:
    """What is left in the last day before `closes_at`, None before and after; it rounds down, never up."""
    left = call.closes_at - at
    if not timedelta(0) <= left <= LAST_DAY:
        return None
    return TimeLeft(_say_left(left), int(left.total_seconds()))


def next_turn(call: Any, at: datetime) -> datetime | None:
    """When a page that tells the call's time left or its running round says something else; None: never."""
    turns = [call.closes_at - LAST_DAY, *(cut_off + SECOND for cut_off in call.cut_offs)]
    if left := time_left(call, at):
        turns.append(call.closes_at - timedelta(minutes=left.seconds // 60) + TICK)
    return min((turn for turn in turns if turn > at), default=None)


def _say_left(left: timedelta) -> Sentence:
    minutes = int(left.total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("%(hours)s h %(minutes)s min left to submit.", hours=hours, minutes=minutes)
    if minutes:
        return say_count("%(count)s minute left to submit.", "%(count)s minutes left to submit.", minutes)
    return _("Less than a minute left to submit.")
