"""The worklist as CSV, line by line in constant memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from vouchers.applications.queries.worklist import Row
from vouchers.core.money import Money

HEADER = (
    "reference", "title", "organisation", "region", "call", "instrument", "state", "submitted_at", "due_on",
    "currency", "requested", "awarded", "score",
)  # fmt: skip
LINES_AT_ONCE = 500
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def csv_of(rows: Iterable[Row]) -> Iterator[str]:
    """Text in pieces. A cell that a spreadsheet would execute is given an apostrophe in front."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(HEADER)
    for number, row in enumerate(rows, start=1):
        writer.writerow(_cells(row))
        if number % LINES_AT_ONCE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.reference,
        _harmless(row.title),
        _harmless(row.organisation),
        row.region,
        row.call,
        row.instrument,
        row.state.value,
        f"{row.submitted_at:%Y-%m-%dT%H:%M:%SZ}",
        row.due_on.isoformat() if row.due_on else "",
        next((amount.currency for amount in (row.requested, row.awarded) if amount is not None), ""),
        _plain(row.requested),
        _plain(row.awarded),
        row.score or "",
    )


def _plain(amount: Money | None) -> str:
    return "" if amount is None else amount.plain


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_DANGEROUS) else text
