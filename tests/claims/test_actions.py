"""What happens to claims and to their money; a refusal leaves no trace."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from tests.builders.agreements import a_manager, an_active_agreement, an_offered_agreement
from tests.builders.amendments import a_heard_termination
from tests.builders.appeals import a_coordinator
from tests.builders.applications import an_organisation, owner_of
from tests.builders.claims import (
    CLAIMED_AT,
    TRAIN,
    a_complete_claim,
    a_cost,
    a_draft_claim,
    a_finance_officer,
    a_submitted_claim,
    a_verified_claim,
    all_accepted,
    an_authorised_claim,
    an_evidence,
    say_the_journey,
)
from tests.builders.programmes import IN2_FILE, a_programme, during_call
from tests.builders.users import an_applicant, signed_in
from vouchers.agreements import queries as agreements
from vouchers.agreements.actions.ending import lapse_agreement
from vouchers.agreements.policy import ProviderContact
from vouchers.agreements.states import AgreementState
from vouchers.amendments.actions import terminating
from vouchers.applications.states import ApplicationState
from vouchers.audit.models import AuditEvent
from vouchers.claims.actions import checking, drafting, paying, reporting
from vouchers.claims.actions.checking import Finding
from vouchers.claims.jobs import settle_vouchers
from vouchers.claims.queries import files as queries
from vouchers.claims.queries.contents import read_content
from vouchers.claims.rules.invoices import ClaimedAlready
from vouchers.claims.states import ClaimState, CostError
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotFound, NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.documents.models import Document
from vouchers.documents.queries import list_documents_of
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Journal
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import left_on_voucher, stages, trial_balance
from vouchers.letters.models import Letter
from vouchers.workflow.transition import OFFICE

LATER = CLAIMED_AT + timedelta(days=1)


def traces():
    tables = (AuditEvent, Journal, Letter, Document)
    return [db.session.scalar(select(func.count()).select_from(table)) for table in tables]


def again(claim):
    return queries.get_claim(claim.id)


def last_letter_to(email):
    return db.session.scalars(select(Letter).where(Letter.to_email == email).order_by(Letter.id.desc())).first()


# --- drafting ---------------------------------------------------------------------------------------------------------


def test_start_numbers_the_claim_and_gives_the_same_draft_again(agreement, owner):
    claim = drafting.start_claim(agreement, by=owner, at=CLAIMED_AT)
    assert claim.number == f"{agreement.application.reference}-C1"
    assert drafting.start_claim(agreement, by=owner, at=CLAIMED_AT).id == claim.id


def test_start_is_refused_before_the_agreement_is_in_force_or_after_the_last_day(manager, agreement, owner):
    offered = an_offered_agreement("INS", manager=manager)
    before = traces()
    with pytest.raises(WrongState, match="in force"):
        drafting.start_claim(offered, by=owner_of(offered.application), at=CLAIMED_AT)
    with pytest.raises(RuleBroken, match="5 May 2027"):
        drafting.start_claim(agreement, by=owner, at=CLAIMED_AT.replace(year=2027, month=5, day=6))
    with pytest.raises(NotPermitted):
        drafting.start_claim(agreement, by=manager, at=CLAIMED_AT)
    assert traces() == before


def test_start_after_the_last_claim_is_refused_until_that_one_is_rejected(manager, agreement, owner):
    claim = a_submitted_claim(agreement)
    with pytest.raises(WrongState, match="last claim"):
        drafting.start_claim(agreement, by=owner, at=LATER)
    checking.reject_claim(claim, "The tickets are of another year.", by=manager, at=LATER)
    assert drafting.start_claim(agreement, by=owner, at=LATER).number.endswith("-C2")


def test_save_line_counts_at_once(agreement, owner):
    claim = a_draft_claim(agreement)
    line = drafting.save_line(claim, a_cost(), by=owner, at=CLAIMED_AT)
    sums = queries.sums(again(claim))
    assert (sums.eligible, sums.granted, sums.own, sums.left_after) == tuple(
        map(EUR, ("318.40", "318.40", "0", "181.60"))
    )
    changed = a_cost(net=EUR("600"), is_vat_recoverable=True)
    drafting.save_line(claim, changed, line_id=line.id, by=owner, at=CLAIMED_AT)
    sums = queries.sums(again(claim))
    assert (sums.eligible, sums.granted, sums.own, sums.left_after) == tuple(map(EUR, ("600", "500", "100", "0")))
    assert len(again(claim).costs) == 1


def test_save_line_leaves_the_vat_to_the_company_where_the_voucher_does_not_pay_it(app):
    old = "grant: {kind: real_cost, cap: 500, rate: 100 %}"
    text = IN2_FILE.read_text(encoding="utf-8")
    assert old in text
    a_programme(text.replace(old, "grant: {kind: real_cost, cap: 500, rate: 100 %, pays_vat: no}"))
    agreement = an_active_agreement("MG")
    claim = a_draft_claim(agreement)
    drafting.save_line(claim, a_cost(), by=owner_of(agreement.application), at=CLAIMED_AT)

    assert TRAIN.is_vat_recoverable is False
    assert queries.sums(again(claim)).eligible == EUR("300.00")


def half_own_work():
    """Meet & Greet with the SME's own work, up to half of the costs."""
    text, lodging = IN2_FILE.read_text(encoding="utf-8"), "      - code: lodging\n"
    for old, new in (
        ("cap: 500, rate: 100 %", "cap: 500, rate: 100 %, own_work: 50 %"),
        (lodging, "      - {code: own_work, name: Own work}\n" + lodging),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    a_programme(text)
    return an_active_agreement("MG")


def own_work(agreement, **changed):
    name = agreement.application.organisation.name
    return a_cost(**({"category": "own_work", "supplier": name, "vat": EUR("0"), "net": EUR("400.00")} | changed))


def test_own_work_above_its_part_is_cut_and_everybody_reads_why(app, client, clock):
    clock.stop(CLAIMED_AT)
    agreement = half_own_work()
    owner, manager = owner_of(agreement.application), a_manager()
    claim = a_submitted_claim(agreement, a_cost(net=EUR("100.00"), vat=EUR("0")), own_work(agreement))
    why = "Beside EUR 100.00 of others EUR 100.00 of your EUR 400.00 count; EUR 300.00 does not."
    assert queries.sums(claim).granted == EUR("200.00")
    for reader, page in ((owner, ""), (manager, ""), (manager, "/verify")):
        signed_in(client, reader)
        assert why in client.get(f"/claims/{claim.id}{page}").text

    half = Finding(claim.costs[0].id, EUR("50.00"), "Only one way belongs to the meeting.", CostError.UNREASONABLE)
    checking.verify_claim(claim, [half, all_accepted(claim)[1]], by=manager, at=LATER)
    checking.authorise_claim(again(claim), by=a_finance_officer(), at=LATER)

    assert (again(claim).eligible, again(claim).grant) == (EUR("100.00"), EUR("100.00"))
    assert "EUR 350.00 does not" in last_letter_to(owner.email).body


def test_own_work_alone_is_not_paid(app):
    agreement = half_own_work()
    claim = a_submitted_claim(agreement, own_work(agreement))
    with pytest.raises(RuleBroken, match="Nothing would be paid"):
        checking.verify_claim(claim, all_accepted(claim), by=a_manager(), at=LATER)


@pytest.mark.parametrize(
    ("changed", "field"), [({"supplier": "NMBS"}, "supplier"), ({"vat": EUR("18.40")}, "vat")], ids=lambda one: str(one)
)
def test_own_work_is_the_companys_own_and_has_no_vat(app, changed, field):
    agreement = half_own_work()
    claim = a_draft_claim(agreement)
    with pytest.raises(RuleBroken) as refused:
        drafting.save_line(claim, own_work(agreement, **changed), by=owner_of(agreement.application), at=CLAIMED_AT)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"activity_on": date(2026, 10, 5)}, "activity_on", "approved on 5 October 2026"),
        ({"activity_on": date(2026, 10, 4)}, "activity_on", "approved on 5 October 2026"),
        ({"activity_on": None}, "activity_on", "Enter the day"),
        ({"activity_on": date(2027, 4, 6)}, "activity_on", "within the agreement"),
        ({"invoice_on": date(2026, 10, 5)}, "invoice_on", "dated within the agreement"),
        ({"invoice_on": date(2026, 10, 21)}, "invoice_on", "in the future"),
        ({"category": "services"}, "category", "does not pay"),
        ({"net": EUR("0"), "vat": EUR("0")}, "net", "more than zero"),
        ({"net": EUR("-1")}, "net", "more than zero"),
        ({"supplier": "…"}, "supplier", "name of the supplier"),
        ({"invoice_number": "-"}, "invoice_number", "number of the invoice"),
    ],
)
def test_save_line_refuses_what_cannot_be_paid(agreement, owner, changed, field, says):
    claim = a_draft_claim(agreement)
    before = traces()
    with pytest.raises(RuleBroken, match=says) as refused:
        drafting.save_line(claim, a_cost(**changed), by=owner, at=CLAIMED_AT)
    assert refused.value.field == field
    assert traces() == before
    assert not again(claim).costs


