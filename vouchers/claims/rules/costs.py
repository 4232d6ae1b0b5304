"""A cost as it is declared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vouchers.core.money import Money


@dataclass(frozen=True, slots=True)
class Cost:
    """One cost as it is declared."""

    category: str
    description: str
    supplier: str
    invoice_number: str
    invoice_on: date
    net: Money
    vat: Money
    is_vat_recoverable: bool
    activity_on: date | None = None
    invoice_total: Money | None = None
    """What stands on the invoice in all, with VAT; None: all of it is claimed."""
