"""How much may be paid ahead."""

from decimal import Decimal

import pytest

from vouchers.advances import rules
from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR


@pytest.mark.parametrize(
    ("award", "part", "most"),
    [("7000", "0.4", "2800"), ("999.99", "0.5", "499.99"), ("0.01", "0.5", "0"), ("7000", "1", "7000")],
)
def test_most_ahead_is_floored(award, part, most):
    assert rules.most_ahead(EUR(award), Decimal(part)) == EUR(most)


def test_nothing_is_paid_ahead_where_the_instrument_says_nothing():
    assert rules.most_ahead(EUR("7000"), None) == EUR("0")
    with pytest.raises(RuleBroken, match="pay no advances"):
        rules.ensure_allowed(None)
    rules.ensure_allowed(Decimal("0.4"))


@pytest.mark.parametrize(
    ("asked", "before", "words"),
    [
        ("2800", "0", None),
        ("800", "2000", None),
        ("2800.01", "0", "At most EUR 2,800.00 more"),
        ("800.01", "2000", "At most EUR 800.00 more"),
        ("1", "3000", "At most EUR 0.00 more"),
        ("0", "0", "above zero"),
        ("-1", "0", "above zero"),
    ],
)
def test_all_advances_of_a_voucher_stay_within_the_part(asked, before, words):
    if words is None:
        rules.ensure_within_most(EUR(asked), EUR(before), EUR("2800"))
        return
    with pytest.raises(RuleBroken, match=words):
        rules.ensure_within_most(EUR(asked), EUR(before), EUR("2800"))


def test_what_else_stands_against_an_advance():
    rules.ensure_within_left(EUR("10"), EUR("10"))
    with pytest.raises(RuleBroken, match=r"Only EUR 10\.00 is left"):
        rules.ensure_within_left(EUR("10.01"), EUR("10"))
    rules.ensure_none_unsettled(False)
    with pytest.raises(RuleBroken, match="comes first"):
        rules.ensure_none_unsettled(True)
    rules.ensure_none_under_way(None)
    with pytest.raises(RuleBroken, match="V-A1 is being paid"):
        rules.ensure_none_under_way("V-A1")
    rules.ensure_nothing_settled("V-A1", EUR("0"))
    with pytest.raises(RuleBroken, match="settled by claims"):
        rules.ensure_nothing_settled("V-A1", EUR("0.01"))
