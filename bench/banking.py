"""A bank's statement of many entries: read, judged and kept; then booked through payments, for a part of it.

The payments are laid into a throw-away database past its steps; taking in and booking are those of the office.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from bench import program
from bench.figures import Figure, peak_memory
from config import Settings
from tests import databases
from vouchers.core.clock import stopped_at
from vouchers.core.database import db, unit_of_work

AT = datetime(2026, 12, 2, 8, tzinfo=UTC)
BOOKED = 10
"""Payments that are booked to measure the rate."""


def a_long_statement(payments: list[tuple[str, int]], iban: str) -> bytes:
    """A camt.053.001.08 file with one entry for each payment, as wordy as banks are."""
    entries = []
    for number, (reference, cents) in enumerate(payments, 1):
        amount = f"{cents // 100}.{cents % 100:02d}"
        entries.append(
            f"<Ntry><NtryRef>{number}</NtryRef><Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd>"
            "<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-12-01</Dt></BookgDt><ValDt><Dt>2026-12-01</Dt></ValDt>"
            f"<AcctSvcrRef>B{number:012d}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd>"
            "<SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs>"
            f"<AcctSvcrRef>B{number:012d}</AcctSvcrRef><EndToEndId>{reference}</EndToEndId></Refs>"
            f"<Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><RltdPties><Cdtr><Pty><Nm>Company {number} SA"
            "</Nm></Pty></Cdtr><CdtrAcct><Id><IBAN>BE68539007547034</IBAN></Id></CdtrAcct></RltdPties>"
            f"<RmtInf><Ustrd>Voucher {reference}, innovation in life sciences</Ustrd></RmtInf></TxDtls></NtryDtls>"
            "</Ntry>"
        )
    total = sum(cents for _reference, cents in payments)
    balances = "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{cents // 100}.{cents % 100:02d}</Amt>"
        "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-12-01</Dt></Dt></Bal>"
        for code, cents in (("OPBD", total), ("CLBD", 0))
    )
    return (
        "<?xml version='1.0' encoding='UTF-8'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'>"
        "<BkToCstmrStmt><GrpHdr><MsgId>BENCH</MsgId><CreDtTm>2026-12-01T20:00:00</CreDtTm></GrpHdr><Stmt><Id>BENCH</Id>"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def lay_payments(real: Any, count: int) -> list[tuple[str, int]]:
    """`count` more payments like a real one, in its batch, straight into their tables."""
    from vouchers.payables.models import Payable
    from vouchers.payments.models import Payment

    def plain(row: Any, **changes: Any) -> dict[str, Any]:
        columns = [column.key for column in type(row).__mapper__.column_attrs if column.key != "id"]
        return {name: getattr(row, name) for name in columns} | changes

    with unit_of_work():
        payable, payment = plain(real.payable), plain(real)
        first = db.session.scalar(select(Payable.id).order_by(Payable.id.desc()).limit(1)) or 0
        numbers = range(first + 1, first + 1 + count)
        db.session.execute(
            insert(Payable), [payable | {"id": n, "source_id": 10**9 + n, "number": f"BENCH-{n}"} for n in numbers]
        )
        rows = [payment | {"payable_id": n, "end_to_end_id": f"BENCH-{n}"} for n in numbers]
        db.session.execute(insert(Payment), rows)
        return [(row["end_to_end_id"], row["amount_cents"]) for row in rows]


def measure(count: int, folder: Path) -> list[Figure]:
    """Take a statement of `count` entries in, twice, then book one of real payments."""

    made = databases.Databases(folder)
    url = made.copy(folder)
    try:
        settings = Settings.from_environment(
            {"DATABASE_URL": url, "DATA_DIR": str(folder / "bank"), "DEMO_MODE": "1"}  # a demo makes its own keys
        )
        with program.start(settings).app_context():
            figures = _measure(count)
            db.session.remove()
            db.engine.dispose()
        return figures
    finally:
        made.drop(url)


def _measure(count: int) -> list[Figure]:
    from tests.builders.banking import a_batch_under_way, a_statement_of, entry_of, iban_of
    from tests.builders.payments import PAID_AT, Desk
    from tests.builders.programmes import in2
    from vouchers.banking.actions.statements import take_in_statements
    from vouchers.banking.queries import statements as queries
    from vouchers.banking.states import EntryState

    with stopped_at(PAID_AT):
        in2()
        desk = Desk()
        real = a_batch_under_way(desk, *("500",) * BOOKED)
        payments = list(real.payments)  # the batch has more of them afterwards
        content = a_long_statement(lay_payments(payments[0], count), iban_of(desk))
    with stopped_at(AT):
        before = peak_memory()
        began = time.monotonic()
        taken_in = take_in_statements(BytesIO(content), "bench.xml", by=desk.maker, at=AT)
        took = time.monotonic() - began
        peak = peak_memory()
        found = queries.count_entries(taken_in.new[0].id)
        assert found == {EntryState.RECOGNISED: count}, found
        began = time.monotonic()
        assert take_in_statements(BytesIO(content), "bench.xml", by=desk.maker, at=AT).known
        again = time.monotonic() - began

        began = time.monotonic()
        booked = a_statement_of(desk, *(entry_of(one) for one in payments), number="REAL", at=AT)
        settled = time.monotonic() - began
        assert queries.count_entries(booked.id) == {EntryState.MATCHED: BOOKED}
    note = f"{count:,}, {len(content) / 1e6:.1f} MB, in {took:.1f} s; again in {again:.1f} s; {before:.0f} MB before"
    return [
        Figure("camt.053 read, matched, kept", count / took, " entries/s", memory=peak, note=note),
        Figure(
            "  then booked", BOOKED / settled, " payments/s", note="each with its journal, its letter and its steps"
        ),
    ]
