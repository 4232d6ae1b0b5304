"""How fast the books leave the house: `TEST_DATABASE=sqlite|postgresql python -m bench.ledger_export [lines]`.

Fills a throw-away database past its guards, exports it, and prints lines per second and the memory that it took.
"""

from __future__ import annotations

import csv
import resource
import sqlite3
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg

from bench.figures import Figure, draw
from config import Settings
from tests import databases
from vouchers.core.database import db
from vouchers.ledger.exports import write_ledger_csv

LINES_PER_JOURNAL = 4
FUND = "INSERT INTO fund (id, programme, call, region, instrument, line, kind, rate, currency) VALUES "
FUNDS = FUND + ", ".join(
    f"({number}, 'IN2', '2026-COLLAB', 'BE-R{number}', '*', 'ERDF', 'prefinanced', 0.6, 'EUR')"
    for number in range(1, 17)
)
ACCOUNTS = ("B110", "B120", "5000", "2000")


def journals(count: int):
    """Rows of the table of journals."""
    for number in range(1, count + 1):
        at, on = "2026-03-02 12:00:00.000000", f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
        reference, narrative = f"IN2-2026-{number:06d}", f"Claim {number}, accepted after verification"
        yield (
            number,
            f"{number:032x}",
            1,
            at,
            on,
            "claim.authorise",
            "accept_claim",
            "claim",
            number,
            reference,
            narrative,
        )


def lines(count: int):
    """Rows of the table of lines."""
    for number in range(count * LINES_PER_JOURNAL):
        journal, place = number // LINES_PER_JOURNAL + 1, number % LINES_PER_JOURNAL
        cents = (700_000 + journal % 10_000) * (1 if place % 2 else -1)
        yield journal, journal % 16 + 1, ACCOUNTS[place], cents, f"IN2-2026-{journal:06d}"


JOURNAL = (
    "id, step_id, position, at, booked_on, tag, event, subject_kind, subject_id, reference, narrative"  # of `journals`
)
LINE = "journal_id, fund_id, account, cents, voucher"


def fill(url: str, count: int) -> None:
    """Bulk insert; the guards are off, which only the owner of the database can do."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute(FUNDS)
            connection.executemany(f"INSERT INTO journal ({JOURNAL}) VALUES ({','.join('?' * 11)})", journals(count))
            connection.executemany(f"INSERT INTO journal_line ({LINE}) VALUES (?,?,?,?,?)", lines(count))
            connection.commit()
        return
    with psycopg.connect(url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(FUNDS)
        for table, columns, rows in (("journal", JOURNAL, journals(count)), ("journal_line", LINE, lines(count))):
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        connection.commit()
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE journal")
        cursor.execute("VACUUM ANALYZE journal_line")


JOIN = (
    "SELECT j.id, j.booked_on, j.at, j.event, j.reference, j.narrative, l.account, f.programme, f.call, f.region, "
    "f.instrument, f.line, l.voucher, l.cents, f.currency, j.step_id FROM journal j JOIN journal_line l "
    "ON l.journal_id = j.id JOIN fund f ON f.id = l.fund_id ORDER BY j.id, l.id"
)


def bare_copy(url: str, out: Path) -> float:
    """Seconds of PostgreSQL's own COPY of the same join to this process, nothing neutralised or formatted."""
    began = time.monotonic()
    with (
        psycopg.connect(url.replace("+psycopg", "")) as connection,
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({JOIN}) TO STDOUT (FORMAT csv)") as rows,
        out.open("wb") as file,
    ):
        for row in rows:
            file.write(row)
    return time.monotonic() - began


def copy_on_server(url: str) -> float:
    """Seconds of the same where no row leaves the server: the most that any client could reach."""
    began = time.monotonic()
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute(f"COPY ({JOIN}) TO '/dev/null' (FORMAT csv)")
    return time.monotonic() - began


def bare_writer(count: int, out: Path) -> float:
    """Seconds of Python's csv.writer for as many rows that lie in memory already: nothing read, nothing formatted."""
    rows = [
        (str(n), "2026-11-20", "2026-11-20T12:00:00Z", "accept_claim", f"IN2-2026-{n:06d}", "Claim, accepted", "B110",
         "IN2", "2026-COLLAB", "BE-R1", "*", "ERDF", f"IN2-2026-{n:06d}", "7000.00", "EUR", "0" * 32)
        for n in range(10_000)
    ]  # fmt: skip
    began = time.monotonic()
    with out.open("w", newline="") as file:
        writer = csv.writer(file)
        for _turn in range(count // len(rows)):
            writer.writerows(rows)
    return (time.monotonic() - began) * count / max(count // len(rows) * len(rows), 1)


def measure(count: int, folder: Path) -> list[Figure]:
    """Fill, export twice, and compare with what the database and Python reach without us."""
    from vouchers.app import create_app

    made = databases.Databases(folder)
    url = made.copy(folder)
    try:
        fill(url, count // LINES_PER_JOURNAL)
        settings = Settings.from_environment(
            {"DATABASE_URL": url, "DATA_DIR": str(folder / "books"), "DEMO_MODE": "1"}  # a demo makes its own keys
        )
        with create_app(settings).app_context():
            figures = _measure(url, count, folder / "ledger.csv")
            db.session.remove()
            db.engine.dispose()
        return figures
    finally:
        made.drop(url)
        (folder / "ledger.csv").unlink(missing_ok=True)


def _measure(url: str, count: int, out: Path) -> list[Figure]:
    took = []
    for _round in range(2):
        began = time.monotonic()
        with out.open("wb") as file:
            written = write_ledger_csv(file)
        took.append(time.monotonic() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = f"{written:,} lines, {out.stat().st_size / 1e6:.0f} MB in {min(took):.1f} s"
    figures = [Figure("ledger export as CSV", written / min(took), " lines/s", memory=peak, note=size)]
    if url.startswith("postgresql"):
        figures.append(Figure("  bare COPY of the same rows", count / bare_copy(url, out), " lines/s"))
        figures.append(Figure("  the same inside the server", count / copy_on_server(url), " lines/s"))
    figures.append(Figure("  Python's csv.writer alone", count / bare_writer(count, out), " lines/s"))
    return figures


def main() -> None:
    folder = databases.begin_run()
    try:
        lines_asked = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
        print(draw([replace(figure, database=databases.ENGINE) for figure in measure(lines_asked, folder)]))
    finally:
        databases.end_run(folder)


if __name__ == "__main__":
    main()
