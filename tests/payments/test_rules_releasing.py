"""Who may release a batch: the limits of roles."""

from types import SimpleNamespace

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.payments.rules.releasing import (
    Paid,
    ensure_somebody_may_release,
    ensure_within_day,
    ensure_within_payees,
    is_above,
    left_today,
    limit_of,
    say_above,
)
from vouchers.programmes.rules.payment_plan import PaymentLimits
from vouchers.users.states import Role

F, M = Role.FINANCE_OFFICER, Role.CLUSTER_MANAGER
SMALL, LARGE = EUR("25000"), EUR("100000")


def somebody(*held):
    return SimpleNamespace(holds=lambda roles, _scope: bool(roles & set(held)))


@pytest.mark.parametrize(
    ("held", "limits", "most"),
    [
        ((F,), PaymentLimits(), None),
        ((F,), PaymentLimits(SMALL, LARGE), SMALL),
        ((M,), PaymentLimits(SMALL, LARGE), LARGE),
        ((F, M), PaymentLimits(SMALL, LARGE), LARGE),
        ((F, M), PaymentLimits(SMALL, None), None),
        ((M,), PaymentLimits(SMALL, None), None),
    ],
)
def test_the_highest_limit_of_the_roles_counts(held, limits, most):
    assert limit_of(somebody(*held), "IN2/BE-WAL", limits) == most


@pytest.mark.parametrize(
    ("amount", "limit", "above"),
    [("25000", SMALL, False), ("25000.01", SMALL, True), ("999999", None, False)],
)
def test_up_to_the_limit_is_within_it(amount, limit, above):
    assert is_above(EUR(amount), limit) is above


@pytest.mark.parametrize(
    ("amount", "limits", "words"),
    [
        ("25000.01", PaymentLimits(SMALL, LARGE), "Whose role is “Cluster manager” may"),
        ("25000.01", PaymentLimits(SMALL, None), "Whose role is “Cluster manager” may"),
        ("100000.01", PaymentLimits(SMALL, LARGE), "No role may release that much"),
        ("30000", PaymentLimits(LARGE, SMALL), "Whose role is “Finance officer” may"),
    ],
)
def test_the_refusal_says_who_may(amount, limits, words):
    sentence = str(say_above(EUR(amount), SMALL, limits))
    assert words in sentence
    assert "EUR 25,000.00" in sentence


def test_no_batch_is_made_that_nobody_may_release():
    ensure_somebody_may_release(LARGE, PaymentLimits(SMALL, LARGE))
    ensure_somebody_may_release(EUR("9999999"), PaymentLimits(SMALL, None))
    with pytest.raises(RuleBroken, match="no role may release more than"):
        ensure_somebody_may_release(EUR("100000.01"), PaymentLimits(SMALL, LARGE))


@pytest.mark.parametrize(
    ("amount", "released", "left"),
    [
        ("25000", "0", None),
        ("10000", "15000", None),
        ("10000.01", "15000", "EUR 10,000.00"),
        ("1", "30000", "EUR 0.00"),
    ],
)
def test_what_one_person_releases_in_a_day_is_added(amount, released, left):
    if left is None:
        ensure_within_day(EUR(amount), SMALL, EUR(released))
        return
    with pytest.raises(RuleBroken, match=f"a day, and have released .* today: {left} are left"):
        ensure_within_day(EUR(amount), SMALL, EUR(released))
    assert f"{left_today(SMALL, EUR(released))}" == left


FIRM, OTHER_FIRM, EXPERT = (1, None, None), (2, None, None), (None, None, 1)


def paid(payee, amount, iban="A"):
    return Paid(iban, payee, "Firm", EUR(amount).cents)


@pytest.mark.parametrize(
    ("batch", "released", "done"),
    [
        ([paid(FIRM, "20000")], [], None),
        ([paid(FIRM, "20000")], [paid(FIRM, "5000")], None),
        ([paid(FIRM, "20000")], [paid(FIRM, "5000.01")], "EUR 5,000.01"),
        ([paid(FIRM, "20000")], [paid(FIRM, "6000", "B")], "EUR 6,000.00"),  # another account of the same firm
        ([paid(FIRM, "20000")], [paid(EXPERT, "6000", "A")], "EUR 6,000.00"),  # the same account under another name
        ([paid(FIRM, "20000")], [paid(OTHER_FIRM, "6000", "B")], None),
        ([paid(FIRM, "20000")], [paid(FIRM, "3000"), paid(FIRM, "3000", "B")], "EUR 6,000.00"),
        ([paid(FIRM, "10000"), paid(FIRM, "10000", "B")], [paid(FIRM, "5001")], "EUR 5,001.00"),
        ([paid(FIRM, "10000"), paid(OTHER_FIRM, "10000", "B")], [paid(FIRM, "14000")], None),
    ],
)
def test_what_one_person_releases_to_one_payee_is_added(batch, released, done):
    if done is None:
        ensure_within_payees(batch, released, SMALL, days=30)
        return
    with pytest.raises(RuleBroken, match=f"to one payee within 30 days, and have released {done} to Firm"):
        ensure_within_payees(batch, released, SMALL, days=30)
