"""advances

Part of a voucher that is paid ahead, what each fund carries of it, and what claims settled.

Revision ID: 0054
Revises: 0053
"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

STATES = ("asked", "refused", "withdrawn", "approved", "in_payment", "paid", "settled", "cancelled")
IS_ASKED = "state = 'asked'"


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    states = sa.Enum(*STATES, name="advancestate", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "advance",
        sa.Column("id", _big(), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("agreement_id", _big(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_cents", _big(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("left_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_advance_amount_positive")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_advance_two_persons")
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_advance_{column}"))
            for column, table in (
                ("agreement_id", "agreement"),
                ("asked_by_id", "user_account"),
                ("decided_by_id", "user_account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advance")),
        sa.UniqueConstraint("number", name=op.f("uq_advance_number")),
    )
    op.create_index(op.f("ix_advance_agreement_id"), "advance", ["agreement_id"])
    op.create_index(op.f("ix_advance_state"), "advance", ["state"])
    op.create_index(
        "uq_advance_agreement_id_asked",
        "advance",
        ["agreement_id"],
        unique=True,
        postgresql_where=sa.text(IS_ASKED),
        sqlite_where=sa.text(IS_ASKED),
    )
    op.create_table(
        "advance_share",
        sa.Column("advance_id", _big(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("cents", _big(), nullable=False),
        sa.Column("settled_cents", _big(), nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_advance_share_cents_positive")),
        sa.CheckConstraint(
            "settled_cents >= 0 AND settled_cents <= cents", name=op.f("ck_advance_share_settled_within")
        ),
        sa.ForeignKeyConstraint(["advance_id"], ["advance.id"], name=op.f("fk_advance_share_advance_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_advance_share_fund_id")),
        sa.PrimaryKeyConstraint("advance_id", "fund_id", name=op.f("pk_advance_share")),
    )
    op.create_table(
        "advance_settlement",
        sa.Column("id", _big(), nullable=False),
        sa.Column("advance_id", _big(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("cents", _big(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_advance_settlement_cents_positive")),
        sa.ForeignKeyConstraint(["advance_id"], ["advance.id"], name=op.f("fk_advance_settlement_advance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advance_settlement")),
    )
    op.create_index(op.f("ix_advance_settlement_advance_id"), "advance_settlement", ["advance_id"])
    op.create_index(op.f("ix_advance_settlement_reference"), "advance_settlement", ["reference"])


def downgrade() -> None:
    op.drop_table("advance_settlement")
    op.drop_table("advance_share")
    op.drop_table("advance")
