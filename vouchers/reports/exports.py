"""Reports as files: sent while they are read, so that their size costs no memory."""

from __future__ import annotations

from collections.abc import Iterator

from vouchers.core.database import db
from vouchers.ledger.exports import stream_ledger_csv
from vouchers.reports.queries.choice import Choice


def ledger_csv(choice: Choice) -> Iterator[bytes]:
    """The lines of the chosen programme, regions and days, within the mandate. No cell of it is executed."""
    db.session.rollback()  # the stream reads on a connection of its own; holding two would starve other readers
    return stream_ledger_csv(
        programme=choice.programme, regions=choice.region_codes, first=choice.first, last=choice.last
    )


def ledger_csv_name(choice: Choice) -> str:
    """``ledger-in2lifesciences-BE-WAL-2026-01-01-2026-12-31.csv``, of what was chosen."""
    parts = ["ledger", choice.programme, choice.region, str(choice.first or ""), str(choice.last or "")]
    return "-".join(part for part in parts if part) + ".csv"
