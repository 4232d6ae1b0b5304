"""What the pages share that ask for something: the form, the step that it takes, and what is said after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, render_template, request

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence


def ask(template: str, form: Any, **context: Any) -> Any:
    """A form page: 422 once it was posted and refused."""
    return render_template(template, form=form, **context), 422 if request.method == "POST" else 200


def take(form: Any, act: Callable[[], Any], done: Sentence | None = None) -> bool:
    """Whether the form was posted, holds, and the step was taken; a refusal stands on the form.

    Args:
        done: is said on the next page.
    """
    if not form.validate_on_submit():
        return False
    try:
        act()
    except RuleBroken as refused:
        form.refuse(refused)
        return False
    if done is not None:
        flash(str(done), "success")
    return True


def press(act: Callable[[], Any], done: Sentence) -> None:
    """A button without a form: done, or a sentence that says why not."""
    try:
        act()
    except RuleBroken as refused:
        flash(str(refused), "error")
    else:
        flash(str(done), "success")
