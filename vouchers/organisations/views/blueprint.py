"""The blueprint of organisations, and what their form pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

blueprint = Blueprint("organisations", __name__, url_prefix="/organisations")


def ask(template: str, form: Any, **context: Any) -> Any:
    """A form page: 422 once it was posted and refused."""
    return render_template(template, form=form, **context), 422 if request.method == "POST" else 200


def seen_version(form: Any) -> int | None:
    """Which version the person was looking at."""
    text = str(form.version.data or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
