"""Claims and payments of the demo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from vouchers.agreements.models import Agreement
from vouchers.agreements.queries import get_agreement
from vouchers.applications.queries.files import map_values
from vouchers.claims.actions import checking, drafting, reporting, travelling
from vouchers.claims.actions.checking import Finding
from vouchers.claims.models import Claim, CostLine
from vouchers.claims.queries.delivering import get_visit
from vouchers.claims.queries.files import get_claim
from vouchers.claims.rules.costs import Cost
from vouchers.claims.rules.journeys import Leg
from vouchers.claims.states import ClaimState, CostError
from vouchers.core.clock import day_in
from vouchers.core.database import db
from vouchers.core.money import Money
from vouchers.demo import texts
from vouchers.demo.files import a_pdf
from vouchers.demo.finance import spending
from vouchers.demo.finance.bank import paid
from vouchers.demo.finance.checks import ask_the_bank
from vouchers.demo.plan import Goal, Slot, Story
from vouchers.demo.settling import mailed_token
from vouchers.payables.queries import list_chosen, map_payables_of
from vouchers.payables.states import SourceKind
from vouchers.payments.actions import batches as payments
from vouchers.payments.queries import get_batch
from vouchers.payments.rules.execution_day import next_banking_day
from vouchers.programmes.rules.instrument_plan import Party
from vouchers.users.models import User

if TYPE_CHECKING:
    from vouchers.demo.walking import Walker


def claim_costs(
    walker: Walker, slot: Slot, agreement_id: int, owner: User, manager: User, at: datetime
) -> Iterator[datetime]:
    """The activity takes place; its costs are claimed, verified and authorised, as far as the slot's goal."""
    agreement = get_agreement(agreement_id)
    zone = agreement.application.region.time_zone
    began = max(agreement.starts_on, day_in(zone, at)) + timedelta(days=1)
    at += timedelta(days=(began - day_in(zone, at)).days + walker.chance.randint(3, 6))
    yield at
    claim = _write(walker, slot, agreement, began, owner, at)
    link = _sign(claim, owner, at)
    if slot.goal == Goal.CLAIM_DRAFT:
        return
    at += timedelta(hours=walker.chance.randint(1, 8))
    yield at
    if link is not None:
        _sign_as_provider(link, at)
    drafting.submit_claim(claim, by=owner, at=at)
    if slot.goal == Goal.CLAIMED:
        return
    at += timedelta(hours=walker.chance.randint(20, 60))
    yield at
    claim = get_claim(claim.id)
    if slot.goal == Goal.RETURNED:
        question = "The second page of the invoice is missing. Please add the whole invoice."
        checking.send_back_claim(claim, question, by=manager, at=at)
        return
    found = spending.judge(claim) if slot.story == Story.ABROAD else _findings(slot, claim)
    checking.verify_claim(claim, found, by=manager, at=at)
    if slot.goal == Goal.VERIFIED:
        return
    at += timedelta(hours=walker.chance.randint(4, 40))
    yield at
    region = agreement.application.region.code
    checking.authorise_claim(get_claim(claim.id), by=walker.settled.officers[region], at=at)
    if slot.goal == Goal.PAID:
        walker.to_pay.setdefault(region, []).append(claim.id)


def _write(walker: Walker, slot: Slot, agreement: Agreement, began: date, owner: User, at: datetime) -> Claim:
    claim = drafting.start_claim(agreement, by=owner, at=at)
    plan = agreement.application.instrument.plan
    for number, cost in enumerate(_costs(walker, slot, agreement, began)):
        line = drafting.save_line(get_claim(claim.id), cost, by=owner, at=at)
        kept = a_pdf(f"Invoice {cost.invoice_number} {cost.supplier}", f"invoice-{slot.number}-{number}.pdf")
        asked = plan.claim_documents[0].code
        drafting.attach_document(get_claim(claim.id), asked, kept, line_id=line.id, by=owner, at=at)
        _tell_journeys(get_claim(claim.id), line, owner, at)
    for document in plan.claim_documents[1:]:
        kept = a_pdf(f"{document.name} {claim.number}", f"{document.code}-{slot.number}.pdf")
        drafting.attach_document(get_claim(claim.id), document.code, kept, by=owner, at=at)
    _report(get_claim(claim.id), slot, owner, at)
    return get_claim(claim.id)


def _report(claim: Claim, slot: Slot, owner: User, at: datetime) -> None:
    """What was done, an answer to each question of the voucher, and how satisfied the company is."""
    asked = claim.agreement.application.instrument.plan.claim
    answers = {one.code: texts.ANSWERS.get(one.code, texts.REPORT) for one in asked.report}
    drafting.save_report(claim, texts.REPORT, answers, by=owner, at=at)
    if asked.satisfaction:
        marks = {one.code: 3 + (slot.number + place) % 3 for place, one in enumerate(asked.satisfaction)}
        note = texts.SUGGESTION if slot.number % 3 == 0 else ""
        reporting.save_satisfaction(get_claim(claim.id), marks, note, by=owner, at=at)


def _sign(claim: Claim, owner: User, at: datetime) -> str | None:
    """The company signs, and asks its provider to; answers the token of the link that the provider is sent."""
    party, asked = claim.agreement.provider_party, claim.agreement.application.instrument.plan.claim.signed_by
    if Party.SME in asked:
        reporting.sign_as_sme(claim, owner.name, claim.report_sha256, by=owner, at=at)
    if Party.PROVIDER not in asked or party is None:
        return None
    email = party.contact_email
    reporting.ask_provider(get_claim(claim.id), by=owner, at=at)
    return mailed_token(email, "claims/ask_provider")


