"""An earlier application as the beginning of a new one."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tests.builders.applications import IN2, a_complete_draft, a_draft, a_submitted_application, owner_of
from tests.builders.programmes import IN2_FILE, during_call, in2, plan_of
from tests.builders.users import an_applicant, signed_in
from vouchers.applications.actions.copying import copy_application
from vouchers.applications.queries.files import get_application, map_values
from vouchers.applications.rules.copying import fitting_answers, fitting_files
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.documents.queries import list_documents_of
from vouchers.programmes.rules.form_plan import FileKind, Form, QuestionType

AT = during_call()
PLAN = plan_of(IN2_FILE.read_text(encoding="utf-8"))
FORM = next(call for call in PLAN.calls if call.code == "2026-1").form


def changed(code: str, **changes: Any) -> Form:
    """The form with one question changed."""
    sections = tuple(
        replace(section, questions=tuple(replace(q, **changes) if q.code == code else q for q in section.questions))
        for section in FORM.sections
    )
    return replace(FORM, sections=sections)


YES_NO = changed("title", type=QuestionType.YES_NO)


@pytest.mark.parametrize(
    ("form", "answers", "wanted"),
    [
        (FORM,                                             {"title": "Sepsis"},          {"title": "Sepsis"}),
        (FORM,                                             {"title": "", "gone": "x"},   {}),
        (FORM,                                             {"is_true": True},            {}),
        (YES_NO,                                           {"title": False},             {"title": False}),
        (FORM,                                             {"headcount": "a dozen"},     {}),
        (changed("title", type=QuestionType.NUMBER),       {"title": "12"},              {}),
        (changed("title", max_length=3),                   {"title": "Sepsis"},          {}),
        (changed("activity_field", options=()),            {"activity_field": "biotech"}, {}),
        (changed("title", instruments=("MG",)),            {"title": "Sepsis"},          {}),
    ],
)  # fmt: skip
def test_only_answers_that_fit_are_copied(form, answers, wanted):
    old = YES_NO if form is YES_NO else FORM
    assert fitting_answers(old, form, answers, old_instrument="COL", new_instrument="COL") == wanted


@pytest.mark.parametrize(
    ("kinds", "most", "wanted"),
    [((), 0, ["a", "b"]), ((), 1, ["a"]), ((FileKind.PNG,), 0, [])],
)
def test_files_of_a_question_that_takes_them_are_copied(kinds, most, wanted):
    old = changed("title", type=QuestionType.FILE)
    new = changed("title", type=QuestionType.FILE, kinds=kinds, most=most)
    files = [
        SimpleNamespace(purpose=purpose, filename=name, media_type="application/pdf", size=9)
        for purpose, name in [("answer:title", "a"), ("answer:title", "b"), ("answer:gone", "c"), ("gone", "d")]
    ]
    voucher = next(one for one in PLAN.instruments if one.code == "COL")
    found = fitting_files(old, new, files, old_instrument="COL", new_instrument=voucher)
    assert [one.filename for one in found] == wanted


@pytest.fixture
def office(app: Any, clock: Any) -> None:
    clock.stop(AT)
    in2()


@pytest.mark.parametrize("with_files", [True, False])
def test_copy_fills_a_new_draft_and_leaves_the_old_one_alone(office: None, with_files: bool) -> None:
    earlier = a_submitted_application("COL")
    owner, before = owner_of(earlier), map_values(earlier.id)
    copied = copy_application(earlier, IN2.call(), IN2.instrument("COL"), with_files=with_files, by=owner, at=AT)
    draft = get_application(copied.id)
    assert (draft.title, draft.requested) == (earlier.title, earlier.requested)
    answers = map_values(draft.id)
    assert answers["work_plan"] == before["work_plan"]
    assert not answers.get("is_true")
    files = [(one.purpose, one.sha256) for one in list_documents_of("application", earlier.id)]
    assert [(one.purpose, one.sha256) for one in list_documents_of("application", draft.id)] == (
        files if with_files else []
    )
    assert map_values(earlier.id) == before


def test_copy_into_another_voucher_takes_what_is_asked_there(office: None) -> None:
    earlier = a_complete_draft("COL")
    copied = copy_application(earlier, IN2.call(), IN2.instrument("MG"), with_files=True, by=owner_of(earlier), at=AT)
    assert "work_plan" not in map_values(copied.id)
    assert list_documents_of("application", copied.id) == []


def test_copy_is_refused_into_a_closed_call_and_to_strangers(office: None) -> None:
    earlier = a_complete_draft("MG")
    with pytest.raises(RuleBroken, match="closed on"):
        copy_application(
            earlier, IN2.call("2025-2"), IN2.instrument("MG"), with_files=False, by=owner_of(earlier), at=AT
        )
    stranger = an_applicant()
    with pytest.raises(NotPermitted):
        copy_application(earlier, IN2.call(), IN2.instrument("MG"), with_files=False, by=stranger, at=AT)


def test_the_page_offers_open_calls_only(office: None, app: Any, client: Any) -> None:
    earlier = a_draft("MG")
    owner = signed_in(client, owner_of(earlier))
    page = f"/applications/{earlier.id}/copy"
    assert "Copy into a new application" in owner.get(f"/applications/{earlier.id}").text
    text = owner.get(page).text
    assert f'value="{IN2.call().id}-MG"' in text
    assert f'value="{IN2.call("2025-2").id}-MG"' not in text
    assert owner.post(page, data={}).status_code == 422
    answer = owner.post(page, data={"target": f"{IN2.call().id}-COL", "with_files": "no"})
    assert answer.status_code == 303
    assert "Here is the new draft" in owner.get(answer.location).text
    assert signed_in(app.test_client(), an_applicant()).get(page).status_code == 403
