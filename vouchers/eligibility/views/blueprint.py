"""What the pages of eligibility share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

blueprint = Blueprint("eligibility", __name__)


def ask(template: str, form: Any, *, is_refused: bool | None = None, **context: Any) -> Any:
    """A form page: 422 once it was posted and refused."""
    refused = request.method == "POST" if is_refused is None else is_refused
    return render_template(template, form=form, **context), 422 if refused else 200
