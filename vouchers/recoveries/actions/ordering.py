"""Claiming money back: proposed by one person, ordered by another one; then watched over, with reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vouchers.advances.actions.settling import forfeit_advance
from vouchers.advances.models import Advance
from vouchers.advances.queries import get_advance, lock_agreement
from vouchers.agreements.models import Agreement
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.ledger.recipes import Share
from vouchers.likenesses.actions import ensure_two_persons
from vouchers.recoveries import letters, policy, postings, queries
from vouchers.recoveries.actions.booking import add_parts, book_interest
from vouchers.recoveries.lifecycle import RECOVERY
from vouchers.recoveries.models import Recovery, RecoveryShare
from vouchers.recoveries.rules import orders
from vouchers.recoveries.states import Irregularity, RecoveryCause, RecoveryState
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, creation, transition


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be claimed back, and why."""

    principal: Money
    cause: RecoveryCause
    decision: str
    reason: str
    irregularity: Irregularity | None = None


def propose_recovery(agreement: Agreement, asked: Asked, *, by: User, at: datetime) -> Recovery:
    """Ask another officer to claim money of a voucher back. Nothing is booked yet, and nobody outside is told.

    Raises:
        RuleBroken: more than was paid and is not claimed back, or the type of irregularity is missing or too much.
    """
    with unit_of_work():
        db.session.refresh(agreement, with_for_update={"of": Agreement})
        agreement = queries.get_agreement(agreement.id)
        orders.ensure_cause(asked.cause, asked.irregularity)
        _ensure_recoverable(agreement, asked.principal)
        return _propose(agreement, asked, by=by, at=at)


def propose_recovery_of_advance(advance: Advance, reason: str, *, by: User, at: datetime) -> Recovery:
    """Ask another officer to claim back all that no claim settles of an advance any more. Nothing is booked yet.

    Raises:
        RuleBroken: nothing is left over of it, or it is claimed back already.
    """
    with unit_of_work():
        agreement = lock_agreement(advance.agreement_id)
        advance = get_advance(advance.id)
        if queries.find_live_of_advance(advance.id) is not None:
            raise RuleBroken(_("The rest of this advance is claimed back already."))
        if not advance.is_left_over:
            raise RuleBroken(_("Nothing of this advance is left over."))
        asked = Asked(advance.open_amount, RecoveryCause.ADVANCE, advance.number, reason)
        return _propose(queries.get_agreement(agreement.id), asked, advance_id=advance.id, by=by, at=at)


def _propose(agreement: Agreement, asked: Asked, *, advance_id: int | None = None, by: User, at: datetime) -> Recovery:
    recovery = Recovery(
        number=f"{agreement.application.reference}-R{queries.count_of_agreement(agreement.id) + 1}",
        agreement=agreement,
        advance_id=advance_id,
        cause=asked.cause,
        irregularity=asked.irregularity,
        decision=asked.decision,
        reason=asked.reason,
        currency=agreement.currency,
        principal_cents=asked.principal.cents,
        proposed_at=at,
        proposed_by_id=by.id,
        proposed_by=by,
    )
    with creation(recovery, RECOVERY.propose, by=by, at=at, why=asked.reason) as step:
        letters.write_to_officers(step, recovery, "propose", besides=by.id)
        return recovery


def _ensure_recoverable(agreement: Agreement, principal: Money, *, besides: int | None = None) -> None:
    """What others have proposed counts as claimed back too, so that two proposals cannot both be the last one."""
    paid = queries.total_paid(agreement)
    left = orders.total_of(queries.list_recoverable(agreement, besides=besides), agreement.currency)
    claimed = paid - left + queries.total_proposed(agreement, besides=besides)
    orders.ensure_recoverable(principal, paid, claimed)


