"""two persons or one

Whom a second person of a step looked like, and why they are two; accounts that were found to be one person's.

Revision ID: 0060
Revises: 0059
"""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

KEY = "CONSTRAINT fk_user_account_same_as_id REFERENCES user_account (id)"


def _words(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.execute(f"ALTER TABLE user_account ADD COLUMN same_as_id INTEGER {KEY}")
    op.create_table(
        "likeness",
        sa.Column("id", _big(), nullable=False),
        sa.Column("state", _words("noted", "told_apart", "found_same", name="likenessstate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", _big(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("step_id", sa.Text(), nullable=False),
        sa.Column("programme_code", sa.Text(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("part", _words("first", "payee", name="part"), nullable=False),
        sa.Column("signs", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("actor_id <> other_id", name=op.f("ck_likeness_two_accounts")),
        *(
            sa.ForeignKeyConstraint([column], ["user_account.id"], name=op.f(f"fk_likeness_{column}"))
            for column in ("actor_id", "other_id", "decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likeness")),
        sa.UniqueConstraint("step_id", "other_id", name=op.f("uq_likeness_step_id_other_id")),
    )
    for column in ("state", "actor_id", "other_id"):
        op.create_index(op.f(f"ix_likeness_{column}"), "likeness", [column])
    op.create_index("ix_likeness_subject", "likeness", ["subject_kind", "subject_id"])


def downgrade() -> None:
    op.drop_table("likeness")
    op.drop_column("user_account", "same_as_id")
