"""What happens to single vouchers of one region of the demo, each told by the steps that make it happen.

Every function is a generator that looks every few days whether its voucher has come far enough, as a person would.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vouchers.agreements.models import Agreement
from vouchers.agreements.queries import get_agreement
from vouchers.amendments.actions.amending import ask_amendment
from vouchers.amendments.actions.terminating import propose_termination
from vouchers.amendments.rules import Wanted
from vouchers.amendments.states import TerminationCause
from vouchers.claims.models import Claim
from vouchers.claims.queries.files import list_claims_of
from vouchers.claims.states import ClaimState
from vouchers.core.clock import day_in
from vouchers.core.money import Money
from vouchers.demo.finance import texts
from vouchers.demo.finance.bank import Bank, Line
from vouchers.demo.plan import Story
from vouchers.payables.actions.holding import hold_payable
from vouchers.payables.models import Payable
from vouchers.payables.queries import find_payable_of
from vouchers.payables.states import PayableState, SourceKind
from vouchers.payments.queries import list_payments_for
from vouchers.recoveries.actions.ordering import Asked, order_recovery, propose_recovery, watch_recovery
from vouchers.recoveries.actions.planning import propose_plan
from vouchers.recoveries.actions.setting_off import set_off_recovery
from vouchers.recoveries.queries import get_recovery
from vouchers.recoveries.states import Irregularity, RecoveryCause

if TYPE_CHECKING:
    from vouchers.demo.walking import Walker

LOOKS_EVERY = timedelta(days=2)
RECOVERED, SET_OFF = Money(1_200_00), Money(150_00)
CHARGE, UNKNOWN = -1_250, 3_500


def tell_stories(walker: Walker, bank: Bank, first: datetime) -> list[Iterator[datetime]]:
    """All of them."""
    return [
        recover(walker, bank, first),
        give_back(walker, bank, first),
        hold(walker, bank, first),
        ask_for_time(walker, first),
        end_early(walker, bank, first),
    ]


def recover(walker: Walker, bank: Bank, at: datetime) -> Iterator[datetime]:
    """An audit finds a cost that was not for the voucher: a part comes back in instalments, and one of them is late."""
    region, officer = bank.region, bank.officer
    claim: Claim | None = None
    while claim is None or claim.state != ClaimState.PAID:
        at += LOOKS_EVERY
        yield at
        claim = _claim_of(walker, Story.RECOVERY)
    agreement_id = claim.agreement_id
    at += timedelta(days=3)
    yield at
    decision = texts.check_of(day_in(region.time_zone, at - timedelta(days=3)))
    asked = Asked(RECOVERED, RecoveryCause.IRREGULARITY, decision, texts.NOT_AGREED, Irregularity.ACTIVITY)
    recovery_id = propose_recovery(get_agreement(agreement_id), asked, by=officer, at=at).id
    at += timedelta(days=1)
    yield at
    order_recovery(get_recovery(recovery_id), by=walker.settled.managers[region.code], at=at)
    at += timedelta(days=2)
    yield at
    first_on = day_in(region.time_zone, at) + timedelta(days=12)
    propose_plan(get_recovery(recovery_id), 3, first_on, texts.HARD_TIMES, by=officer, at=at)
    debt: Payable | None = None
    while debt is None or debt.state != PayableState.OPEN:
        at += LOOKS_EVERY
        yield at
        debt = _debt_of(walker, Story.SET_OFF)
    set_off_recovery(get_recovery(recovery_id), debt, SET_OFF, by=officer, at=at)
    at = max(at, datetime.combine(first_on, at.timetz())) + timedelta(days=6)
    yield at
    watch_recovery(get_recovery(recovery_id), at=at)


def give_back(walker: Walker, bank: Bank, at: datetime) -> Iterator[datetime]:
    """The payee has closed the account: the bank gives the payment back, and a statement has what nobody knows."""
    claim: Claim | None = None
    while claim is None or claim.state != ClaimState.PAID:
        at += LOOKS_EVERY
        yield at
        claim = _claim_of(walker, Story.RETURNED)
    at += timedelta(days=3)
    yield at
    debt = _debt_of(walker, Story.RETURNED)
    assert debt is not None  # it was paid
    payment = list_payments_for([debt.id])[-1]
    back = Line(payment.amount.cents, payment.end_to_end_id, "AC04", payment.creditor_name)
    charge = Line(CHARGE, text="Charges of the account")
    unknown = Line(UNKNOWN, name="M. Lambrecht", text="Thank you for the lunch")
    bank.tell([back, charge, unknown], on=day_in(bank.region.time_zone, at), at=at)


def hold(walker: Walker, bank: Bank, at: datetime) -> Iterator[datetime]:
    """A debt is kept back, because a bailiff has written to the office."""
    debt: Payable | None = None
    while debt is None:
        at += LOOKS_EVERY
        yield at
        debt = _debt_of(walker, Story.HELD)
    if debt.state == PayableState.OPEN:
        hold_payable(debt, texts.SEIZED, by=bank.officer, at=at)


def ask_for_time(walker: Walker, at: datetime) -> Iterator[datetime]:
    """A company asks for three more weeks; nobody has decided it."""
    agreement: Agreement | None = None
    while agreement is None:
        at += LOOKS_EVERY
        yield at
        agreement = _agreement_of(walker, Story.AMENDMENT)
    owner = walker.owners[Story.AMENDMENT]
    wanted = Wanted(ends_on=agreement.ends_on + timedelta(days=21))
    ask_amendment(agreement, wanted, texts.LATER, by=owner, at=at)


def end_early(walker: Walker, bank: Bank, at: datetime) -> Iterator[datetime]:
    """A manager proposes to end an agreement; the coordinator has not looked at it."""
    agreement: Agreement | None = None
    while agreement is None:
        at += LOOKS_EVERY
        yield at
        agreement = _agreement_of(walker, Story.TERMINATION)
    manager = walker.settled.managers[bank.region.code]
    propose_termination(agreement, TerminationCause.BREACH, texts.NEVER_BEGUN, by=manager, at=at)


def _agreement_of(walker: Walker, story: Story) -> Agreement | None:
    """In force, as far as anybody has come."""
    found = walker.agreements.get(story)
    return None if found is None else get_agreement(found)


def _claim_of(walker: Walker, story: Story) -> Claim | None:
    found = walker.agreements.get(story)
    return None if found is None else next(iter(list_claims_of(found)), None)


def _debt_of(walker: Walker, story: Story) -> Payable | None:
    claim = _claim_of(walker, story)
    return None if claim is None else find_payable_of(SourceKind.CLAIM, claim.id)
