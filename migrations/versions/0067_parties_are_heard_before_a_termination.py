"""parties are heard before a termination

Those that are proposed already go on as they began: their parties were written to by email.

Revision ID: 0067
Revises: 0066
"""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("termination", sa.Column("answer_by", sa.Date(), nullable=True))
    kind = sa.Enum(
        "sme", "provider", "region", name="partykind", native_enum=False, create_constraint=True, length=40
    )
    op.create_table(
        "termination_side",
        sa.Column("id", _big(), nullable=False),
        sa.Column("termination_id", _big(), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["termination_id"], ["termination.id"], name=op.f("fk_termination_side_termination_id")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name=op.f("fk_termination_side_answered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_termination_side")),
        sa.UniqueConstraint("termination_id", "kind", name=op.f("uq_termination_side_termination_id_kind")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_termination_side_token_hash")),
    )


def downgrade() -> None:
    op.drop_table("termination_side")
    op.drop_column("termination", "answer_by")