def test_save_line_refuses_the_own_companys_invoice(agreement, owner):
    claim = a_draft_claim(agreement)
    with pytest.raises(RuleBroken, match="own company"):
        drafting.save_line(claim, a_cost(supplier=agreement.application.organisation.name), by=owner, at=CLAIMED_AT)


def test_a_voucher_that_pays_the_provider_counts_its_invoices_alone(app):
    text, old = IN2_FILE.read_text(encoding="utf-8"), "    agreement_parties: [sme, provider, region]\n"
    before, old, after = text.rpartition(old)  # of the Collaboration, the last in the file
    assert old
    a_programme(f"{before}{old}    payee: provider\n{after}")
    agreement = an_active_agreement("COL")
    owner, claim = owner_of(agreement.application), a_draft_claim(agreement)
    with pytest.raises(RuleBroken, match="only its invoices count") as refused:
        drafting.save_line(claim, a_cost(category="services"), by=owner, at=CLAIMED_AT)
    assert refused.value.field == "supplier"
    spelled = agreement.provider_party.name.upper()
    assert drafting.save_line(claim, a_cost(category="services", supplier=spelled), by=owner, at=CLAIMED_AT).id


def test_the_same_invoice_is_claimed_once_in_the_programme(manager, agreement, owner):
    claim = a_draft_claim(agreement)
    drafting.save_line(claim, TRAIN, by=owner, at=CLAIMED_AT)
    spelled = replace(TRAIN, supplier="N.M.B.S.", invoice_number="t 1")
    before = traces()
    with pytest.raises(ClaimedAlready, match=claim.number) as refused:
        drafting.save_line(claim, spelled, by=owner, at=CLAIMED_AT)
    assert refused.value.claim_id == claim.id

    other = a_draft_claim(an_active_agreement("MG", "NL-GE"))
    stranger = drafting.save_line(other, spelled, by=owner_of(other.agreement.application), at=CLAIMED_AT)
    drafting.remove_line(other, stranger.id, by=owner_of(other.agreement.application), at=CLAIMED_AT)
    claim = _handed_in(claim, owner)
    with pytest.raises(ClaimedAlready, match="in this programme") as refused:
        drafting.save_line(other, spelled, by=owner_of(other.agreement.application), at=CLAIMED_AT)
    assert refused.value.claim_id is None
    assert claim.number not in str(refused.value)
    assert not again(other).costs
    assert traces() != before  # the other agreement, nothing else

    checking.reject_claim(claim, "Not the journey that was agreed.", by=manager, at=CLAIMED_AT)
    drafting.save_line(other, spelled, by=owner_of(other.agreement.application), at=CLAIMED_AT)
    assert len(again(other).costs) == 1


