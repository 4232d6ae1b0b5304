"""A draw by monetary unit sampling over many units: from rows to the units drawn, and its file with the hash."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal

from bench.figures import Figure, peak_memory

CHILD = "from bench.sampling import draw_once; draw_once({count})"


def measure(count: int = 1_000_000) -> list[Figure]:
    """In a process of its own, so that the memory is the draw's alone (and that of the interpreter)."""
    told = subprocess.run(
        [sys.executable, "-c", CHILD.format(count=count)], capture_output=True, text=True, check=True, timeout=600
    )
    found = json.loads(told.stdout.splitlines()[-1])
    return [
        Figure(
            f"MUS draw, {count:,} units",
            count / found["draw"],
            "units/s",
            found["draw"] * 1000,
            memory=found["memory"],
            note=f"{found['units']} units of {found['size']}; {found['draw']:.2f} s",
        ),
        Figure(
            f"simple random draw, {count:,} units",
            count / found["equal"],
            "units/s",
            found["equal"] * 1000,
            memory=found["memory"],
            note=f"{found['equal']:.2f} s",
        ),
        Figure(
            f"population of {count:,} units, read, written and hashed",
            count / found["read"],
            "units/s",
            found["read"] * 1000,
            memory=found["memory"],
            note=f"{found['read']:.2f} s, {found['bytes'] / 1e6:.0f} MB",
        ),
    ]


def draw_once(count: int) -> None:
    """Read a population as the job does, draw it twice, and print what it took as JSON."""
    import tempfile

    from vouchers.audits.exports import write_population
    from vouchers.audits.rules.drawing import draw
    from vouchers.audits.rules.parameters import Parameters
    from vouchers.audits.rules.sizes import size_of
    from vouchers.audits.states import Method, Selection

    began = time.perf_counter()
    with tempfile.TemporaryFile() as file:
        population = write_population(_units(count), file, lambda _done: None)
        size_in_bytes = file.tell()
    read = time.perf_counter() - began
    by_size = Parameters(
        Method.MUS_STANDARD, Selection.SYSTEMATIC, anticipated=Decimal("0.004"), deviation=Decimal("0.085")
    )
    began = time.perf_counter()
    size = size_of(by_size, population.strata(by_size.strata_by), "EUR")
    drawn = draw(population, by_size, size.by_stratum, "bench")
    took = time.perf_counter() - began
    equal = Parameters(Method.SIMPLE_RANDOM, Selection.EQUAL, deviation=Decimal(100))
    began = time.perf_counter()
    draw(population, equal, {"": 100}, "bench")
    figures = {
        "draw": took,
        "equal": time.perf_counter() - began,
        "read": read,
        "bytes": size_in_bytes,
        "units": len(drawn.units),
        "size": size.units,
        "memory": peak_memory(),
    }
    print(json.dumps(figures))


def _units(count: int) -> Iterator[tuple[str, str, str, str, int]]:
    """Vouchers of the size that the programme has, and every ten thousandth a large one."""
    regions = ("BE-WAL", "NL-NB", "DK-84", "FR-ARA")
    for number in range(count):
        cents = 5_000_000_000 if number % 10_000 == 0 else 50_000 + number * 7919 % 1_000_000
        yield f"IN2-2026-{number:07}", regions[number % 4], "2026-1", "COL", cents
