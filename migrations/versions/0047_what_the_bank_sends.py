"""what the bank sends

Revision ID: 0047
Revises: 0046
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

DOUBTS = (
    *("none", "no_reference", "unknown", "other_amount", "other_sum", "several_batches", "torn", "not_sent"),
    *("paid_before", "over", "not_paid", "reversal", "charge", "incoming", "executed", "refused"),
)


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _words(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _texts(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "bank_statement",
        sa.Column("id", _big(), nullable=False),
        sa.Column("state", _words("taken_in", "booked", name="statementstate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        *_texts("iban", "number", "sequence", "page", "key", "digest", "currency"),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("opening_cents", _big(), nullable=True),
        sa.Column("closing_cents", _big(), nullable=True),
        sa.Column("moved_cents", _big(), nullable=False),
        sa.Column("entry_count", sa.Integer(), nullable=False),
        sa.Column("stated_entries", sa.Integer(), nullable=True),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("to_book", sa.Integer(), nullable=False),
        sa.Column("booked", sa.Integer(), nullable=False),
        sa.Column("taken_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_in_by_id", sa.Integer(), nullable=True),
        sa.Column("document_id", _big(), nullable=True),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_bank_statement_region_id")),
        sa.ForeignKeyConstraint(["taken_in_by_id"], ["user_account.id"], name=op.f("fk_bank_statement_taken_in_by_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_bank_statement_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statement")),
        sa.UniqueConstraint("key", name=op.f("uq_bank_statement_key")),
    )
    op.create_index(op.f("ix_bank_statement_region_id"), "bank_statement", ["region_id"])
    op.create_index("ix_bank_statement_account", "bank_statement", ["iban", "last_on", "id"])
    op.create_table(
        "bank_entry",
        sa.Column("id", _big(), nullable=False),
        sa.Column(
            "state",
            _words("recognised", "open", "matched", "set_aside", "noted", name="entrystate"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("statement_id", _big(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("entry_number", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        *_texts("key"),
        sa.Column("is_credit", sa.Boolean(), nullable=False),
        sa.Column("cents", _big(), nullable=False),
        *_texts("currency"),
        sa.Column("booked_on", sa.Date(), nullable=True),
        sa.Column("value_on", sa.Date(), nullable=True),
        sa.Column("is_return", sa.Boolean(), nullable=False),
        *_texts("return_code", "return_text", "entry_reference", "bank_reference", "end_to_end_id", "payment_block"),
        sa.Column("transactions", sa.Integer(), nullable=False),
        *_texts("other_name", "other_iban", "remittance", "kind"),
        sa.Column("doubt", _words(*DOUBTS, name="doubt"), nullable=False),
        sa.Column("effect", _words("executes", "gives_back", name="effect"), nullable=True),
        *_texts("reason"),
        sa.CheckConstraint("cents >= 0", name=op.f("ck_bank_entry_cents_not_negative")),
        sa.ForeignKeyConstraint(["statement_id"], ["bank_statement.id"], name=op.f("fk_bank_entry_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_bank_entry_key")),
        sa.UniqueConstraint("statement_id", "position", name=op.f("uq_bank_entry_statement_id_position")),
    )
    op.create_index(op.f("ix_bank_entry_end_to_end_id"), "bank_entry", ["end_to_end_id"])
    op.create_index("ix_bank_entry_state", "bank_entry", ["state", "statement_id"])
    op.create_table(
        "bank_entry_payment",
        sa.Column("id", _big(), nullable=False),
        sa.Column("entry_id", _big(), nullable=False),
        sa.Column("payment_id", _big(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["bank_entry.id"], name=op.f("fk_bank_entry_payment_entry_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_bank_entry_payment_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_entry_payment")),
        sa.UniqueConstraint("entry_id", "payment_id", name=op.f("uq_bank_entry_payment_entry_id_payment_id")),
    )
    op.create_index(op.f("ix_bank_entry_payment_payment_id"), "bank_entry_payment", ["payment_id"])
    op.create_table(
        "bank_report",
        sa.Column("id", _big(), nullable=False),
        sa.Column("state", _words("open", "done", name="reportstate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("batch_id", _big(), nullable=False),
        *_texts("message_id", "status", "return_code", "return_text"),
        sa.Column("is_contradictory", sa.Boolean(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        *_texts("note"),
        sa.Column("taken_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_in_by_id", sa.Integer(), nullable=True),
        sa.Column("document_id", _big(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["payment_batch.id"], name=op.f("fk_bank_report_batch_id")),
        sa.ForeignKeyConstraint(["taken_in_by_id"], ["user_account.id"], name=op.f("fk_bank_report_taken_in_by_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_bank_report_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_report")),
        sa.UniqueConstraint("batch_id", "message_id", name=op.f("uq_bank_report_batch_id_message_id")),
    )
    op.create_index(op.f("ix_bank_report_state"), "bank_report", ["state"])
    op.create_table(
        "bank_report_line",
        sa.Column("id", _big(), nullable=False),
        sa.Column("report_id", _big(), nullable=False),
        sa.Column("payment_id", _big(), nullable=True),
        *_texts("end_to_end_id", "return_code", "return_text"),
        sa.Column("doubt", _words(*DOUBTS, name="doubt"), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["bank_report.id"], name=op.f("fk_bank_report_line_report_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_bank_report_line_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_report_line")),
    )
    op.create_index("ix_bank_report_line_report_id", "bank_report_line", ["report_id"])


def downgrade() -> None:
    for table in ("bank_report_line", "bank_report", "bank_entry_payment", "bank_entry", "bank_statement"):
        op.drop_table(table)
