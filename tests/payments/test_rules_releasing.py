"""Who may release a batch: the limits of roles."""

from types import SimpleNamespace

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.payments.rules.releasing import ensure_somebody_may_release, is_above, limit_of, say_above
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
