"""Until when an expert may take submitted marks back."""

from __future__ import annotations

from datetime import datetime, timedelta

from vouchers.applications.states import ApplicationState
from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence, say_count
from vouchers.core.text import say as _

UNDECIDED = frozenset({ApplicationState.IN_EVALUATION, ApplicationState.EVALUATED})


def may_unsubmit_until(submitted_at: datetime, hours: int) -> datetime | None:
    """The last instant at which the marks may be taken back; None where the call gives no time for it."""
    return submitted_at + timedelta(hours=hours) if hours > 0 else None


def ensure_may_unsubmit(
    *, submitted_at: datetime, hours: int, state: ApplicationState, hold: Sentence | None, at: datetime
) -> None:
    """Within the hours of the call, while nothing was built on the marks.

    Args:
        hours: how long after the submission the call lets experts take marks back; 0: not at all.
        state: of the application.
        hold: what else rests on the marks, in a sentence.
    """
    until = may_unsubmit_until(submitted_at, hours)
    if until is None:
        raise RuleBroken(_("In this call submitted marks cannot be taken back. Write to the office of the region."))
    if state not in UNDECIDED:
        raise RuleBroken(
            _("This application is “%(state)s”, so the marks cannot be taken back any more.", state=state.label)
        )
    if hold is not None:
        raise RuleBroken(hold)
    if at > until:
        raise RuleBroken(
            say_count(
                "Marks can be taken back for %(count)s hour after they were submitted. That time is over. Write to "
                "the office of the region.",
                "Marks can be taken back for %(count)s hours after they were submitted. That time is over. Write to "
                "the office of the region.",
                hours,
            )
        )
