"""Whether a claim counts VAT as the application said it would. Told as a hint; nothing is refused by it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _


def list_contradicting(lines: Iterable[Any], answer: bool | None, *, pays_vat: bool) -> list[Any]:
    """The costs whose VAT is counted in another way.

    Args:
        answer: whether the company can recover VAT, says the application; None: it was not asked.
        pays_vat: whether the voucher pays VAT at all; else nobody is asked about a cost.
    """
    if answer is None or not pays_vat:
        return []
    return [line for line in lines if line.vat_cents and line.is_vat_recoverable != answer]


def say_to_office(lines: Sequence[Any], answer: bool | None) -> Sentence:
    """What whoever checks the claim should know."""
    if answer:
        return _(
            "The application says that the company can recover the VAT on these costs, but the claim counts it as a "
            "cost: %(invoices)s. Recoverable VAT is not eligible.",
            invoices=_named(lines),
        )
    return _(
        "The application says that the company cannot recover the VAT on these costs, but the claim says that it can, "
        "so this VAT is not claimed: %(invoices)s. Ask the company which of the two is right.",
        invoices=_named(lines),
    )


def say_to_company(lines: Sequence[Any], answer: bool | None) -> Sentence:
    """What the company should know before it hands the claim in."""
    if answer:
        return _(
            "Your application says that your company can recover VAT, but this claim counts the VAT of these costs as "
            "a cost: %(invoices)s. VAT that you can recover is not paid. If the claim is wrong, change the cost.",
            invoices=_named(lines),
        )
    return _(
        "Your application says that your company cannot recover VAT, but this claim says that it can, so the VAT of "
        "these costs is not claimed: %(invoices)s. If the claim is wrong, change the cost.",
        invoices=_named(lines),
    )


def _named(lines: Sequence[Any]) -> str:
    return "; ".join(f"{line.supplier}, {line.invoice_number}: {line.vat}" for line in lines)
