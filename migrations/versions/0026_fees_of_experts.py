"""fees of experts

What a region owes an expert for sheets of one call. A sheet stands on one statement at most.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def _words(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _big_id() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


STATES = _words("drawn_up", "disputed", "agreed", "payable", "cancelled", name="feestate")
REFERS = (
    ("expert_id", "expert"), ("call_id", "call"), ("region_id", "region"), ("drawn_up_by_id", "user_account"),
    ("approved_by_id", "user_account"),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "fee_statement",
        sa.Column("id", _big_id(), nullable=False),
        sa.Column("state", STATES, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("unit", _words("sheet", "day", name="feeunit"), nullable=False),
        sa.Column("rate_cents", _big_id(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("most_half_days", sa.Integer(), nullable=False),
        sa.Column("half_days", sa.Integer(), nullable=True),
        sa.Column("amount_cents", _big_id(), nullable=True),
        sa.Column("drawn_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_up_by_id", sa.Integer(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("bic", sa.Text(), nullable=False),
        sa.Column("invoice_number", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("rate_cents > 0", name=op.f("ck_fee_statement_rate_positive")),
        sa.CheckConstraint(
            "amount_cents IS NULL OR amount_cents > 0", name=op.f("ck_fee_statement_amount_positive")
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> drawn_up_by_id", name=op.f("ck_fee_statement_two_persons")
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_fee_statement_{column}"))
            for column, table in REFERS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_statement")),
        sa.UniqueConstraint("number", name=op.f("uq_fee_statement_number")),
    )
    op.create_index("ix_fee_statement_state", "fee_statement", ["state", "region_id"])
    op.create_index("ix_fee_statement_expert_id", "fee_statement", ["expert_id"])
    op.create_index("ix_fee_statement_call_id", "fee_statement", ["call_id"])
    op.create_table(
        "fee_line",
        sa.Column("id", _big_id(), nullable=False),
        sa.Column("statement_id", _big_id(), nullable=False),
        sa.Column("assignment_id", _big_id(), nullable=False),
        sa.Column("is_standing", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["statement_id"], ["fee_statement.id"], name=op.f("fk_fee_line_statement_id")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_fee_line_assignment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_line")),
    )
    op.create_index("ix_fee_line_statement_id", "fee_line", ["statement_id"])
    op.create_index(
        "uq_fee_line_standing",
        "fee_line",
        ["assignment_id"],
        unique=True,
        postgresql_where=sa.text("is_standing"),
        sqlite_where=sa.text("is_standing"),
    )


def downgrade() -> None:
    op.drop_table("fee_line")
    op.drop_table("fee_statement")