@pytest.mark.parametrize("number", ["Nr. GB-1", "No GB-1", "Ref GB-1", "Invoice no. 0GB-1"])
def test_an_invoice_typed_in_another_way_is_refused_within_its_claim_and_elsewhere(agreement, owner, number):
    first = a_cost(supplier="UK Test Ltd", invoice_number="GB-1")
    claim = a_complete_claim(agreement, first)
    again_typed = replace(first, supplier="U.K. Test Limited", invoice_number=number)
    with pytest.raises(ClaimedAlready, match=claim.number):
        drafting.save_line(claim, again_typed, by=owner, at=CLAIMED_AT)
    drafting.submit_claim(claim, by=owner, at=CLAIMED_AT)
    other = a_draft_claim(an_active_agreement("MG", "NL-GE"))
    before = traces()
    with pytest.raises(ClaimedAlready):
        drafting.save_line(other, again_typed, by=owner_of(other.agreement.application), at=CLAIMED_AT)
    assert traces() == before


def test_of_two_costs_whose_keys_became_one_only_one_is_paid(manager, agreement):
    """What was handed in before the rule: the officer refuses one of them, and the other is paid."""
    claim = a_submitted_claim(agreement, a_cost(), a_cost(), a_cost())
    with unit_of_work():
        claim.costs[1].invoice_key = claim.costs[0].invoice_key
    findings = all_accepted(again(claim))
    with pytest.raises(ClaimedAlready, match=claim.number):
        checking.verify_claim(again(claim), findings, by=manager, at=LATER)
    parked = [findings[0], replace(findings[1], is_parked=True, reason="Is it another one?"), findings[2]]
    with pytest.raises(ClaimedAlready, match=claim.number):
        checking.verify_claim(again(claim), parked, by=manager, at=LATER)
    findings[1] = Finding(findings[1].line_id, EUR("0"), "The same invoice.", CostError.DOUBLE)
    checking.verify_claim(again(claim), findings, by=manager, at=LATER)
    assert again(claim).state == ClaimState.VERIFIED


def _handed_in(claim, owner):
    """What another organisation has only written down blocks nobody; what it has handed in does."""
    plan = claim.agreement.application.instrument.plan
    line = again(claim).costs[0]
    drafting.attach_document(
        claim, plan.claim_documents[0].code, an_evidence(), line_id=line.id, by=owner, at=CLAIMED_AT
    )
    say_the_journey(claim, line, by=owner, at=CLAIMED_AT)
    for document in plan.claim_documents[1:]:
        drafting.attach_document(claim, document.code, an_evidence(), by=owner, at=CLAIMED_AT)
    drafting.save_report(again(claim), "We met three laboratories.", by=owner, at=CLAIMED_AT)
    drafting.submit_claim(again(claim), by=owner, at=CLAIMED_AT)
    return again(claim)


