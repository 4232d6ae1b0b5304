"""A page is sent once: pages sent twice, two tabs of one page, and what is mended or asked for anew."""

from __future__ import annotations

import contextvars
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.builders.applications import IN2
from tests.builders.audits import a_drawn_sample, a_mandate, auditor_of
from tests.builders.counting import queries_of
from tests.builders.evaluation import a_manager
from tests.builders.payments import PAID_AT, Desk
from tests.builders.programmes import during_call, in2
from tests.builders.recoveries import ORDERED_AT, a_debt_to, a_paid_agreement, an_ordered_recovery
from tests.builders.transfers import a_proposed_transfer
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.api.models import ApiToken
from vouchers.audit.models import AuditEvent
from vouchers.audits.models import AuditFinding, Sample
from vouchers.audits.queries.samples import list_all_units
from vouchers.core import pages
from vouchers.core.clock import now
from vouchers.core.database import db
from vouchers.core.models import SpentPage
from vouchers.core.sending import KEPT_FOR
from vouchers.letters.models import Letter
from vouchers.recoveries.models import Receipt, Recovery
from vouchers.transfers.models import EnvelopeTransfer
from vouchers.users.jobs import forget_held_forms
from vouchers.users.models import User
from vouchers.users.states import Role

SENT = "You have sent this page already. What it asked for is done."


@dataclass
class Case:
    """A page that makes something new, and what is typed into it."""

    person: User
    address: str
    words: dict[str, Any]
    made: type


def a_set_off() -> Case:
    desk = Desk()
    agreement = a_paid_agreement(desk)
    payable = a_debt_to(agreement, desk)
    recovery = an_ordered_recovery(desk, agreement)
    words = {"payable": str(payable.id), "amount": "100"}
    return Case(desk.maker, f"/recoveries/{recovery.id}/set-off", words, Receipt)


def a_recovery() -> Case:
    desk = Desk()
    words = {
        "principal": "500", "cause": "irregularity", "irregularity": "documents", "decision": "Audit report 7",
        "reason": "The invoice was not for the voucher.",
    }  # fmt: skip
    return Case(desk.maker, f"/recoveries/of/{a_paid_agreement(desk).id}/propose", words, Recovery)


def a_sample() -> Case:
    words = {
        "basis": "paid", "method": "non_statistical", "selection": "equal", "strata_by": "none", "level": "",
        "materiality": "2", "anticipated": "", "at_least": "50", "seed": "views",
    }  # fmt: skip
    a_paid_agreement(Desk())
    mandate = a_mandate("BE-WAL", at=ORDERED_AT)
    return Case(auditor_of(mandate), f"/audits/mandates/{mandate.id}/samples/plan", words, Sample)


def a_finding_of_an_auditor() -> Case:
    desk = Desk()
    a_paid_agreement(desk)
    mandate = a_mandate("BE-WAL", at=ORDERED_AT)
    [voucher, *_others] = [unit.reference for unit in list_all_units(a_drawn_sample(mandate, at=ORDERED_AT))]
    reply_by = (ORDERED_AT + timedelta(days=20)).date()
    words = {
        "voucher": voucher, "region": "BE-WAL", "title": "No offer", "severity": "high", "amount": "70",
        "text": "The offer is missing.", "reply_by-day": str(reply_by.day), "reply_by-month": str(reply_by.month),
        "reply_by-year": str(reply_by.year),
    }  # fmt: skip
    return Case(auditor_of(mandate), f"/audits/mandates/{mandate.id}/findings/issue", words, AuditFinding)


def an_api_token() -> Case:
    until = PAID_AT + timedelta(days=30)
    words = {
        "name": "SAP", "region": "BE-WAL", "programme": "in2lifesciences", "rights": ["payables"],
        "until-day": str(until.day), "until-month": str(until.month), "until-year": str(until.year),
    }  # fmt: skip
    return Case(Desk().second, "/tokens/issue", words, ApiToken)


def a_transfer() -> Case:
    address = f"/budgets/{IN2.envelope().id}/propose-transfer"
    words = {"target": str(IN2.envelope("NL-GE").id), "amount": "2500", "reason": "More demand there"}
    return Case(a_manager(), address, words, EnvelopeTransfer)


