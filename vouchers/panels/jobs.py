"""What panels do by themselves."""

from __future__ import annotations

from datetime import datetime

from vouchers.core.errors import WrongState
from vouchers.jobs.registry import job
from vouchers.panels import queries
from vouchers.panels.actions.sessions import remind_members
from vouchers.workflow.transition import OFFICE


@job("panels.remind", every=86_400)
def remind_panels(*, at: datetime) -> None:
    """Remind the members of every panel whose minutes are not approved; may run twice."""
    for panel_id in queries.list_with_open_minutes():
        try:
            remind_members(queries.get_panel(panel_id), by=OFFICE, at=at)
        except WrongState:  # they were approved meanwhile
            continue
