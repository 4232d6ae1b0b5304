"""What alerts do by themselves: telling of calls, and forgetting who never confirmed."""

from __future__ import annotations

from datetime import datetime, timedelta

from vouchers.alerts import actions, queries
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.jobs.registry import job
from vouchers.workflow.transition import OFFICE

AT_ONCE = 400
"""Letters of one run; the rest follows a minute later."""
UNCONFIRMED_FOR = timedelta(days=3)
KEPT_FOR = timedelta(days=3 * 365)
"""How long somebody is written to who does not ask again: three years from the last word of the person."""


@job("alerts.notify", every=60)
def notify_alerts(*, at: datetime) -> None:
    """Tell of each call that was published or has opened, each person in a unit of work of its own; may run twice."""
    left = AT_ONCE
    for news in queries.list_news(at):
        for alert_id in queries.list_untold(news, at_most=left):
            left -= 1
            try:
                actions.notify_alert(queries.get_alert(alert_id), news.call, news.occasion, by=OFFICE, at=at)
            except (WrongState, RuleBroken):  # ended meanwhile, or another run was faster
                continue
        if left <= 0:
            return


@job("alerts.lapse", every=3600)
def lapse_alerts(*, at: datetime) -> None:
    """Erase each question that nobody answered, and each alert that nobody has asked for again for long."""
    unasked = queries.list_unasked(asked_before=at - KEPT_FOR)
    for alert_id in [*queries.list_unconfirmed(asked_before=at - UNCONFIRMED_FOR), *unasked]:
        try:
            actions.lapse_alert(queries.get_alert(alert_id), by=OFFICE, at=at)
        except WrongState:  # confirmed or ended in the last second
            continue
