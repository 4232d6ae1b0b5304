"""Each kind of event of the books, and the lines it makes. Pure.

A `Share` is the part of an amount that one fund (one funder's line of a budget) carries. The recipes are the
journal of an innovation voucher from the vote of the budget to a recovery; `docs/ledger.md` walks through them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vouchers.core.money import Money
from vouchers.ledger.chart import FUNDER_ACCOUNT, INCOME_ACCOUNT, Account, FundKind
from vouchers.ledger.drafts import JournalDraft, Move, merged

A = Account


@dataclass(frozen=True, slots=True)
class Share:
    """The part of an amount that one fund carries."""

    fund_id: int
    kind: FundKind
    amount: Money


Shares = Sequence[Share]


def joined(shares: Shares) -> list[Share]:
    """The shares of each fund as one, in the order of the funds."""
    sums: dict[int, Share] = {}
    for share in shares:
        before = sums.get(share.fund_id)
        sums[share.fund_id] = Share(share.fund_id, share.kind, before.amount + share.amount) if before else share
    return [sums[fund_id] for fund_id in sorted(sums)]


def _moved(shares: Shares, *, debit: Account, credit: Account, on_debit: str = "", on_credit: str = "") -> list[Move]:
    moves = []
    for share in shares:
        moves.append(Move(debit, share.fund_id, share.amount, on_debit))
        moves.append(Move(credit, share.fund_id, -share.amount, on_credit))
    return moves


def appropriate(shares: Shares, *, reference: str, narrative: str, on: date | None = None) -> JournalDraft:
    """The budget is voted: it becomes available."""
    moves = _moved(shares, debit=A.AVAILABLE, credit=A.APPROPRIATION)
    return JournalDraft("appropriate", reference, narrative, merged(moves), on)


def transfer(
    given: Shares, received: Shares, *, reference: str, narrative: str, on: date | None = None
) -> JournalDraft:
    """Voted money that nobody was promised moves between funds, line by line: appropriation and available."""
    moves = _moved(given, debit=A.APPROPRIATION, credit=A.AVAILABLE)
    moves += _moved(received, debit=A.AVAILABLE, credit=A.APPROPRIATION)
    return JournalDraft("transfer", reference, narrative, merged(moves), on)


def receive_funds(shares: Shares, *, reference: str, narrative: str, on: date | None = None) -> JournalDraft:
    """A funder's money arrives at the bank: an advance, or against what the funder owes."""
    moves = [
        move
        for share in shares
        for move in (
            Move(A.BANK, share.fund_id, share.amount),
            Move(FUNDER_ACCOUNT[share.kind], share.fund_id, -share.amount),
        )
    ]
    return JournalDraft("receive_funds", reference, narrative, merged(moves), on)


def precommit(shares: Shares, *, voucher: str, narrative: str, on: date | None = None) -> JournalDraft:
    """An application is awarded: available money is set aside for it."""
    moves = _moved(shares, debit=A.PRE_COMMITTED, credit=A.AVAILABLE, on_debit=voucher)
    return JournalDraft("precommit", voucher, narrative, merged(moves), on)


def release_precommitment(shares: Shares, *, voucher: str, narrative: str, on: date | None = None) -> JournalDraft:
    """An award lapses before it binds: its money is available again."""
    moves = _moved(shares, debit=A.AVAILABLE, credit=A.PRE_COMMITTED, on_credit=voucher)
    return JournalDraft("release_precommitment", voucher, narrative, merged(moves), on)


def commit(shares: Shares, *, voucher: str, narrative: str, on: date | None = None) -> JournalDraft:
    """All parties accepted the agreement: the money is legally committed."""
    moves = _moved(shares, debit=A.COMMITTED, credit=A.PRE_COMMITTED, on_debit=voucher, on_credit=voucher)
    return JournalDraft("commit", voucher, narrative, merged(moves), on)


def decommit(shares: Shares, *, voucher: str, narrative: str, on: date | None = None) -> JournalDraft:
    """A voucher closes below its commitment: the rest is available again."""
    moves = _moved(shares, debit=A.AVAILABLE, credit=A.COMMITTED, on_credit=voucher)
    return JournalDraft("decommit", voucher, narrative, merged(moves), on)


def accept_claim(
    shares: Shares,
    *,
    voucher: str,
    reference: str,
    narrative: str,
    payable: Account = A.PAYABLE_SME,
    on: date | None = None,
) -> JournalDraft:
    """A claim is accepted: the grant is an expense and a debt, and the funders' income is earned."""
    moves = _moved(shares, debit=A.ACCEPTED, credit=A.COMMITTED, on_debit=voucher, on_credit=voucher)
    moves += _moved(shares, debit=A.GRANTS, credit=payable, on_debit=voucher, on_credit=voucher)
    moves += _income(shares, voucher)
    return JournalDraft("accept_claim", reference, narrative, merged(moves), on)


