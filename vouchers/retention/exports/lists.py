"""The record of what was deleted, as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vouchers.core.spreadsheets import csv_pieces, harmless
from vouchers.retention.models import Disposal, DisposalItem
from vouchers.retention.queries.registers import stream_items

HEADER = (
    "list", "proposed_at", "proposed_by_id", "decided_at", "decided_by_id", "reference", "law", "kept_until", "outcome",
    "carried_out_at", "answers", "files", "letters", "details",
)  # fmt: skip


def disposal_csv(disposal: Disposal) -> Iterator[str]:
    """One row for each line of a list, with its law and what became of it; moments in UTC. Names nobody: persons stand
    by the number that the record knows them by."""
    return csv_pieces(HEADER, (_cells(disposal, item) for item in stream_items(disposal.id)))


def _cells(disposal: Disposal, item: DisposalItem) -> tuple[Any, ...]:
    return (
        disposal.number,
        disposal.proposed_at.isoformat(),
        disposal.proposed_by_id,
        disposal.decided_at.isoformat() if disposal.decided_at else "",
        disposal.decided_by_id or "",
        harmless(item.reference),
        item.law.value,
        item.until.isoformat(),
        item.outcome.value,
        item.carried_out_at.isoformat() if item.carried_out_at else "",
        item.answers,
        item.files,
        item.letters,
        item.details,
    )
