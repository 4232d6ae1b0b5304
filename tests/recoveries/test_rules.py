"""Interest, instalments and who gets what back, as a domain expert can reckon it with a pencil."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.ledger.chart import FundKind
from vouchers.ledger.recipes import Share
from vouchers.recoveries.rules import orders, plans
from vouchers.recoveries.rules.interest import OnDay, accrued
from vouchers.recoveries.states import Irregularity, RecoveryCause

DUE = date(2027, 3, 3)
RATE = Decimal("0.0365")
"""A ten-thousandth a day: EUR 500 bear 5 cents."""


def days(number):
    return DUE + timedelta(days=number)


@pytest.mark.parametrize(
    ("paid", "through", "cents"),
    [
        ([], 0, 0),  # on the due day: none
        ([], 1, 5),  # one day late
        ([], 10, 50),
        ([], 365, 1825),
        ([(0, 50000)], 10, 0),  # paid on the due day
        ([(1, 50000)], 10, 5),  # paid the day after: one day, and no more
        ([(-20, 50000)], 10, 0),  # paid early
        ([(4, 30000)], 10, 4 * 5 + 6 * 2),  # a part after four days; six more days on the rest
        ([(-5, 20000), (10, 30000)], 20, 10 * 3),
    ],
)
def test_interest_runs_from_the_day_after_the_due_day_to_the_day_of_the_payment(paid, through, cents):
    paid = [OnDay(days(number), amount) for number, amount in paid]
    assert accrued([OnDay(DUE, 50000)], paid, RATE, through=days(through)) == cents


def test_interest_is_floored_once_and_not_day_by_day():
    due = [OnDay(DUE, 9999)]
    assert accrued(due, [], RATE, through=days(1)) == 0
    assert accrued(due, [], RATE, through=days(2)) == 1
    assert accrued(due, [], RATE, through=days(100)) == 99


def test_each_instalment_is_late_by_itself_and_payments_settle_the_earliest_first():
    due = [OnDay(DUE, 10000), OnDay(days(10), 10000)]
    assert accrued(due, [], RATE, through=days(10)) == 10
    assert accrued(due, [], RATE, through=days(12)) == 10 + 2 * 2
    assert accrued(due, [OnDay(days(5), 10000)], RATE, through=days(12)) == 5 + 2


def test_a_leap_year_has_no_day_of_its_own():
    due = [OnDay(date(2028, 2, 28), 36500)]
    assert accrued(due, [], Decimal("0.01"), through=date(2028, 3, 1)) == 2


@pytest.mark.parametrize(("rate", "due"), [(None, [OnDay(DUE, 50000)]), (RATE, [])])
def test_without_a_rate_or_a_due_day_there_is_none(rate, due):
    assert accrued(due, [], rate, through=days(100)) == 0


def test_what_was_settled_before_a_plan_is_not_counted_again():
    due = [OnDay(DUE, 50000)]
    assert accrued(due, [], RATE, through=days(10), since=days(4)) == 30
    assert accrued(due, [], RATE, through=days(10), since=days(20)) == 0


@given(
    due=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 10**6)), min_size=1, max_size=5),
    paid=st.lists(st.tuples(st.integers(-10, 70), st.integers(1, 10**6)), max_size=5),
    through=st.integers(0, 80),
)
def test_segments_give_what_counting_day_by_day_gives(due, paid, through):
    due = [OnDay(days(day), cents) for day, cents in due]
    paid = [OnDay(days(day), cents) for day, cents in paid]
    total = Fraction(0)
    for number in range(1, through + 1):
        wanted = sum(one.cents for one in due if one.on < days(number))
        settled = sum(one.cents for one in paid if one.on < days(number))
        total += max(0, wanted - settled)
    first = min(one.on for one in due)
    expected = int(total * Fraction(RATE) / 365) if days(through) > first else 0
    assert accrued(due, paid, RATE, through=days(through)) == expected


# --- the order --------------------------------------------------------------------------------------------------------


def shares(*amounts):
    return [Share(number, FundKind.OWN, EUR(amount)) for number, amount in enumerate(amounts, 1)]


def test_the_funds_carry_an_order_as_they_paid():
    parts = orders.split_order(EUR("500"), shares("4200", "2800"))
    assert [str(one.amount) for one in parts] == ["EUR 300.00", "EUR 200.00"]


def test_no_fund_gives_more_than_it_paid():
    parts = orders.split_order(EUR("100"), shares("0.01", "99.99"))
    assert [one.amount for one in parts] == [EUR("0.01"), EUR("99.99")]


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=4), st.lists(st.integers(1, 99), min_size=1, max_size=6))
def test_parts_add_up_and_close_every_fund_exactly(whole, weights):
    total = sum(whole)
    every = [Share(number, FundKind.OWN, EUR(f"{cents / 100:.2f}")) for number, cents in enumerate(whole, 1)]
    cuts = [total * weight // sum(weights) for weight in weights]
    cuts[-1] += total - sum(cuts)
    done = [0] * len(whole)
    for cut in cuts:
        before = [EUR(f"{cents / 100:.2f}") for cents in done]
        got = orders.split_part(EUR(f"{cut / 100:.2f}"), every, before)
        assert sum(one.amount.cents for one in got) == cut
        for one in got:
            done[one.fund_id - 1] += one.amount.cents
            assert done[one.fund_id - 1] <= whole[one.fund_id - 1]
    assert done == whole


@pytest.mark.parametrize(
    ("principal", "paid", "back", "words"),
    [
        ("0", "7000", "0", "above zero"),
        ("7000.01", "7000", "0", "at most"),
        ("500.01", "7000", "6500", "at most"),
    ],
)
def test_more_than_was_paid_cannot_be_claimed_back(principal, paid, back, words):
    orders.ensure_recoverable(EUR("500"), EUR("7000"), EUR("6500"))
    with pytest.raises(RuleBroken, match=words) as refused:
        orders.ensure_recoverable(EUR(principal), EUR(paid), EUR(back))
    assert refused.value.field == "principal"


def test_an_irregularity_names_its_type():
    orders.ensure_cause(RecoveryCause.IRREGULARITY, Irregularity.OTHER)
    orders.ensure_cause(RecoveryCause.ERROR, None)
    for cause, kind in ((RecoveryCause.IRREGULARITY, None), (RecoveryCause.AUDIT, Irregularity.REQUEST)):
        with pytest.raises(RuleBroken) as refused:
            orders.ensure_cause(cause, kind)
        assert refused.value.field == "irregularity"


@pytest.mark.parametrize(
    ("amount", "interest", "principal"),
    [("0.50", "0.50", "0"), ("0.49", "0.49", "0"), ("100.50", "0.50", "100"), ("500.50", "0.50", "500")],
)
def test_money_settles_the_interest_first(amount, interest, principal):
    parts = orders.allocate(EUR(amount), interest=EUR("0.50"), principal=EUR("500"))
    assert (parts.interest, parts.principal) == (EUR(interest), EUR(principal))


@pytest.mark.parametrize("amount", ["0", "500.51"])
def test_neither_nothing_nor_more_than_is_owed_is_taken(amount):
    with pytest.raises(RuleBroken):
        orders.allocate(EUR(amount), interest=EUR("0.50"), principal=EUR("500"))


def test_a_plan_has_equal_months_and_adds_up():
    plan = orders.plan_instalments(EUR("100"), 3, date(2027, 1, 31), date(2027, 1, 1))
    assert [(day.isoformat(), amount) for day, amount in plan] == [
        ("2027-01-31", EUR("33.34")),
        ("2027-02-28", EUR("33.33")),
        ("2027-03-31", EUR("33.33")),
    ]


@pytest.mark.parametrize(
    ("rest", "count", "first", "field"),
    [("100", 0, 31, "count"), ("100", 61, 31, "count"), ("0.02", 3, 31, "count"), ("100", 3, 1, "first_on")],
)
def test_a_plan_that_cannot_be_is_refused(rest, count, first, field):
    with pytest.raises(RuleBroken) as refused:
        orders.plan_instalments(EUR(rest), count, date(2027, 1, first), date(2027, 1, 2))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("count", "first", "field"),
    [
        (1, date(2099, 1, 1), "first_on"),
        (1, date(2027, 7, 3), "first_on"),
        (1, date(2027, 7, 2), None),
        (36, date(2027, 2, 2), None),
        (36, date(2027, 2, 3), "count"),
        (31, date(2027, 7, 2), None),
        (32, date(2027, 7, 2), "count"),
    ],
)
def test_time_to_pay_has_an_end(count, first, field):
    today = date(2027, 1, 2)
    if field is None:
        assert len(orders.plan_instalments(EUR("100"), count, first, today)) == count
        return
    with pytest.raises(RuleBroken, match="at the latest") as refused:
        orders.plan_instalments(EUR("100"), count, first, today)
    assert refused.value.field == field


def test_less_than_was_proposed_is_not_let_go_by_one_person():
    orders.ensure_still_owed(EUR("500"), EUR("1"), EUR("500"), EUR("1"))
    for owed in ((EUR("499.99"), EUR("1")), (EUR("500"), EUR("0.99"))):
        with pytest.raises(RuleBroken, match="Keep claiming it"):
            orders.ensure_still_owed(EUR("500"), EUR("1"), *owed)


@pytest.mark.parametrize(
    ("paid", "reminded", "today", "is_time"),
    [
        (0, None, -8, False),
        (0, None, -7, True),
        (0, -7, -1, False),
        (0, -7, 0, False),
        (0, -7, 1, True),
        (0, 1, 14, False),
        (0, 1, 15, True),
        (0, 15, 45, True),
        (0, 45, 400, False),
        (50000, None, 1, False),  # paid
        (49999, None, 1, True),
    ],
)
def test_reminders_come_before_and_after_the_due_day_each_once(paid, reminded, today, is_time):
    due = [SimpleNamespace(due_on=DUE, amount_cents=50000)]
    told = None if reminded is None else days(reminded)
    assert orders.reminder_due(due, paid, told, days(today)) is is_time


@pytest.mark.parametrize(
    ("paid", "today", "left", "late"),
    [
        (0, 0, [400, 400, 100], [False, False, False]),
        (0, 1, [400, 400, 100], [True, False, False]),
        (150, 1, [250, 400, 100], [True, False, False]),
        (400, 1, [0, 400, 100], [False, False, False]),
        (450, 40, [0, 350, 100], [False, True, False]),
        (900, 99, [0, 0, 0], [False, False, False]),
    ],
)
def test_payments_settle_instalments_in_their_order_and_what_is_left_is_late_after_its_day(paid, today, left, late):
    parts = [
        SimpleNamespace(number=number, due_on=days(30 * number), amount_cents=euros * 100, currency="EUR")
        for number, euros in enumerate((400, 400, 100))
    ]
    dues = orders.list_dues(parts, paid * 100, days(today))
    assert [one.left for one in dues] == [EUR(str(euros)) for euros in left]
    assert [one.is_late for one in dues] == late


def test_what_came_back_before_a_plan_or_was_undone_is_not_paid_on_it():
    noon = datetime(2027, 3, 1, 12, tzinfo=UTC)
    receipts = [
        SimpleNamespace(principal_cents=100, recorded_at=noon, undone_at=None),
        SimpleNamespace(principal_cents=200, recorded_at=noon + timedelta(hours=1), undone_at=None),
        SimpleNamespace(principal_cents=400, recorded_at=noon + timedelta(hours=2), undone_at=noon + timedelta(days=1)),
    ]
    assert [orders.paid_on_plan(receipts, at) for at in (None, noon)] == [300, 200]


@pytest.mark.parametrize(
    ("today", "day"), [(date(2027, 4, 1), date(2027, 3, 31)), (date(2028, 3, 31), date(2028, 2, 29))]
)
def test_interest_is_booked_for_months_that_have_passed(today, day):
    assert orders.charge_day(today) == day


def test_money_comes_after_the_order_and_not_tomorrow():
    orders.ensure_received_day(DUE, ordered_on=DUE, today=DUE)
    for on in (days(-1), days(1)):
        with pytest.raises(RuleBroken) as refused:
            orders.ensure_received_day(on, ordered_on=DUE, today=DUE)
        assert refused.value.field == "on"


# --- time to pay ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due_on", "planned", "first_on", "needs"),
    [
        pytest.param(date(2027, 3, 3), False, date(2027, 3, 10), False, id="the first one, before anything is due"),
        pytest.param(date(2027, 3, 3), False, date(2027, 4, 3), False, id="within a month of the day of the order"),
        pytest.param(date(2027, 3, 3), False, date(2027, 4, 4), True, id="later than a month"),
        pytest.param(date(2027, 2, 2), False, date(2027, 2, 20), True, id="due today"),
        pytest.param(date(2027, 2, 1), False, date(2027, 2, 20), True, id="late"),
        pytest.param(date(2027, 3, 3), True, date(2027, 3, 10), True, id="not the first one"),
    ],
)
def test_who_may_give_time_alone(due_on, planned, first_on, needs):
    due = [SimpleNamespace(due_on=due_on), SimpleNamespace(due_on=due_on.replace(month=6))]
    planned_at = datetime(2027, 1, 5, tzinfo=UTC) if planned else None
    assert plans.needs_second_person(due, planned_at, first_on, date(2027, 2, 2)) is needs


def test_every_plan_is_told_with_its_parts():
    first, second = datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)
    parts = [
        SimpleNamespace(plan_id=plan_id, replaced_at=until)
        for plan_id, until in ((None, first), (1, second), (1, second), (3, None))
    ]
    told = [
        SimpleNamespace(id=1, agreed_at=first, replaced_at=second),
        SimpleNamespace(id=2, agreed_at=None, replaced_at=None),
        SimpleNamespace(id=3, agreed_at=second, replaced_at=None),
    ]
    found = plans.list_held(datetime(2027, 1, 1, tzinfo=UTC), told, parts)
    assert [(one.plan.id if one.plan else None, one.until, len(one.parts)) for one in found] == [
        (None, first, 1), (1, second, 2), (2, None, 0), (3, None, 1),
    ]  # fmt: skip


def test_a_list_names_the_first_part_that_is_open_and_all_that_is_late():
    parts = [SimpleNamespace(number=n, due_on=date(2027, n, 3), amount_cents=10_000, currency="EUR") for n in (1, 2, 3)]
    ahead = plans.sum_up(orders.list_dues(parts, 13_000, date(2027, 2, 4)))
    assert (ahead.next.due_on, ahead.next.left, ahead.late) == (date(2027, 2, 3), EUR("70"), EUR("70"))
    assert plans.sum_up(orders.list_dues(parts, 13_000, date(2027, 2, 3))).late is None
    assert plans.sum_up(orders.list_dues(parts, 30_000, date(2027, 5, 1))) == plans.Ahead(None, None)
