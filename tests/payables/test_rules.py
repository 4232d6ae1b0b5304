"""What is owed, when it can be paid, and what a bank's code says."""

from types import SimpleNamespace

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.ledger.chart import Account, FundKind
from vouchers.ledger.recipes import Share
from vouchers.payables.rules.debts import Debt, Payee, ensure_something_is_owed, ensure_within
from vouchers.payables.rules.readiness import Standing
from vouchers.payables.rules.reason_codes import REASONS, is_about_the_account, say_reason
from vouchers.payables.states import PayableState, PayeeKind, SourceKind

S, K = PayableState, PayeeKind


def a_debt(kind, *amounts):
    shares = [Share(number, FundKind.OWN, EUR(amount)) for number, amount in enumerate(amounts, start=1)]
    return Debt(SourceKind.CLAIM, 1, "V-C1", Payee(kind, "Name", 7), None, None, shares)


@pytest.mark.parametrize(
    ("kind", "account"),
    [
        (K.ORGANISATION, Account.PAYABLE_SME),
        (K.PROVIDER, Account.PAYABLE_PROVIDER),
        (K.EXPERT, Account.PAYABLE_EXPERT),
    ],
)
def test_a_debt_stands_on_the_account_of_its_payee(kind, account):
    assert (a_debt(kind, "60", "40").account, a_debt(kind, "60", "40").amount) == (account, EUR("100"))


@pytest.mark.parametrize("amounts", [(), ("0",), ("60", "0"), ("60", "-1")])
def test_nothing_is_no_debt(amounts):
    with pytest.raises(RuleBroken, match="Nothing is to be paid"):
        ensure_something_is_owed(a_debt(K.ORGANISATION, *amounts))


@pytest.mark.parametrize(
    ("left", "taken", "holds"),
    [
        ({1: 600, 2: 400}, {1: 600, 2: 400}, True),
        ({1: 600, 2: 400}, {1: 1}, True),
        ({1: 600, 2: 400}, {}, False),
        ({1: 600, 2: 400}, {1: 0}, False),
        ({1: 600, 2: 400}, {1: -5}, False),
        ({1: 600, 2: 400}, {1: 601}, False),
        ({1: 600, 2: 400}, {3: 1}, False),
    ],
)
def test_a_set_off_stays_within_what_each_fund_owes(left, taken, holds):
    if holds:
        ensure_within(left, taken)
        return
    with pytest.raises(RuleBroken):
        ensure_within(left, taken)


ACCOUNT, OTHER = SimpleNamespace(id=5), SimpleNamespace(id=6)


@pytest.mark.parametrize(
    ("changed", "account", "proposed", "words"),
    [
        ({}, ACCOUNT, None, None),
        ({"state": S.HELD, "hold_reason": "A court asks"}, ACCOUNT, None, "Held: A court asks"),
        ({"state": S.ORDERED}, ACCOUNT, None, "In payment"),
        ({"state": S.PAID}, ACCOUNT, None, "Paid"),
        ({}, None, None, "No bank account is entered yet"),
        ({}, None, OTHER, "waits for confirmation"),
        ({"payee_kind": K.PROVIDER, "provider_id": None}, ACCOUNT, None, "does not stand in the register"),
        ({"payee_kind": K.PROVIDER, "provider_id": 3}, ACCOUNT, None, None),
        ({"return_code": "AC04", "returned_account_id": 5}, ACCOUNT, None, "The bank refused this account"),
        ({"return_code": "AC04", "returned_account_id": 5}, OTHER, None, None),
        ({"return_code": "AM04", "returned_account_id": 5}, ACCOUNT, None, None),
        ({"open_amount": EUR("0")}, ACCOUNT, None, "Nothing is to be paid"),
    ],
)
def test_why_it_cannot_be_paid_now(changed, account, proposed, words):
    usual = {
        "state": S.OPEN,
        "hold_reason": "",
        "payee_kind": K.ORGANISATION,
        "provider_id": None,
        "payee_name": "Bio",
        "return_code": "",
        "returned_account_id": None,
        "open_amount": EUR("10"),
    }
    obstacle = Standing(SimpleNamespace(**usual | changed), account, proposed).obstacle
    assert obstacle is None if words is None else words in str(obstacle)


@pytest.mark.parametrize(
    ("code", "words", "account"),
    [
        ("AC04", "account is closed", True),
        ("ac04 ", "account is closed", True),
        ("AC01", "account number is wrong", True),
        ("MD07", "has died", True),
        ("AM04", "not enough money", False),
        ("MS03", "no reason", False),
        ("XX99", "code XX99", False),
        ("", "gave no reason", False),
    ],
)
def test_codes_of_banks_in_words(code, words, account):
    assert words in str(say_reason(code))
    assert is_about_the_account(code) == account


def test_every_code_is_one_of_the_standard():
    assert all(len(code) == 4 and code.isupper() and code.isalnum() for code in REASONS)
