"""The rows of a table in a section: one in which words stand goes only after a question."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from vouchers.applications.actions import drafting
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.applications.queries import files as queries
from vouchers.applications.rules.asking import asked_sections
from vouchers.applications.rules.stamping import mark_of
from vouchers.applications.views.blueprint import blueprint, is_writable, part_of_address, to_application
from vouchers.core import clock
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.programmes.rules.composite_answers import rows_of
from vouchers.programmes.rules.form_plan import Question
from vouchers.programmes.rules.question_types import show_answer


def address_of_removal(application: Application, section: str, code: str, row: dict[str, Any]) -> str:
    """The page that asks whether a row may go."""
    return url_for(
        "applications.remove_row", application_id=application.id, code=section, question=code, mark=mark_of(row)
    )


@blueprint.route("/<int:application_id>/sections/<code>/<question>/<mark>/remove", methods=["GET", "POST"])
@guarded(queries.get_application, APPLICATION.save_answers)
def remove_row(application: Application) -> Any:
    """Ask first, then take the row out of its table. A second press finds it gone, and that is fine."""
    if request.method == "GET" and not is_writable(application):
        return to_application(application)
    code, mark = part_of_address("code"), part_of_address("mark")
    back = url_for("applications.section", application_id=application.id, code=code)
    question = _question(application, part_of_address("question"))
    if question is None:
        return redirect(back, 303)
    back = f"{back}#question-{question.code}"
    stored = queries.map_answers(application.id)
    rows = rows_of(stored[question.code].value) if question.code in stored else []
    number = next((number for number, row in enumerate(rows) if mark_of(row) == mark), None)
    if number is None:
        return redirect(back, 303)
    if request.method == "POST":
        left = [*rows[:number], *rows[number + 1 :]]
        seen = drafting.seen_of(stored)
        drafting.save_answers(application, {question.code: left}, bases=seen, by=actor(), at=clock.now())
        return redirect(back, 303)
    label = question.label.in_language(actor().language)
    return render_template(
        "layout/remove.html",
        caption=_("Application %(reference)s", reference=application.reference),
        name=_("%(column)s, row %(number)s", column=label, number=number + 1),
        lost=_words(question, rows[number]),
        back=back,
    )


def _question(application: Application, code: str) -> Question | None:
    for asked in asked_sections(application.call.plan.form, application.instrument.code):
        for question in asked.questions:
            if question.code == code and question.columns:
                return question
    return None


def _words(question: Question, row: dict[str, Any]) -> str:
    """What stands in the row, as a person reads it."""
    cells = [
        f"{column.label.in_language(actor().language)}: {show_answer(column, row[column.code])}"
        for column in question.columns
        if row.get(column.code) is not None
    ]
    return "; ".join(cells)
