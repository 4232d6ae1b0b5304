"""Which accounts a payment moves. Pure.

A payment pays the shares of its payable that were open when the batch was made. Only what a claim was accepted for
moves a stage of the budget book; an advance or a fee does not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from typing import Any

from vouchers.ledger import bank_recipes, recipes
from vouchers.ledger.chart import Account
from vouchers.ledger.drafts import JournalDraft, Move, merged
from vouchers.ledger.recipes import Share
from vouchers.payables.states import SourceKind

ByVoucher = list[tuple[str, Sequence[Share]]]


def payments_ordered(batch: Any, payments: Iterable[Any]) -> JournalDraft:
    """The bank file is authorised: what was owed is in execution."""
    words = {"reference": batch.number, "narrative": f"Payment batch {batch.number}"}
    drafts = [
        recipes.order_payment(shares, payable=Account(account), **words)
        for account, shares in _grouped(payments, lambda one: one.payable.books_account)
    ]
    return _one_of(drafts)


def payments_executed(payments: Sequence[Any], *, reference: str, bank_reference: str, on: date) -> JournalDraft:
    """The bank has paid on its booking day: the money has left, and the vouchers' money is paid."""
    words: dict[str, Any] = {"reference": reference, "on": on}
    words["narrative"] = f"Payment {reference}, bank reference {bank_reference}"
    drafts = [
        recipes.debit_bank(shares, is_accepted=accepted, **words)
        for accepted, shares in _grouped(payments, _is_accepted)
    ]
    return _one_of(drafts)


def payment_refused(payment: Any) -> JournalDraft:
    """The bank refused it before any money left: it is owed again."""
    return recipes.refuse_payment(
        payment.payable.open_shares,
        voucher=_tag(payment),
        reference=payment.end_to_end_id,
        narrative=f"Payment {payment.end_to_end_id} refused: {payment.reason_code}",
        payable=Account(payment.payable.books_account),
    )


def payment_given_back(payment: Any) -> list[JournalDraft]:
    """The money came back to the bank, and is matched to the payable, which is owed again."""
    shares, voucher, reference = payment.payable.open_shares, _tag(payment), payment.end_to_end_id
    words: dict[str, Any] = {"voucher": voucher, "reference": reference, "on": payment.returned_on}
    narrative = f"Payment {reference} given back: {payment.reason_code}, bank reference {payment.return_reference}"
    account = Account(payment.payable.books_account)
    return [
        recipes.return_payment(shares, narrative=narrative, is_accepted=_is_accepted(payment), **words),
        recipes.reopen_payable(shares, narrative=f"Owed again: {reference}", payable=account, **words),
    ]


def refusal_taken_back(payment: Any, journal_id: int, moves: Sequence[Move]) -> JournalDraft:
    """The bank executed what it had refused: the payment is in execution again."""
    reference = payment.end_to_end_id
    narrative = f"Payment {reference} was executed after all, the bank had refused it"
    return recipes.reverse(journal_id, "payment_refused", moves, reference=reference, narrative=narrative)


def taken_back(
    payment: Any, event: str, journal_id: int, moves: Sequence[Move], reason: str, *, on: date | None
) -> JournalDraft:
    """What an entry was matched with was something else: the mirror image, on the day of what it undoes."""
    narrative = f"Payment {payment.end_to_end_id}, match taken back: {reason}"
    return recipes.reverse(journal_id, event, moves, reference=payment.end_to_end_id, narrative=narrative, on=on)


def payment_undue(payment: Any, shares: Sequence[Share]) -> JournalDraft:
    """The bank executed what it had refused, and nothing was owed any more: the payee owes it back."""
    reference = payment.end_to_end_id
    narrative = f"Payment {reference} executed though nothing was owed, bank reference {payment.bank_reference}"
    words = {"voucher": _tag(payment), "reference": reference, "narrative": narrative}
    return bank_recipes.pay_unduly(shares, on=payment.executed_on, **words)


def undue_returned(payment: Any, shares: Sequence[Share]) -> JournalDraft:
    """What was paid unduly is back."""
    narrative = f"Undue payment {payment.end_to_end_id} came back, bank reference {payment.return_reference}"
    words = {"voucher": _tag(payment), "reference": payment.end_to_end_id, "narrative": narrative}
    return bank_recipes.return_undue(shares, on=payment.returned_on, **words)


def undue_counted(payment: Any, shares: Sequence[Share]) -> JournalDraft:
    """The other payment of the debt failed: this one pays it."""
    return bank_recipes.count_undue(
        shares,
        voucher=_tag(payment),
        reference=payment.end_to_end_id,
        narrative=f"Payment {payment.end_to_end_id} pays its debt after all",
        payable=Account(payment.payable.books_account),
        is_accepted=_is_accepted(payment),
    )


def _tag(payment: Any) -> str:
    """What its lines are found by: the voucher, or the number of a fee statement."""
    return str(payment.voucher or payment.payable.number)


def _is_accepted(payment: Any) -> bool:
    return bool(payment.payable.source_kind == SourceKind.CLAIM)


def _grouped(payments: Iterable[Any], key: Callable[[Any], Hashable]) -> list[tuple[Any, ByVoucher]]:
    groups: dict[Any, dict[str, list[Share]]] = defaultdict(lambda: defaultdict(list))
    for payment in payments:
        groups[key(payment)][_tag(payment)] += payment.payable.open_shares
    return [(found, list(shares.items())) for found, shares in groups.items()]


def _one_of(drafts: Sequence[JournalDraft]) -> JournalDraft:
    """The same moves in one journal."""
    first = drafts[0]
    moves = merged(move for draft in drafts for move in draft.moves)
    return JournalDraft(first.event, first.reference, first.narrative, moves, first.on)
