"""Which function a job's name stands for, and what runs by itself from time to time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

JOBS: dict[str, Callable[..., Any]] = {}
PERIODIC: dict[str, int] = {}
"""Name of a job without arguments -> seconds between two runs."""
USUAL_LIMIT = 600
"""Seconds that one run of a job may take, unless the job says otherwise."""
LONG = 6 * 3_600
"""Seconds for a job whose work grows with the office: a pack, a copy, a proposal. It tells that it is at work
(`vouchers.jobs.actions.note_life`), so that a dead worker is noticed long before."""
LIMITS: dict[str, int] = {}
"""Name of a job -> seconds that one run may take."""


def job(
    name: str, *, every: int | None = None, limit: int = USUAL_LIMIT
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function as the job `name`; with `every`, it also runs each so many seconds.

    A job is given ids and `at`, loads fresh, does its own unit of work, and may run twice without harm. The worker ends
    a run that takes longer than `limit` seconds; the job is then tried again.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        JOBS[name] = function
        LIMITS[name] = limit
        if every is not None:
            PERIODIC[name] = every
        return function

    return register
