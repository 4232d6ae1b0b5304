"""The pages of advances, as a browser without scripts sees them."""

from __future__ import annotations

from html import unescape

import pytest

from tests.builders.advances import ASKED_AT, a_paid_advance, a_programme_with_advances, an_advance
from tests.builders.agreements import an_active_agreement
from tests.builders.applications import owner_of
from tests.builders.counting import queries_of
from tests.builders.payments import Desk
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.advances import queries
from vouchers.advances.states import AdvanceState
from vouchers.users.states import Role


@pytest.fixture
def desk(app, clock):
    a_programme_with_advances()
    people = Desk()
    clock.stop(ASKED_AT)
    return people


def test_the_company_asks_and_the_manager_decides(client, desk):
    agreement = an_active_agreement("COL", amount="7000")
    owner, home = owner_of(agreement.application), f"/advances/of/{agreement.id}"
    browser = signed_in(client, owner)
    assert home in browser.get(f"/agreements/{agreement.id}").text
    assert "Up to €2,800.00" in unescape(browser.get(home).text)
    wrong = browser.post(f"{home}/ask", data={"amount": "2900", "purpose": "A deposit"})
    assert (wrong.status_code, "A deposit" in wrong.text, "2900" in wrong.text) == (422, True, True)
    assert browser.post(f"{home}/ask", data={"amount": "", "purpose": ""}).status_code == 422
    assert browser.post(f"{home}/ask", data={"amount": "2800", "purpose": "A deposit"}).status_code == 303
    advance = queries.list_advances_of(agreement.id)[0]
    page = f"/advances/{advance.id}"
    assert "Approve the advance" not in browser.get(page).text
    assert browser.post(f"{page}/approve", data={"checked": "yes"}).status_code == 403

    manager = signed_in(client, desk.manager)
    assert advance.number in manager.get("/advances/?state=asked").text
    assert page in manager.get("/desk").text
    assert manager.post(f"{page}/approve", data={}).status_code == 422
    assert manager.post(f"{page}/approve", data={"checked": "yes"}).status_code == 303
    assert queries.get_advance(advance.id).state == AdvanceState.APPROVED
    assert manager.post(f"{page}/refuse", data={"reason": "No"}).status_code == 409
    story = manager.get(f"/reports/vouchers/{agreement.application.reference}").text
    assert advance.number in story
    assert "Approve the advance" in story


def test_refuse_cancel_and_withdraw(client, desk):
    first, second, third = (an_advance() for _number in range(3))
    manager = signed_in(client, desk.manager)
    assert manager.post(f"/advances/{first.id}/refuse", data={"reason": ""}).status_code == 422
    assert manager.post(f"/advances/{first.id}/refuse", data={"reason": "Not needed"}).status_code == 303
    assert manager.post(f"/advances/{second.id}/approve", data={"checked": "yes"}).status_code == 303
    assert manager.get(f"/advances/{second.id}/cancel").status_code == 200
    assert manager.post(f"/advances/{second.id}/cancel", data={"reason": "Later"}).status_code == 303
    owner = owner_of(queries.get_advance(third.id).agreement.application)
    assert signed_in(client, owner).post(f"/advances/{third.id}/withdraw").status_code == 303
    states = [queries.get_advance(one.id).state for one in (first, second, third)]
    assert states == [AdvanceState.REFUSED, AdvanceState.CANCELLED, AdvanceState.WITHDRAWN]


@pytest.mark.parametrize("verb", ["approve", "refuse", "cancel", "withdraw"])
def test_readers_and_strangers_change_nothing(client, desk, verb):
    advance = an_advance()
    for person in (a_member_of_staff(Role.AUDITOR), Desk("NL-NB").manager, an_applicant()):
        answer = signed_in(client, person).post(
            f"/advances/{advance.id}/{verb}", data={"reason": "x", "checked": "yes"}
        )
        assert answer.status_code == 403
    assert queries.get_advance(advance.id).state == AdvanceState.ASKED


def test_pages_are_for_the_company_and_the_region(client, desk):
    advance = an_advance()
    assert signed_in(client, an_applicant()).get("/advances/").status_code == 403
    for person in (an_applicant(), Desk("NL-NB").maker):
        for page in (f"/advances/{advance.id}", f"/advances/of/{advance.agreement_id}"):
            assert signed_in(client, person).get(page).status_code == 403
    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR))
    assert auditor.get(f"/advances/{advance.id}").status_code == 200


@pytest.mark.once  # the mapping counts its statements alike on either database
def test_the_list_needs_the_same_number_of_queries_for_more_rows(client, desk):
    browser = signed_in(client, desk.manager)
    an_advance()

    def read():
        assert browser.get("/advances/", buffered=True).status_code == 200

    few = queries_of(read)
    for _number in range(4):
        an_advance()
    assert queries_of(read) == few


def test_a_debt_of_an_advance_leads_to_it(client, desk):
    advance = a_paid_advance(desk)
    page = signed_in(client, desk.maker).get(f"/payables/?q={advance.number}").text
    assert advance.number in page