def test_remove_line_frees_its_invoice_and_its_file(agreement, owner):
    claim = a_complete_claim(agreement, TRAIN)
    drafting.remove_line(claim, claim.costs[0].id, by=owner, at=CLAIMED_AT)
    assert not again(claim).costs
    assert [document.purpose for document in list_documents_of("claim", claim.id)] == ["report"]
    drafting.save_line(claim, TRAIN, by=owner, at=CLAIMED_AT)
    with pytest.raises(NotFound):
        drafting.remove_line(claim, 999_999, by=owner, at=CLAIMED_AT)


# --- evidence ---------------------------------------------------------------------------------------------------------


def test_attach_a_further_file_to_a_cost_leaves_those_that_lie_there(agreement, owner):
    claim = a_complete_claim(agreement)
    line, first = claim.costs[0], claim.costs[0].document_id
    kept = an_evidence()
    for_line = {"line_id": line.id, "by": owner, "at": CLAIMED_AT}
    second = drafting.attach_document(claim, "tickets", kept, **for_line)
    third = drafting.attach_document(claim, "report", an_evidence(), **for_line)
    assert again(claim).costs[0].document_id == first
    assert [one.id for one in files(claim) if one.part_id == line.id] == [second.id, third.id]
    assert first in [one.id for one in files(claim)]
    assert drafting.list_blockers(again(claim), at=CLAIMED_AT) == []
    once_more = drafting.attach_document(claim, "tickets", kept, **for_line)
    assert once_more.id == second.id
    drafting.detach_document(claim, first, by=owner, at=CLAIMED_AT)
    assert again(claim).costs[0].document_id == second.id
    drafting.remove_line(claim, line.id, by=owner, at=CLAIMED_AT)
    assert {second.id, third.id} & {one.id for one in files(claim)} == set()


def files(claim):
    return list_documents_of("claim", claim.id)


@pytest.mark.parametrize("is_first", [True, False], ids=["its first file", "a further file"])
def test_attach_replaces_the_file_that_was_chosen_and_no_other(agreement, owner, is_first):
    claim = a_complete_claim(agreement)
    line, first = claim.costs[0], claim.costs[0].document_id
    more = drafting.attach_document(claim, "tickets", an_evidence(), line_id=line.id, by=owner, at=CLAIMED_AT)
    before, old = {one.id for one in files(claim)}, first if is_first else more.id
    new = drafting.attach_document(claim, "tickets", an_evidence(), replaces=old, by=owner, at=CLAIMED_AT)
    assert {one.id for one in files(claim)} == before - {old} | {new.id}
    assert again(claim).costs[0].document_id == (new.id if is_first else first)
    assert new.part_id == (None if is_first else line.id)

    taken_off, then = an_evidence(), traces()
    with pytest.raises(RuleBroken, match="not attached any more"):
        drafting.attach_document(claim, "tickets", taken_off, replaces=old, by=owner, at=CLAIMED_AT)
    assert traces() == then


def test_what_was_handed_in_names_every_file_of_a_cost(agreement, owner):
    claim = a_complete_claim(agreement)
    line = claim.costs[0]
    assert "further" not in json.loads(read_content(claim.id))["costs"][0]
    more = drafting.attach_document(claim, "tickets", an_evidence(), line_id=line.id, by=owner, at=CLAIMED_AT)
    cost = json.loads(read_content(claim.id))["costs"][0]
    assert (cost["evidence"] is not None, cost["further"]) == (True, [more.sha256])


def test_attach_what_is_not_asked_for_is_refused(agreement, owner):
    claim = a_draft_claim(agreement)
    kept, before = an_evidence(), traces()
    with pytest.raises(RuleBroken, match="what the file is"):
        drafting.attach_document(claim, "holiday", kept, by=owner, at=CLAIMED_AT)
    assert traces() == before


def test_the_same_file_proves_a_cost_once_in_the_programme(manager, agreement, owner):
    claim = a_complete_claim(agreement)
    kept = an_evidence("the same")
    further = drafting.attach_document(claim, "tickets", kept, line_id=claim.costs[0].id, by=owner, at=CLAIMED_AT)
    assert further.id != again(claim).costs[0].document_id
    other = a_complete_claim(an_active_agreement("MG", "NL-GE"))
    theirs = owner_of(other.agreement.application)
    before = traces()
    for line_id in (other.costs[0].id, None):
        with pytest.raises(ClaimedAlready, match="evidence of another claim"):
            drafting.attach_document(other, "tickets", kept, line_id=line_id, by=theirs, at=CLAIMED_AT)
    assert traces() == before


def test_a_scan_of_several_tickets_may_prove_several_costs_of_one_claim(agreement, owner):
    claim = a_draft_claim(agreement)
    for cost in (a_cost(), a_cost()):
        drafting.save_line(claim, cost, by=owner, at=CLAIMED_AT)
    claim = again(claim)
    kept = an_evidence()
    for line in claim.costs:
        drafting.attach_document(claim, "tickets", kept, line_id=line.id, by=owner, at=CLAIMED_AT)
    lines = again(claim).costs
    assert lines[0].document_id == lines[1].document_id
    drafting.remove_line(claim, lines[0].id, by=owner, at=CLAIMED_AT)
    assert queries.find_document_of(claim.id, lines[1].document_id) is not None
    drafting.detach_document(claim, lines[1].document_id, by=owner, at=CLAIMED_AT)
    assert again(claim).costs[0].document_id is None
    with pytest.raises(NotFound):
        drafting.detach_document(claim, lines[1].document_id, by=owner, at=CLAIMED_AT)


