"""The pages of fees, as a browser without scripts sees them."""

from html import escape

import pytest

from tests.builders.counting import queries_of
from tests.builders.evaluation import a_manager
from tests.builders.fees import a_fee_statement, a_paid_sheet, a_paying_programme
from tests.builders.programmes import during_call
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.core.tables import ListQuery
from vouchers.fees import queries
from vouchers.fees.queries import get_statement
from vouchers.fees.states import FeeState
from vouchers.users.mandate import mandate_of
from vouchers.users.states import Role

ACCOUNT = {"holder": "Eva", "iban": "BE68539007547034", "name": "Eva Expert", "agreed": "yes"}


@pytest.fixture(autouse=True)
def _office(app, clock):
    a_paying_programme()
    clock.stop(during_call())


def test_draw_up_agree_and_approve(client):
    sheet = a_paid_sheet()
    desk = signed_in(client, a_manager())
    page = desk.get("/fees/owed").text
    path = f"/fees/owed/{sheet.application.call_id}/BE-WAL/{sheet.expert_id}"
    assert path in page
    assert sheet.application.reference in desk.get(path).text
    made = desk.post(path, data={})
    assert made.status_code == 303
    address = made.location
    assert "Waits for the expert" in desk.get(address).text
    assert desk.post(path, data={}).status_code == 422
    assert "No sheet waits" in desk.get("/fees/owed").text

    expert = signed_in(client, sheet.expert.user)
    assert address in expert.get("/fees/mine").text
    assert expert.get(address).status_code == 200
    assert expert.get(f"{address}/agree").status_code == 200
    wrong = expert.post(f"{address}/agree", data=ACCOUNT | {"iban": "BE00"})
    assert wrong.status_code == 422
    assert 'value="BE00"' in wrong.text
    assert expert.post(f"{address}/agree", data=ACCOUNT).status_code == 303
    assert expert.post(f"{address}/agree", data=ACCOUNT).status_code == 409

    desk = signed_in(client, a_manager())
    assert desk.get(f"{address}/approve").status_code == 403
    second = signed_in(client, a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL"))
    assert "BE68 5390 0754 7034" in second.get(f"{address}/approve").text
    assert second.post(f"{address}/approve", data={}).status_code == 422
    assert second.post(f"{address}/approve", data={"checked": "yes"}).status_code == 303
    assert "To be paid" in second.get("/fees/?state=payable").text
    paper = second.get(f"{address}.pdf")
    assert (paper.status_code, paper.data[:5]) == (200, b"%PDF-")


def test_the_other_steps_ask_for_a_reason(client):
    statement = a_fee_statement(sheets=1)
    path = f"/fees/statements/{statement.id}"
    expert = signed_in(client, statement.expert.user)
    for verb, person, state in (
        ("dispute", statement.expert.user, FeeState.DISPUTED),
        ("correct", a_manager(), FeeState.DRAWN_UP),
        ("cancel", a_manager(), FeeState.CANCELLED),
    ):
        browser = signed_in(client, person)
        assert browser.get(f"{path}/{verb}").status_code == 200
        assert browser.post(f"{path}/{verb}", data={"reason": ""}).status_code == 422
        assert browser.post(f"{path}/{verb}", data={"reason": "Because."}).status_code == 303
        assert get_statement(statement.id).state == state
    assert expert


def test_send_back_asks_the_expert_again(client):
    statement = a_fee_statement(sheets=1)
    path = f"/fees/statements/{statement.id}"
    signed_in(client, statement.expert.user).post(f"{path}/agree", data=ACCOUNT)
    second = signed_in(client, a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL"))
    assert second.get(f"{path}/send-back").status_code == 200
    assert second.post(f"{path}/send-back", data={"reason": "Another account, please."}).status_code == 303
    page = signed_in(client, statement.expert.user).get(f"{path}/agree").text
    assert "Another account, please." in page
    assert 'value="BE68539007547034"' in page


@pytest.mark.parametrize("role", [Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER])
def test_another_region_finds_the_doors_closed(client, role):
    statement = a_fee_statement(sheets=1)
    path = f"/fees/statements/{statement.id}"
    stranger = signed_in(client, a_member_of_staff(role, region="NL-NB"))
    owed = f"/fees/owed/{statement.call_id}/BE-WAL/{statement.expert_id}"
    for page in (path, f"{path}.pdf", owed):
        assert stranger.get(page).status_code == 403
    for verb in ("agree", "dispute", "correct", "send-back", "approve", "cancel"):
        assert stranger.post(f"{path}/{verb}", data={"reason": "x", **ACCOUNT}).status_code == 403
    assert stranger.post(owed, data={}).status_code == 403
    assert statement.number not in stranger.get("/fees/").text


def test_an_auditor_reads_and_changes_nothing(client):
    statement = a_fee_statement(sheets=1)
    path = f"/fees/statements/{statement.id}"
    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR))
    for page in ("/fees/", "/fees/owed", path, f"{path}.pdf"):
        assert auditor.get(page).status_code == 200
    assert auditor.post(f"{path}/cancel", data={"reason": "x"}).status_code == 403


