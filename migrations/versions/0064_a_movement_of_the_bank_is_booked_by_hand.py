"""a movement of the bank is booked by hand

What an entry repaid of a recovery is found again by its receipt: the journal of that receipt has it in the books.

Revision ID: 0064
Revises: 0063
"""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

STATES = "'recognised', 'open', 'matched', 'set_aside', 'noted'"
MORE_STATES = f"{STATES}, 'booked'"
KINDS = "'charge', 'interest', 'funds', 'transfer', 'suspense', 'known'"
REPAID = """
    SELECT entry.id, receipt.journal_id, entry.part, statement.number, entry.entry_number, entry.bank_reference,
        entry.entry_reference, receipt.reference
    FROM bank_entry entry
    JOIN bank_statement statement ON statement.id = entry.statement_id
    JOIN recovery_receipt receipt ON receipt.recovery_id = entry.recovery_id AND receipt.kind = 'bank'
        AND receipt.principal_cents + receipt.interest_cents = entry.cents
    WHERE entry.state = 'matched' AND receipt.journal_id IS NOT NULL
    ORDER BY entry.id, receipt.id
"""


def upgrade() -> None:
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    kinds = f"CONSTRAINT ck_bank_entry_bookedas CHECK (booked_as IN ({KINDS}))"
    op.execute(f"ALTER TABLE bank_entry ADD COLUMN booked_as VARCHAR(40) {kinds}")
    key = "CONSTRAINT fk_bank_entry_fund_id REFERENCES fund (id)"
    op.execute(f"ALTER TABLE bank_entry ADD COLUMN fund_id INTEGER {key}")
    op.execute(
        f"ALTER TABLE bank_entry ADD COLUMN journal_id {number} "
        "CONSTRAINT fk_bank_entry_journal_id REFERENCES journal (id)"
    )
    op.create_index("uq_bank_entry_journal_id", "bank_entry", ["journal_id"], unique=True)
    _allow(STATES, MORE_STATES)
    _name_journals()


def _allow(before: str, after: str) -> None:
    """SQLite would copy the table, which others refer to: its text is edited."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_bank_entry_entrystate"), "bank_entry", type_="check")
        op.create_check_constraint(op.f("ck_bank_entry_entrystate"), "bank_entry", f"state IN ({after})")
        return
    op.execute("PRAGMA writable_schema = ON")
    op.get_bind().execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = :name"
        ),
        {"before": f"({before})", "after": f"({after})", "name": "bank_entry"},
    )
    op.execute("PRAGMA writable_schema = RESET")


def _name_journals() -> None:
    """The journal of what each entry repaid: of the receipt whose reference names the line of the statement."""
    connection, taken = op.get_bind(), set()
    for entry_id, journal_id, part, number, place, own, other, reference in connection.execute(sa.text(REPAID)).all():
        line = f"{number}/{place}" + (f" {own or other}" if own or other else "") + (f".{part}" if part else "")
        if _tidied(line) == _tidied(reference) and not taken & {("entry", entry_id), ("journal", journal_id)}:
            taken |= {("entry", entry_id), ("journal", journal_id)}
            changed = {"journal": journal_id, "entry": entry_id}
            connection.execute(sa.text("UPDATE bank_entry SET journal_id = :journal WHERE id = :entry"), changed)


def _tidied(reference: str) -> str:
    return "".join(reference.split()).upper()


def downgrade() -> None:
    raise NotImplementedError("what was booked is never forgotten")
