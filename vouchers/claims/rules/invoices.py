"""The same invoice is paid once in a programme: one key for all the ways in which it can be typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.organisations.rules.holder import LEGAL_FORMS

_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "o", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ł": "l", "Ł": "l", "đ": "d"}
)


_NUMBER_WORDS = frozenset({
    "bill", "fact", "factuur", "factuurnr", "factuurnummer", "facture", "faktura", "fakturanr", "fakturanummer", "inv",
    "invoice", "n", "no", "nr", "num", "number", "numero", "nummer", "rechnung", "rechnungsnr", "rechnungsnummer",
    "ref", "regning",
})  # fmt: skip


def invoice_key(supplier: str, invoice_number: str) -> str:
    """Both without case, accents, spaces and signs: ``Éts. Müller``, ``2026/17`` -> ``etsmuller|202617``."""
    return f"{_bare(supplier)}|{_bare(invoice_number)}"


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS)).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def is_alike(one: tuple[str, str, Money], other: tuple[str, str, Money]) -> bool:
    """Whether a person should look if two costs (supplier, number, amount) are one invoice: the same number but for
    words and zeros before it, and the same supplier but for its legal form, or the same amount."""
    if core_of_number(one[1]) != core_of_number(other[1]):
        return False
    return _core_of_name(one[0]) == _core_of_name(other[0]) or one[2] == other[2]


def core_of_number(number: str) -> str:
    """Without “Nr.”, “Invoice” and zeros before it: ``Nr. 0MU-118`` -> ``mu118``. The key of the invoice ends so."""
    words = _words(number)
    while len(words) > 1 and words[0] in _NUMBER_WORDS:
        words.pop(0)
    whole = "".join(words)
    begin = max((word for word in _NUMBER_WORDS if whole.startswith(word)), key=len, default="")
    if begin and whole[len(begin) :].isdigit():
        whole = whole[len(begin) :]
    return whole.lstrip("0") or whole


def _core_of_name(supplier: str) -> str:
    words = _words(supplier.replace(".", ""))
    return "".join(word for word in words if word not in LEGAL_FORMS) or "".join(words)


def _words(text: str) -> list[str]:
    spaced = "".join(sign if sign.isalnum() or sign in "'’" else " " for sign in text)
    return [bare for word in spaced.split() if (bare := _bare(word))]


def ensure_named(supplier: str, invoice_number: str) -> None:
    """Both have letters or figures, else every such line would have the same key."""
    if not _bare(supplier):
        raise RuleBroken(_("Enter the name of the supplier as it stands on the invoice."), field="supplier")
    if not _bare(invoice_number):
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
    if _bare(supplier) == _bare(beneficiary):
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
    return _bare(supplier) in {_bare(name) for name in providers}


def ensure_is_own_work(supplier: str, beneficiary: str, vat: Money) -> None:
    """Own work is charged by the company itself, and without VAT."""
    if _bare(supplier) != _bare(beneficiary):
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
    """The same file proves a cost once in a programme; the other claim is named to those who may read it."""
    if not is_elsewhere:
        return
    sentence = (
        _("The same file is evidence in %(claim)s already. An invoice is paid once.", claim=number)
        if number
        else _("The same file is evidence of another claim of this programme. An invoice is paid once.")
    )
    raise ClaimedAlready(sentence, field="file", claim_id=claim_id)
