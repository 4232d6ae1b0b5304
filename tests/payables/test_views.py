"""The pages of payables, as a browser without scripts sees them."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.builders.counting import queries_of
from tests.builders.payments import PAID_AT, Desk, an_authorised_batch, an_authorised_claim, payable_of
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.payables.queries import get_payable, list_chosen
from vouchers.payables.states import PayableState
from vouchers.payments.actions import fates
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE


@pytest.fixture
def desk(app, clock):
    in2()
    people = Desk()
    clock.stop(PAID_AT)
    return people


def test_worklist_shows_what_is_owed_in_the_region(client, desk):
    own, other = an_authorised_claim(desk), an_authorised_claim(Desk("NL-NB"))
    browser = signed_in(client, desk.maker)
    page = browser.get("/payables/").text
    assert own.number in page
    assert other.number not in page
    assert own.number not in browser.get("/payables/?state=paid").text
    assert own.number in browser.get(f"/payables/?q={own.number}&payee=organisation&state=open").text


def test_pages_are_for_readers_of_the_region(client, desk):
    payable = payable_of(an_authorised_claim(desk))
    assert signed_in(client, an_applicant()).get("/payables/").status_code == 403
    for person in (an_applicant(), Desk("NL-NB").maker, a_member_of_staff(Role.ADMINISTRATOR)):
        assert signed_in(client, person).get(f"/payables/{payable.id}").status_code == 403
    page = signed_in(client, a_member_of_staff(Role.AUDITOR)).get(f"/payables/{payable.id}")
    assert page.status_code == 200
    assert "Hold back" not in page.text


def test_a_debt_leads_to_its_batch_and_is_put_into_it_once(client, desk):
    claim = an_authorised_claim(desk)
    batch = an_authorised_batch(desk, [claim])
    page = unescape(signed_in(client, desk.maker).get(f"/payables/{payable_of(claim).id}").text)
    assert f'href="/payments/{batch.id}">{batch.number}</a>' in page
    assert page.count("Put into a batch") == 1
    for step in ("Booked as owed", "Put into a batch"):
        assert re.search(
            rf'{step}</p>\s*<p class="app-timeline__when">[^<]*, {re.escape(desk.maker.name)}</p>', page
        ), step
    assert "Held because" not in page


def test_hold_and_let_go(client, desk):
    payable = payable_of(an_authorised_claim(desk))
    browser = signed_in(client, desk.maker)
    empty = browser.post(f"/payables/{payable.id}/hold", data={"reason": ""})
    assert (empty.status_code, "Say why you hold it back" in empty.text) == (422, True)
    assert browser.post(f"/payables/{payable.id}/hold", data={"reason": "The police asks"}).status_code == 303
    page = unescape(browser.get(f"/payables/{payable.id}").text)
    assert "The police asks" in page
    assert "Held: The police asks" in unescape(browser.get("/payments/").text)
    assert browser.post(f"/payables/{payable.id}/let-go").status_code == 303
    assert get_payable(payable.id).state == PayableState.OPEN
    assert browser.post(f"/payables/{payable.id}/let-go").status_code == 409


@pytest.mark.parametrize("path", ["hold", "let-go", "provider", "account", "check"])
def test_readers_change_nothing(client, desk, path):
    payable = payable_of(an_authorised_claim(desk))
    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR))
    assert auditor.post(f"/payables/{payable.id}/{path}", data={"reason": "x"}).status_code in (403, 409)
    assert get_payable(payable.id).state == PayableState.OPEN


def test_show_says_why_the_bank_refused(client, desk):
    payment = an_authorised_batch(desk).payments[0]
    fates.reject_payment(payment, "AC04", note="erloschen", by=OFFICE, at=PAID_AT)
    page = unescape(signed_in(client, desk.maker).get(f"/payables/{payment.payable_id}").text)
    assert "code AC04: The account is closed. erloschen" in page
    assert "Another one must be confirmed before it is paid again" in page
    assert "Refused by the bank" in page


ANSWER = {"result": "close_match", "checked_on-day": "20", "checked_on-month": "11", "checked_on-year": "2026"}


def test_record_check_and_accept_check(client, desk):
    payable = payable_of(an_authorised_claim(desk))
    page, form = f"/payables/{payable.id}", f"/payables/{payable.id}/check"
    browser = signed_in(client, desk.maker)
    asked = browser.post(form, data=ANSWER | {"reference": "VOP-1"})
    assert (asked.status_code, "Enter the name that the bank has" in asked.text, "VOP-1" in asked.text) == (
        422,
        True,
        True,
    )
    assert browser.post(form, data=ANSWER | {"name_at_bank": "Bio Wave SA"}).status_code == 303
    assert "A second officer must accept this, with a reason" in unescape(browser.get("/payments/").text)
    accept = f"/payables/checks/{list_chosen([payable.id])[0].check.id}/accept"
    assert accept not in browser.get(page).text
    assert browser.post(accept, data={"reason": "x"}).status_code == 403
    other = signed_in(client, desk.second)
    assert accept in other.get(page).text
    assert "the bank has Bio Wave SA" in unescape(other.get(accept).text)
    assert other.post(accept, data={"reason": ""}).status_code == 422
    assert other.post(accept, data={"reason": "The register says the same"}).status_code == 303
    assert "The register says the same" in other.get(page).text
    assert other.post(accept, data={"reason": "Again"}).status_code == 409


def test_record_check_needs_an_account(client, desk):
    payable = payable_of(an_authorised_claim(desk, with_account=False))
    answer = signed_in(client, desk.maker).get(f"/payables/{payable.id}/check", follow_redirects=True)
    assert "There is no confirmed account to check." in answer.text


@pytest.mark.once  # the mapping counts its statements alike on either database
def test_the_list_needs_the_same_number_of_queries_for_more_rows(client, desk):
    browser = signed_in(client, desk.maker)
    an_authorised_claim(desk)

    def read():
        assert browser.get("/payables/", buffered=True).status_code == 200

    few = queries_of(read)
    for _number in range(4):
        an_authorised_claim(desk)
    assert queries_of(read) == few
    assert few <= 14
