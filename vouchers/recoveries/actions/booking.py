"""What the steps of a recovery share: interest in the books, what some money settles, the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from vouchers.core.clock import day_in
from vouchers.core.database import db
from vouchers.core.money import Money
from vouchers.ledger.actions import fund_of_bank, fund_of_fees
from vouchers.ledger.recipes import Share
from vouchers.payables.models import Payable
from vouchers.recoveries import letters, postings, queries
from vouchers.recoveries.lifecycle import RECOVERY
from vouchers.recoveries.models import Instalment, Receipt, Recovery, RecoveryPlan
from vouchers.recoveries.rules import orders
from vouchers.recoveries.states import ReceiptKind
from vouchers.workflow.transition import OFFICE, Step, transition


def own_share(recovery: Recovery, amount: Money) -> list[Share]:
    """An amount on the region's own fund, which stands in no budget; nothing for zero."""
    if not amount:
        return []
    application = recovery.agreement.application
    fund = fund_of_fees(application.call.programme.code, application.region.code, recovery.currency)
    return [Share(fund.id, fund.kind, amount)]


def bank_share(recovery: Recovery, amount: Money) -> list[Share]:
    """An amount on the region's fund for what its bank moves; nothing for zero."""
    if not amount:
        return []
    application = recovery.agreement.application
    fund = fund_of_bank(application.call.programme.code, application.region.code, recovery.currency)
    return [Share(fund.id, fund.kind, amount)]


def interest_owed(recovery: Recovery, on: date) -> Money:
    """The interest through a day that was neither paid nor let go."""
    gone = recovery.interest_paid + recovery.interest_waived
    owed: Money = max(queries.interest_through(recovery, on), gone) - gone
    return owed


def book_interest(step: Step, recovery: Recovery, through: date) -> None:
    """Bring the interest in the books to what it is through a day; never below what was paid or waived of it."""
    least = recovery.interest_paid + recovery.interest_waived
    now = max(queries.interest_through(recovery, through), least)
    change = now - recovery.interest
    if change:
        step.post(postings.interest_charged(recovery, own_share(recovery, change), through))
        recovery.interest = now
    recovery.charged_on = max(through, recovery.charged_on) if recovery.charged_on else through


def settle_part(
    step: Step,
    recovery: Recovery,
    amount: Money,
    on: date,
    *,
    kind: ReceiptKind,
    reference: str,
    payable: Payable | None = None,
) -> Receipt:
    """Note what some money settles, the interest to its day first; then book what it changes of the interest.

    Raises:
        RuleBroken: more than is owed, or a wrong day.
    """
    zone = recovery.agreement.application.region.time_zone
    assert recovery.ordered_at is not None
    orders.ensure_received_day(on, ordered_on=day_in(zone, recovery.ordered_at), today=day_in(zone, step.at))
    parts = orders.allocate(amount, interest=interest_owed(recovery, on), principal=recovery.open_principal)
    shares = orders.split_part(parts.principal, recovery.whole, recovery.done)
    receipt = Receipt(
        recovery_id=recovery.id,
        kind=kind,
        received_on=on,
        reference=reference,
        principal_cents=parts.principal.cents,
        interest_cents=parts.interest.cents,
        currency=recovery.currency,
        payable_id=payable.id if payable else None,
        taken=[],
        returned=[[share.fund_id, share.amount.cents] for share in shares],
        recorded_at=step.at,
        recorded_by_id=step.actor.id,
    )
    db.session.add(receipt)
    note_returned(recovery, shares)
    db.session.flush()
    db.session.refresh(recovery, ["receipts"])
    book_interest(step, recovery, max(on, recovery.charged_on or on))
    recovery.interest_paid_cents += parts.interest.cents
    return receipt


def shares_of(stored: list[Any], parts: Sequence[Any], currency: str) -> list[Share]:
    """Fund and cents as a receipt keeps them, with the kinds of the funds that `parts` (of a recovery or debt) name."""
    kinds = {one.fund_id: one.fund.kind for one in parts}
    return [Share(fund_id, kinds[fund_id], Money(cents, currency)) for fund_id, cents in stored]


def note_returned(recovery: Recovery, shares: Sequence[Share], *, sign: int = 1) -> None:
    """Note on each fund's part, and on the whole, what came back (or, below zero, was taken back)."""
    parts = {share.fund_id: share.amount.cents for share in shares}
    for one in recovery.shares:
        one.returned_cents += sign * parts.get(one.fund_id, 0)
    recovery.returned_cents += sign * sum(parts.values())


def add_parts(recovery: Recovery, parts: Sequence[tuple[date, Money]], plan: RecoveryPlan | None = None) -> None:
    """What is due when: from the order itself, or from a plan."""
    for number, (due_on, amount) in enumerate(parts, 1):
        db.session.add(
            Instalment(
                recovery_id=recovery.id,
                number=number,
                due_on=due_on,
                amount_cents=amount.cents,
                currency=amount.currency,
                plan_id=plan.id if plan else None,
            )
        )


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
            plan_id=recovery.plan_in_force.id if recovery.plan_in_force else None,
        )
    )


def settle_if_done(recovery: Recovery, *, at: datetime) -> None:
    """Nothing is owed any more: the recovery is closed, and the debtor is told."""
    if recovery.left.cents:
        return
    with transition(recovery, RECOVERY.settle, by=OFFICE, at=at) as step:
        letters.write_to_debtor(step, recovery, "settle")
