"""Which function a job's name stands for, and what runs by itself from time to time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

JOBS: dict[str, Callable[..., Any]] = {}
PERIODIC: dict[str, int] = {}
"""Name of a job without arguments -> seconds between two runs."""


def job(name: str, *, every: int | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function as the job `name`; with `every`, it also runs each so many seconds.

    A job is given ids and `at`, loads fresh, does its own unit of work, and may run twice without harm.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        JOBS[name] = function
        if every is not None:
            PERIODIC[name] = every
        return function

    return register
