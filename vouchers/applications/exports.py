"""The worklist as CSV, line by line in constant memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vouchers.applications.queries.worklist import Row
from vouchers.core.money import Money
from vouchers.core.spreadsheets import csv_pieces, harmless

HEADER = (
    "reference", "title", "organisation", "region", "call", "instrument", "state", "submitted_at", "decision_by",
    "currency", "requested", "awarded", "score", "handled_by",
)  # fmt: skip


def csv_of(rows: Iterable[Row]) -> Iterator[str]:
    """Text in pieces. No cell is executed by a spreadsheet."""
    return csv_pieces(HEADER, (_cells(row) for row in rows))


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.reference,
        harmless(row.title),
        harmless(row.organisation),
        row.region,
        row.call,
        row.instrument,
        row.state.value,
        f"{row.submitted_at:%Y-%m-%dT%H:%M:%SZ}",
        row.decision_by.isoformat() if row.decision_by else "",
        next((amount.currency for amount in (row.requested, row.awarded) if amount is not None), ""),
        _plain(row.requested),
        _plain(row.awarded),
        row.score or "",
        harmless(row.officer or ""),
    )


def _plain(amount: Money | None) -> str:
    return "" if amount is None else amount.plain
