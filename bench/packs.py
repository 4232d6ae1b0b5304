"""How long an audit pack takes: `TEST_DATABASE=sqlite|postgresql python -m bench.packs [vouchers]`.

Fills a throw-away database past its guards with vouchers from the submission to the bank, twenty events, a submission
and three documents each, builds the pack of the whole office, and verifies it as a stranger does.
"""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg

from bench import program
from bench.figures import Figure, draw, peak_memory
from config import Settings
from tests import databases
from vouchers.audit import canonical
from vouchers.core.database import db
from vouchers.core.money import Money
from vouchers.ledger import recipes
from vouchers.ledger.chart import FundKind
from vouchers.ledger.digests import JOURNAL_FIELDS, journal_digest, step_digest
from vouchers.ledger.drafts import JournalDraft
from vouchers.ledger.recipes import Share

BEGAN = datetime(2026, 1, 1, 8, tzinfo=UTC)
REGIONS = 8
EVENTS, DOCUMENTS, SIZE = 20, 3, 8_192
FIRST_FUND = 1_001
FUNDS = [
    (FIRST_FUND + 2 * region + place, "in2", "2026-1", f"R{region + 1}", "*", line, kind)
    for region in range(REGIONS)
    for place, (line, kind) in enumerate((("ERDF", "prefinanced"), ("OWN", "own")))
]
TABLES = {
    "fund": "id, programme, call, region, instrument, line, kind, rate, currency",
    "audit_event": (
        "id, step_id, unit_id, at, actor_id, tag, subject_kind, subject_id, scope, detail_hash, journals_hash"
    ),
    "audit_detail": "event_id, salt, body",
    "journal": (
        "id, step_id, position, at, booked_on, tag, event, subject_kind, subject_id, reference, narrative, reverses_id"
    ),
    "journal_line": "journal_id, fund_id, account, cents, voucher",
    "organisation": (
        "id, state, version, region_id, name, country, street, building, post_code, town, vat_number, register_number, "
        "website, created_at"
    ),
    "application": (
        "id, state, version, reference, call_id, instrument_id, region_id, organisation_id, started_by_id, started_at, "
        "title, requested_cents, currency, submitted_at"
    ),
    "submission": "id, application_id, receipt_number, content, sha256, submitted_at, submitted_by_id",
    "document": (
        "id, subject_kind, subject_id, purpose, filename, media_type, size, sha256, scan_state, stored_at, step_id"
    ),
}
Rows = dict[str, list[tuple[Any, ...]]]


def _fund(number: int) -> str:
    return "/".join(FUNDS[number - FIRST_FUND][1:6])


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")


