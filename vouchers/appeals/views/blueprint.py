"""The blueprint of appeals, and the answer to a form."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from vouchers.appeals.models import Appeal

blueprint = Blueprint("appeals", __name__)


def ask(template: str, form: Any, **values: Any) -> Any:
    """A page with a form: 422 when what was posted did not fit."""
    return render_template(template, form=form, **values), 422 if request.method == "POST" else 200


def to(appeal: Appeal) -> Any:
    """On to the page of an appeal."""
    return redirect(url_for("appeals.show", appeal_id=appeal.id), 303)
