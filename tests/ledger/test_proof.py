"""What the proof of the books finds: also what the database's owner did behind the triggers, and made to balance."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.ledger.books import books_are_proved, budget, open_funds, post, shares
from vouchers.audit import queries as record
from vouchers.audit.actions import seal_events
from vouchers.core import clock
from vouchers.core.database import db
from vouchers.ledger import recipes
from vouchers.ledger.proof import list_faults

DOUBLED = "UPDATE journal_line SET cents = 2 * cents WHERE journal_id = {precommit}"
STAGES = """
    UPDATE stage_balance SET cents = (
        SELECT coalesce(sum(l.cents), 0) FROM journal_line l WHERE l.fund_id = stage_balance.fund_id
        AND l.account = stage_balance.account AND l.voucher = stage_balance.voucher
    )
"""


@pytest.fixture
def precommit(app):
    """A journal of one voucher's step, with the budget under it. The journal's id."""
    funds = open_funds()
    budget("100000", funds)
    [journal_id] = post(recipes.precommit(shares(funds, "7000"), voucher="V1", narrative="Awarded"))
    seal_events(at=clock.now())
    assert books_are_proved()
    return journal_id


def as_owner(*statements: str) -> None:
    """Run statements as somebody who may switch the triggers off."""
    db.session.rollback()
    is_postgresql = db.engine.dialect.name == "postgresql"
    with db.engine.begin() as connection:
        if is_postgresql:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(text(statement))


@pytest.mark.parametrize(
    "statements",
    [
        (DOUBLED, STAGES),
        ("UPDATE journal SET narrative = 'Something else' WHERE id = {precommit}",),
        ("UPDATE journal SET booked_on = '2025-12-31' WHERE id = {precommit}",),
        ("UPDATE journal_line SET voucher = 'V2' WHERE journal_id = {precommit} AND voucher = 'V1'",
         "UPDATE stage_balance SET voucher = 'V2' WHERE voucher = 'V1'"),
        ("UPDATE fund SET region = 'NL'",),
    ],
    ids=["amounts and stages", "narrative", "day", "voucher", "whose money it was"],
)  # fmt: skip
def test_what_was_rewritten_so_that_it_balances_is_found(precommit, statements):
    as_owner(*(statement.format(precommit=precommit) for statement in statements))

    found = list(list_faults())

    assert any(fault.startswith(f"journal {precommit}: it is not what event") for fault in found), found
    assert all("not what event" in fault for fault in found), found  # nothing else would have shown it


def test_what_was_taken_away_is_found(precommit):
    as_owner(
        f"DELETE FROM journal_line WHERE journal_id = {precommit}",
        f"DELETE FROM journal WHERE id = {precommit}",
        STAGES,
    )

    assert [fault for fault in list_faults() if "what its step booked is missing" in fault]


def test_a_hash_mended_in_the_event_breaks_the_seal(precommit):
    as_owner("UPDATE audit_event SET journals_hash = '' WHERE journals_hash <> ''")

    assert any("is not what was sealed" in fault for fault in record.list_faults())
