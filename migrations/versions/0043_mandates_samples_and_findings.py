"""mandates, samples and findings

What auditors may look at, and what they draw and find; and roles that end by themselves.

Revision ID: 0043
Revises: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def _words(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def _key(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.add_column("role_grant", _moment("ends_at", nullable=True))
    op.add_column("role_grant", sa.Column("given_for", sa.Text(), nullable=False, server_default=""))
    _make_mandates()
    _make_samples()
    _make_findings()


def _make_mandates() -> None:
    table = "audit_mandate"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", _words("given", "ended", name="mandatestate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("number"),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("region_codes", sa.JSON(), nullable=False),
        sa.Column("auditor_id", sa.Integer(), nullable=False),
        _text("subject"),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        _moment("ends_at"),
        _moment("given_at"),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        _moment("ended_at", nullable=True),
        _text("reason"),
        sa.CheckConstraint("last_on >= first_on", name=op.f(f"ck_{table}_period")),
        _key(table, "programme_id", "programme"),
        _key(table, "auditor_id", "user_account"),
        _key(table, "given_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("number", name=op.f(f"uq_{table}_number")),
    )
    op.create_index(f"ix_{table}_programme_id", table, ["programme_id"])
    op.create_index(f"ix_{table}_auditor_id", table, ["auditor_id"])


def _make_samples() -> None:
    table = "audit_sample"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            _words("planned", "drawing", "drawn", "concluded", "discarded", name="samplestate"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("number"),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("basis", _words("paid", "accepted", name="basis"), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        _text("seed"),
        _text("currency"),
        _moment("planned_at"),
        sa.Column("done", _big(), nullable=False),
        _text("problem"),
        _moment("drawn_at", nullable=True),
        sa.Column("population_count", _big(), nullable=True),
        sa.Column("population_cents", _big(), nullable=True),
        sa.Column("negative_count", _big(), nullable=False),
        sa.Column("negative_cents", _big(), nullable=False),
        _text("population_sha256"),
        sa.Column("strata", sa.JSON(), nullable=False),
        sa.Column("systemic_cents", _big(), nullable=False),
        _moment("concluded_at", nullable=True),
        sa.Column(
            "conclusion", _words("not_material", "material", "inconclusive", name="conclusion"), nullable=True
        ),
        sa.Column("projected_cents", _big(), nullable=True),
        sa.Column("total_cents", _big(), nullable=True),
        sa.Column("upper_cents", _big(), nullable=True),
        _text("remarks"),
        _key(table, "mandate_id", "audit_mandate"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("number", name=op.f(f"uq_{table}_number")),
    )
    op.create_index(f"ix_{table}_mandate_id", table, ["mandate_id"])
    table = "audit_sample_unit"
    op.create_table(
        table,
        sa.Column("id", _big(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("place", _big(), nullable=False),
        _text("reference"),
        _text("region_code"),
        _text("call_code"),
        _text("instrument_code"),
        _text("stratum"),
        sa.Column("cents", _big(), nullable=False),
        _text("currency"),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("point", _big(), nullable=True),
        sa.Column("error_cents", _big(), nullable=True),
        sa.Column("error_kind", _words("random", "systemic", "anomalous", name="errorkind"), nullable=True),
        _text("note"),
        _moment("entered_at", nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "error_cents IS NULL OR (error_cents >= 0 AND error_cents <= cents)", name=op.f(f"ck_{table}_error_within")
        ),
        _key(table, "sample_id", "audit_sample"),
        _key(table, "entered_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("sample_id", "reference", name=op.f(f"uq_{table}_sample_id_reference")),
    )
    op.create_index(f"ix_{table}_sample_id", table, ["sample_id"])
    op.create_index(f"ix_{table}_reference", table, ["reference"])


def _make_findings() -> None:
    table = "audit_finding"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "state", _words("issued", "replied", "followed_up", "closed", name="findingstate"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("number"),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        _text("voucher"),
        _text("title"),
        sa.Column("severity", _words("high", "medium", "low", name="severity"), nullable=False),
        sa.Column("amount_cents", _big(), nullable=False),
        _text("currency"),
        sa.Column("reply_by", sa.Date(), nullable=False),
        _moment("issued_at"),
        _moment("closed_at", nullable=True),
        sa.CheckConstraint("amount_cents >= 0", name=op.f(f"ck_{table}_amount_not_negative")),
        _key(table, "mandate_id", "audit_mandate"),
        _key(table, "region_id", "region"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("number", name=op.f(f"uq_{table}_number")),
    )
    op.create_index(f"ix_{table}_state", table, ["state", "region_id"])
    op.create_index(f"ix_{table}_mandate_id", table, ["mandate_id"])
    op.create_index(f"ix_{table}_voucher", table, ["voucher"])
    table = "audit_finding_note"
    op.create_table(
        table,
        sa.Column("id", _big(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        _text("verb"),
        _text("text"),
        _moment("at"),
        sa.Column("by_id", sa.Integer(), nullable=True),
        _key(table, "finding_id", "audit_finding"),
        _key(table, "by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_finding_id", table, ["finding_id"])


def downgrade() -> None:
    for table in ("audit_finding_note", "audit_finding", "audit_sample_unit", "audit_sample", "audit_mandate"):
        op.drop_table(table)
    op.drop_column("role_grant", "given_for")
    op.drop_column("role_grant", "ends_at")
