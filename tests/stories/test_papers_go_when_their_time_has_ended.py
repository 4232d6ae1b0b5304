"""A paid voucher, ten years later: its papers go, and no word of them is left; books, record and proofs hold."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from tests.audit.test_proving import check
from tests.builders.applications import ANSWERS
from tests.builders.payments import Desk, an_authorised_claim, an_executed_batch
from tests.builders.programmes import during_call, in2
from tests.builders.retention import ALL_GO_AT, a_carried_out_disposal, a_keeper
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.audit import queries as record
from vouchers.audit.actions import seal_events
from vouchers.audit.models import AuditEvent
from vouchers.audit.proving import prove_event
from vouchers.claims.queries.proof import faults_of_claims
from vouchers.core.database import Base, db
from vouchers.documents.models import Document
from vouchers.documents.proof import faults_of_files
from vouchers.documents.store import the_store
from vouchers.ledger import proof as books
from vouchers.ledger import queries as ledger
from vouchers.ledger.models import Journal, JournalLine
from vouchers.retention.queries.registers import stream_items
from vouchers.users.states import Role

WORDS = (ANSWERS["title"], ANSWERS["project_description"], ANSWERS["provider_contact"], ANSWERS["provider_email"])


@pytest.fixture
def desk(app, clock):
    in2()
    clock.stop(during_call())
    return Desk()


def tables_with(words):
    """(table, word) of every table in which a word still stands, in any column."""
    db.session.rollback()
    found = set()
    for table in Base.metadata.tables.values():
        for row in db.session.execute(select(table)).mappings():
            text = json.dumps(dict(row), default=str, ensure_ascii=False)
            found |= {(table.name, word) for word in words if word in text}
    return found


def test_the_papers_of_a_paid_voucher_go_and_all_proofs_hold(app, client, desk, clock, tmp_path):
    batch = an_executed_batch(desk, [an_authorised_claim(desk)])
    reference, iban = batch.payments[0].voucher, batch.payments[0].iban
    before = seal_events(at=during_call())
    size, root = before.size, before.root
    balances = ledger.trial_balance()
    counts = [db.session.scalar(select(func.count()).select_from(one)) for one in (Journal, JournalLine)]
    paid = db.session.scalars(select(AuditEvent.id).where(AuditEvent.tag == "batch.execute")).one()
    handed_out = prove_event(paid, with_detail=True)
    keys = set(db.session.scalars(select(Document.sha256)))
    assert tables_with(WORDS)

    clock.stop(ALL_GO_AT)
    done = a_carried_out_disposal(at=ALL_GO_AT)
    (item,) = stream_items(done.id)
    assert (done.deleted, item.reference, item.law.value) == (1, reference, "state_aid")
    assert tables_with(WORDS) == set()
    left = {key for key in keys if the_store().exists(key)}
    assert left == set(db.session.scalars(select(Document.sha256).where(Document.disposed_at.is_(None))))

    assert list(record.list_faults(expected=(size, root))) == []
    assert list(books.list_faults()) == []
    assert list(faults_of_files()) == []
    assert list(faults_of_claims()) == []
    assert ledger.trial_balance() == balances
    assert [db.session.scalar(select(func.count()).select_from(one)) for one in (Journal, JournalLine)] == counts
    assert check(tmp_path, handed_out, "--size", str(size), "--root", root)[0] == 0
    assert ("payment", iban) not in tables_with([iban])

    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR, in2().code, at=ALL_GO_AT))
    story = auditor.get(f"/reports/vouchers/{reference}")
    assert story.status_code == 200
    assert "Deleted" in story.text
    document = db.session.scalars(select(Document).where(Document.disposed_at.is_not(None))).first()
    gone = auditor.get(f"/reports/vouchers/{reference}/documents/{document.id}")
    assert gone.status_code == 410
    assert "2 January 2037" in gone.text
    for page in (f"/payments/batches/{batch.id}", f"/audits/vouchers/{reference}", "/reports/ledger"):
        assert auditor.get(page).status_code in (200, 404), page
    assert signed_in(client, a_keeper("first", at=ALL_GO_AT)).get(f"/retention/lists/{done.id}").status_code == 200

    an_executed_batch(desk, [an_authorised_claim(desk, "MG", amount="437.55")])  # and the office goes on
    seal_events(at=ALL_GO_AT)
    assert list(record.list_faults()) == []
