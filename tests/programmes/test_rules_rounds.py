"""Rounds of a continuous call: every submission belongs to exactly one, the first cut-off at or after it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.programmes.rules.rounds import current_round, round_of, rounds_of

FIRST, SECOND, LAST = (datetime(2026, month, 1, 17, 0, tzinfo=UTC) for month in (3, 6, 9))
CALL = SimpleNamespace(cut_offs=(FIRST, SECOND, LAST))
A_LITTLE = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("submitted_at", "number"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), 1),
        (FIRST, 1),
        (FIRST + timedelta(seconds=1) - A_LITTLE, 1),  # the whole second counts, as with the deadline
        (FIRST + timedelta(seconds=1), 2),
        (SECOND, 2),
        (SECOND + timedelta(seconds=1), 3),
        (LAST, 3),
        (LAST + timedelta(hours=2), 3),  # a grace after the deadline
    ],
)
def test_round_of(submitted_at, number):
    assert round_of(CALL, submitted_at).number == number


def test_a_call_without_cut_offs_has_no_rounds():
    call = SimpleNamespace(cut_offs=())
    assert rounds_of(call) == ()
    assert round_of(call, FIRST) is None
    assert current_round(call, FIRST) is None


@pytest.mark.parametrize(("at", "number"), [(FIRST, 1), (FIRST + timedelta(seconds=1), 2), (LAST + timedelta(9), 3)])
def test_current_round(at, number):
    assert current_round(CALL, at).number == number


def test_a_round_is_over_after_the_second_of_its_cut_off():
    first = rounds_of(CALL)[0]
    assert not first.is_over(FIRST + timedelta(seconds=1) - A_LITTLE)
    assert first.is_over(FIRST + timedelta(seconds=1))


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.lists(moments.map(lambda one: one.replace(microsecond=0)), min_size=1, max_size=6, unique=True), moments)
def test_every_submission_belongs_to_exactly_one_round(cut_offs, submitted_at):
    call = SimpleNamespace(cut_offs=tuple(sorted(cut_offs)))
    holding = [one for one in rounds_of(call) if one.holds(submitted_at)]
    assert holding == [round_of(call, submitted_at)]
    assert all(one.is_over(submitted_at) for one in rounds_of(call) if one.number < holding[0].number)
