"""money is claimed back

Recoveries with their funds, instalments and what came back; what the bank's statement pays of them; and suspicions, with
those who read them.

Revision ID: 0053
Revises: 0052
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

EFFECTS = "'executes', 'gives_back'"
MORE_EFFECTS = f"{EFFECTS}, 'repays'"


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _words(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _columns(kind: sa.types.TypeEngine, *names: str, nullable: bool = False) -> list[sa.Column]:
    return [sa.Column(name, kind, nullable=nullable) for name in names]


def upgrade() -> None:
    _recovery()
    _parts()
    _suspicion()
    _entry()


def _recovery() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "recovery",
        sa.Column("id", _big(), nullable=False),
        sa.Column(
            "state",
            _words("proposed", "ordered", "waiver_proposed", "settled", "waived", "cancelled", name="recoverystate"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("agreement_id", _big(), nullable=False),
        sa.Column(
            "cause",
            _words(
                "irregularity", "decision_withdrawn", "termination", "double_funding", "audit", "error",
                name="recoverycause",
            ),
            nullable=False,
        ),
        sa.Column(
            "irregularity",
            _words(
                "request", "beneficiary", "accounts", "documents", "activity", "not_done", "publicity", "procurement",
                "ethics", "insolvency", "other",
                name="irregularity",
            ),
            nullable=True,
        ),
        *_columns(sa.Text(), "decision", "reason", "currency"),
        *_columns(
            _big(), "principal_cents", "returned_cents", "waived_cents", "interest_cents", "interest_paid_cents",
            "interest_waived_cents",
        ),
        sa.Column("interest_rate", sa.Numeric(9, 6), nullable=True),
        sa.Column("interest_basis", sa.Text(), nullable=False),
        sa.Column("settled_cents", _big(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("planned_at", moment, nullable=True),
        sa.Column("charged_on", sa.Date(), nullable=True),
        sa.Column("proposed_at", moment, nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("ordered_at", moment, nullable=True),
        sa.Column("ordered_by_id", sa.Integer(), nullable=True),
        *_columns(sa.Date(), "due_on", "reminded_on", nullable=True),
        sa.Column("document_id", _big(), nullable=True),
        sa.Column("relief", _words("waiver", "cancellation", name="relief"), nullable=True),
        *_columns(_big(), "relief_principal_cents", "relief_interest_cents"),
        sa.Column("relief_reason", sa.Text(), nullable=False),
        sa.Column("relief_at", moment, nullable=True),
        *_columns(sa.Integer(), "relief_by_id", "relief_decided_by_id", nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("principal_cents > 0", name=op.f("ck_recovery_principal_positive")),
        sa.CheckConstraint("returned_cents >= 0 AND waived_cents >= 0", name=op.f("ck_recovery_parts_positive")),
        sa.CheckConstraint(
            "returned_cents + waived_cents <= principal_cents", name=op.f("ck_recovery_within_principal")
        ),
        sa.CheckConstraint(
            "interest_paid_cents + interest_waived_cents <= interest_cents", name=op.f("ck_recovery_within_interest")
        ),
        sa.CheckConstraint(
            "ordered_by_id IS NULL OR ordered_by_id <> proposed_by_id", name=op.f("ck_recovery_two_persons")
        ),
        sa.CheckConstraint(
            "state <> 'waived' OR relief_decided_by_id <> relief_by_id", name=op.f("ck_recovery_two_persons_waive")
        ),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_recovery_agreement_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_recovery_document_id")),
        *(
            sa.ForeignKeyConstraint([column], ["user_account.id"], name=op.f(f"fk_recovery_{column}"))
            for column in ("proposed_by_id", "ordered_by_id", "relief_by_id", "relief_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery")),
        sa.UniqueConstraint("number", name=op.f("uq_recovery_number")),
    )  # fmt: skip
    op.create_index(op.f("ix_recovery_state"), "recovery", ["state"])
    op.create_index(op.f("ix_recovery_agreement_id"), "recovery", ["agreement_id"])


def _parts() -> None:
    op.create_table(
        "recovery_share",
        sa.Column("recovery_id", _big(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        *_columns(_big(), "cents", "returned_cents", "waived_cents"),
        sa.CheckConstraint("cents > 0", name=op.f("ck_recovery_share_cents_positive")),
        sa.CheckConstraint(
            "returned_cents >= 0 AND waived_cents >= 0 AND returned_cents + waived_cents <= cents",
            name=op.f("ck_recovery_share_within"),
        ),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f("fk_recovery_share_recovery_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_recovery_share_fund_id")),
        sa.PrimaryKeyConstraint("recovery_id", "fund_id", name=op.f("pk_recovery_share")),
    )
    op.create_table(
        "recovery_instalment",
        sa.Column("id", _big(), nullable=False),
        sa.Column("recovery_id", _big(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", _big(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_recovery_instalment_amount_positive")),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f("fk_recovery_instalment_recovery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_instalment")),
    )
    op.create_index(op.f("ix_recovery_instalment_recovery_id"), "recovery_instalment", ["recovery_id"])
    op.create_table(
        "recovery_receipt",
        sa.Column("id", _big(), nullable=False),
        sa.Column("recovery_id", _big(), nullable=False),
        sa.Column("kind", _words("bank", "set_off", "waiver", name="receiptkind"), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        *_columns(_big(), "principal_cents", "interest_cents"),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("payable_id", _big(), nullable=True),
        *_columns(sa.JSON(), "taken", "returned"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("journal_id", _big(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "principal_cents >= 0 AND interest_cents >= 0", name=op.f("ck_recovery_receipt_parts_positive")
        ),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f("fk_recovery_receipt_recovery_id")),
        sa.ForeignKeyConstraint(["payable_id"], ["payable.id"], name=op.f("fk_recovery_receipt_payable_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_recovery_receipt_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name=op.f("fk_recovery_receipt_journal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_receipt")),
    )
    op.create_index(op.f("ix_recovery_receipt_recovery_id"), "recovery_receipt", ["recovery_id"])
    op.create_index(op.f("ix_recovery_receipt_payable_id"), "recovery_receipt", ["payable_id"])
    op.create_index(
        "uq_recovery_receipt_live", "recovery_receipt", ["recovery_id", "reference"], unique=True,
        postgresql_where=sa.text("undone_at IS NULL"), sqlite_where=sa.text("undone_at IS NULL"),
    )  # fmt: skip


def _suspicion() -> None:
    op.create_table(
        "suspicion",
        sa.Column("id", _big(), nullable=False),
        sa.Column("state", _words("reported", "closed", name="suspicionstate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agreement_id", _big(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", _words("reported", "irregularity", "unfounded", name="suspicionoutcome"), nullable=True),
        sa.Column("closing", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_suspicion_agreement_id")),
        sa.ForeignKeyConstraint(["reported_by_id"], ["user_account.id"], name=op.f("fk_suspicion_reported_by_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user_account.id"], name=op.f("fk_suspicion_closed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspicion")),
    )
    op.create_index(op.f("ix_suspicion_agreement_id"), "suspicion", ["agreement_id"])
    op.create_table(
        "suspicion_reader",
        sa.Column("id", _big(), nullable=False),
        sa.Column("suspicion_id", _big(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shared_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["suspicion_id"], ["suspicion.id"], name=op.f("fk_suspicion_reader_suspicion_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_suspicion_reader_user_id")),
        sa.ForeignKeyConstraint(["shared_by_id"], ["user_account.id"], name=op.f("fk_suspicion_reader_shared_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspicion_reader")),
        sa.UniqueConstraint("suspicion_id", "user_id", name=op.f("uq_suspicion_reader_suspicion_id_user_id")),
    )
    op.create_index(op.f("ix_suspicion_reader_user_id"), "suspicion_reader", ["user_id"])


def _entry() -> None:
    """An entry of the bank may pay a recovery. SQLite would copy the table, which others refer to: its text is edited."""
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("bank_entry", sa.Column("recovery_id", _big(), nullable=True))
        op.create_foreign_key(op.f("fk_bank_entry_recovery_id"), "bank_entry", "recovery", ["recovery_id"], ["id"])
        op.drop_constraint(op.f("ck_bank_entry_effect"), "bank_entry", type_="check")
        op.create_check_constraint(op.f("ck_bank_entry_effect"), "bank_entry", f"effect IN ({MORE_EFFECTS})")
    else:
        op.execute(
            "ALTER TABLE bank_entry ADD COLUMN recovery_id INTEGER "
            "CONSTRAINT fk_bank_entry_recovery_id REFERENCES recovery (id)"
        )
        op.execute("PRAGMA writable_schema = ON")
        op.get_bind().execute(
            sa.text("UPDATE sqlite_master SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = :name"),
            {"before": EFFECTS, "after": MORE_EFFECTS, "name": "bank_entry"},
        )
        op.execute("PRAGMA writable_schema = RESET")
    op.create_index(op.f("ix_bank_entry_recovery_id"), "bank_entry", ["recovery_id"])


def downgrade() -> None:
    raise NotImplementedError("what was claimed back is never forgotten")