class Pen:
    """Writes events with their details, journals and documents, as the steps of the office leave them."""

    def __init__(self, store: Path, events: int, journals: int) -> None:
        self.rows: Rows = {name: [] for name in TABLES}
        self.events, self.journals, self.documents = events, journals, 0
        self.store, self.chance = store, random.Random(2026)

    def step(self, tag: str, subject: int, region: str, draft: JournalDraft | None = None) -> None:
        """One event, and the journal that it booked."""
        self.events += 1
        at, step_id = BEGAN + timedelta(seconds=self.events), f"{self.events:032x}"
        kind, booked = tag.partition(".")[0], ""
        if draft is not None:
            booked = step_digest([self._book(draft, step_id, at, tag, subject)])
        changes = {"state": ["submitted", "accepted"], "checked_by_id": [None, subject % 50], "version": [1, 2]}
        body = canonical.canonical_json({"changes": changes, "why": f"Step {self.events} of “{kind}”"})
        hashed = canonical.salted_hash(step_id, body)
        scope = f"in2/{region}"
        event = (self.events, step_id, step_id, stamp(at), subject % 50, tag, kind, subject, scope, hashed, booked)
        self.rows["audit_event"].append(event)
        self.rows["audit_detail"].append((self.events, step_id, body.decode()))

    def _book(self, draft: JournalDraft, step_id: str, at: datetime, tag: str, subject: int) -> str:
        self.journals += 1
        kind = tag.partition(".")[0]
        facts = {"id": self.journals, "step_id": step_id, "position": 1, "at": at, "on": at.date(), "tag": tag,
                 "event": draft.event, "subject_kind": kind, "subject_id": subject, "reference": draft.reference,
                 "narrative": draft.narrative, "reverses_id": None}  # fmt: skip
        journal = SimpleNamespace(**dict.fromkeys(JOURNAL_FIELDS) | facts)
        stored = (*facts.values(),)
        self.rows["journal"].append((*stored[:3], stamp(at), at.date().isoformat(), *stored[5:]))
        for move in draft.moves:
            line = (self.journals, move.fund_id, move.account.value, move.amount.cents, move.voucher)
            self.rows["journal_line"].append(line)
        return journal_digest(journal, (
            (_fund(move.fund_id), "EUR", move.account.value, move.amount.cents, move.voucher)
            for move in draft.moves
        ))  # fmt: skip

    def application(self, number: int, name: str, region: int) -> None:
        """A company, its application, and what was submitted of it by the last step."""
        at, content = stamp(BEGAN + timedelta(seconds=self.events)), json.dumps({"words": "A faster assay. " * 250})
        company = (number, "active", 1, region + 1, f"Société Nº {number} <Biotech>", "BE", "Rue", "1", "1000", "Liège")
        self.rows["organisation"].append((*company, "", "", "", at))
        asked = (number, "completed", 1, name, 1, 1, region + 1, number, 1, at, "A faster assay", 500_000, "EUR", at)
        self.rows["application"].append(asked)
        key = hashlib.sha256(content.encode()).hexdigest()
        self.rows["submission"].append((number, number, f"R-{name}", content, key, at, 1))

    def paper(self, kind: str, subject: int) -> None:
        """A document of the last step, its bytes in the store."""
        self.documents += 1
        content = b"%PDF-1.7\n" + self.chance.randbytes(SIZE)
        key = hashlib.sha256(content).hexdigest()
        path = self.store / key[:2] / key[2:4] / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.rows["document"].append((
            self.documents, kind, subject, "evidence", f"invoice-{self.documents}.pdf", "application/pdf", len(content),
            key, "clean", stamp(BEGAN), f"{self.events:032x}",
        ))  # fmt: skip


def shares(region: int, euros: int) -> list[Share]:
    halves = Money(euros * 100).split([Decimal("0.5"), Decimal("0.5")])
    kinds = (FundKind.PREFINANCED, FundKind.OWN)
    return [Share(FIRST_FUND + 2 * region + place, kinds[place], half) for place, half in enumerate(halves)]


def tell(pen: Pen, vouchers: int) -> Iterator[Rows]:
    """The story of each voucher; hands the rows out from time to time."""
    for region in range(REGIONS):
        voted = recipes.appropriate(shares(region, 100_000_000), reference="B", narrative="Voted")
        pen.step("envelope.appropriate", region + 1, f"R{region + 1}", voted)
    for number in range(1, vouchers + 1):
        region, name = number % REGIONS, f"IN2-2026-{number:06d}"
        part, code = shares(region, 4_000 + number % 3_000), f"R{region + 1}"
        booked = [
            recipes.precommit(part, voucher=name, narrative="Award"),
            recipes.commit(part, voucher=name, narrative="Accepted by all parties"),
            recipes.accept_claim(part, voucher=name, reference=f"{name}-C1", narrative="Claim accepted"),
            recipes.order_payment([(name, part)], reference=f"P{number}", narrative="Batch"),
            recipes.debit_bank([(name, part)], reference=f"P{number}", narrative="Executed"),
        ]
        pen.step("application.submit", number, code)
        pen.application(number, name, region)
        for _step in range(EVENTS - len(booked) - 1):
            pen.step("application.edit", number, code)
        for draft in booked:
            pen.step(f"application.{draft.event}", number, code, draft)
        for _paper in range(DOCUMENTS):
            pen.paper("application", number)
        if number % 1_000 == 0 or number == vouchers:
            yield pen.rows
            for rows in pen.rows.values():
                rows.clear()


