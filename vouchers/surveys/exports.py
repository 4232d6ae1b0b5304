"""The results of a survey as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from vouchers.surveys.rules.answering import Kind
from vouchers.surveys.rules.results import Compared
from vouchers.surveys.states import Group

HEADER = (
    "question", "answer", "answered_awarded", "value_awarded", "answered_control", "value_control", "difference",
    "low_95", "high_95",
)  # fmt: skip


def csv_of(lines: Iterable[Compared]) -> str:
    """One line for each question; shares from 0 to 1, money in whole units. Too few answers leave a cell empty."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(HEADER)
    for line in lines:
        cells = [line.cells[Group.AWARDED], line.cells[Group.CONTROL]]
        values = [part for cell in cells for part in (str(cell.count), _plain(line, cell.value))]
        rest = [_plain(line, value) for value in (line.difference, line.low, line.high)]
        writer.writerow([line.code.removesuffix("_cents"), line.choice.source if line.choice else "", *values, *rest])
    return buffer.getvalue()


def _plain(line: Compared, value: Decimal | None) -> str:
    if value is None:
        return ""
    exact = value / 100 if line.kind is Kind.MONEY else value
    return f"{exact.quantize(Decimal('0.0001'), ROUND_HALF_UP):f}"
