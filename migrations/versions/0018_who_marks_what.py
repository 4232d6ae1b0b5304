"""who marks what

Proposals of who marks what with their pairs, the managers' pins and exclusions, and the experts' own answers.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
BUSY = sa.text("state IN ('asked', 'running', 'giving')")
HOLDS = sa.text("state <> 'dropped'")


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "matching_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            words(
                "runstate",
                *("asked", "running", "proposed", "impossible", "giving", "confirmed", "cancelled", "discarded"),
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("each", sa.Integer(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("lacks", sa.JSON(), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_matching_run_call_id_call"),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name="fk_matching_run_region_id_region"),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name="fk_matching_run_asked_by_id_user_account"),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user_account.id"], name="fk_matching_run_confirmed_by_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_matching_run"),
    )
    op.create_index("ix_matching_run_call_id", "matching_run", ["call_id"])
    op.create_index(
        "uq_matching_run_busy",
        "matching_run",
        ["call_id", "place"],
        unique=True,
        postgresql_where=BUSY,
        sqlite_where=BUSY,
    )
    op.create_table(
        "matching_pair",
        sa.Column("id", BIG, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("application_id", BIG, nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("state", words("pairstate", "proposed", "given", "refused"), nullable=False),
        sa.Column("worth", sa.Integer(), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["matching_run.id"], name="fk_matching_pair_run_id_matching_run"),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name="fk_matching_pair_application_id_application"
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name="fk_matching_pair_expert_id_expert"),
        sa.PrimaryKeyConstraint("id", name="pk_matching_pair"),
        sa.UniqueConstraint(
            "run_id", "application_id", "expert_id", name="uq_matching_pair_run_id_application_id_expert_id"
        ),
    )
    op.create_index("ix_matching_pair_application_id", "matching_pair", ["application_id"])
    op.create_index("ix_matching_pair_expert_id", "matching_pair", ["expert_id"])
    op.create_table(
        "wish",
        sa.Column("id", BIG, nullable=False),
        sa.Column("state", words("wishstate", "pinned", "excluded", "dropped"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("application_id", BIG, nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name="fk_wish_application_id_application"),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name="fk_wish_expert_id_expert"),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name="fk_wish_made_by_id_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_wish"),
    )
    op.create_index("ix_wish_expert_id", "wish", ["expert_id"])
    op.create_index(
        "uq_wish_open",
        "wish",
        ["application_id", "expert_id"],
        unique=True,
        postgresql_where=HOLDS,
        sqlite_where=HOLDS,
    )
    op.create_table(
        "bid",
        sa.Column("id", BIG, nullable=False),
        sa.Column("state", words("bidstate", "given"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("application_id", BIG, nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("answer", words("bidanswer", "yes", "maybe", "no", "conflict"), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name="fk_bid_application_id_application"),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name="fk_bid_expert_id_expert"),
        sa.PrimaryKeyConstraint("id", name="pk_bid"),
        sa.UniqueConstraint("application_id", "expert_id", name="uq_bid_application_id_expert_id"),
    )
    op.create_index("ix_bid_expert_id", "bid", ["expert_id"])


def downgrade() -> None:
    op.drop_table("bid")
    op.drop_table("wish")
    op.drop_table("matching_pair")
    op.drop_table("matching_run")
