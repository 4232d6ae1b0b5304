"""copies of one's own data

A person may have a copy of what is kept of them; it is offered for some days.

Revision ID: 0056
Revises: 0055
"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    states = sa.Enum(
        "asked", "made", "failed", "expired", name="copystate", native_enum=False, create_constraint=True, length=40
    )
    op.create_table(
        "data_copy",
        sa.Column("id", big, nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document_id", big, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_data_copy_user_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_data_copy_asked_by_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_data_copy_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_copy")),
    )
    op.create_index(op.f("ix_data_copy_state"), "data_copy", ["state"])
    op.create_index(op.f("ix_data_copy_user_id"), "data_copy", ["user_id"])


def downgrade() -> None:
    op.drop_table("data_copy")
