"""The statements that are to be paid, as CSV for the books of the office."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vouchers.core.spreadsheets import csv_pieces, harmless
from vouchers.fees.models import FeeStatement
from vouchers.fees.rules import days_of

HEADER = (
    "statement", "expert", "programme", "call", "region", "unit", "rate", "sheets", "days", "amount", "currency",
    "holder", "iban", "bic", "invoice_number", "drawn_up_by", "agreed_at", "approved_by", "approved_at",
)  # fmt: skip


def payable_csv(statements: Iterable[FeeStatement]) -> Iterator[str]:
    """One line for each statement; money in whole units with two places, moments in UTC."""
    return csv_pieces(HEADER, (_cells(one) for one in statements))


def _cells(one: FeeStatement) -> tuple[str, ...]:
    return (
        one.number,
        harmless(one.expert.user.name),
        one.call.programme.code,
        one.call.code,
        one.region.code,
        one.unit.value,
        one.rate.plain if one.rate else "",
        str(len(one.sheets)),
        str(days_of(one.half_days)) if one.half_days else "",
        one.amount.plain if one.amount else "",
        one.currency,
        harmless(one.holder),
        one.iban,
        one.bic,
        harmless(one.invoice_number),
        harmless(one.drawn_up_by.name),
        f"{one.agreed_at:%Y-%m-%dT%H:%M:%SZ}" if one.agreed_at else "",
        harmless(one.approved_by.name) if one.approved_by else "",
        f"{one.approved_at:%Y-%m-%dT%H:%M:%SZ}" if one.approved_at else "",
    )