def order_payment(
    shares_by_voucher: Sequence[tuple[str, Shares]],
    *,
    reference: str,
    narrative: str,
    payable: Account = A.PAYABLE_SME,
    on: date | None = None,
) -> JournalDraft:
    """A payment order is handed to the bank: debts turn into payments in execution."""
    moves = [
        move
        for voucher, shares in shares_by_voucher
        for move in _moved(shares, debit=payable, credit=A.IN_EXECUTION, on_debit=voucher, on_credit=voucher)
    ]
    return JournalDraft("payment_order", reference, narrative, merged(moves), on)


def refuse_payment(
    shares: Shares,
    *,
    voucher: str,
    reference: str,
    narrative: str,
    payable: Account = A.PAYABLE_SME,
    on: date | None = None,
) -> JournalDraft:
    """The bank refused a payment before any money left: it is owed again."""
    moves = _moved(shares, debit=A.IN_EXECUTION, credit=payable, on_debit=voucher, on_credit=voucher)
    return JournalDraft("payment_refused", reference, narrative, merged(moves), on)


def debit_bank(
    shares_by_voucher: Sequence[tuple[str, Shares]],
    *,
    reference: str,
    narrative: str,
    is_accepted: bool = True,
    on: date | None = None,
) -> JournalDraft:
    """The bank executed the order: the money has left, and the vouchers' money is paid.

    Args:
        is_accepted: False for what no claim was accepted for (an advance, an expert's fee): no stage of a budget moves.
    """
    moves: list[Move] = []
    for voucher, shares in shares_by_voucher:
        moves += _moved(shares, debit=A.IN_EXECUTION, credit=A.BANK, on_debit=voucher, on_credit=voucher)
        if is_accepted:
            moves += _moved(shares, debit=A.PAID, credit=A.ACCEPTED, on_debit=voucher, on_credit=voucher)
    return JournalDraft("bank_debit", reference, narrative, merged(moves), on)


def return_payment(
    shares: Shares, *, voucher: str, reference: str, narrative: str, is_accepted: bool = True, on: date | None = None
) -> JournalDraft:
    """The bank returned a payment: the money is back and waits to be matched. `is_accepted` as in `debit_bank`."""
    moves = _moved(shares, debit=A.BANK, credit=A.RETURNED_PAYMENTS, on_credit=voucher)
    if is_accepted:
        moves += _moved(shares, debit=A.ACCEPTED, credit=A.PAID, on_debit=voucher, on_credit=voucher)
    return JournalDraft("payment_returned", reference, narrative, merged(moves), on)


def reopen_payable(
    shares: Shares,
    *,
    voucher: str,
    reference: str,
    narrative: str,
    payable: Account = A.PAYABLE_SME,
    on: date | None = None,
) -> JournalDraft:
    """A returned payment is matched to its claim: it is owed again."""
    moves = _moved(shares, debit=A.RETURNED_PAYMENTS, credit=payable, on_debit=voucher, on_credit=voucher)
    return JournalDraft("return_reopen", reference, narrative, merged(moves), on)


def owe_advance(
    shares: Shares, *, voucher: str, reference: str, narrative: str, on: date | None = None
) -> JournalDraft:
    """Part of a voucher is to be paid ahead: a debt and an asset, no expense. Committed money stays committed."""
    moves = _moved(shares, debit=A.ADVANCES_PAID, credit=A.PAYABLE_SME, on_debit=voucher, on_credit=voucher)
    return JournalDraft("owe_advance", reference, narrative, merged(moves), on)


def settle_advance(
    shares: Shares, *, voucher: str, reference: str, narrative: str, on: date | None = None
) -> JournalDraft:
    """An accepted claim settles what was paid ahead: nothing is owed for it any more, and it counts as paid."""
    moves = _moved(shares, debit=A.PAYABLE_SME, credit=A.ADVANCES_PAID, on_debit=voucher, on_credit=voucher)
    moves += _moved(shares, debit=A.PAID, credit=A.ACCEPTED, on_debit=voucher, on_credit=voucher)
    return JournalDraft("settle_advance", reference, narrative, merged(moves), on)


def forfeit_advance(
    shares: Shares, *, voucher: str, reference: str, narrative: str, on: date | None = None
) -> JournalDraft:
    """What was paid ahead and no claim settles was unduly paid: it counts as a grant that was paid, until a recovery
    takes it back (`order_recovery`, in the same step)."""
    moves = _moved(shares, debit=A.GRANTS, credit=A.ADVANCES_PAID, on_debit=voucher, on_credit=voucher)
    moves += _moved(shares, debit=A.PAID, credit=A.COMMITTED, on_debit=voucher, on_credit=voucher)
    moves += _income(shares, voucher)
    return JournalDraft("forfeit_advance", reference, narrative, merged(moves), on)


