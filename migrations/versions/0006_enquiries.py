"""enquiries

Questions to the region and their public answers, and requests for clarification.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _states(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "enquiry",
        sa.Column("id", _big(), nullable=False),
        sa.Column("state", _states("with_region", "with_applicant", "closed", name="enquirystate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("application_id", _big(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_enquiry_application_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_enquiry_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry")),
    )
    op.create_index(op.f("ix_enquiry_application_id"), "enquiry", ["application_id"])
    op.create_index("ix_enquiry_state_last", "enquiry", ["state", "last_at"])
    op.create_table(
        "enquiry_message",
        sa.Column("id", _big(), nullable=False),
        sa.Column("enquiry_id", _big(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_from_region", sa.Boolean(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiry.id"], name=op.f("fk_enquiry_message_enquiry_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["user_account.id"], name=op.f("fk_enquiry_message_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_message")),
    )
    op.create_index(op.f("ix_enquiry_message_enquiry_id"), "enquiry_message", ["enquiry_id"])
    op.create_table(
        "public_answer",
        sa.Column("id", _big(), nullable=False),
        sa.Column("state", _states("published", "withdrawn", name="publicanswerstate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("enquiry_id", _big(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_public_answer_call_id")),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiry.id"], name=op.f("fk_public_answer_enquiry_id")),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["user_account.id"], name=op.f("fk_public_answer_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_answer")),
    )
    op.create_index(op.f("ix_public_answer_enquiry_id"), "public_answer", ["enquiry_id"])
    op.create_index("ix_public_answer_call_state", "public_answer", ["call_id", "state"])
    op.create_table(
        "clarification",
        sa.Column("id", _big(), nullable=False),
        sa.Column(
            "state",
            _states("requested", "answered", "lapsed", "cancelled", name="clarificationstate"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("application_id", _big(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_about_id", _big(), nullable=False),
        sa.Column("answered_with_id", _big(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_with_id"], ["submission.id"], name=op.f("fk_clarification_answered_with_id")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_clarification_application_id")),
        sa.ForeignKeyConstraint(["asked_about_id"], ["submission.id"], name=op.f("fk_clarification_asked_about_id")),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["user_account.id"], name=op.f("fk_clarification_requested_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarification")),
    )
    op.create_index(op.f("ix_clarification_application_id"), "clarification", ["application_id"])
    op.create_index("ix_clarification_state_due", "clarification", ["state", "due_at"])
    op.create_index(
        "uq_clarification_open",
        "clarification",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("state = 'requested'"),
        sqlite_where=sa.text("state = 'requested'"),
    )


def downgrade() -> None:
    for table in ("clarification", "public_answer", "enquiry_message", "enquiry"):
        op.drop_table(table)
