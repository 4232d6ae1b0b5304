"""What the pages of matching share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

blueprint = Blueprint("matching", __name__, url_prefix="/matching")


def ask(template: str, form: Any, **context: Any) -> Any:
    """A form page: 422 once it was posted and refused."""
    return render_template(template, form=form, **context), 422 if request.method == "POST" else 200
