"""The pages of recoveries and suspicions, over HTTP."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from tests.builders.agreements import a_manager
from tests.builders.applications import owner_of
from tests.builders.counting import queries_of
from tests.builders.payments import Desk
from tests.builders.programmes import in2
from tests.builders.recoveries import (
    DUE_ON,
    ORDERED_AT,
    a_debt_to,
    a_paid_agreement,
    a_plan,
    a_proposed_recovery,
    a_suspicion,
    an_ordered_recovery,
    on_noon,
)
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.formatting import day
from vouchers.core.money import EUR
from vouchers.recoveries import queries
from vouchers.recoveries.actions import collecting
from vouchers.recoveries.actions import suspicion as suspicions
from vouchers.recoveries.states import RecoveryState
from vouchers.users.states import Role


@pytest.fixture
def desk(app, clock):
    clock.stop(ORDERED_AT + timedelta(hours=2))
    in2()
    return Desk()


def words(text):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


SENT = {
    "principal": "500",
    "cause": "irregularity",
    "irregularity": "documents",
    "decision": "Audit report 7",
    "reason": "The invoice was not for the voucher.",
}


def test_propose_says_how_much_can_be_claimed_and_keeps_what_was_typed(client, desk):
    agreement = a_paid_agreement(desk)
    browser = signed_in(client, desk.maker)
    listed = f"/recoveries/of/{agreement.id}"
    assert listed in browser.get(f"/agreements/{agreement.id}").text
    address = f"{listed}/propose"
    assert address in browser.get(listed).text
    assert "at most €7,000.00 can be claimed back" in browser.get(address).text
    cause = [{"cause": "audit"}, {"cause": "nonsense"}, {"irregularity": ""}]
    for wrong in (*cause, {"principal": "7000.01"}, {"principal": "5.000"}):
        answer = browser.post(address, data=SENT | wrong)
        assert answer.status_code == 422, wrong
        assert "The invoice was not for the voucher." in answer.text
    answer = browser.post(address, data=SENT)
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Supporting documents missing, wrong or false" in page
    assert "/order" not in page, "somebody else orders it"


def test_order_shows_it_to_the_company(client, desk):
    recovery = a_proposed_recovery(desk)
    theirs = signed_in(client, owner_of(recovery.agreement.application))
    own = f"/recoveries/{recovery.id}"
    assert theirs.get(own).status_code == 403
    listed = f"/recoveries/of/{recovery.agreement_id}"
    assert recovery.number not in theirs.get(listed).text
    assert signed_in(client, desk.maker).get(f"{own}/order").status_code == 403
    browser = signed_in(client, desk.manager)
    assert browser.post(f"{own}/order", data={"version": "1"}).status_code == 422
    assert browser.post(f"{own}/order", data={"version": "7", "checked": "yes"}).status_code == 409
    assert browser.post(f"{own}/order", data={"version": "1", "checked": "yes"}).status_code == 303
    assert browser.get(f"{own}/order.pdf").data.startswith(b"%PDF")
    theirs = signed_in(client, owner_of(recovery.agreement.application))
    page = theirs.get(own).text
    assert "pay the money back to" in page
    assert "Next: €500.00 by" in page
    assert desk.maker.name not in page
    assert recovery.number in theirs.get(listed).text
    assert "propose" not in theirs.get(listed).text
    assert theirs.get(f"{own}/order.pdf").status_code == 200
    assert theirs.get(f"{own}/receive").status_code == 403


def test_money_is_recorded_with_its_line_on_the_statement(client, desk):
    recovery = an_ordered_recovery(desk)
    browser = signed_in(client, desk.maker)
    address = f"/recoveries/{recovery.id}/receive"
    assert 'value="500"' in browser.get(address).text
    sent = {"amount": "200", "on": "2027-02-01", "reference": "STMT-1"}
    for wrong in ({"amount": "500.01"}, {"on": "2027-02-02"}, {"reference": ""}):
        assert browser.post(address, data=sent | wrong).status_code == 422, wrong
    assert browser.post(address, data=sent).status_code == 303
    assert browser.post(address, data=sent).status_code == 422, "the same line twice"
    page = browser.get(f"/recoveries/{recovery.id}").text
    assert "STMT-1" in page
    assert "Received at the bank; recorded by hand" in page


def test_set_off_offers_the_debts_to_the_company_and_can_be_undone(client, desk):
    agreement = a_paid_agreement(desk)
    payable = a_debt_to(agreement, desk)
    recovery = an_ordered_recovery(desk, agreement)
    browser = signed_in(client, desk.maker)
    address = f"/recoveries/{recovery.id}/set-off"
    assert payable.number in browser.get(address).text
    for wrong in ({"amount": "437.56"}, {"payable": "4711"}, {"payable": "x"}):
        assert browser.post(address, data={"payable": str(payable.id), "amount": "100"} | wrong).status_code == 422
    assert browser.post(address, data={"payable": str(payable.id), "amount": "100"}).status_code == 303
    [receipt] = queries.get_recovery(recovery.id).receipts
    undo = f"/recoveries/{recovery.id}/receipts/{receipt.id}/undo"
    assert undo in browser.get(f"/recoveries/{recovery.id}").text
    assert browser.get(undo).status_code == 200
    assert browser.post(undo, data={"answer": "The wrong debt."}).status_code == 303
    assert queries.get_recovery(recovery.id).open_principal == EUR("500")


def test_nothing_to_set_off_is_said(client, desk):
    recovery = an_ordered_recovery(desk)
    page = signed_in(client, desk.maker).get(f"/recoveries/{recovery.id}/set-off").text
    assert "Nothing is owed to this company" in page


def test_a_plan_and_a_waiver_over_the_pages(client, desk):
    recovery = an_ordered_recovery(desk)
    own = f"/recoveries/{recovery.id}"
    browser = signed_in(client, desk.maker)
    assert browser.get(f"{own}/plan").status_code == 200
    plan = {"count": "5", "first_on": "2027-03-01", "reason": "Short of cash."}
    assert browser.post(f"{own}/plan", data=plan | {"count": "0"}).status_code == 422
    assert browser.post(f"{own}/plan", data=plan | {"first_on": "2027-01-01"}).status_code == 422
    assert browser.post(f"{own}/plan", data=plan).status_code == 303
    assert browser.get(own).text.count("€100.00") == 3 * 5, "of each its amount, what is still owed, and the plan"
    sent = {"relief": "waiver", "principal": "500", "interest": "0", "reason": "Bankrupt."}
    assert browser.get(f"{own}/let-go").status_code == 200
    assert browser.post(f"{own}/let-go", data=sent | {"principal": "501"}).status_code == 422
    assert browser.post(f"{own}/let-go", data=sent).status_code == 303
    assert browser.get(f"{own}/waive").status_code == 403
    theirs = signed_in(client, owner_of(recovery.agreement.application)).get(own).text
    assert "To be paid back" in theirs
    assert "proposed" not in theirs, "what the office thinks of is its own affair"
    second = signed_in(client, desk.second)
    assert second.get(f"{own}/waive").status_code == 200
    assert second.get(f"{own}/keep").status_code == 200
    version = queries.get_recovery(recovery.id).version
    assert second.post(f"{own}/waive", data={"checked": "yes", "version": str(version)}).status_code == 303
    assert queries.get_recovery(recovery.id).state == RecoveryState.WAIVED
    page = words(second.get(own).text)
    for told in (
        "Waived Waive: it is owed",
        "Reason Bankrupt.",
        f"Proposed by {desk.maker.name}",
        f"Decided by {desk.second.name}",
    ):
        assert told in page, told
    assert "Proposed Waive" not in page, "nothing is pending any more"
    assert desk.maker.name not in signed_in(client, owner_of(recovery.agreement.application)).get(own).text


def test_what_was_proposed_stands_as_proposed_until_it_is_decided_and_then_as_refused(client, desk):
    recovery = an_ordered_recovery(desk)
    own = f"/recoveries/{recovery.id}"
    sent = {"relief": "waiver", "principal": "100", "interest": "0", "reason": "Bankrupt."}
    browser = signed_in(client, desk.maker)
    assert browser.post(f"{own}/let-go", data=sent).status_code == 303
    page = words(browser.get(own).text)
    assert "Proposed Waive: it is owed" in page
    assert "Decided by" not in page
    second = signed_in(client, desk.second)
    assert second.post(f"{own}/keep", data={"answer": "It has money."}).status_code == 303
    page = words(second.get(own).text)
    assert "Proposed and refused Waive: it is owed" in page
    assert f"Decided by {desk.second.name}" in page
    assert "Answer It has money." in page


def test_more_time_is_agreed_on_by_another_person_and_all_plans_stay_on_the_page(client, desk, clock):
    recovery = an_ordered_recovery(desk)
    own = f"/recoveries/{recovery.id}"
    clock.stop(on_noon(DUE_ON + timedelta(days=4)))
    browser = signed_in(client, desk.maker)
    plan = {"count": "5", "first_on": "2027-04-01", "reason": "Short of cash."}
    answer = browser.post(f"{own}/plan", data=plan, follow_redirects=True)
    assert "Another officer of the region decides" in answer.text
    assert "5 monthly parts, the first on" in answer.text
    assert f"{own}/plan/agree" not in answer.text
    assert browser.get(f"{own}/plan/agree").status_code == 403
    assert browser.get(f"{own}/plan").status_code == 403, "one at a time"
    assert "Short of cash." not in signed_in(client, owner_of(recovery.agreement.application)).get(own).text
    second = signed_in(client, desk.second)
    assert recovery.number in second.get("/recoveries/?instalments=proposed").text
    page = second.get(f"{own}/plan/agree").text
    assert "Short of cash." in page
    assert "€100.00" in page
    assert second.get(f"{own}/plan/refuse").status_code == 200
    assert second.post(f"{own}/plan/refuse", data={"answer": " "}).status_code == 422
    version = str(queries.get_recovery(recovery.id).version)
    assert second.post(f"{own}/plan/agree", data={"version": version}).status_code == 422
    assert second.post(f"{own}/plan/agree", data={"version": "1", "checked": "yes"}).status_code == 409
    assert second.post(f"{own}/plan/agree", data={"version": version, "checked": "yes"}).status_code == 303
    page = words(second.get(own).text)
    assert "Instalments that held or were proposed" in page
    assert "Replaced" in page
    for name in (desk.maker.name, desk.second.name, desk.manager.name):
        assert name in page
    assert recovery.number not in second.get("/recoveries/?instalments=proposed").text


def test_the_list_says_what_is_due_next_and_what_is_late(client, desk, clock):
    late, ahead = an_ordered_recovery(desk), an_ordered_recovery(desk, a_paid_agreement(desk))
    a_plan(desk, late, 5, DUE_ON, at=ORDERED_AT)
    collecting.receive_recovery(
        late, EUR("130"), ORDERED_AT.date(), "STMT-1", by=desk.maker, at=ORDERED_AT + timedelta(hours=1)
    )
    a_plan(desk, ahead, 2, DUE_ON + timedelta(days=20), at=ORDERED_AT)
    browser = signed_in(client, desk.maker)
    assert late.number not in browser.get("/recoveries/?instalments=late").text
    clock.stop(on_noon(DUE_ON) + timedelta(days=35))
    browser = signed_in(client, desk.maker)
    page = words(browser.get("/recoveries/?instalments=late&sort=due").text)
    assert "€70.00 €70.00" in page, "of the second part 70 are open, and late"
    assert ahead.number in page, "its first part was due as well"
    collecting.receive_recovery(
        ahead, EUR("250"), ORDERED_AT.date(), "STMT-2", by=desk.maker, at=on_noon(DUE_ON) + timedelta(days=35)
    )
    page = words(browser.get("/recoveries/?instalments=late").text)
    assert late.number in page
    assert ahead.number not in page
    listed = browser.get("/recoveries/?sort=due").text
    assert listed.index(late.number) < listed.index(ahead.number)
    listed = browser.get("/recoveries/?sort=due&direction=desc").text
    assert listed.index(late.number) > listed.index(ahead.number)


def test_the_list_asks_the_database_as_often_for_many_as_for_one(client, desk):
    agreement = a_paid_agreement(desk)
    an_ordered_recovery(desk, agreement)
    browser = signed_in(client, desk.maker)
    browser.get("/recoveries/")
    one = queries_of(lambda: browser.get("/recoveries/?instalments=late"))
    first = queries_of(lambda: browser.get("/recoveries/"))
    for _number in range(3):
        a_plan(desk, an_ordered_recovery(desk, agreement), 3, DUE_ON, at=ORDERED_AT)
    assert queries_of(lambda: browser.get("/recoveries/")) == first
    assert queries_of(lambda: browser.get("/recoveries/?instalments=late")) == one


def test_cancel_and_keep_ask_why(client, desk):
    recovery = a_proposed_recovery(desk)
    browser = signed_in(client, desk.manager)
    assert browser.post(f"/recoveries/{recovery.id}/cancel", data={"answer": ""}).status_code == 422
    assert browser.post(f"/recoveries/{recovery.id}/cancel", data={"answer": "A mistake."}).status_code == 303


def test_the_list_shows_ones_own_regions(client, desk):
    recovery = an_ordered_recovery(desk)
    assert recovery.number in signed_in(client, desk.maker).get("/recoveries/?state=ordered").text
    assert recovery.number not in client.get("/recoveries/?state=waived").text
    assert recovery.number not in signed_in(client, a_manager("NL-GE")).get("/recoveries/").text
    assert signed_in(client, owner_of(recovery.agreement.application)).get("/recoveries/").status_code == 403


# --- suspicions -------------------------------------------------------------------------------------------------------


def test_a_suspicion_is_seen_by_its_readers_only(client, desk):
    agreement = a_paid_agreement(desk)
    browser = signed_in(client, desk.maker)
    address = f"/recoveries/confidential/of/{agreement.id}"
    assert browser.get(address).status_code == 200
    assert browser.post(address, data={"text": " "}).status_code == 422
    answer = browser.post(address, data={"text": "The stamp is that of another firm."})
    assert answer.status_code == 303
    own = answer.location
    assert "The stamp is that of another firm." in browser.get(own).text
    assert agreement.application.reference in browser.get("/recoveries/confidential").text
    strangers = [desk.second, desk.manager, a_member_of_staff(Role.AUDITOR, region=None)]
    strangers += [a_member_of_staff(Role.COORDINATOR, region=None), a_member_of_staff(Role.ADMINISTRATOR, region=None)]
    for stranger in strangers:
        other = signed_in(client, stranger)
        missing = other.get("/recoveries/confidential/4711")
        for page in ("", "/share", "/close"):
            hidden = other.get(own + page)
            assert hidden.status_code == 404
            assert _words(hidden) == _words(missing), "one cannot tell that there is one"
            assert other.post(own + page, data={"person": "1"}).status_code in (404, 405)
        listed = other.get("/recoveries/confidential")
        assert listed.status_code == 403 or agreement.application.reference not in listed.text


def _words(answer):
    return answer.text.split("<main")[1].split("</main>")[0]


def test_share_and_close_over_the_pages(client, desk):
    made = a_suspicion(a_paid_agreement(desk), desk.maker)
    own = f"/recoveries/confidential/{made.id}"
    browser = signed_in(client, desk.maker)
    assert desk.second.name in browser.get(f"{own}/share").text
    assert browser.post(f"{own}/share", data={"person": "4711"}).status_code == 422
    assert browser.post(f"{own}/share", data={"person": str(desk.second.id)}).status_code == 303
    other = signed_in(client, desk.second)
    assert "The stamp on the invoice" in other.get(own).text
    assert other.post(f"{own}/close", data={"outcome": "", "closing": "x"}).status_code == 422
    sent = {"outcome": "unfounded", "closing": "The same firm."}
    assert other.post(f"{own}/close", data=sent).status_code == 303
    assert other.post(f"{own}/close", data=sent).status_code == 409


def test_no_page_of_others_says_anything_about_it(app, client, desk):
    """Whoever reads everything else reads nothing of it: lists, counts, the voucher's own pages, record and exports."""
    agreement = a_paid_agreement(desk)
    auditor = a_member_of_staff(Role.AUDITOR, region=None)
    pages = [
        "/desk", "/agreements/", f"/agreements/{agreement.id}", f"/amendments/of/{agreement.id}", "/claims/",
        f"/recoveries/of/{agreement.id}", "/audits/",
        "/recoveries/", "/reports/events", "/reports/events?kind=suspicion", "/reports/events?q=suspicion",
        f"/reports/vouchers/{agreement.application.reference}",
    ]  # fmt: skip
    browser = signed_in(client, auditor)
    pages = [page for page in pages if browser.get(page).status_code == 200]
    assert len(pages) >= 7
    before = {page: _words(browser.get(page)) for page in pages}
    made = a_suspicion(agreement, desk.maker)
    suspicions.share_suspicion(made, desk.second.id, by=desk.maker, at=ORDERED_AT)
    for page in pages:
        assert _words(browser.get(page)) == before[page], page
    event = db.session.scalars(select(AuditEvent.id).where(AuditEvent.subject_kind == "suspicion")).first()
    assert browser.get(f"/reports/events/{event}/proof.json").status_code == 404
    theirs = signed_in(client, owner_of(agreement.application))
    for page in (f"/agreements/{agreement.id}", f"/recoveries/of/{agreement.id}", "/applications/"):
        assert "suspicion" not in theirs.get(page).text.lower(), page


def test_the_vouchers_list_says_what_is_due_next_once_instalments_are_agreed_on(client, desk):
    agreement = a_paid_agreement(desk)
    recovery = an_ordered_recovery(desk, agreement)
    first_on = DUE_ON + timedelta(days=20)
    a_plan(desk, recovery, 3, first_on, at=ORDERED_AT)
    page = signed_in(client, desk.maker).get(f"/recoveries/of/{agreement.id}").text
    assert f"{day(first_on)}: " in page
    assert f">{day(DUE_ON)}" not in page
