"""Two accounts that look as if they belonged to one person."""

from types import SimpleNamespace

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.likenesses.rules import Found, Other, ensure_reason, once_each, signs_between
from vouchers.likenesses.states import Part, Sign
from vouchers.users.rules.persons import is_one_of, is_one_person


def person(number, name="Eva Müller", email="eva.mueller@company.example", same_as=None):
    return SimpleNamespace(id=number, name=name, email=email, same_as_id=same_as)


@pytest.mark.parametrize(
    ("name", "email", "signs"),
    [
        ("Eva Müller", "em@region.example", {Sign.NAME}),
        ("eva  muller", "em@region.example", {Sign.NAME}),
        ("Eva Mueller", "em@region.example", {Sign.NAME}),
        ("Müller, Eva", "em@region.example", {Sign.NAME}),
        ("E. M.", "eva.mueller@region.example", {Sign.ADDRESS}),
        ("E. M.", "mueller.eva+office@region.example", {Sign.ADDRESS}),
        ("E. M.", "evamueller@company.example", {Sign.ADDRESS}),
        ("E. M.", "evamueller@region.example", set()),
        ("Eva Müller", "eva.mueller+2@company.example", {Sign.NAME, Sign.ADDRESS}),
        ("E. M.", "eva@region.example", set()),
        ("Eva Mueller-Smith", "em@region.example", set()),
        ("Adam Jones", "adam.jones@region.example", set()),
    ],
)
def test_signs_of_two_accounts(name, email, signs):
    assert signs_between(person(1, name, email), person(2)) == signs


def test_nobody_looks_like_oneself():
    eva = person(1)
    assert signs_between(eva, eva) == set()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (person(1), person(1), True),
        (person(2, same_as=1), person(1), True),
        (person(1), person(2, same_as=1), True),
        (person(2, same_as=1), person(3, same_as=1), True),
        (person(2, same_as=1), person(3), False),
        (person(1), person(2), False),
        (person(None), person(None), False),
        (person(1), None, False),
    ],
)
def test_accounts_known_to_be_one_persons(one, other, same):
    assert is_one_person(one, other) is same
    assert is_one_of(one, [person(9), other]) is same


def test_an_account_counts_once_and_as_the_first_person():
    eva = person(1)
    nobody_yet = Other(None, Part.FIRST)
    assert once_each([Other(eva, Part.PAYEE), nobody_yet, Other(eva, Part.FIRST)]) == [Other(eva, Part.FIRST)]


def test_a_reason_is_asked_with_the_evidence():
    found = [Found(person(2), Part.FIRST, (Sign.NAME, Sign.MEMBER))]
    with pytest.raises(RuleBroken) as refused:
        ensure_reason(found, " \n")
    assert refused.value.field == "two_persons"
    assert str(refused.value) == (
        "Say why you are two persons. Eva Müller (eva.mueller@company.example) took the first step: the same name, "
        "both act for the same organisation."
    )
    ensure_reason(found, "Cousins")
    ensure_reason([], "")
