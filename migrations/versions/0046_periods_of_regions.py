"""periods of regions, and what corrects them

A period is closed for a programme or for one region of it, keeps a hash of what it held, and never begins again. A
journal may say which day of a closed period it corrects.

Revision ID: 0046
Revises: 0045
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

CLOSED = """
    EXISTS (
        SELECT 1 FROM closed_period p
        JOIN fund f ON f.programme = p.programme AND (p.region = '*' OR p.region = f.region)
        JOIN journal_line l ON l.fund_id = f.id
        WHERE l.journal_id = NEW.id AND p.through_on >= NEW.booked_on
    )
"""
UNBALANCED = """
    NOT EXISTS (SELECT 1 FROM journal_line WHERE journal_id = NEW.id)
    OR EXISTS (
        SELECT 1 FROM journal_line WHERE journal_id = NEW.id
        GROUP BY fund_id, account LIKE 'B%' HAVING sum(cents) <> 0
    )
"""
CLOSED_BEFORE = """
    EXISTS (
        SELECT 1 FROM closed_period
        WHERE programme = NEW.programme AND (region = NEW.region OR region = '*') AND through_on >= NEW.through_on
    )
"""
NO_CORRECTION = "NEW.corrects_on IS NOT NULL AND NEW.corrects_on >= NEW.booked_on"


def upgrade() -> None:
    op.add_column("journal", sa.Column("corrects_on", sa.Date(), nullable=True))
    op.add_column("closed_period", sa.Column("region", sa.Text(), nullable=False, server_default="*"))
    op.add_column("closed_period", sa.Column("first_on", sa.Date(), nullable=True))
    op.add_column("closed_period", sa.Column("lines", _big(), nullable=False, server_default="0"))
    op.add_column("closed_period", sa.Column("digest", sa.Text(), nullable=False, server_default=""))
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _guard_postgresql() -> None:
    _function(
        "seal_journal",
        "PERFORM pg_advisory_xact_lock_shared(72629163, hashtext(programme)) FROM (SELECT DISTINCT f.programme FROM fund f "
        "JOIN journal_line l ON l.fund_id = f.id WHERE l.journal_id = NEW.id ORDER BY 1) AS touched; "
        f"IF {UNBALANCED} THEN RAISE EXCEPTION 'journal does not balance'; END IF; "
        f"IF {CLOSED} THEN RAISE EXCEPTION 'period is closed'; END IF; "
        f"IF {NO_CORRECTION} THEN RAISE EXCEPTION 'a correction is later than what it corrects'; END IF; RETURN NEW;",
    )
    _function(
        "close_after_postings",
        "PERFORM pg_advisory_xact_lock(72629163, hashtext(NEW.programme)); "
        f"IF {CLOSED_BEFORE} THEN RAISE EXCEPTION 'period was closed before'; END IF; RETURN NEW;",
    )


def _guard_sqlite() -> None:
    op.execute("DROP TRIGGER journal_in_open_period")
    op.execute(
        f"CREATE TRIGGER journal_in_open_period BEFORE INSERT ON journal WHEN {CLOSED} "
        "BEGIN SELECT RAISE(ABORT, 'period is closed'); END"
    )
    op.execute(
        f"CREATE TRIGGER journal_corrects_earlier BEFORE INSERT ON journal WHEN {NO_CORRECTION} "
        "BEGIN SELECT RAISE(ABORT, 'a correction is later than what it corrects'); END"
    )
    op.execute(
        f"CREATE TRIGGER closed_period_once BEFORE INSERT ON closed_period WHEN {CLOSED_BEFORE} "
        "BEGIN SELECT RAISE(ABORT, 'period was closed before'); END"
    )


def _function(name: str, body: str) -> None:
    op.execute(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")


def downgrade() -> None:
    raise NotImplementedError("the guards of the books are never taken away")
