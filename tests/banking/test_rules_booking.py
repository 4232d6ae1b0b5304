"""What a movement that is no payment can be, and when it may be booked so; on paper."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Of

import pytest

from vouchers.banking.rules.booking import (
    Booking,
    against_of,
    ensure_currency,
    ensure_day,
    ensure_kind,
    ensure_same_amount,
    kinds_of,
)
from vouchers.banking.rules.reconciling import Counted, Reconciliation
from vouchers.banking.states import BookedAs, DifferenceKind
from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR

K = BookedAs
FIRST, SECOND, THIRD = date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 3)


@pytest.mark.parametrize(
    ("kind", "came_in", "went_out"),
    [
        (K.CHARGE, "5200", "5200"),
        (K.INTEREST, "4910", "5210"),
        (K.TRANSFER, "1020", "1020"),
        (K.SUSPENSE, "2300", "2300"),
    ],
)
def test_the_account_says_what_it_was(kind, came_in, went_out):
    assert against_of(kind, is_credit=True) == came_in
    assert against_of(kind, is_credit=False) == went_out


def test_a_funders_money_comes_in():
    assert set(kinds_of(is_credit=True)) == set(K)
    assert set(K) - set(kinds_of(is_credit=False)) == {K.FUNDS}
    with pytest.raises(RuleBroken, match="went out") as refused:
        ensure_kind(Of(is_credit=False), Booking(K.FUNDS, "ERDF"))
    assert refused.value.field == "kind"


def test_why_is_said():
    ensure_kind(Of(is_credit=False), Booking(K.CHARGE, "November"))
    with pytest.raises(RuleBroken) as refused:
        ensure_kind(Of(is_credit=False), Booking(K.CHARGE, " "))
    assert refused.value.field == "reason"


@pytest.mark.parametrize(
    ("on", "at_bank", "reason"),
    [
        (SECOND, SECOND, None),
        (THIRD, SECOND, None),
        (SECOND, None, None),
        (FIRST, SECOND, "before"),
        (date(2026, 12, 4), SECOND, "to come"),
    ],
)
def test_the_books_follow_the_bank(on, at_bank, reason):
    if reason is None:
        ensure_day(on, at_bank=at_bank, today=THIRD)
        return
    with pytest.raises(RuleBroken, match=reason) as refused:
        ensure_day(on, at_bank=at_bank, today=THIRD)
    assert refused.value.field == "on"


def test_the_fund_and_what_was_recorded_fit_the_entry():
    entry = Of(currency="EUR", amount=EUR("5"), is_credit=False)
    ensure_currency(Of(currency="EUR"), entry)
    with pytest.raises(RuleBroken, match="in DKK"):
        ensure_currency(Of(currency="DKK"), entry)
    ensure_same_amount(EUR("-5"), entry)
    with pytest.raises(RuleBroken, match="What was recorded"):
        ensure_same_amount(EUR("5"), entry)


def a_reconciliation(**more) -> Reconciliation:
    """The bank began at 100, the books at 90; entries of 25 came."""
    usual = {"closing_cents": 12500, "books_cents": 11500, "before_cents": 9000, "opening_cents": 10000}
    return Reconciliation(
        currency="EUR", execution_cents=0, suspense_cents=0, entries_cents=2500, **({"differences": {}} | usual | more)
    )


@pytest.mark.parametrize(
    ("more", "difference", "opening", "untold", "rest"),
    [
        ({}, "10", "10", "0", "0"),
        ({"closing_cents": 12600}, "11", "10", "1", "0"),
        ({"books_cents": 11000}, "15", "10", "0", "5"),
        ({"books_cents": 11000, "differences": {DifferenceKind.OPEN: Counted(1, 500)}}, "15", "10", "0", "0"),
        ({"opening_cents": None, "closing_cents": 12600}, "11", "11", "0", "0"),
    ],
)
def test_the_sum_explains_itself(more, difference, opening, untold, rest):
    found = a_reconciliation(**more)
    assert [found.difference, found.opening, found.untold, found.rest] == [
        EUR(difference), EUR(opening), EUR(untold), EUR(rest),
    ]  # fmt: skip