# --- submitting -------------------------------------------------------------------------------------------------------


def test_submit_starts_the_eighty_days(agreement, owner):
    claim = a_submitted_claim(agreement)
    assert claim.state == ClaimState.SUBMITTED
    assert claim.pay_by == date(2027, 1, 8)
    assert last_letter_to(owner.email).occasion == "claims/submit"
    assert "8 January 2027" in last_letter_to(owner.email).body
    assert last_letter_to(agreement.application.region.email).occasion == "claims/submit_region"


def test_submit_refuses_what_is_incomplete(agreement, owner):
    claim = a_draft_claim(agreement)
    before = traces()
    with pytest.raises(RuleBroken, match="Add at least one cost"):
        drafting.submit_claim(claim, by=owner, at=CLAIMED_AT)
    assert [blocker.part for blocker in drafting.list_blockers(again(claim), at=CLAIMED_AT)] == [
        "costs",
        "evidence",
        "evidence",
        "report",
    ]
    assert traces() == before


def test_submit_on_the_last_day_counts(agreement, owner):
    claim = a_complete_claim(agreement)
    last_second = CLAIMED_AT.replace(year=2027, month=5, day=5, hour=21, minute=59, second=59)
    before = traces()
    with pytest.raises(RuleBroken, match="last day to claim was 5 May 2027"):
        drafting.submit_claim(claim, by=owner, at=last_second + timedelta(seconds=1))
    assert traces() == before
    drafting.submit_claim(claim, by=owner, at=last_second)


def test_submit_twice_is_refused(agreement, owner):
    claim = a_submitted_claim(agreement)
    before = traces()
    with pytest.raises(WrongState):
        drafting.submit_claim(claim, by=owner, at=CLAIMED_AT)
    assert traces() == before


def test_a_question_stops_the_clock(manager, agreement, owner):
    claim = a_submitted_claim(agreement)
    checking.send_back_claim(claim, "Which hotel was it?", by=manager, at=LATER)
    assert again(claim).state == ClaimState.RETURNED
    assert "Which hotel was it?" in last_letter_to(owner.email).body
    drafting.submit_claim(claim, answer="The one at the station.", by=owner, at=LATER + timedelta(days=14))
    claim = again(claim)
    assert (claim.days_stopped, claim.stopped_at) == (14, None)
    assert claim.pay_by == date(2027, 1, 22)
    assert claim.submitted_at == CLAIMED_AT
    checking.send_back_claim(claim, "And which train?", by=manager, at=LATER + timedelta(days=15))
    after_last_day = CLAIMED_AT.replace(year=2027, month=6)
    drafting.submit_claim(claim, answer="The 8.15.", by=owner, at=after_last_day)  # an answer is never too late
    assert again(claim).days_stopped == 14 + (after_last_day.date() - date(2026, 11, 5)).days


def test_cancel_leaves_the_money_on_the_voucher(agreement, owner):
    claim = a_complete_claim(agreement)
    drafting.cancel_claim(claim, by=owner, at=CLAIMED_AT)
    assert again(claim).state == ClaimState.CANCELLED
    assert left_on_voucher(agreement.application.reference) == EUR("500")


# --- checking ---------------------------------------------------------------------------------------------------------


def test_verify_deducts_with_a_reason(manager, agreement):
    claim = a_submitted_claim(agreement, a_cost(), a_cost(net=EUR("100"), vat=EUR("0")))
    first, second = claim.costs
    found = [
        Finding(first.id, EUR("300"), "The seat in first class.", CostError.INELIGIBLE),
        Finding(second.id, EUR("0"), "Not a journey.", CostError.INELIGIBLE),
    ]
    checking.verify_claim(claim, found, by=manager, at=LATER)
    claim = again(claim)
    assert (claim.state, claim.eligible, claim.grant) == (ClaimState.VERIFIED, EUR("300"), EUR("300"))
    assert claim.verified_by_id == manager.id
    assert claim.costs[1].deduction_reason == "Not a journey."


@pytest.mark.parametrize(
    ("accepted", "reason", "error", "says"),
    [
        ("318.41", "", None, "At most"),
        ("318.39", " ", CostError.OTHER, "Say why"),
        ("318.39", "First class.", None, "what kind of error"),
        ("0", "All of it is private.", CostError.INELIGIBLE, "Reject the claim instead"),
        (None, "", None, "each cost"),
    ],
)
def test_verify_refuses(manager, agreement, accepted, reason, error, says):
    claim = a_submitted_claim(agreement)
    found = [] if accepted is None else [Finding(claim.costs[0].id, EUR(accepted), reason, error)]
    before = traces()
    with pytest.raises(RuleBroken, match=says):
        checking.verify_claim(claim, found, by=manager, at=LATER)
    assert traces() == before
    assert again(claim).costs[0].accepted is None


