"""What has happened to an application, as its own people read it."""

from __future__ import annotations

from typing import Any

from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.applications.queries import files as queries
from vouchers.applications.rules.next_steps import DECIDED_TAGS, WITH_REASON, what_happened
from vouchers.applications.states import ApplicationState as S
from vouchers.applications.views.standing import list_besides, map_next_steps
from vouchers.core import clock
from vouchers.core.formatting import moment
from vouchers.core.text import say as _
from vouchers.core.web import actor


def timeline(application: Application) -> list[dict[str, Any]]:
    """Every step that concerns the applicant: what, who, when, and the reason that was given; oldest first."""
    person, events = actor(), queries.list_milestones(application.id)
    if not application.is_told:
        events = [event for event in events if event.tag not in DECIDED_TAGS]
    names = queries.map_names(event.actor_id for event in events if event.actor_id != person.id)
    unknown = str(_("the office"))
    ended = map_next_steps([application], clock.now())[application.id] if application.state == S.LAPSED else None
    besides = [
        {"tag": "", "title": title, "at": at, "when": moment(at, person.time_zone), "text": None}
        for at, title in list_besides(application)
    ]
    own = [
        {
            "tag": event.tag,
            "title": ended
            if event.tag == APPLICATION.lapse.tag and ended
            else what_happened(
                event.tag, None if event.actor_id == person.id else names.get(event.actor_id or 0, unknown)
            ),
            "at": event.at,
            "when": moment(event.at, person.time_zone),
            "text": (event.detail.body or {}).get("why") if event.tag in WITH_REASON else None,
        }
        for event in events
    ]
    return sorted([*own, *besides], key=lambda line: line["at"])


def find_sent_back(application: Application) -> dict[str, Any] | None:
    """Who sent the draft back last, when and why, as long as it was not sent for the signature again."""
    if not application.call.plan.has_signatory:
        return None
    steps = timeline(application)
    return steps[-1] if steps and steps[-1]["tag"] == APPLICATION.send_back.tag else None
