"""packs that auditors take away

Who took which part of the books and the record away, up to which seal. A stored file says when it was disposed of.

Revision ID: 0051
Revises: 0050
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

REFERS = (
    ("mandate_id", "audit_mandate"), ("since_id", "audit_seal"), ("seal_id", "audit_seal"),
    ("asked_by_id", "user_account"),
)  # fmt: skip


def upgrade() -> None:
    words = ("asked", "built", "failed", "cancelled", "removed")
    states = sa.Enum(*words, name="packstate", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "audit_pack",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=True),
        sa.Column("programme", sa.Text(), nullable=True),
        sa.Column("region_codes", sa.JSON(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("since_id", sa.Integer(), nullable=True),
        sa.Column("seal_id", sa.Integer(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_audit_pack_{column}"))
            for column, table in REFERS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_pack")),
    )
    op.create_index("ix_audit_pack_mandate_id", "audit_pack", ["mandate_id"])
    op.add_column("document", sa.Column("disposed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("document", "disposed_at")
    op.drop_table("audit_pack")
