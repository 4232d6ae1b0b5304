"""Answers to the questions of a form: the canonical form of each type, and every refusal with its reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vouchers.core.errors import RuleBroken
from vouchers.core.localised import Text
from vouchers.core.money import EUR
from vouchers.programmes.rules.digest import content_digest
from vouchers.programmes.rules.form_plan import Option, Question, QuestionType
from vouchers.programmes.rules.question_types import is_missing, missing_sentence, read_answer, show_answer


def question(type_: str, **settings_of_it) -> Question:
    return Question(
        **{
            "code": "q",
            "type": QuestionType(type_),
            "label": Text((("en", "The question"),)),
            "hint": Text(()),
            "is_required": True,
            "max_length": 10,
            "minimum": None,
            "maximum": None,
            "decimals": 0,
            "currency": "EUR",
            "options": tuple(Option(code, Text((("en", code.upper()),))) for code in ("a", "b", "c")),
            "instruments": (),
            "show_to_experts": True,
            **settings_of_it,
        }
    )


NUMBER = question("number", maximum=Decimal(250))
TENTHS = question("number", decimals=1)
AMOUNT = question("money", minimum=EUR("50"), maximum=EUR("7000"))
DAY = question("date", minimum=date(2026, 10, 1))


@pytest.mark.parametrize(
    ("asked", "raw", "answer", "shown"),
    [
        (question("text"),        "  A\x00b\u0301\r\nc ",        "Ab\u0301 c",                           "Ab\u0301 c"),
        (question("text"),        "e\u0301" * 10,                "\u00e9" * 10,                          "\u00e9" * 10),
        (question("long_text"),   "a\r\nb\n",                    "a\nb",                                 "a\nb"),
        (question("text"),        "  ",                          None,                                   ""),
        (NUMBER,                  " 1 2",                        12,                                     "12"),
        (NUMBER,                  "0",                           0,                                      "0"),
        (TENTHS,                  "9,5",                         "9.5",                                  "9.5"),
        (TENTHS,                  "10.0",                        "10",                                   "10"),
        (AMOUNT,            "4000",                  {"cents": 400000, "currency": "EUR"},   "EUR 4,000.00"),
        (AMOUNT,            "EUR 4.000,50",          {"cents": 400050, "currency": "EUR"},   "EUR 4,000.50"),
        (AMOUNT,            "4 000,5 €",             {"cents": 400050, "currency": "EUR"},   "EUR 4,000.50"),
        (AMOUNT,                  {"cents": 5000, "currency": "EUR"}, {"cents": 5000, "currency": "EUR"}, "EUR 50.00"),
        (DAY,               "2026-10-01",            "2026-10-01",                     "1 October 2026"),
        (DAY,               "1.10.2026",             "2026-10-01",                     "1 October 2026"),
        (DAY,               {"day": "1", "month": "10", "year": "2026"}, "2026-10-01",       "1 October 2026"),
        (question("choice"),      "b",                           "b",                                    "B"),
        (question("choices"),     ["c", "a", "a"],               ["a", "c"],                             "A, C"),
        (question("choices"),     "c",                           ["c"],                                  "C"),
        (question("yes_no"),      "no",                          False,                                  "No"),
        (question("declaration"), "on",                          True,                                   "Yes"),
        (question("email"),       " jo@example.org ",      "jo@example.org",                 "jo@example.org"),
        (question("url"),         "example.org/a",         "https://example.org/a",          "https://example.org/a"),
    ],
)  # fmt: skip
def test_an_answer_gets_its_canonical_form(asked, raw, answer, shown):
    assert read_answer(asked, raw) == answer
    assert read_answer(asked, answer) == answer
    assert show_answer(asked, answer) == shown


@pytest.mark.parametrize(
    ("asked", "raw", "reason"),
    [
        (question("text"),        "x" * 11,                                 "1 character too many:"),
        (NUMBER,                  "twelve",                                 "Enter a number"),
        (NUMBER,                  "1.5",                                    "whole number"),
        (NUMBER,                  "1.200",                                  "separator for thousands"),
        (NUMBER,                  "251",                                    "at most 250"),
        (NUMBER,                  "-1",                                     "at least 0"),
        (AMOUNT,                  "7.000",                                  "separator for thousands"),
        (AMOUNT,                  "7000.01",                                "at most EUR 7,000.00"),
        (AMOUNT,                  "49.99",                                  "at least EUR 50.00"),
        (AMOUNT,                  "1e3",                                    "Enter an amount in EUR"),
        (AMOUNT,                  "USD 100",                                "Enter an amount in EUR"),
        (AMOUNT,                  {"cents": 100000, "currency": "USD"},     "Enter an amount in EUR"),
        (DAY,                     "2026-02-30",                             "a date that exists"),
        (DAY,                     {"day": "1", "month": "10"},              "a date that exists"),
        (DAY,                     "2026-09-30",                             "1 October 2026 or later"),
        (question("choice"),      "d",                                      "that are offered"),
        (question("choices"),     ["a", "d"],                               "that are offered"),
        (question("yes_no"),      "perhaps",                                "Choose yes or no"),
        (question("email"),       "jo@localhost",                           "Enter an email address"),
        (question("url"),         "javascript:alert(1)",                    "Enter a web address"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_refused_at_its_question(asked, raw, reason):
    with pytest.raises(RuleBroken) as refusal:
        read_answer(asked, raw)

    assert refusal.value.field == "q"
    assert reason in refusal.value.sentence.source


@pytest.mark.parametrize(
    ("asked", "value", "missing"),
    [
        (question("text"),                            None,  True),
        (question("text"),                            "x",   False),
        (question("text", is_required=False),         None,  False),
        (question("number"),                          0,     False),
        (question("yes_no"),                          False, False),
        (question("choices"),                         [],    True),
        (question("declaration"),                     False, True),
        (question("declaration"),                     True,  False),
        (question("declaration", is_required=False),  False, False),
    ],
)  # fmt: skip
def test_what_is_missing_at_submission(asked, value, missing):
    assert is_missing(asked, value) is missing
    assert "The question" in missing_sentence(asked).source


# Anything at all

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
LIKELY = st.text(alphabet="0123456789.,-/ €EURabyesno@:+\u0663\x00\u202e", max_size=24)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(list(QuestionType)), LIKELY | ANYTHING)
def test_no_answer_raises_anything_but_a_refusal(type_, raw):
    asked = question(type_.value)
    try:
        answer = read_answer(asked, raw)
    except RuleBroken as refusal:
        refused = refusal
    else:
        refused = None
    if refused:
        assert refused.field == "q"
        assert str(refused)
        return
    assert read_answer(asked, answer) == answer
    assert isinstance(show_answer(asked, answer), str)
    content_digest(answer)
