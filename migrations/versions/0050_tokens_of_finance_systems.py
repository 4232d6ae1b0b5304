"""tokens of finance systems

The keys with which finance systems read and acknowledge, and what they were answered.

Revision ID: 0050
Revises: 0049
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    states = sa.Enum("issued", "revoked", name="tokenstate", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("beginning", sa.Text(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("programme_code", sa.Text(), nullable=True),
        sa.Column("rights", sa.JSON(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_api_token_region_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["user_account.id"], name=op.f("fk_api_token_issued_by_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["user_account.id"], name=op.f("fk_api_token_revoked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_region_id"), "api_token", ["region_id"])
    op.create_index(op.f("ix_api_token_issued_by_id"), "api_token", ["issued_by_id"])
    op.create_table(
        "api_receipt",
        sa.Column("id", big, nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("step_id", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name=op.f("fk_api_receipt_token_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_receipt")),
        sa.UniqueConstraint("token_id", "key", name=op.f("uq_api_receipt_token_id_key")),
    )


def downgrade() -> None:
    op.drop_table("api_receipt")
    op.drop_table("api_token")
