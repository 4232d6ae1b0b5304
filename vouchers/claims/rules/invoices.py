"""The same invoice is paid once in a programme: one key for all the ways in which it can be typed."""

from __future__ import annotations

from collections.abc import Sequence

from vouchers.claims.rules.naming import bare, core_of_number, key_of_name, key_of_number
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _


def invoice_key(supplier: str, invoice_number: str) -> str:
    """The same for all the ways in which one invoice can be typed: case, accents, spaces, signs, the supplier's legal
    form, words and zeros before the number. ``Éts. Müller SA``, ``Nr. 02026/17`` -> ``etsmuller|202617``."""
    return f"{key_of_name(supplier)}|{key_of_number(invoice_number)}"


def is_alike(one: tuple[str, str, Money], other: tuple[str, str, Money]) -> bool:
    """Whether a person should look if two costs (supplier, number, amount) are one invoice: the same number but for
    words, letters and zeros before it, and the same supplier but for its legal form, or the same amount."""
    if core_of_number(one[1]) != core_of_number(other[1]):
        return False
    return key_of_name(one[0]) == key_of_name(other[0]) or one[2] == other[2]


def ensure_named(supplier: str, invoice_number: str) -> None:
    """Both have letters or figures, else every such line would have the same key."""
    if not bare(supplier):
        raise RuleBroken(_("Enter the name of the supplier as it stands on the invoice."), field="supplier")
    if not bare(invoice_number):
        raise RuleBroken(
            _("Enter the number of the invoice; for a ticket, its booking number."), field="invoice_number"
        )


def ensure_within_invoice(declared: Money, on_invoice: Money) -> None:
    """Nobody claims more than stands on the invoice."""
    if declared > on_invoice:
        raise RuleBroken(
            _(
                "You claim %(declared)s, but the invoice says %(total)s. Claim at most what stands on it.",
                declared=declared,
                total=on_invoice,
            ),
            field="invoice_total",
        )


def ensure_vat_fits(net: Money, vat: Money) -> None:
    """No country's VAT is near half of the amount without it: more is a slip of the pen."""
    if 2 * vat.cents > net.cents:
        raise RuleBroken(
            _(
                "The VAT is more than half of the amount without VAT (%(net)s). "
                "Enter both as they stand on the invoice.",
                net=net,
            ),
            field="vat",
        )


def ensure_supplier_is_other(supplier: str, beneficiary: str) -> None:
    """A company cannot be its own supplier."""
    if bare(supplier) == bare(beneficiary):
        raise RuleBroken(_("An invoice of your own company cannot be paid."), field="supplier")


def ensure_of_provider(supplier: str, providers: Sequence[str]) -> None:
    """Where the provider is paid, only invoices of a provider that was agreed with count."""
    if not _is_of(supplier, providers):
        raise RuleBroken(
            _("This voucher pays %(name)s, so only its invoices count.", name=providers[-1]), field="supplier"
        )


def name_other_supplier(supplier: str, providers: Sequence[str]) -> Sentence | None:
    """What whoever checks a cost should know where its invoice is not of a provider that was agreed with.

    Args:
        providers: the one of the agreement as it stands, then those before it.
    """
    if _is_of(supplier, providers):
        return None
    named = {"provider": providers[0], "supplier": supplier}
    return _("The agreement names %(provider)s; this invoice is from %(supplier)s.", **named)


def _is_of(supplier: str, providers: Sequence[str]) -> bool:
    return bare(supplier) in {bare(name) for name in providers}


def ensure_is_own_work(supplier: str, beneficiary: str, vat: Money) -> None:
    """Own work is charged by the company itself, and without VAT."""
    if bare(supplier) != bare(beneficiary):
        raise RuleBroken(
            _("Own work is your own company's: enter “%(name)s” here.", name=beneficiary), field="supplier"
        )
    if vat.cents:
        raise RuleBroken(_("Own work has no VAT: enter 0."), field="vat")


def say_same_file(others: Sequence[tuple[str, str]]) -> Sentence:
    """What whoever checks a cost should know whose file proves others of the claim as well (supplier, number)."""
    return _(
        "The same file is the evidence of %(others)s. One file may hold several invoices: look whether this one does.",
        others="; ".join(f"{supplier}, {number}" for supplier, number in others),
    )


def say_same_file_delivered(others: Sequence[str]) -> Sentence:
    """What whoever judges a deliverable should know whose file shows others of the claim as well (their names)."""
    return _(
        "The same file is to show %(others)s. Look whether it shows each of them.",
        others="; ".join(f"“{name}”" for name in others),
    )


class ClaimedAlready(RuleBroken):
    """An invoice, or its file, belongs to another claim. `claim_id` is that claim if the reader may see it."""

    def __init__(self, sentence: Sentence, *, field: str, claim_id: int | None):
        super().__init__(sentence, field=field)
        self.claim_id = claim_id


def ensure_not_claimed(number: str | None, claim_id: int | None, *, is_elsewhere: bool) -> None:
    """The same invoice is claimed once in a programme; the other claim is named to those who may read it."""
    if not is_elsewhere:
        return
    sentence = (
        _("This invoice is claimed already, in %(claim)s. An invoice is paid once.", claim=number)
        if number
        else _("This invoice is claimed already in this programme. An invoice is paid once.")
    )
    raise ClaimedAlready(sentence, field="invoice_number", claim_id=claim_id)


def ensure_not_stored(number: str | None, claim_id: int | None, *, is_elsewhere: bool) -> None:
    """The same file proves a cost, or a deliverable, once in a programme; the other claim is named as above."""
    if not is_elsewhere:
        return
    sentence = (
        _("The same file is evidence in %(claim)s already. What a file proves is paid once.", claim=number)
        if number
        else _("The same file is evidence of another claim of this programme. What a file proves is paid once.")
    )
    raise ClaimedAlready(sentence, field="file", claim_id=claim_id)
