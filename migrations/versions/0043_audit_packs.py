"""audit packs

Who took which part of the books and the record away, up to which seal.

Revision ID: 0043
Revises: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

STATES = sa.Enum("asked", "built", "failed", name="packstate", native_enum=False, create_constraint=True, length=40)
REFERS = (("since_id", "audit_seal"), ("seal_id", "audit_seal"), ("asked_by_id", "user_account"))


def upgrade() -> None:
    op.create_table(
        "audit_pack",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", STATES, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("since_id", sa.Integer(), nullable=True),
        sa.Column("seal_id", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_audit_pack_{column}"))
            for column, table in REFERS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_pack")),
    )
    op.create_index("ix_audit_pack_asked_by_id", "audit_pack", ["asked_by_id"])


def downgrade() -> None:
    op.drop_table("audit_pack")
