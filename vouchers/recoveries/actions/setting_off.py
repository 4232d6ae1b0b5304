"""Keeping back what the company is owed, against what it owes."""

from __future__ import annotations

from datetime import datetime

from vouchers.claims.actions.paying import pay_claim
from vouchers.claims.queries.files import get_claim
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.payables.actions.owing import set_off_payable
from vouchers.payables.models import Payable
from vouchers.recoveries import letters, postings, queries
from vouchers.recoveries.actions.booking import own_share, settle_if_done, settle_part, shares_of
from vouchers.recoveries.lifecycle import RECOVERY
from vouchers.recoveries.models import Receipt, Recovery
from vouchers.recoveries.rules import orders
from vouchers.recoveries.states import ReceiptKind
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, transition


def set_off_recovery(recovery: Recovery, payable: Payable, amount: Money, *, by: User, at: datetime) -> Receipt:
    """Keep back what the company is owed for a claim: as if it were paid and paid back in one moment.

    Both rows are locked, the recovery first. A claim of which nothing is left to pay counts as paid.

    Raises:
        RuleBroken: another company, region or currency; a debt that is not open (held, in payment, paid); more than is
            open of the debt, or than is owed.
    """
    with unit_of_work():
        recovery = queries.get_recovery(recovery.id)
        with transition(recovery, RECOVERY.set_off, by=by, at=at, why=payable.number) as step:
            db.session.refresh(payable, with_for_update={"of": Payable})
            if payable.id not in {one.id for one in queries.list_to_set_off(recovery)}:
                raise RuleBroken(
                    _("Only an open debt to the same company, in the same region and currency, can be set off."),
                    field="payable",
                )
            if amount > payable.open_amount:
                raise RuleBroken(_("Only %(open)s of it is open.", open=payable.open_amount), field="amount")
            receipt = settle_part(
                step,
                recovery,
                amount,
                day_in(recovery.agreement.application.region.time_zone, at),
                kind=ReceiptKind.SET_OFF,
                reference=f"{payable.number}/{len(recovery.receipts) + 1}",
                payable=payable,
            )
            taken = orders.split_part(amount, payable.open_shares, [amount - amount] * len(payable.open_shares))
            receipt.taken = [[share.fund_id, share.amount.cents] for share in taken]
            principal = shares_of(receipt.returned, recovery.shares, recovery.currency)
            interest = own_share(recovery, receipt.interest)
            receipt.journal_id = step.post(postings.set_off(recovery, payable, taken, principal, interest))
            if set_off_payable(payable, taken, why=recovery.number, by=OFFICE, at=at):
                pay_claim(get_claim(payable.source_id), by=OFFICE, at=at)
            letters.write_to_debtor(step, recovery, "set_off", amount=amount, debt=payable.number, rest=recovery.left)
        settle_if_done(recovery, at=at)
        return receipt
