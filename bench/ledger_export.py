"""How fast the books leave the house: `TEST_DATABASE=sqlite|postgresql python -m bench.ledger_export [lines]`.

Fills a throw-away database past its guards, exports it in each form, proves it, and prints lines per second and the
memory that each took in a process of its own; beside what the database and Python reach with the same rows without us.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg

from bench import program
from bench.figures import Figure, draw, peak_memory
from config import Settings
from tests import databases
from vouchers.ledger.digests import facts_digest, step_digest
from vouchers.ledger.exports import FORMATS, write_ledger

LINES_PER_JOURNAL = 4
REGIONS = 16
FUND = "INSERT INTO fund (id, programme, call, region, instrument, line, kind, rate, currency) VALUES "
FUNDS = FUND + ", ".join(
    f"({number}, 'IN2', '2026-COLLAB', 'BE-R{number}', '*', 'ERDF', 'prefinanced', 0.6, 'EUR')"
    for number in range(1, REGIONS + 1)
)
ACCOUNTS = ("B110", "B120", "5000", "2000")
JOURNAL = (
    "id, step_id, position, at, booked_on, tag, event, subject_kind, subject_id, reference, narrative"  # of `journals`
)
CLAIM = (
    "id, state, version, number, agreement_id, currency, is_final, report, answers, satisfaction, satisfaction_note, "
    "started_at, days_stopped, question, checks, findings, sample_seed, sample_reason, reason"  # of `claims`
)
ENVELOPES = (
    "INSERT INTO envelope (id, state, version, call_id, region_id, instrument_code, amount_cents, currency) VALUES "
) + ", ".join(f"({number}, 'appropriated', 1, 1, {number}, '*', {10**12}, 'EUR')" for number in range(1, REGIONS + 1))
LINE = "journal_id, fund_id, account, cents, voucher"
EVENT = (
    "step_id, unit_id, at, actor_id, tag, subject_kind, subject_id, scope, detail_hash, journals_hash"  # of `events`
)
STAGES = (
    "INSERT INTO stage_balance (fund_id, account, voucher, cents) SELECT fund_id, account, voucher, sum(cents) "
    "FROM journal_line WHERE account IN ('B110', 'B120') GROUP BY fund_id, account, voucher"
)


def journals(count: int) -> Iterator[tuple[Any, ...]]:
    """Rows of the table of journals: the budget of each region is voted, then claims are accepted."""
    for number in range(1, count + 1):
        step, at = f"{number:032x}", "2026-03-02 12:00:00.000000"
        if number <= REGIONS:
            facts = ("2026-01-01", "envelope.appropriate", "appropriate", "envelope", number, f"BUD-{number}", "Voted")
        else:
            on = f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
            reference, narrative = f"IN2-2026-{number:06d}", f"Claim {number}, accepted after verification"
            facts = (on, "claim.authorise", "accept_claim", "claim", number, reference, narrative)
        yield (number, step, 1, at, *facts)


def lines_of(journal: int) -> list[tuple[int, int, str, int, str]]:
    """Rows of the table of lines: (journal, fund, account, cents, voucher)."""
    if journal <= REGIONS:
        voted = 10**12
        return [(journal, journal, "B100", -voted, ""), (journal, journal, "B110", voted, "")]
    fund, cents, voucher = journal % REGIONS + 1, 700_000 + journal % 10_000, f"IN2-2026-{journal:06d}"
    return [
        (journal, fund, account, cents if place % 2 else -cents, voucher if account != "B110" else "")
        for place, account in enumerate(ACCOUNTS)
    ]


def lines(count: int) -> Iterator[tuple[Any, ...]]:
    """Those of all journals."""
    for journal in range(1, count + 1):
        yield from lines_of(journal)


def events(count: int) -> Iterator[tuple[Any, ...]]:
    """Rows of the record: what each step booked, with its true hash."""
    for number, step, position, at, on, tag, event, kind, subject, reference, narrative in journals(count):
        facts = {
            "id": number, "step_id": step, "position": position, "at": "2026-03-02T12:00:00.000000Z", "on": on,
            "tag": tag, "event": event, "subject_kind": kind, "subject_id": subject, "reference": reference,
            "narrative": narrative, "reverses_id": None, "corrects_on": None,
        }  # fmt: skip
        hashed = [
            (f"IN2/2026-COLLAB/BE-R{fund}/*/ERDF", "EUR", account, cents, voucher)
            for _journal, fund, account, cents, voucher in lines_of(number)
        ]
        yield step, step, at, None, tag, kind, subject, "IN2/-", "0", step_digest([facts_digest(facts, hashed)])


def claims(count: int) -> Iterator[tuple[Any, ...]]:
    """Rows of the table of claims: what the journals are about must be there."""
    for number in range(REGIONS + 1, count + 1):
        facts = (number, "authorised", 1, f"C{number}", number, "EUR", False, "", "{}", "{}", "", "2026-03-01 12:00:00")
        yield (*facts, 0, "", "{}", "[]", "", "", "")


def tables(count: int) -> list[tuple[str, str, Iterator[tuple[Any, ...]]]]:
    """Table, columns, rows."""
    return [
        ("journal", JOURNAL, journals(count)),
        ("journal_line", LINE, lines(count)),
        ("audit_event", EVENT, events(count)),
        ("claim", CLAIM, claims(count)),
    ]


def fill(url: str, count: int) -> None:
    """Bulk insert; the guards are off, which only the owner of the database can do."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute(FUNDS)
            connection.execute(ENVELOPES)
            for table, columns, rows in tables(count):
                marks = ",".join("?" * len(columns.split(",")))
                connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
            connection.execute(STAGES)
            connection.commit()
        return
    with psycopg.connect(url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(FUNDS)
        cursor.execute(ENVELOPES)
        for table, columns, rows in tables(count):
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        cursor.execute(STAGES)
        connection.commit()
        connection.autocommit = True
        for table in ("journal", "journal_line", "audit_event", "claim", "stage_balance"):
            cursor.execute(f"VACUUM ANALYZE {table}")


JOIN = (
    "SELECT j.id, j.booked_on, j.at, j.event, j.reference, j.narrative, l.account, f.programme, f.call, f.region, "
    "f.instrument, f.line, l.voucher, l.cents, f.currency, j.step_id FROM journal j JOIN journal_line l "
    "ON l.journal_id = j.id JOIN fund f ON f.id = l.fund_id ORDER BY j.id, l.id"
)


# --- without us -------------------------------------------------------------------------------------------------------


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


def same_rows(url: str) -> Iterator[tuple[Any, ...]]:
    """The rows of the same join through the driver's cursor."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            yield from connection.execute(JOIN)
        return
    with psycopg.connect(url.replace("+psycopg", "")) as connection, connection.cursor("bench") as cursor:
        cursor.itersize = 4_000
        yield from cursor.execute(JOIN)


def bare_csv(url: str, out: Path) -> float:
    """Seconds of Python's csv.writer, fed by the driver's cursor."""
    began = time.monotonic()
    with out.open("w", newline="") as file:
        csv.writer(file).writerows(same_rows(url))
    return time.monotonic() - began


def bare_json(url: str, out: Path) -> float:
    """Seconds of json.dumps for each row, fed by the driver's cursor."""
    began = time.monotonic()
    with out.open("w") as file:
        for row in same_rows(url):
            file.write(json.dumps(row, default=str) + "\n")
    return time.monotonic() - began


def bare_xlsx(url: str, out: Path, most: int) -> float:
    """Seconds of XlsxWriter in constant memory for some of the rows, fed by the driver's cursor."""
    from xlsxwriter import Workbook

    began = time.monotonic()
    with closing(Workbook(out, {"constant_memory": True, "strings_to_formulas": False})) as book:
        sheet = book.add_worksheet()
        for number, row in zip(range(most), same_rows(url), strict=False):
            for place, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(number, place, value)
                else:
                    sheet.write_string(number, place, str(value))
    return time.monotonic() - began


# --- with us ----------------------------------------------------------------------------------------------------------


FEW = 10_000
"""Lines that are exported in one form only: a trial."""


def measure(count: int, folder: Path) -> list[Figure]:
    """Fill, export in each form, prove, and compare with what the database and Python reach without us."""
    made = databases.Databases(folder)
    url = made.copy(folder)
    out = folder / "ledger.out"
    try:
        fill(url, (count + 2 * REGIONS) // LINES_PER_JOURNAL)
        figures = []
        for form in FORMATS if count > FEW else ("csv",):
            figures.append(_in_own_process(form, url, folder, out))
            figures += _beside(form, url, out, count)
        figures.append(_in_own_process("verify", url, folder, out))
        return figures
    finally:
        made.drop(url)
        out.unlink(missing_ok=True)


def _beside(form: str, url: str, out: Path, count: int) -> list[Figure]:
    if form == "xlsx":
        some = min(count, 100_000)
        return [Figure(f"  XlsxWriter alone, {some:,} of them", some / bare_xlsx(url, out, some), " lines/s")]
    if form == "jsonl":
        return [Figure("  json.dumps of the same rows", count / bare_json(url, out), " lines/s")]
    if form != "csv":
        return []
    figures = [Figure("  Python's csv.writer on the same rows", count / bare_csv(url, out), " lines/s")]
    if url.startswith("postgresql"):
        figures.append(Figure("  bare COPY of the same rows", count / bare_copy(url, out), " lines/s"))
        figures.append(Figure("  the same inside the server", count / copy_on_server(url), " lines/s"))
    return figures


def _in_own_process(form: str, url: str, folder: Path, out: Path) -> Figure:
    """Twice, the better one; in a process that has done nothing else, so that its memory is its own."""
    words = [sys.executable, "-m", "bench.ledger_export", "--child", form, url, str(folder), str(out)]
    found = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    name = "ledger verify" if form == "verify" else f"ledger export as {form}"
    note = f"{found['count']:,} lines in {found['took']:.1f} s" + (f", {found['size']:.0f} MB" if found["size"] else "")
    note += f"; {found['before']:.0f} MB before it began"
    return Figure(name, found["count"] / found["took"], " lines/s", memory=found["peak"], note=note)


def _child(form: str, url: str, folder: str, out: str) -> None:
    from vouchers.core.database import db
    from vouchers.ledger.proof import find_faults
    from vouchers.ledger.queries import size_of_books

    settings = Settings.from_environment(
        {"DATABASE_URL": url, "DATA_DIR": f"{folder}/books", "DEMO_MODE": "1"}  # a demo makes its own keys
    )
    with program.start(settings).app_context():
        before, took, count = peak_memory(), [], size_of_books().lines
        for _round in range(2):
            began = time.monotonic()
            if form == "verify":
                assert next(find_faults(), None) is None
            else:
                with Path(out).open("wb") as file:
                    count = write_ledger(form, file)
            took.append(time.monotonic() - began)
        size = 0 if form == "verify" else Path(out).stat().st_size / 1e6
        print(json.dumps({"count": count, "took": min(took), "size": size, "peak": peak_memory(), "before": before}))
        db.session.remove()
        db.engine.dispose()


def main() -> None:
    if "--child" in sys.argv:
        _child(*sys.argv[2:])
        return
    folder = databases.begin_run()
    try:
        lines_asked = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
        print(draw([replace(figure, database=databases.ENGINE) for figure in measure(lines_asked, folder)]))
    finally:
        databases.end_run(folder)


if __name__ == "__main__":
    main()
