"""What is wrong in the books, and where. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: a sentence, and the first line and journal that it is about, where there is one."""

    sentence: str
    line: int | None = None
    journal: int | None = None

    def __str__(self) -> str:
        return self.sentence


def first_wrong_line(faults: Iterable[Fault]) -> Fault | None:
    """The fault about the line with the lowest number; None where no line can be named."""
    return min((fault for fault in faults if fault.line), key=lambda fault: fault.line or 0, default=None)
