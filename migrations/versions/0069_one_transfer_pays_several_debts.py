"""one transfer pays several debts, and a status report is known by what it says

Reports that came before are known by their files.

Revision ID: 0069
Revises: 0068
"""

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.Integer() if op.get_bind().dialect.name == "sqlite" else sa.BigInteger()
    op.create_table(
        "bank_entry_debt",
        sa.Column("id", number, nullable=False),
        sa.Column("entry_id", number, nullable=False),
        sa.Column("recovery_id", number, nullable=False),
        sa.Column("cents", number, nullable=False),
        sa.Column("journal_id", number, nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_bank_entry_debt_cents_positive")),
        sa.ForeignKeyConstraint(["entry_id"], ["bank_entry.id"], name=op.f("fk_bank_entry_debt_entry_id")),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f("fk_bank_entry_debt_recovery_id")),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name=op.f("fk_bank_entry_debt_journal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_entry_debt")),
        sa.UniqueConstraint("entry_id", "recovery_id", name="uq_bank_entry_debt_entry_id_recovery_id"),
        sa.UniqueConstraint("journal_id", name="uq_bank_entry_debt_journal_id"),
    )
    op.create_index(op.f("ix_bank_entry_debt_recovery_id"), "bank_entry_debt", ["recovery_id"])
    op.add_column("bank_report", sa.Column("digest", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    raise NotImplementedError("what was booked is never forgotten")
