"""Marks, thresholds, ranking scores: the published cases, and every mark that may be typed."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.core.localised import Text
from vouchers.evaluation.rules import scoring
from vouchers.evaluation.rules.complete import ensure_complete
from vouchers.programmes.rules.plan import Aggregation, Criterion, Marking

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "scoring_ranking.json").read_text(), parse_float=Decimal)


def text(words):
    return Text((("en", words),))


def marking(criteria, *, total, aggregation=Aggregation.MEAN):
    """(code, weight, threshold) each."""
    made = tuple(Criterion(code, text(code), text(""), Decimal(str(w)), Decimal(str(t))) for code, w, t in criteria)
    return Marking(aggregation, own_region_experts=False, total_threshold=Decimal(str(total)), criteria=made)


HORIZON = ("excellence", "impact", "implementation")


@pytest.mark.parametrize("case", VECTORS["horizon_style_3x5"]["cases"])
@pytest.mark.parametrize(("expected", "impact_weight"), [("expected", 1), ("expected_ia", "1.5")])
def test_horizon_style_thresholds_look_at_plain_marks_and_weights_at_the_ranking(case, expected, impact_weight):
    rules = marking([(code, impact_weight if code == "impact" else 1, 3) for code in HORIZON], total=10)
    wanted = case[expected]
    if not wanted["valid"]:
        with pytest.raises(RuleBroken, match="half points"):
            [scoring.read_mark(str(case[code])) for code in HORIZON]
        return
    result = scoring.score([{code: scoring.read_mark(str(case[code])) for code in HORIZON}], rules)
    assert (result.total, result.passes) == (Fraction(wanted["total"]), wanted["passes"])
    assert result.ranking_score == Fraction(wanted["ranking_score"])


def test_sme_instrument_medians_order_and_ties():
    case = VECTORS["sme_instrument_median"]
    rules = marking(
        [("excellence", 1, 0), ("impact", "1.5", 0), ("implementation", 1, 0)], total=12, aggregation=Aggregation.MEDIAN
    )
    results = {}
    for name, marks in case["input"].items():
        sheets = [{code: Decimal(marks[code][at]) for code in marks} for at in range(4)]
        results[name] = scoring.score(sheets, rules)
    order = sorted(results, key=lambda name: results[name].order, reverse=True)
    assert order == [row["id"] for row in case["expected_order"]]
    for row in case["expected_order"]:
        result = results[row["id"]]
        assert dict(result.marks) == {code: Fraction(mark) for code, mark in row["median"].items()}
        assert (result.total, result.ranking_score) == (Fraction(row["sum"]), Fraction(row["ranking"]))
        assert result.passes
    first, second = case["still_tied"]
    assert results[first].order == results[second].order
    with_mean = marking([(c.code, c.weight, 0) for c in rules.criteria], total=12)
    outlier = [{code: Decimal(case["input"]["P3"][code][at]) for code in HORIZON} for at in range(4)]
    assert scoring.score(outlier, with_mean).ranking_score < results["P5"].ranking_score


@pytest.mark.parametrize(
    ("typed", "mark"),
    [("0", "0"), ("5", "5"), ("3.5", "3.5"), ("3,5", "3.5"), (" 4.0 ", "4"), ("2.50", "2.5"), ("0.5", "0.5")],
)
def test_a_mark_is_read(typed, mark):
    assert scoring.read_mark(typed) == Decimal(mark)


@pytest.mark.parametrize(
    "typed", ["4.25", "5.5", "-0.5", "", "x", "NaN", "Infinity", "1e1", "३", "3.5.1", "9" * 40, "--3", "0.1"]
)
def test_anything_else_is_refused_with_a_sentence(typed):
    with pytest.raises(RuleBroken, match="from 0 to 5 in half points"):
        scoring.read_mark(typed)


@pytest.mark.parametrize(
    ("marks", "aggregation", "expected"),
    [
        (("5", "5", "5", "1"), Aggregation.MEDIAN, "5"),
        (("5", "5", "5", "1"), Aggregation.MEAN, "4"),
        (("4", "4.5"), Aggregation.MEDIAN, "4.25"),
        (("4", "4.5", "3"), Aggregation.MEDIAN, "4"),
        (("4", "4", "4.5"), Aggregation.MEAN, "4.166667"),
    ],
)
def test_marks_together(marks, aggregation, expected):
    assert scoring.score_text(scoring.together(tuple(map(Decimal, marks)), aggregation)) == expected


def test_a_mean_of_three_meets_its_threshold_exactly():
    rules = marking([("a", 1, "2.5")], total=0)
    sheets = [{"a": Decimal(mark)} for mark in ("2", "2.5", "3")]
    assert scoring.score(sheets, rules).passes


def test_what_is_below_is_said_with_figures():
    rules = marking([("novelty", 1, 3), ("benefit", 2, 3)], total=7)
    result = scoring.score([{"novelty": Decimal("2.5"), "benefit": Decimal(4)}], rules)
    assert [str(sentence) for sentence in scoring.say_below(result, rules)] == [
        "novelty: 2.5; at least 3 is needed.",
        "The sum of the marks is 6.5; at least 7 is needed.",
    ]


@pytest.mark.parametrize(
    ("marks", "field"),
    [
        ({}, "mark-novelty"),
        ({"novelty": {"mark": None, "comment": "new"}}, "mark-novelty"),
        ({"novelty": {"mark": "3", "comment": " "}}, "comment-novelty"),
        ({"novelty": {"mark": "3", "comment": "new"}}, "mark-benefit"),
        ({"novelty": {"mark": "3", "comment": "new"}, "benefit": {"mark": "0", "comment": ""}}, "comment-benefit"),
    ],
)
def test_a_sheet_is_complete_or_names_what_lacks(marks, field):
    criteria = marking([("novelty", 1, 3), ("benefit", 2, 3)], total=7).criteria
    with pytest.raises(RuleBroken) as refusal:
        ensure_complete(marks, criteria)
    assert refusal.value.field == field


def test_a_mark_of_zero_is_a_mark():
    criteria = marking([("novelty", 1, 3)], total=7).criteria
    ensure_complete({"novelty": {"mark": "0", "comment": "nothing new"}}, criteria)
