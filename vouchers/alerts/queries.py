"""Finding alerts, and the calls that they are waiting for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, or_, select

from vouchers.alerts.models import Alert, AlertNotice
from vouchers.alerts.states import AlertState, Occasion
from vouchers.audit.queries import map_spans
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.text import say as _
from vouchers.programmes.models import Call
from vouchers.programmes.queries import list_calls
from vouchers.users.secrets import hash_token


def get_alert(alert_id: int) -> Alert:
    """An alert by its number. Raises `NotFound`."""
    found = db.session.get(Alert, alert_id)
    if found is None:
        raise NotFound(_("There is no such alert."))
    return found


def find_by_token(token: str) -> Alert | None:
    """The alert whose letters hold this link, also one that has ended."""
    return db.session.scalars(select(Alert).where(Alert.token_hash == hash_token(token))).first()


def find_alert(email: str, region: str, instrument: str) -> Alert | None:
    """The alert of an address for exactly these calls."""
    wanted = (
        Alert.subscriber_email == email,
        Alert.region_code == region,
        Alert.instrument_code == instrument,
    )
    return db.session.scalars(select(Alert).where(*wanted)).first()


def count_alerts(email: str) -> tuple[int, int]:
    """How many alerts an address has: unconfirmed, and in all."""
    found = select(Alert.state, func.count()).where(Alert.subscriber_email == email).group_by(Alert.state)
    rows = db.session.execute(found).all()
    return sum(count for state, count in rows if state == AlertState.ASKED), sum(count for _state, count in rows)


def list_unconfirmed(*, asked_before: datetime) -> list[int]:
    """Alerts that nobody has confirmed."""
    found = select(Alert.id).where(Alert.state == AlertState.ASKED, Alert.asked_at < asked_before)
    return list(db.session.scalars(found.order_by(Alert.id)))


def list_unasked(*, asked_before: datetime) -> list[int]:
    """Confirmed alerts that were asked for, confirmed and last asked for again so long ago."""
    old = Alert.confirmed_at < asked_before, Alert.reminded_at < asked_before
    found = select(Alert.id).where(Alert.state == AlertState.CONFIRMED, *old)
    return list(db.session.scalars(found.order_by(Alert.id)))


def list_alerts_of(email: str) -> list[Alert]:
    """The alerts of an address that have not ended."""
    return list(db.session.scalars(select(Alert).where(Alert.subscriber_email == email).order_by(Alert.id)))


@dataclass(frozen=True, slots=True)
class News:
    """A call of which people are to be told, and since when it is news."""

    call: Call
    occasion: Occasion
    since: datetime


def list_news(at: datetime) -> Iterator[News]:
    """The calls that were published and are not open yet, and those that are open."""
    coming = list_calls({"state": "opening_soon"}, at=at)
    running = list_calls({"state": "open"}, at=at)
    published = map_spans("call", [call.id for call in (*coming, *running)])
    for call in (*coming, *running):
        since = published.get(call.id, (call.programme.loaded_at,))[0]
        if call.opens_at > at:
            yield News(call, Occasion.PUBLISHED, since)
        else:
            yield News(call, Occasion.OPEN, max(since, call.opens_at))


def list_untold(news: News, *, at_most: int) -> list[int]:
    """The confirmed alerts that fit such a call, were there before it, and have had no letter on this occasion."""
    plan = news.call.plan
    told = exists().where(
        AlertNotice.alert_id == Alert.id,
        AlertNotice.call_id == news.call.id,
        AlertNotice.occasion == news.occasion,
    )
    found = select(Alert.id).where(
        Alert.state == AlertState.CONFIRMED,
        Alert.confirmed_at <= news.since,
        or_(Alert.region_code == "", Alert.region_code.in_(plan.regions)),
        or_(Alert.instrument_code == "", Alert.instrument_code.in_(plan.instruments)),
        ~told,
    )
    return list(db.session.scalars(found.order_by(Alert.id).limit(at_most)))


def is_told(alert: Alert, call: Call, occasion: Occasion) -> bool:
    """Whether the letter was written."""
    return db.session.get(AlertNotice, (alert.id, call.id, occasion), populate_existing=True) is not None
