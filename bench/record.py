"""How fast the record is sealed and verified: `TEST_DATABASE=sqlite|postgresql python -m bench.record [events]`.

Fills a throw-away database past its guards with events as a year of the office leaves them, seals them, verifies all,
and proves single events.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from bench import program
from bench.figures import Figure, draw, peak_memory
from config import Settings
from tests import databases
from vouchers.audit import canonical, proving, queries
from vouchers.audit.actions import seal_events
from vouchers.core.database import db

BEGAN = datetime(2026, 1, 1, 8, tzinfo=UTC)
TAGS = ("application.submit", "assignment.accept", "claim.authorise", "batch.execute", "agreement.activate")
EVENT = (
    "id, step_id, unit_id, at, actor_id, tag, subject_kind, subject_id, scope, detail_hash, journals_hash"  # of `rows`
)
AT_ONCE = 20_000


def rows(first: int, count: int) -> Iterator[tuple[tuple[Any, ...], tuple[int, str, str]]]:
    """An event and its detail."""
    for number in range(first, first + count):
        step_id, tag = f"{number:032x}", TAGS[number % len(TAGS)]
        at = (BEGAN + timedelta(seconds=number)).strftime("%Y-%m-%d %H:%M:%S.%f")
        changes = {"state": ["submitted", "authorised"], "approved_cents": [None, number], "version": [1, 2]}
        body = canonical.canonical_json({"changes": changes, "why": f"Checked against invoice {number} – “Zoë”"})
        hashed, kind = canonical.salted_hash(step_id, body), tag.partition(".")[0]
        booked = hashed if number % 4 == 0 else ""
        event = (number, step_id, step_id, at, number % 500, tag, kind, number // 7, "IN2/BE-WAL", hashed, booked)
        yield event, (number, step_id, body.decode())


def fill(url: str, count: int) -> None:
    """Bulk insert; the guards are off, which only the owner of the database can do."""
    portions = [(first, min(AT_ONCE, count + 1 - first)) for first in range(1, count + 1, AT_ONCE)]
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            for portion in portions:
                events, details = zip(*rows(*portion), strict=True)
                connection.executemany(f"INSERT INTO audit_event ({EVENT}) VALUES ({','.join('?' * 11)})", events)
                connection.executemany("INSERT INTO audit_detail (event_id, salt, body) VALUES (?,?,?)", details)
            connection.commit()
        return
    with psycopg.connect(url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
        for portion in portions:
            events, details = zip(*rows(*portion), strict=True)
            with cursor.copy(f"COPY audit_event ({EVENT}) FROM STDIN") as copy:
                for event in events:
                    copy.write_row((*event[:3], f"{event[3]}+00", *event[4:]))
            with cursor.copy("COPY audit_detail (event_id, salt, body) FROM STDIN") as copy:
                for detail in details:
                    copy.write_row(detail)
        connection.commit()
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE audit_event")
        cursor.execute("VACUUM ANALYZE audit_detail")


def measure(count: int, folder: Path) -> list[Figure]:
    """Fill, seal, verify, prove."""

    made = databases.Databases(folder)
    url = made.copy(folder)
    try:
        fill(url, count)
        settings = Settings.from_environment(
            {"DATABASE_URL": url, "DATA_DIR": str(folder / "record"), "DEMO_MODE": "1"}  # a demo makes its own keys
        )
        with program.start(settings).app_context():
            figures = _measure(count)
            db.session.remove()
            db.engine.dispose()
        return figures
    finally:
        made.drop(url)


def _measure(count: int) -> list[Figure]:
    figures = [_timed("seal events", count, lambda: seal_events(at=BEGAN))]
    assert queries.count_sealed() == count
    from vouchers.audit.verification import faults_of_details, faults_of_tree

    figures.append(_timed("verify the tree and its seals", count, lambda: _none(faults_of_tree())))
    figures.append(_timed("verify the details", count, lambda: _none(faults_of_details())))
    figures.append(_timed("audit verify, all of it", count, lambda: _none(queries.list_faults())))
    chosen = random.Random(2026).sample(range(1, count + 1), 100)
    figures.append(_timed("prove an event", 100, lambda: [_proved(number) for number in chosen], unit=" proofs/s"))
    return figures


def _none(faults: Iterator[str]) -> None:
    assert next(faults, None) is None


def _proved(number: int) -> str:
    return json.dumps(proving.prove_event(number))


def _timed(name: str, count: int, work: Callable[[], object], unit: str = " events/s") -> Figure:
    """The rate by the clock, and in the note the rate by this process's own processor time."""
    began, worked = time.monotonic(), time.process_time()
    work()
    took, busy = time.monotonic() - began, time.process_time() - worked
    peak = peak_memory()
    note = f"{count:,} in {took:.1f} s; {count / busy:,.0f} for each second of this process's core"
    return Figure(name, count / took, unit, memory=peak, note=note)


def main() -> None:
    folder = databases.begin_run()
    try:
        asked = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
        print(draw([replace(figure, database=databases.ENGINE) for figure in measure(asked, folder)]))
    finally:
        databases.end_run(folder)


if __name__ == "__main__":
    main()
