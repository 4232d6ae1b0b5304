"""Writing many rows, and the record of the steps that would have made them one by one."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, insert, select, text

from vouchers.audit.canonical import detail_hash
from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.core.database import Base, db
from vouchers.core.lifecycle import Transition
from vouchers.workflow.transition import UNRECORDED, changes_between

Row = dict[str, Any]
_TAKE = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :many)")


class Pen:
    """Gathers rows by table and inserts them in chunks, inside the open unit of work.

    Ids are known before the rows are written: on PostgreSQL they are taken from the sequences, on SQLite they follow
    the highest (nobody else writes there meanwhile). Step ids and salts come from the seed and the id of the step's
    subject, so that two bulks never share one.
    """

    AT_ONCE = 1_000
    """Rows of a subject's table in one insert; events, answers and files go along."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._rows: dict[type[Base], list[Row]] = {}
        self._ids: dict[type[Base], Iterator[int]] = {}

    def add(self, kind: type[Base], **columns: Any) -> Row:
        """A row of this table, with its id. Columns that are not given are empty."""
        row = {"id": next(self._ids.setdefault(kind, self._new_ids(kind)))} | columns
        self._rows.setdefault(kind, []).append(row)
        return row

    def record(
        self,
        move: Transition,
        row: Row,
        changed: Row | None = None,
        *,
        scope: str,
        by: int | None,
        at: datetime,
        why: str | None = None,
        unit: str | None = None,
        actor: str = "",
        contents: Sequence[tuple[str, str, str]] = (),
    ) -> str:
        """Take a step: change the row (a creation: none), write the event and what changed. Returns the step's id.

        Args:
            contents: kind, purpose and SHA-256 of what the step stores.
            by: the person's id; None for whoever has no account, whose name is then `actor`.
        """
        before = {} if move.is_creation else dict(row)
        if move.target is not None:
            row["state"] = move.target
        row["version"] = row.get("version", 0) + 1
        row.update(changed or {})
        chance = random.Random(f"{self._seed}/{move.tag}/{row['id']}/{row['version']}")
        step_id, salt = f"{chance.getrandbits(128):032x}", f"{chance.getrandbits(128):032x}"
        after = {name: value for name, value in row.items() if name not in UNRECORDED}
        body: Row = {"changes": changes_between(before, after), "why": why} | ({"actor": actor} if by is None else {})
        if contents:
            named = [{"kind": kind, "purpose": purpose, "sha256": sha256} for kind, purpose, sha256 in contents]
            body["contents"] = named
        event = self.add(
            AuditEvent,
            step_id=step_id,
            unit_id=unit or step_id,
            at=at,
            actor_id=by,
            tag=move.tag,
            subject_kind=move.kind,
            subject_id=row["id"],
            scope=scope,
            detail_hash=detail_hash(salt, body),
            journals_hash="",
        )
        self._rows.setdefault(AuditDetail, []).append({"event_id": event["id"], "salt": salt, "body": body})
        return step_id

    def write(self) -> None:
        """Insert what was gathered, each table before those that refer to it."""
        tables = {kind.__table__: kind for kind in self._rows}
        for table in Base.metadata.sorted_tables:
            rows = self._rows.pop(tables[table], []) if table in tables else []
            for start in range(0, len(rows), self.AT_ONCE):
                _insert(table, rows[start : start + self.AT_ONCE])

    def _new_ids(self, kind: type[Base]) -> Iterator[int]:
        table = kind.__tablename__
        if db.engine.dialect.name == "postgresql":
            while True:
                yield from sorted(db.session.scalars(_TAKE, {"table": table, "many": self.AT_ONCE}).all())
        highest = db.session.scalar(select(func.max(kind.__table__.c.id))) or 0
        while True:
            highest += 1
            yield highest


def _insert(table: Table, rows: list[Row]) -> None:
    connection = db.session.connection()
    if connection.dialect.name != "postgresql":
        connection.execute(insert(table), rows)
        return
    columns = [table.c[name] for name in rows[0]]
    readers = [column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect) for column in columns]
    names = ", ".join(f'"{column.name}"' for column in columns)
    psycopg_connection: Any = connection.connection
    with psycopg_connection.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in rows:
            values = (row[column.name] for column in columns)
            copy.write_row([read(value) if read else value for read, value in zip(readers, values, strict=True)])
