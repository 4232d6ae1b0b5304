"""What the pages of panels share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, url_for

from vouchers.panels.models import Interview, Panel

blueprint = Blueprint("panels", __name__, url_prefix="/panels")


def to_panel(panel: Panel) -> Any:
    """Back to the page of the panel."""
    return redirect(url_for("panels.show", panel_id=panel.id), 303)


def to_item(panel_id: int, application_id: int) -> Any:
    """Back to the page of one application in the panel."""
    return redirect(url_for("panels.item", panel_id=panel_id, application_id=application_id), 303)


def to_interview(interview: Interview) -> Any:
    """Back to the page of the interview."""
    return redirect(url_for("panels.interview", interview_id=interview.id), 303)
