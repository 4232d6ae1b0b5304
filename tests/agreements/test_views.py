"""The pages of agreements, over HTTP."""

from __future__ import annotations

import html
import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.builders.agreements import (
    a_manager,
    an_active_agreement,
    an_awarded_application,
    an_offered_agreement,
)
from tests.builders.applications import a_submitted_application, owner_of
from tests.builders.deciding import a_condition
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.agreements import queries
from vouchers.agreements.rules.terms import read_sections
from vouchers.agreements.states import AgreementState, PartyKind
from vouchers.core.database import db
from vouchers.letters.models import Letter
from vouchers.users.states import Role

NOON = during_call() + timedelta(hours=4)
AGREE = {"name": "Ada Applicant", "is_read": "yes"}


@pytest.fixture
def manager(app, clock):
    clock.stop(NOON)
    in2()
    return a_manager()


def again(agreement):
    return queries.get_agreement(agreement.id)


def provider_link():
    bodies = db.session.scalars(select(Letter.body).where(Letter.occasion == "agreements/issue_provider"))
    body = list(bodies)[-1]
    line = next(line for line in body.splitlines() if "/agreements/provider/" in line)
    return line.removeprefix("http://localhost")


# --- issuing ----------------------------------------------------------------------------------------------------------


def test_issue_shows_the_text_then_offers_it(client, manager):
    application = an_awarded_application("COL")
    signed_in(client, manager)
    assert application.reference in client.get("/agreements/awards").text
    page = client.get(f"/agreements/issue/{application.id}").text
    assert 'value="jan@lab.example"' in page
    assert "This is what the parties will read" in page
    assert "1 July 2027 – 15 December 2027" in page
    assert "does not lie within" not in page.split("This is what the parties will read")[1]
    sent = {
        "starts_on": "2026-10-06",
        "ends_on": "2027-10-05",
        "provider_name": "Universitair Laboratorium",
        "provider_contact": "Jan de Vries",
        "provider_email": "jan@lab.example",
    }
    answer = client.post(f"/agreements/issue/{application.id}", data=sent | {"ends_on": "2027-10-06"})
    assert answer.status_code == 422
    assert "may end on 5 October 2027 at the latest" in answer.text
    assert 'value="Jan de Vries"' in answer.text
    answer = client.post(f"/agreements/issue/{application.id}", data=sent | {"provider_email": "jan"})
    assert answer.status_code == 422
    answer = client.post(f"/agreements/issue/{application.id}", data=sent)
    assert answer.status_code == 422
    assert "ends on 15 December 2027, which is not within these days" in answer.text
    sent["outside_reason"] = "The partner can begin at once."
    answer = client.post(f"/agreements/issue/{application.id}", data=sent)
    assert answer.status_code == 303
    assert "The region’s reason: The partner can begin at once." in client.get(answer.location).text
    assert client.post(f"/agreements/issue/{application.id}", data=sent).location == answer.location
    assert "is issued" in client.get(answer.location).text
    assert application.reference not in client.get("/agreements/awards").text


def test_issue_is_for_the_regions_manager_and_for_awards(client, manager):
    application = an_awarded_application("MG")
    submitted = a_submitted_application("MG")
    for person in (a_manager("NL-GE"), a_member_of_staff(Role.AUDITOR), owner_of(application)):
        signed_in(client, person)
        assert client.get(f"/agreements/issue/{application.id}").status_code == 403
    signed_in(client, manager)
    assert client.get(f"/agreements/issue/{submitted.id}").status_code == 409
    assert client.get("/agreements/issue/999").status_code == 404


def test_the_file_leads_to_issuing_while_that_can_be_done(client, manager):
    application = an_awarded_application("COL")
    issuing, reading = f"/agreements/issue/{application.id}", f"/agreements/of/{application.id}"
    address = f"/applications/{application.id}"
    assert issuing not in signed_in(client, a_member_of_staff(Role.AUDITOR)).get(address).text
    before = signed_in(client, manager).get(address).text
    sent = {"starts_on": "2026-10-06", "ends_on": "2027-10-05", "outside_reason": "The partner can begin at once."}
    sent |= {"provider_name": "Universitair Laboratorium", "provider_email": "jan@lab.example"}
    assert client.post(issuing, data=sent).status_code == 303
    after = signed_in(client, manager).get(address).text
    assert issuing in before
    assert reading not in before
    assert issuing not in after
    assert reading in after


