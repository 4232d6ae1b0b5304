"""A funder's money arrives: booked once, on its fund line, never more than the line."""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.money import EUR
from vouchers.ledger import proof
from vouchers.ledger import queries as ledger
from vouchers.programmes import actions, queries
from vouchers.users.states import Role

AT = during_call()
DAY = date(2026, 10, 2)


def receive(envelope, amount="60000", *, by, line="ERDF", on=DAY, reference="ERDF/2026/1"):
    actions.record_received_funds(envelope, line, EUR(amount), on=on, reference=reference, by=by, at=AT)


@pytest.fixture
def office(app):
    in2()
    return a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL", at=AT)


@pytest.mark.parametrize(
    ("line", "amount", "books"),
    [
        # fund line   amount    trial balance besides the budget book
        ("ERDF", "60000", {"1000": 60_000_00, "2100": -60_000_00}),
        ("REGION", "12.34", {"1000": 12_34, "1110": -12_34}),
    ],
)
def test_receive_funds(office, line, amount, books):
    envelope = in2().envelope()

    receive(envelope, amount, by=office, line=line)

    balance = ledger.trial_balance(region="BE-WAL")
    assert {account: cents for account, cents in balance.items() if not account.startswith("B")} == books
    assert list(proof.list_faults()) == []


def test_receive_funds_in_parts_up_to_the_line(office):
    envelope = in2().envelope()
    receive(envelope, "59999.99", by=office, reference="1")
    receive(envelope, "0.01", by=office, reference="2")

    with pytest.raises(RuleBroken, match=r"At most EUR 0\.00"):
        receive(envelope, "0.01", by=office, reference="3")
    assert queries.total_received(in2().envelope().funds[0].fund) == EUR("60000")


@pytest.mark.parametrize(
    ("changed", "reason", "field"),
    [
        ({"reference": "once"}, "recorded before", "reference"),
        ({"reference": " oN  ce "}, "recorded before", "reference"),
        ({"on": date(1990, 1, 1)}, "books of this programme begin on 15 January 2026", "on"),
        ({"amount": "0"}, "above zero", "amount"),
        ({"amount": "60000.01"}, "has EUR 60,000.00 in all", "amount"),
        ({"on": date(2026, 10, 6)}, "has not come", "on"),
        ({"line": "OWN"}, "one of the fund lines", "line"),
    ],
)
def test_receive_funds_refused(office, changed, reason, field):
    envelope = in2().envelope()
    receive(envelope, "1", by=office, reference="once")

    with pytest.raises(RuleBroken, match=reason) as refusal:
        receive(envelope, by=office, **changed)
    assert refusal.value.field == field
    assert ledger.trial_balance()["1000"] == 1_00


@pytest.mark.parametrize(("role", "region"), [(Role.FINANCE_OFFICER, "UK-SCT"), (Role.CLUSTER_MANAGER, "BE-WAL")])
def test_receive_funds_is_for_the_regions_finance_officer(office, role, region):
    other = a_member_of_staff(role, region=region, at=AT)

    with pytest.raises(NotPermitted):
        receive(in2().envelope(), by=other)
    assert "1000" not in ledger.trial_balance()


def test_the_database_refuses_the_same_money_however_it_was_typed(office, monkeypatch):
    envelope = in2().envelope()
    with monkeypatch.context() as old:  # a row from before references were tidied
        old.setattr("vouchers.programmes.actions.funding.tidy_reference", str)
        receive(envelope, "1", by=office, reference="eye 2")
    monkeypatch.setattr("vouchers.programmes.queries.is_receipt_known", lambda *_known: False)

    with pytest.raises(RuleBroken, match="recorded before"):
        receive(envelope, "2", by=office, reference="EYE2")
    receive(envelope, "2", by=office, reference="EYE2", line="REGION")
    assert ledger.trial_balance()["1000"] == 3_00
