"""conflicts of interest

What spoke against an assignment when somebody looked, what was cleared and by whom; and who of the office has stepped
back from an application.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def _words(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("application", sa.Column("recused_ids", sa.JSON(), nullable=False, server_default="[]"))
    _conflict_findings()
    _recusals()


def _conflict_findings() -> None:
    op.create_table(
        "conflict_finding",
        sa.Column("id", _big(), nullable=False),
        sa.Column("state", _words("found", "cleared", "confirmed", name="conflictstate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("application_id", _big(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("weight", _words("forbids", "clearable", "shown", name="weight"), nullable=False),
        sa.Column(
            "source",
            _words(
                "members", "register", "application", "call", "ownership", "evaluations", "vouchers", "interests",
                "declared", name="source",
            ),
            nullable=False,
        ),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state <> 'cleared' OR weight = 'clearable'", name=op.f("ck_conflict_finding_hard_is_never_cleared")
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_conflict_finding_application_id")),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_conflict_finding_expert_id")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["user_account.id"], name=op.f("fk_conflict_finding_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_finding")),
        sa.UniqueConstraint(
            "application_id", "expert_id", "kind", "fact", name=op.f("uq_conflict_finding_application_id_expert_id_kind_fact")
        ),
    )
    op.create_index(op.f("ix_conflict_finding_expert_id"), "conflict_finding", ["expert_id"])


def _recusals() -> None:
    op.create_table(
        "recusal",
        sa.Column("id", _big(), nullable=False),
        sa.Column("state", _words("recused", "lifted", name="recusalstate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("application_id", _big(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recused_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_recusal_application_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_recusal_user_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["user_account.id"], name=op.f("fk_recusal_lifted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
    )
    op.create_index(
        "uq_recusal_standing",
        "recusal",
        ["application_id", "user_id"],
        unique=True,
        postgresql_where=sa.text("state = 'recused'"),
        sqlite_where=sa.text("state = 'recused'"),
    )


def downgrade() -> None:
    op.drop_table("recusal")
    op.drop_table("conflict_finding")
    op.drop_column("application", "recused_ids")
