"""What all pages of drafts share."""

from __future__ import annotations

from flask import Blueprint, request

blueprint = Blueprint("schemes", __name__)


def status() -> int:
    """Of a page with a form: a form that was sent and is drawn again was refused."""
    return 422 if request.method == "POST" else 200
