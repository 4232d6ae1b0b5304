"""What the company reads of money that the bank sent back."""

from types import SimpleNamespace

import pytest

from vouchers.core.money import EUR
from vouchers.payables.rules.readiness import Standing
from vouchers.payables.rules.returns import is_sent_back, tell_sent_back
from vouchers.payables.states import PayableState as S
from vouchers.payables.states import PayeeKind as K

OLD, NEW = SimpleNamespace(id=5), SimpleNamespace(id=6)


def a_debt(kind=K.ORGANISATION, code="AC04", state=S.OPEN, returned=5):
    return SimpleNamespace(
        payee_kind=kind,
        return_code=code,
        state=state,
        returned_account_id=returned,
        organisation_id=3 if kind == K.ORGANISATION else None,
        voucher="V",
        number="V-C1",
        open_amount=EUR("10"),
    )


@pytest.mark.parametrize(
    ("debt", "sent_back"),
    [
        (a_debt(), True),
        (a_debt(state=S.HELD), True),
        (a_debt(code=""), True),
        (a_debt(returned=None), False),
        (a_debt(state=S.ORDERED), False),
        (a_debt(state=S.PAID), False),
        (a_debt(state=S.CANCELLED), False),
    ],
)
def test_when_money_counts_as_sent_back(debt, sent_back):
    assert is_sent_back(Standing(debt, OLD)) is sent_back


@pytest.mark.parametrize(
    ("debt", "account", "proposed", "words", "asked"),
    [
        (a_debt(), OLD, None, "The account is closed. Enter another bank account", 3),
        (a_debt(), None, None, "The account is closed. Enter another bank account", 3),
        (a_debt(code="MS03"), OLD, None, "The bank gave no reason. Look whether your bank account is right", 3),
        (a_debt(code=""), OLD, None, "back. Look whether your bank account is right", 3),
        (a_debt(), OLD, NEW, "The new account is being checked", None),
        (a_debt(), NEW, None, "Your new account is confirmed", None),
        (a_debt(K.PROVIDER), OLD, None, "settles it with the provider", None),
    ],
)
def test_what_the_company_is_told_and_asked(debt, account, proposed, words, asked):
    told = tell_sent_back(Standing(debt, account, proposed))
    assert words in str(told.said)
    assert "EUR 10.00 for V-C1 back" in str(told.said)
    assert (told.voucher, told.asked_id) == ("V", asked)