# --- reading ----------------------------------------------------------------------------------------------------------


def test_page_and_file_say_the_same(client, manager):
    agreement = an_offered_agreement("COL", manager=manager)
    signed_in(client, owner_of(agreement.application))
    page = " ".join(html.unescape(client.get(f"/agreements/{agreement.id}").text).split())
    answer = client.get(f"/agreements/{agreement.id}/agreement.pdf")
    assert answer.mimetype == "application/pdf"
    words = " ".join(" ".join(part.extract_text() for part in PdfReader(io.BytesIO(answer.data)).pages).split())
    for section in read_sections(agreement.terms):
        for text in (
            section.heading,
            *section.texts,
            *section.points,
            *(part for row in section.facts for part in row),
        ):
            assert " ".join(text.split()) in page
            assert " ".join(text.split()) in words
    assert agreement.sha256 in page


def test_show_is_for_the_company_and_its_region(client, manager):
    agreement = an_offered_agreement("MG", manager=manager)
    for person in (manager, owner_of(agreement.application), a_member_of_staff(Role.AUDITOR, region="BE-WAL")):
        signed_in(client, person)
        assert client.get(f"/agreements/{agreement.id}").status_code == 200
        assert client.get(f"/agreements/of/{agreement.application_id}").location == f"/agreements/{agreement.id}"
    for person in (a_manager("NL-GE"), an_applicant(), a_member_of_staff(Role.AUDITOR, region="FR-IDF")):
        signed_in(client, person)
        for page in ("", "/agreement.pdf", "/accept", "/accept-for-region", "/decline"):
            assert client.get(f"/agreements/{agreement.id}{page}").status_code == 403
    assert client.get("/agreements/of/999").status_code == 404


# --- accepting --------------------------------------------------------------------------------------------------------


def test_three_parties_accept(client, manager):
    agreement = an_offered_agreement("COL", manager=manager)
    link, sent = provider_link(), AGREE | {"sha256": agreement.sha256}

    visitor = client.application.test_client()
    page = visitor.get(link).text
    assert "You need no account" in page
    assert visitor.get(f"{link}/agreement.pdf").status_code == 200
    assert agreement.sha256 in visitor.get(f"{link}/accept").text
    refused = visitor.post(f"{link}/accept", data=sent | {"name": "Eva Smit"})
    assert refused.status_code == 422
    assert "The agreement names Jan de Vries" in refused.text
    assert visitor.post(f"{link}/accept", data=sent | {"name": "Jan de Vries"}).status_code == 303
    assert "You have accepted" in visitor.get(link).text
    assert visitor.post(f"{link}/accept", data=sent).status_code == 303

    signed_in(client, owner_of(agreement.application))
    home = f"/agreements/{agreement.id}"
    answer = client.post(f"{home}/accept", data={"name": "", "sha256": agreement.sha256})
    assert answer.status_code == 422
    assert "Type your first and last name" in answer.text
    assert "Tick the box" in answer.text
    answer = client.post(f"{home}/accept", data=AGREE | {"sha256": "0" * 64})
    assert answer.status_code == 422
    assert "not the one that is offered" in answer.text
    assert client.post(f"{home}/accept", data=sent).location == home
    assert client.post(f"{home}/accept", data=sent).location == home
    assert again(agreement).state == AgreementState.OFFERED

    signed_in(client, manager)
    assert client.post(f"{home}/accept-for-region", data=sent | {"name": manager.name}).location == home
    found = again(agreement)
    assert found.state == AgreementState.ACTIVE
    assert [party.accepted_name for party in found.parties] == ["Ada Applicant", "Jan de Vries", manager.name]
    page = client.get(home).text
    assert "Jan de Vries" in page
    assert "In force" in page


def test_the_providers_link_opens_nothing_else(client, manager):
    agreement = an_offered_agreement("COL", manager=manager)
    visitor = client.application.test_client()
    assert visitor.get("/agreements/provider/guessed").status_code == 404
    assert visitor.post("/agreements/provider/guessed/accept", data=AGREE).status_code == 404
    assert "/sign-in" in visitor.get(f"/agreements/{agreement.id}").location
    assert again(agreement).party(PartyKind.PROVIDER).accepted_at is None


