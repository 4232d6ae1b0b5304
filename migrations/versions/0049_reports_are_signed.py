"""reports are signed

What was delivered, journeys, answers, marks of satisfaction, and names under the report of a claim.

Revision ID: 0049
Revises: 0048
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

KINDS = sa.Enum("sme", "provider", "region", name="partykind", native_enum=False, create_constraint=True, length=40)


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("claim") as batch_op:
        for name in ("answers", "satisfaction"):
            batch_op.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("satisfaction_note", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("report_token_hash", sa.Text(), nullable=True))
        batch_op.create_unique_constraint(op.f("uq_claim_report_token_hash"), ["report_token_hash"])
    with op.batch_alter_table("claim") as batch_op:
        for name, kind in (("answers", sa.JSON()), ("satisfaction", sa.JSON()), ("satisfaction_note", sa.Text())):
            batch_op.alter_column(name, existing_type=kind, server_default=None)
    op.create_table(
        "claim_deliverable",
        sa.Column("id", _big(), nullable=False),
        sa.Column("claim_id", _big(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_deliverable_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_deliverable")),
    )
    op.create_index(op.f("ix_claim_deliverable_claim_id"), "claim_deliverable", ["claim_id"])
    op.create_table(
        "report_signature",
        sa.Column("id", _big(), nullable=False),
        sa.Column("claim_id", _big(), nullable=False),
        sa.Column("kind", KINDS, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_report_signature_claim_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["user_account.id"], name=op.f("fk_report_signature_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_signature")),
    )
    op.create_index(op.f("ix_report_signature_claim_id"), "report_signature", ["claim_id"])
    op.create_table(
        "claim_journey",
        sa.Column("id", _big(), nullable=False),
        sa.Column("line_id", _big(), nullable=False),
        sa.Column("from_place", sa.Text(), nullable=False),
        sa.Column("to_place", sa.Text(), nullable=False),
        sa.Column("leaves_on", sa.Date(), nullable=False),
        sa.Column("arrives_on", sa.Date(), nullable=False),
        sa.Column("traveller", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("arrives_on >= leaves_on", name=op.f("ck_claim_journey_arrives_after_it_leaves")),
        sa.ForeignKeyConstraint(["line_id"], ["cost_line.id"], name=op.f("fk_claim_journey_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_journey")),
    )
    op.create_index(op.f("ix_claim_journey_line_id"), "claim_journey", ["line_id"])


def downgrade() -> None:
    raise NotImplementedError("what was signed is never forgotten")
