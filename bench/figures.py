"""What a measure answers, and the table that is printed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One line of the table. Times in milliseconds, memory in MB; None: does not apply."""

    measure: str
    rate: float | None = None
    unit: str = "/s"
    p50: float | None = None
    p95: float | None = None
    queries: str = ""
    memory: float | None = None
    errors: int = 0
    note: str = ""
    database: str = ""

    def as_json(self) -> str:
        return json.dumps(asdict(self))


@dataclass
class Times:
    """How long each of many things took, in seconds, and the errors among them."""

    took: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def percentile(self, part: float) -> float:
        """In milliseconds; 0 where nothing was measured."""
        ordered = sorted(self.took)
        return ordered[min(int(len(ordered) * part), len(ordered) - 1)] * 1000 if ordered else 0.0


def peak_memory(process: int | str = "self") -> float:
    """The most that a process has held so far, in MB. Not `ru_maxrss`: a child inherits that of who started it."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def own_memory(process: int | str = "self") -> float:
    """What a process holds now, in MB, pages that it shares with others divided among them (PSS): the web workers are
    forked from one that has loaded the program."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


HEADINGS = ("measure", "database", "rate", "p50 ms", "p95 ms", "queries", "MB", "errors", "note")


def draw(figures: Sequence[Figure]) -> str:
    """The figures as plain text."""
    rows = [HEADINGS, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    lines = []
    for row in rows:
        cells = (
            cell.rjust(width) if 2 <= place <= 7 else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "-" * max(len(line) for line in lines))
    return "\n".join(lines)


def _cells(figure: Figure) -> tuple[str, ...]:
    rate = "" if figure.rate is None else f"{figure.rate:,.0f}{figure.unit}"
    return (
        figure.measure,
        figure.database,
        rate,
        "" if figure.p50 is None else f"{figure.p50:,.1f}",
        "" if figure.p95 is None else f"{figure.p95:,.1f}",
        figure.queries,
        "" if figure.memory is None else f"{figure.memory:,.0f}",
        str(figure.errors),
        figure.note,
    )
