"""When whom to ask, and both groups side by side."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.surveys.exports import csv_of
from vouchers.surveys.rules import results, timing
from vouchers.surveys.rules.answering import QUESTIONS, ensure_something
from vouchers.surveys.states import Anyway, Group

A, C = Group.AWARDED, Group.CONTROL
ZONE = "Europe/Amsterdam"


@pytest.mark.parametrize(
    ("decided", "months", "due"),
    [
        (datetime(2026, 8, 31, 12, tzinfo=UTC), 6, date(2027, 2, 28)),
        (datetime(2027, 8, 31, 12, tzinfo=UTC), 6, date(2028, 2, 29)),
        (datetime(2028, 2, 29, 12, tzinfo=UTC), 12, date(2029, 2, 28)),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), 6, date(2027, 7, 1)),  # the first of January in Amsterdam
        (datetime(2027, 1, 31, 12, tzinfo=UTC), 1, date(2027, 2, 28)),
    ],
)
def test_months_end_with_their_month(decided, months, due):
    assert timing.due_on(decided, months, ZONE) == due


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2027, 2, 27, 22, 59, tzinfo=UTC), []),
        (datetime(2027, 2, 27, 23, 0, tzinfo=UTC), [6]),  # midnight in Amsterdam
        (datetime(2027, 4, 29, 12, tzinfo=UTC), [6]),
        (datetime(2027, 4, 30, 12, tzinfo=UTC), []),  # two months late: not asked any more
        (datetime(2027, 8, 31, 12, tzinfo=UTC), [12]),
    ],
)
def test_a_survey_is_due_from_its_day_and_for_two_months(at, due):
    assert timing.months_due(datetime(2026, 8, 31, 12, tzinfo=UTC), (6, 12), ZONE, at) == due


def test_answers_are_taken_to_the_last_second():
    due = datetime(2027, 4, 1, 12, tzinfo=UTC)
    timing.ensure_open(due, due + timedelta(microseconds=999_999))
    with pytest.raises(RuleBroken):
        timing.ensure_open(due, due + timedelta(seconds=1))


def test_an_empty_questionnaire_is_no_answer():
    with pytest.raises(RuleBroken, match="at least one"):
        ensure_something(dict.fromkeys(question.code for question in QUESTIONS))
    ensure_something({"has_worked_with": False})


def rounded(*values):
    return [str(value.quantize(Decimal("0.001"))) for value in values]


def test_welch_on_paper():
    # means 4 and 2, variances 2.5 and 2.5, five each: t(8) = 2.306, standard error 1
    assert rounded(*results.welch([2, 3, 4, 5, 6], [0, 1, 2, 3, 4])) == ["2.000", "-0.306", "4.306"]
    assert rounded(*results.welch([3] * 5, [1] * 6)) == ["2.000", "2.000", "2.000"]


def test_newcombe_as_published():
    # Newcombe 1998, table II: 56/70 and 48/80; and 9/10 against 3/10
    for counts, low, high in (((56, 70, 48, 80), "0.0524", "0.3339"), ((9, 10, 3, 10), "0.1705", "0.8090")):
        found = results.newcombe(*counts)
        assert [str(one.quantize(Decimal("0.0001"))) for one in found[1:]] == [low, high]


@pytest.mark.parametrize(
    ("freedom", "value"), [(1, "12.706"), (30, "2.042"), (39, "2.042"), (40, "2.021"), (119, "2.000"), (5000, "1.980")]
)
def test_t_is_never_taken_too_small(freedom, value):
    assert results.quantile(freedom) == Decimal(value)


def line_of(lines, code, choice=None):
    return next(one for one in lines if one.code == code and (choice is None or one.choice == choice.label))


def test_both_groups_side_by_side_and_nothing_of_fewer_than_five():
    given = [(A, {"jobs_change": number, "has_worked_with": True}) for number in (1, 2, 3, 4, 5)]
    given += [(C, {"jobs_change": 0, "anyway": Anyway.NOT}) for _ in range(4)]
    jobs = line_of(results.compare(given), "jobs_change")
    assert jobs.cells[A] == results.Cell(5, Decimal(3))
    assert jobs.cells[C] == results.Cell(4, None)
    assert (jobs.difference, jobs.low) == (None, None)

    lines = results.compare([*given, (C, {"jobs_change": 0, "anyway": Anyway.FULL})])
    assert line_of(lines, "jobs_change").difference == 3
    assert line_of(lines, "anyway", Anyway.NOT).cells[C].value == Decimal("0.8")
    assert line_of(lines, "has_worked_with").cells[A].value == 1
    table = csv_of(lines)
    assert "jobs_change,,5,3.0000,5,0.0000,3.0000," in table
    assert "follow_on,,0,,0,,,," in table
