"""fair marks

Corrected marks of a call with their lines, experts who lie far apart, and what a decision rested on.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _states(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "divergence",
        sa.Column("id", _big(), nullable=False),
        sa.Column("state", _states("open", "accepted", "settled", name="divergencestate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("application_id", _big(), nullable=False),
        sa.Column("apart", sa.JSON(), nullable=False),
        sa.Column("sheets", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "reason <> '' OR state <> 'accepted'", name=op.f("ck_divergence_accepted_for_a_reason")
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_divergence_application_id")),
        sa.ForeignKeyConstraint(["accepted_by_id"], ["user_account.id"], name=op.f("fk_divergence_accepted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_divergence")),
        sa.UniqueConstraint("application_id", name=op.f("uq_divergence_application_id")),
    )
    op.create_table(
        "mark_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", _states("reckoned", name="correctionstate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("marks_version", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("islands", sa.JSON(), nullable=False),
        sa.Column("agreement", sa.JSON(), nullable=False),
        sa.Column("reckoned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_mark_correction_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_correction")),
        sa.UniqueConstraint("call_id", name=op.f("uq_mark_correction_call_id")),
    )
    op.create_table(
        "corrected_mark",
        sa.Column("id", _big(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("application_id", _big(), nullable=False),
        sa.Column("island", sa.Integer(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("raw_millionths", _big(), nullable=False),
        sa.Column("corrected_millionths", _big(), nullable=False),
        sa.Column("error_millionths", _big(), nullable=True),
        sa.Column("spread_millionths", _big(), nullable=False),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["mark_correction.id"], name=op.f("fk_corrected_mark_correction_id")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_corrected_mark_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrected_mark")),
        sa.UniqueConstraint(
            "correction_id", "application_id", name=op.f("uq_corrected_mark_correction_id_application_id")
        ),
    )
    op.create_index(op.f("ix_corrected_mark_application_id"), "corrected_mark", ["application_id"])
    op.create_table(
        "expert_effect",
        sa.Column("id", _big(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("island", sa.Integer(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("effect_millionths", _big(), nullable=False),
        sa.Column("error_millionths", _big(), nullable=True),
        sa.Column("box", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["correction_id"], ["mark_correction.id"], name=op.f("fk_expert_effect_correction_id")),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_expert_effect_expert_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_effect")),
        sa.UniqueConstraint("correction_id", "expert_id", name=op.f("uq_expert_effect_correction_id_expert_id")),
    )
    op.create_index(op.f("ix_expert_effect_expert_id"), "expert_effect", ["expert_id"])
    op.add_column("decision", sa.Column("basis", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("decision", "basis")
    for name in ("expert_effect", "corrected_mark", "mark_correction", "divergence"):
        op.drop_table(name)
