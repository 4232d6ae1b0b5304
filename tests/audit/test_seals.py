"""The record: sealed once, without holding anybody up, and nothing in it can change unseen."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from vouchers.audit import queries
from vouchers.audit.actions import SLICE, erase_details, record_event, seal_events
from vouchers.audit.canonical import FIELDS, event_bytes
from vouchers.audit.merkle import consistency_proof, inclusion_proof, is_consistent, is_included, leaf_hash, nodes_over
from vouchers.audit.models import AuditEvent, AuditRun, AuditSeal
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


def kept_leaves():
    """The leaf hashes as the runs hold them, in the order of the tree."""
    runs = db.session.query(AuditRun).order_by(AuditRun.first_position)
    return [run.hashes[32 * place : 32 * place + 32] for run in runs for place in range(run.size)]


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
    leaves = kept_leaves()
    root, node = bytes.fromhex(second.root), nodes_over(leaves)
    assert leaves == [leaf_hash(event_bytes(event)) for event in db.session.query(AuditEvent).order_by(AuditEvent.id)]
    assert is_consistent(3, bytes.fromhex(first.root), 2_503, root, consistency_proof(node, 3, 2_503))
    assert is_included(leaves[1_000], 1_000, 2_503, inclusion_proof(node, 1_000, 2_503), root)
    assert second.previous_hash == first.hash
    assert faults() == []


ZEROS = re.compile(r"zeros\((\d+)\)")


def literal(content, is_postgresql):
    """Bytes as the database writes them."""
    return f"decode('{content.hex()}', 'hex')" if is_postgresql else f"x'{content.hex()}'"


@pytest.fixture
def tamper(app, is_postgresql):
    """Change the record as somebody who owns the database could: with its guards taken off."""

    for count in (5, 4):
        record(count)
        seal_events(at=AT)

    def change(*statements):
        db.session.remove()
        statements = [ZEROS.sub(lambda found: literal(bytes(32 * int(found[1])), is_postgresql), s) for s in statements]
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
        ("UPDATE audit_run SET hashes = zeros(4) WHERE first_position = 5", ["event 6: it is not what was sealed as"]),
        ("DELETE FROM audit_run WHERE first_position = 0", ["leaf 0 is missing"]),
        ("DELETE FROM audit_run WHERE first_position = 5", ["seal 2: it covers 9 leaves, but only 5 are there"]),
        ("UPDATE audit_run SET first_event_id = 4 WHERE first_position = 5", ["event 4: it stands in the tree twice"]),
        (
            "UPDATE audit_run SET first_event_id = 7 WHERE first_position = 5",
            ["event 10: it was sealed as leaf 8 and is"],
        ),
        ("INSERT INTO audit_node VALUES (8, 0, zeros(1))", ["there are more kept nodes than the tree has"]),
        ("UPDATE audit_seal SET size = 5 WHERE id = 2", ["seal 2: it covers 5 leaves, which is not more than the one"]),
        ("UPDATE audit_seal SET size = 7 WHERE id = 2", ["seal 2: its root does not match the events up to leaf 6"]),
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


def test_an_event_that_was_forged_whole_is_found(tamper, is_postgresql):
    """Its detail, its hash and its leaf fit one another: only the seals know."""
    event = db.session.get(AuditEvent, 2)
    forged = SimpleNamespace(**{field: getattr(event, field) for field in FIELDS} | {"actor_id": 8})
    leaves = kept_leaves()[:5]
    leaves[1] = leaf_hash(event_bytes(forged))
    told = tamper(
        "UPDATE audit_event SET actor_id = 8 WHERE id = 2",
        f"UPDATE audit_run SET hashes = {literal(b''.join(leaves), is_postgresql)} WHERE first_position = 0",
    )
    assert told[0] == "seal 1: its root does not match the events up to leaf 4"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET tag = 'other'",
        "DELETE FROM audit_event",
        "UPDATE audit_run SET size = 1",
        "DELETE FROM audit_run",
        "INSERT INTO audit_run SELECT 1, 1, 1, hashes FROM audit_run",
        "INSERT INTO audit_run SELECT 1, 2, 1, hashes FROM audit_run",
        "INSERT INTO audit_run SELECT 2, 2, 1, hashes FROM audit_run",
        "UPDATE audit_detail SET body = NULL",
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
    with unit_of_work():
        assert erase_details([2]) == 1
        assert erase_details([2]) == 0
    assert faults() == []
    assert [event.detail.salt == "" for event in queries.list_events_of([("claim", 1)])] == [False, True, False]
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
        sealer.execute(text("INSERT INTO audit_node VALUES (8, 0, decode(repeat('00', 32), 'hex'))"))
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
    assert queries.map_positions([1, 2, 3]) == {1: 2, 2: 0, 3: 1}
    assert faults() == ["event 1: its detail is missing"]


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
    assert queries.count_sealed() == queries.count_events() == 700
    assert db.session.query(AuditSeal).count() == 1
    assert faults() == []


@pytest.mark.postgres
def test_many_writers_while_sealing_lose_nothing_and_place_nothing_twice(app):
    """Six writers, some of whom take long or give up, and two sealers, each on a connection of its own."""
    writers, portions, problems = 6, 25, []
    running, together = threading.Event(), threading.Barrier(writers + 2)
    running.set()

    def write(number):
        chance = Random(number)
        for portion in range(portions):
            try:
                with unit_of_work():
                    record(chance.randint(1, 4), why=f"{number}/{portion}")
                    time.sleep(chance.random() / 100)
                    if portion % 5 == number % 5:
                        raise InterruptedError
            except InterruptedError:
                continue

    def seal(_number):
        while running.is_set():
            seal_events(at=AT)

    def work(job, number):
        with app.app_context():
            together.wait()
            try:
                job(number)
            except Exception as problem:
                problems.append(problem)

    sealers = [threading.Thread(target=work, args=(seal, number)) for number in range(2)]
    others = [threading.Thread(target=work, args=(write, number)) for number in range(writers)]
    for thread in (*sealers, *others):
        thread.start()
    for thread in others:
        thread.join()
    running.clear()
    for thread in sealers:
        thread.join()
    seal_events(at=AT)

    assert problems == []
    ids = list(db.session.scalars(select(AuditEvent.id).order_by(AuditEvent.id)))
    assert len(ids) < ids[-1]  # who gave up left gaps
    places = queries.map_positions(ids)
    assert sorted(places.values()) == list(range(len(ids)))
    assert db.session.query(AuditSeal).count() > 3
    assert faults() == []


def test_what_has_waited_for_long_is_sealed_in_slices(app, monkeypatch):
    monkeypatch.setattr("vouchers.audit.actions.SLICE", 300)
    record(1_000)
    last = seal_events(at=AT)
    assert last.size == 1_000
    assert [seal.size for seal in db.session.query(AuditSeal).order_by(AuditSeal.id)] == [300, 600, 900, 1_000]
    assert SLICE % 256 == 0
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
        connection.execute(text("DELETE FROM audit_run WHERE first_position >= 3"))
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
