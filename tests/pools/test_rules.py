"""What a call for a pool asks and how it judges, on paper."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.pools.rules.content import list_gaps
from vouchers.pools.rules.marking import PoolMark, ensure_admissible, ensure_marks, list_below, score_of
from vouchers.pools.rules.terms import (
    PoolTerms,
    as_stored,
    ensure_later,
    ensure_times,
    read_asked,
    read_criteria,
    read_terms,
)
from vouchers.pools.states import PoolKind

CRITERIA = read_criteria("Knowledge; 60; 3\nClarity; 40")
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def marks(*given):
    return {f"c{number}": PoolMark(Decimal(mark), "") for number, mark in enumerate(given, 1)}


def test_terms_are_read_from_lines_and_kept():
    terms = PoolTerms(CRITERIA, read_asked("Why?\n\n", "Else?", "questions_must", "q"), read_asked("A", "", "f", "f"))
    assert [(one.code, str(one.weight), str(one.threshold)) for one in CRITERIA] == [
        ("c1", "60", "3"),
        ("c2", "40", "0"),
    ]
    assert [(one.code, one.is_required) for one in terms.questions] == [("q1", True), ("q2", False)]
    assert read_terms(as_stored(terms)) == terms


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("", "at least one criterion"),
        ("; 60", "names no criterion"),
        ("A; much", "the weight is a number"),
        ("A; 0", "the weight is a number"),
        ("A; NaN", "the weight is a number"),
        ("A; 1; 4.25", "0 to 5 in halves"),
        ("A; 1; 6", "0 to 5 in halves"),
        ("A\n" * 21, "at most 20 lines"),
    ],
)
def test_criteria_that_cannot_be_read(lines, words):
    with pytest.raises(RuleBroken, match=words) as refusal:
        read_criteria(lines)
    assert refusal.value.field == "criteria"


def test_the_score_is_the_weighted_mean_exactly():
    assert score_of(marks("4", "3.5"), CRITERIA) == Fraction(38, 10)
    assert score_of(marks("5", "0"), read_criteria("A; 1\nB; 2")) == Fraction(5, 3)


@pytest.mark.parametrize(
    ("given", "field"), [(("4",), "mark_c2"), (("4", "4.25"), "mark_c2"), (("-1", "4"), "mark_c1")]
)
def test_marks_are_complete_and_in_halves(given, field):
    with pytest.raises(RuleBroken) as refusal:
        ensure_marks(marks(*given), CRITERIA)
    assert refusal.value.field == field


def test_nobody_is_admitted_below_a_threshold_or_unmarked():
    assert [one.code for one in list_below(marks("2.5", "0"), CRITERIA)] == ["c1"]
    ensure_admissible(marks("3", "0"), CRITERIA)
    with pytest.raises(RuleBroken, match="below the least mark"):
        ensure_admissible(marks("2.5", "5"), CRITERIA)
    with pytest.raises(RuleBroken, match="before you admit"):
        ensure_admissible({}, CRITERIA)


def test_a_deadline_only_moves_back():
    ensure_later(NOW + timedelta(days=2), NOW + timedelta(days=1), NOW)
    for wrong in (NOW + timedelta(days=1), NOW):
        with pytest.raises(RuleBroken):
            ensure_later(wrong, NOW + timedelta(days=1), NOW)
    with pytest.raises(RuleBroken):
        ensure_later(NOW - timedelta(1), NOW - timedelta(2), NOW)
    with pytest.raises(RuleBroken):
        ensure_times(NOW, NOW)


def test_what_is_missing_is_named():
    terms = PoolTerms(CRITERIA, read_asked("Why?", "Else?", "q", "q"), read_asked("Diploma", "", "f", "f"))
    gaps = list_gaps(PoolKind.EXPERTS, terms, {}, [], has_fields=True)
    said = [str(sentence) for _step, sentence in gaps]
    assert {step for step, _sentence in gaps} == {"form", "files"}
    assert any("Why?" in one for one in said)
    assert any("CV" in one for one in said)
    assert any("Diploma" in one for one in said)
    assert not any("Else?" in one for one in said)
    content = {"country": "BE", "contact_email": "a@b.example", "services": "x", "answers": {"q1": "y"}}
    assert list_gaps(PoolKind.PROVIDERS, terms, content, ["f1"], has_fields=False) == []
