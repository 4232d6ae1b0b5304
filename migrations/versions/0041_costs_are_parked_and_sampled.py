"""costs are parked and sampled

What a verifier confirmed and found, the kind of each error, costs that wait for a later claim, samples of costs.

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

ERRORS = (
    "ineligible", "period", "evidence", "not_paid", "vat", "calculation", "double", "provider", "unreasonable",
    "publicity", "other",
)  # fmt: skip


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("claim") as batch_op:
        for name in ("checks", "findings"):
            batch_op.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
        for name in ("sample_seed", "sample_reason"):
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("sampled_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("claim") as batch_op:
        for name, kind in (("checks", sa.JSON()), ("findings", sa.JSON()), ("sample_seed", sa.Text()),
                           ("sample_reason", sa.Text())):  # fmt: skip
            batch_op.alter_column(name, existing_type=kind, server_default=None)
    with op.batch_alter_table("cost_line") as batch_op:
        batch_op.add_column(sa.Column("error", sa.String(40), nullable=True))
        batch_op.create_check_constraint(op.f("ck_cost_line_costerror"), sa.column("error").in_(ERRORS))
        batch_op.add_column(sa.Column("is_sampled", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("taken_from_id", _big(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_cost_line_taken_from_id"), "cost_line", ["taken_from_id"], ["id"])
        batch_op.create_index(op.f("ix_cost_line_taken_from_id"), ["taken_from_id"])
    with op.batch_alter_table("cost_line") as batch_op:
        batch_op.alter_column("is_sampled", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    raise NotImplementedError("what an officer found is never forgotten")
