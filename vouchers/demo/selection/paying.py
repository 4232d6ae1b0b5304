"""Money of the third programme: an advance that a claim has settled in part, and a claim for what was delivered."""

from __future__ import annotations

from datetime import timedelta

from vouchers.advances.actions.deciding import approve_advance, ask_advance
from vouchers.advances.queries import get_advance
from vouchers.agreements.models import Agreement
from vouchers.agreements.queries import find_agreement_of, get_agreement
from vouchers.applications.queries.files import get_application
from vouchers.claims.actions import checking, drafting, reporting
from vouchers.claims.actions.checking import Finding
from vouchers.claims.queries.files import get_claim
from vouchers.claims.rules.costs import Cost
from vouchers.claims.rules.reporting import deliverable_purpose
from vouchers.core.clock import stopped_at
from vouchers.core.money import Money
from vouchers.demo.files import a_pdf
from vouchers.demo.selection import texts
from vouchers.demo.selection.office import Office
from vouchers.payables.queries import find_payable_of
from vouchers.payables.states import SourceKind
from vouchers.payments.actions.batches import authorise_batch, execute_batch, make_batch
from vouchers.payments.queries import get_batch
from vouchers.payments.rules.execution_day import next_banking_day
from vouchers.users.models import User

AHEAD, SPENT = Money(2_400_00), Money(1_500_00)


def pay_ahead(office: Office, application_id: int) -> None:
    """Part of a voucher was paid before its work began; the first claim has settled some of it."""
    agreement, owner = _agreement(office, application_id)
    region = agreement.application.region.code
    manager, officer = office.managers[region][0], office.settled.officers[region]
    at = office.ago(150)
    with stopped_at(at):
        advance = ask_advance(agreement, AHEAD, texts.DEPOSIT, by=owner, at=at)
        approve_advance(get_advance(advance.id), by=manager, at=at + timedelta(hours=5))
        debt = find_payable_of(SourceKind.ADVANCE, advance.id)
        assert debt is not None  # it was approved
        day = next_banking_day(at.date())
        batch = make_batch([debt.id], day, by=officer, at=at + timedelta(hours=6))
        authorise_batch(get_batch(batch.id), by=manager, at=at + timedelta(hours=7))
    at += timedelta(days=(day - at.date()).days + 1)
    with stopped_at(at):
        execute_batch(get_batch(batch.id), day, f"STMT-{day:%Y%m%d}", by=officer, at=at)
    at = office.ago(60)
    with stopped_at(at):
        claim = drafting.start_claim(get_agreement(agreement.id), by=owner, at=at)
        spent_on = at.date() - timedelta(days=4)
        cost = Cost(
            "tests", "Test with eight patients", "Maas Usability Lab BV", "MU-118", spent_on, SPENT,
            SPENT.share(texts.VAT), is_vat_recoverable=True, activity_on=spent_on,
        )  # fmt: skip
        line = drafting.save_line(get_claim(claim.id), cost, by=owner, at=at)
        kept = a_pdf("Invoice MU-118", "invoice-mu-118.pdf")
        drafting.attach_document(get_claim(claim.id), "invoices", kept, line_id=line.id, by=owner, at=at)
        drafting.save_report(get_claim(claim.id), texts.FIRST_REPORT, by=owner, at=at)
        drafting.submit_claim(get_claim(claim.id), is_final=False, by=owner, at=at)
        found = [Finding(one.id, one.eligible) for one in get_claim(claim.id).costs]
        checking.verify_claim(get_claim(claim.id), found, by=manager, at=at + timedelta(hours=20))
        checking.authorise_claim(get_claim(claim.id), by=officer, at=at + timedelta(hours=44))


def deliver(office: Office, application_id: int) -> None:
    """A sum is claimed for what was delivered; nobody has looked at it yet."""
    agreement, owner = _agreement(office, application_id)
    at = office.ago(2)
    with stopped_at(at):
        claim = drafting.start_claim(agreement, by=owner, at=at)
        on = at.date() - timedelta(days=1)
        reporting.save_deliverable(get_claim(claim.id), "report", texts.DELIVERED, on, by=owner, at=at)
        purpose, kept = deliverable_purpose("report"), a_pdf("Report of the test", "report-of-the-test.pdf")
        drafting.attach_document(get_claim(claim.id), purpose, kept, by=owner, at=at)
        drafting.save_report(get_claim(claim.id), texts.FIRST_REPORT, by=owner, at=at)
        drafting.submit_claim(get_claim(claim.id), by=owner, at=at)


def _agreement(office: Office, application_id: int) -> tuple[Agreement, User]:
    application = get_application(application_id)
    found = find_agreement_of(application.id)
    assert found is not None  # all parties have accepted it
    return get_agreement(found.id), office.companies[application.organisation.name][1]
