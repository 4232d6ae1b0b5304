"""costs in other currencies

The official monthly rates, and costs that are converted at them. Costs that exist are in the currency of their claim.

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

STATES = sa.Enum(
    "read", "loaded", "discarded", name="rateimportstate", native_enum=False, create_constraint=True, length=40
)


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "rate_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", STATES, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("filename", "sha256", "text")),
        sa.Column("month", sa.Date(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("lines", "added", "changed")),
        sa.Column("reason", sa.Text(), nullable=False),
        _moment("read_at", nullable=False),
        sa.Column("read_by_id", sa.Integer(), nullable=True),
        _moment("loaded_at"),
        sa.Column("loaded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["read_by_id"], ["user_account.id"], name=op.f("fk_rate_import_read_by_id")),
        sa.ForeignKeyConstraint(["loaded_by_id"], ["user_account.id"], name=op.f("fk_rate_import_loaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_import")),
    )
    op.create_table(
        "rate",
        sa.Column("id", _big(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("units_text", sa.Text(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        _moment("replaced_at"),
        sa.CheckConstraint("is_current = (replaced_at IS NULL)", name=op.f("ck_rate_replaced_once")),
        sa.ForeignKeyConstraint(["import_id"], ["rate_import.id"], name=op.f("fk_rate_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate")),
    )
    op.create_index(op.f("ix_rate_import_id"), "rate", ["import_id"])
    op.create_index("ix_rate_month", "rate", ["month"])
    op.create_index(
        "uq_rate_current", "rate", ["currency", "month"], unique=True,
        postgresql_where=sa.text("is_current"), sqlite_where=sa.text("is_current"),
    )  # fmt: skip
    with op.batch_alter_table("cost_line") as batch_op:
        batch_op.add_column(sa.Column("submitted_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("rate_month", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("rate_units", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("rate_to_units", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("is_rate_final", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("invoice_total_cents", _big(), nullable=True))
        batch_op.add_column(sa.Column("cost_cents", _big(), nullable=True))
    op.execute(
        "UPDATE cost_line SET invoice_total_cents = net_cents + vat_cents,"
        " cost_cents = CASE WHEN is_vat_recoverable THEN net_cents ELSE net_cents + vat_cents END"
    )
    with op.batch_alter_table("cost_line") as batch_op:
        batch_op.alter_column("invoice_total_cents", existing_type=_big(), nullable=False)
        batch_op.alter_column("cost_cents", existing_type=_big(), nullable=False)
        batch_op.alter_column("is_rate_final", existing_type=sa.Boolean(), server_default=None)
        batch_op.drop_constraint(op.f("ck_cost_line_accepted_within"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_cost_line_accepted_within"),
            "accepted_cents IS NULL OR (accepted_cents >= 0 AND accepted_cents <= cost_cents)",
        )
        batch_op.create_check_constraint(
            op.f("ck_cost_line_within_invoice"), "net_cents + vat_cents <= invoice_total_cents"
        )


def downgrade() -> None:
    raise NotImplementedError("a rate by which somebody was paid is never forgotten")
