"""appeals

Appeals, the place at the head of the reserve list that one may give, and tasks that are set aside after one.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BEFORE = ("assigned", "accepted", "conflicted", "refused", "submitted", "removed")
AFTER = (*BEFORE, "set_aside")
IS_OPEN = "state IN ('draft', 'late', 'filed', 'taken_up')"


def _states(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _person(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["user_account.id"], name=op.f(f"fk_appeal_{column}"))


def upgrade() -> None:
    _allow(AFTER)
    with op.batch_alter_table("decision") as batch_op:
        batch_op.add_column(sa.Column("stands_first", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "appeal",
        sa.Column("id", _big(), nullable=False),
        sa.Column(
            "state",
            _states(
                *("draft", "late", "filed", "taken_up", "upheld", "rejected", "new_marks", "refused", "withdrawn"),
                name="appealstate",
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("application_id", _big(), nullable=False),
        sa.Column("against", _states("ineligible", "rejected", "reserved", "less", name="against"), nullable=False),
        sa.Column("decision_id", _big(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_by_id", sa.Integer(), nullable=True),
        sa.Column("late_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("decide_by", sa.Date(), nullable=True),
        sa.Column("decider_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ruling", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_appeal_application_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_appeal_decision_id")),
        _person("started_by_id"),
        _person("filed_by_id"),
        _person("decider_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("number", name=op.f("uq_appeal_number")),
    )
    op.create_index(op.f("ix_appeal_application_id"), "appeal", ["application_id"])
    op.create_index("ix_appeal_state_decide", "appeal", ["state", "decide_by"])
    op.create_index(
        "uq_appeal_open",
        "appeal",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text(IS_OPEN),
        sqlite_where=sa.text(IS_OPEN),
    )


def downgrade() -> None:
    op.drop_table("appeal")
    with op.batch_alter_table("decision") as batch_op:
        batch_op.drop_column("stands_first")
    _allow(BEFORE)


def _allow(words: tuple[str, ...]) -> None:
    """The states that an assignment may have."""
    with op.batch_alter_table("assignment") as batch_op:
        batch_op.drop_constraint(op.f("ck_assignment_assignmentstate"), type_="check")
        batch_op.create_check_constraint(op.f("ck_assignment_assignmentstate"), sa.column("state").in_(words))
