"""What `ledger verify` says of the files behind the books: they are there, or they went on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.builders.payments import PAID_AT, Desk, an_authorised_claim
from tests.builders.programmes import in2
from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import Gone
from vouchers.documents.actions import KeptFile, add_document, dispose_document, take_made
from vouchers.documents.models import Document
from vouchers.documents.proof import faults_of_files
from vouchers.documents.store import the_store
from vouchers.documents.web import answer_with


@pytest.fixture
def paper(app):
    """A document of a claim whose grant was booked."""
    in2()
    claim = an_authorised_claim(Desk())
    found = select(Document).where(Document.subject_kind == "claim", Document.subject_id == claim.id)
    return db.session.scalars(found.order_by(Document.id).limit(1)).one()


def on_record():
    """The moment of a step."""
    return db.session.scalars(select(AuditEvent.at).order_by(AuditEvent.id.desc()).limit(1)).one()


def faults():
    return [str(fault) for whole in (False, True) for fault in faults_of_files(is_whole=whole)]


def test_a_file_that_is_missing_is_named(paper):
    assert faults() == []
    the_store().delete(paper.sha256)
    assert len(faults()) == 2
    assert f"document {paper.id} ({paper.filename}), behind journal" in faults()[0]
    assert "its bytes are missing or changed" in faults()[0]


def test_a_file_whose_time_was_over_is_no_fault(paper):
    with unit_of_work():
        dispose_document(paper, at=on_record())
    assert not the_store().exists(paper.sha256)
    assert faults() == []
    with pytest.raises(Gone, match="its time was over"):
        answer_with(paper)


def test_a_file_that_is_only_said_to_be_disposed_of_is_a_fault(paper):
    with unit_of_work():
        dispose_document(paper, at=PAID_AT + timedelta(microseconds=1))
    assert "it is said to be disposed of, by no step of the record" in faults()[0]


def test_bytes_that_another_file_is_made_of_stay(paper):
    kept = KeptFile("same.pdf", paper.media_type, paper.size, paper.sha256, paper.scan_state)
    with unit_of_work():
        other = add_document(
            kept, purpose="x", subject_kind="claim", subject_id=1, step_id=paper.step_id, by_id=None, at=PAID_AT
        )
        dispose_document(paper, at=on_record())
    assert the_store().exists(other.sha256)
    with unit_of_work():
        dispose_document(other, at=on_record())
    assert not the_store().exists(other.sha256)


def test_a_file_that_was_put_in_the_place_of_another_is_a_fault_though_its_row_was_changed_with_it(paper):
    other = take_made(b"%PDF-1.4 another invoice", paper.filename, paper.media_type)
    with unit_of_work():
        db.session.execute(update(Document).where(Document.id == paper.id).values(sha256=other.sha256))
    assert {fault.partition(": ")[2] for fault in faults()} == {"it is not the file that the record names"}


def test_the_event_of_a_step_names_every_file_that_it_stored(paper):
    body = db.session.scalars(
        select(AuditDetail.body).join(AuditDetail.event).where(AuditEvent.step_id == paper.step_id)
    ).one()
    assert body["contents"] == [{"kind": "claim", "purpose": paper.purpose, "sha256": paper.sha256}]
