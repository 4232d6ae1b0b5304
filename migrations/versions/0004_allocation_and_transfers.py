"""allocation and transfers

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _states(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("decision") as batch_op:
        batch_op.alter_column("decided_by_id", existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table("finding") as batch_op:
        batch_op.alter_column("found_by_id", existing_type=sa.Integer(), nullable=True)
    op.create_table(
        "queue_hold",
        sa.Column("id", _big(), nullable=False),
        sa.Column("state", _states("held", name="holdstate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("application_id", _big(), nullable=False),
        sa.Column("at_state", sa.Text(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_queue_hold_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_hold")),
        sa.UniqueConstraint("application_id", "at_state", name=op.f("uq_queue_hold_application_id_at_state")),
    )
    for table in ("envelope", "envelope_fund"):
        op.add_column(table, sa.Column("transferred_cents", _big(), nullable=False, server_default="0"))
    op.create_table(
        "envelope_transfer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "state", _states("proposed", "approved", "refused", "withdrawn", name="transferstate"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", _big(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_envelope_transfer_amount_positive")),
        sa.CheckConstraint("source_id <> target_id", name=op.f("ck_envelope_transfer_two_envelopes")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name=op.f("ck_envelope_transfer_two_persons")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["envelope.id"], name=op.f("fk_envelope_transfer_source_id")),
        sa.ForeignKeyConstraint(["target_id"], ["envelope.id"], name=op.f("fk_envelope_transfer_target_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user_account.id"], name=op.f("fk_envelope_transfer_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_envelope_transfer_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelope_transfer")),
    )
    op.create_index(op.f("ix_envelope_transfer_source_id"), "envelope_transfer", ["source_id"])
    op.create_index(op.f("ix_envelope_transfer_target_id"), "envelope_transfer", ["target_id"])
    op.create_table(
        "draw_pool",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", _states("frozen", name="poolstate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("instruments", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("references", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_draw_pool_call_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_draw_pool_region_id")),
        sa.ForeignKeyConstraint(["frozen_by_id"], ["user_account.id"], name=op.f("fk_draw_pool_frozen_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_pool")),
        sa.UniqueConstraint(
            "call_id",
            "region_id",
            "instruments",
            "round",
            name=op.f("uq_draw_pool_call_id_region_id_instruments_round"),
        ),
    )


def downgrade() -> None:
    op.drop_table("draw_pool")
    op.drop_table("envelope_transfer")
    for table in ("envelope_fund", "envelope"):
        op.drop_column(table, "transferred_cents")
    op.drop_table("queue_hold")
    with op.batch_alter_table("finding") as batch_op:
        batch_op.alter_column("found_by_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("decision") as batch_op:
        batch_op.alter_column("decided_by_id", existing_type=sa.Integer(), nullable=False)
