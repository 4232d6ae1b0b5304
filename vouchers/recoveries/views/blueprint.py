"""The blueprint of recoveries, and what their pages share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, redirect, url_for

from vouchers.core import clock
from vouchers.core.asking import ask, take
from vouchers.core.clock import day_in
from vouchers.core.text import Sentence
from vouchers.core.web import actor
from vouchers.likenesses.queries import list_noted_of
from vouchers.recoveries import queries
from vouchers.recoveries.lifecycle import RECOVERY
from vouchers.recoveries.models import Recovery
from vouchers.recoveries.rules import orders
from vouchers.recoveries.rules.orders import Due
from vouchers.recoveries.states import RecoveryState
from vouchers.users.policy import may_oversee

blueprint = Blueprint("recoveries", __name__, url_prefix="/recoveries")


def page_of(recovery: Recovery) -> dict[str, Any]:
    """What the pages of a recovery show."""
    zone = recovery.agreement.application.region.time_zone
    today = day_in(zone, clock.now())
    return {
        "recovery": recovery,
        "agreement": recovery.agreement,
        "zone": zone,
        "today": today,
        "owed": queries.owed_on(recovery, today) if recovery.ordered_at else None,
        "interest": queries.interest_through(recovery, today) if recovery.ordered_at else None,
        "RECOVERY": RECOVERY,
        "likenesses": list_noted_of(("recovery", recovery.id)),
        "is_staff": may_oversee(actor(), recovery) is None,
    }


def list_dues_of(recovery: Recovery, today: date) -> list[Due]:
    """What is due when, and what of it is still owed; nothing of an order that was cancelled."""
    if recovery.state == RecoveryState.CANCELLED:
        return []
    paid = orders.paid_on_plan(recovery.receipts, recovery.planned_at)
    return orders.list_dues(recovery.instalments, paid, today)


def seen_version(form: Any) -> int:
    """Which version the person was looking at; -1 for what is no number."""
    text = str(form.version.data or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def step_page(recovery: Recovery, form: Any, verb: str, done: Sentence, act: Callable[[], Any], **context: Any) -> Any:
    """One step of a recovery: what it means, what is asked, and then back to its page."""
    home = url_for("recoveries.show", recovery_id=recovery.id)
    if take(form, act, done):
        return redirect(home, 303)
    return ask("recoveries/step.html", form, verb=verb, home=home, **(page_of(recovery) | context))
