"""decision sessions

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def _states(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "decision_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            _states("draft", "proposed", "confirmed", "announced", "discarded", name="sessionstate"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("writer_ids", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("seen", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("prepared_at", moment, nullable=False),
        sa.Column("proposed_at", moment, nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", moment, nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("announced_at", moment, nullable=True),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name=op.f("ck_decision_session_two_persons")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_decision_session_call_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_decision_session_region_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user_account.id"], name=op.f("fk_decision_session_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_decision_session_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_session")),
    )
    op.create_index("ix_decision_session_list", "decision_session", ["call_id", "region_id", "state"])
    with op.batch_alter_table("decision") as batch_op:
        batch_op.add_column(sa.Column("session_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("is_told", sa.Boolean(), nullable=False, server_default="1"))
        batch_op.create_foreign_key(op.f("fk_decision_session_id"), "decision_session", ["session_id"], ["id"])
        batch_op.create_index(op.f("ix_decision_session_id"), ["session_id"])
    op.add_column("application", sa.Column("is_told", sa.Boolean(), nullable=False, server_default="1"))


def downgrade() -> None:
    op.drop_column("application", "is_told")
    with op.batch_alter_table("decision") as batch_op:
        batch_op.drop_index(op.f("ix_decision_session_id"))
        batch_op.drop_constraint(op.f("fk_decision_session_id"), type_="foreignkey")
        batch_op.drop_column("is_told")
        batch_op.drop_column("session_id")
    op.drop_table("decision_session")