def test_the_lists_keep_their_count_of_queries(client):
    statement = a_fee_statement(sheets=1)
    a_paid_sheet()
    desk = signed_in(client, a_manager())
    few = [queries_of(lambda path=path: desk.get(path)) for path in ("/fees/", "/fees/owed")]
    for _number in range(2):
        a_fee_statement(sheets=1)
        a_paid_sheet()
    assert [queries_of(lambda path=path: desk.get(path)) for path in ("/fees/", "/fees/owed")] == few
    expert = signed_in(client, statement.expert.user)
    assert expert.get("/fees/").status_code == 403
    assert statement.number in expert.get("/fees/mine").text


def test_several_are_drawn_up_and_approved_at_once_each_by_itself(client):
    sheets = [a_paid_sheet() for _number in range(2)]
    keys = [f"{one.application.call_id}/BE-WAL/{one.expert_id}" for one in sheets]
    desk = signed_in(client, a_manager())
    assert desk.post("/fees/owed/many", data={"picked": ["x", "1/2"]}).status_code == 303
    asked = desk.post("/fees/owed/many", data={"picked": keys})
    assert "2 statements" in asked.text
    assert queries.list_statements(ListQuery(), mandate_of(a_manager())).total == 0
    assert "2 of 2 done" in desk.post("/fees/owed/many", data={"picked": keys, "confirmed": "yes"}).text
    made = queries.list_statements(ListQuery(), mandate_of(a_manager())).items
    for statement in made:
        signed_in(client, statement.expert.user).post(f"/fees/statements/{statement.id}/agree", data=ACCOUNT)
    ids = [str(one.id) for one in made]

    desk = signed_in(client, a_manager())
    assert "pick_cell" not in desk.get("/fees/").text
    own = desk.post("/fees/many", data={"picked": ids, "confirmed": "yes", "checked": "yes"})
    assert "0 of 2 done" in own.text
    assert "You drew up this statement" in own.text
    elsewhere = signed_in(client, a_member_of_staff(Role.FINANCE_OFFICER, region="NL-GE"))
    assert elsewhere.post("/fees/many", data={"picked": ids}).status_code == 303
    assert elsewhere.get("/fees/payable.csv").text.count("\n") == 1
    second = signed_in(client, a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL"))
    assert 'name="picked"' in second.get("/fees/").text
    page = second.post("/fees/many", data={"picked": ids})
    assert (page.status_code, "€240.00" in page.text) == (200, True)
    single = second.get(f"/fees/statements/{ids[0]}/approve").text
    for one, other in (made, made[::-1]):
        name = escape(one.expert.user.name)
        hints = (
            f"name of Eva, and the payee is {name}",
            f"{escape(other.expert.user.name)} has an account with the same",
        )
        assert all(hint in page.text and (hint in single) == (str(one.id) == ids[0]) for hint in hints)
    assert second.post("/fees/many", data={"picked": ids, "confirmed": "yes"}).status_code == 422
    done = second.post("/fees/many", data={"picked": ids, "confirmed": "yes", "checked": "yes"})
    assert "2 of 2 done" in done.text
    lines = second.get("/fees/payable.csv").text.splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == sorted(one.number for one in made)
    assert ",120.00,EUR,Eva,BE68539007547034," in lines[1]
