"""alerts

Who wants to hear of new calls, and of which calls they were told. A letter may say where such letters are stopped.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _words(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _big_id() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", _big_id(), nullable=False),
        sa.Column("state", _words("asked", "confirmed", "ended", name="alertstate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subscriber_email", sa.Text(), nullable=True),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("instrument_code", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("sealed_token", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_alert_token_hash")),
        sa.UniqueConstraint(
            "subscriber_email",
            "region_code",
            "instrument_code",
            name=op.f("uq_alert_subscriber_email_region_code_instrument_code"),
        ),
    )
    op.create_index("ix_alert_state", "alert", ["state", "asked_at"])
    op.create_table(
        "alert_notice",
        sa.Column("alert_id", _big_id(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("occasion", _words("published", "open", name="occasion"), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_notice_alert_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_alert_notice_call_id")),
        sa.PrimaryKeyConstraint("alert_id", "call_id", "occasion", name=op.f("pk_alert_notice")),
    )
    op.add_column("letter", sa.Column("unsubscribe_url", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("letter", "unsubscribe_url")
    op.drop_table("alert_notice")
    op.drop_table("alert")
