"""The rounds of a continuous call: each application belongs to the first cut-off at or after its submission. Pure.

As with the deadline, the whole second of a cut-off counts: what arrives at 17:00:00.9 belongs to the round of 17:00:00.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Round:
    """One round: `number` from 1; submissions from `starts_at` (None: from the opening) until before `ends_before`
    (None: to the last), and the cut-off that people read."""

    number: int
    starts_at: datetime | None
    ends_before: datetime | None
    cut_off: datetime

    def holds(self, submitted_at: datetime) -> bool:
        """Whether a submission belongs to it."""
        after = self.starts_at is None or submitted_at >= self.starts_at
        return after and (self.ends_before is None or submitted_at < self.ends_before)

    def is_over(self, at: datetime) -> bool:
        """Whether nobody can join it any more."""
        return at >= self.cut_off + SECOND


def rounds_of(call: Any) -> tuple[Round, ...]:
    """The rounds of a call's plan in order of time; none for a call without cut-off dates.

    The first begins with the call. The last takes all that is later, so that a submission which the call still accepted
    after its last cut-off (a grace, a corrected deadline) is never without a round.
    """
    cut_offs = call.cut_offs
    last = len(cut_offs)
    return tuple(
        Round(
            number,
            None if number == 1 else cut_offs[number - 2] + SECOND,
            None if number == last else cut_off + SECOND,
            cut_off,
        )
        for number, cut_off in enumerate(cut_offs, start=1)
    )


def round_of(call: Any, submitted_at: datetime) -> Round | None:
    """The round that a submission belongs to; None for a call without rounds."""
    return next((one for one in rounds_of(call) if one.holds(submitted_at)), None)


def current_round(call: Any, at: datetime) -> Round | None:
    """The round that takes applications at this moment, else the last one."""
    found = rounds_of(call)
    return next((one for one in found if not one.is_over(at)), found[-1] if found else None)
