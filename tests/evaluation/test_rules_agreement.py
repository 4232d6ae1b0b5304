"""How far experts agree, and where they lie too far apart."""

from decimal import Decimal
from fractions import Fraction

import pytest

from vouchers.core.localised import Text
from vouchers.evaluation.rules.agreement import (
    Agreement,
    agreement_of,
    five_numbers,
    intraclass_correlation,
    krippendorff_alpha,
    spread,
)
from vouchers.evaluation.rules.divergence import Apart, as_json, find_apart, read_apart, say_apart
from vouchers.programmes.rules.plan import Aggregation, Criterion, Marking

KRIPPENDORFF = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
"""The four observers and twelve units of his paper of 2011, part C; 40 pairable values. Interval alpha is .849."""


def test_alpha_of_the_published_example():
    rows = [row.split() for row in KRIPPENDORFF]
    units = [[int(row[at]) for row in rows if row[at] != "."] for at in range(12)]
    found = krippendorff_alpha(units)
    assert round(float(found.value), 3) == 0.849
    assert (found.applications, found.marks, found.means) == (11, 40, Agreement.HIGH)


@pytest.mark.parametrize(
    ("units", "value", "means"),
    [
        ([[4, 4], [2, 2]], 1, Agreement.HIGH),
        ([[1, 2], [4, 5]], Fraction(17, 20), Agreement.HIGH),
        ([[1, 3], [4, 5]], Fraction(4, 7), Agreement.LOW),
        ([[1, 5], [5, 1]], Fraction(-1, 2), Agreement.NONE),
        ([[3, 3], [3, 3]], None, Agreement.UNKNOWN),
        ([[3], [4]], None, Agreement.UNKNOWN),
        ([], None, Agreement.UNKNOWN),
    ],
)
def test_alpha_at_its_edges(units, value, means):
    found = krippendorff_alpha(units)
    assert (found.value, found.means) == (value, means)


SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
"""Table 2 of their paper of 1979: six targets, four judges; ICC(1,1) is .17."""


def test_the_intraclass_correlation_of_the_published_example():
    found = agreement_of(SHROUT_FLEISS)
    assert round(float(found.intraclass), 3) == 0.166
    assert found.alpha == krippendorff_alpha(SHROUT_FLEISS)


@pytest.mark.parametrize(
    ("units", "value"),
    [
        ([[4, 4], [2, 2]], 1),
        ([[1, 5], [5, 1]], -1),
        ([[1, 3], [4, 5]], Fraction(2, 3)),
        ([[1, 3, 2], [4, 5], [3]], Fraction(10, 13)),
        ([[3, 3], [3, 3]], None),
        ([[1, 5]], None),
        ([[3], [4]], None),
        ([], None),
    ],
)
def test_the_intraclass_correlation_at_its_edges(units, value):
    assert intraclass_correlation(units) == value


def test_spread_and_the_five_numbers_of_a_box():
    assert spread([Decimal("3.5"), 2, 5]) == 3
    assert five_numbers([Decimal("3.5"), 2, 5, 4]) == (2, Fraction(25, 8), Fraction(15, 4), Fraction(17, 4), 5)
    assert five_numbers([3]) == (3, 3, 3, 3, 3)


def text(words):
    return Text((("en", words),))


def marking(divergence):
    made = tuple(Criterion(code, text(code), text(""), Decimal(1), Decimal(0)) for code in ("novelty", "benefit"))
    return Marking(Aggregation.MEAN, False, Decimal(0), made, divergence=divergence)


def sheet(*marks):
    return dict(zip(("novelty", "benefit"), map(Decimal, marks), strict=True))


@pytest.mark.parametrize(
    ("sheets", "points", "on"),
    [
        ([("4", "4"), ("2.5", "4")], "2", []),
        ([("4", "4"), ("2", "4")], "2", ["novelty"]),
        ([("4", "4"), ("2.5", "2.5")], "2", []),
        ([("4", "1"), ("1.5", "4")], "2", ["novelty", "benefit"]),
        ([("4", "4"), ("4", "1"), ("4", "2")], "2.5", ["benefit"]),
        ([("5", "5")], "0.5", []),
        ([("5", "5"), ("0", "0")], None, []),
    ],
)
def test_experts_lie_apart_by_the_points_of_the_call_or_more_on_a_criterion(sheets, points, on):
    rules = marking(None if points is None else Decimal(points))
    found = find_apart([sheet(*marks) for marks in sheets], rules)
    assert [one.on for one in found] == on
    assert read_apart(as_json(found)) == found


def test_a_difference_is_told_in_words():
    said = say_apart(Apart("novelty", Decimal(1), Decimal("3.0")), marking(Decimal(1)))
    assert str(said) == "novelty: the marks lie 2 points apart, from 1 to 3."
