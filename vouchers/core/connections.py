"""How connections to the two databases are opened, begun, kept and looked at before they are used again."""

from __future__ import annotations

import select
import sqlite3
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, overload
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import Pool

LONGEST_LOCK_WAIT = "20s"
"""After this, PostgreSQL refuses a writer who waits behind one that hangs."""
PING_AFTER = 30.0
"""Seconds: a connection that was idle for longer is tried before it is used, for a firewall may have forgotten it."""
MOST_PREPARED = 200
"""Statements that PostgreSQL keeps planned for each connection; a page uses up to thirty."""
PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "busy_timeout=15000", "recursive_triggers=ON")


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:
    if isinstance(connection, psycopg.Connection):
        connection.cursor_factory = Cursor
        connection.prepared_max = MOST_PREPARED
        connection.execute(f"SET lock_timeout = '{LONGEST_LOCK_WAIT}'")
        connection.commit()
    elif isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # the "begin" hook below says BEGIN itself
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        connection.create_function("local_day", 2, _local_day, deterministic=True)


@lru_cache(maxsize=50_000)
def _local_day(moment: str | None, zone: str) -> str | None:
    """What `core.database.local_day` asks of SQLite, which knows no zones."""
    if moment is None:
        return None
    return datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date().isoformat()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@event.listens_for(Pool, "checkin")
def _end_failed_commit(connection: Any, record: Any) -> None:
    """SQLite keeps a transaction open whose commit was refused (a deferred foreign key); nobody may inherit it."""
    record.info["idle_since"] = time.monotonic()
    if isinstance(connection, sqlite3.Connection) and connection.in_transaction:
        connection.rollback()


@event.listens_for(Pool, "checkout")
def _refuse_lost(connection: Any, record: Any, _proxy: Any) -> None:
    """A server that ended or was restarted has hung up: the socket tells, so that it need not be asked each time."""
    idle_since = record.info.get("idle_since")
    if idle_since is None or not isinstance(connection, psycopg.Connection):
        return
    try:
        is_lost = _has_news(connection)
        if not is_lost and time.monotonic() - idle_since > PING_AFTER:
            connection.execute("SELECT 1")
            connection.commit()
    except psycopg.Error as problem:
        raise InvalidatePoolError from problem
    if is_lost:
        raise InvalidatePoolError


def _has_news(connection: psycopg.Connection[Any]) -> bool:
    """Whether an idle server has said something unasked: it was ended, or (rarely) its settings were changed."""
    socket = select.poll()
    socket.register(connection.fileno(), select.POLLIN)
    return bool(socket.poll(0))


class Cursor(psycopg.Cursor[Any]):
    """Describes the columns of a result only to who looks.

    SQLAlchemy asks every result for its description and, of a statement that it knows already, only sees that there is
    one; psycopg makes it of one object for each column, a hundred for a page.
    """

    @property
    def description(self) -> Any:
        """The columns of the result, None where a statement has none."""
        return _Description(self) if self.pgresult and self.pgresult.nfields else super().description

    def describe(self) -> list[psycopg.Column]:
        """The columns, each as an object."""
        return super().description or []


class _Description(Sequence[psycopg.Column]):
    def __init__(self, cursor: Cursor):
        self._cursor = cursor

    def __len__(self) -> int:
        result = self._cursor.pgresult
        return result.nfields if result else 0

    @overload
    def __getitem__(self, place: int) -> psycopg.Column: ...
    @overload
    def __getitem__(self, place: slice) -> list[psycopg.Column]: ...
    def __getitem__(self, place: Any) -> Any:
        return self._cursor.describe()[place]

    def __iter__(self) -> Iterator[psycopg.Column]:
        return iter(self._cursor.describe())
