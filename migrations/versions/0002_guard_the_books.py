"""guard the books and the record

The database itself refuses what must never happen, on both engines: a changed or deleted event, seal, journal or
submission; an unbalanced journal; a posting into a closed period; an overdrawn budget stage.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit_event", "audit_leaf", "audit_seal", "journal", "journal_line", "submission", "closed_period", "fund")
STAGES = "('B110', 'B120', 'B130', 'B140', 'B150')"

UNBALANCED = """
    NOT EXISTS (SELECT 1 FROM journal_line WHERE journal_id = NEW.id)
    OR EXISTS (
        SELECT 1 FROM journal_line WHERE journal_id = NEW.id
        GROUP BY fund_id, account LIKE 'B%' HAVING sum(cents) <> 0
    )
"""
CLOSED = """
    EXISTS (
        SELECT 1 FROM closed_period p
        JOIN fund f ON f.programme = p.programme
        JOIN journal_line l ON l.fund_id = f.id
        WHERE l.journal_id = NEW.id AND p.through_on >= NEW.booked_on
    )
"""


REPLACED = {
    "audit_event": "id = NEW.id OR step_id = NEW.step_id",
    "audit_leaf": "position = NEW.position OR event_id = NEW.event_id",
    "audit_seal": "id = NEW.id",
    "journal": "id = NEW.id OR (step_id = NEW.step_id AND position = NEW.position) OR reverses_id = NEW.reverses_id",
    "closed_period": "id = NEW.id",
}
"""SQLite's INSERT OR REPLACE would delete the row that is in the way, and fire no trigger for that."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _upgrade_postgresql()
    else:
        _upgrade_sqlite()


def _upgrade_sqlite() -> None:
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    for table, in_the_way in REPLACED.items():
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {in_the_way}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    op.execute(
        "CREATE TRIGGER audit_detail_no_delete BEFORE DELETE ON audit_detail "
        "BEGIN SELECT RAISE(ABORT, 'audit_detail is append-only'); END"
    )
    op.execute(
        "CREATE TRIGGER audit_detail_only_erased BEFORE UPDATE ON audit_detail "
        "WHEN NEW.body IS NOT NULL OR NEW.event_id <> OLD.event_id OR NEW.salt <> OLD.salt "
        "BEGIN SELECT RAISE(ABORT, 'audit_detail may only be erased'); END"
    )
    op.execute(
        f"CREATE TRIGGER journal_balances BEFORE INSERT ON journal WHEN {UNBALANCED} "
        "BEGIN SELECT RAISE(ABORT, 'journal does not balance'); END"
    )
    op.execute(
        f"CREATE TRIGGER journal_in_open_period BEFORE INSERT ON journal WHEN {CLOSED} "
        "BEGIN SELECT RAISE(ABORT, 'period is closed'); END"
    )
    op.execute(
        "CREATE TRIGGER journal_line_before_its_journal BEFORE INSERT ON journal_line "
        "WHEN EXISTS (SELECT 1 FROM journal WHERE id = NEW.journal_id) "
        "BEGIN SELECT RAISE(ABORT, 'journal is sealed'); END"
    )
    op.execute(
        f"CREATE TRIGGER journal_line_moves_stage AFTER INSERT ON journal_line WHEN NEW.account IN {STAGES} BEGIN "
        "INSERT INTO stage_balance (fund_id, account, voucher, cents) "
        "SELECT NEW.fund_id, NEW.account, NEW.voucher, 0 WHERE NOT EXISTS (SELECT 1 FROM stage_balance "
        "WHERE fund_id = NEW.fund_id AND account = NEW.account AND voucher = NEW.voucher); "
        "UPDATE stage_balance SET cents = cents + NEW.cents "
        "WHERE fund_id = NEW.fund_id AND account = NEW.account AND voucher = NEW.voucher; END"
    )


def _upgrade_postgresql() -> None:
    op.execute("CREATE SEQUENCE journal_id_seq")
    _function("refuse_change", "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;")
    for table in (*APPEND_ONLY, "audit_detail"):
        verbs = "DELETE" if table == "audit_detail" else "UPDATE OR DELETE"
        op.execute(f"CREATE TRIGGER {table}_append_only BEFORE {verbs} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
    _function(
        "only_erase_detail",
        "IF NEW.body IS NOT NULL OR NEW.event_id <> OLD.event_id OR NEW.salt <> OLD.salt THEN "
        "RAISE EXCEPTION 'audit_detail may only be erased'; END IF; RETURN NEW;",
    )
    op.execute("CREATE TRIGGER audit_detail_only_erased BEFORE UPDATE ON audit_detail FOR EACH ROW EXECUTE FUNCTION only_erase_detail()")
    # A closing waits for the postings under way, and later postings see it: one lock per programme.
    _function(
        "close_after_postings",
        "PERFORM pg_advisory_xact_lock(72629163, hashtext(NEW.programme)); RETURN NEW;",
    )
    op.execute("CREATE TRIGGER closed_period_waits BEFORE INSERT ON closed_period FOR EACH ROW EXECUTE FUNCTION close_after_postings()")
    _function(
        "seal_journal",
        "PERFORM pg_advisory_xact_lock_shared(72629163, hashtext(programme)) FROM (SELECT DISTINCT f.programme FROM fund f "
        "JOIN journal_line l ON l.fund_id = f.id WHERE l.journal_id = NEW.id ORDER BY 1) AS touched; "
        f"IF {UNBALANCED} THEN RAISE EXCEPTION 'journal does not balance'; END IF; "
        f"IF {CLOSED} THEN RAISE EXCEPTION 'period is closed'; END IF; RETURN NEW;",
    )
    op.execute("CREATE TRIGGER journal_balances BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION seal_journal()")
    _function(
        "place_line",
        "IF EXISTS (SELECT 1 FROM journal WHERE id = NEW.journal_id) THEN RAISE EXCEPTION 'journal is sealed'; END IF; "
        f"IF NEW.account IN {STAGES} THEN "
        "INSERT INTO stage_balance (fund_id, account, voucher, cents) VALUES (NEW.fund_id, NEW.account, NEW.voucher, 0) "
        "ON CONFLICT DO NOTHING; "
        "UPDATE stage_balance SET cents = cents + NEW.cents "
        "WHERE fund_id = NEW.fund_id AND account = NEW.account AND voucher = NEW.voucher; END IF; RETURN NEW;",
    )
    op.execute("CREATE TRIGGER journal_line_moves_stage BEFORE INSERT ON journal_line FOR EACH ROW EXECUTE FUNCTION place_line()")
    # A line that another transaction slips under a journal not yet visible to it is caught when it commits.
    _function(
        "still_balanced",
        f"IF {UNBALANCED.replace('NEW.id', 'NEW.journal_id')} THEN RAISE EXCEPTION 'journal does not balance'; END IF; RETURN NULL;",
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER journal_line_balanced_at_commit AFTER INSERT ON journal_line "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION still_balanced()"
    )
    _function(
        "only_by_posting",
        "IF pg_trigger_depth() < 2 THEN RAISE EXCEPTION 'stage_balance moves only with a journal'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
    )
    op.execute(
        "CREATE TRIGGER stage_balance_by_posting BEFORE INSERT OR UPDATE OR DELETE ON stage_balance "
        "FOR EACH ROW EXECUTE FUNCTION only_by_posting()"
    )
    op.execute(
        "CREATE TRIGGER stage_balance_no_truncate BEFORE TRUNCATE ON stage_balance "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _function(name: str, body: str) -> None:
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")


def downgrade() -> None:
    raise NotImplementedError("the guards of the books are never taken away")
