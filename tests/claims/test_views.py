"""The pages of claims, over HTTP."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import event

from tests.builders.agreements import a_manager, an_active_agreement
from tests.builders.amendments import a_proposed_termination
from tests.builders.applications import PDF, owner_of
from tests.builders.claims import (
    CLAIMED_AT,
    TRAIN,
    a_complete_claim,
    a_cost,
    a_draft_claim,
    a_finance_officer,
    a_submitted_claim,
    a_verified_claim,
    an_authorised_claim,
    an_evidence,
)
from tests.builders.programmes import IN2_FILE, a_programme, during_call, in2
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.claims.actions import drafting
from vouchers.claims.queries import files as queries
from vouchers.claims.states import ClaimState
from vouchers.core.database import db
from vouchers.core.money import EUR
from vouchers.users.states import Role

TYPED = {
    "category": "travel",
    "description": "Train to Nijmegen",
    "supplier": "NMBS",
    "invoice_number": "T-77",
    "invoice_on": "2026-10-12",
    "activity_on": "2026-10-12",
    "net": "300,00",
    "vat": "18.40",
    "is_vat_recoverable": "no",
}


@pytest.fixture
def manager(app, clock):
    clock.stop(CLAIMED_AT)
    in2()
    return a_manager()


def again(claim):
    return queries.get_claim(claim.id)


def unseen(answer):
    """What travels with a form: which version stood on the page."""
    return dict(re.findall(r'name="(version|seen)"[^>]*value="([^"]*)"', answer.text))


# --- the beneficiary --------------------------------------------------------------------------------------------------


def test_from_the_agreement_to_a_submitted_claim(client, agreement, owner):
    signed_in(client, owner)
    page = client.get(f"/agreements/{agreement.id}").text
    assert f"/claims/of/{agreement.id}" in page
    assert "Start or continue a claim" in client.get(f"/claims/of/{agreement.id}").text
    home = client.post(f"/claims/of/{agreement.id}/start").location
    assert client.post(f"/claims/of/{agreement.id}/start").location == home
    assert "Cannot be submitted yet" in client.get(home).text

    answer = client.post(f"{home}/costs/new", data=TYPED)
    assert answer.status_code == 303
    assert "Now attach its invoice" in client.get(answer.location).text
    answer = client.post(
        answer.location,
        data={"purpose": "tickets", "line": answer.location.rpartition("=")[2], "file": (io.BytesIO(PDF), "t.pdf")},
    )
    assert answer.location == home
    assert "€318.40" in client.get(home).text
    legs = re.search(r'href="([^"]+/journeys)"', client.get(f"{home}/submit").text).group(1)
    typed = {"from_place": "Gosselies", "to_place": "Nijmegen", "traveller": "Ann Peeters"}
    typed |= dict.fromkeys(("leaves_on", "arrives_on"), "2026-10-12")
    assert client.post(legs, data=typed).status_code == 303
    assert "Gosselies – Nijmegen" in client.get(home).text
    report = {"purpose": "report", "file": (io.BytesIO(PDF + b"%"), "report.pdf")}
    assert client.post(f"{home}/evidence", data=report).status_code == 303
    assert client.get(f"{home}/submit").text.count("Write what you did and what came of it.") == 1
    assert client.post(f"{home}/report", data={"report": "We met three laboratories."}).status_code == 303

    assert "Submit the claim" in client.get(f"{home}/submit").text
    assert client.post(f"{home}/submit", data={"is_final": "yes"}).status_code == 422
    assert " checked" not in client.get(f"{home}/submit").text, "whether it is the last one gives money away"
    unsaid = client.post(f"{home}/submit", data={"is_true": "yes"})
    assert (unsaid.status_code, "Say whether this is the last claim" in unsaid.text) == (422, True)
    answer = client.post(f"{home}/submit", data={"is_final": "yes", "is_true": "yes"})
    assert answer.status_code == 303
    page = client.get(home).text
    assert "Your claim is submitted" in page
    assert "8 January 2027" in page

    answer = client.post(f"{home}/submit", data={"is_final": "yes", "is_true": "yes"})
    assert answer.status_code == 303
    assert "Nothing more was changed" in client.get(home).text


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"activity_on": "2026-10-05"}, "your voucher was approved on 5 October 2026"),
        ({"activity_on": ""}, "Enter the day of the journey or service"),
        ({"invoice_on": "2026-10-05"}, "dated within the agreement"),
        ({"net": "a lot"}, "Enter an amount of money"),
        ({"net": "1000", "vat": "500.01"}, "more than half of the amount without VAT"),
        ({"category": "yachts"}, "Choose the kind of cost"),
        ({"is_vat_recoverable": ""}, "Say whether your company can recover"),
    ],
)
def test_save_line_says_what_is_wrong_and_keeps_the_words(client, agreement, owner, changed, says):
    claim = a_draft_claim(agreement)
    signed_in(client, owner)
    answer = client.post(f"/claims/{claim.id}/costs/new", data=TYPED | changed)
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="Train to Nijmegen"' in answer.text
    assert "Error: " in answer.text
    answer = client.post(f"/claims/{claim.id}/costs/new", data=TYPED | changed | {"then": "work_out"})
    assert (answer.status_code, says in answer.text) == (422, True)
    assert not again(claim).costs


def test_save_line_asks_nothing_of_vat_that_the_company_bears(client, app):
    text = IN2_FILE.read_text(encoding="utf-8")
    a_programme(text.replace("cap: 500, rate: 100 %}", "cap: 500, rate: 100 %, pays_vat: no}"))
    agreement = an_active_agreement("MG")
    claim = a_draft_claim(agreement)
    signed_in(client, owner_of(agreement.application))

    page = client.get(f"/claims/{claim.id}/costs/new").text
    typed = {name: value for name, value in TYPED.items() if name != "is_vat_recoverable"}
    answer = client.post(f"/claims/{claim.id}/costs/new", data=typed)

    assert "Can your company recover this VAT?" not in page
    assert "Your company bears it" in page
    assert answer.status_code == 303
    assert [(line.eligible, line.is_vat_recoverable) for line in again(claim).costs] == [(EUR("300"), True)]
    assert "VAT is not paid: your company bears it." in client.get("/calls/in2lifesciences/2026-1").text


def test_save_line_links_to_the_own_claim_that_has_the_invoice(client, agreement, owner):
    claim = a_complete_claim(agreement, TRAIN)
    signed_in(client, owner)
    answer = client.post(f"/claims/{claim.id}/costs/new", data=TYPED | {"invoice_number": "t1"})
    assert answer.status_code == 422
    assert claim.number in answer.text
    assert f'href="/claims/{claim.id}"' in answer.text


def test_save_line_does_not_tell_of_another_companys_claim(client, manager, agreement):
    claim = a_submitted_claim(agreement, TRAIN)
    other = a_draft_claim(an_active_agreement("MG", "NL-GE"))
    signed_in(client, owner_of(other.agreement.application))
    answer = client.post(f"/claims/{other.id}/costs/new", data=TYPED | {"invoice_number": "t1"})
    assert answer.status_code == 422
    assert "claimed already in this programme" in answer.text
    assert claim.number not in answer.text


def test_whoever_verifies_is_told_of_the_same_number_elsewhere(client, manager, agreement):
    first = a_submitted_claim(agreement, a_cost(supplier="Glasgow Imaging Centre", invoice_number="2026/1530"))
    other = an_active_agreement("MG", "NL-GE")
    a_submitted_claim(other, a_cost(supplier="GLASGOW imaging centre ltd", invoice_number="RE 02026/1530"))
    signed_in(client, manager)
    page = client.get(f"/claims/{first.id}/verify").text
    assert "Perhaps the same invoice:" in page
    assert "a claim that you may not read" in page
    second = a_submitted_claim(an_active_agreement("MG"), a_cost(supplier="Another one", invoice_number="99"))
    assert "Perhaps the same invoice" not in client.get(f"/claims/{second.id}/verify").text
    third = a_submitted_claim(an_active_agreement("MG"), a_cost(supplier="Some other", invoice_number="No. 099"))
    page = client.get(f"/claims/{third.id}/verify").text
    assert f'<a href="/claims/{second.id}">{second.number}</a>' in page
    twice = [a_cost(supplier=name, invoice_number="77") for name in ("This one", "That one")]
    fourth = a_submitted_claim(an_active_agreement("MG"), *twice)
    page = client.get(f"/claims/{fourth.id}/verify").text
    assert page.count("in another cost of this claim") == 2
    assert f'<a href="/claims/{fourth.id}">{fourth.number}</a>' not in page


def test_change_and_remove_a_cost(client, agreement, owner):
    claim = a_complete_claim(agreement, TRAIN)
    line = claim.costs[0]
    signed_in(client, owner)
    assert 'value="T-1"' in client.get(f"/claims/{claim.id}/costs/{line.id}").text
    answer = client.post(f"/claims/{claim.id}/costs/{line.id}", data=TYPED | {"net": "100"})
    assert answer.location == f"/claims/{claim.id}"
    assert again(claim).costs[0].net == EUR("100")
    assert client.get(f"/claims/{claim.id}/costs/{line.id + 99}").status_code == 404
    address = f"/claims/{claim.id}/costs/{line.id}/remove"
    assert f'href="{address}"' in client.get(f"/claims/{claim.id}").text
    assert f"Remove “{again(claim).costs[0].supplier}, " in client.get(address).text
    assert again(claim).costs
    for _click in range(2):
        assert client.post(address).status_code == 303
    assert not again(claim).costs
    assert client.get(address).location == f"/claims/{claim.id}"


def test_the_slower_of_two_windows_does_not_write_over_a_cost(client, agreement, owner):
    claim = a_complete_claim(agreement, TRAIN)
    address = f"/claims/{claim.id}/costs/{claim.costs[0].id}"
    signed_in(client, owner)
    before = unseen(client.get(address))
    assert client.post(address, data=TYPED | before | {"net": "100"}).status_code == 303
    assert client.post(address, data=TYPED | before | {"net": "100"}).status_code == 303  # the second of two clicks
    slower = client.post(address, data=TYPED | before | {"net": "200", "description": "By bus"})
    assert (slower.status_code, again(claim).costs[0].net) == (409, EUR("100"))
    assert "This cost was changed meanwhile" in slower.text
    assert "By bus" in slower.text
    assert client.post(address, data=TYPED | unseen(client.get(address)) | {"net": "200"}).status_code == 303


def test_only_what_stands_on_the_page_is_declared(client, agreement, owner):
    claim = a_complete_claim(agreement, TRAIN)
    address, ticked = f"/claims/{claim.id}/submit", {"is_final": "yes", "is_true": "yes"}
    signed_in(client, owner)
    before = unseen(client.get(address))
    assert before["seen"] == "31840"
    assert client.post(f"/claims/{claim.id}/costs/{claim.costs[0].id}", data=TYPED | {"net": "100"}).status_code == 303
    answer = client.post(address, data=ticked | before)
    assert (answer.status_code, again(claim).state) == (409, ClaimState.DRAFT)
    assert "You changed this in another window" in answer.text
    assert "€118.40" in answer.text
    assert "€318.40" not in answer.text
    other_sum = client.post(address, data=ticked | unseen(answer) | {"seen": "31840"})
    assert (other_sum.status_code, "comes to has changed since" in other_sum.text) == (409, True)
    assert client.post(address, data=ticked | unseen(other_sum)).status_code == 303
    assert again(claim).state == ClaimState.SUBMITTED


def test_the_office_reads_beside_a_claim_that_its_agreement_is_to_end(client, manager, agreement):
    claim = a_submitted_claim(agreement)
    address = f"/amendments/terminations/{a_proposed_termination(agreement, by=manager, at=CLAIMED_AT).id}"
    officer = signed_in(client, a_finance_officer())
    for page in ("", "/verify"):
        assert f'href="{address}"' in officer.get(f"/claims/{claim.id}{page}").text
    verified = a_verified_claim(an_active_agreement("MG", manager=manager), verifier=manager)
    assert "See the proposed termination" not in officer.get(f"/claims/{verified.id}/authorise").text
    ends = a_proposed_termination(again(verified).agreement, by=manager, at=CLAIMED_AT)
    assert f'href="/amendments/terminations/{ends.id}"' in officer.get(f"/claims/{verified.id}/authorise").text


def test_files_are_attached_read_and_removed(client, agreement, owner):
    claim = a_draft_claim(agreement)
    signed_in(client, owner)
    bad = {"purpose": "tickets", "file": (io.BytesIO(b"<html><script>"), "ticket.pdf")}
    answer = client.post(f"/claims/{claim.id}/evidence", data=bad)
    assert answer.status_code == 422
    good = {"purpose": "tickets", "file": (io.BytesIO(PDF), "ticket.pdf")}
    assert client.post(f"/claims/{claim.id}/evidence", data=good).status_code == 303
    from vouchers.documents.queries import list_documents_of

    document = list_documents_of("claim", claim.id)[0]
    read = client.get(f"/claims/{claim.id}/documents/{document.id}")
    assert read.data == PDF
    assert "attachment" in read.headers["Content-Disposition"]
    address = f"/claims/{claim.id}/documents/{document.id}/remove"
    assert f'href="{address}"' in client.get(f"/claims/{claim.id}").text
    assert "Remove “ticket.pdf”?" in client.get(address).text
    assert client.get(f"/claims/{claim.id}/documents/{document.id}").data == PDF
    for _click in range(2):
        assert client.post(address).status_code == 303
    assert client.get(f"/claims/{claim.id}/documents/{document.id}").status_code == 404


def test_nothing_is_called_completed_before_there_is_a_cost(client, agreement, owner):
    claim = a_draft_claim(agreement)
    for document in agreement.application.instrument.plan.claim_documents:
        drafting.attach_document(claim, document.code, an_evidence(), by=owner, at=CLAIMED_AT)
    files = r"Invoices, tickets and other files</a>.*?__status[^>]*>([^<]*)<"
    browser = signed_in(client, owner)
    page = browser.get(f"/claims/{claim.id}").text
    assert re.search(files, page, re.DOTALL).group(1) == "No cost needs one yet"
    drafting.save_line(again(claim), a_cost(), by=owner, at=CLAIMED_AT)
    page = browser.get(f"/claims/{claim.id}").text
    assert "To do" in re.search(r"Invoices, tickets and other files</a>.*?</li>", page, re.DOTALL).group(0)


@pytest.mark.parametrize("is_only", [True, False])
def test_what_a_file_is_is_chosen_already_where_there_is_one_answer_only(client, clock, app, is_only):
    clock.stop(CLAIMED_AT)
    text = IN2_FILE.read_text(encoding="utf-8")
    report = re.search(
        r"        - code: report\n          name:\n            en: Half.*?required: yes\n", text, re.DOTALL
    )
    a_programme(text.replace(report.group(0), "") if is_only else text)
    agreement = an_active_agreement("MG")
    claim = a_draft_claim(agreement)
    page = signed_in(client, owner_of(agreement.application)).get(f"/claims/{claim.id}/evidence").text
    options = re.search(r'<select[^>]*name="purpose".*?</select>', page, re.DOTALL).group(0)
    assert bool(re.search(r'value="tickets" selected', options)) is is_only


@pytest.mark.parametrize(("instrument", "is_only"), [("MG", False), ("COL", True)])
def test_the_kind_of_a_cost_is_chosen_already_where_there_is_one_only(client, clock, app, instrument, is_only):
    clock.stop(CLAIMED_AT)
    text = IN2_FILE.read_text(encoding="utf-8")
    head, services, rest = text.partition("    cost_categories:\n      - code: services\n")
    named, _facility, others = rest.partition("      - code: facility\n")
    after = others[re.search(r"^    \w", others, re.MULTILINE).start() :]
    a_programme(head + services + named + after)
    agreement = an_active_agreement(instrument)
    claim = a_draft_claim(agreement)
    page = signed_in(client, owner_of(agreement.application)).get(f"/claims/{claim.id}/costs/new").text
    options = re.search(r'<select[^>]*name="category".*?</select>', page, re.DOTALL).group(0)
    assert ('" selected' in options) is is_only


def test_cancel_asks_first(client, agreement, owner):
    claim = a_draft_claim(agreement)
    signed_in(client, owner)
    assert "5 May 2027" in client.get(f"/claims/{claim.id}/cancel").text
    assert client.post(f"/claims/{claim.id}/cancel").status_code == 303
    assert again(claim).state == ClaimState.CANCELLED


def test_start_after_the_last_day_says_so(client, agreement, owner, clock):
    clock.stop(CLAIMED_AT.replace(year=2027, month=6))
    signed_in(client, owner)
    answer = client.post(f"/claims/of/{agreement.id}/start")
    assert "The last day to claim was 5 May 2027" in client.get(answer.location).text


# --- whose claim it is ------------------------------------------------------------------------------------------------

PAGES = (
    "",
    "/costs/new",
    "/evidence",
    "/report",
    "/submit",
    "/cancel",
    "/verify",
    "/authorise",
    "/send-back",
    "/reject",
)


def test_a_stranger_and_another_region_see_nothing(client, agreement, owner):
    claim = a_submitted_claim(agreement)
    for person in (an_applicant(at=during_call()), a_manager("NL-GE"), a_finance_officer("FR-IDF")):
        signed_in(client, person)
        for page in PAGES:
            assert client.get(f"/claims/{claim.id}{page}").status_code == 403, page
        assert client.get(f"/claims/of/{agreement.id}").status_code == 403
        assert client.post(f"/claims/{claim.id}/costs/{claim.costs[0].id}/remove").status_code == 403
        document = claim.costs[0].document_id
        assert client.get(f"/claims/{claim.id}/documents/{document}").status_code == 403


def test_a_draft_is_the_companys_own(client, manager, agreement, owner):
    claim = a_draft_claim(agreement)
    signed_in(client, manager)
    assert client.get(f"/claims/{claim.id}").status_code == 403
    assert claim.number not in client.get("/claims/").text


def test_a_file_of_another_claim_is_not_found_here(client, agreement, owner):
    claim = a_complete_claim(agreement)
    other = a_complete_claim(an_active_agreement("MG", "NL-GE"))
    signed_in(client, owner)
    assert client.get(f"/claims/{claim.id}/documents/{other.costs[0].document_id}").status_code == 404


# --- the officers -----------------------------------------------------------------------------------------------------


def test_a_cost_shows_all_its_files_and_one_is_replaced_only_by_choice(client, agreement, owner):
    claim = a_complete_claim(agreement)
    line, home, first = claim.costs[0], f"/claims/{claim.id}", claim.costs[0].document_id
    signed_in(client, owner)

    def attached(name, **more):
        data = {"purpose": "tickets", "line": str(line.id), "file": (io.BytesIO(PDF + name.encode()), name), **more}
        assert client.post(f"{home}/evidence", data=data).status_code == 303
        return client.get(home).text

    page = attached("proof.pdf")
    assert "“proof.pdf” is attached." in page
    evidence = page[page.index('data-label="Evidence"') :].partition("</td>")[0]
    assert "ticket.pdf</a>, " in evidence
    assert "proof.pdf</a>" in evidence
    assert "Attach another" in evidence
    asked = client.get(f"{home}/evidence?line={line.id}").text
    assert "Does it replace a file?" in asked
    assert "No, keep every file" in asked
    page = attached("better.pdf", replaces=str(first))
    assert "“better.pdf” is attached in place of “ticket.pdf”." in page
    evidence = page[page.index('data-label="Evidence"') :].partition("</td>")[0]
    assert "ticket.pdf" not in evidence
    assert "better.pdf</a>, " in evidence


def test_one_file_for_two_invoices_of_a_claim_is_looked_at(client, manager, agreement, owner):
    claim = a_complete_claim(agreement, a_cost(), a_cost(), a_cost())
    for line in claim.costs[:2]:
        drafting.attach_document(claim, "tickets", an_evidence("twice"), line_id=line.id, by=owner, at=CLAIMED_AT)
    drafting.submit_claim(again(claim), by=owner, at=CLAIMED_AT)
    one, two, third = again(claim).costs
    page = signed_in(client, manager).get(f"/claims/{claim.id}/verify").text
    for line in (one, two):
        assert f"The same file is the evidence of {line.supplier}, {line.invoice_number}. One file" in page
    assert f"evidence of {third.supplier}, {third.invoice_number}" not in page
    assert "The same file is" not in signed_in(client, owner).get(f"/claims/{claim.id}").text


def test_verify_and_authorise_are_two_people(client, manager, agreement, owner):
    claim = a_submitted_claim(agreement)
    line = claim.costs[0]
    signed_in(client, manager)
    page = client.get(f"/claims/{claim.id}/verify").text
    assert "At most €318.40" in page
    ticks = {"is_done": "yes", "is_proven": "yes", "is_needed": "yes"}
    sent = {"version": claim.version, f"accepted_{line.id}": "300", f"reason_{line.id}": ""}
    answer = client.post(f"/claims/{claim.id}/verify", data=sent | ticks)
    assert answer.status_code == 422
    assert "Say why" in answer.text
    sent[f"reason_{line.id}"] = "First class."
    answer = client.post(f"/claims/{claim.id}/verify", data=sent | ticks)
    assert answer.status_code == 422
    assert "Choose what kind of error" in answer.text
    sent[f"error_{line.id}"] = "ineligible"
    answer = client.post(f"/claims/{claim.id}/verify", data=sent | ticks | {f"accepted_{line.id}": "318.40"})
    assert answer.status_code == 422
    assert "You chose a kind of error but deduct nothing: all of the EUR 318.40 would be paid." in answer.text
    assert "First class." in answer.text
    answer = client.post(f"/claims/{claim.id}/verify", data=sent)
    assert "Check the report" in answer.text
    assert client.post(f"/claims/{claim.id}/verify", data=sent | ticks).status_code == 303
    assert client.post(f"/claims/{claim.id}/verify", data=sent | ticks).status_code == 303  # the second click
    assert again(claim).grant == EUR("300")
    assert client.get(f"/claims/{claim.id}/authorise").status_code == 403

    signed_in(client, a_finance_officer())
    page = client.get(f"/claims/{claim.id}/authorise").text
    assert manager.name in page
    assert "First class." in page
    assert "held until then" in page
    version = again(claim).version
    assert client.post(f"/claims/{claim.id}/authorise", data={"version": version}).status_code == 422
    old = {"version": version - 1, "is_checked": "yes"}
    assert client.post(f"/claims/{claim.id}/authorise", data=old).status_code == 409
    now = {"version": version, "is_checked": "yes"}
    assert client.post(f"/claims/{claim.id}/authorise", data=now).status_code == 303
    assert again(claim).state == ClaimState.AUTHORISED

    signed_in(client, owner)
    assert "no confirmed bank account yet" in client.get(f"/claims/{claim.id}").text


def test_the_report_is_saved_while_it_is_written(client, agreement, owner):
    claim = a_draft_claim(agreement)
    signed_in(client, owner)
    page = client.get(f"/claims/{claim.id}/report").text
    url = f"/claims/{claim.id}/report/autosave"
    assert f'data-autosave-url="{url}"' in page
    assert "Not submitted yet" in page
    version = page.split('name="version" value="')[1].split('"')[0]

    saved = client.post(url, json={"report": "We met", "version": version})
    assert (saved.status_code, saved.json["message"]) == (200, "")
    assert (again(claim).report, saved.json["version"] != version) == ("We met", True)
    before = again(claim).version
    assert client.post(url, json={"report": "We met", "version": version}).status_code == 200  # kept already
    assert again(claim).version == before

    late = client.post(url, json={"report": "Something else", "version": version})
    assert late.status_code == 409
    assert "Someone else has changed the report" in late.json["message"]
    typed = client.post(f"/claims/{claim.id}/report", data={"report": "Something else", "version": version})
    assert typed.status_code == 409
    assert "Something else" in typed.text
    assert client.post(url, json={"report": "x" * 4001, "version": saved.json["version"]}).status_code == 422
    for strange in ([], "text", None):
        assert client.post(url, json=strange).status_code == 400
    assert again(claim).report == "We met"
    whole = client.post(f"/claims/{claim.id}/report", data={"report": "We met.", "version": saved.json["version"]})
    assert whole.status_code == 303
    assert "The claim is not submitted yet." in client.get(whole.location).text


def test_the_report_of_a_submitted_claim_is_not_saved_any_more(client, agreement, owner):
    claim = a_submitted_claim(agreement)
    late = signed_in(client, owner).post(f"/claims/{claim.id}/report/autosave", json={"report": "More"})
    assert late.status_code == 409
    assert late.json["message"]


def test_the_slower_of_two_officers_reads_what_happened_and_keeps_the_words(client, manager, agreement):
    claim = a_submitted_claim(agreement)
    line = claim.costs[0]
    sent = {"version": claim.version, f"accepted_{line.id}": "300", f"reason_{line.id}": "First class is not paid."}
    sent |= {f"error_{line.id}": "ineligible"}
    sent |= {"is_done": "yes", "is_proven": "yes", "is_needed": "yes"}
    faster = a_finance_officer()
    assert signed_in(client, faster).post(f"/claims/{claim.id}/verify", data=sent).status_code == 303

    signed_in(client, manager)
    for words in (sent, sent | {"is_done": ""}):  # no matter whether the form itself was right
        late = client.post(f"/claims/{claim.id}/verify", data=words)
        assert late.status_code == 409
        page = unescape(late.text)
        assert "A colleague did this: “Verify”." in page
        assert "Brussels time" in page or "Amsterdam time" in page
        assert "First class is not paid." in page
        assert "Nothing was changed by you." in page
        assert f'href="/claims/{claim.id}"' in page
        assert faster.name not in page
    stale = client.post(f"/claims/{claim.id}/verify", json=sent, headers={"Accept": "application/json"})
    assert stale.status_code == 409
    assert "message" in stale.json


def test_send_back_shows_the_question_to_the_company(client, manager, agreement, owner):
    claim = a_submitted_claim(agreement)
    signed_in(client, manager)
    assert client.post(f"/claims/{claim.id}/send-back", data={"question": ""}).status_code == 422
    assert client.post(f"/claims/{claim.id}/send-back", data={"question": "Which hotel?"}).status_code == 303
    assert "The clock stands still" in client.get("/claims/").text
    signed_in(client, owner)
    page = client.get(f"/claims/{claim.id}").text
    assert "Which hotel?" in page
    assert "Check and submit" in page


def test_reopen_and_reject_ask_for_a_reason(client, manager, agreement, owner):
    claim = a_verified_claim(agreement, verifier=manager)
    signed_in(client, a_finance_officer())
    assert client.post(f"/claims/{claim.id}/reopen", data={}).status_code == 422
    assert client.post(f"/claims/{claim.id}/reopen", data={"reason": "Look again."}).status_code == 303
    assert client.post(f"/claims/{claim.id}/reject", data={}).status_code == 422
    assert client.post(f"/claims/{claim.id}/reject", data={"reason": "No journey."}).status_code == 303
    signed_in(client, owner)
    assert "No journey." in client.get(f"/claims/{claim.id}").text


def test_worklist_is_of_the_own_region_and_tells_what_is_late(client, manager, agreement, clock):
    claim = a_submitted_claim(agreement)
    other = a_submitted_claim(an_active_agreement("MG", "NL-GE"))
    signed_in(client, manager)
    page = client.get("/claims/").text
    assert claim.number in page
    assert other.number not in page
    assert ">Late</strong>" not in page
    assert "€318.40" in page
    clock.stop(CLAIMED_AT + timedelta(days=81))
    signed_in(client, manager)
    assert ">Late</strong>" in client.get("/claims/?late=yes&sort=claimed&direction=desc").text
    assert claim.number not in client.get("/claims/?state=paid").text
    assert claim.number in client.get(f"/claims/?q={claim.number.lower()}&region=BE-WAL").text
    signed_in(client, a_member_of_staff(Role.COORDINATOR, "in2lifesciences"))
    page = client.get("/claims/").text
    assert claim.number in page
    assert other.number in page
    signed_in(client, a_member_of_staff(Role.COORDINATOR, "another"))
    assert claim.number not in client.get("/claims/").text


def test_worklist_is_for_staff(client, owner):
    signed_in(client, owner)
    assert client.get("/claims/").status_code == 403


@pytest.mark.once  # the mapping counts its statements alike on either database
@pytest.mark.parametrize("page", ["/claims/", "/agreements/", "/agreements/awards"])
def test_lists_ask_the_database_equally_often_whatever_their_length(client, manager, page):
    def count_queries():
        asked = []
        listener = lambda *_args: asked.append(1)  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listener)
        try:
            assert client.get(page).status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", listener)
        return len(asked)

    from tests.builders.agreements import an_awarded_application

    def one_more():
        a_submitted_claim(an_active_agreement("MG", manager=manager))
        an_awarded_application("INS")

    one_more()
    signed_in(client, manager)
    client.get(page)
    few = count_queries()
    for _more in range(3):
        one_more()
    assert count_queries() == few
    assert few <= 12


def test_pages_of_a_paid_claim(client, manager, agreement, owner):
    claim = an_authorised_claim(agreement, verifier=manager)
    signed_in(client, owner)
    page = client.get(f"/claims/of/{agreement.id}").text
    assert "To be paid" in page
    assert "€318.40" in page
    assert "Start or continue" not in page
    assert client.post(f"/claims/of/{agreement.id}/start").status_code == 409
    past = client.get(f"/claims/{claim.id}/report")
    assert past.status_code == 409
    assert "it is now “To be paid”" in past.text
    assert "The office has gone on with it." in past.text
    assert f'href="/claims/{claim.id}"' in past.text
