"""Letting a recovery go: one person proposes it with its reason, another one decides."""

from __future__ import annotations

from datetime import datetime

from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.likenesses.actions import ensure_two_persons
from vouchers.recoveries import letters, policy, postings, queries
from vouchers.recoveries.actions.booking import book_interest, own_share
from vouchers.recoveries.lifecycle import RECOVERY
from vouchers.recoveries.models import Receipt, Recovery
from vouchers.recoveries.rules import orders
from vouchers.recoveries.states import ReceiptKind, Relief
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, transition


def propose_waiver(
    recovery: Recovery, relief: Relief, reason: str, *, principal: Money, interest: Money, by: User, at: datetime
) -> None:
    """Ask another officer to waive what is named of it, or to cancel it altogether. It stays owed until then.

    Raises:
        RuleBroken: more than is owed, or nothing; a cancellation after money has come back.
    """
    with unit_of_work():
        recovery = queries.get_recovery(recovery.id)
        with transition(recovery, RECOVERY.propose_waiver, by=by, at=at, why=reason) as step:
            today = day_in(recovery.agreement.application.region.time_zone, at)
            book_interest(step, recovery, today)
            if relief == Relief.CANCELLATION:
                orders.ensure_nothing_came_back(recovery.receipts)
                principal, interest = recovery.open_principal, recovery.open_interest
            _ensure_owed(recovery, principal, interest)
            recovery.relief, recovery.relief_reason = relief, reason
            recovery.relief_principal, recovery.relief_interest = principal, interest
            recovery.relief_at, recovery.relief_by_id, recovery.relief_by = at, by.id, by
            recovery.relief_decided_at, recovery.relief_decided_by_id, recovery.answer = None, None, ""
            letters.write_to_officers(step, recovery, "propose_waiver", besides=by.id)


def _ensure_owed(recovery: Recovery, principal: Money, interest: Money) -> None:
    if principal > recovery.open_principal:
        raise RuleBroken(_("At most %(owed)s is owed.", owed=recovery.open_principal), field="principal")
    if interest > recovery.open_interest:
        raise RuleBroken(_("At most %(owed)s is owed.", owed=recovery.open_interest), field="interest")
    if not (principal + interest).cents:
        raise RuleBroken(_("Enter an amount above zero."), field="principal")


def waive_recovery(
    recovery: Recovery, *, by: User, at: datetime, version: int | None = None, two_persons: str = ""
) -> None:
    """As another person: what was proposed is not claimed any more. A rest stays owed.

    Raises:
        RuleBroken: less is owed by now, because money has come back meanwhile; two persons see one amount.
    """
    with unit_of_work():
        recovery = queries.get_recovery(recovery.id)
        with transition(recovery, RECOVERY.waive, by=by, at=at, why=recovery.relief_reason, version=version) as step:
            ensure_two_persons(step, policy.others_of(recovery), two_persons)
            principal, interest = recovery.relief_principal, recovery.relief_interest
            orders.ensure_still_owed(principal, interest, recovery.open_principal, recovery.open_interest)
            _ensure_owed(recovery, principal, interest)
            shares = orders.split_part(principal, recovery.whole, recovery.done)
            for one in recovery.shares:
                one.waived_cents += sum(share.amount.cents for share in shares if share.fund_id == one.fund_id)
            recovery.waived_cents += principal.cents
            recovery.interest_waived_cents += interest.cents
            recovery.relief_decided_at, recovery.relief_decided_by_id = at, by.id
            today = day_in(recovery.agreement.application.region.time_zone, at)
            receipt = Receipt(
                recovery_id=recovery.id,
                kind=ReceiptKind.WAIVER,
                received_on=today,
                reference=f"waiver/{len(recovery.receipts) + 1}",
                principal_cents=principal.cents,
                interest_cents=interest.cents,
                currency=recovery.currency,
                taken=[],
                returned=[],
                recorded_at=at,
                recorded_by_id=by.id,
            )
            db.session.add(receipt)
            receipt.journal_id = step.post(postings.waived(recovery, shares, own_share(recovery, interest)))
            letters.write_to_debtor(step, recovery, "waive", amount=principal + interest, rest=recovery.left)
        if recovery.left.cents:
            with transition(recovery, RECOVERY.resume, by=OFFICE, at=at):
                pass


def refuse_waiver(recovery: Recovery, answer: str, *, by: User, at: datetime) -> None:
    """It stays owed as it was; who proposed to let it go reads why."""
    with unit_of_work():
        recovery = queries.get_recovery(recovery.id)
        with transition(recovery, RECOVERY.refuse_waiver, by=by, at=at, why=answer) as step:
            recovery.answer = answer
            recovery.relief_decided_at, recovery.relief_decided_by_id = at, by.id
            letters.write_to_proposer(step, recovery, recovery.relief_by, "refuse_waiver")
