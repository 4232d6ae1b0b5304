"""Receipts in the order of time: the number, the instant and the commit of a submission never overtake each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from vouchers.applications.models import Application
from vouchers.applications.rules.content import number_prefix
from vouchers.core.clock import day_in
from vouchers.core.numbering import hold_series, numbered
from vouchers.workflow.transition import Step

Clock = Callable[[], datetime]


def draw_receipt(step: Step, application: Application, clock: Clock | None) -> str:
    """Wait until every earlier receipt of the programme is committed, read the clock, and give out the next number.

    Until the commit nobody else draws one, so this comes as late in the step as it can. The step, its event and its
    letters bear the instant that was read.

    Args:
        clock: the server's; None leaves the step's own moment, for tests and for building the past.
    """
    prefix = f"R-{number_prefix(application.call.programme.code)}"
    hold_series(prefix)
    if clock is not None:
        step.at = clock()
    return numbered(prefix, day_in(application.call.time_zone, step.at).year, digits=6)
