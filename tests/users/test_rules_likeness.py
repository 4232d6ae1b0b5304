"""Two accounts that look as if they belonged to one person."""

from types import SimpleNamespace

import pytest

from vouchers.users.rules.likeness import looks_like


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
