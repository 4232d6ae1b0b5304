"""What the pages of panels share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.panels.models import Interview, Panel

blueprint = Blueprint("panels", __name__, url_prefix="/panels")


def ask(template: str, form: Any, **context: Any) -> Any:
    """A form page: 422 once it was posted and refused."""
    return render_template(template, form=form, **context), 422 if request.method == "POST" else 200


def take(form: Any, act: Callable[[], Any]) -> bool:
    """Whether the form was posted, holds, and the step was taken; a refusal stands on the form."""
    if not form.validate_on_submit():
        return False
    try:
        act()
    except RuleBroken as refused:
        form.refuse(refused)
        return False
    return True


def press(act: Callable[[], Any], done: Sentence) -> None:
    """A button without a form: done, or a sentence that says why not."""
    try:
        act()
    except RuleBroken as refused:
        flash(str(refused), "error")
    else:
        flash(str(done), "success")


def to_panel(panel: Panel) -> Any:
    """Back to the page of the panel."""
    return redirect(url_for("panels.show", panel_id=panel.id), 303)


def to_item(panel_id: int, application_id: int) -> Any:
    """Back to the page of one application in the panel."""
    return redirect(url_for("panels.item", panel_id=panel_id, application_id=application_id), 303)


def to_interview(interview: Interview) -> Any:
    """Back to the page of the interview."""
    return redirect(url_for("panels.interview", interview_id=interview.id), 303)


def number_of(text: Any) -> int | None:
    """A whole number that was posted."""
    return int(text) if str(text).isdecimal() and len(str(text)) < 10 else None
