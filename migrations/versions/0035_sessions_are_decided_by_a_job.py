"""sessions are decided by a job

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

CHECK = "ck_decision_session_sessionstate"
OLD = ("draft", "proposed", "confirmed", "announced", "discarded")
NEW = ("draft", "proposed", "deciding", "confirmed", "announced", "discarded")


def upgrade() -> None:
    _allow(OLD, NEW)


def downgrade() -> None:
    _allow(NEW, OLD)


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _allow(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Let the state be one of other words. SQLite would copy the table, which others refer to: its text is edited."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(CHECK), "decision_session", type_="check")
        op.create_check_constraint(op.f(CHECK), "decision_session", f"state IN ({_list(after)})")
        return
    op.execute("PRAGMA writable_schema = ON")
    op.get_bind().execute(
        sa.text("UPDATE sqlite_master SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = :name"),
        {"before": _list(before), "after": _list(after), "name": "decision_session"},
    )
    op.execute("PRAGMA writable_schema = RESET")
