"""What the steps of a recovery share: interest in the books, the parts that money settles, the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from vouchers.core.clock import day_in
from vouchers.core.database import db
from vouchers.core.money import Money
from vouchers.ledger.actions import fund_of_fees
from vouchers.ledger.recipes import Share
from vouchers.recoveries import letters, postings, queries
from vouchers.recoveries.lifecycle import RECOVERY
from vouchers.recoveries.models import Instalment, Recovery
from vouchers.workflow.transition import OFFICE, Step, transition


def own_share(recovery: Recovery, amount: Money) -> list[Share]:
    """An amount on the region's own fund, which stands in no budget; nothing for zero."""
    if not amount:
        return []
    application = recovery.agreement.application
    fund = fund_of_fees(application.call.programme.code, application.region.code, recovery.currency)
    return [Share(fund.id, fund.kind, amount)]


def book_interest(step: Step, recovery: Recovery, through: date) -> None:
    """Bring the interest in the books to what it is through a day; never below what was paid or waived of it."""
    least = recovery.interest_paid + recovery.interest_waived
    now = max(queries.interest_through(recovery, through), least)
    change = now - recovery.interest
    if change:
        step.post(postings.interest_charged(recovery, own_share(recovery, change), through))
        recovery.interest = now
    recovery.charged_on = max(through, recovery.charged_on) if recovery.charged_on else through


def note_returned(recovery: Recovery, shares: Sequence[Share], *, sign: int = 1) -> None:
    """Note on each fund's part, and on the whole, what came back (or, below zero, was taken back)."""
    parts = {share.fund_id: share.amount.cents for share in shares}
    for one in recovery.shares:
        one.returned_cents += sign * parts.get(one.fund_id, 0)
    recovery.returned_cents += sign * sum(parts.values())


def add_instalment(recovery: Recovery, amount: Money, *, at: datetime) -> None:
    """Principal that is owed again beside a plan that did not know of it: due in the usual time."""
    if not amount:
        return
    application = recovery.agreement.application
    days = application.call.programme.plan.rules.recovery_within_days
    db.session.add(
        Instalment(
            recovery_id=recovery.id,
            number=len(recovery.instalments) + 1,
            due_on=day_in(application.region.time_zone, at) + timedelta(days=days),
            amount_cents=amount.cents,
            currency=recovery.currency,
        )
    )


def settle_if_done(recovery: Recovery, *, at: datetime) -> None:
    """Nothing is owed any more: the recovery is closed, and the debtor is told."""
    if recovery.open_principal or recovery.open_interest:
        return
    with transition(recovery, RECOVERY.settle, by=OFFICE, at=at) as step:
        letters.write_to_debtor(step, recovery, "settle")
