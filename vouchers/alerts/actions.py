"""Everything that can happen to an alert."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from vouchers.alerts import queries
from vouchers.alerts.letters import addressee_of, links_of
from vouchers.alerts.lifecycle import ALERT
from vouchers.alerts.models import Alert, AlertNotice
from vouchers.alerts.states import AlertState, Occasion
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.links import full_url
from vouchers.core.text import say as _
from vouchers.letters.actions import erase_letters_of
from vouchers.programmes.models import Call
from vouchers.users.rules.addresses import ensure_email
from vouchers.users.secrets import hash_token, new_token, seal_secret
from vouchers.workflow.transition import Step, creation, transition

MOST_UNCONFIRMED, MOST_IN_ALL = 5, 20
"""Alerts of one address: nobody can fill a stranger's letter box with questions."""
PAUSE = timedelta(minutes=10)
"""Between two letters about the same alert."""


def ask_alert(
    email: str, region: str = "", instrument: str = "", language: str = "en", *, by: Any, at: datetime
) -> None:
    """Note that somebody wants letters, and ask the address whether that is true.

    The caller learns nothing about whether the address was known: its owner does, by letter.

    Raises:
        RuleBroken: this cannot be an email address.
    """
    email = ensure_email(email)
    try:
        _ask(email, region, instrument, language, by=by, at=at)
    except IntegrityError:  # asked twice in the same moment: the second one finds the alert now
        _ask(email, region, instrument, language, by=by, at=at)


def _ask(email: str, region: str, instrument: str, language: str, *, by: Any, at: datetime) -> None:
    with unit_of_work():
        alert = queries.find_alert(email, region, instrument)
        if alert is not None:
            _ask_again(alert, by=by, at=at)
            return
        unconfirmed, in_all = queries.count_alerts(email)
        if unconfirmed >= MOST_UNCONFIRMED or in_all >= MOST_IN_ALL:
            return
        token = new_token()
        alert = Alert(
            subscriber_email=email,
            region_code=region,
            instrument_code=instrument,
            language=language,
            token_hash=hash_token(token),
            sealed_token=seal_secret(token),
            asked_at=at,
            reminded_at=at,
        )
        with creation(alert, ALERT.ask, by=by, at=at) as step:
            _write(step, alert, "alerts/ask")


def _ask_again(alert: Alert, *, by: Any, at: datetime) -> None:
    if at - alert.reminded_at < PAUSE:
        return
    with transition(alert, ALERT.ask_again, by=by, at=at) as step:
        alert.reminded_at = at
        _write(step, alert, "alerts/ask" if alert.state == AlertState.ASKED else "alerts/ask_again")


def confirm_alert(alert: Alert, *, by: Any, at: datetime) -> None:
    """The address is its owner's, who wants the letters."""
    with transition(alert, ALERT.confirm, by=by, at=at):
        alert.confirmed_at = at


def notify_alert(alert: Alert, call: Call, occasion: Occasion, *, by: Any, at: datetime) -> None:
    """Tell of a call, once for each occasion.

    Raises:
        RuleBroken: that letter was written before. Nothing is written again.
    """
    call_id = call.id
    with transition(alert, ALERT.notify, by=by, at=at) as step:
        if queries.is_told(alert, call, occasion):
            raise RuleBroken(_("This letter was written before."))
        db.session.add(AlertNotice(alert_id=alert.id, call_id=call_id, occasion=occasion, told_at=at))
        plan = call.plan
        _write(
            step,
            alert,
            "alerts/notify",
            is_open=occasion == Occasion.OPEN,
            title=plan.title.in_language(alert.language),
            summary=plan.summary.in_language(alert.language).strip(),
            programme=call.programme.plan.name.in_language(alert.language),
            opens_at=call.opens_at,
            closes_at=call.closes_at,
            call_zone=call.time_zone,
            link=full_url("programmes.call", programme_code=call.programme.code, call_code=call.code),
        )


def end_alert(alert: Alert, *, by: Any, at: datetime) -> None:
    """No more letters. The address, what it was to hear of, and every letter to it are erased at once."""
    with transition(alert, ALERT.end, by=by, at=at):
        _erase(alert, at=at)


def lapse_alert(alert: Alert, *, by: Any, at: datetime) -> None:
    """Nobody said that the letters are wanted, or not for long, or the person is forgotten: the alert is erased."""
    with transition(alert, ALERT.lapse, by=by, at=at):
        _erase(alert, at=at)


def _erase(alert: Alert, *, at: datetime) -> None:
    """The row stays without anything of the person, so that the record still leads somewhere and links stay kind."""
    alert.subscriber_email = alert.sealed_token = None
    alert.region_code = alert.instrument_code = ""
    alert.language, alert.ended_at = "en", at
    db.session.execute(delete(AlertNotice).where(AlertNotice.alert_id == alert.id))
    erase_letters_of("alert", alert.id)


def _write(step: Step, alert: Alert, occasion: str, **values: Any) -> None:
    links = links_of(alert)
    step.write(addressee_of(alert), occasion, unsubscribe_url=links["end"], links=links, **values)
