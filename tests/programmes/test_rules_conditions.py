"""Conditions of a form: what they may say, what they show, and that only visible answers count."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.core.errors import RuleBroken
from vouchers.programmes.rules.conditions import ensure_may_be_deleted, list_referrers, shown_codes
from vouchers.programmes.rules.digest import as_json
from vouchers.programmes.rules.faults import ProgrammeFileFaults
from vouchers.programmes.rules.form_plan import Form, QuestionType, Reader
from vouchers.programmes.rules.programme_file import read_programme_file
from vouchers.programmes.rules.restoring import restore

FILE = (Path(__file__).parent / "files" / "questions.yaml").read_text(encoding="utf-8")
FORM = read_programme_file(FILE).calls[0].form
CONDITIONAL = {"other_field", "partner", "is_linked", "link", "large"}


def faults_of(text: str) -> list[tuple[str, str]]:
    with pytest.raises(ProgrammeFileFaults) as refusal:
        read_programme_file(text)
    return [(fault.path.rpartition("questions")[2], fault.sentence.source) for fault in refusal.value.faults]


def test_the_file_uses_every_type_and_is_stored_and_restored_exactly():
    assert {question.type for question in FORM.questions} == set(QuestionType)
    assert restore(Form, as_json(FORM)) == FORM


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ({},                                                          set()),
        ({"field": "other"},                                          {"other_field"}),
        ({"field": "bio"},                                            set()),
        ({"has_partner": True},                                       {"partner", "is_linked"}),
        ({"has_partner": "no"},                                       set()),
        ({"has_partner": True, "is_linked": True},                    {"partner", "is_linked", "link"}),
        ({"has_partner": False, "is_linked": True},                   set()),
        ({"headcount": "50", "field": "bio"},                         {"large"}),
        ({"headcount": "49.9", "field": "bio"},                       set()),
        ({"headcount": "fifty", "field": "bio"},                      set()),
        ({"headcount": "50"},                                         set()),
    ],
)  # fmt: skip
def test_what_is_shown(answers, shown):
    assert shown_codes(FORM, "H2C", answers) & CONDITIONAL == shown


def form_with(condition: str, question: str) -> Form:
    text = FILE.replace("show_if: {question: field, is: other}", f"show_if: {{question: {question}, {condition}}}")
    return read_programme_file(text).calls[0].form


@pytest.mark.parametrize(
    ("condition", "question", "answer", "is_shown"),
    [
        ("is_not: bio",        "field",            "other",  True),
        ("is_not: bio",        "field",            "bio",    False),
        ("is_not: bio",        "field",            None,     False),
        ("any_of: [bio]",      "field",            "bio",    True),
        ("more_than: 50",      "headcount",        "50",     False),
        ("more_than: 50",      "headcount",        "50.1",   True),
        ("less_than: 50",      "headcount",        "49",     True),
        ("at_most: 50",        "headcount",        "50",     True),
        ("is: 12.50",          "headcount",        "12.5",   True),
        ("is_not: 12",         "headcount",        "12.5",   True),
        ("any_of: [1, 2]",     "headcount",        "2",      True),
        ("at_least: 1000.01",  "requested_amount", "1000.01", True),
        ("at_least: 1000.01",  "requested_amount", "1000",   False),
        ("at_least: 50",       "requested_amount", "60",     False),  # below the least amount: no sound answer
    ],
)  # fmt: skip
def test_each_comparison(condition, question, answer, is_shown):
    form = form_with(condition, question)
    assert ("other_field" in shown_codes(form, "H2C", {question: answer})) is is_shown


def test_a_pick_among_several_counts():
    text = FILE.replace(
        "has_partner, type: yes_no, label: Have you a partner}",
        "has_partner, type: yes_no, label: Have you a partner, show_if: {question: methods, is: c}}",
    )
    form = read_programme_file(text).calls[0].form
    assert "has_partner" in shown_codes(form, "H2C", {"methods": ["a", "c"]})
    assert "has_partner" not in shown_codes(form, "H2C", {"methods": ["a", "b"]})
    assert "has_partner" not in shown_codes(form, "H2C", {"methods": ["c"]})  # too few picks: no sound answer


@pytest.mark.parametrize(
    ("there", "instead", "reason"),
    [
        ("{question: field, is: other}", "{question: feild, is: other}", 'Did you mean "field"?'),
        ("{question: field, is: other}", "{question: other_field, is: x}", "cannot depend on itself"),
        ("{question: field, is: other}", "{question: has_partner, is: yes}", "comes later in the form"),
        ("{question: field, is: other}", "{question: field, is: biology}", '"biology" is not known here'),
        ("{question: field, is: other}", "{question: field, at_least: 3}", "compares numbers"),
        ("{question: field, is: other}", "{question: field}", "needs one of is"),
        ("{question: field, is: other}", "{question: field, is: bio, is_not: other}", "choose one of"),
        ("{question: field, is: other}", "{question: field, any_of: bio}", "takes a list of answers"),
        ("{question: field, is: other}", "{question: title, is: x}", 'of type "text"'),
        ("{question: field, is: other}", "{question: headcount, at_least: many}", '"many" is not a number'),
        ("{question: field, is: other}", "{question: field, equals: other}", '"equals" is not known here'),
        ("{question: is_linked, is: yes}", "{question: is_linked, is: maybe}", '"maybe" is not known here'),
        ("{question: has_partner, is: yes}\n", "{question: is_linked, is: yes}\n", "stands inside this section"),
        ("{question: headcount, at_least: 50}", "{question: is_true, is: yes}", "comes later in the form"),
        (
            "label: Which other field, show_if: {question: field, is: other}}",
            "label: Which other field, show_if: {question: has_partner, is: yes}}\n"
            "            - {code: x, type: yes_no, label: X, show_if: {question: y, is: yes}}\n"
            "            - {code: y, type: yes_no, label: Y, show_if: {question: x, is: yes}}",
            "in a circle: x, y, x",
        ),
        (
            "{code: has_partner, type: yes_no, label: Have you a partner}",
            "{code: has_partner, type: yes_no, label: Have you a partner, instruments: [H2C]}",
            "is not asked for FREE",
        ),
        ("code: title, type: text,", "code: title, type: text, visible_to: [manager],", "stands in the lists"),
        ("visible_to: [manager]}", "visible_to: [managers]}", 'Did you mean "manager"?'),
        ("visible_to: [manager]}", "visible_to: [expert], show_to_experts: no}", "says the opposite"),
        ("kinds: [pdf, png]", "kinds: [pdf, exe]", '"exe" is not known here'),
        ("required: draft", "required: darft", 'Did you mean "draft"?'),
        ("              max: 5\n", "              max: 201\n", "from 1 to 200"),
        ("type: money, label: Cost}", "type: file, label: Cost}", '"file" is not known here'),
        (
            "            - {code: secret, type: text,",
            "            - {code: secret, type: text, kinds: [pdf],",
            "has no",
        ),
        ("              min: 2\n", "              min: 5\n", 'lies below "min"'),
        ("label: Provider}", "label: Provider, show_if: {question: requested_amount, at_least: 200}}", "comes"),
    ],
)
def test_what_a_form_may_not_say(there, instead, reason):
    assert there in FILE
    if reason == "comes":  # an earlier question, but one that the rules need
        reason = "without a condition"
    assert any(reason in why for _path, why in faults_of(FILE.replace(there, instead, 1))), faults_of(
        FILE.replace(there, instead, 1)
    )


def test_a_question_that_another_refers_to_cannot_be_deleted():
    assert list_referrers(FORM, "has_partner") == ("partner",)
    assert list_referrers(FORM, "field") == ("other_field", "large")
    ensure_may_be_deleted(FORM, "title")
    with pytest.raises(RuleBroken, match="other_field, large"):
        ensure_may_be_deleted(FORM, "field")


@pytest.mark.parametrize(
    ("code", "readers", "is_blind", "is_open"),
    [
        ("secret", {Reader.MANAGER}, False, True),
        ("secret", {Reader.AUDITOR}, False, False),
        ("secret", {Reader.AUDITOR, Reader.MANAGER}, False, True),
        ("partner", {Reader.EXPERT}, False, True),
        ("partner", {Reader.EXPERT}, True, False),
        ("partner", {Reader.MANAGER}, True, True),
        ("title", {Reader.EXPERT}, True, True),
        ("title", set(), False, False),
    ],
)
def test_who_reads_an_answer(code, readers, is_blind, is_open):
    question = next(one for one in FORM.questions if one.code == code)
    assert question.is_open_to(frozenset(readers), is_blind=is_blind) is is_open


# Whatever is answered ------------------------------------------------------------------------------------------------

CELLS = st.one_of(
    st.none(), st.booleans(), st.sampled_from(["yes", "no", "bio", "other", "49", "50", "x", ""]), st.integers(0, 100)
)
ANSWERS = st.dictionaries(st.sampled_from([question.code for question in FORM.questions]), CELLS)


@given(ANSWERS, st.sampled_from(["H2C", "FREE"]))
def test_what_is_shown_follows_from_what_is_visible_alone(answers, instrument):
    shown = shown_codes(FORM, instrument, answers)
    assert shown_codes(FORM, instrument, {code: value for code, value in answers.items() if code in shown}) == shown


@given(ANSWERS, ANSWERS)
def test_hidden_answers_change_nothing(answers, others):
    shown = shown_codes(FORM, "H2C", answers)
    hidden = {code: value for code, value in others.items() if code not in shown}
    assert shown_codes(FORM, "H2C", {**answers, **hidden}) == shown


@given(ANSWERS)
def test_unconditional_questions_are_always_shown(answers):
    always = {question.code for question in FORM.questions} - CONDITIONAL
    assert always <= shown_codes(FORM, "H2C", answers)
