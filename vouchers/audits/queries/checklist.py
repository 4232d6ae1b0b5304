"""The papers of a voucher, collected for the checklist of the audit trail, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from vouchers.agreements.models import Agreement
from vouchers.agreements.states import PartyKind
from vouchers.applications.models import Application, Submission
from vouchers.audits.models import AuditFinding, SampleUnit
from vouchers.audits.queries.findings import list_of_voucher
from vouchers.audits.queries.samples import list_units_of_voucher
from vouchers.audits.rules.checklist import Evidence, Papers
from vouchers.audits.states import FindingState
from vouchers.claims.models import Claim, CostLine
from vouchers.claims.rules.proofs import files_of
from vouchers.claims.states import ClaimState
from vouchers.core.clock import day_in
from vouchers.core.database import db
from vouchers.core.formatting import day, money
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.decisions.models import Decision
from vouchers.documents.models import Document
from vouchers.documents.queries import list_all_documents_of
from vouchers.eligibility.models import AidEntry
from vouchers.eligibility.states import EntryState
from vouchers.evaluation.models import Finding
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Fund, Journal, JournalLine
from vouchers.payables.models import Payable
from vouchers.payables.states import SourceKind
from vouchers.payments.models import Payment
from vouchers.payments.states import PaymentState
from vouchers.programmes.rules.instrument_plan import OWN_WORK, PAYMENT_PROOF, ClaimTerms, Party
from vouchers.surveys.models import Survey
from vouchers.surveys.states import SurveyState


def get_papers(application: Application, *, shows_samples: bool) -> Papers:
    """What there is on a voucher.

    Args:
        shows_samples: whether the reader may know in which samples it stands.
    """
    agreement = db.session.scalars(
        select(Agreement).where(Agreement.application_id == application.id).options(selectinload(Agreement.parties))
    ).first()
    claims = _list_claims(agreement)
    accepted, paid = _booked(application.reference)
    findings = list_of_voucher(application.reference)
    units = list_units_of_voucher(application.reference) if shows_samples else []
    documents, entries = _documents(application, agreement, claims), _entries(application)
    terms, delivered = application.instrument.plan.claim, _delivered(application, claims, documents)
    unsigned = [one for one in claims if not _is_signed(one, terms)]
    proofs = _proofs_of_cost(application, claims, documents)
    return Papers(
        call=[Evidence(application.call.plan.title.for_reader(), "programmes.call", _address_of_call(application))],
        submissions=_submissions(application, documents),
        checks=_checks(application),
        decisions=_decisions(application),
        agreements=_agreements(agreement),
        aid=[_entry(one) for one in entries if one.state is EntryState.REGISTERED],
        claims=[_claim(one) for one in claims],
        invoices=_invoices(application, claims, documents),
        bare_invoices=[line.invoice_number for line in _lines(claims) if line.document_id is None],
        signed_reports=[_claim(one) for one in claims if terms.signed_by and one not in unsigned],
        unsigned_reports=[one.number for one in unsigned],
        proofs_of_cost=[file for files in proofs.values() for file in files],
        unproven_costs=[number for number, files in proofs.items() if not files],
        needs_proofs_of_cost=bool(proofs) or _awaits_paid_costs(application, claims),
        deliverables=[file for files in delivered.values() for file in files],
        bare_deliverables=[code for code, files in delivered.items() if not files],
        needs_names=bool(terms.signed_by),
        needs_deliverables=bool(terms.deliverables),
        verifications=[_claim(one) for one in claims if _has_two_persons(one)],
        single_verifications=[one.number for one in claims if one.authorised_at and not _has_two_persons(one)],
        payments=_journals(application, Account.PAID),
        returned=_returned(application, claims),
        corrections=_journals(application, Account.RECOVERIES),
        surveys=_surveys(application),
        audits=_audits(units, findings),
        open_findings=[one.number for one in findings if one.state is not FindingState.CLOSED],
        needs_aid=any(one.state is EntryState.DUE for one in entries),
        is_lump_sum=bool(claims) and not _lines(claims),
        is_decided=application.decided_at is not None,
        is_awarded=agreement is not None,
        is_accepted=accepted > 0,
        is_paid=paid > 0,
    )


def _address_of_call(application: Application) -> dict[str, Any]:
    return {"programme_code": application.call.programme.code, "call_code": application.call.code}


def _list_claims(agreement: Agreement | None) -> list[Claim]:
    if agreement is None:
        return []
    wanted = select(Claim).where(Claim.agreement_id == agreement.id, Claim.submitted_at.is_not(None))
    parts = selectinload(Claim.lines), selectinload(Claim.deliverables), selectinload(Claim.signatures)
    return list(db.session.scalars(wanted.options(*parts).order_by(Claim.id)))


def _is_signed(claim: Claim, terms: ClaimTerms) -> bool:
    return all(claim.signature_of(PartyKind(party.value)) for party in terms.signed_by)


def _delivered(
    application: Application, claims: Sequence[Claim], documents: dict[int, Document]
) -> dict[str, list[Evidence]]:
    """What was accepted of the deliverables -> the files that prove it."""
    accepted = [(claim.id, one) for claim in claims for one in claim.delivered if one.is_accepted]
    return {
        one.code: [
            _file(application, file)
            for file in documents.values()
            if (file.subject_kind, file.subject_id, file.purpose, file.removed_at)
            == ("claim", claim_id, one.purpose, None)
        ]
        for claim_id, one in accepted
    }


def _proofs_of_cost(
    application: Application, claims: Sequence[Claim], documents: dict[int, Document]
) -> dict[str, list[Evidence]]:
    """Accepted claim of costs that the beneficiary has paid -> the files that prove it. A ticket proves itself."""
    paid = _paid_by_beneficiary(application)
    reimbursed = [
        claim
        for claim in claims
        if claim.authorised_at and any(line.category in paid and line.accepted_cents for line in claim.costs)
    ]
    return {
        claim.number: [
            _file(application, file)
            for file in documents.values()
            if (file.subject_kind, file.subject_id, file.purpose, file.removed_at)
            == ("claim", claim.id, PAYMENT_PROOF, None)
        ]
        for claim in reimbursed
    }


def _paid_by_beneficiary(application: Application) -> set[str]:
    """The kinds of cost that the beneficiary pays first and is given back, but for journeys and its own work."""
    plan = application.instrument.plan
    if plan.payee is not Party.SME:
        return set()
    return {one.code for one in plan.cost_categories if not one.is_travel and one.code != OWN_WORK}


def _awaits_paid_costs(application: Application, claims: Sequence[Claim]) -> bool:
    """Whether such costs are still to be claimed, as far as the voucher tells."""
    is_accepted = any(claim.authorised_at for claim in claims)
    terms = application.instrument.plan.claim
    return not is_accepted and not terms.deliverables and bool(_paid_by_beneficiary(application))


def _returned(application: Application, claims: Sequence[Claim]) -> list[str]:
    """Claims whose payment the bank gave back, and that are not paid now."""
    unpaid = {claim.id: claim.number for claim in claims if claim.state is not ClaimState.PAID}
    wanted = (
        select(Payable.source_id)
        .join(Payment, Payment.payable_id == Payable.id)
        .where(Payment.voucher == application.reference, Payment.state == PaymentState.GIVEN_BACK)
        .where(Payable.source_kind == SourceKind.CLAIM)
    )
    return sorted({unpaid[claim_id] for claim_id in db.session.scalars(wanted) if claim_id in unpaid})


def _lines(claims: Sequence[Claim]) -> list[CostLine]:
    return [line for claim in claims for line in claim.costs]


def _booked(reference: str) -> tuple[int, int]:
    """What was ever accepted on the voucher, and what is paid on it now."""
    wanted = (
        select(JournalLine.account, func.sum(JournalLine.cents))
        .where(JournalLine.voucher == reference)
        .where(JournalLine.account.in_([Account.GRANTS.value, Account.PAID.value]))
        .group_by(JournalLine.account)
    )
    sums = {account: int(cents) for account, cents in db.session.execute(wanted)}
    return sums.get(Account.GRANTS.value, 0), sums.get(Account.PAID.value, 0)


def _documents(application: Application, agreement: Agreement | None, claims: Sequence[Claim]) -> dict[int, Document]:
    subjects = [("application", application.id), *(("claim", claim.id) for claim in claims)]
    subjects += [("agreement", agreement.id)] if agreement else []
    return {one.id: one for one in list_all_documents_of(subjects)}


def _file(application: Application, document: Document) -> Evidence:
    values = {"reference": application.reference, "document_id": document.id}
    return Evidence(document.filename, "reports.document", values)


def _submissions(application: Application, documents: dict[int, Document]) -> list[Evidence]:
    wanted = select(Submission.receipt_number).where(Submission.application_id == application.id)
    numbers = db.session.scalars(wanted.order_by(Submission.id))
    where = {"application_id": application.id}
    found = [Evidence(_("Receipt %(number)s", number=number), "applications.show", where) for number in numbers]
    own = [one for one in documents.values() if (one.subject_kind, one.removed_at) == ("application", None)]
    return [*found, *(_file(application, one) for one in own)] if found else []


def _checks(application: Application) -> list[Evidence]:
    count = db.session.scalar(select(func.count(Finding.id)).where(Finding.application_id == application.id)) or 0
    where = {"application_id": application.id}
    return [Evidence(_("%(count)s rules checked", count=count), "applications.show", where)] if count else []


def _decisions(application: Application) -> list[Evidence]:
    wanted = select(Decision).where(Decision.application_id == application.id).order_by(Decision.id)
    where = {"reference": application.reference}
    return [
        Evidence(
            f"{one.state.label}, {day(day_in(application.region.time_zone, one.decided_at))}", "reports.voucher", where
        )
        for one in db.session.scalars(wanted)
    ]


def _agreements(agreement: Agreement | None) -> list[Evidence]:
    if agreement is None or not agreement.is_accepted_by_all:
        return []
    return [Evidence(agreement.number, "agreements.show", {"agreement_id": agreement.id})]


def _entries(application: Application) -> Sequence[AidEntry]:
    wanted = select(AidEntry).where(AidEntry.application_id == application.id, AidEntry.state != EntryState.CANCELLED)
    return db.session.scalars(wanted.order_by(AidEntry.id)).all()


def _entry(entry: AidEntry) -> Evidence:
    where = {"q": entry.application_reference}
    return Evidence(_("Entry %(number)s", number=entry.reference), "eligibility.aid_register", where)


def _claim(claim: Claim) -> Evidence:
    return Evidence(f"{claim.number}: {claim.state.label}", "claims.show", {"claim_id": claim.id})


def _has_two_persons(claim: Claim) -> bool:
    persons = {claim.verified_by_id, claim.authorised_by_id}
    return None not in persons and len(persons) == 2


def _invoices(application: Application, claims: Sequence[Claim], documents: dict[int, Document]) -> list[Evidence]:
    found, standing = [], [one for one in documents.values() if one.removed_at is None]
    for line in _lines(claims):
        for document in files_of(line, standing):
            file = _file(application, document)
            found.append(Evidence(f"{line.supplier}, {line.invoice_number}", file.endpoint, file.values))
    return found


def _journals(application: Application, account: Account) -> list[Evidence]:
    """Each journal that moved this account for the voucher: the day, the amount, the reference."""
    wanted = (
        select(Journal.id, Journal.on, Journal.reference, func.min(Fund.currency), func.sum(JournalLine.cents))
        .join(JournalLine, JournalLine.journal_id == Journal.id)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .where(JournalLine.voucher == application.reference, JournalLine.account == account.value)
        .group_by(Journal.id, Journal.on, Journal.reference)
        .order_by(Journal.id)
    )
    return [
        Evidence(
            f"{day(on)}, {money(Money(int(cents), currency))}, {reference}",
            "reports.journal",
            {"journal_id": journal_id},
        )
        for journal_id, on, reference, currency, cents in db.session.execute(wanted)
    ]


def _surveys(application: Application) -> list[Evidence]:
    wanted = select(Survey.months).where(Survey.application_id == application.id, Survey.state == SurveyState.ANSWERED)
    months = db.session.scalars(wanted.order_by(Survey.months))
    where = {"reference": application.reference}
    return [Evidence(_("Survey after %(months)s months", months=one), "reports.voucher", where) for one in months]


def _audits(units: Sequence[SampleUnit], findings: Sequence[AuditFinding]) -> list[Evidence]:
    found = [
        Evidence(_("Sample %(number)s", number=one.sample.number), "audits.sample", {"sample_id": one.sample_id})
        for one in units
    ]
    return found + [
        Evidence(f"{one.number}: {one.title} ({one.state.label})", "audits.finding", {"finding_id": one.id})
        for one in findings
    ]
