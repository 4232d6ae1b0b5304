"""How long writers on SQLite wait for their turn: `python -m bench.turns [writers] [seconds]`.

Each writer is a process that does one durable insert after the other, as fast as it may: the worst case.
"""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from bench.figures import Figure
from vouchers.core.turns import write_turn


def write_on(database: str, seconds: float, results: multiprocessing.Queue) -> None:
    """Insert until the time is over, and tell each wait in seconds."""
    connection = sqlite3.connect(database, isolation_level=None, timeout=15)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    waits = []
    until = time.monotonic() + seconds
    while (began := time.monotonic()) < until:
        with write_turn(database):
            waits.append(time.monotonic() - began)
            connection.execute("BEGIN IMMEDIATE")
            for _line in range(5):
                connection.execute("INSERT INTO line (text) VALUES ('a line of a step')")
            connection.execute("COMMIT")
        time.sleep(0.001)  # between two steps a real process does something else
    results.put(waits)


def measure(writers: int = 8, seconds: float = 4) -> dict[str, float]:
    """Waits in milliseconds: p50, p95, max; steps per second; the share of the slowest writer (1 is fair)."""
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "bench.db")
        with sqlite3.connect(database) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, text TEXT)")
        results: multiprocessing.Queue = multiprocessing.Queue()
        processes = [
            multiprocessing.Process(target=write_on, args=(database, seconds, results)) for _ in range(writers)
        ]
        for process in processes:
            process.start()
        by_writer = [results.get() for _ in processes]
        for process in processes:
            process.join()
    waits = sorted(wait * 1000 for waits in by_writer for wait in waits)
    fewest = min(len(waits) for waits in by_writer)
    return {
        "p50_ms": waits[len(waits) // 2],
        "p95_ms": waits[int(len(waits) * 0.95)],
        "max_ms": waits[-1],
        "steps_per_s": len(waits) / seconds,
        "slowest_writer_share": fewest * writers / len(waits),
    }


def figures(writers: int, seconds: float) -> list[Figure]:
    """The line of the table."""
    found = measure(writers, seconds)
    note = (
        f"worst wait {found['max_ms']:.0f} ms; slowest writer's share {found['slowest_writer_share']:.2f} (1 is fair)"
    )
    name = f"{writers} writers, each commit durable"
    return [Figure(name, found["steps_per_s"], "/s", found["p50_ms"], found["p95_ms"], note=note)]


def main() -> None:
    writers = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 4
    told = ", ".join(f"{name} {value:.2f}" for name, value in measure(writers, seconds).items())
    print(f"{writers} writers, {seconds:.0f} s, {os.cpu_count()} cores: {told}")


if __name__ == "__main__":
    main()
