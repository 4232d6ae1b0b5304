"""Vouchers that were paid, and money that is claimed back. ``in2()`` or another programme must have been loaded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tests.builders import claims
from tests.builders.advances import a_paid_advance
from tests.builders.agreements import an_active_agreement
from tests.builders.applications import owner_of
from tests.builders.claims import CLAIMED_AT, a_cost
from tests.builders.kept import kept, known
from tests.builders.payments import Desk, an_authorised_claim, an_executed_batch, payable_of
from tests.builders.programmes import IN2_FILE, LoadedProgramme, a_programme, during_call
from vouchers.advances.models import Advance
from vouchers.advances.queries import get_advance
from vouchers.agreements.models import Agreement
from vouchers.agreements.queries import get_agreement
from vouchers.claims.actions import checking
from vouchers.claims.queries.files import get_claim
from vouchers.core.money import EUR
from vouchers.payables.models import Payable
from vouchers.recoveries import queries
from vouchers.recoveries.actions import collecting, ordering, planning, suspicion
from vouchers.recoveries.actions.ordering import Asked
from vouchers.recoveries.models import Recovery, Suspicion
from vouchers.recoveries.states import Irregularity, RecoveryCause
from vouchers.users.models import User

ORDERED_AT = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
DUE_ON = date(2027, 3, 3)
"""Thirty days later."""
BASIS = "ECB main refinancing rate of 1 February 2027 plus 1.5 points"


def a_programme_with_interest(rate: str = "3.65 %") -> LoadedProgramme:
    """IN2LifeSciences, with interest on what is paid back late: a cent a day for each 100 euros at 3.65 %."""
    line = "    publish_winners: yes\n"
    more = f"{line}    recovery_interest: {rate}\n    recovery_interest_basis: {BASIS}\n"
    return a_programme(IN2_FILE.read_text(encoding="utf-8").replace(line, more, 1))


@kept
def a_paid_agreement(desk: Desk, *, amount: str = "7000") -> Agreement:
    """A voucher that was claimed and paid whole."""
    claim = an_authorised_claim(desk, amount=amount)
    an_executed_batch(desk, [claim])
    return get_agreement(claim.agreement_id)


@kept
def a_debt_to(agreement: Agreement, desk: Desk, *, amount: str = "437.55") -> Payable:
    """What the same company is owed for another voucher."""
    application = agreement.application
    at = during_call() + timedelta(days=1)
    other = an_active_agreement(
        "MG",
        desk.region,
        amount=amount,
        manager=desk.manager,
        owner=owner_of(application),
        organisation=application.organisation,
        at=at,
    )
    claimed_at = at + timedelta(days=15)
    spent_on = claimed_at.date() - timedelta(days=1)
    category = other.application.instrument.plan.cost_categories[0].code
    cost = a_cost(category=category, net=EUR(amount), vat=EUR("0"), invoice_on=spent_on, activity_on=spent_on)
    claim = claims.an_authorised_claim(other, cost, verifier=desk.manager, officer=desk.maker, at=claimed_at)
    return payable_of(claim)


def asked(principal: str = "500", **changed: object) -> Asked:
    """EUR 500 of a finding."""
    values = {
        "principal": EUR(principal),
        "cause": RecoveryCause.IRREGULARITY,
        "decision": "Audit report 7 of 15 January 2027",
        "reason": "The invoice of 12 October was not for the voucher.",
        "irregularity": Irregularity.DOCUMENTS,
    }
    return Asked(**(values | changed))  # type: ignore[arg-type]


@known
def a_proposed_recovery(
    desk: Desk, agreement: Agreement | None = None, principal: str = "500", *, at: datetime = ORDERED_AT
) -> Recovery:
    """Proposed by the officer who makes payments."""
    agreement = agreement or a_paid_agreement(desk)
    made = ordering.propose_recovery(agreement, asked(principal), by=desk.maker, at=at)
    return queries.get_recovery(made.id)


@known
def an_ordered_recovery(
    desk: Desk, agreement: Agreement | None = None, principal: str = "500", *, at: datetime = ORDERED_AT
) -> Recovery:
    """Ordered by the manager."""
    recovery = a_proposed_recovery(desk, agreement, principal, at=at)
    ordering.order_recovery(recovery, by=desk.manager, at=at)
    return queries.get_recovery(recovery.id)


@known
def a_partly_paid_recovery(desk: Desk, agreement: Agreement | None = None) -> Recovery:
    """EUR 200 of 500 came at the bank on the day of the order."""
    recovery = an_ordered_recovery(desk, agreement)
    collecting.receive_recovery(
        recovery, EUR("200"), ORDERED_AT.date(), "STMT-2027-31/4", by=desk.maker, at=ORDERED_AT + timedelta(hours=3)
    )
    return queries.get_recovery(recovery.id)


@known
def a_plan(desk: Desk, recovery: Recovery, parts: int, first_on: date, *, at: datetime) -> Recovery:
    """Instalments that the maker of payments proposed, and the second officer agreed on where that is asked."""
    if not planning.propose_plan(recovery, parts, first_on, "The company is short of cash.", by=desk.maker, at=at):
        planning.plan_recovery(queries.get_recovery(recovery.id), by=desk.second, at=at)
    return queries.get_recovery(recovery.id)


@known
def a_left_over_advance(desk: Desk, *, claimed: str = "1200") -> Advance:
    """EUR 2,000 were paid ahead, and the last claim was of less. Needs `a_programme_with_advances`."""
    advance = a_paid_advance(desk)
    cost = a_cost(category="services", net=EUR(claimed), vat=EUR("0"))
    claim = claims.a_submitted_claim(advance.agreement, cost, is_final=True, at=CLAIMED_AT)
    checking.verify_claim(claim, claims.all_accepted(claim), by=desk.manager, at=CLAIMED_AT + timedelta(days=1))
    checking.authorise_claim(get_claim(claim.id), by=desk.maker, at=CLAIMED_AT + timedelta(days=2))
    return get_advance(advance.id)


@known
def a_suspicion(agreement: Agreement, by: User, *, at: datetime = ORDERED_AT) -> Suspicion:
    """Reported by somebody who alone reads it."""
    made = suspicion.report_suspicion(agreement, "The stamp on the invoice is that of another firm.", by=by, at=at)
    found = queries.find_suspicion(made.id)
    assert found is not None
    return found


def on_noon(day: date) -> datetime:
    """A moment of a day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
