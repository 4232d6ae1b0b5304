"""Tables, organisations, entries of the directory and files: canonical forms, sums, and every refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.programmes.rules.composite_answers import sums_of
from vouchers.programmes.rules.programme_file import read_programme_file
from vouchers.programmes.rules.question_types import is_missing, missing_sentence, read_answer, show_answer

FILE = (Path(__file__).parent / "files" / "questions.yaml").read_text(encoding="utf-8")
ASKED = {question.code: question for question in read_programme_file(FILE).calls[0].form.questions}
BUDGET = ASKED["budget"]
ROW = {"item": "Probe", "days": "1,5", "cost": "100", "due": "1.2.2027", "kind": "own"}
READ = {
    "item": "Probe",
    "days": "1.5",
    "cost": {"cents": 10000, "currency": "EUR"},
    "due": "2027-02-01",
    "kind": "own",
}
PLAN = {"id": 7, "filename": "plan.pdf"}


@pytest.mark.parametrize(
    ("code", "raw", "answer", "shown"),
    [
        ("budget", [ROW], [READ], "1. Item: Probe; Days: 1.5; Cost: EUR 100.00; Due: 1 February 2027; Kind: Own work\n"
         "Sum of “Cost”: EUR 100.00"),
        ("budget", [{"item": "A", "cost": "1"}, {"item": " "}, {}],
         [{"item": "A", "cost": {"cents": 100, "currency": "EUR"}}],
         "1. Item: A; Cost: EUR 1.00\nSum of “Cost”: EUR 1.00"),
        ("budget", [{}, {"item": ""}], None, ""),
        ("partner", {"name": " Lab  X ", "country": "be", "town": "Liège"},
         {"name": "Lab X", "country": "BE", "town": "Liège"}, "Lab X, BE, Liège"),
        ("partner", {"name": "", "country": ""}, None, ""),
        ("laboratory", {"id": 3, "name": "Lab"}, {"id": 3, "name": "Lab"}, "Lab"),
        ("laboratory", "Lab", {"name": "Lab"}, "Lab"),
        ("laboratory", {"id": True, "name": "Lab"}, {"name": "Lab"}, "Lab"),
        ("drawings", [{**PLAN, "size": 3}], [PLAN], "plan.pdf"),
        ("methods", ["b", "a"], ["a", "b"], "A, B"),
    ],
)  # fmt: skip
def test_an_answer_gets_its_canonical_form(code, raw, answer, shown):
    assert read_answer(ASKED[code], raw) == answer
    assert read_answer(ASKED[code], answer) == answer
    assert show_answer(ASKED[code], answer) == shown


@pytest.mark.parametrize(
    ("code", "raw", "reason"),
    [
        ("budget", [{"item": "A"}], "Row 1: “Cost” is missing."),
        ("budget", [ROW, {"item": "A", "cost": "much"}], "Row 2, “Cost”: Enter an amount"),
        ("budget", [{**ROW, "item": "x" * 41}], "Row 1, “Item”: Your answer has 1 character too many"),
        ("budget", [{**ROW, "due": "31.2.2027"}], "Row 1, “Due”: Enter a date"),
        ("budget", [{**ROW, "kind": "alien"}], "Row 1, “Kind”: Choose one"),
        ("budget", [ROW] * 6, "takes at most 5 rows, but 6 were sent"),
        ("budget", [ROW] * 10_000, "takes at most 5 rows, but 10000 were sent"),
        ("budget", "text", "cannot be read"),
        ("budget", ["text"], "cannot be read"),
        ("partner", {"name": "Lab"}, "“Country” is missing"),
        ("partner", {"country": "BE"}, "“Name” is missing"),
        ("partner", {"name": "Lab", "country": "XX"}, "in two letters"),
        ("partner", {"name": "x" * 201, "country": "BE"}, "at most 200"),
        ("partner", "Lab", "cannot be read"),
        ("laboratory", {"id": 3}, "cannot be read"),
        ("drawings", [3], "cannot be read"),
        ("methods", ["a"], "Choose at least 2"),
        ("methods", ["a", "b", "c", "d"], "Choose at most 3"),
    ],
)
def test_what_is_refused(code, raw, reason):
    with pytest.raises(RuleBroken) as refusal:
        read_answer(ASKED[code], raw)
    assert reason in refusal.value.sentence.source
    assert refusal.value.field == code


def test_money_columns_are_added_up_as_far_as_they_can_be_read():
    rows = [ROW, {"cost": "0.10"}, {"cost": "nothing"}, {}]
    assert sums_of(BUDGET, rows, read_answer) == {"cost": EUR("100.10")}


@pytest.mark.parametrize("code", ["budget", "drawings", "partner", "laboratory"])
def test_an_open_answer_is_missing(code):
    assert is_missing(ASKED[code], None)
    assert str(ASKED[code].label) in missing_sentence(ASKED[code]).source
