"""A person's details are erased from the record: every event, sum and seal still holds, and an old proof too."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import String, cast, select

from tests.audit.test_proving import check
from tests.builders.applications import owner_of
from tests.builders.payments import PAID_AT, Desk, an_authorised_claim, an_executed_batch
from tests.builders.programmes import in2
from vouchers.audit import queries as record
from vouchers.audit.actions import erase_details, seal_events
from vouchers.audit.models import AuditDetail, AuditEvent, AuditSeal
from vouchers.audit.proving import prove_consistency, prove_event
from vouchers.core.database import db, unit_of_work
from vouchers.ledger import proof as books
from vouchers.ledger import queries as ledger


@pytest.fixture
def desk(app, clock):
    in2()
    people = Desk()
    clock.stop(PAID_AT)
    return people


def details_naming(name):
    """The events in whose details a name stands."""
    written = json.dumps(name, ensure_ascii=False)[1:-1]
    return list(
        db.session.scalars(select(AuditDetail.event_id).where(cast(AuditDetail.body, String).contains(written)))
    )


def test_erasure_keeps_record_and_books(desk, tmp_path):
    claim = an_authorised_claim(desk)
    an_executed_batch(desk, [claim])
    owner = owner_of(claim.agreement.application)
    before = seal_events(at=PAID_AT)
    size, root, first = before.size, before.root, before.id
    balances = ledger.trial_balance()
    paid = db.session.scalars(select(AuditEvent.id).where(AuditEvent.tag == "batch.execute")).one()
    handed_out = prove_event(paid, with_detail=True)
    named = details_naming(owner.email)
    assert named

    with unit_of_work():
        assert erase_details(named) == len(named)

    assert details_naming(owner.email) == []
    assert list(record.list_faults(expected=(size, root))) == []
    assert list(books.list_faults()) == []
    assert ledger.trial_balance() == balances
    assert check(tmp_path, handed_out, "--size", str(size), "--root", root)[0] == 0

    an_executed_batch(desk, [an_authorised_claim(desk, "MG", amount="437.55")])  # and the office goes on
    after = seal_events(at=PAID_AT)
    assert list(record.list_faults()) == []
    assert check(tmp_path, prove_consistency(db.session.get(AuditSeal, first), after))[0] == 0
    assert check(tmp_path, prove_event(named[0], with_detail=True))[0] == 0


def test_nothing_is_left_to_guess_from(desk):
    an_executed_batch(desk, [an_authorised_claim(desk)])
    every = list(db.session.scalars(select(AuditEvent.id)))
    with unit_of_work():
        erase_details(every)
    left = db.session.execute(select(AuditDetail.salt, AuditDetail.body)).all()
    assert {tuple(row) for row in left} == {("", None)}
    seal_events(at=PAID_AT)
    assert list(record.list_faults()) == []
    assert list(books.list_faults()) == []