def _sign_as_provider(link: str, at: datetime) -> None:
    """The contact whom the agreement names opens the link of the letter, reads, and signs."""
    visit = get_visit(link)
    contact = visit.claim.agreement.terms["data"]["provider_contact"]
    reporting.sign_as_provider(visit.claim, contact, visit.claim.report_sha256, by=visit.contact, at=at)


def _tell_journeys(claim: Claim, line: CostLine, owner: User, at: datetime) -> None:
    """To the partner, and back on the next day, where the kind of cost asks for it."""
    agreement, application = claim.agreement, claim.agreement.application
    asked = {category.code for category in application.instrument.plan.cost_categories if category.has_journeys}
    if line.category not in asked or line.activity_on is None:
        return
    home, partner = application.organisation.town, texts.PARTNER_TOWNS[map_values(application.id)["provider_region"]]
    there, back = line.activity_on, min(line.activity_on + timedelta(days=1), agreement.ends_on)
    for leg in (Leg(home, partner, there, there, owner.name), Leg(partner, home, back, back, owner.name)):
        travelling.save_journey(get_claim(claim.id), line.id, leg, by=owner, at=at)


def _costs(walker: Walker, slot: Slot, agreement: Agreement, began: date) -> Iterator[Cost]:
    if slot.story == Story.ABROAD:
        yield from spending.costs_abroad(began)
        return
    categories, amount = agreement.application.instrument.plan.cost_categories, agreement.amount.cents
    parts = [amount * 2 // 3, amount - amount * 2 // 3 + walker.chance.choice([0, 0, 2_550, -1_840])]
    for number, cents in enumerate(parts):
        category = categories[number % len(categories)]
        partner = texts.PARTNERS[(slot.number + number) % len(texts.PARTNERS)][0]
        yield Cost(
            category=category.code,
            description=f"{category.name}",
            supplier=texts.CARRIERS.get(category.code, partner),
            invoice_number=f"2026/{1_000 + slot.number * 10 + number}",
            invoice_on=began,
            net=Money(cents),
            vat=Money(cents * 21 // 100),
            is_vat_recoverable=True,
            activity_on=began,
        )


def _findings(slot: Slot, claim: Claim) -> list[Finding]:
    """All is accepted, but now and then something is cut."""
    findings = [Finding(line.id, line.eligible) for line in claim.costs]
    if slot.number % 4 == 1:
        cut = findings[-1].accepted.share(texts.CUT_TO)
        findings[-1] = Finding(
            findings[-1].line_id, cut, "One item of the invoice lies outside the agreed work.", CostError.INELIGIBLE
        )
    return findings


def pay(walker: Walker, region: str, first: datetime, until: datetime) -> Iterator[datetime]:
    """Every ten days the region pays what was authorised: one officer makes the batch, another authorises it."""
    at = first
    while at < until:
        at += timedelta(days=10)
        yield at
        chosen = _owed(walker.to_pay.pop(region, []))
        if not chosen:
            continue
        manager, officer = walker.settled.managers[region], walker.settled.officers[region]
        if walker.bank is not None and walker.bank.region.code == region:
            ask_the_bank(chosen, by=officer, at=at)
        execute_on = next_banking_day((at + timedelta(days=2)).date())
        batch_id = payments.make_batch(chosen, execute_on, by=officer, at=at).id
        yield at + timedelta(hours=5)
        payments.authorise_batch(get_batch(batch_id), by=manager, at=at + timedelta(hours=5))
        booked_at = at + timedelta(days=(execute_on - at.date()).days + 1)
        yield booked_at
        reference = f"STMT-{execute_on:%Y%m%d}-{region}"
        if walker.bank is not None and walker.bank.region.code == region:
            lines = [paid(payment) for payment in get_batch(batch_id).payments]
            walker.bank.tell(lines, on=execute_on, at=booked_at)
        else:
            payments.execute_batch(get_batch(batch_id), execute_on, reference, by=officer, at=booked_at)


def leave_batches(walker: Walker, *, at: datetime) -> None:
    """Some of what is authorised stands in batches that wait: one for its second officer, one for the bank."""
    payable: dict[str, list[int]] = {}
    for claim_id in _list_authorised():
        if _owed([claim_id]):
            payable.setdefault(get_claim(claim_id).agreement.application.region.code, []).append(claim_id)
    for number, (region, claim_ids) in enumerate(sorted(payable.items())[:2]):
        day = next_banking_day(at.date())
        batch_id = payments.make_batch(_owed(claim_ids), day, by=walker.settled.officers[region], at=at).id
        if number:
            payments.authorise_batch(get_batch(batch_id), by=walker.settled.managers[region], at=at)


def _owed(claim_ids: Sequence[int]) -> list[int]:
    """What is owed for these claims and can be paid: not what is held, nor what waits for an account."""
    ids = [payable.id for payable in map_payables_of(SourceKind.CLAIM, claim_ids).values()]
    return [standing.payable.id for standing in list_chosen(ids) if standing.obstacle is None]


def _list_authorised() -> list[int]:
    """Claims that wait to be paid."""
    return list(db.session.scalars(select(Claim.id).where(Claim.state == ClaimState.AUTHORISED).order_by(Claim.id)))
