"""What an authorised claim does with the advances of its voucher, and a recovery with what no claim settles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vouchers.advances import postings, queries, rules
from vouchers.advances.actions.deciding import cancel_advance
from vouchers.advances.lifecycle import ADVANCE
from vouchers.advances.models import Advance, AdvanceSettlement
from vouchers.advances.states import AdvanceState
from vouchers.agreements.models import Agreement
from vouchers.core.money import Money, total
from vouchers.ledger.drafts import JournalDraft
from vouchers.ledger.queries import next_shares
from vouchers.ledger.recipes import Share
from vouchers.workflow.transition import OFFICE, transition

CLAIM_CAME_FIRST = "A claim was authorised before the advance was paid."


def list_to_settle(agreement: Agreement, *, at: datetime, seen: str | None = None) -> list[Advance]:
    """The paid advances that a claim has to settle. The agreement is locked; what was approved and is not yet on its
    way to the bank is cancelled, because the claim pays instead.

    Args:
        seen: the `rules.basis_of` the advances on the page of whoever decides; None: it is not asked.

    Raises:
        WrongState: an advance has changed since.
        RuleBroken: an advance is on its way to the bank.
    """
    queries.lock_agreement(agreement.id)
    advances = queries.list_advances_of(agreement.id)
    rules.ensure_as_seen(advances, seen)
    rules.ensure_none_under_way(queries.find_on_its_way(advances))
    for advance in advances:
        if advance.state == AdvanceState.APPROVED and not advance.settled:
            cancel_advance(advance, CLAIM_CAME_FIRST, by=OFFICE, at=at)
    return [one for one in advances if one.state == AdvanceState.PAID and one.open_amount]


def split_by_advances(
    voucher: str, granted: Money, advances: Sequence[Advance]
) -> tuple[list[tuple[Advance, list[Share]]], list[Share]]:
    """What of a claim's grant each advance is settled by, and what is left to be paid; fund by fund, to the cent.

    A fund settles what it has paid ahead, so that nothing is left over because of how cents fall.
    """
    settled: list[tuple[Advance, list[Share]]] = []
    carried: list[Share] = []
    left = granted
    for advance in advances:
        part = next_shares(voucher, min(left, advance.open_amount), within=advance.open_shares, after=carried)
        if part:
            settled.append((advance, part))
            carried += part
            left -= total([share.amount for share in part], granted.currency)
    rest = next_shares(voucher, left, after=carried) if left else []
    return settled, rest


def settle_advance(advance: Advance, shares: Sequence[Share], claim: str, *, at: datetime) -> None:
    """A claim of this number settles so much of an advance; it counts as paid at once."""
    _settle(advance, shares, claim, postings.advance_settled(advance, shares, claim), at=at)


def forfeit_advance(advance: Advance, recovery: str, *, at: datetime) -> list[Share]:
    """A recovery of this number takes back what no claim settles of an advance. Returns what that is, fund by fund."""
    shares = advance.open_shares
    _settle(advance, shares, recovery, postings.advance_forfeited(advance, shares, recovery), at=at)
    return shares


def _settle(advance: Advance, shares: Sequence[Share], reference: str, booked: JournalDraft, *, at: datetime) -> None:
    with transition(advance, ADVANCE.settle, by=OFFICE, at=at) as step:
        taken = {share.fund_id: share.amount.cents for share in shares}
        for own in advance.shares:
            own.settled_cents += taken.get(own.fund_id, 0)
        settled = AdvanceSettlement(
            reference=reference, currency=advance.currency, cents=sum(taken.values()), settled_at=at
        )
        advance.settlements.append(settled)
        step.post(booked)
    if not advance.open_amount:
        with transition(advance, ADVANCE.close, by=OFFICE, at=at):
            pass


def leave_advance_over(advance: Advance, claim: str, *, at: datetime) -> None:
    """The last claim of the voucher settled less than was paid ahead: the rest is to be recovered."""
    with transition(advance, ADVANCE.leave_over, by=OFFICE, at=at, why=f"{claim} was the last claim."):
        advance.left_over_at = at
