"""Pools that were frozen before draws were held here are carried over, each with its hash and its date."""

import importlib.util
import json
import sqlite3
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, text

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


@pytest.mark.once
def test_a_frozen_pool_becomes_a_draw_that_was_held_elsewhere(tmp_path):
    path = tmp_path / "office.db"
    with sqlite3.connect(path) as old:
        old.executescript(
            "CREATE TABLE call (id INTEGER PRIMARY KEY); CREATE TABLE region (id INTEGER PRIMARY KEY);"
            "CREATE TABLE user_account (id INTEGER PRIMARY KEY);"
            "CREATE TABLE draw_pool (id INTEGER PRIMARY KEY, state TEXT, version INTEGER, call_id INTEGER,"
            ' region_id INTEGER, instruments TEXT, round INTEGER, "references" JSON, sha256 TEXT, frozen_at DATETIME,'
            " frozen_by_id INTEGER);"
        )
        for table, number in (("call", 1), ("region", 2), ("user_account", 3)):
            old.execute(f"INSERT INTO {table} VALUES ({number})")
        old.execute(
            "INSERT INTO draw_pool VALUES (7, 'frozen', 1, 1, 2, 'MG+INS', 0, ?, 'ab', '2026-04-02 09:00:00.0', 3)",
            (json.dumps(["A-1", "A-2"]),),
        )
    spec = importlib.util.spec_from_file_location("step", VERSIONS / "0020_draws_are_held_here.py")
    step = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(step)
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            step.upgrade()
        row = connection.execute(text("SELECT * FROM draw")).mappings().one()
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
    engine.dispose()
    assert (row["state"], row["places"], row["is_held_elsewhere"], row["sha256"]) == ("frozen", 2, 1, "ab")
    assert json.loads(row["references"]) == ["A-1", "A-2"]
    assert row["frozen_at"].startswith("2026-04-02 09:00:00")
    assert "draw_pool" not in tables