def owe_fee(shares: Shares, *, reference: str, narrative: str, on: date | None = None) -> JournalDraft:
    """An expert's fee is agreed: an expense of the region, and a debt to the expert. No stage of a budget moves.

    The fee statement's number (`reference`) stands where a voucher would.
    """
    moves = _moved(shares, debit=A.EXPERT_FEES, credit=A.PAYABLE_EXPERT, on_debit=reference, on_credit=reference)
    return JournalDraft("owe_fee", reference, narrative, merged(moves), on)


def order_recovery(
    shares: Shares, *, voucher: str, reference: str, narrative: str, on: date | None = None
) -> JournalDraft:
    """Money unduly paid is claimed back: expense and income shrink, the beneficiary owes."""
    moves = _moved(shares, debit=A.RECOVERIES, credit=A.GRANTS, on_debit=voucher, on_credit=voucher)
    moves += [Move(move.account, move.fund_id, -move.amount, move.voucher) for move in _income(shares, voucher)]
    return JournalDraft("recovery_order", reference, narrative, merged(moves), on)


def receive_recovery(
    shares: Shares,
    *,
    voucher: str,
    reference: str,
    narrative: str,
    interest: Shares = (),
    rest: Shares = (),
    on: date | None = None,
) -> JournalDraft:
    """The beneficiary repaid: the money is available to others again; interest is not, it was never in the budget.

    `rest` came with it, is owed by nobody, and lies in suspense.
    """
    moves = _moved([*shares, *interest], debit=A.BANK, credit=A.RECOVERIES, on_credit=voucher)
    moves += _moved(rest, debit=A.BANK, credit=A.SUSPENSE)
    moves += _moved(shares, debit=A.AVAILABLE, credit=A.PAID, on_credit=voucher)
    return JournalDraft("recovery_received", reference, narrative, merged(moves), on)


def charge_interest(
    shares: Shares, *, voucher: str, reference: str, narrative: str, on: date | None = None
) -> JournalDraft:
    """What is paid back late bears interest: the region's income, apart from the principal. Below zero takes back."""
    moves = _moved(shares, debit=A.RECOVERIES, credit=A.INTEREST, on_debit=voucher, on_credit=voucher)
    return JournalDraft("recovery_interest", reference, narrative, merged(moves), on)


def set_off_recovery(
    taken: Shares,
    returned: Shares,
    *,
    voucher: str,
    reference: str,
    narrative: str,
    of_voucher: str,
    interest: Shares = (),
    payable: Account = A.PAYABLE_SME,
    on: date | None = None,
) -> JournalDraft:
    """A debt to the beneficiary is kept back against what it owes, as if it were paid and paid back in one moment.

    Where both stand on the same funds, the bank is not touched; else the bank's lines say which fund owes the other.

    Args:
        taken: of the debt for the voucher `of_voucher`, an accepted claim.
        returned: principal, and `interest`, of the recovery for `voucher`; together as much as was taken.
    """
    moves = _moved(taken, debit=payable, credit=A.BANK, on_debit=of_voucher)
    moves += _moved(taken, debit=A.PAID, credit=A.ACCEPTED, on_debit=of_voucher, on_credit=of_voucher)
    moves += _moved([*returned, *interest], debit=A.BANK, credit=A.RECOVERIES, on_credit=voucher)
    moves += _moved(returned, debit=A.AVAILABLE, credit=A.PAID, on_credit=voucher)
    return JournalDraft("recovery_set_off", reference, narrative, merged(moves), on)


def waive_recovery(
    shares: Shares,
    *,
    voucher: str,
    reference: str,
    narrative: str,
    interest: Shares = (),
    on: date | None = None,
) -> JournalDraft:
    """What is owed is not claimed any more: the region's loss. It stays paid in the budget, for nothing came back."""
    moves = _moved([*shares, *interest], debit=A.WRITE_OFFS, credit=A.RECOVERIES, on_debit=voucher, on_credit=voucher)
    return JournalDraft("recovery_waived", reference, narrative, merged(moves), on)


def reverse(
    journal_id: int, event: str, moves: Sequence[Move], *, reference: str, narrative: str, on: date | None = None
) -> JournalDraft:
    """Undo a journal by its mirror image, saying why. There is no other correction."""
    mirrored = merged(Move(move.account, move.fund_id, -move.amount, move.voucher) for move in moves)
    return JournalDraft(f"reverse_{event}", reference, narrative, mirrored, on, reverses_id=journal_id)


def _income(shares: Shares, voucher: str) -> list[Move]:
    return [
        move
        for share in shares
        for move in (
            Move(FUNDER_ACCOUNT[share.kind], share.fund_id, share.amount),
            Move(INCOME_ACCOUNT[share.kind], share.fund_id, -share.amount, voucher),
        )
    ]
