"""Banking days, as the ECB's TARGET calendar has them."""

from datetime import date

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.payments.rules import execution_day as rules

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("year", "easter"),
    [(2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5)), (2038, date(2038, 4, 25))],
)
def test_easter(year, easter):
    assert rules.easter_sunday(year) == easter


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 4, 2), True),  # Maundy Thursday
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 5, 1), False),
        (date(2026, 5, 14), True),  # Ascension
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), False),
        (date(2027, 1, 1), False),
    ],
)
def test_banking_days(day, is_open):
    assert rules.is_banking_day(day) is is_open


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 11, 20), date(2026, 11, 23)),
        (date(2026, 4, 2), date(2026, 4, 7)),
        (date(2026, 12, 24), date(2026, 12, 28)),
    ],
)
def test_next_banking_day(day, following):
    assert rules.next_banking_day(day) == following


@pytest.mark.parametrize("day", [TODAY, date(2026, 11, 23), date(2027, 1, 19)])
def test_execution_day_accepted(day):
    rules.ensure_execution_day(day, today=TODAY)


@pytest.mark.parametrize("day", [date(2026, 11, 19), date(2026, 11, 21), date(2027, 1, 20)])
def test_execution_day_refused(day):
    with pytest.raises(RuleBroken) as refused:
        rules.ensure_execution_day(day, today=TODAY)
    assert refused.value.field == "execute_on"
