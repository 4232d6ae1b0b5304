"""The pages of transfers."""

import re

import pytest

from tests.builders.applications import IN2
from tests.builders.evaluation import a_manager
from tests.builders.programmes import during_call, in2
from tests.builders.transfers import a_proposed_transfer
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.core.money import EUR
from vouchers.transfers import actions, queries
from vouchers.transfers.states import TransferState
from vouchers.users.states import Role

AT = during_call()


@pytest.fixture(autouse=True)
def _office(app, clock):
    clock.stop(AT)
    in2()


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def state_of(transfer):
    return queries.get_transfer(transfer.id).state


def test_propose_and_approve_in_the_browser(app):
    giver = signed_in(app.test_client(), a_manager())
    source, target = IN2.envelope(), IN2.envelope("NL-GE")
    assert "Propose a transfer" in giver.get("/budgets").text
    address = f"/budgets/{source.id}/propose-transfer"
    assert "€100,000.00" in words(giver.get(address))
    answer = giver.post(address, data={"target": target.id, "amount": "2500", "reason": "More demand there"})
    assert answer.status_code == 303
    assert "Nothing has moved yet" in words(giver.get(answer.location))
    assert "/approve" not in giver.get(answer.location).text

    receiver = signed_in(app.test_client(), a_manager("NL-GE"))
    assert "/approve" in receiver.get(answer.location).text
    assert receiver.post(f"{answer.location}/approve").status_code == 422
    assert receiver.post(f"{answer.location}/approve", data={"checked": "yes"}).status_code == 303
    assert "/ERDF</th>" in receiver.get(answer.location).text
    auditor = signed_in(app.test_client(), a_member_of_staff(Role.AUDITOR, at=AT))
    assert "/reports/journals/" in auditor.get(answer.location).text
    assert "/reports/journals/" not in receiver.get(answer.location).text  # it touches another region's money
    assert receiver.post(f"{answer.location}/approve", data={"checked": "yes"}).status_code in (303, 409)
    assert IN2.envelope("NL-GE").transferred == EUR("2500")
    assert "2,500" in words(receiver.get("/budgets"))
    assert "Approved" in words(receiver.get("/budgets/transfers"))


def test_propose_keeps_what_was_typed(app, client):
    giver = signed_in(client, a_manager())
    address = f"/budgets/{IN2.envelope().id}/propose-transfer"
    target = IN2.envelope("NL-GE").id
    answer = giver.post(address, data={"target": target, "amount": "100000.01", "reason": "All and more"})
    assert answer.status_code == 422
    assert "All and more" in answer.text
    assert "are available" in words(answer)


@pytest.mark.parametrize(
    ("verb", "data", "who", "state"),
    [
        ("refuse", {"answer": "No need."}, "NL-GE", TransferState.REFUSED),
        ("withdraw", {}, "BE-WAL", TransferState.WITHDRAWN),
    ],
)
def test_refuse_and_withdraw_in_the_browser(app, client, verb, data, who, state):
    transfer = a_proposed_transfer("10")
    desk = signed_in(client, a_manager(who))
    assert desk.get(f"/budgets/transfers/{transfer.id}/{verb}").status_code == 200
    assert desk.post(f"/budgets/transfers/{transfer.id}/{verb}", data=data).status_code == 303
    assert state_of(transfer) == state


def test_a_third_region_sees_nothing_of_it(app, client):
    transfer = a_proposed_transfer("10")
    stranger = signed_in(client, a_manager("DE-BW"))
    assert stranger.get(f"/budgets/transfers/{transfer.id}").status_code in (403, 404)
    assert transfer.reference not in stranger.get("/budgets/transfers").text
    assert stranger.get(f"/budgets/{IN2.envelope().id}/propose-transfer").status_code == 403


def test_an_auditor_reads_and_decides_nothing(app, client):
    transfer = a_proposed_transfer("10")
    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR, at=AT))
    assert transfer.reference in auditor.get("/budgets/transfers").text
    assert auditor.get(f"/budgets/transfers/{transfer.id}").status_code == 200
    assert auditor.post(f"/budgets/transfers/{transfer.id}/approve", data={"checked": "yes"}).status_code == 403
    assert state_of(transfer) == TransferState.PROPOSED


def test_the_public_sees_the_money_as_it_is_after_a_transfer(client):
    address = "/calls/in2lifesciences/2026-1"
    assert "€110,000" not in words(client.get(address))

    actions.approve_transfer(a_proposed_transfer("10000"), by=a_manager("NL-GE"), at=AT)

    page = words(client.get(address))
    assert ("€110,000" in page, "€90,000" in page) == (True, True)
    calls = {call["id"]: call["envelopes"] for call in client.get("/calls.json").json["calls"]}
    amounts = {one["region"]: one["amount"] for one in calls["in2lifesciences/2026-1"]}
    assert (amounts["BE-WAL"], amounts["NL-GE"]) == ("90000.00", "110000.00")
