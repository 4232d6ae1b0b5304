"""experts for a term

An expert is admitted for a term, with fields, a daily rate, absences, a contract and a yearly declaration of interests.
Those who are in the register stay admitted without an end, and have sixty days for their first declaration.

Revision ID: 0023
Revises: 0022
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def _states(*words: str, name: str) -> sa.Column:
    kind = sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column("state", kind, nullable=False)


def _part(table: str, states: sa.Column, *columns: sa.Column) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        states,
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f(f"fk_{table}_expert_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_expert_id", table, ["expert_id"])


def _words(name: str, **more: object) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False, **more)


def _moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _allow(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Let the state be one of other words. SQLite would copy the table, which others refer to: its text is edited."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_expert_expertstate"), "expert", type_="check")
        op.create_check_constraint(op.f("ck_expert_expertstate"), "expert", f"state IN ({_list(after)})")
        return
    op.execute("PRAGMA writable_schema = ON")
    op.get_bind().execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = 'expert'"
        ),
        {"before": _list(before), "after": _list(after)},
    )
    op.execute("PRAGMA writable_schema = RESET")


OLD, NEW = ("admitted", "suspended"), ("admitted", "suspended", "expired")
COLUMNS = (
    sa.Column("fields", sa.JSON(), nullable=False, server_default="[]"),
    _words("referees", server_default=""),
    sa.Column("rate_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    _words("currency", server_default="EUR"),
    sa.Column("admitted_until", sa.Date(), nullable=True),
    sa.Column("term_reminded", sa.Integer(), nullable=True),
    sa.Column("interests_due_on", sa.Date(), nullable=True),
    sa.Column("interests_reminded", sa.Integer(), nullable=True),
)


def upgrade() -> None:
    _allow(OLD, NEW)
    for column in COLUMNS:
        op.add_column("expert", column.copy())
    due = sa.table("expert", sa.column("interests_due_on", sa.Date()))
    op.execute(due.update().values(interests_due_on=(datetime.now(UTC) + timedelta(days=60)).date()))
    _part(
        "absence",
        _states("noted", "cancelled", name="absencestate"),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_absence_ends_last")),
    )
    _part(
        "expert_contract",
        _states("issued", "accepted", "in_force", "ended", name="contractstate"),
        _words("number"),
        sa.Column("terms", sa.JSON(), nullable=False),
        _words("sha256"),
        sa.Column("until_on", sa.Date(), nullable=False),
        _moment("issued_at"),
        sa.Column("issued_by_id", sa.Integer(), nullable=False),
        _moment("accepted_at", nullable=True),
        _words("accepted_name"),
        _moment("signed_at", nullable=True),
        _words("signed_name"),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        _moment("ended_at", nullable=True),
        _words("reason"),
        sa.ForeignKeyConstraint(["issued_by_id"], ["user_account.id"], name=op.f("fk_expert_contract_issued_by_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["user_account.id"], name=op.f("fk_expert_contract_signed_by_id")),
        sa.UniqueConstraint("number", name=op.f("uq_expert_contract_number")),
    )
    op.create_index(
        "uq_expert_contract_one_current",
        "expert_contract",
        ["expert_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'ended'"),
        sqlite_where=sa.text("state <> 'ended'"),
    )
    _part(
        "interest_declaration",
        _states("declared", "replaced", name="intereststate"),
        _words("statement"),
        sa.Column("organisations", sa.JSON(), nullable=False),
        _words("declared_name"),
        _moment("declared_at"),
        sa.Column("due_on", sa.Date(), nullable=False),
    )


def downgrade() -> None:
    for table in ("interest_declaration", "expert_contract", "absence"):
        op.drop_table(table)
    for column in reversed(COLUMNS):
        op.drop_column("expert", column.name)
    op.execute("UPDATE expert SET state = 'suspended' WHERE state = 'expired'")
    _allow(NEW, OLD)
