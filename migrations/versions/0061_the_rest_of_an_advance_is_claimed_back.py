"""the rest of an advance is claimed back

Revision ID: 0061
Revises: 0060
"""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

BEFORE = ["irregularity", "decision_withdrawn", "termination", "double_funding", "audit", "error"]
KEY = "CONSTRAINT fk_recovery_advance_id REFERENCES advance (id)"
LIVE = sa.text("state <> 'cancelled'")


def upgrade() -> None:
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE recovery ADD COLUMN advance_id {number} {KEY}")
    _allow([*BEFORE, "advance"])
    op.create_index(
        "uq_recovery_advance_id_live",
        "recovery",
        ["advance_id"],
        unique=True,
        postgresql_where=LIVE,
        sqlite_where=LIVE,
    )


def downgrade() -> None:
    op.drop_index("uq_recovery_advance_id_live", "recovery")
    _allow(BEFORE)
    with op.batch_alter_table("recovery") as batch_op:
        batch_op.drop_constraint("fk_recovery_advance_id", type_="foreignkey")
        batch_op.drop_column("advance_id")


def _allow(words: list[str]) -> None:
    with op.batch_alter_table("recovery") as batch_op:
        batch_op.drop_constraint(op.f("ck_recovery_recoverycause"), type_="check")
        batch_op.create_check_constraint(op.f("ck_recovery_recoverycause"), sa.column("cause").in_(words))
