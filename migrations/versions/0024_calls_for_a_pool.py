"""calls for a pool

Calls by which a programme looks for experts or for providers, the enrolments in them, and the files from which a pool
is imported.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

OPEN = "state IN ('draft', 'submitted')"


def _choice(column: str, *words: str, name: str) -> sa.Column:
    kind = sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(column, kind, nullable=False)


def _words(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _number(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "pool_call",
        _number("id"),
        _choice("state", "draft", "published", "closed", name="poolcallstate"),
        _number("version"),
        _words("programme_code"),
        _choice("kind", "experts", "providers", name="poolkind"),
        _words("title"),
        _words("summary"),
        _moment("opens_at"),
        _moment("closes_at"),
        _words("time_zone"),
        _number("months"),
        sa.Column("asks", sa.JSON(), nullable=False),
        _number("drafted_by_id"),
        _moment("drafted_at"),
        _moment("published_at", nullable=True),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_pool_call_opens_first")),
        _to("pool_call", "drafted_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_call")),
    )
    op.create_index("ix_pool_call_programme_code", "pool_call", ["programme_code"])
    _make_enrolments()
    op.create_table(
        "pool_import",
        _number("id"),
        _choice("state", "read", "running", "done", "discarded", name="poolimportstate"),
        _number("version"),
        _words("programme_code"),
        _choice("kind", "experts", "providers", name="poolkind"),
        _words("filename"),
        _words("encoding"),
        _words("text"),
        _number("lines"),
        _number("lines_done"),
        sa.Column("outcome", sa.JSON(), nullable=False),
        _moment("read_at"),
        _number("read_by_id"),
        _number("confirmed_by_id", nullable=True),
        _to("pool_import", "read_by_id", "user_account"),
        _to("pool_import", "confirmed_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_import")),
    )


def _make_enrolments() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "enrolment",
        sa.Column("id", big, nullable=False),
        _choice("state", "draft", "submitted", "withdrawn", "admitted", "refused", name="enrolmentstate"),
        _number("version"),
        _number("pool_call_id"),
        _number("user_id"),
        _number("organisation_id", nullable=True),
        _words("applicant_key"),
        sa.Column("content", sa.JSON(), nullable=False),
        _moment("started_at"),
        _words("number", nullable=True),
        _moment("submitted_at", nullable=True),
        _words("submitted_name"),
        sa.Column("marks", sa.JSON(), nullable=False),
        _number("marked_by_id", nullable=True),
        _moment("marked_at", nullable=True),
        _number("score_hundredths", nullable=True),
        _number("decided_by_id", nullable=True),
        _moment("decided_at", nullable=True),
        sa.Column("admitted_until", sa.Date(), nullable=True),
        _words("reasons"),
        _to("enrolment", "pool_call_id", "pool_call"),
        _to("enrolment", "user_id", "user_account"),
        _to("enrolment", "organisation_id", "organisation"),
        _to("enrolment", "marked_by_id", "user_account"),
        _to("enrolment", "decided_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("number", name=op.f("uq_enrolment_number")),
    )
    for column in ("pool_call_id", "user_id", "organisation_id"):
        op.create_index(f"ix_enrolment_{column}", "enrolment", [column])
    op.create_index(
        "uq_enrolment_one_open",
        "enrolment",
        ["pool_call_id", "applicant_key"],
        unique=True,
        postgresql_where=sa.text(OPEN),
        sqlite_where=sa.text(OPEN),
    )


def downgrade() -> None:
    for table in ("pool_import", "enrolment", "pool_call"):
        op.drop_table(table)
