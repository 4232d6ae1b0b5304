"""costs are parked and sampled

What a verifier confirmed and found, the kind of each error, costs that wait for a later claim, samples of costs; and the
times in which the clock stood still.

Revision ID: 0048
Revises: 0047
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

ERRORS = (
    "ineligible", "period", "evidence", "not_paid", "vat", "calculation", "double", "provider", "unreasonable",
    "publicity", "other",
)  # fmt: skip


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("claim") as batch_op:
        for name in ("checks", "findings"):
            batch_op.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
        for name in ("sample_seed", "sample_reason"):
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("sampled_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("claim") as batch_op:
        for name, kind in (("checks", sa.JSON()), ("findings", sa.JSON()), ("sample_seed", sa.Text()),
                           ("sample_reason", sa.Text())):  # fmt: skip
            batch_op.alter_column(name, existing_type=kind, server_default=None)
    with op.batch_alter_table("cost_line") as batch_op:
        batch_op.add_column(sa.Column("error", sa.String(40), nullable=True))
        batch_op.create_check_constraint(op.f("ck_cost_line_costerror"), sa.column("error").in_(ERRORS))
        batch_op.add_column(sa.Column("is_sampled", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("taken_from_id", _big(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_cost_line_taken_from_id"), "cost_line", ["taken_from_id"], ["id"])
        batch_op.create_index(op.f("ix_cost_line_taken_from_id"), ["taken_from_id"])
    with op.batch_alter_table("cost_line") as batch_op:
        batch_op.alter_column("is_sampled", existing_type=sa.Boolean(), server_default=None)
    op.create_table(
        "claim_clock_stop",
        sa.Column("id", _big(), nullable=False),
        sa.Column("claim_id", _big(), nullable=False),
        sa.Column("stopped_on", sa.Date(), nullable=False),
        sa.Column("resumed_on", sa.Date(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "resumed_on IS NULL OR resumed_on >= stopped_on", name=op.f("ck_claim_clock_stop_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_clock_stop_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_clock_stop")),
    )
    op.create_index(op.f("ix_claim_clock_stop_claim_id"), "claim_clock_stop", ["claim_id"])
    op.create_index(
        "uq_claim_clock_stop_open", "claim_clock_stop", ["claim_id"], unique=True,
        postgresql_where=sa.text("resumed_on IS NULL"), sqlite_where=sa.text("resumed_on IS NULL"),
    )  # fmt: skip
    _write_spans()


def _write_spans() -> None:
    """What is known of the questions before: how many days they took together, and the one that is open."""
    connection = op.get_bind()
    claim = sa.table(
        "claim", sa.column("id", sa.BigInteger), sa.column("agreement_id", sa.BigInteger), sa.column("question", sa.Text),
        sa.column("days_stopped", sa.Integer), sa.column("submitted_at", sa.DateTime(timezone=True)),
        sa.column("stopped_at", sa.DateTime(timezone=True)),
    )  # fmt: skip
    agreement = sa.table("agreement", sa.column("id", sa.BigInteger), sa.column("application_id", sa.BigInteger))
    application = sa.table("application", sa.column("id", sa.BigInteger), sa.column("region_id", sa.Integer))
    region = sa.table("region", sa.column("id", sa.Integer), sa.column("time_zone", sa.Text))
    stop = sa.table(
        "claim_clock_stop", sa.column("claim_id", sa.BigInteger), sa.column("stopped_on", sa.Date),
        sa.column("resumed_on", sa.Date), sa.column("question", sa.Text),
    )  # fmt: skip
    found = sa.select(claim, region.c.time_zone).select_from(
        claim.join(agreement, agreement.c.id == claim.c.agreement_id)
        .join(application, application.c.id == agreement.c.application_id)
        .join(region, region.c.id == application.c.region_id)
    )
    asked = sa.or_(claim.c.days_stopped > 0, claim.c.stopped_at.is_not(None))
    for row in connection.execute(found.where(asked)).all():
        if row.days_stopped and row.submitted_at:
            first = _day(row.submitted_at, row.time_zone)
            resumed = first + timedelta(days=row.days_stopped)
            values = {"claim_id": row.id, "stopped_on": first, "resumed_on": resumed, "question": ""}
            connection.execute(stop.insert().values(values))
        if row.stopped_at:
            stopped = _day(row.stopped_at, row.time_zone)
            values = {"claim_id": row.id, "stopped_on": stopped, "resumed_on": None, "question": row.question}
            connection.execute(stop.insert().values(values))


def _day(moment: datetime, zone: str) -> date:
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(ZoneInfo(zone)).date()


def downgrade() -> None:
    raise NotImplementedError("what an officer found is never forgotten")