def order_recovery(
    recovery: Recovery, *, by: User, at: datetime, version: int | None = None, two_persons: str = ""
) -> None:
    """As another person: the beneficiary owes it from now on, and is told when and how to pay it back.

    Raises:
        RuleBroken: less can be claimed back by now.
    """
    with unit_of_work():
        recovery = queries.get_recovery(recovery.id)
        db.session.refresh(recovery.agreement, with_for_update={"of": Agreement})
        with transition(recovery, RECOVERY.order, by=by, at=at, version=version) as step:
            ensure_two_persons(step, policy.others_of(recovery), two_persons)
            for share in _shares_ordered(recovery, at=at):
                db.session.add(
                    RecoveryShare(
                        recovery_id=recovery.id, fund_id=share.fund_id, cents=share.amount.cents, returned_cents=0,
                        waived_cents=0,
                    )
                )  # fmt: skip
            application = recovery.agreement.application
            rules = application.call.programme.plan.rules
            recovery.ordered_at, recovery.ordered_by_id, recovery.ordered_by = at, by.id, by
            today = day_in(application.region.time_zone, at)
            recovery.due_on = today + timedelta(days=rules.recovery_within_days)
            recovery.interest_rate = rules.recovery_interest
            recovery.interest_basis = rules.recovery_interest_basis
            add_parts(recovery, [(recovery.due_on, recovery.principal)])
            db.session.flush()
            db.session.refresh(recovery, ["shares", "instalments"])
            step.post(postings.ordered(recovery))
            letters.write_order(step, recovery)


def _shares_ordered(recovery: Recovery, *, at: datetime) -> list[Share]:
    """Which funds get it back. What is left over of an advance becomes a grant unduly paid first."""
    if recovery.advance_id is None:
        _ensure_recoverable(recovery.agreement, recovery.principal, besides=recovery.id)
        return orders.split_order(recovery.principal, queries.list_recoverable(recovery.agreement))
    advance = get_advance(recovery.advance_id)
    if not advance.is_left_over or advance.open_amount != recovery.principal:
        raise RuleBroken(_("The advance has changed since this was proposed. Cancel the proposal and make a new one."))
    return forfeit_advance(advance, recovery.number, at=at)


def watch_recovery(recovery: Recovery, *, at: datetime) -> None:
    """What the office does by itself on a day: book the interest of past months, remind the debtor where it is time."""
    with unit_of_work():
        recovery = queries.get_recovery(recovery.id)
        today = day_in(recovery.agreement.application.region.time_zone, at)
        if queries.interest_through(recovery, orders.charge_day(today)) > recovery.interest:
            with transition(recovery, RECOVERY.charge, by=OFFICE, at=at) as step:
                book_interest(step, recovery, orders.charge_day(today))
        paid = orders.paid_on_plan(recovery.receipts, recovery.planned_at)
        is_time = orders.reminder_due(recovery.instalments, paid, recovery.reminded_on, today)
        if recovery.state == RecoveryState.ORDERED and is_time:
            with transition(recovery, RECOVERY.remind, by=OFFICE, at=at) as step:
                recovery.reminded_on = today
                letters.write_to_debtor(step, recovery, "remind", owed=queries.owed_on(recovery, today), today=today)


def cancel_recovery(recovery: Recovery, answer: str, *, by: Any, at: datetime, two_persons: str = "") -> None:
    """It was never owed: a proposal is dropped; an order, as another person proposed, is taken out of the books.

    Raises:
        RuleBroken: money has come back by it already.
    """
    with unit_of_work():
        recovery = queries.get_recovery(recovery.id)
        was_ordered = recovery.state == RecoveryState.WAIVER_PROPOSED
        with transition(recovery, RECOVERY.cancel, by=by, at=at, why=answer) as step:
            orders.ensure_nothing_came_back(recovery.receipts)
            recovery.answer = answer
            if was_ordered:
                ensure_two_persons(step, policy.others_of(recovery), two_persons)
                recovery.relief_decided_at, recovery.relief_decided_by_id = at, by.id
                journals = queries.list_journals(recovery, "recovery_order", "recovery_interest")
                currencies = queries.map_currencies(journals)
                for journal in journals:
                    step.post(postings.undone(recovery, journal, currencies, "cancelled"))
                recovery.interest_cents = 0
                letters.write_to_debtor(step, recovery, "cancel", answer=recovery.relief_reason)
