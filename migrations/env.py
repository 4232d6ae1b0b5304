"""Alembic's entry: runs the migrations inside the application that `flask db` made."""

from __future__ import annotations

from alembic import context
from flask import current_app

from vouchers.core.database import Base, UtcMoment, db


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leave Alembic's own table alone."""
    return not (kind == "table" and name == "alembic_version")


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column types as what the database sees."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcMoment) else False


with db.engine.connect() as connection:
    if current_app.config["SETTINGS"].database_url.startswith("sqlite"):
        connection = connection.execution_options(writes=True)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
        include_name=include_name,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()
