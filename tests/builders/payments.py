"""Claims that wait for payment, and batches, made by the steps of the office. ``in2()`` must be loaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.builders import claims
from tests.builders.agreements import a_manager, an_active_agreement
from tests.builders.applications import owner_of
from tests.builders.claims import a_cost, a_finance_officer
from tests.builders.kept import Numbers, kept
from tests.builders.programmes import IN2_FILE, LoadedProgramme, a_programme, during_call
from vouchers.claims.models import Claim
from vouchers.claims.queries.files import get_claim
from vouchers.core.money import EUR
from vouchers.fees.models import FeeStatement
from vouchers.organisations.actions import confirm_bank_account, propose_bank_account
from vouchers.organisations.models import Organisation
from vouchers.payables.actions.checking import record_payee_check
from vouchers.payables.models import Payable, PayeeCheck
from vouchers.payables.queries import find_payable_of, get_payable
from vouchers.payables.states import CheckResult, SourceKind
from vouchers.payments import queries
from vouchers.payments.actions import batches as actions
from vouchers.payments.models import Batch
from vouchers.programmes.rules.instrument_plan import Party
from vouchers.users.models import User

PAID_AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
"""A Friday morning on which the tests pay."""
TUESDAY = date(2026, 12, 1)
IBANS = ("BE68539007547034", "BE71096123456769", "DE02120300000000202051", "DK9520000123456789", "NL20INGB0001234567")
_numbers = Numbers(0)


@dataclass(slots=True)
class Desk:
    """One region's office: the manager verifies, the first officer authorises and pays, the second is the second."""

    region: str = "BE-WAL"
    manager: User = field(init=False)
    maker: User = field(init=False)
    second: User = field(init=False)

    def __post_init__(self) -> None:
        self.manager = a_manager(self.region)
        self.maker = a_finance_officer(self.region)
        self.second = a_finance_officer(self.region)


@kept
def a_confirmed_account(
    organisation: Organisation, owner: User, officer: User, *, iban: str | None = None, at: datetime | None = None
) -> None:
    """The organisation's account, entered by its owner and confirmed by the office."""
    at = at or during_call()
    iban = iban or IBANS[next(_numbers) % len(IBANS)]
    account = propose_bank_account(organisation, holder=organisation.name, iban=iban, bic="", by=owner, at=at)
    confirm_bank_account(account, by=officer, at=at)


@kept
def an_authorised_claim(
    desk: Desk,
    instrument: str = "COL",
    *,
    amount: str = "7000",
    with_account: bool = True,
    at: datetime | None = None,
    **rest: Any,
) -> Claim:
    """A final claim of the whole voucher that may be paid; `rest` is of its application."""
    at = at or during_call()
    agreement = an_active_agreement(instrument, desk.region, amount=amount, manager=desk.manager, at=at, **rest)
    application = agreement.application
    if with_account:
        a_confirmed_account(application.organisation, owner_of(application), desk.second, at=at + timedelta(hours=4))
    claimed_at = at + timedelta(days=15)
    category = application.instrument.plan.cost_categories[0].code
    spent_on = claimed_at.date() - timedelta(days=1)
    supplier = "Universitair Laboratorium" if application.instrument.plan.payee is Party.PROVIDER else "NMBS"
    cost = a_cost(
        category=category,
        supplier=supplier,
        net=EUR(amount),
        vat=EUR("0"),
        invoice_on=spent_on,
        activity_on=spent_on,
    )
    claim = claims.an_authorised_claim(agreement, cost, verifier=desk.manager, officer=desk.maker, at=claimed_at)
    return fresh_claim(claim.id)


def fresh_claim(claim_id: int) -> Claim:
    """The claim as it stands now."""
    return get_claim(claim_id)


def owed_for(*subjects: Claim | FeeStatement) -> list[int]:
    """The ids of what is owed for these claims and fee statements."""
    found = [find_payable_of(SourceKind(one.__tablename__), one.id) for one in subjects]
    return [payable.id for payable in found if payable is not None]


def payable_of(subject: Claim | FeeStatement) -> Payable:
    """What is owed, or was paid, for it."""
    return get_payable(owed_for(subject)[0])


def a_check(
    payable: Payable, result: CheckResult = CheckResult.CLOSE_MATCH, *, by: User, at: datetime = PAID_AT
) -> PayeeCheck:
    """What the bank said of the name that belongs to the payee's account, with its reference."""
    name = "Another Name Ltd" if result == CheckResult.CLOSE_MATCH else ""
    return record_payee_check(
        get_payable(payable.id), result, name_at_bank=name, reference="VOP-1", checked_on=at.date(), by=by, at=at
    )


def a_programme_that_pays_providers() -> LoadedProgramme:
    """IN2LifeSciences, with vouchers for collaboration (COL) that are paid to the provider."""
    parties = "    agreement_parties: [sme, provider, region]\n"
    return a_programme(IN2_FILE.read_text(encoding="utf-8").replace(parties, f"{parties}    payee: provider\n"))


@kept
def a_made_batch(desk: Desk, chosen: list[Any] | None = None, *, at: datetime = PAID_AT) -> Batch:
    """A batch that waits for the second officer."""
    chosen = chosen or [an_authorised_claim(desk)]
    made = actions.make_batch(owed_for(*chosen), TUESDAY, by=desk.maker, at=at)
    return queries.get_batch(made.id)


@kept
def an_authorised_batch(desk: Desk, chosen: list[Any] | None = None, *, at: datetime = PAID_AT) -> Batch:
    """A batch whose file is ready for the bank."""
    batch = a_made_batch(desk, chosen, at=at)
    actions.authorise_batch(batch, by=desk.second, at=at + timedelta(hours=1))
    return queries.get_batch(batch.id)


@kept
def an_executed_batch(desk: Desk, chosen: list[Any] | None = None, *, at: datetime = PAID_AT) -> Batch:
    """A batch that the bank has paid."""
    batch = an_authorised_batch(desk, chosen, at=at)
    paid_at = datetime(TUESDAY.year, TUESDAY.month, TUESDAY.day, 15, tzinfo=UTC)
    actions.execute_batch(batch, TUESDAY, "STMT-2026-231", by=desk.maker, at=paid_at)
    return queries.get_batch(batch.id)
