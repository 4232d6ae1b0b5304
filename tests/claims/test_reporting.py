"""What a sum is paid for, the journeys of a cost, the report's own questions, its marks, and the names under it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.builders.agreements import a_manager, an_active_agreement
from tests.builders.applications import owner_of
from tests.builders.claims import (
    CLAIMED_AT,
    a_claim_without_report,
    a_complete_claim,
    a_cost,
    a_draft_claim,
    a_finance_officer,
    a_leg,
    a_written_claim,
    all_accepted,
    an_evidence,
    answers_to,
    sign_report,
)
from tests.builders.programmes import IN2_FILE, a_correction, a_programme, in2, with_claim_terms
from tests.builders.users import signed_in
from tests.programmes.test_rules_claim_terms import terms_of
from vouchers.agreements.policy import ProviderContact
from vouchers.agreements.states import PartyKind
from vouchers.claims.actions import checking, drafting, reporting, travelling
from vouchers.claims.actions.checking import Delivery
from vouchers.claims.queries import files as queries
from vouchers.claims.rules.invoices import ClaimedAlready
from vouchers.claims.rules.journeys import Leg
from vouchers.claims.rules.reporting import worth_of
from vouchers.claims.rules.signatures import is_one_name
from vouchers.claims.states import ClaimState
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotFound, NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.documents.queries import list_documents_of
from vouchers.ledger.queries import left_on_voucher
from vouchers.letters.models import Letter
from vouchers.programmes.rules.instrument_plan import ClaimTerms

LATER = CLAIMED_AT + timedelta(days=1)
DAY = date(2026, 10, 12)
LEG = a_leg(DAY)
SUM = "    grant: {kind: lump_sum, amount: 500}\n    claim:\n"
DELIVERABLES = """      deliverables:
        - {code: study, name: Study, hint: "As a PDF.", part: 33.33 %}
        - {code: workshop, name: Workshop, part: 66.67 %}
"""
WHOLE = """      deliverables:
        - {code: study, name: Study}
        - {code: workshop, name: Workshop}
"""
QUESTIONS = """      report:
        - {code: jobs, label: "How many jobs came of it?", hint: "In full time.", required: yes}
        - {code: next, label: "What comes next?"}
      satisfaction:
        - {code: speed, label: "Were we fast?"}
        - {code: help, label: "Did it help?"}
