"""Which typed names are the name of the account."""

from __future__ import annotations

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.users.rules.signing import ensure_own_name, is_same_person


@pytest.mark.parametrize(
    ("typed", "name", "same"),
    [
        ("Léa Nano", "Léa Nano", True),
        ("  lea   NANO ", "Léa Nano", True),
        ("Nano, Léa", "Léa Nano", True),
        ("Jan de Vries", "De Vries Jan", True),
        ("DeVries Jan", "Jan de Vries", True),
        ("Jean Pierre Dupont", "Jean-Pierre Dupont", True),
        ("Soren Oresund", "Søren Øresund", True),
        ("OBrien Pat", "Pat O’Brien", True),
        ("Dr Léa Nano", "Léa Nano", False),
        ("Léa", "Léa Nano", False),
        ("Lena Nano", "Léa Nano", False),
        ("", "Léa Nano", False),
        ("--", "--", False),
    ],
)
def test_the_same_name_in_another_writing(typed, name, same):
    assert is_same_person(typed, name) is same


def test_the_refusal_says_which_name_is_expected_and_where_to_change_it():
    with pytest.raises(RuleBroken, match=r"Léa Nano.*Your details") as refused:
        ensure_own_name("Somebody", "Léa Nano", field="name")
    assert refused.value.field == "name"
