"""Places that were kept one by one are carried over into runs, and what was sealed stays sealed."""

import importlib.util
import sqlite3
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from vouchers.audit.merkle import full_root_of, leaf_hash

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"
COUNT = 256 * 256 + 600


def migrated(path):
    (file,) = VERSIONS.glob("*_places_in_runs.py")
    spec = importlib.util.spec_from_file_location("step", file)
    step = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(step)
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        step.upgrade()
    return engine


@pytest.mark.once
def test_places_become_runs(tmp_path):
    path = tmp_path / "office.db"
    leaves = [leaf_hash(str(position).encode()) for position in range(COUNT)]
    ids = [position + 1 + (position >= 300) for position in range(COUNT)]  # the writer of event 301 gave up
    ids[10], ids[11] = ids[11], ids[10]  # one was late
    with sqlite3.connect(path) as old:
        old.executescript(
            "CREATE TABLE audit_leaf (position INTEGER PRIMARY KEY, event_id INTEGER UNIQUE, leaf_hash TEXT);"
            "CREATE TABLE audit_event (id INTEGER PRIMARY KEY);"
            "CREATE TABLE audit_detail (event_id INTEGER PRIMARY KEY, salt TEXT, body JSON);"
            "CREATE TRIGGER audit_detail_only_erased BEFORE UPDATE ON audit_detail WHEN NEW.salt <> OLD.salt "
            "BEGIN SELECT RAISE(ABORT, 'audit_detail may only be erased'); END;"
            "INSERT INTO audit_detail VALUES (1, 'kept', '{}'), (2, 'erased', NULL);"
        )
        rows = zip(range(COUNT), ids, (leaf.hex() for leaf in leaves), strict=True)
        old.executemany("INSERT INTO audit_leaf VALUES (?, ?, ?)", rows)
        old.executemany("INSERT INTO audit_event VALUES (?)", ([number] for number in ids))
    engine = migrated(path)
    with engine.connect() as connection:
        runs = connection.execute(text("SELECT * FROM audit_run ORDER BY first_position")).all()
        nodes = connection.execute(text("SELECT level, position, hash FROM audit_node")).all()
        salts = connection.execute(text("SELECT salt FROM audit_detail ORDER BY event_id")).scalars().all()

    placed = [run.first_event_id + place for run in runs for place in range(run.size)]
    assert placed == ids
    assert b"".join(run.hashes for run in runs) == b"".join(leaves)
    assert all(run.first_position // 256 == (run.first_position + run.size - 1) // 256 for run in runs)
    lower = [full_root_of(leaves[first : first + 256]) for first in range(0, COUNT - 255, 256)]
    assert {(level, position): node for level, position, node in nodes} == {
        **{(8, position): node for position, node in enumerate(lower)},
        (16, 0): full_root_of(lower[:256]),
    }
    assert salts == ["kept", ""]
    for wrong in (
        f"INSERT INTO audit_run VALUES ({COUNT + 1}, {COUNT + 9}, 1, zeroblob(32))",  # a hole
        f"INSERT INTO audit_run VALUES ({COUNT}, 5, 1, zeroblob(32))",  # a second place for an event
        f"INSERT INTO audit_run VALUES ({COUNT}, {COUNT + 9}, 1, zeroblob(32))",  # a place for nothing
        "UPDATE audit_detail SET body = NULL WHERE event_id = 1",  # the salt would stay
    ):
        with engine.connect() as connection, pytest.raises(IntegrityError):
            connection.execute(text(wrong))
    engine.dispose()


@pytest.mark.once
def test_an_empty_record_is_carried_over(tmp_path):
    path = tmp_path / "office.db"
    with sqlite3.connect(path) as old:
        old.executescript(
            "CREATE TABLE audit_leaf (position INTEGER PRIMARY KEY, event_id INTEGER UNIQUE, leaf_hash TEXT);"
            "CREATE TABLE audit_detail (event_id INTEGER PRIMARY KEY, salt TEXT, body JSON);"
            "CREATE TRIGGER audit_detail_only_erased BEFORE UPDATE ON audit_detail BEGIN SELECT 1; END;"
        )
    engine = migrated(path)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_run")).scalar() == 0
    engine.dispose()
