"""What the writer of a bank file asks of each value. A refusal names the payment and the field in a sentence.

Free text is carried into the SEPA character set; references and names are never cut. Limits and characters:
`sepa_text`. Every `where` is the label of a payment or of the batch, every `field` the field's name for a person.
"""

from __future__ import annotations

from functools import lru_cache

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.organisations.rules.iban import ensure_bic, ensure_iban
from vouchers.payments.rules import sepa_text
from vouchers.payments.rules.credit_transfer import Account, CreditTransfer, TransferBatch


def ensure_batch_can_be_written(batch: TransferBatch) -> None:
    """What concerns the batch as a whole: it holds payments in euros, and no two share an end-to-end id."""
    where = batch_label(batch)
    if not batch.transfers:
        raise RuleBroken(_("%(where)s holds no payment, so there is nothing to send.", where=where))
    seen: dict[str, int] = {}
    for position, transfer in enumerate(batch.transfers, start=1):
        first = seen.setdefault(transfer.end_to_end_id, position)
        if first != position:
            raise RuleBroken(
                _(
                    "%(where)s, end-to-end id: the same as that of payment %(first)s. Each payment needs its own.",
                    where=payment_label(position, transfer),
                    first=first,
                )
            )
        ensure_amount(transfer, payment_label(position, transfer))


def batch_label(batch: TransferBatch) -> Sentence:
    return _("Batch %(id)s", id=shown(batch.message_id))


def payment_label(position: int, transfer: CreditTransfer) -> Sentence:
    return _("Payment %(position)s (%(id)s)", position=position, id=shown(transfer.end_to_end_id))


def shown(reference: str) -> str:
    """A reference that may itself be the fault, fit for a sentence."""
    return "".join(c if c.isprintable() else "?" for c in reference[:50])


def ensure_text(value: str, where: Sentence, field: Sentence, longest: int) -> str:
    """`value` in SEPA characters, or a refusal; may be empty."""
    fitted = sepa_text.to_sepa(value, longest)
    foreign = sepa_text.foreign_characters(fitted)
    if foreign:
        raise RuleBroken(
            _(
                "%(where)s, %(field)s: banks do not accept these characters, and they have no replacement: %(foreign)s",
                where=where,
                field=field,
                foreign=foreign,
            )
        )
    if len(fitted) > longest:
        raise RuleBroken(
            _(
                "%(where)s, %(field)s: %(length)s characters for the bank, which takes at most %(longest)s. "
                "It is not cut for you; please shorten it.",
                where=where,
                field=field,
                length=len(fitted),
                longest=longest,
            )
        )
    return fitted


def ensure_present(fitted: str, where: Sentence, field: Sentence) -> str:
    if not fitted:
        raise RuleBroken(_("%(where)s, %(field)s: this is missing.", where=where, field=field))
    return fitted


def ensure_name(value: str, where: Sentence, field: Sentence) -> str:
    return ensure_present(ensure_text(value, where, field, sepa_text.LONGEST_NAME), where, field)


def ensure_reference(value: str, where: Sentence, field: Sentence) -> str:
    """References come back from the bank and are matched, so they are never rewritten: they fit or are refused."""
    ensure_present(value.strip(), where, field)
    foreign = sepa_text.foreign_characters(value)
    if foreign:
        raise RuleBroken(
            _(
                "%(where)s, %(field)s: these characters may not stand in a reference: %(foreign)s",
                where=where,
                field=field,
                foreign=foreign,
            )
        )
    if len(value) > sepa_text.LONGEST_ID:
        raise RuleBroken(
            _(
                "%(where)s, %(field)s: a reference has at most %(longest)s characters, this one has %(length)s.",
                where=where,
                field=field,
                longest=sepa_text.LONGEST_ID,
                length=len(value),
            )
        )
    if value != value.strip() or sepa_text.has_misplaced_slash(value):
        raise RuleBroken(
            _(
                "%(where)s, %(field)s: a reference may not begin or end with a slash or a space, "
                "nor hold two slashes in a row.",
                where=where,
                field=field,
            )
        )
    return value


def ensure_amount(transfer: CreditTransfer, where: Sentence) -> str:
    amount = transfer.amount
    if amount.currency != "EUR":
        raise RuleBroken(
            _("%(where)s, amount: SEPA pays in EUR only, not in %(currency)s.", where=where, currency=amount.currency)
        )
    if amount.cents <= 0:
        raise RuleBroken(_("%(where)s, amount: %(amount)s is not more than zero.", where=where, amount=amount))
    if amount.cents > sepa_text.MOST_CENTS:
        raise RuleBroken(
            _("%(where)s, amount: %(amount)s is more than one SEPA payment may carry.", where=where, amount=amount)
        )
    return amount.plain


def ensure_country(code: str, where: Sentence, field: Sentence) -> str:
    if code not in sepa_text.country_codes():
        raise RuleBroken(
            _("%(where)s, %(field)s: “%(code)s” is no ISO country code.", where=where, field=field, code=shown(code))
        )
    return code


def ensure_account(account: Account, where: Sentence) -> str:
    try:
        return ensure_iban(account.iban)
    except RuleBroken as fault:
        raise RuleBroken(_("%(where)s, IBAN: %(fault)s", where=where, fault=fault.sentence), field="iban") from None


def ensure_bank(bic: str, where: Sentence) -> str:
    try:
        return _sound_bic(bic)
    except RuleBroken as fault:
        raise RuleBroken(_("%(where)s, BIC: %(fault)s", where=where, fault=fault.sentence), field="bic") from None


@lru_cache(maxsize=1024)
def _sound_bic(bic: str) -> str:
    """Many payments go to few banks."""
    return ensure_bic(bic)
