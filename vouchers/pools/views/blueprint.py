"""What the pages of calls for a pool share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

blueprint = Blueprint("pools", __name__, url_prefix="/pools")


def ask(template: str, form: Any, **context: Any) -> Any:
    """A form page: 422 once it was posted and refused."""
    return render_template(template, form=form, **context), 422 if request.method == "POST" else 200


def version_of(form: Any) -> int | None:
    """Which version the person was looking at."""
    return int(form.version.data) if str(form.version.data).isdecimal() else None
