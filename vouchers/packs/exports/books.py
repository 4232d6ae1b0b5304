"""The books of a pack: journals as they were hashed, balances, and the same lines as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from vouchers.core.money import Money
from vouchers.core.spreadsheets import harmless
from vouchers.ledger.chart import NAMES, Account
from vouchers.packs.exports.archive import Archive
from vouchers.packs.exports.record import Cut
from vouchers.packs.queries.books import list_balances

Balance = tuple[str, str, str, str, int]
"""Fund, currency, account, voucher (of a stage), cents."""
COLUMNS = (
    "journal", "date", "booked_at", "event", "reference", "narrative", "account", "account_name", "programme", "call",
    "region", "instrument", "fund_line", "voucher", "debit", "credit", "currency", "step_id",
)  # fmt: skip


def write_books(archive: Archive, cut: Cut, journals: BinaryIO) -> list[Balance]:
    """Everything on money. Returns the closing balances."""
    with archive.file("ledger/journals.jsonl") as entry:
        journals.seek(0)
        entry.write_from(journals)
    with archive.file("ledger/lines.csv") as entry:
        journals.seek(0)
        for piece in _csv_pieces(journals):
            entry.write(piece)
    with archive.file("ledger/opening.jsonl") as entry:
        entry.write_rows(list_balances(cut.first, cut.programme, cut.region))
    closing = list(list_balances(cut.end, cut.programme, cut.region))
    with archive.file("ledger/closing.jsonl") as entry:
        entry.write_rows(closing)
    return closing


def _csv_pieces(journals: BinaryIO) -> Iterator[bytes]:
    """The lines under the seal, as a spreadsheet opens them; no cell is executed."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in journals:
        value = json.loads(json.loads(row)["content"])
        writer.writerows(_cells(value["journal"], line) for line in value["lines"])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def _cells(journal: dict[str, Any], line: list[Any]) -> tuple[Any, ...]:
    fund, currency, account, cents, voucher = line
    programme, call, region, instrument, name = (harmless(part) for part in fund.split("/", 4))
    amount = Money(abs(cents), currency).plain
    debit, credit = (amount, "0.00") if cents > 0 else ("0.00", amount)
    reference, narrative = harmless(journal["reference"]), harmless(journal["narrative"])
    head = (journal["id"], journal["on"], f"{journal['at'][:19]}Z", journal["event"], reference, narrative)
    of = (account, NAMES[Account(account)].source, programme, call, region, instrument, name, harmless(voucher))
    return (*head, *of, debit, credit, currency, journal["step_id"])