"""


def text_with(*changes: tuple[str, str]) -> str:
    text = IN2_FILE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


REAL = "    grant: {kind: real_cost, cap: 500, rate: 100 %}\n"


def a_sum(deliverables: str = DELIVERABLES):
    """Meet & Greet as a lump sum of EUR 500."""
    a_programme(text_with((REAL, SUM + deliverables)))
    return an_active_agreement("MG")


def asking(block: str):
    """Meet & Greet with more in its report."""
    a_programme(text_with((REAL, REAL + "    claim:\n" + block)))
    return an_active_agreement("MG")


def signing():
    """Collaboration, whose report both parties sign."""
    in2()
    return an_active_agreement("COL")


def a_claim_of_a_journey():
    """Of Meet & Greet, complete but for the journeys that its travel paid."""
    in2()
    claim = a_complete_claim(an_active_agreement("MG"))
    owner, (line,) = owner_of(claim.agreement.application), claim.costs
    travelling.remove_journey(claim, line.itinerary[0].id, by=owner, at=CLAIMED_AT)
    return again(claim)


def again(claim):
    return queries.get_claim(claim.id)


def complete(claim, owner, *, at=LATER):
    """The documents and words that every claim of Meet & Greet needs."""
    for document in claim.agreement.application.instrument.plan.claim_documents:
        drafting.attach_document(claim, document.code, an_evidence(), by=owner, at=at)
    drafting.save_report(again(claim), "We met three laboratories.", by=owner, at=at)


# --- deliverables -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codes", "worth"),
    [((), "0"), (("study",), "166.65"), (("workshop",), "333.35"), (("study", "workshop"), "500.00")],
)
def test_the_parts_of_a_sum_add_up_to_the_cent(codes, worth):
    assert worth_of(terms_of(DELIVERABLES), codes, EUR("500")) == EUR(worth)


@pytest.mark.parametrize(("codes", "worth"), [(("study",), "0"), (("study", "workshop"), "500")])
def test_without_parts_the_sum_is_paid_when_all_is_there(codes, worth):
    assert worth_of(terms_of(WHOLE), codes, EUR("500")) == EUR(worth)


def test_each_claim_pays_what_it_delivers_and_nothing_twice(app):
    agreement = a_sum()
    owner, manager = owner_of(agreement.application), a_manager()
    claim = a_draft_claim(agreement)
    complete(claim, owner, at=CLAIMED_AT)
    assert "Say what was delivered." in [
        str(one.sentence) for one in drafting.list_blockers(again(claim), at=CLAIMED_AT)
    ]
    study = reporting.save_deliverable(claim, "study", "40 pages", DAY, by=owner, at=CLAIMED_AT)
    with pytest.raises(RuleBroken, match="Attach what shows it: Study"):
        drafting.submit_claim(again(claim), is_final=False, by=owner, at=CLAIMED_AT)
    drafting.attach_document(again(claim), study.purpose, an_evidence(), by=owner, at=CLAIMED_AT)
    drafting.submit_claim(again(claim), is_final=False, by=owner, at=CLAIMED_AT)
    assert queries.sums(again(claim)).granted == EUR("166.65")
    with pytest.raises(RuleBroken, match="each deliverable"):
        checking.verify_claim(again(claim), [], by=manager, at=LATER)
    checking.verify_claim(again(claim), [], deliveries=[Delivery("study", True)], by=manager, at=LATER)
    checking.authorise_claim(again(claim), by=a_finance_officer(), at=LATER)
    assert left_on_voucher(agreement.application.reference) == EUR("333.35")

    second = a_draft_claim(agreement, at=LATER)
    with pytest.raises(RuleBroken, match="paid once") as refused:
        reporting.save_deliverable(second, "study", "Again", DAY, by=owner, at=LATER)
    assert refused.value.field == "code"
    reporting.save_deliverable(second, "workshop", "20 people", DAY, by=owner, at=LATER)
    assert queries.sums(again(second)).granted == EUR("333.35")


def test_a_deliverable_that_is_not_accepted_is_not_paid_and_may_come_again(app):
    agreement = a_sum()
    owner, manager = owner_of(agreement.application), a_manager()
    claim = a_draft_claim(agreement)
    complete(claim, owner, at=CLAIMED_AT)
    for code in ("study", "workshop"):
        one = reporting.save_deliverable(again(claim), code, "Done", DAY, by=owner, at=CLAIMED_AT)
        drafting.attach_document(again(claim), one.purpose, an_evidence(), by=owner, at=CLAIMED_AT)
    drafting.submit_claim(again(claim), is_final=False, by=owner, at=CLAIMED_AT)
    found = [Delivery("study", False, " "), Delivery("workshop", True)]
    with pytest.raises(RuleBroken, match="Say why") as refused:
        checking.verify_claim(again(claim), [], deliveries=found, by=manager, at=LATER)
    assert refused.value.field == "why_study"
    found[0] = Delivery("study", False, "It is empty.")
    checking.verify_claim(again(claim), [], deliveries=found, by=manager, at=LATER)
    assert again(claim).grant == EUR("333.35")
    checking.authorise_claim(again(claim), by=a_finance_officer(), at=LATER)
    second = a_draft_claim(agreement, at=LATER)
    assert reporting.save_deliverable(second, "study", "Now full", DAY, by=owner, at=LATER).code == "study"


def delivered(agreement, kept, *codes, code="study"):
    """A claim of one deliverable, or of several, that this file shows."""
    claim, owner = a_draft_claim(agreement), owner_of(agreement.application)
    for name in codes or (code,):
        one = reporting.save_deliverable(again(claim), name, "Done", DAY, by=owner, at=CLAIMED_AT)
        drafting.attach_document(again(claim), one.purpose, kept, by=owner, at=CLAIMED_AT)
    return claim, owner


def test_a_file_shows_a_deliverable_once_in_the_programme(app):
    kept = an_evidence()
    first, owner = delivered(a_sum(), kept)
    other = an_active_agreement("MG", "NL-GE")
    with pytest.raises(ClaimedAlready, match="of another claim"):
        delivered(other, kept)
    theirs = again(queries.list_claims_of(other.id)[0])
    line = drafting.save_line(theirs, a_cost(), by=owner_of(other.application), at=CLAIMED_AT)
    with pytest.raises(ClaimedAlready):
        drafting.attach_document(theirs, "tickets", kept, line_id=line.id, by=owner_of(other.application), at=LATER)
    # as a file for which nothing is paid it may lie anywhere; once the deliverable is out, it may show another
    drafting.attach_document(theirs, "report", kept, by=owner_of(other.application), at=CLAIMED_AT)
    reporting.remove_deliverable(again(first), "study", by=owner, at=CLAIMED_AT)
    drafting.attach_document(again(theirs), "deliverable_study", kept, by=owner_of(other.application), at=LATER)


def test_a_file_that_shows_a_deliverable_elsewhere_is_asked_for_again_as_it_is_handed_in_and_judged(app):
    kept = an_evidence()
    first, owner = delivered(a_sum(), kept)
    complete(again(first), owner)
    drafting.submit_claim(again(first), by=owner, at=LATER)
    other = an_active_agreement("MG", "NL-GE")
    second, writer = delivered(other, an_evidence())
    complete(again(second), writer)
    _lies_there_already(second, kept)
    with pytest.raises(ClaimedAlready):
        drafting.submit_claim(again(second), by=writer, at=LATER)
    with pytest.raises(NotPermitted):
        checking.verify_claim(again(first), [], by=writer, at=LATER)
    with pytest.raises(ClaimedAlready):
        checking.verify_claim(again(first), [], deliveries=[Delivery("study", True)], by=a_manager(), at=LATER)


def _lies_there_already(claim, kept):
    """As it was stored before there was the rule."""
    with unit_of_work():
        for document in list_documents_of("claim", claim.id):
            if document.purpose == "deliverable_study":
                document.sha256 = kept.sha256


def test_who_judges_is_told_of_one_file_for_two_deliverables(client, clock, app):
    agreement = a_sum()
    claim, owner = delivered(agreement, an_evidence(), "study", "workshop")
    complete(again(claim), owner)
    clock.stop(LATER)
    asked = signed_in(client, owner).get(f"/claims/{claim.id}/submit").text
    assert "What this claim says was done and delivered" in asked
    assert "The costs are real" not in asked
    drafting.submit_claim(again(claim), by=owner, at=LATER)
    page = signed_in(client, a_manager()).get(f"/claims/{claim.id}/verify").text
    assert "The files of the claim show what the sum is paid for." in page
    assert "Each accepted cost" not in page
    assert "The same file is to show “Workshop”." in page
    assert "The same file is to show “Study”." in page


@pytest.mark.parametrize(
    ("code", "day", "field"),
    [
        ("yacht", DAY, "code"),
        ("study", date(2026, 10, 5), "delivered_on"),
        ("study", date(2026, 10, 21), "delivered_on"),
    ],
)
def test_save_deliverable_refuses_what_is_not_named_and_days_outside(app, code, day, field):
    agreement = a_sum()
    claim = a_draft_claim(agreement)
    with pytest.raises(RuleBroken) as refused:
        reporting.save_deliverable(claim, code, "x", day, by=owner_of(agreement.application), at=CLAIMED_AT)
    assert refused.value.field == field
    assert again(claim).delivered == []


def test_remove_deliverable_takes_its_files_off(app):
    agreement = a_sum()
    owner, claim = owner_of(agreement.application), a_draft_claim(agreement)
    one = reporting.save_deliverable(claim, "study", "Done", DAY, by=owner, at=CLAIMED_AT)
    drafting.attach_document(again(claim), one.purpose, an_evidence(), by=owner, at=CLAIMED_AT)
    with pytest.raises(NotPermitted):
        reporting.remove_deliverable(again(claim), "study", by=a_manager(), at=CLAIMED_AT)
    reporting.remove_deliverable(again(claim), "study", by=owner, at=CLAIMED_AT)
    assert (again(claim).delivered, list_documents_of("claim", claim.id)) == ([], [])
    with pytest.raises(NotFound):
        reporting.remove_deliverable(again(claim), "study", by=owner, at=CLAIMED_AT)


def test_the_pages_of_a_lump_sum(client, clock, app):
    clock.stop(CLAIMED_AT)
    agreement = a_sum()
    claim = a_draft_claim(agreement)
    sme, own = signed_in(client, owner_of(agreement.application)), f"/claims/{claim.id}"
    assert "What was delivered" in sme.get(own).text
    assert "As a PDF." in sme.get(f"{own}/deliverables").text
    typed = {"code": "study", "note": "40 pages", "delivered_on": "2026-10-21"}
    refused = sme.post(f"{own}/deliverables", data=typed)
    assert refused.status_code == 422
    assert "40 pages" in refused.text
    made = sme.post(f"{own}/deliverables", data=typed | {"delivered_on": "2026-10-12"})
    assert made.status_code == 303
    assert '<option value="deliverable_study" selected' in sme.get(made.location).text
    assert "40 pages" in sme.get(f"{own}/deliverables?code=study").text
    assert "€166.65" in sme.get(own).text
    assert "is lost" in sme.get(f"{own}/deliverables/study/remove").text
    assert sme.post(f"{own}/deliverables/study/remove").status_code == 303
    assert sme.post(f"{own}/deliverables/study/remove").status_code == 303
    assert "€0.00" in sme.get(own).text


def test_the_officer_judges_each_deliverable_on_the_page(client, clock, app):
    clock.stop(CLAIMED_AT)
    agreement = a_sum()
    owner, claim = owner_of(agreement.application), a_draft_claim(agreement)
    complete(claim, owner, at=CLAIMED_AT)
    one = reporting.save_deliverable(claim, "study", "40 pages", DAY, by=owner, at=CLAIMED_AT)
    drafting.attach_document(again(claim), one.purpose, an_evidence(), by=owner, at=CLAIMED_AT)
    drafting.submit_claim(again(claim), by=owner, at=CLAIMED_AT)
    desk, verify = signed_in(client, a_manager()), f"/claims/{claim.id}/verify"
    assert "Do you accept “Study”?" in desk.get(verify).text
    ticks = dict.fromkeys(("is_done", "is_proven", "is_needed"), "yes")
    assert desk.post(verify, data=ticks).status_code == 422
    assert desk.post(verify, data=ticks | {"accept_study": "yes"}).status_code == 303
    assert again(claim).grant == EUR("166.65")


# --- journeys ---------------------------------------------------------------------------------------------------------


def test_a_cost_says_which_journeys_it_paid(app):
    claim = a_claim_of_a_journey()
    owner, (line,) = owner_of(claim.agreement.application), claim.costs
    with pytest.raises(RuleBroken, match="Say which journeys"):
        drafting.submit_claim(claim, by=owner, at=CLAIMED_AT)
    there = travelling.save_journey(claim, line.id, LEG, by=owner, at=CLAIMED_AT)
    travelling.remove_journey(again(claim), there.id, by=owner, at=CLAIMED_AT)
    assert again(claim).costs[0].itinerary == []
    with pytest.raises(NotFound):
        travelling.remove_journey(again(claim), there.id, by=owner, at=CLAIMED_AT)
    travelling.save_journey(again(claim), line.id, LEG, by=owner, at=CLAIMED_AT)
    drafting.submit_claim(again(claim), by=owner, at=CLAIMED_AT)
    assert again(claim).state == ClaimState.SUBMITTED


@pytest.mark.parametrize(
    ("leaves", "arrives", "field", "says"),
    [
        ("2026-10-05", "2026-10-12", "leaves_on", "approved on 5 October 2026"),
        ("2026-10-04", "2026-10-12", "leaves_on", "approved on 5 October 2026"),
        ("2026-10-12", "2026-10-11", "arrives_on", "before it leaves"),
        ("2026-10-12", "2026-10-21", "arrives_on", "in the future"),
    ],
)
def test_save_journey_refuses_what_cannot_be_paid(app, leaves, arrives, field, says):
    claim = a_claim_of_a_journey()
    leg = Leg("A", "B", date.fromisoformat(leaves), date.fromisoformat(arrives), "Ann")
    with pytest.raises(RuleBroken, match=says) as refused:
        travelling.save_journey(claim, claim.costs[0].id, leg, by=owner_of(claim.agreement.application), at=CLAIMED_AT)
    assert refused.value.field == field
    assert again(claim).costs[0].itinerary == []


def test_journeys_are_the_companys(app):
    claim = a_claim_of_a_journey()
    owner = owner_of(claim.agreement.application)
    journey = travelling.save_journey(claim, claim.costs[0].id, LEG, by=owner, at=CLAIMED_AT)
    with pytest.raises(NotPermitted):
        travelling.save_journey(claim, claim.costs[0].id, LEG, by=a_manager(), at=CLAIMED_AT)
    with pytest.raises(NotPermitted):
        travelling.remove_journey(claim, journey.id, by=a_manager(), at=CLAIMED_AT)


def test_the_page_of_journeys(client, clock, app):
    clock.stop(CLAIMED_AT)
    claim = a_claim_of_a_journey()
    sme, own = signed_in(client, owner_of(claim.agreement.application)), f"/claims/{claim.id}"
    page = f"{own}/costs/{claim.costs[0].id}/journeys"
    assert page in sme.get(own).text
    assert page in sme.get(f"{own}/submit").text
    typed = {"from_place": "Gosselies", "to_place": "Nijmegen", "traveller": "Ann", "leaves_on": "2026-10-05"}
    typed |= {"arrives_on": "2026-10-12"}
    refused = sme.post(page, data=typed)
    assert refused.status_code == 422
    assert 'value="Gosselies"' in refused.text
    assert sme.post(page, data=typed | {"leaves_on": "2026-10-12"}).status_code == 303
    assert "Gosselies – Nijmegen" in sme.get(own).text
    journey = again(claim).costs[0].itinerary[0]
    for _click in range(2):
        assert sme.post(f"{own}/journeys/{journey.id}/remove").status_code == 303
    assert "Gosselies – Nijmegen" not in sme.get(own).text


# --- the report's own questions and marks -----------------------------------------------------------------------------


def test_the_report_asks_what_the_voucher_asks(client, clock, app):
    clock.stop(CLAIMED_AT)
    agreement = asking(QUESTIONS)
    owner, claim = owner_of(agreement.application), a_claim_without_report(agreement)
    drafting.save_report(claim, "We met three laboratories.", by=owner, at=CLAIMED_AT)
    claim = again(claim)
    with pytest.raises(RuleBroken, match="How many jobs"):
        drafting.submit_claim(claim, by=owner, at=CLAIMED_AT)
    sme, own = signed_in(client, owner), f"/claims/{claim.id}"
    page = sme.get(f"{own}/report").text
    assert "How many jobs came of it?" in page
    assert "In full time." in page
    refused = sme.post(f"{own}/report", data={"report": "We met.", "answer_jobs": "", "answer_next": "Tests"})
    assert refused.status_code == 422
    assert "Tests</textarea>" in refused.text
    version = re.search(r'name="version"[^>]*value="([^"]*)"', page).group(1)
    kept = sme.post(f"{own}/report/autosave", json={"report": "We met.", "answer_jobs": "2", "version": version})
    assert kept.status_code == 200
    assert (again(claim).report, again(claim).answers["jobs"]) == ("We met.", "2")
    stale = sme.post(f"{own}/report/autosave", json={"report": "Else", "answer_jobs": "3", "version": version})
    assert stale.status_code == 409
    assert again(claim).answers["jobs"] == "2"
    too_long = sme.post(f"{own}/report/autosave", json={"report": "x", "answer_jobs": "2" * 2001})
    assert "too long" in too_long.json["message"]
    assert "How many jobs came of it?" in sme.get(own).text


def test_the_last_claim_says_how_satisfied_the_company_is(client, clock, app):
    clock.stop(CLAIMED_AT)
    agreement = asking(QUESTIONS)
    owner, claim = owner_of(agreement.application), a_claim_without_report(agreement)
    drafting.save_report(claim, "We met three laboratories.", by=owner, at=CLAIMED_AT)
    claim = again(claim)
    drafting.save_report(claim, "We met.", {"jobs": "2"}, by=owner, at=CLAIMED_AT)
    with pytest.raises(RuleBroken, match="how satisfied"):
        drafting.submit_claim(again(claim), is_final=True, by=owner, at=CLAIMED_AT)
    with pytest.raises(RuleBroken, match="1 to 5"):
        reporting.save_satisfaction(again(claim), {"speed": 6, "help": 1}, "", by=owner, at=CLAIMED_AT)
    with pytest.raises(NotPermitted):
        reporting.save_satisfaction(again(claim), {"speed": 5, "help": 1}, "", by=a_manager(), at=CLAIMED_AT)
    sme, page = signed_in(client, owner), f"/claims/{claim.id}/satisfaction"
    assert "Were we fast?" in sme.get(page).text
    assert sme.post(page, data={"mark_speed": "5", "note": "Faster"}).status_code == 422
    assert sme.post(page, data={"mark_speed": "9", "mark_help": "4"}).status_code == 422
    assert sme.post(page, data={"mark_speed": "5", "mark_help": "4", "note": "Faster"}).status_code == 303
    assert (again(claim).satisfaction, again(claim).satisfaction_note) == ({"speed": 5, "help": 4}, "Faster")
    drafting.submit_claim(again(claim), is_final=True, by=owner, at=CLAIMED_AT)


# --- names under the report -------------------------------------------------------------------------------------------


def the_link():
    letter = db.session.scalars(select(Letter).where(Letter.occasion == "claims/ask_provider")).all()[-1]
    return re.search(r"/claims/provider/\S+", letter.body).group(0)


def test_both_sign_the_report_as_it_stands(client, clock, app):
    clock.stop(CLAIMED_AT)
    agreement = signing()
    owner, claim = owner_of(agreement.application), a_written_claim(agreement)
    with pytest.raises(RuleBroken, match="Sign the report"):
        drafting.submit_claim(claim, by=owner, at=CLAIMED_AT)
    sme, own = signed_in(client, owner), f"/claims/{claim.id}"
    sent = {"sha256": claim.report_sha256, "name": owner.name, "is_read": "yes"}
    assert "We met three laboratories." in sme.get(f"{own}/sign").text
    assert sme.post(f"{own}/sign", data=sent | {"name": "Somebody Else"}).status_code == 422
    assert sme.post(f"{own}/sign", data=sent | {"sha256": "0" * 64}).status_code == 422
    assert sme.post(f"{own}/sign", data=sent).status_code == 303
    assert sme.post(f"{own}/sign", data=sent).status_code in (303, 409)
    with pytest.raises(RuleBroken, match="provider has not signed"):
        drafting.submit_claim(again(claim), by=owner, at=CLAIMED_AT)

    assert "Jan" not in sme.get(f"{own}/ask-provider").text or True
    assert sme.post(f"{own}/ask-provider", data={}).status_code == 303
    visitor, link = app.test_client(), the_link()
    page = visitor.get(link).text
    assert "We met three laboratories." in page
    assert agreement.provider_party.name in page
    sign = {"sha256": claim.report_sha256, "name": "Piet Jansen", "is_read": "yes"}
    refused = visitor.post(link, data=sign)
    assert refused.status_code == 422
    assert "in which function you sign" in refused.text
    assert visitor.post(link, data=sign | {"name": "Jan de Vries"}).status_code == 303
    assert "You have signed this report" in visitor.get(link).text
    assert again(claim).signature_of(PartyKind.PROVIDER).name == "Jan de Vries"
    drafting.submit_claim(again(claim), by=owner, at=CLAIMED_AT)
    assert "Nothing can be signed now" in visitor.get(link).text or "You have signed" in visitor.get(link).text
    assert visitor.get("/claims/provider/guessed").status_code == 404


def test_names_are_asked_from_the_correction_on(clock, app):
    """An office that ran with the earlier file: what was handed in goes on, what is written then is signed."""
    newer = IN2_FILE.read_text(encoding="utf-8")
    earlier = with_claim_terms(newer, "COL", "")
    a_programme(earlier)
    submitted, draft = (a_complete_claim(an_active_agreement("COL")) for _number in range(2))
    owner = owner_of(draft.agreement.application)
    drafting.submit_claim(submitted, by=owner_of(submitted.agreement.application), at=CLAIMED_AT)
    assert not submitted.signatures
    assert not draft.signatures

    clock.stop(LATER)
    a_correction("2026-1", newer)
    submitted = again(submitted)
    checking.verify_claim(submitted, all_accepted(submitted), by=a_manager(), at=LATER)
    checking.authorise_claim(again(submitted), by=a_finance_officer(), at=LATER)
    assert again(submitted).state == ClaimState.AUTHORISED

    def is_refused_for(what):
        with pytest.raises(RuleBroken, match=what):
            drafting.submit_claim(again(draft), by=owner, at=LATER)

    is_refused_for("What is there now")
    drafting.save_report(again(draft), draft.report, answers_to(again(draft)), by=owner, at=LATER)
    is_refused_for("Sign the report")
    reporting.sign_as_sme(again(draft), owner.name, again(draft).report_sha256, by=owner, at=LATER)
    is_refused_for("provider has not signed")
    sign_report(draft, by=owner, at=LATER)
    is_refused_for("how satisfied")
    reporting.save_satisfaction(again(draft), {"partner": 4, "office": 5}, "", by=owner, at=LATER)
    drafting.submit_claim(again(draft), by=owner, at=LATER)


def test_a_report_that_changes_is_signed_again(app):
    agreement = signing()
    owner, claim = owner_of(agreement.application), a_written_claim(agreement)
    reporting.sign_as_sme(claim, owner.name, claim.report_sha256, by=owner, at=CLAIMED_AT)
    assert again(claim).signature_of(PartyKind.SME) is not None
    with pytest.raises(WrongState, match="signed for this party"):
        reporting.sign_as_sme(again(claim), owner.name, again(claim).report_sha256, by=owner, at=CLAIMED_AT)
    drafting.save_report(again(claim), "We met four laboratories.", by=owner, at=CLAIMED_AT)
    assert again(claim).signature_of(PartyKind.SME) is None
    with pytest.raises(RuleBroken, match="changed since"):
        reporting.sign_as_sme(again(claim), owner.name, claim.report_sha256 + "0", by=owner, at=CLAIMED_AT)
    reporting.sign_as_sme(again(claim), owner.name, again(claim).report_sha256, by=owner, at=CLAIMED_AT)
    assert len(again(claim).signatures) == 2


def test_nobody_else_signs(app):
    agreement = signing()
    owner, claim = owner_of(agreement.application), a_written_claim(agreement)
    digest = claim.report_sha256
    with pytest.raises(NotPermitted):
        reporting.sign_as_sme(claim, "A", digest, by=a_manager(), at=CLAIMED_AT)
    for stranger in (owner, ProviderContact(agreement.provider_party.id + 99, "Jan de Vries")):
        with pytest.raises(NotPermitted):
            reporting.sign_as_provider(claim, "Jan de Vries", digest, by=stranger, at=CLAIMED_AT)
    with pytest.raises(NotPermitted):
        reporting.ask_provider(claim, by=a_manager(), at=CLAIMED_AT)


def test_vouchers_that_ask_for_no_names_take_none(app):
    claim = a_claim_of_a_journey()
    owner = owner_of(claim.agreement.application)
    with pytest.raises(RuleBroken, match="no such signature"):
        reporting.sign_as_sme(claim, owner.name, claim.report_sha256, by=owner, at=CLAIMED_AT)
    with pytest.raises(RuleBroken, match="no such signature"):
        reporting.ask_provider(claim, by=owner, at=CLAIMED_AT)


def test_a_new_link_ends_the_earlier_one(client, app):
    agreement = signing()
    owner, claim = owner_of(agreement.application), a_written_claim(agreement)
    reporting.ask_provider(claim, by=owner, at=CLAIMED_AT)
    first = the_link()
    reporting.ask_provider(again(claim), by=owner, at=LATER)
    visitor = app.test_client()
    assert visitor.get(first).status_code == 404
    assert visitor.get(the_link()).status_code == 200


def test_terms_without_anything_ask_for_nothing():
    assert ClaimTerms() == terms_of("")
    assert a_cost().invoice_total is None


# --- what is signed is written, and by two ----------------------------------------------------------------------------


def test_an_empty_report_is_signed_by_nobody_and_no_page_offers_it(client, clock, app):
    clock.stop(CLAIMED_AT)
    agreement = signing()
    owner, claim = owner_of(agreement.application), a_written_claim(agreement)
    reporting.ask_provider(claim, by=owner, at=CLAIMED_AT)
    link = the_link()
    drafting.save_report(again(claim), " ", by=owner, at=CLAIMED_AT)
    claim = again(claim)
    contact = ProviderContact(agreement.provider_party.id, agreement.provider_party.name)
    for act in (
        lambda: reporting.sign_as_sme(claim, owner.name, claim.report_sha256, by=owner, at=CLAIMED_AT),
        lambda: reporting.ask_provider(claim, by=owner, at=CLAIMED_AT),
        lambda: reporting.sign_as_provider(claim, "Jan de Vries", claim.report_sha256, by=contact, at=CLAIMED_AT),
    ):
        with pytest.raises(RuleBroken, match="The report is not finished"):
            act()
    assert again(claim).signatures == []

    sme, own = signed_in(client, owner), f"/claims/{claim.id}"
    page = sme.get(own).text
    assert ("After the report" in page, f"{own}/sign" in page, f"{own}/ask-provider" in page) == (True, False, False)
    for name, button in (("sign", "is_read"), ("ask-provider", "Send the link")):
        page = sme.get(f"{own}/{name}").text
        assert ("once it is finished" in page, f"{own}/report" in page, button in page) == (True, True, False)
    page = app.test_client().get(link).text
    assert ("still writing this report" in page, 'name="is_read"' in page) == (True, False)


def test_what_a_report_must_say_is_said_before_it_is_signed(app):
    text = IN2_FILE.read_text(encoding="utf-8")
    a_programme(with_claim_terms(text, "COL", "      signed_by: [sme]\n" + QUESTIONS))
    agreement = an_active_agreement("COL")
    owner, claim = owner_of(agreement.application), a_claim_without_report(agreement)
    drafting.save_report(claim, "We met three laboratories.", by=owner, at=CLAIMED_AT)
    claim = again(claim)
    with pytest.raises(RuleBroken, match="Answer in the report: How many jobs"):
        reporting.sign_as_sme(claim, owner.name, claim.report_sha256, by=owner, at=CLAIMED_AT)
    drafting.save_report(again(claim), claim.report, {"jobs": "Two."}, by=owner, at=CLAIMED_AT)
    claim = again(claim)
    reporting.sign_as_sme(claim, owner.name, claim.report_sha256, by=owner, at=CLAIMED_AT)
    assert again(claim).signature_of(PartyKind.SME) is not None


@pytest.mark.parametrize(
    ("company", "provider", "is_one"),
    [
        ("Ann Peeters", "Ann Peeters", True),
        ("Ann Peeters", "PEETERS Ann, managing director", True),
        ("Ann Peeters", "Peeters, Ann", True),
        ("Ann Peeters", "Peeters, Ann, managing director", True),
        ("Ann Peeters", "Anna Peeters", False),
        ("Ann Peeters", "Jan de Vries, for Ann Peeters", False),
    ],
)
def test_one_name_for_two_parties_is_seen(company, provider, is_one):
    assert is_one_name(company, provider) is is_one


@pytest.mark.parametrize("is_one", [True, False])
def test_whoever_checks_is_told_that_one_name_stands_for_both(client, clock, app, is_one):
    clock.stop(LATER)
    agreement = signing()
    owner, claim = owner_of(agreement.application), a_written_claim(agreement)
    contact = ProviderContact(agreement.provider_party.id, agreement.provider_party.name)
    name, function = (owner.name, "managing director") if is_one else ("Jan de Vries", "")
    reporting.sign_as_sme(claim, owner.name, claim.report_sha256, by=owner, at=LATER)
    reporting.sign_as_provider(again(claim), name, claim.report_sha256, function=function, by=contact, at=LATER)
    drafting.submit_claim(again(claim), by=owner, at=LATER)
    own, told = f"/claims/{claim.id}", "signed with the same name for the company and for the provider"
    manager = a_manager()
    desk = signed_in(client, manager)
    assert [told in desk.get(page).text for page in (own, f"{own}/verify")] == [is_one, is_one]
    checking.verify_claim(again(claim), all_accepted(again(claim)), by=manager, at=LATER)
    assert (told in signed_in(client, a_finance_officer()).get(f"{own}/authorise").text) is is_one
    assert told not in signed_in(client, owner).get(own).text


@pytest.mark.parametrize(("deliverables", "is_chosen"), [(WHOLE.rpartition("        -")[0], True), (WHOLE, False)])
def test_what_was_delivered_is_chosen_already_where_it_is_the_only_one(client, clock, app, deliverables, is_chosen):
    clock.stop(CLAIMED_AT)
    claim = a_draft_claim(a_sum(deliverables))
    page = signed_in(client, owner_of(claim.agreement.application)).get(f"/claims/{claim.id}/deliverables").text
    options = re.search(r'<select[^>]*name="code".*?</select>', page, re.DOTALL).group(0)
    assert ('value="study" selected' in options) is is_chosen