def test_verify_is_for_officers_of_the_region_who_do_not_belong_to_the_company(manager, agreement, owner):
    claim = a_submitted_claim(agreement)
    others = [owner, a_manager("NL-GE"), a_finance_officer("FR-IDF"), an_applicant(at=during_call())]
    before = traces()
    for person in others:
        with pytest.raises(NotPermitted):
            checking.verify_claim(claim, all_accepted(claim), by=person, at=LATER)
    assert traces() == before


def test_authorise_by_the_verifier_is_refused(manager, agreement):
    claim = a_verified_claim(agreement, verifier=manager)
    before = traces()
    with pytest.raises(NotPermitted, match="someone else"):
        checking.authorise_claim(claim, by=manager, at=LATER)
    assert traces() == before


def test_authorise_posts_the_grant_and_gives_the_rest_back(manager, agreement, owner):
    an_authorised_claim(agreement, verifier=manager)
    found = stages(region="BE-WAL")
    assert found[Account.ACCEPTED] == 31_840
    assert found[Account.COMMITTED] == 0
    assert found[Account.AVAILABLE] == 10_000_000 - 31_840
    balance = trial_balance(region="BE-WAL")
    assert balance[Account.GRANTS] == 31_840
    assert balance[Account.PAYABLE_SME] == -31_840
    assert balance[Account.INCOME_ERDF] + balance.get(Account.INCOME_REGION, 0) == -31_840
    assert not list(list_faults())
    letter = last_letter_to(owner.email)
    assert letter.occasion == "claims/authorise"
    assert "no confirmed bank account" in letter.body


@pytest.mark.parametrize("is_final", [True, False])
def test_authorise_tells_that_it_was_the_last_claim_and_what_went_back(client, manager, agreement, owner, is_final):
    claim = a_verified_claim(agreement, verifier=manager, is_final=is_final)
    signed_in(client, owner)
    checked = client.get(f"/agreements/{agreement.id}").text
    checking.authorise_claim(claim, by=a_finance_officer(), at=LATER + timedelta(days=1))
    body, page = last_letter_to(owner.email).body, client.get(f"/agreements/{agreement.id}").text
    assert ("The EUR 181.60 that it did not use went back" in body.replace("€", "EUR ")) == is_final
    assert ("This was the last claim" in body) == is_final
    assert (f"{claim.number} is the last claim of this voucher, and the office checks it." in checked) == is_final
    assert (f"{claim.number} was the last claim of this voucher, and it is accepted." in page) == is_final
    assert ("the activity is carried out" in page) != is_final
    assert ("Claim your costs" in page) != is_final


def test_nothing_is_written_nor_signed_once_the_agreement_has_ended(client, manager):
    agreement = an_active_agreement("COL")
    claim = a_complete_claim(agreement)
    owner = owner_of(agreement.application)
    terminating.confirm_termination(a_heard_termination(agreement, at=LATER), by=a_coordinator(), at=LATER)
    claim, before = again(claim), traces()
    contact = ProviderContact(agreement.provider_party.id, agreement.provider_party.name)
    for act in (
        lambda: drafting.save_line(claim, a_cost(), by=owner, at=LATER),
        lambda: drafting.save_report(claim, "More was done.", by=owner, at=LATER),
        lambda: drafting.submit_claim(claim, by=owner, at=LATER),
        lambda: reporting.ask_provider(claim, by=owner, at=LATER),
        lambda: reporting.sign_as_provider(claim, contact.name, claim.report_sha256, by=contact, at=LATER),
    ):
        with pytest.raises(NotPermitted, match="not in force any more"):
            act()
    assert traces() == before
    page = signed_in(client, owner).get(f"/claims/{claim.id}").text
    assert "The agreement is not in force any more" in page
    assert "To do" not in page
    assert client.get(f"/claims/{claim.id}/submit").status_code == 403
    drafting.cancel_claim(claim, by=owner, at=LATER)
    assert again(claim).state == ClaimState.CANCELLED


def test_authorise_tells_of_deductions(manager, agreement, owner):
    claim = a_submitted_claim(agreement)
    checking.verify_claim(
        claim, [Finding(claim.costs[0].id, EUR("200"), "First class.", CostError.INELIGIBLE)], by=manager, at=LATER
    )
    checking.authorise_claim(claim, by=a_finance_officer(), at=LATER)
    assert "less €118.40. First class." in last_letter_to(owner.email).body