def fill(url: str, store: Path, vouchers: int, events: int, journals: int) -> Pen:
    """Bulk insert; the guards are off, which only the owner of the database can do."""
    pen = Pen(store, events, journals)
    pen.rows["fund"] += [(*fund, "0.5", "EUR") for fund in FUNDS]
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                if not name.startswith("audit_run"):
                    connection.execute(f"DROP TRIGGER {name}")
            for rows in tell(pen, vouchers):
                for table, columns in TABLES.items():
                    marks = ",".join("?" * len(columns.split(",")))
                    connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows[table])
            connection.commit()
        return pen
    with psycopg.connect(url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET timezone = 'UTC'")
        for rows in tell(pen, vouchers):
            for table, columns in TABLES.items():
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in rows[table]:
                        copy.write_row(row)
        for table in ("fund", "audit_event", "journal", "document"):
            following = f"setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
            cursor.execute(f"SELECT {following}")
        connection.commit()
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE")
    return pen


def filled_elsewhere(*arguments: Any) -> Any:
    """Fill in a process of its own, whose memory is not that of the pack. Answers how much there is."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return SimpleNamespace(**pool.submit(_fill_and_count, *arguments).result())


def _fill_and_count(*arguments: Any) -> dict[str, int]:
    pen = fill(*arguments)
    return {"events": pen.events, "journals": pen.journals, "documents": pen.documents}


def measure(vouchers: int, folder: Path) -> list[Figure]:
    """Fill, build, verify."""
    from tests.builders.programmes import in2
    from vouchers.audit.models import AuditEvent
    from vouchers.ledger.models import Journal

    made = databases.Databases(folder)
    url = made.copy(folder)
    try:
        settings = Settings.from_environment(
            {"DATABASE_URL": url, "DATA_DIR": str(folder / "packs"), "DEMO_MODE": "1"}  # a demo makes its own keys
        )
        with program.start(settings).app_context():
            in2()  # regions, calls and instruments, whose names stand in the pack
            numbers = [db.session.scalar(db.select(db.func.max(one.id))) or 0 for one in (AuditEvent, Journal)]
            db.session.remove()
            pen = filled_elsewhere(url, folder / "packs" / "documents", vouchers, *numbers)
            figures = _measure(pen, vouchers, folder)
            db.session.remove()
            db.engine.dispose()
        return figures
    finally:
        made.drop(url)


def _measure(pen: Any, vouchers: int, folder: Path) -> list[Figure]:
    import zipfile

    from vouchers.core import clock
    from vouchers.packs.actions import ask_pack
    from vouchers.packs.jobs import build_into
    from vouchers.packs.rules import Cover
    from vouchers.workflow.transition import OFFICE

    out = folder / "pack.zip"
    at = clock.now()

    before = peak_memory()
    began, worked = time.monotonic(), time.process_time()
    with out.open("w+b") as file:
        asked = ask_pack(None, Cover(), since=None, language="en", by=OFFICE, at=at)
        build_into(asked, file, at=at, is_kept=False)
    took, worked = time.monotonic() - began, time.process_time() - worked
    peak = peak_memory()
    with zipfile.ZipFile(out) as archive:
        (folder / "verify.py").write_bytes(archive.read("verify.py"))
    note = f"{vouchers:,} vouchers, {pen.events:,} events, {pen.journals:,} journals, {pen.documents:,} documents, "
    note += f"{out.stat().st_size / 1e6:.0f} MB in {took:.0f} s, {worked:.0f} s of them on the processor; "
    note += f"before it {before:.0f} MB"
    figures = [Figure("audit pack", vouchers / took, " vouchers/s", memory=peak, note=note)]
    began = time.monotonic()
    done = _verified([sys.executable, "-I", "-S", str(folder / "verify.py"), str(out)])
    took = time.monotonic() - began
    figures.append(Figure("  verify it elsewhere", vouchers / took, " vouchers/s", note=f"{took:.0f} s; {done}"))
    return figures


def _verified(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip().splitlines()[-1]


def main() -> None:
    folder = databases.begin_run()
    try:
        asked = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
        print(draw([replace(figure, database=databases.ENGINE) for figure in measure(asked, folder)]))
    finally:
        databases.end_run(folder)


if __name__ == "__main__":
    main()
