"""Somebody with the database's password changes a row, whatever the database refuses."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from vouchers.core.database import db, unit_of_work


def tampered(table: str, row_id: int, **values: Any) -> dict[str, Any]:
    """Write these values into the row; answers what stood there, so that it can be put back."""
    names = ", ".join(f"{name} = :{name}" for name in values)
    with unit_of_work():
        before = db.session.execute(
            text(f"SELECT {', '.join(values)} FROM {table} WHERE id = :id"), {"id": row_id}
        ).one()
        without_triggers(table)
        db.session.execute(text(f"UPDATE {table} SET {names} WHERE id = :id"), values | {"id": row_id})
        with_triggers(table)
    return dict(before._mapping)


def taken_away(table: str, row_id: int) -> None:
    """Delete the row."""
    with unit_of_work():
        without_triggers(table)
        db.session.execute(text(f"DELETE FROM {table} WHERE id = :id"), {"id": row_id})
        with_triggers(table)


def without_triggers(table: str) -> None:
    """The database refuses nothing of this table any more."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    found = db.session.scalars(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"), {"table": table}
    )
    for name in list(found):
        db.session.execute(text(f"DROP TRIGGER {name}"))


def with_triggers(table: str) -> None:
    """It refuses again what it refused; SQLite's file goes with the test."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