def test_two_claims_use_up_one_voucher_to_the_cent(manager, agreement, owner):
    first = an_authorised_claim(agreement, a_cost(net=EUR("199.99"), vat=EUR("0")), verifier=manager, is_final=False)
    assert left_on_voucher(agreement.application.reference) == EUR("300.01")
    second = a_submitted_claim(agreement, a_cost(net=EUR("999.99"), vat=EUR("0")), at=LATER)
    checking.verify_claim(second, all_accepted(second), by=manager, at=LATER)
    checking.authorise_claim(second, by=a_finance_officer(), at=LATER)
    assert again(second).grant == EUR("300.01")
    assert second.number.endswith("-C2")
    assert left_on_voucher(agreement.application.reference) == EUR("0")
    assert stages(region="BE-WAL")[Account.ACCEPTED] == 50_000
    assert not list(list_faults())
    assert again(first).grant == EUR("199.99")


def test_authorise_with_an_overtaken_page_is_refused(manager, agreement):
    claim = a_verified_claim(agreement, verifier=manager)
    before = traces()
    with pytest.raises(WrongState, match="Someone else changed this"):
        checking.authorise_claim(claim, by=a_finance_officer(), at=LATER, version=claim.version - 1)
    assert traces()[1] == before[1]


def test_reopen_by_the_second_officer(manager, agreement):
    claim = a_verified_claim(agreement, verifier=manager)
    with pytest.raises(NotPermitted):
        checking.reopen_claim(claim, "No", by=manager, at=LATER)
    checking.reopen_claim(claim, "The hotel was counted twice.", by=a_finance_officer(), at=LATER)
    claim = again(claim)
    assert (claim.state, claim.verified_by_id, claim.grant) == (ClaimState.SUBMITTED, None, None)
    assert "counted twice" in last_letter_to(manager.email).body


def test_reject_tells_why_and_moves_no_money(manager, agreement, owner):
    claim = a_submitted_claim(agreement)
    journals = traces()[1]
    checking.reject_claim(claim, "The journey did not take place.", by=manager, at=LATER)
    assert again(claim).state == ClaimState.REJECTED
    assert "did not take place" in last_letter_to(owner.email).body
    assert traces()[1] == journals
    assert left_on_voucher(agreement.application.reference) == EUR("500")


