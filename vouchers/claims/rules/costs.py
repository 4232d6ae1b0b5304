"""A cost as it is declared."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from vouchers.core.errors import WrongState
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.core.typed import fingerprint


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

    def as_kept(self, *, pays_vat: bool) -> Cost:
        """VAT that the company bears by the terms of the voucher is no more a cost than VAT that it recovers."""
        total = self.invoice_total or self.net + self.vat
        return replace(self, is_vat_recoverable=self.is_vat_recoverable or not pays_vat, invoice_total=total)


def cost_of(line: Any) -> Cost:
    """What a line declares."""
    return Cost(**{field.name: getattr(line, field.name) for field in fields(Cost)})


def basis_of_line(line: Any) -> str:
    """What tells one version of a cost from another."""
    return fingerprint(repr(cost_of(line)))


def ensure_not_overtaken(line: Any, typed: Cost, basis: str | None) -> None:
    """A cost is changed by who has seen it as it stands. The second of two clicks finds its own words, and goes on.

    Args:
        basis: the `basis_of_line` of what the person had before them; None: it is not asked.
    """
    if basis not in (None, basis_of_line(line)) and cost_of(line) != typed:
        raise WrongState(
            _("This cost was changed meanwhile, so yours was not saved over it. Copy what you typed, then look again.")
        )
