"""What experts were given, as the packages above this one keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vouchers.core.database import unit_of_work
from vouchers.core.turns import too_busy
from vouchers.experts.models import Expert


class EndTasks(Protocol):
    """Takes back what an expert has not finished, for a reason; returns the references."""

    def __call__(self, expert: Expert, reason: str, *, at: datetime) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Tasks:
    """How the open tasks of experts are found and ended.

    Args:
        find: expert id -> the references of the applications that are still to be marked.
        hold: the same, their applications held to the end of the step.
        end: takes them back for a reason, the expert's row locked or not; returns the references.
    """

    find: Callable[[int], list[str]]
    hold: Callable[[int], list[str]]
    end: EndTasks


_used: list[Tasks] = []


def use_tasks(tasks: Tasks) -> None:
    """Set who keeps the tasks (the application shell does)."""
    _used[:] = [tasks]


def list_open_tasks(expert: Expert) -> list[str]:
    """The references of what the expert has not finished."""
    return [reference for tasks in _used for reference in tasks.find(expert.id)]


@contextmanager
def holding_open_tasks(expert: Expert) -> Iterator[Callable[[], None]]:
    """A unit of work that holds the applications of the open tasks before the expert, as whoever assigns does.

    Yields what is called once the expert is held: it raises `Busy` where a task was added while we waited.
    """
    with unit_of_work():
        held = {reference for tasks in _used for reference in tasks.hold(expert.id)}

        def ensure_all_held() -> None:
            if not held.issuperset(list_open_tasks(expert)):
                raise too_busy()

        yield ensure_all_held


def end_open_tasks(expert: Expert, reason: str, *, at: datetime) -> list[str]:
    """Take back what the expert has not finished. Returns the references."""
    return [reference for tasks in _used for reference in tasks.end(expert, reason, at=at)]
