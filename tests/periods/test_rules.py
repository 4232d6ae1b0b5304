"""When a period may be closed."""

from __future__ import annotations

from datetime import date

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.periods.rules import Standing, ensure_period_may_close, next_period

D = date.fromisoformat
TODAY = D("2026-07-15")


def standing(closed, begin="2026-01-05"):
    return Standing(D(closed) if closed else None, D(begin) if begin else None)


@pytest.mark.parametrize(
    # closed before   first asked     through        begins on
    ("closed", "first", "through", "begins"),
    [
        (None, None, "2026-06-30", None),
        (None, "2026-01-05", "2026-06-30", None),
        (None, "2026-01-01", "2026-06-30", None),
        ("2026-03-31", None, "2026-06-30", "2026-04-01"),
        ("2026-03-31", "2026-04-01", "2026-04-30", "2026-04-01"),
        ("2026-03-31", "2026-04-01", "2026-07-14", "2026-04-01"),
    ],
)
def test_a_period_follows_the_one_before(closed, first, through, begins):
    found = ensure_period_may_close(D(first) if first else None, D(through), standing=standing(closed), today=TODAY)
    assert found == (D(begins) if begins else None)


@pytest.mark.parametrize(
    ("closed", "first", "through", "field", "sentence"),
    [
        (None, None, "2026-07-15", "through_on", "not over yet"),
        (None, "2026-03-01", "2026-02-28", "through_on", "ends before it begins"),
        ("2026-03-31", None, "2026-03-31", "through_on", "closed through 31 March 2026 already"),
        ("2026-03-31", None, "2025-12-31", "through_on", "closed through 31 March 2026 already"),
        ("2026-03-31", "2026-03-31", "2026-04-30", "first_on", "closed through 31 March 2026 already"),
        ("2026-03-31", "2026-04-02", "2026-04-30", "first_on", "it begins on 1 April 2026"),
        ("2026-03-31", "2026-05-01", "2026-05-31", "first_on", "Close that one first"),
        (None, "2026-02-01", "2026-02-28", "first_on", "it begins on 5 January 2026"),
    ],
)
def test_what_is_not_closed(app, closed, first, through, field, sentence):
    with pytest.raises(RuleBroken, match=sentence) as refusal:
        ensure_period_may_close(D(first) if first else None, D(through), standing=standing(closed), today=TODAY)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("closed", "begin", "period"),
    [
        (None, None, None),
        (None, "2026-01-05", ("2026-01-05", "2026-01-31")),
        ("2026-03-31", "2026-01-05", ("2026-04-01", "2026-04-30")),
        ("2026-04-10", "2026-01-05", ("2026-04-11", "2026-04-30")),
        ("2026-06-30", "2026-01-05", None),
    ],
)
def test_the_next_period_is_the_month_that_is_open(closed, begin, period):
    found = next_period(standing(closed, begin), TODAY)
    assert found == (tuple(map(D, period)) if period else None)