CASES: dict[Callable[[], Case], Any] = {
    a_set_off: ORDERED_AT + timedelta(hours=2),
    a_recovery: ORDERED_AT + timedelta(hours=2),
    a_sample: ORDERED_AT + timedelta(hours=2),
    a_finding_of_an_auditor: ORDERED_AT + timedelta(hours=2),
    an_api_token: PAID_AT,
    a_transfer: during_call(),
}


@pytest.fixture
def office(app, clock):
    """The programme is loaded; gives what makes a case at its time."""

    def at_work(make):
        clock.stop(CASES[make])
        in2()
        return make()

    return at_work


def a_colleague():
    return a_member_of_staff(Role.CLUSTER_MANAGER, IN2.code, "BE-WAL", at=during_call())


def mark_of(page):
    return {"page_mark": re.search(r'name="page_mark" value="([^"]+)"', page.text)[1]}


def count_of(*kinds):
    db.session.rollback()
    return [db.session.scalar(select(func.count()).select_from(kind)) for kind in kinds]


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_two_tabs_and_a_page_sent_twice_make_one_thing(client, clock, office, make):
    case = office(make)
    browser = signed_in(client, case.person)
    one, other = (mark_of(browser.get(case.address)) for _tab in range(2))
    [before] = count_of(case.made)
    clock.forward(seconds=5)
    assert browser.post(case.address, data=case.words | one).status_code in (200, 303)
    there = count_of(case.made, Letter, AuditEvent)
    assert there[0] == before + 1
    clock.forward(seconds=5)
    for mark in (one, other):
        again = browser.post(case.address, data=case.words | mark)
        assert again.status_code == 409
        assert SENT in again.text
        assert "Someone was faster" not in again.text
        assert f'href="{case.address}"' in again.text, "the way to a fresh page"
    assert count_of(case.made, Letter, AuditEvent) == there, "nothing new came about"
    assert count_of(SpentPage) == [1]


def test_what_was_refused_is_mended_and_sent_once(client, clock, office):
    case = office(a_set_off)
    browser = signed_in(client, case.person)
    one, other = (mark_of(browser.get(case.address)) for _tab in range(2))
    clock.forward(seconds=5)
    wrong = [browser.post(case.address, data=case.words | mark | {"amount": "437.56"}) for mark in (one, other)]
    assert [answer.status_code for answer in wrong] == [422, 422]
    assert count_of(SpentPage) == [0]
    clock.forward(seconds=5)
    assert browser.post(case.address, data=case.words | mark_of(wrong[0])).status_code == 303
    mended = browser.post(case.address, data=case.words | mark_of(wrong[1]))
    assert mended.status_code == 409, "a page that is shown again is as old as before"
    assert count_of(Receipt) == [1]


def test_a_new_page_and_other_words_ask_for_something_new(client, clock, office):
    case = office(a_transfer)
    browser = signed_in(client, case.person)
    first = mark_of(browser.get(case.address))
    assert browser.post(case.address, data=case.words | first).status_code == 303
    again = mark_of(browser.get(case.address))  # drawn in the same instant
    assert browser.post(case.address, data=case.words | again).status_code == 303
    clock.forward(seconds=5)
    other_words = case.words | first | {"amount": "2501"}  # the browser's “Back”
    assert browser.post(case.address, data=other_words).status_code == 303
    assert browser.post(case.address, data=case.words).status_code == 303, "a page without a mark is not compared"
    assert count_of(EnvelopeTransfer, SpentPage) == [4, 2]


def test_it_costs_one_statement(client, office):
    case = office(a_transfer)
    browser = signed_in(client, case.person)
    mark = mark_of(browser.get(case.address))
    assert browser.post(case.address, data=case.words).status_code == 303, "the first of all learns more"
    without = queries_of(lambda: browser.post(case.address, data=case.words))
    assert queries_of(lambda: browser.post(case.address, data=case.words | mark)) == without + 1
    assert count_of(EnvelopeTransfer, SpentPage) == [3, 1]


def test_two_people_may_ask_for_the_same(app, clock, office):
    case = office(a_transfer)
    people = [signed_in(app.test_client(), person) for person in (case.person, a_colleague())]
    marks = [mark_of(browser.get(case.address)) for browser in people]
    clock.forward(seconds=5)
    answers = [browser.post(case.address, data=case.words | mark) for browser, mark in zip(people, marks, strict=True)]
    assert [answer.status_code for answer in answers] == [303, 303]


