"""One answer written in two places: both texts on the page, a button for the other one, and what was written over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import request

from vouchers.applications import forms
from vouchers.applications.actions.drafting import Overtaken, Saved
from vouchers.applications.models import Application
from vouchers.applications.queries import files as queries
from vouchers.applications.rules.asking import Asked, keep
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.web import actor
from vouchers.programmes.rules.form_plan import Question
from vouchers.programmes.rules.question_types import show_answer

TAKE = "take"
"""The button that keeps the other person's text."""


def without_taken(given: dict[str, Any]) -> dict[str, Any]:
    """What is saved: of an answer for which the other person's text was chosen, nothing."""
    pressed, _colon, code = request.form.get("then", "").partition(":")
    return {question: value for question, value in given.items() if pressed != TAKE or question != code}


def say_overtaken(form: forms.SectionForm, saved: Saved) -> None:
    """Say beside the box that the answer has been changed elsewhere."""
    lost = {one.question for one in saved.overtaken}
    for field in form.asked:
        if field.question.code in lost:
            sentence = _(
                "The answer to “%(question)s” was changed elsewhere meanwhile, by someone else or in another window "
                "of yours. Both texts stand below the form. The one from this page is still in the box: press Save "
                "to keep it, or put both together there first.",
                question=field.label.text,
            )
            field.errors = [sentence, *field.errors]


def of_section(
    application: Application, asked: Asked, form: forms.SectionForm, overtaken: list[Overtaken]
) -> dict[str, Any]:
    """For the page: when it was last saved and by whom, conflicts, and what colleagues had written before."""
    questions, language = {question.code: question for question in asked.questions}, actor().language
    stored = queries.map_answers(application.id)
    here = [stored[code] for code in questions if code in stored]
    wrote = [one["saved_by_id"] for answer in here for one in answer.earlier]
    wrote += [one.saved_by_id for one in overtaken] + [one.saved_by_id for one in here]
    names = queries.map_names(wrote)
    boxes = {field.question.code: field.given for field in form.asked}
    newest = max(here, key=lambda answer: answer.saved_at, default=None)
    return {
        "saved": (newest.saved_at, names.get(newest.saved_by_id, "")) if newest else None,
        "overtaken": [
            (
                one.question,
                questions[one.question].label.in_language(language),
                names.get(one.saved_by_id, ""),
                _text(questions[one.question], one.value),
                _text(questions[one.question], boxes[one.question]),
            )
            for one in overtaken
        ],
        "earlier": [
            (
                questions[answer.question].label.in_language(language),
                names.get(one["saved_by_id"], ""),
                datetime.fromisoformat(one["saved_at"]),
                _text(questions[answer.question], one["value"]),
            )
            for answer in here
            for one in reversed(answer.earlier)
        ],
    }


def _text(question: Question, value: Any) -> str:
    """An answer as a person reads it, sound or not."""
    try:
        return show_answer(question, keep(question, value))
    except RuleBroken:  # a table of more rows than any takes
        return ""
