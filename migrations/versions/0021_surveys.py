"""surveys

Those with and those without a voucher are asked some months after the decision; the answers stand beside the record.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _words(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "survey",
        sa.Column("id", ID, nullable=False),
        sa.Column("state", _words("asked", "answered", "closed", name="surveystate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("group", _words("awarded", "control", name="group"), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("sealed_token", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_survey_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sa.UniqueConstraint("application_id", "months", name=op.f("uq_survey_application_id_months")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_survey_token_hash")),
    )
    op.create_index("ix_survey_state_asked", "survey", ["state", "asked_at"])
    op.create_table(
        "survey_answer",
        sa.Column("survey_id", ID, nullable=False),
        sa.Column("turnover_change", sa.Integer(), nullable=True),
        sa.Column("jobs_change", sa.Integer(), nullable=True),
        sa.Column("new_products", sa.Integer(), nullable=True),
        sa.Column("has_worked_with", sa.Boolean(), nullable=True),
        sa.Column("follow_on_cents", ID, nullable=True),
        sa.Column("currency", sa.Text(), nullable=False, server_default="EUR"),
        sa.Column("anyway", _words("full", "partly", "not", name="anyway"), nullable=True),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name=op.f("fk_survey_answer_survey_id")),
        sa.PrimaryKeyConstraint("survey_id", name=op.f("pk_survey_answer")),
    )


def downgrade() -> None:
    op.drop_table("survey_answer")
    op.drop_table("survey")
