"""The time to decision, reckoned on paper."""

from collections import Counter
from datetime import date

import pytest

from tests.builders.programmes import IN2_FILE, plan_of
from vouchers.reports.rules.pace import Span, Target, median, pace_of, span_of, target_of

TEN = Target(10, is_working=True)
SIX_WEEKS = Target(42, is_working=False)
MONDAY = date(2026, 10, 5)


def day(text):
    return date.fromisoformat(f"2026-{text}")


def test_the_target_of_each_instrument():
    instruments = {one.code: one for one in plan_of(IN2_FILE.read_text(encoding="utf-8")).instruments}
    assert target_of(instruments["MG"]) == TEN
    assert not instruments["COL"].prior_approval
    assert target_of(instruments["COL"]) == SIX_WEEKS


@pytest.mark.parametrize(
    ("target", "until", "stops", "taken", "stopped", "due", "span"),
    [
        # two weeks without a holiday are ten working days, and in time to the day
        (TEN, "10-19", [], 10, 0, "10-19", Span.IN_TIME),
        (TEN, "10-20", [], 11, 0, "10-19", Span.LATE),
        (TEN, "10-12", [], 5, 0, "10-19", Span.HALF),
        (TEN, "11-10", [], 26, 0, "10-19", Span.DOUBLE),
        # asked on Tuesday, answered on Friday: three days do not count
        (TEN, "10-20", [("10-06", "10-09")], 8, 3, "10-22", Span.IN_TIME),
        # overlapping questions stop the clock once, and a weekend stops nothing
        (TEN, "10-20", [("10-06", "10-09"), ("10-08", "10-12")], 7, 4, "10-23", Span.IN_TIME),
        # a question from before the submission or after the decision is cut off
        (TEN, "10-19", [("10-01", "10-06"), ("10-16", "10-30")], 8, 2, "10-21", Span.IN_TIME),
        # 42 days of the calendar
        (SIX_WEEKS, "11-16", [], 42, 0, "11-16", Span.IN_TIME),
        (SIX_WEEKS, "11-17", [("10-10", "10-11")], 42, 1, "11-17", Span.IN_TIME),
        (SIX_WEEKS, "10-05", [], 0, 0, "11-16", Span.HALF),
    ],
)
def test_pace_of(target, until, stops, taken, stopped, due, span):
    spans = [(day(first), day(last)) for first, last in stops]
    pace = pace_of(target, MONDAY, day(until), spans, "NL", is_decided=True)
    assert (pace.taken, pace.stopped, pace.due_on, span_of(pace)) == (taken, stopped, day(due), span)


def test_a_holiday_gives_a_day_more():
    belgian, dutch = (pace_of(TEN, day("11-02"), day("11-17"), [], one, is_decided=False) for one in ("BE", "NL"))
    assert (belgian.due_on, dutch.due_on) == (day("11-17"), day("11-16"))
    assert (span_of(belgian), span_of(dutch)) == (Span.OPEN, Span.OPEN_LATE)


def test_median_is_the_lower_of_two():
    assert [median(Counter(one)) for one in ([], [7], [9, 1], [5, 1, 3], [2, 2, 9])] == [None, 7, 1, 3, 2]
