"""consensus

One sheet on which the experts of an application agree, and what each of them said of each draft.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    states = sa.Enum(
        "drafting", "proposed", "agreed", "ended", name="consensusstate", native_enum=False, create_constraint=True,
        length=40,
    )
    op.create_table(
        "consensus",
        sa.Column("id", _big(), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("application_id", _big(), nullable=False),
        sa.Column("rapporteur_id", _big(), nullable=False),
        sa.Column("party_ids", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("overall_comment", sa.Text(), nullable=False),
        sa.Column("draft", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_days", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_consensus_application_id")),
        sa.ForeignKeyConstraint(["rapporteur_id"], ["assignment.id"], name=op.f("fk_consensus_rapporteur_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user_account.id"], name=op.f("fk_consensus_opened_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consensus")),
    )
    op.create_index(
        "uq_consensus_live",
        "consensus",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'ended'"),
        sqlite_where=sa.text("state <> 'ended'"),
    )
    op.create_index("ix_consensus_state_due", "consensus", ["state", "due_at"])
    op.create_table(
        "consensus_word",
        sa.Column("id", _big(), nullable=False),
        sa.Column("consensus_id", _big(), nullable=False),
        sa.Column("draft", sa.Integer(), nullable=False),
        sa.Column("assignment_id", _big(), nullable=False),
        sa.Column("is_approval", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["consensus_id"], ["consensus.id"], name=op.f("fk_consensus_word_consensus_id")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_consensus_word_assignment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consensus_word")),
        sa.UniqueConstraint("consensus_id", "draft", "assignment_id", name=op.f("uq_consensus_word_consensus_id_draft_assignment_id")),
    )


def downgrade() -> None:
    op.drop_table("consensus_word")
    op.drop_table("consensus")
