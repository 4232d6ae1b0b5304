"""What a correction may not take from those who applied."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.builders.programmes import IN2_FILE, plan_of
from vouchers.core.money import Money
from vouchers.programmes.rules.form_plan import Comparison, Condition
from vouchers.programmes.rules.plan import Consortium, CutPolicy
from vouchers.programmes.rules.selection_plan import Pool, SpentWith
from vouchers.schemes.rules.keeping import Progress, list_refused_corrections


def day(month: int, number: int = 1) -> datetime:
    return datetime(2027, month, number, 16, tzinfo=UTC)


NOW = day(3, 20)
CALL = next(call for call in plan_of(IN2_FILE.read_text(encoding="utf-8")).calls if call.code == "2026-1")
IN_ROUNDS = replace(CALL, cut_offs=(day(3), day(6), day(9)), closes_at=day(9))


def refused(before, after, **progress) -> set[str]:
    found = list_refused_corrections(before, after, {}, Progress(NOW, is_open_or_over=True, **progress))
    return {".".join((*gap.place[1:], gap.key)) for gap in found}


@pytest.mark.parametrize(
    ("ends", "settled", "is_refused"),
    [
        ((day(6), day(9)), None, True),  # taken out
        ((day(3, 2), day(6), day(9)), None, True),  # moved within the past
        ((day(4), day(6), day(9)), None, True),  # moved out of the past
        ((day(2), day(3), day(6), day(9)), None, True),  # a past round in two
        ((day(3), day(5), day(9)), None, True),  # earlier
        ((day(3), day(9)), None, True),
        ((day(3), day(7), day(9)), None, False),  # later
        ((day(3), day(6), day(9), day(11)), None, False),  # a round more
        ((day(3), day(5), day(6), day(9)), None, False),
        ((day(3), day(7), day(9)), day(6), True),  # decided
        ((day(3), day(5), day(6), day(9)), day(6), True),
        ((day(3), day(6), day(9), day(11)), day(6), False),
    ],
)
def test_the_end_of_a_round_that_is_past_or_settled_stays(ends, settled, is_refused):
    after = replace(IN_ROUNDS, cut_offs=ends, closes_at=max(ends))

    assert ("cut_offs" in refused(IN_ROUNDS, after, settled_until=settled)) is is_refused


def test_a_call_that_is_over_and_decided_is_not_opened_again_nor_cut_into_rounds():
    over = replace(CALL, closes_at=day(3))
    later = replace(over, closes_at=day(6))

    assert refused(over, later) == set()
    assert refused(over, later, settled_until=day(3)) == {"closes"}
    assert refused(over, replace(later, cut_offs=(day(6),)), settled_until=day(3)) == {"closes", "cut_offs"}


FIRST = CALL.marking.criteria[0]


def marked(**values):
    return replace(CALL, marking=replace(CALL.marking, **values))


@pytest.mark.parametrize(
    ("after", "place"),
    [
        (replace(CALL, cut_policy=next(one for one in CutPolicy if one is not CALL.cut_policy)), "cut_policy"),
        (replace(CALL, max_applications=5), "max_applications"),
        (replace(CALL, has_signatory=True), "signatory"),
        (replace(CALL, consortium=Consortium(1, 3, 7)), "consortium"),
        (replace(CALL, spent_with=SpentWith(Pool.EXPERTS)), "spent_with"),
        (replace(CALL, activities_from=date(2027, 5, 1)), "activities.earliest"),
        (replace(CALL, envelopes=(replace(CALL.envelopes[0], quota=1), *CALL.envelopes[1:])), "envelopes.1.quota"),
        (replace(CALL, marking=None), "marking"),
        (marked(total_threshold=CALL.marking.total_threshold + 1), "marking.total_threshold"),
        (marked(is_blind=not CALL.marking.is_blind), "marking.blind"),
        (marked(criteria=CALL.marking.criteria[1:]), "marking.criteria"),
        (marked(criteria=(replace(FIRST, weight=Decimal(9)), *CALL.marking.criteria[1:])), "marking.criteria.1.weight"),
    ],
)
def test_the_ground_of_the_decision_stays_once_an_application_was_submitted(after, place):
    assert refused(CALL, after, has_submissions=True) == {place}
    assert refused(CALL, after) == set()


def test_words_and_what_only_gives_more_may_change_after_submissions():
    before = replace(
        CALL, max_applications=5, has_signatory=True, has_reserve_list=False, consortium=Consortium(2, 3, 7)
    )
    words = replace(FIRST, guidance=FIRST.name)
    after = replace(
        marked(criteria=(words, *CALL.marking.criteria[1:])),
        max_applications=9,
        has_reserve_list=True,
        consortium=Consortium(1, 4, 7),
    )

    assert refused(before, after, has_submissions=True) == set()
    assert refused(after, before, has_submissions=True) >= {"max_applications", "signatory", "reserve_list"}


def asking(question_code: str, **values):
    """The call with other settings of one question, and the place of this question."""
    for number, section in enumerate(CALL.form.sections):
        for line, question in enumerate(section.questions):
            if question.code == question_code:
                questions = (*section.questions[:line], replace(question, **values), *section.questions[line + 1 :])
                sections = list(CALL.form.sections)
                sections[number] = replace(section, questions=questions)
                call = replace(CALL, form=replace(CALL.form, sections=tuple(sections)))
                return call, f"form.sections.{number + 1}.questions.{line + 1}"
    raise AssertionError(question_code)


QUESTIONS = {question.code: question for question in CALL.form.questions}
TITLE = QUESTIONS["title"]
WITH_OPTIONS = next(question for question in CALL.form.questions if len(question.options) > 1)
ONLY_IF = (Condition("title", Comparison.IS, ("x",)),)


@pytest.mark.parametrize(
    ("code", "values", "key"),
    [
        ("title", {"max_length": TITLE.max_length - 1}, "max_length"),
        ("title", {"show_if": ONLY_IF}, "show_if"),
        ("title", {"instruments": ("MG",)}, "instruments"),
        ("requested_amount", {"maximum": Money(500, "EUR")}, "max"),
        ("requested_amount", {"is_required_at_once": True}, "required"),
        (WITH_OPTIONS.code, {"options": WITH_OPTIONS.options[1:]}, "options"),
    ],
)
def test_a_question_that_was_answered_becomes_no_narrower(code, values, key):
    after, place = asking(code, **values)

    assert refused(CALL, after, has_submissions=True) == {f"{place}.{key}"}
    assert refused(CALL, after) == set()
    assert refused(after, CALL, has_submissions=True) == set()  # and wider it may become
