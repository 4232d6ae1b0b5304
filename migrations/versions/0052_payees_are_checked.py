"""payees are checked

What a bank said of the name that belongs to an account (Verification of Payee).

Revision ID: 0052
Revises: 0051
"""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

RESULTS = ("match", "close_match", "no_match", "not_possible")


def _states(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "payee_check",
        sa.Column("id", _big(), nullable=False),
        sa.Column("state", _states("recorded", "accepted", name="payeecheckstate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("bank_account_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("result", _states(*RESULTS, name="checkresult"), nullable=False),
        sa.Column("name_at_bank", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_payee_check_{column}"))
            for column, table in (
                ("bank_account_id", "bank_account"),
                ("programme_id", "programme"),
                ("region_id", "region"),
                ("recorded_by_id", "user_account"),
                ("accepted_by_id", "user_account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payee_check")),
    )
    op.create_index(op.f("ix_payee_check_bank_account_id"), "payee_check", ["bank_account_id"])


def downgrade() -> None:
    op.drop_table("payee_check")
