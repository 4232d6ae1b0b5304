"""What the database writes of an event is, byte for byte, what is written here."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from vouchers.audit.actions import record_event
from vouchers.audit.canonical import canonical_json, event_bytes
from vouchers.audit.leaves import read_details, read_leaves
from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.core.database import db, unit_of_work

ODD = [
    "", "plain", 'quo"te', "back\\slash", "tab\tline\nreturn\rfeed\x0cbell\x07back\x08",
    "\x01\x02\x1f\x7f", "Zoë – ☃ 𝄞",

    "\u2028\u2029\u0085", "</script>/", "\\.", "{}", "null", "'", "%s%%(x)s:y", "a" * 5_000,
]  # fmt: skip
MOMENTS = [
    datetime(2026, 3, 2, 12, tzinfo=UTC),
    datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 30, 0, 10, tzinfo=UTC),
]


@pytest.mark.parametrize("at", MOMENTS, ids=str)
def test_leaves_are_canonical(app, at):
    with unit_of_work():
        for number, text in enumerate(ODD):
            facts = dict.fromkeys(("unit_id", "tag", "subject_kind", "scope", "detail_hash", "journals_hash"), text)
            numbers = {"actor_id": None if number % 2 else 2**31 - 1, "subject_id": -(2**62) + number}
            db.session.execute(insert(AuditEvent), {**facts, **numbers, "step_id": f"{number}{text}", "at": at})
    events = db.session.query(AuditEvent).order_by(AuditEvent.id).all()
    found = read_leaves(events[0].id, events[-1].id + 1, bytes)
    assert found == [event_bytes(event) for event in events]
    assert read_leaves(events[3].id, events[5].id, bytes) == found[3:5]


def test_details_are_kept_as_they_were_hashed(app):
    bodies = [{"why": text, "changes": {text: [1, None, True]}, "ä": []} for text in ODD]
    with unit_of_work():
        for number, body in enumerate(bodies):
            record_event(
                step_id=str(number), unit_id="u", at=MOMENTS[0], actor_id=1, tag="t", subject_kind="k", subject_id=1,
                scope="-/-", body=body,
            )  # fmt: skip
    details = db.session.query(AuditDetail).order_by(AuditDetail.event_id).all()
    assert [detail.body for detail in details] == bodies
    rows = read_details(details[0].event_id, details[-1].event_id + 1, bytes)
    expected = [detail.salt.encode() + canonical_json(body) for detail, body in zip(details, bodies, strict=True)]
    assert [row[64:] for row in rows] == expected
