"""The events of the books that begin at the bank, without an order of the office behind them. Pure.

A payment that the bank had refused leaves the account all the same, after its debt was paid by another one: nothing was
owed, so it is no expense and moves no stage of a budget. It stands on 1210 until it comes back, or until the other
payment comes back and it counts as the one.
"""

from __future__ import annotations

from datetime import date

from vouchers.ledger.chart import Account
from vouchers.ledger.drafts import JournalDraft, Move, merged
from vouchers.ledger.recipes import Shares

A = Account


def _moved(shares: Shares, *, debit: Account, credit: Account, voucher: str) -> list[Move]:
    """Money from one account to another, all of it found by the voucher."""
    return [
        move
        for share in shares
        for move in (
            Move(debit, share.fund_id, share.amount, voucher),
            Move(credit, share.fund_id, -share.amount, voucher),
        )
    ]


def pay_unduly(shares: Shares, *, voucher: str, reference: str, narrative: str, on: date | None = None) -> JournalDraft:
    """Money left the bank for a payment of which nothing is owed any more: the payee owes it back."""
    moves = _moved(shares, debit=A.UNDUE_PAYMENTS, credit=A.BANK, voucher=voucher)
    return JournalDraft("undue_payment", reference, narrative, merged(moves), on)


def return_undue(
    shares: Shares, *, voucher: str, reference: str, narrative: str, on: date | None = None
) -> JournalDraft:
    """What was paid unduly is back at the bank."""
    moves = _moved(shares, debit=A.BANK, credit=A.UNDUE_PAYMENTS, voucher=voucher)
    return JournalDraft("undue_returned", reference, narrative, merged(moves), on)


def count_undue(
    shares: Shares,
    *,
    voucher: str,
    reference: str,
    narrative: str,
    payable: Account = A.PAYABLE_SME,
    is_accepted: bool = True,
    on: date | None = None,
) -> JournalDraft:
    """The other payment of the debt did not hold, so this one pays it. `is_accepted` as in `recipes.debit_bank`."""
    moves = _moved(shares, debit=payable, credit=A.UNDUE_PAYMENTS, voucher=voucher)
    if is_accepted:
        moves += _moved(shares, debit=A.PAID, credit=A.ACCEPTED, voucher=voucher)
    return JournalDraft("undue_counted", reference, narrative, merged(moves), on)


def book_movement(
    shares: Shares, *, against: Account, reference: str, narrative: str, on: date | None = None
) -> JournalDraft:
    """A movement of the bank that no payment and no recovery explains: a charge, interest, a transfer, money of nobody
    known. It moves no stage of a budget.

    Args:
        shares: above zero what came in, below zero what went out.
        against: the account that says what it was.
    """
    moves = [
        move
        for share in shares
        for move in (Move(A.BANK, share.fund_id, share.amount), Move(against, share.fund_id, -share.amount))
    ]
    return JournalDraft("bank_movement", reference, narrative, merged(moves), on)
