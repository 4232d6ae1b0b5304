"""rules of eligibility

Statements of ownership, declarations of aid, the register of aid, and what the rules said at each moment that counts.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OLD_OUTCOMES = ("met", "not_met", "unclear")


def _states(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _outcomes(*words: str) -> None:
    with op.batch_alter_table("finding") as batch_op:
        batch_op.drop_constraint(op.f("ck_finding_outcome"), type_="check")
        batch_op.create_check_constraint(op.f("ck_finding_outcome"), sa.column("outcome").in_(words))


def upgrade() -> None:
    _outcomes(*OLD_OUTCOMES, "needs_person")
    op.create_table(
        "ownership_statement",
        sa.Column("id", BIG, nullable=False),
        sa.Column("state", _states("stated", "superseded", name="statementstate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stated_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_ownership_statement_organisation_id")),
        sa.ForeignKeyConstraint(["stated_by_id"], ["user_account.id"], name=op.f("fk_ownership_statement_stated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ownership_statement")),
    )
    op.create_index(op.f("ix_ownership_statement_organisation_id_state"), "ownership_statement", ["organisation_id", "state"])
    op.create_table(
        "aid_declaration",
        sa.Column("id", BIG, nullable=False),
        sa.Column("state", _states("signed", "superseded", name="declarationstate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("signed_name", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_aid_declaration_organisation_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["user_account.id"], name=op.f("fk_aid_declaration_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aid_declaration")),
    )
    op.create_index(op.f("ix_aid_declaration_organisation_id_state"), "aid_declaration", ["organisation_id", "state"])
    op.create_table(
        "aid_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("state", _states("due", "registered", "cancelled", name="entrystate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("application_id", BIG, nullable=False),
        sa.Column("application_reference", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("amount_cents", BIG, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("register_by", sa.Date(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registered_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_aid_entry_entry_has_amount")),
        sa.CheckConstraint("state <> 'registered' OR reference <> ''", name=op.f("ck_aid_entry_registered_has_reference")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_aid_entry_application_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_aid_entry_organisation_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_aid_entry_region_id")),
        sa.ForeignKeyConstraint(["registered_by_id"], ["user_account.id"], name=op.f("fk_aid_entry_registered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aid_entry")),
    )
    op.create_index(op.f("ix_aid_entry_application_id"), "aid_entry", ["application_id"])
    op.create_index(op.f("ix_aid_entry_organisation_id"), "aid_entry", ["organisation_id"])
    op.create_index(op.f("ix_aid_entry_region_id"), "aid_entry", ["region_id"])
    op.create_index(op.f("ix_aid_entry_state_register_by"), "aid_entry", ["state", "register_by"])
    op.create_table(
        "kept_check",
        sa.Column("id", BIG, nullable=False),
        sa.Column("state", _states("kept", name="keptstate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("application_id", BIG, nullable=False),
        sa.Column("occasion", _states("submission", "decision", "signature", name="occasion"), nullable=False),
        sa.Column("statement_id", BIG, nullable=True),
        sa.Column("declaration_id", BIG, nullable=True),
        sa.Column("readings", sa.JSON(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_kept_check_application_id")),
        sa.ForeignKeyConstraint(["declaration_id"], ["aid_declaration.id"], name=op.f("fk_kept_check_declaration_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["ownership_statement.id"], name=op.f("fk_kept_check_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_check")),
    )
    op.create_index(op.f("ix_kept_check_application_id"), "kept_check", ["application_id"])


def downgrade() -> None:
    for table in ("kept_check", "aid_entry", "aid_declaration", "ownership_statement"):
        op.drop_table(table)
    _outcomes(*OLD_OUTCOMES)