def test_accept_too_late_says_so_also_before_the_timer_has_run(client, manager, clock):
    agreement = an_offered_agreement("MG", manager=manager)
    clock.stop(agreement.accept_by + timedelta(seconds=1))
    signed_in(client, owner_of(agreement.application))
    page = client.get(f"/agreements/{agreement.id}").text
    assert "The time to accept this agreement passed" in page
    assert "Accept the agreement" not in page
    answer = client.post(f"/agreements/{agreement.id}/accept", data=AGREE | {"sha256": agreement.sha256})
    assert answer.status_code == 422
    assert "has passed" in answer.text


def test_decline_asks_why(client, manager):
    agreement = an_offered_agreement("MG", manager=manager)
    signed_in(client, owner_of(agreement.application))
    path = f"/agreements/{agreement.id}/decline"
    assert client.post(path, data={"reason": " "}).status_code == 422
    assert client.post(path, data={"reason": "We were bought."}).status_code == 303
    assert client.post(path, data={"reason": "We were bought."}).status_code == 303
    assert again(agreement).state == AgreementState.DECLINED
    assert "This offer has ended" in client.get(f"/agreements/{agreement.id}").text


def test_the_next_step_after_an_award_is_the_true_one(client, manager):
    award = an_awarded_application("MG")
    owner = signed_in(client, owner_of(award))

    def page():
        return owner.get(f"/applications/{award.id}").text

    assert "The agreement comes by email." in page()
    a_condition(award)
    assert "offered once every condition is met or waived" in page()
    decision = owner.get(f"/decisions/applications/{award.id}").text
    assert f"/applications/{award.id}/questions" in decision
    assert award.region.email in decision
    assert owner.post(f"/agreements/awards/{award.id}/decline", data={"reason": "Sold."}).status_code == 303
    assert "The voucher was declined. Nothing more happens with it." in page()
    assert "was not accepted in time" not in page()


def test_an_offer_that_was_declined_did_not_run_out(client, manager):
    agreement = an_offered_agreement("MG", manager=manager)
    owner = signed_in(client, owner_of(agreement.application))
    address = f"/applications/{agreement.application_id}"
    assert "Accept the agreement in time" in owner.get(address).text
    owner.post(f"/agreements/{agreement.id}/decline", data={"reason": "We were bought."})
    assert "The voucher was declined." in owner.get(address).text
    assert "not accepted in time" not in owner.get(address).text


def test_accept_what_was_declined_is_refused(client, manager):
    agreement = an_offered_agreement("MG", manager=manager)
    signed_in(client, owner_of(agreement.application))
    client.post(f"/agreements/{agreement.id}/decline", data={"reason": "We were bought."})
    sent = AGREE | {"sha256": agreement.sha256}
    assert client.post(f"/agreements/{agreement.id}/accept", data=sent).status_code == 409


# --- lists ------------------------------------------------------------------------------------------------------------


def test_worklist_is_of_the_own_region(client, manager, clock):
    mine = an_offered_agreement("MG", manager=manager)
    active = an_active_agreement("INS", manager=manager)
    other = an_offered_agreement("MG", "NL-GE")
    signed_in(client, manager)
    page = client.get("/agreements/").text
    assert mine.number in page
    assert active.number in page
    assert other.number not in page
    assert "0 of 2" in page
    only = client.get("/agreements/?state=active&instrument=INS&sort=amount").text
    assert active.number in only
    assert mine.number not in only
    clock.stop(mine.accept_by + timedelta(seconds=1))
    signed_in(client, manager)
    assert "Overdue" in client.get("/agreements/").text
    signed_in(client, owner_of(mine.application))
    assert client.get("/agreements/").status_code == 403
    assert client.get("/agreements/awards").status_code == 403


def test_the_way_to_an_agreement_that_is_not_issued_leads_back_with_what_comes(client, manager):
    application = an_awarded_application("MG")
    way = f"/agreements/of/{application.id}"
    signed_in(client, owner_of(application))
    answer = client.get(way)
    assert answer.location == f"/applications/{application.id}"
    assert "The agreement comes by email." in client.get(answer.location).text
    assert client.get(f"/agreements/of/{an_offered_agreement('MG').application_id}").status_code == 403
    agreement = an_offered_agreement("COL")
    signed_in(client, owner_of(agreement.application))
    assert client.get(f"/agreements/of/{agreement.application_id}").location == f"/agreements/{agreement.id}"
