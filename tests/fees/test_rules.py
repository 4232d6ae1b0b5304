"""What an expert is owed."""

from decimal import Decimal

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.fees.rules import amount_of, days_of, ensure_still_counted, half_days_of, usual_most_days
from vouchers.programmes.rules.selection_plan import FeeUnit


@pytest.mark.parametrize(
    ("unit", "rate", "sheets", "half_days", "amount"),
    [
        (FeeUnit.SHEET, "120.00", 3, None, "360.00"),
        (FeeUnit.SHEET, "0.01", 1, 5, "0.01"),
        (FeeUnit.DAY, "450.00", 7, 5, "1125.00"),
        (FeeUnit.DAY, "450.01", 7, 1, "225.01"),
        (FeeUnit.DAY, "450.00", 7, None, None),
    ],
)
def test_amount_of(unit, rate, sheets, half_days, amount):
    expected = None if amount is None else EUR(amount)
    assert amount_of(unit, EUR(rate), sheets=sheets, half_days=half_days) == expected


@pytest.mark.parametrize(
    ("days", "sentence"),
    [("0", "whole or half"), ("-1", "whole or half"), ("1.2", "whole or half"), ("2.5", "At most 2 days")],
)
def test_half_days_of_refuses(days, sentence):
    with pytest.raises(RuleBroken, match=sentence) as refusal:
        half_days_of(Decimal(days), most_half_days=4)
    assert refusal.value.field == "days"


def test_half_days_of():
    assert [half_days_of(Decimal(days), most_half_days=4) for days in ("0.5", "1", "1.5", "2.0")] == [1, 2, 3, 4]
    assert [str(days_of(half)) for half in (1, 2, 5, 20)] == ["0.5", "1", "2.5", "10"]
    assert [usual_most_days(sheets) for sheets in (0, 3, 200)] == [0, 3, 60]


def test_ensure_still_counted_names_what_fell_away():
    ensure_still_counted([])
    with pytest.raises(RuleBroken, match="A-1, A-2 count no more"):
        ensure_still_counted(["A-2", "A-1"])