@pytest.mark.postgres
def test_two_officers_authorise_in_the_same_moment(manager, agreement, app):
    claim = a_verified_claim(agreement, verifier=manager)
    officers = [a_finance_officer().id, a_finance_officer().id]
    start, outcomes = threading.Barrier(2), []

    def authorise(officer_id):
        from vouchers.users.queries import get_user

        with app.app_context():
            officer, mine = get_user(officer_id), queries.get_claim(claim.id)
            start.wait()
            try:
                checking.authorise_claim(mine, by=officer, at=LATER)
                outcomes.append("authorised")
            except WrongState:
                outcomes.append("someone was faster")

    threads = [threading.Thread(target=authorise, args=(officer,)) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert sorted(outcomes) == ["authorised", "someone was faster"]
    assert stages(region="BE-WAL")[Account.ACCEPTED] == 31_840


# --- paying -----------------------------------------------------------------------------------------------------------


def test_pay_of_the_last_claim_completes_the_voucher(manager, agreement, owner):
    claim = an_authorised_claim(agreement, verifier=manager)
    paying.order_claim_payment(claim, by=OFFICE, at=LATER)
    paying.release_claim_payment(claim, by=OFFICE, at=LATER)
    assert again(claim).state == ClaimState.AUTHORISED
    paying.order_claim_payment(claim, by=OFFICE, at=LATER)
    with pytest.raises(NotPermitted):
        paying.pay_claim(claim, by=manager, at=LATER)
    paying.pay_claim(claim, by=OFFICE, at=LATER)
    assert again(claim).state == ClaimState.PAID
    done = agreements.get_agreement(agreement.id)
    assert (done.state, done.application.state) == (AgreementState.COMPLETED, ApplicationState.COMPLETED)
    assert last_letter_to(owner.email).occasion == "agreements/complete"


def test_pay_of_an_earlier_claim_completes_nothing(manager, agreement):
    first = an_authorised_claim(agreement, verifier=manager, is_final=False)
    last = an_authorised_claim(agreement, verifier=manager, at=LATER)
    paying.order_claim_payment(last, by=OFFICE, at=LATER)
    paying.pay_claim(last, by=OFFICE, at=LATER)
    assert agreements.get_agreement(agreement.id).state == AgreementState.ACTIVE
    paying.order_claim_payment(first, by=OFFICE, at=LATER)
    paying.pay_claim(first, by=OFFICE, at=LATER)
    assert agreements.get_agreement(agreement.id).state == AgreementState.COMPLETED


@pytest.mark.parametrize("instrument", ["INS", "COL"])
def test_other_instruments_pay_without_prior_approval(manager, instrument):
    agreement = an_active_agreement(instrument, manager=manager)
    category = agreement.application.instrument.plan.cost_categories[0].code
    cost = a_cost(category=category, activity_on=None, net=EUR("2500"), vat=EUR("525"), is_vat_recoverable=True)
    claim = an_authorised_claim(agreement, cost, verifier=manager)
    assert claim.grant == EUR("2500")
    assert an_organisation(owner_of(agreement.application)).id


# The last day to claim -----------------------------------------------------------------------------------------------


def noon_before(agreement, days):
    """Noon of the day that is so many days before the last day to claim."""
    return datetime.combine(agreement.claim_by - timedelta(days=days), time(12), UTC)


def to_claimants(occasion):
    return list(
        db.session.scalars(select(Letter).where(Letter.occasion == f"agreements/{occasion}").order_by(Letter.id))
    )


def test_settle_reminds_thirty_and_seven_days_before_and_once_each(agreement):
    for days in (40, 31, 30, 30, 29, 8, 7, 7, 1, 0):
        settle_vouchers(at=noon_before(agreement, days))
    told = to_claimants("remind")
    assert [letter.heading.split(" day")[0] for letter in told] == ["30", "7"]
    assert "submit the claim here" in told[0].body
    assert f"/claims/of/{agreement.id}" in told[0].body
    assert agreements.get_agreement(agreement.id).state == AgreementState.ACTIVE


def test_settle_makes_up_for_a_reminder_that_was_missed(agreement):
    settle_vouchers(at=noon_before(agreement, 5))
    settle_vouchers(at=noon_before(agreement, 4))
    assert [letter.heading.split(" day")[0] for letter in to_claimants("remind")] == ["5"]


def test_lapse_gives_back_what_nobody_claimed_in_time(agreement, owner):
    draft = a_draft_claim(agreement)
    before = stages(region="BE-WAL")[Account.AVAILABLE]
    midnight = datetime.combine(agreement.claim_by, time(23, 59, 59), ZoneInfo("Europe/Brussels")).astimezone(UTC)
    settle_vouchers(at=midnight)
    settle_vouchers(at=midnight + timedelta(minutes=59))
    assert agreements.get_agreement(agreement.id).state == AgreementState.ACTIVE

    for _run in range(2):
        settle_vouchers(at=midnight + timedelta(minutes=61))
    found = agreements.get_agreement(agreement.id)
    assert (found.state, found.application.state) == (AgreementState.EXPIRED, ApplicationState.LAPSED)
    assert stages(region="BE-WAL")[Account.AVAILABLE] == before + agreement.amount.cents
    assert left_on_voucher(found.application.reference) == EUR("0")
    assert list(list_faults()) == []
    events = db.session.scalars(select(Journal.event).where(Journal.tag == "agreement.lapse"))
    assert list(events) == ["decommit"]
    told = [letter.to_email for letter in to_claimants("lapse")]
    assert told.count(owner.email) == 1
    assert queries.get_claim(draft.id).state == ClaimState.DRAFT


@pytest.mark.parametrize("made", [a_submitted_claim, an_authorised_claim])
def test_a_claim_with_the_office_keeps_its_money(agreement, manager, made):
    made(agreement)
    before = traces()
    for days in (30, 7, -3):
        settle_vouchers(at=noon_before(agreement, days))
    assert traces() == before


def test_a_rejected_claim_does_not_keep_the_money(agreement, manager):
    claim = a_submitted_claim(agreement)
    checking.reject_claim(claim, "Not of this voucher.", by=manager, at=LATER)
    settle_vouchers(at=noon_before(agreement, -2))
    assert agreements.get_agreement(agreement.id).state == AgreementState.EXPIRED


def test_a_voucher_paid_in_part_is_completed_and_its_rest_given_back(agreement, manager):
    claim = an_authorised_claim(agreement, is_final=False)
    paying.order_claim_payment(claim, by=OFFICE, at=LATER)
    paying.pay_claim(claim, by=OFFICE, at=LATER)
    reference = agreement.application.reference
    assert left_on_voucher(reference) > EUR("0")
    settle_vouchers(at=noon_before(agreement, -2))
    found = agreements.get_agreement(agreement.id)
    assert (found.state, found.application.state) == (AgreementState.COMPLETED, ApplicationState.COMPLETED)
    assert left_on_voucher(reference) == EUR("0")


def test_lapse_before_its_time_is_refused(agreement):
    before = traces()
    with pytest.raises(RuleBroken, match="has not passed"):
        lapse_agreement(agreement, by=OFFICE, at=noon_before(agreement, 0))
    with pytest.raises(NotPermitted):
        lapse_agreement(agreement, by=a_manager(), at=noon_before(agreement, -2))
    assert traces() == before


def test_an_activity_is_claimed_once_it_has_taken_place(agreement, owner):
    night = CLAIMED_AT.date() + timedelta(days=1)
    claim = a_complete_claim(agreement, a_cost(category="lodging", activity_on=night))  # it is paid already
    with pytest.raises(RuleBroken, match="once it has taken place"):
        drafting.submit_claim(claim, by=owner, at=CLAIMED_AT)
    drafting.submit_claim(again(claim), by=owner, at=CLAIMED_AT + timedelta(days=1))
    assert again(claim).state == ClaimState.SUBMITTED
