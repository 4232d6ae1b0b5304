"""conditions of an award

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def _states(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "award_condition",
        sa.Column("id", _big(), nullable=False),
        sa.Column(
            "state", _states("open", "waiver_asked", "met", "waived", "lapsed", name="conditionstate"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("application_id", _big(), nullable=False),
        sa.Column("decision_id", _big(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("attached_at", moment, nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", moment, nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_award_condition_application_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_award_condition_decision_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_award_condition_asked_by_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["user_account.id"], name=op.f("fk_award_condition_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_condition")),
    )
    op.create_index(op.f("ix_award_condition_application_id"), "award_condition", ["application_id"])


def downgrade() -> None:
    op.drop_table("award_condition")
