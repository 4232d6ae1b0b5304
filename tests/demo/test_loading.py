"""A small demo is built by real steps, and the books and the record hold."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from tests.builders.programmes import in2
from vouchers.applications.models import Application
from vouchers.audit.queries import list_faults as audit_faults
from vouchers.audits.models import AuditFinding, Sample
from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.demo.loading import load_demo
from vouchers.eligibility.models import AidEntry
from vouchers.enquiries.models import Enquiry, PublicAnswer
from vouchers.ledger.models import ClosedPeriod, Journal
from vouchers.ledger.proof import list_faults as ledger_faults
from vouchers.transfers.models import EnvelopeTransfer

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def states():
    found = db.session.execute(select(Application.state, func.count()).group_by(Application.state))
    return {row.state: row[1] for row in found}


def many_of(kind, state):
    return db.session.scalar(select(func.count()).where(kind.state == state))


def test_the_demo_is_whole_and_loads_once(app):
    load_demo(in2().call("2026-1"), count=12, seed=7, now=NOW)
    before = states()
    assert sum(before.values()) == 12
    assert list(ledger_faults()) == []
    assert list(audit_faults()) == []
    assert many_of(AidEntry, "registered") > 0
    closed = db.session.scalars(select(ClosedPeriod)).all()
    assert len({period.region for period in closed}) == 1
    assert max(period.through_on for period in closed) == date(2026, 10, 31)
    assert db.session.scalar(select(func.count()).where(Journal.corrects_on.is_not(None))) == 1
    assert [many_of(EnvelopeTransfer, state) for state in ("approved", "proposed")] == [1, 1]
    assert [many_of(Enquiry, state) for state in ("with_applicant", "with_region")] == [1, 1]
    assert many_of(PublicAnswer, "published") == 1
    assert [many_of(AuditFinding, state) for state in ("replied", "issued")] == [1, 1]
    assert many_of(Sample, "drawn") == 1
    with pytest.raises(RuleBroken, match="loaded already"):
        load_demo(in2().call("2026-1"), count=12, seed=7, now=NOW)
    assert states() == before


def test_nothing_of_the_demo_lies_in_the_future(app):
    early = datetime(2026, 9, 5, 12, 0, tzinfo=UTC)
    load_demo(in2().call("2026-1"), count=8, seed=7, now=early)
    latest = db.session.scalar(select(func.max(Application.submitted_at)))
    assert latest is None or latest <= early
    assert list(ledger_faults()) == []
