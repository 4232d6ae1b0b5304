"""What the pages of eligibility share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from vouchers.core.web import is_local

blueprint = Blueprint("eligibility", __name__)


def came_from() -> str | None:
    """The page of ours, as of a draft, from which the reader was sent here to hand in a paper."""
    target = request.args.get("next")
    return target if is_local(target) else None


@blueprint.context_processor
def _way_back() -> dict[str, Any]:
    """So that every way through these pages leads back there."""
    target = came_from()
    return {"came_from": target, "kept_next": {"next": target} if target else {}}


def ask(template: str, form: Any, *, is_refused: bool | None = None, **context: Any) -> Any:
    """A form page: 422 once it was posted and refused."""
    refused = request.method == "POST" if is_refused is None else is_refused
    return render_template(template, form=form, **context), 422 if refused else 200
