"""Asking for an advance, and deciding on it as another person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.advances import letters, policy, postings, queries, rules
from vouchers.advances.lifecycle import ADVANCE
from vouchers.advances.models import Advance, AdvanceShare
from vouchers.agreements.models import Agreement
from vouchers.agreements.states import AgreementState
from vouchers.core.database import unit_of_work
from vouchers.core.errors import WrongState
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.ledger.queries import find_last_journal, left_on_voucher, next_shares
from vouchers.likenesses.actions import ensure_two_persons
from vouchers.payables.actions.owing import accrue_payable, cancel_payable
from vouchers.payables.queries import find_payable_of
from vouchers.payables.rules.debts import Debt, Payee
from vouchers.payables.states import PayeeKind, SourceKind
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, creation, transition


def ask_advance(agreement: Agreement, amount: Money, purpose: str, *, by: User, at: datetime) -> Advance:
    """Ask that part of the voucher is paid before anything is claimed. Another person decides.

    Raises:
        WrongState: the agreement is not in force.
        RuleBroken: the instrument pays no advances, one is not settled yet, or it is more than may be paid ahead.
    """
    with unit_of_work():
        agreement = queries.lock_agreement(agreement.id)
        advances = queries.list_advances_of(agreement.id)
        rules.ensure_none_unsettled(queries.is_one_live(advances))
        _ensure_possible(agreement, amount, before=queries.total_asked(advances, agreement.currency))
        advance = Advance(
            number=f"{agreement.application.reference}-A{len(advances) + 1}",
            agreement=agreement,
            currency=agreement.currency,
            amount_cents=amount.cents,
            purpose=purpose,
            asked_at=at,
            asked_by_id=by.id,
        )
        with creation(advance, ADVANCE.ask, by=by, at=at) as step:
            letters.write_to_deciders(step, advance)
            return advance


def _ensure_possible(agreement: Agreement, amount: Money, *, before: Money) -> None:
    if agreement.state != AgreementState.ACTIVE:
        raise WrongState(_("Advances are paid while the agreement is in force."))
    part = agreement.application.instrument.plan.claim.advance
    rules.ensure_allowed(part)
    rules.ensure_within_most(amount, before, rules.most_ahead(agreement.amount, part))
    rules.ensure_within_left(amount, left_on_voucher(agreement.application.reference))


def withdraw_advance(advance: Advance, *, by: User, at: datetime) -> None:
    """The beneficiary needs it no more."""
    with transition(advance, ADVANCE.withdraw, by=by, at=at):
        pass


def approve_advance(advance: Advance, *, by: User, at: datetime, two_persons: str = "") -> None:
    """As another person: it is owed to the beneficiary, and waits for its payment.

    Raises:
        WrongState: the agreement is not in force any more.
        RuleBroken: the award was made smaller, or a claim has used what would be paid ahead.
    """
    with unit_of_work():
        agreement = queries.lock_agreement(advance.agreement_id)
        with transition(advance, ADVANCE.approve, by=by, at=at) as step:
            advance = queries.get_advance(advance.id)
            ensure_two_persons(step, policy.others_of(advance), two_persons)
            others = [one for one in queries.list_advances_of(agreement.id) if one.id != advance.id]
            _ensure_possible(agreement, advance.amount, before=queries.total_asked(others, agreement.currency))
            shares = next_shares(agreement.application.reference, advance.amount)
            advance.shares = [AdvanceShare(fund_id=one.fund_id, cents=one.amount.cents) for one in shares]
            advance.decided_by_id, advance.decided_at = by.id, at
            application = agreement.application
            debt = Debt(
                source_kind=SourceKind.ADVANCE,
                source_id=advance.id,
                number=advance.number,
                payee=Payee(PayeeKind.ORGANISATION, application.organisation.name, application.organisation_id),
                programme=application.call.programme,
                region=application.region,
                shares=shares,
                voucher=application.reference,
                call_code=application.call.code,
                instrument_code=application.instrument.code,
            )
            accrue_payable(debt, by=OFFICE, at=at)
            step.post(postings.advance_approved(advance, shares))
            letters.write_to_beneficiary(step, advance, "advances/approve")


def refuse_advance(advance: Advance, reason: str, *, by: User, at: datetime) -> None:
    """Nothing is paid ahead, for a reason that the beneficiary reads."""
    with transition(advance, ADVANCE.refuse, by=by, at=at, why=reason) as step:
        advance.reason, advance.decided_by_id, advance.decided_at = reason, by.id, at
        letters.write_to_beneficiary(step, advance, "advances/refuse", reason=reason)


def cancel_advance(advance: Advance, reason: str, *, by: Any, at: datetime) -> None:
    """An approved advance is not paid after all: nothing is owed any more.

    The debt is locked first, as a payment locks it: whoever comes second is told so.

    Raises:
        WrongState: it is in payment, or was paid.
        RuleBroken: claims have settled part of it before its payment came back, so it is owed.
    """
    with unit_of_work():
        advance = queries.get_advance(advance.id)
        rules.ensure_nothing_settled(advance.number, advance.settled)
        payable = find_payable_of(SourceKind.ADVANCE, advance.id)
        if payable is None:
            raise WrongState(_("This advance is not owed."))
        cancel_payable(payable, why=reason, by=OFFICE, at=at)
        with transition(advance, ADVANCE.cancel, by=by, at=at, why=reason) as step:
            advance.reason = reason
            booked = find_last_journal("advance", advance.id, postings.OWE)
            assert booked is not None  # it was approved
            step.post(postings.advance_cancelled(advance, *booked, reason))
            if advance.is_of_ended_voucher:
                step.post(postings.commitment_ended(advance, advance.open_shares))
            letters.write_to_beneficiary(step, advance, "advances/cancel", reason=reason)
