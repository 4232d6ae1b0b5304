"""The record: sealed once, without holding anybody up, and nothing in it can change unseen."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from vouchers.audit import queries
from vouchers.audit.actions import record_event, seal_events
from vouchers.audit.merkle import consistency_proof, inclusion_proof, is_consistent, is_included
from vouchers.audit.models import AuditEvent, AuditLeaf, AuditSeal
from vouchers.core.database import db, unit_of_work

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def record(count=1, **body):
    with unit_of_work():
        for _number in range(count):
            step_id = uuid4().hex
            what = {"changes": {"name": [None, "Zoë “%” \u2028"]}, "why": None, **body}
            record_event(
                step_id=step_id, unit_id=step_id, at=AT, actor_id=7, tag="claim.approve", subject_kind="claim",
                subject_id=1, scope="IN2/BE-WAL", body=what,
            )  # fmt: skip


def faults():
    db.session.rollback()
    db.session.expire_all()
    return list(queries.list_faults())


def test_nothing_is_sealed_where_nothing_happened(app):
    assert seal_events(at=AT) is None
    assert faults() == []


def test_each_event_is_sealed_once_and_seals_continue_one_another(app):
    record(3)
    first = seal_events(at=AT)
    record(2_500)  # more than one batch
    second = seal_events(at=AT + timedelta(minutes=1))
    assert seal_events(at=AT + timedelta(minutes=2)) is None

    assert (first.size, second.size) == (3, 2_503)
    leaves = [bytes.fromhex(leaf) for (leaf,) in db.session.query(AuditLeaf.leaf_hash).order_by(AuditLeaf.position)]
    root = bytes.fromhex(second.root)
    assert is_consistent(3, bytes.fromhex(first.root), 2_503, root, consistency_proof(leaves, 3))
    assert is_included(leaves[1_000], 1_000, 2_503, inclusion_proof(leaves, 1_000), root)
    assert faults() == []


@pytest.fixture
def tamper(app, is_postgresql):
    """Change the record as somebody who owns the database could: with its guards taken off."""

    def change(*statements):
        record(5)
        seal_events(at=AT)
        record(4)
        seal_events(at=AT)
        db.session.remove()
        if is_postgresql:
            with db.engine.connect() as connection:
                for statement in ("SET LOCAL session_replication_role = replica", *statements):
                    connection.execute(text(statement))
                connection.commit()
        else:
            with closing(sqlite3.connect(str(db.engine.url.database))) as owner:  # foreign keys are off here
                for (name,) in owner.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                    owner.execute(f"DROP TRIGGER {name}")
                for statement in statements:
                    owner.execute(statement)
                owner.commit()
        return faults()

    return change


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_event SET actor_id = 8 WHERE id = 3", ["event 3: it is not what was sealed as leaf 2", "seal"]),
        ("UPDATE audit_event SET at = '2026-03-02 12:00:01' WHERE id = 9", ["event 9", "seal 2: its root"]),
        ('UPDATE audit_detail SET body = \'{"why": "other"}\' WHERE event_id = 2', ["event 2: its detail is not"]),
        ("DELETE FROM audit_detail WHERE event_id = 2", ["event 2: its detail is missing"]),
        ("UPDATE audit_leaf SET leaf_hash = 'ab' WHERE position = 4", ["event 5: it is not what was sealed as leaf 4"]),
        ("DELETE FROM audit_leaf WHERE position = 6", ["leaf 6 is missing"]),
        ("DELETE FROM audit_leaf WHERE position = 8", ["seal 2: it covers 9 leaves, but only 8 are there"]),
        ("DELETE FROM audit_event WHERE id = 4", ["event 4: it was sealed as leaf 3 and is missing"]),
        ("UPDATE audit_seal SET root = 'ab' WHERE id = 1", ["seal 2: it does not continue", "seal 1: its root"]),
        ("UPDATE audit_seal SET sealed_at = '2020-01-01 00:00:00' WHERE id = 1", ["seal 2: it does not continue"]),
        ("DELETE FROM audit_seal WHERE id = 1", ["seal 2: it does not continue"]),
        ("UPDATE audit_seal SET frontier = '[]' WHERE id = 2", ["seal 2: what the next seal continues from"]),
    ],
)
def test_every_change_of_the_record_is_found(tamper, statement, found):
    told = tamper(statement)
    for sign in found:
        assert any(fault.startswith(sign) for fault in told), told


def test_an_event_that_was_forged_whole_is_found(tamper):
    told = tamper(
        "UPDATE audit_event SET detail_hash = 'ab' WHERE id = 1",
        "UPDATE audit_leaf SET leaf_hash = 'cd' WHERE event_id = 1",
    )
    assert any("its root does not match" in fault for fault in told)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET tag = 'other'",
        "DELETE FROM audit_event",
        "UPDATE audit_leaf SET leaf_hash = 'x'",
        "DELETE FROM audit_leaf",
        "UPDATE audit_seal SET root = 'x'",
        "DELETE FROM audit_seal",
        "DELETE FROM audit_detail",
        "UPDATE audit_detail SET salt = 'x'",
        "UPDATE audit_detail SET body = '{}'",
    ],
)
def test_the_database_refuses_to_rewrite_the_record(app, statement):
    record()
    seal_events(at=AT)
    with (
        db.engine.connect().execution_options(writes=True) as connection,
        pytest.raises(DBAPIError, match=r"append-only|only be erased"),
    ):
        connection.execute(text(statement))
    assert faults() == []


def test_what_was_recorded_can_be_erased_and_the_tree_still_holds(app):
    record(3)
    seal_events(at=AT)
    with db.engine.connect().execution_options(writes=True) as connection:
        connection.execute(text("UPDATE audit_detail SET body = NULL WHERE event_id = 2"))
        connection.commit()
    assert faults() == []
    assert [event.detail.body is None for event in queries.list_events_of([("claim", 1)])] == [False, True, False]


def test_the_events_of_several_subjects_are_found(app):
    record(2)
    assert len(queries.list_events_of([("claim", 1), ("batch", 1), ("claim", 2)])) == 2
    assert queries.list_events_of([]) == []


@pytest.mark.postgres
def test_recording_does_not_wait_for_sealing(app):
    record(3)
    with db.engine.connect() as sealer:
        sealer.execute(text("SELECT pg_advisory_xact_lock(726299162)"))
        sealer.execute(text("INSERT INTO audit_leaf (position, event_id, leaf_hash) VALUES (0, 1, 'x')"))
        began = datetime.now(UTC)
        record(1)
        assert datetime.now(UTC) - began < timedelta(seconds=1)


@pytest.mark.postgres
def test_an_event_that_commits_late_is_sealed_next_time(app):
    with db.engine.connect() as slow:
        slow.execute(
            text(
                "INSERT INTO audit_event (step_id, unit_id, at, tag, subject_kind, subject_id, scope, detail_hash, "
                "journals_hash) VALUES ('slow', 'slow', now(), 't', 'k', 1, '-/-', 'h', '')"
            )
        )
        record(2)
        assert seal_events(at=AT).size == 2
        slow.commit()
    assert seal_events(at=AT).size == 3
    assert [position for (position,) in db.session.query(AuditLeaf.position).order_by(AuditLeaf.event_id)] == [2, 0, 1]


def test_several_sealers_seal_each_event_once(app):
    record(700)
    db.session.rollback()
    together, problems = threading.Barrier(4), []

    def seal():
        with app.app_context():
            together.wait()
            try:
                for _round in range(3):
                    seal_events(at=AT)
            except Exception as problem:
                problems.append(problem)

    threads = [threading.Thread(target=seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    assert db.session.query(AuditLeaf).count() == db.session.query(AuditEvent).count() == 700
    assert db.session.query(AuditSeal).count() == 1
    assert faults() == []


def test_a_tail_cut_off_with_its_seal_shows_against_the_root_written_down_outside(app, is_postgresql):
    record(3)
    seal_events(at=AT)
    record(2)
    written_down = seal_events(at=AT + timedelta(minutes=1))
    size, root = written_down.size, written_down.root
    assert list(queries.list_faults(expected=(size, root))) == []
    db.session.rollback()
    with db.engine.begin() as connection:
        if is_postgresql:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("DELETE FROM audit_seal WHERE id = (SELECT max(id) FROM audit_seal)"))
        connection.execute(text("DELETE FROM audit_leaf WHERE position >= 3"))
        connection.execute(text("DELETE FROM audit_detail WHERE event_id > (SELECT min(id) + 2 FROM audit_event)"))
        connection.execute(text("DELETE FROM audit_event WHERE id > (SELECT min(id) + 2 FROM audit_event)"))

    assert faults() == []  # what is left is whole in itself
    assert list(queries.list_faults(expected=(size, root))) == [
        f"the 5 events sealed under the root {root} are not there as they were"
    ]


def test_verify_takes_size_and_root_together(app):
    record(2)
    seal = seal_events(at=AT)
    run = app.test_cli_runner().invoke

    assert run(args=["audit", "verify", "--size", "2", "--root", seal.root.upper()]).exit_code == 0
    assert run(args=["audit", "verify", "--size", "2", "--root", "ab" * 32]).exit_code == 1
    assert run(args=["audit", "verify", "--root", seal.root]).exit_code == 2
