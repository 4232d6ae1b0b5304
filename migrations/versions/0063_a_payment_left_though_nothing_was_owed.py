"""a payment left though nothing was owed

Revision ID: 0063
Revises: 0062
"""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

BEFORE = "'ordered', 'executed', 'rejected', 'given_back', 'cancelled'"
AFTER = f"{BEFORE}, 'undue'"


def upgrade() -> None:
    _allow(BEFORE, AFTER)


def downgrade() -> None:
    op.execute("UPDATE payment SET state = 'rejected' WHERE state = 'undue'")
    _allow(AFTER, BEFORE)


def _allow(before: str, after: str) -> None:
    """SQLite would copy the table, which others refer to: its text is edited."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_payment_paymentstate"), "payment", type_="check")
        op.create_check_constraint(op.f("ck_payment_paymentstate"), "payment", f"state IN ({after})")
        return
    op.execute("PRAGMA writable_schema = ON")
    op.get_bind().execute(
        sa.text("UPDATE sqlite_master SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = :name"),
        {"before": f"({before})", "after": f"({after})", "name": "payment"},
    )
    op.execute("PRAGMA writable_schema = RESET")
