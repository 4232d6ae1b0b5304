"""The pages of amendments and terminations, over HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders.agreements import a_manager, an_active_agreement
from tests.builders.amendments import (
    ASKED_AT,
    a_proposed_termination,
    an_agreed_amendment,
    an_amendment,
    an_amendment_in_force,
    hear,
)
from tests.builders.applications import owner_of
from tests.builders.counting import queries_of
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff, an_applicant, mailed_link, signed_in
from vouchers.agreements import queries as agreements
from vouchers.agreements.states import AgreementState
from vouchers.amendments import queries
from vouchers.amendments.states import AmendmentState, TerminationCause, TerminationState
from vouchers.applications.queries.files import get_application
from vouchers.applications.views.standing import map_asked
from vouchers.core.database import db
from vouchers.core.money import EUR
from vouchers.letters.models import Letter
from vouchers.users.states import Role


@pytest.fixture
def manager(app, clock):
    clock.stop(ASKED_AT + timedelta(hours=2))
    in2()
    return a_manager()


def as_it_stands(agreement):
    standing = queries.standing_of(agreement)
    names = ("provider_name", "provider_contact", "provider_email")
    return {
        "starts_on": standing.starts_on.isoformat(),
        "ends_on": standing.ends_on.isoformat(),
        "amount": standing.amount.plain,
        "provider_region": "NL-GE",
        **{name: getattr(standing, name) for name in names},
    }


def test_ask_shows_what_holds_and_takes_what_differs(client, manager):
    agreement = an_active_agreement("COL", manager=manager)
    browser = signed_in(client, owner_of(agreement.application))
    assert f"/amendments/of/{agreement.id}" in browser.get(f"/agreements/{agreement.id}").text
    address = f"/amendments/of/{agreement.id}/ask"
    assert 'value="jan@lab.example"' in browser.get(address).text
    sent = as_it_stands(agreement) | {"reason": "The laboratory is busy."}
    answer = browser.post(address, data=sent)
    assert answer.status_code == 422
    assert "Nothing would change" in answer.text
    answer = browser.post(address, data=sent | {"amount": "7000.01"})
    assert answer.status_code == 422
    assert 'value="7000.01"' in answer.text
    answer = browser.post(address, data=sent | {"amount": "6.500"})
    assert answer.status_code == 422
    answer = browser.post(address, data=sent | {"amount": "6500", "ends_on": "2027-11-30"})
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "30 November 2027, in the place of 5 October 2027" in page
    assert "€6,500.00, in the place of €7,000.00" in page
    assert "Checks of the new provider" not in page
    amendment = queries.find_open_amendment(agreement.id)
    assert (amendment.amount, amendment.starts_on, amendment.provider_name) == (EUR("6500"), None, "")
    assert browser.get(address).location.endswith(f"/amendments/{amendment.id}")


def test_agree_names_the_minutes_and_a_refused_form_keeps_what_was_typed(client, manager):
    amendment = an_amendment()
    browser = signed_in(client, manager)
    address = f"/amendments/{amendment.id}/agree"
    page = browser.get(address).text
    assert "4 October 2027, in the place of 5 October 2027" in page
    sent = {"in_force_on": "2026-10-24", "minutes": "Committee, item 4", "checked": "yes", "version": "1"}
    answer = browser.post(address, data=sent)
    assert answer.status_code == 422
    assert "cannot rule backwards" in answer.text
    assert 'value="Committee, item 4"' in answer.text
    answer = browser.post(address, data=sent | {"in_force_on": "2026-10-25", "version": "9"})
    assert answer.status_code == 409, "somebody changed it meanwhile"
    assert browser.post(address, data=sent | {"in_force_on": "2026-10-25"}).status_code == 303
    assert "Committee, item 4" in browser.get(f"/amendments/{amendment.id}").text
    assert browser.get(f"/amendments/{amendment.id}/amendment.pdf").data.startswith(b"%PDF")


def test_who_asked_sees_no_button_to_decide(client, manager):
    amendment = an_amendment(by=manager)
    page = signed_in(client, manager).get(f"/amendments/{amendment.id}").text
    assert f"/amendments/{amendment.id}/agree" not in page
    assert f"/amendments/{amendment.id}/withdraw" in page
    assert client.get(f"/amendments/{amendment.id}/agree").status_code == 403


def test_the_parties_accept_each_on_its_page(client, manager):
    amendment = an_agreed_amendment(manager=manager)
    bodies = db.session.scalars(select(Letter.body).where(Letter.to_email == "jan@lab.example")).all()
    link = next(line for line in bodies[-1].splitlines() if "/amendments/provider/" in line)
    link = link.removeprefix("http://localhost")
    assert client.get(link).status_code == 200
    assert client.get(f"{link}/amendment.pdf").data.startswith(b"%PDF")
    sent = {"sha256": amendment.sha256, "name": "Jan de Vries", "is_read": "yes"}
    assert client.post(f"{link}/accept", data=sent).status_code == 303
    assert client.get("/amendments/provider/nonsense").status_code == 404
    owner = owner_of(amendment.agreement.application)
    browser = signed_in(client, owner)
    wrong = sent | {"name": "Somebody Else"}
    assert browser.post(f"/amendments/{amendment.id}/accept", data=wrong).status_code == 422
    assert browser.post(f"/amendments/{amendment.id}/accept", data=sent | {"name": owner.name}).status_code == 303
    assert browser.get(f"/amendments/{amendment.id}/accept").status_code == 303, "accepted already"
    browser = signed_in(client, manager)
    address = f"/amendments/{amendment.id}/accept-for-region"
    assert browser.post(address, data=sent | {"name": manager.name}).status_code == 303
    assert queries.get_amendment(amendment.id).state == AmendmentState.IN_FORCE
    page = browser.get(f"/amendments/of/{amendment.agreement_id}").text
    assert "Versions of the agreement" in page
    for number in (1, 2):
        own = f"/amendments/of/{amendment.agreement_id}/versions/{number}"
        assert browser.get(own).status_code == 200
        assert browser.get(f"{own}.pdf").data.startswith(b"%PDF")
    assert browser.get(f"/amendments/of/{amendment.agreement_id}/versions/3").status_code == 404
    assert "as amended" in browser.get(f"/agreements/{amendment.agreement_id}").text


@pytest.mark.parametrize("verb", ["refuse", "withdraw"])
def test_refuse_and_withdraw_ask_why(client, manager, verb):
    amendment = an_amendment()
    person = manager if verb == "refuse" else owner_of(amendment.agreement.application)
    browser = signed_in(client, person)
    address = f"/amendments/{amendment.id}/{verb}"
    assert browser.get(address).status_code == 200
    assert browser.post(address, data={"answer": " "}).status_code == 422
    assert browser.post(address, data={"answer": "Not needed any more."}).status_code == 303
    assert "Not needed any more." in browser.get(f"/amendments/{amendment.id}").text


def test_the_list_shows_ones_own_regions(client, manager):
    amendment = an_amendment()
    page = signed_in(client, manager).get("/amendments/?state=asked").text
    assert amendment.code in page
    assert amendment.code not in client.get("/amendments/?state=refused").text
    other = signed_in(client, a_manager("NL-GE"))
    assert amendment.code not in other.get("/amendments/").text
    assert other.get(f"/amendments/{amendment.id}").status_code == 403


def test_strangers_are_shown_nothing(client, manager):
    amendment = an_amendment_in_force()
    browser = signed_in(client, an_applicant())
    for address in (f"/amendments/{amendment.id}", f"/amendments/of/{amendment.agreement_id}"):
        assert browser.get(address).status_code == 403
    assert browser.get("/amendments/").status_code == 403


def test_a_termination_takes_two_persons(client, manager):
    agreement = an_active_agreement("COL", manager=manager)
    browser = signed_in(client, manager)
    address = f"/amendments/of/{agreement.id}/terminate"
    assert browser.get(address).status_code == 200
    assert browser.post(address, data={"cause": "", "reason": "Because."}).status_code == 422
    answer = browser.post(address, data={"cause": "given_up", "reason": "The SME writes that it stops."})
    assert answer.status_code == 303
    termination = queries.find_open_termination(agreement.id)
    own = f"/amendments/terminations/{termination.id}"
    page = browser.get(own).text
    assert "The SME writes that it stops." in page
    assert f"{own}/confirm" not in page
    assert browser.get(f"{own}/confirm").status_code == 403
    hear(termination)
    second = signed_in(client, a_member_of_staff(Role.CLUSTER_MANAGER))
    assert "€7,000.00 that no claim has used" in second.get(f"{own}/confirm").text
    assert second.post(f"{own}/confirm", data={}).status_code == 422
    assert second.post(f"{own}/confirm", data={"checked": "yes"}).status_code == 303
    assert agreements.get_agreement(agreement.id).state == AgreementState.TERMINATED
    assert second.get(f"{own}/confirm").status_code == 409
    owner = signed_in(client, owner_of(agreement.application))
    assert "has ended before its time" in owner.get(f"/agreements/{agreement.id}").text
    assert owner.get(own).status_code == 200


@pytest.mark.parametrize("verb", ["refuse", "withdraw"])
def test_a_termination_is_refused_or_withdrawn_with_a_reason(client, manager, verb):
    termination = a_proposed_termination(by=manager)
    browser = signed_in(client, a_member_of_staff(Role.COORDINATOR, region=None) if verb == "refuse" else manager)
    own = f"/amendments/terminations/{termination.id}"
    assert browser.get(f"{own}/{verb}").status_code == 200
    assert browser.post(f"{own}/{verb}", data={"answer": "It was a mistake."}).status_code == 303
    assert queries.get_termination(termination.id).state != TerminationState.PROPOSED


def test_the_parties_answer_on_their_pages_and_the_answers_stand_there(client, manager):
    agreement = an_active_agreement("COL", manager=manager)
    termination = a_proposed_termination(agreement, by=manager)
    own = f"/amendments/terminations/{termination.id}"
    link = "/" + mailed_link("jan@lab.example").split("/", 3)[3]
    second = signed_in(client, a_member_of_staff(Role.CLUSTER_MANAGER))
    assert "when all parties have answered" in second.get(own).text
    assert f"{own}/confirm" not in second.get(own).text
    answer = second.post(f"{own}/confirm", data={"checked": "yes"})
    assert answer.status_code == 422
    assert "can answer until" in answer.text
    assert second.get(f"{own}/answer").status_code == 403

    owner = signed_in(client, owner_of(agreement.application))
    assert f"{own}/answer" in owner.get(own).text
    assert owner.post(f"{own}/answer", data={"answer": " "}).status_code == 422
    assert owner.post(f"{own}/answer", data={"answer": "We have begun."}, follow_redirects=True).status_code == 200
    assert "We have begun." in owner.get(own).text
    assert owner.post(f"{own}/answer", data={"answer": "Again."}).status_code == 403

    visitor = client.application.test_client()
    page = visitor.get(link).text
    assert "The activity was never begun." in page
    assert manager.name not in page
    assert visitor.get(link + "x").status_code == 404
    assert visitor.post(link, data={"answer": ""}).status_code == 422
    assert visitor.post(link, data={"answer": "We wait for samples."}).status_code == 303
    page = visitor.get(link).text
    assert "We wait for samples." in page
    assert "<textarea" not in page
    assert visitor.post(link, data={"answer": "Again."}).status_code == 403

    second = signed_in(client, a_member_of_staff(Role.CLUSTER_MANAGER))
    page = second.get(f"{own}/confirm").text
    assert "We have begun." in page
    assert "We wait for samples." in page
    assert second.post(f"{own}/confirm", data={"checked": "yes"}).status_code == 303
    story = second.get(f"/reports/vouchers/{agreement.application.reference}").text
    assert "We have begun." in story
    assert "Answer for the provider" in story
    assert visitor.get(link).status_code == 200


def test_the_sme_gives_its_voucher_up_over_the_pages(client, manager):
    agreement = an_active_agreement("COL", manager=manager)
    owner = signed_in(client, owner_of(agreement.application))
    address = f"/amendments/of/{agreement.id}/terminate"
    assert "Give the voucher up" in owner.get(f"/amendments/of/{agreement.id}").text
    assert 'name="cause"' not in owner.get(address).text
    assert owner.post(address, data={"reason": ""}).status_code == 422
    answer = owner.post(address, data={"reason": "We stop.", "cause": "breach"})
    assert answer.status_code == 303
    termination = queries.find_open_termination(agreement.id)
    assert termination.cause == TerminationCause.GIVEN_UP
    own = f"/amendments/terminations/{termination.id}"
    assert f"{own}/withdraw" in owner.get(own).text
    browser = signed_in(client, manager)
    assert browser.post(f"{own}/confirm", data={"checked": "yes"}).status_code == 303
    assert agreements.get_agreement(agreement.id).state == AgreementState.TERMINATED


def test_the_company_reads_on_its_own_pages_that_it_is_to_be_heard_and_to_accept(client, manager):
    agreement = an_active_agreement("COL", manager=manager)
    application = agreement.application
    amendment = an_agreed_amendment(agreement)
    termination = a_proposed_termination(agreement)
    pages = ("/applications", f"/applications/{application.id}", f"/agreements/{agreement.id}")
    browser = signed_in(client, owner_of(application))
    for page in pages:
        text = browser.get(page).text
        assert f"proposes to terminate your agreement {agreement.number}. You can answer until" in text, page
        assert f'href="/amendments/terminations/{termination.id}"' in text
        assert "waits for your acceptance, until" in text
        assert f'href="/amendments/{amendment.id}"' in text
    hear(termination)
    for page in pages:
        text = browser.get(page).text
        assert "You can answer until" not in text
        assert "is proposed and not decided yet" in text
    assert "your agreement" not in signed_in(client, manager).get(f"/agreements/{agreement.id}").text


def test_many_proposals_take_no_more_queries_on_the_first_page(app, manager):
    agreements = [an_active_agreement(instrument, manager=manager) for instrument in ("COL", "MG")]
    for one in agreements:
        a_proposed_termination(one)
    applications = [get_application(one.application_id) for one in agreements]
    with app.test_request_context():
        few = queries_of(lambda: map_asked(applications[:1], ASKED_AT))
        db.session.expire_all()
        applications = [get_application(one.id) for one in applications]
        assert queries_of(lambda: map_asked(applications, ASKED_AT)) == few
