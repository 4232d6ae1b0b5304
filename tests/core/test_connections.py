"""Connections that the server has given up are not handed out, and results still describe their columns."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import create_engine, text

from vouchers.core import connections
from vouchers.core.database import db


@pytest.fixture
def engine(app):
    engine = create_engine(db.engine.url)
    yield engine
    engine.dispose()


def number_of(engine):
    """Which process of the server stands behind the connection that the pool gives; SQLite has none."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            return connection.execute(text("SELECT 0")).scalar()
        return connection.execute(text("SELECT pg_backend_pid()")).scalar()


def test_a_connection_that_the_server_ended_is_replaced(engine, is_postgresql):
    first = number_of(engine)
    if is_postgresql:
        with db.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:process)"), {"process": first})
        time.sleep(0.2)
    assert (number_of(engine) != first) is is_postgresql


def test_one_that_was_idle_for_long_is_tried_first(engine, monkeypatch):
    first = number_of(engine)
    monkeypatch.setattr(connections, "PING_AFTER", -1.0)
    assert number_of(engine) == first


def test_one_that_cannot_be_asked_is_replaced(engine, is_postgresql):
    first = number_of(engine)
    if is_postgresql:
        with engine.connect() as connection:
            lost = connection.connection.dbapi_connection
        lost.close()
    assert (number_of(engine) != first) is is_postgresql


def test_a_result_describes_its_columns(engine):
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute("SELECT 1 AS one, 'b' AS two")
        assert [column[0] for column in cursor.description] == ["one", "two"]
        assert len(cursor.description) == 2
        assert cursor.description[1][0] == "two"
        cursor.execute("CREATE TEMPORARY TABLE empty (id integer)")
        assert cursor.description is None
        rows = connection.execute(text("SELECT 1 AS one, 'b' AS two")).mappings().all()
    assert [dict(row) for row in rows] == [{"one": 1, "two": "b"}]
