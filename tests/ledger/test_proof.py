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
from vouchers.ledger.proof import find_faults, list_faults
from vouchers.ledger.proof.faults import first_wrong_line

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


def last_line(account: str) -> int:
    """The id of the newest line on an account."""
    found = text("SELECT max(id) FROM journal_line WHERE account = :account")
    return db.session.scalar(found, {"account": account})


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE journal_line SET cents = cents + 1 WHERE id = {line}", "says 4200.01 where 4200.00 was booked"),
        ("UPDATE journal_line SET account = '1000' WHERE id = {line}", "stands on 1000 where B120 was booked"),
        ("UPDATE journal_line SET voucher = '' WHERE id = {line}", "names the voucher - where V1 was booked"),
        (
            "UPDATE journal_line SET fund_id = 2 WHERE id = {line}",
            "stands on the fund IN2/2026-COLLAB/BE-WAL/*/REGION1",
        ),
    ],
    ids=["amount", "account", "voucher", "fund"],
)
def test_the_line_that_was_rewritten_is_named_with_what_stood_there(precommit, statement, reason):
    line = db.session.scalar(
        text("SELECT min(id) FROM journal_line WHERE journal_id = :id AND account = 'B120'"), {"id": precommit}
    )
    as_owner(statement.format(line=line), STAGES)

    explained = [fault for fault in find_faults() if "not what event" in str(fault)]

    assert [(fault.line, fault.journal) for fault in explained] == [(line, precommit)]
    assert f"line {line} of journal {precommit} {reason}" in str(explained[0])


def test_a_line_that_was_added_is_named(precommit):
    as_owner(
        f"INSERT INTO journal_line (id, journal_id, fund_id, account, cents, voucher) "
        f"VALUES (900, {precommit}, 1, '1000', 5, '')"
    )

    first = first_wrong_line(fault for fault in find_faults() if "not what event" in str(fault))

    assert (first.line, first.journal) == (900, precommit)
    assert "line 900 of journal 2 was not booked by it" in str(first)


def test_of_many_faults_the_first_line_is_named(precommit, app):
    as_owner("UPDATE journal_line SET cents = cents + 1", STAGES)
    db.session.remove()

    refused = app.test_cli_runner().invoke(args=["ledger", "verify"])

    assert refused.exit_code == 1
    assert "the first line that is wrong is line 1, in journal 1" in refused.output


def test_an_overdrawn_stage_names_the_line_that_overdrew_it(precommit):
    line = last_line("B110")
    as_owner(
        "UPDATE journal_line SET cents = cents - 10000000 WHERE account = 'B110' AND journal_id = " + str(precommit)
    )

    overdrawn = [fault for fault in find_faults() if "overdrawn" in str(fault)]

    assert line in [fault.line for fault in overdrawn]
    assert all(fault.journal == precommit for fault in overdrawn)


def test_a_step_of_several_journals_is_proved_as_one(app):
    funds = open_funds()
    budget("100000", funds)
    made = post(*(recipes.precommit(shares(funds, "10"), voucher=f"V{number}", narrative="") for number in range(3)))
    assert books_are_proved()

    as_owner(f"UPDATE journal SET narrative = 'other' WHERE id = {made[1]}")

    [fault] = list_faults()
    assert fault.startswith(f"journal {', '.join(map(str, made))}: it is not what event")


def test_an_account_that_is_not_in_the_chart_is_found(precommit):
    line = last_line("B120")
    as_owner(f"UPDATE journal_line SET account = '9999' WHERE id = {line}", STAGES)

    assert f"journal {precommit}: line {line} stands on 9999, which is no account" in list(list_faults())
