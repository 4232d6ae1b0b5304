"""What the beneficiary does: start, fill in, attach, submit, cancel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from vouchers.agreements.models import Agreement
from vouchers.agreements.states import AgreementState, PartyKind
from vouchers.claims import letters
from vouchers.claims.actions import proving, refusing
from vouchers.claims.actions.keeping import keep_version
from vouchers.claims.actions.pricing import freeze_rates, price_line
from vouchers.claims.actions.sampling import end_sample
from vouchers.claims.actions.travelling import ensure_leg
from vouchers.claims.lifecycle import CLAIM
from vouchers.claims.models import Claim, CostLine
from vouchers.claims.queries import delivering
from vouchers.claims.queries import files as queries
from vouchers.claims.rules import completeness, dates, invoices, reporting
from vouchers.claims.rules.costs import Cost, cost_of, ensure_not_overtaken
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotFound, RuleBroken, WrongState
from vouchers.core.money import Money
from vouchers.core.numbering import next_number
from vouchers.core.text import say as _
from vouchers.core.typed import fingerprint
from vouchers.documents.actions import KeptFile, add_document
from vouchers.documents.models import Document
from vouchers.documents.queries import list_documents_of
from vouchers.programmes.rules.instrument_plan import ClaimTerms
from vouchers.users.models import User
from vouchers.workflow.transition import creation, transition


def start_claim(agreement: Agreement, *, by: User, at: datetime) -> Claim:
    """Begin a claim under an agreement in force. One that is still being written is given again.

    Raises:
        WrongState: the agreement is not in force, its last claim is with the office already, or nothing is left.
        RuleBroken: the last day to claim has passed.
    """
    with unit_of_work():
        db.session.refresh(agreement, with_for_update={"of": Agreement})
        agreement = queries.get_agreement(agreement.id)
        if agreement.state != AgreementState.ACTIVE:
            raise WrongState(_("Costs can be claimed while the agreement is in force."))
        claims = queries.list_claims_of(agreement.id)
        if unfinished := next((claim for claim in claims if claim.state in queries.OPEN), None):
            return unfinished
        if any(claim.is_final and claim.state not in queries.DEAD for claim in claims):
            raise WrongState(_("The last claim of this voucher has been submitted. There can be no further one."))
        if queries.is_used_up(agreement, claims):
            raise WrongState(_("What was claimed uses all that is left of this voucher. Nothing more can be claimed."))
        dates.ensure_in_time(day_in(agreement.application.region.time_zone, at), agreement.claim_by)
        reference = agreement.application.reference
        claim = Claim(
            number=f"{reference}-C{next_number(f'claim-{reference}')}",
            agreement=agreement,
            currency=agreement.currency,
            started_at=at,
        )
        with creation(claim, CLAIM.start, by=by, at=at):
            return claim


def save_line(
    claim: Claim, cost: Cost, *, line_id: int | None = None, by: User, at: datetime, basis: str | None = None
) -> CostLine:
    """Add a cost, or change the one with this id. What is kept already is not written again.

    Args:
        basis: the `basis_of_line` of the cost that the person had before them.

    Raises:
        RuleBroken: the cost cannot be paid (approval, dates, category), or its invoice is claimed already.
        WrongState: the cost was changed meanwhile; what was saved stays.
    """
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.save_line, by=by, at=at, why=_in_short(cost)):
            key = invoices.invoice_key(cost.supplier, cost.invoice_number)
            there = queries.get_line(claim, line_id) if line_id is not None else None
            kept = cost.as_kept(pays_vat=claim.agreement.application.grant.pays_vat)
            if there is not None:
                ensure_not_overtaken(there, kept, basis)
            refusing.ensure_may_be_saved(claim, cost, besides=there, by=by, at=at)
            line = there or CostLine(claim=claim)
            db.session.add(line)
            if line.currency != cost.net.currency:
                line.submitted_on, line.is_rate_final = None, False
            line.currency, line.invoice_key = cost.net.currency, key
            line.category, line.description = cost.category, cost.description
            line.supplier, line.invoice_number, line.invoice_on = cost.supplier, cost.invoice_number, cost.invoice_on
            line.activity_on = cost.activity_on
            line.net, line.vat = cost.net, cost.vat
            line.is_vat_recoverable, line.invoice_total = kept.is_vat_recoverable, kept.invoice_total
            price_line(line, on=day_in(claim.agreement.application.region.time_zone, at))
            line.accepted, line.deduction_reason, line.error = None, "", None
        return line


def _in_short(cost: Cost) -> str:
    return f"{cost.supplier}, {cost.invoice_number}, {cost.invoice_on}: {cost.net.plain} + {cost.vat.plain} VAT"


def remove_line(claim: Claim, line_id: int, *, by: User, at: datetime) -> None:
    """Take a cost, with its evidence, out of the claim."""
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        line = queries.get_line(claim, line_id)
        with transition(claim, CLAIM.remove_line, by=by, at=at, why=f"{line.supplier}, {line.invoice_number}"):
            proving.drop_files(claim, line, at=at)
            line.removed_at = at


def attach_document(
    claim: Claim,
    purpose: str,
    kept: KeptFile,
    *,
    line_id: int | None = None,
    replaces: int | None = None,
    by: User,
    at: datetime,
) -> Document:
    """Put a file under one of the documents asked for, and to one cost where it proves one. What lies there stays.

    Args:
        replaces: the file of the claim that is taken off, and whose place this one takes.

    Raises:
        RuleBroken: it is not asked for, the same file proves what another claim is paid for (field ``file``), or the
            file to replace came with a cost from an earlier claim.
    """
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.attach, by=by, at=at, why=kept.filename) as step:
            asked = claim.agreement.application.instrument.plan.claim_documents
            own = {deliverable.purpose for deliverable in claim.delivered} | reporting.answer_purposes(claim.stops)
            if asked and purpose not in {document.code for document in asked} | own:
                raise RuleBroken(_("Choose what the file is."), field="purpose")
            old = proving.find_replaced(claim, replaces)
            line = queries.get_line(claim, line_id) if line_id is not None else proving.line_of(claim, old)
            is_of_cost = line is not None or any(one.document_id == replaces for one in claim.costs if old)
            refusing.ensure_may_be_attached(claim, kept.sha256, purpose, by=by, is_of_cost=is_of_cost)
            there = [one for one in list_documents_of("claim", claim.id) if one.purpose == purpose]
            document = proving.find_kept(there, kept.sha256, line) or add_document(
                kept,
                purpose=purpose,
                subject_kind="claim",
                subject_id=claim.id,
                step_id=step.id,
                by_id=by.id,
                at=at,
            )
            if old is not None:
                proving.replace_file(claim, old, document, at=at)
            if line is not None:
                proving.put_on(line, document)
        return document


def detach_document(claim: Claim, document_id: int, *, by: User, at: datetime) -> None:
    """Take a file off the claim. Raises `NotFound`; `RuleBroken`: it came with a cost from an earlier claim."""
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.detach, by=by, at=at):
            document = queries.find_document_of(claim.id, document_id)
            if document is None:
                raise NotFound(_("This file is not attached any more."))
            proving.take_off(claim, document, at=at)


def save_report(
    claim: Claim,
    report: str,
    answers: Mapping[str, str] | None = None,
    *,
    by: User,
    at: datetime,
    basis: str | None = None,
) -> None:
    """Keep what the beneficiary writes about the activity. What is kept already is not written again.

    Args:
        answers: to the report's other questions; None leaves them as they are.
        basis: the `basis_of` the report that the person had before them.

    Raises:
        WrongState: somebody else has changed the report meanwhile; theirs stays.
    """
    with unit_of_work():
        db.session.refresh(claim, with_for_update={"of": Claim})
        asked = {one.code for one in claim.agreement.application.instrument.plan.claim.report}
        said = claim.answers if answers is None else {code: text for code, text in answers.items() if code in asked}
        if (claim.report, claim.answers) == (report, said) and claim.state in CLAIM.save_report.sources:
            return
        with transition(claim, CLAIM.save_report, by=by, at=at):
            if basis is not None and basis != basis_of(claim):
                raise WrongState(
                    _("Someone else has changed the report meanwhile, so yours was not saved over it. Copy your words.")
                )
            claim.report, claim.answers = report, dict(said)


def basis_of(claim: Claim) -> str:
    """What tells one version of the report from another."""
    words = [claim.report, *(f"{code}={text}" for code, text in sorted(claim.answers.items()) if text)]
    return fingerprint("\n".join(words))


def list_blockers(claim: Claim, *, at: datetime) -> list[completeness.Blocker]:
    """What must be mended before the claim can be submitted."""
    plan = claim.agreement.application.instrument.plan
    today = day_in(claim.agreement.application.region.time_zone, at)
    with_journeys = {category.code for category in plan.cost_categories if category.has_journeys}
    costs = [
        completeness.Cost(
            line.id,
            f"{line.supplier}, {line.invoice_number}",
            line.document_id is not None,
            lacks_journey=line.category in with_journeys and not line.itinerary,
            to_come_on=line.activity_on if line.activity_on is not None and line.activity_on > today else None,
        )
        for line in claim.costs
    ]
    return completeness.find_blockers(
        plan,
        costs=costs,
        documents={document.purpose for document in list_documents_of("claim", claim.id)},
        report=claim.report,
        answers=claim.answers,
        delivered=[one.code for one in claim.delivered],
        signed={kind for kind in PartyKind if claim.signature_of(kind) is not None},
    )


def submit_claim(
    claim: Claim,
    *,
    is_final: bool = True,
    answer: str = "",
    by: User,
    at: datetime,
    version: int | None = None,
    seen: Money | None = None,
) -> None:
    """Hand the claim in, or answer a question. From now on the days until payment count (again).

    Args:
        answer: to the question with which the claim was sent back, in words.
        version: of the claim that the person has read and declares.
        seen: what it came to on that page; a rate, or the agreement, may have changed since.

    Raises:
        WrongState: it is not what the person has seen any more.
        RuleBroken: something is missing, a cost cannot be paid, or the last day to claim has passed.
    """
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.submit, by=by, at=at, why=answer.strip() or None, version=version) as step:
            _ensure_whole(claim, answer, by=by, at=at)
            is_first = claim.submitted_at is None
            today = day_in(claim.agreement.application.region.time_zone, at)
            end_sample(claim)
            freeze_rates(claim, on=today)

            claim.submitted_at = claim.submitted_at or at
            claim.submitted_by_id, claim.is_final = by.id, is_final
            for stop in reporting.open_stops(claim.stops):
                stop.answer = answer.strip()
            _start_clock(claim, claim.submitted_at, today)
            keep_version(step, claim)
            asked = queries.sums(claim)
            is_last = is_final or not asked.left_after.cents
            reporting.ensure_satisfaction(_terms_of(claim), claim.satisfaction, is_final=is_last)
            if seen is not None and asked.granted != seen:
                raise WrongState(_("What the claim comes to has changed since you opened this page. Look at it again."))
            letters.write_to_claimants(step, claim, "claims/submit", granted=asked.granted, is_first=is_first)
            letters.write_to_region(
                step, claim, "claims/submit_region", granted=asked.granted, is_first=is_first, answer=answer.strip()
            )


def _terms_of(claim: Claim) -> ClaimTerms:
    return claim.agreement.application.instrument.plan.claim


def _ensure_whole(claim: Claim, answer: str, *, by: User, at: datetime) -> None:
    """Nothing is missing, nothing is claimed twice, and it is in time."""
    reporting.ensure_answered(claim.stops, answer)
    if blockers := list_blockers(claim, at=at):
        raise RuleBroken(blockers[0].sentence)
    agreement, application = claim.agreement, claim.agreement.application
    if agreement.state != AgreementState.ACTIVE:
        raise WrongState(_("Costs can be claimed while the agreement is in force."))
    if claim.submitted_at is None:
        dates.ensure_in_time(day_in(application.region.time_zone, at), agreement.claim_by)
    for line in claim.costs:
        refusing.ensure_payable(claim, cost_of(line), at=at)
        for journey in line.itinerary:
            ensure_leg(claim, journey, at=at)
        refusing.ensure_not_claimed(claim, line.invoice_key, by=by, besides=line)
    refusing.ensure_evidence_is_new(claim, by=by)
    elsewhere = delivering.list_claimed_codes(claim.agreement_id, besides=claim.id)
    for deliverable in claim.delivered:
        reporting.ensure_deliverable(_terms_of(claim), deliverable.code, claimed_elsewhere=elsewhere)


def _start_clock(claim: Claim, submitted_at: datetime, today: date) -> None:
    """The question is answered; the days until payment count (again)."""
    for stop in claim.stops:
        stop.resumed_on = stop.resumed_on or max(today, stop.stopped_on)
    claim.stopped_at = None
    application, spans = claim.agreement.application, [stop.span for stop in claim.stops]
    claim.days_stopped = dates.days_stopped(spans, today=today)
    submitted_on = day_in(application.region.time_zone, submitted_at)
    within_days = application.call.programme.plan.rules.pay_within_days
    claim.pay_by = dates.pay_by_day(submitted_on, spans, within_days=within_days, today=today)


def cancel_claim(claim: Claim, *, by: User, at: datetime) -> None:
    """Throw a claim away; its invoices may be claimed anew."""
    with unit_of_work():
        claim = queries.get_claim(claim.id)
        with transition(claim, CLAIM.cancel, by=by, at=at) as step:
            if claim.submitted_at is not None:
                letters.write_to_region(step, claim, "claims/cancel_region")
