"""Hidden questions: they never stand between a draft and its submission, and nothing of them is submitted."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from vouchers.applications.rules.asking import (
    APPLICANT,
    anchor,
    asked_sections,
    is_filled,
    keep,
    labels_of_files,
    may_read_file,
    shown_answers,
    shown_sections,
    with_files,
)
from vouchers.applications.rules.blockers import Ground, blockers
from vouchers.applications.rules.showing import live_conditions
from vouchers.programmes.rules.form_plan import Reader
from vouchers.programmes.rules.programme_file import read_programme_file

PLAN = read_programme_file(
    (Path(__file__).parents[1] / "programmes" / "files" / "questions.yaml").read_text(encoding="utf-8")
)
CALL = PLAN.calls[0]
FORM = CALL.form
ASKED = {question.code: question for question in FORM.questions}
GROUND = Ground(CALL, PLAN.instruments[0], "FR-ARA", date(2027, 2, 1))

TYPED = st.one_of(
    st.none(),
    st.sampled_from(["yes", "no", "bio", "other", "49", "50", "x" * 600, "31/2/2027"]),
    st.lists(st.dictionaries(st.sampled_from(["item", "cost"]), st.sampled_from(["", "1", "x"])), max_size=4),
    st.dictionaries(st.sampled_from(["name", "country"]), st.sampled_from(["", "BE", "Lab"])),
)
ANSWERS = st.dictionaries(st.sampled_from(list(ASKED)), TYPED).map(
    lambda typed: {code: keep(ASKED[code], value) for code, value in typed.items()}
)


def shown(answers: dict[str, Any]) -> set[str]:
    return {one.code for asked in shown_sections(FORM, "H2C", answers) for one in asked.questions}


@given(ANSWERS)
def test_hidden_answers_never_block(answers: dict[str, Any]) -> None:
    visible = {anchor(ASKED[code]) for code in shown(answers)}
    assert {blocker.target for blocker in blockers(GROUND, answers, ())} <= visible


@given(ANSWERS, ANSWERS)
def test_what_is_hidden_changes_no_blocker(answers: dict[str, Any], others: dict[str, Any]) -> None:
    hidden = {code: value for code, value in others.items() if code not in shown(answers)}
    assert blockers(GROUND, {**answers, **hidden}, ()) == blockers(GROUND, answers, ())


@given(ANSWERS)
def test_what_was_kept_stays_as_it_is(answers: dict[str, Any]) -> None:
    def again(kept: dict[str, Any]) -> dict[str, Any]:
        return {code: keep(ASKED[code], value) for code, value in kept.items()}

    assert again(again(answers)) == again(answers)


def test_blank_rows_are_no_answer() -> None:
    assert not is_filled([{}, {"item": " "}])
    assert is_filled([{}, {"item": "x"}])
    assert keep(ASKED["budget"], [{"item": ""}]) is None
    assert keep(ASKED["methods"], ["a", "alien"]) == ["a"]  # too few to submit, and still there


def test_files_count_as_answers_where_they_are_asked_for() -> None:
    files = [SimpleNamespace(id=7, purpose="answer:drawings", filename="a.pdf"),
             SimpleNamespace(id=8, purpose="offer", filename="b.pdf")]  # fmt: skip
    assert with_files(FORM, {"title": "T", "drawings": "typed"}, files) == {
        "title": "T",
        "drawings": [{"id": 7, "filename": "a.pdf"}],
    }
    assert labels_of_files(FORM, ()) == {"answer:drawings": "Drawings"}


def test_blind_files_and_answers_are_kept_from_experts() -> None:
    expert = frozenset({Reader.EXPERT})
    assert may_read_file(FORM, "answer:drawings", expert)
    assert not may_read_file(FORM, "answer:drawings", expert, is_blind=True)
    assert may_read_file(FORM, "answer:drawings", APPLICANT, is_blind=True)
    assert not may_read_file(FORM, "answer:gone", expert)
    answers = {"has_partner": True, "partner": {"name": "X", "country": "BE"}, "secret": "s"}

    def seen(**more: Any) -> set[str]:
        return {one.code for _title, lines in shown_answers(FORM, "H2C", answers, **more) for one, *_ in lines}

    assert {"partner", "secret"} <= seen()
    assert "partner" in seen(readers=expert)
    assert {"partner", "secret"}.isdisjoint(seen(readers=expert, is_blind=True))


def test_the_page_knows_what_depends_on_its_own_boxes() -> None:
    asked = {one.code: one for one in asked_sections(FORM, "H2C")}
    assert set(live_conditions(FORM, "H2C", asked["project"], {})) == {"other_field"}
    assert live_conditions(FORM, "H2C", asked["partner"], {})["link"] == [
        {"question": "is_linked", "box": "is_linked", "type": "yes_no", "comparison": "is", "values": ["yes"]}
    ]
    assert live_conditions(FORM, "H2C", asked["plan"], {}) == {}  # what `large` depends on stands on another page
