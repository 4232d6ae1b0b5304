"""a bank line is booked once

The database itself refuses to book the same money of a funder twice on one fund line: references are compared without
case and blanks, against every row that is there, however it was written.

Revision ID: 0010
Revises: 0009
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KNOWN = """
    NEW.event = 'receive_funds' AND EXISTS (
        SELECT 1 FROM journal j
        JOIN journal_line l ON l.journal_id = j.id
        WHERE j.event = 'receive_funds'
        AND upper(replace(j.reference, ' ', '')) = upper(replace(NEW.reference, ' ', ''))
        AND l.fund_id IN (SELECT fund_id FROM journal_line WHERE journal_id = NEW.id)
    )
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _upgrade_postgresql()
    else:
        op.execute(
            f"CREATE TRIGGER journal_receipt_once BEFORE INSERT ON journal WHEN {KNOWN} "
            "BEGIN SELECT RAISE(ABORT, 'receipt is known'); END"
        )


def _upgrade_postgresql() -> None:
    # Two that book the same money at one moment wait for one another: one lock per fund.
    op.execute(
        "CREATE FUNCTION receipt_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.event = 'receive_funds' THEN "
        "PERFORM pg_advisory_xact_lock(72629164, fund_id) FROM (SELECT DISTINCT fund_id FROM journal_line "
        "WHERE journal_id = NEW.id ORDER BY 1) AS touched; "
        f"IF {KNOWN} THEN RAISE EXCEPTION 'receipt is known'; END IF; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER journal_receipt_once BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION receipt_once()"
    )


def downgrade() -> None:
    raise NotImplementedError("the guards of the books are never taken away")
