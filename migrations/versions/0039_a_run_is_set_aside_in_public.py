"""a run is set aside in public

A draw that was run is set aside by two persons only, and what it gave is kept.

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

BEFORE = ("frozen", "announced", "numbered", "drawn")
AFTER = (*BEFORE, "disputed")
PEOPLE = ("first_run_by_id", "set_aside_by_id")


def _allow(batch_op, words: tuple[str, ...]) -> None:
    batch_op.drop_constraint(op.f("ck_draw_drawstate"), type_="check")
    batch_op.create_check_constraint(op.f("ck_draw_drawstate"), sa.column("state").in_(words))


def upgrade() -> None:
    with op.batch_alter_table("draw") as batch_op:
        _allow(batch_op, AFTER)
        batch_op.add_column(sa.Column("first_keystring", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("first_result", sa.JSON(), nullable=True))
        for name in ("first_run_at", "set_aside_at"):
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        for name in PEOPLE:
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))
            batch_op.create_foreign_key(op.f(f"fk_draw_{name}"), "user_account", [name], ["id"])


def downgrade() -> None:
    raise NotImplementedError("a run that was set aside is never forgotten")