def test_a_step_that_makes_nothing_new_may_be_repeated(client, clock, office):
    person = office(a_transfer).person
    browser = signed_in(client, person)
    address = "/account/details"
    words = mark_of(browser.get(address)) | {"name": "Another Name", "language": "en", "time_zone": "Europe/Brussels"}
    clock.forward(seconds=5)
    assert [browser.post(address, data=words).status_code for _time in range(2)] == [303, 303]
    assert count_of(SpentPage) == [0]


def test_a_step_that_its_state_guards_spends_nothing(client, clock, office):
    office(a_transfer)
    transfer = a_proposed_transfer("10")
    browser = signed_in(client, a_manager("NL-GE"))
    address = f"/budgets/transfers/{transfer.id}/approve"
    mark = mark_of(browser.get(address))
    assert browser.post(address, data={"checked": "yes"} | mark).status_code == 303
    assert browser.post(address, data={"checked": "yes"} | mark).status_code == 303, "it leads to what was done"
    assert count_of(SpentPage) == [0]


def test_what_was_sent_is_forgotten_after_some_days(client, clock, office):
    case = office(a_transfer)
    browser = signed_in(client, case.person)
    assert browser.post(case.address, data=case.words | mark_of(browser.get(case.address))).status_code == 303
    spent_at = db.session.scalars(select(SpentPage.spent_at)).one()
    forget_held_forms(at=spent_at + KEPT_FOR)
    assert count_of(SpentPage) == [1]
    forget_held_forms(at=spent_at + KEPT_FOR + timedelta(seconds=1))
    assert count_of(SpentPage) == [0]


@pytest.mark.postgres
def test_the_same_page_arrives_twice_in_one_moment(app, clock, office):
    case = office(an_api_token)
    browsers = [signed_in(app.test_client(), case.person) for _tab in range(4)]
    mark = mark_of(browsers[0].get(case.address))
    clock.forward(seconds=5)
    start, outcomes = threading.Barrier(len(browsers)), []

    def send(browser):
        start.wait()
        outcomes.append(browser.post(case.address, data=case.words | mark).status_code)

    threads = [threading.Thread(target=contextvars.copy_context().run, args=(send, one)) for one in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [200, 409, 409, 409]
    assert count_of(ApiToken, SpentPage) == [1, 1]


# On paper ------------------------------------------------------------------------------------------------------------


def arrived(app, path="/x", user_id=1, **sent):
    with app.test_request_context(path, method="POST", **sent):
        pages.arrive(SimpleNamespace(id=user_id, is_authenticated=user_id is not None), now)
        return pages.sent_page()


MARK = {"page_mark": "1790000000000000-abcdefgh"}


def test_who_asks_for_what_tells_two_requests_apart(process_app):
    def asked(path="/x", user_id=1, **words):
        return arrived(process_app, path, user_id, data=MARK | words).request_hash

    same = asked(a="1")
    assert asked(a="1", csrf_token="t", password="secret") == same
    assert asked("/x?held=token", a="1") == same
    others = [asked(a="2"), asked(b="1"), asked("/y", a="1"), asked("/x?page=2", a="1"), asked(user_id=2, a="1")]
    assert len({same, *others}) == 6


def test_a_file_is_told_by_its_content_and_left_as_it_was(process_app):
    def sent(content):
        return arrived(process_app, data=MARK | {"file": (BytesIO(content), "offer.pdf")}).request_hash

    assert sent(b"one") == sent(b"one") != sent(b"two")
    with process_app.test_request_context("/x", method="POST", data=MARK | {"file": (BytesIO(b"one"), "f")}) as held:
        pages.arrive(SimpleNamespace(id=1, is_authenticated=True), now)
        assert held.request.files["file"].read() == b"one"


@pytest.mark.parametrize(
    "mark", ["", "x", "-abcdefgh", "1-short", "9" * 18 + "-abcdefgh", "१-abcdefgh", "1-abcdefgh\n"]
)
def test_a_mark_that_cannot_be_read_is_none(process_app, mark):
    assert arrived(process_app, data={"page_mark": mark}) is None


def test_the_largest_mark_is_a_moment(process_app):
    assert arrived(process_app, data={"page_mark": "9" * 17 + "-abcdefgh"}).drawn_at.year == 5138


def test_a_visitor_and_a_program_send_no_pages(process_app):
    assert arrived(process_app, user_id=None, data=MARK) is None
    assert arrived(process_app, json=MARK) is None
    assert pages.sent_page() is None
