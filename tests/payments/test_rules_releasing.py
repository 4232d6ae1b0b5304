"""Who may release a batch: the limits of roles, and two accounts that belong to one person."""

from types import SimpleNamespace

import pytest

from vouchers.core.money import EUR
from vouchers.payments.rules.releasing import is_above, limit_of, looks_like
from vouchers.programmes.rules.plan import PaymentLimits
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


def person(number, name, email):
    return SimpleNamespace(id=number, name=name, email=email)


@pytest.mark.parametrize(
    ("name", "email", "same"),
    [
        ("Eva Müller", "em@region.example", True),
        ("eva  muller", "em@region.example", True),
        ("Müller, Eva", "em@region.example", True),
        ("E. M.", "eva.mueller@region.example", True),
        ("E. M.", "Eva.Mueller+office@region.example".lower(), True),
        ("E. M.", "eva@region.example", False),
        ("Eva Mueller-Smith", "em@region.example", False),
        ("Adam Jones", "adam.jones@region.example", False),
    ],
)
def test_two_accounts_of_one_person(name, email, same):
    other = person(2, "Eva Müller", "eva.mueller@company.example")
    assert (looks_like(person(1, name, email), [other]) is other) is same


def test_nobody_is_a_second_account_of_oneself():
    eva = person(1, "Eva Müller", "eva.mueller@company.example")
    assert looks_like(eva, [eva]) is None
