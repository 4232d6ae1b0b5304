"""What the database itself refuses, whoever asks: raw SQL, past every rule of the program, on both databases."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.ledger.books import books_are_proved, budget, open_funds, post, shares
from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.ledger import queries, recipes
from vouchers.ledger.proof import list_faults

JOURNAL = (
    "INSERT INTO journal (id, step_id, position, at, booked_on, tag, event, subject_kind, subject_id, reference, "
    "narrative) VALUES ({id}, 's{id}', 1, '2026-03-02 12:00:00', '2026-03-02', 't', 'e', 'k', 1, 'r', 'n')"
)
LINE = "INSERT INTO journal_line (journal_id, fund_id, account, cents, voucher) VALUES ({journal}, 1, '{account}', {cents}, '{voucher}')"  # noqa: E501


def line(account, cents, *, journal=900, voucher=""):
    return LINE.format(journal=journal, account=account, cents=cents, voucher=voucher)


def journal(id=900):
    return JOURNAL.format(id=id)


@pytest.fixture
def books(app):
    funds = open_funds()
    budget("1000", funds)
    post(recipes.precommit(shares(funds, "100"), voucher="V1", narrative=""))
    db.session.rollback()
    return funds


def run(*statements):
    """All of them in one transaction, as somebody with a database client would."""
    with db.engine.connect().execution_options(writes=True) as connection:
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()


def sealed():
    """The id of the newest journal."""
    return db.session.scalar(text("SELECT max(id) FROM journal"))


REFUSED = {
    "a line is never changed": (["UPDATE journal_line SET cents = cents + 1"], "append-only"),
    "a line is never deleted": (["DELETE FROM journal_line"], "append-only"),
    "a journal is never changed": (["UPDATE journal SET narrative = 'other'"], "append-only"),
    "a fund is never changed": (["UPDATE fund SET region = 'XX'"], "append-only"),
    "a journal is never deleted": (["DELETE FROM journal"], "append-only"),
    "a closed period is never deleted": (
        [
            "INSERT INTO closed_period (programme, through_on, closed_at) VALUES ('X', '2026-01-01', '2026-01-02')",
            "DELETE FROM closed_period",
        ],
        "append-only",
    ),
    "no line is slipped into a sealed journal": ([line("1000", 5, journal=1), line("1010", -5, journal=1)], "sealed"),
    "one-sided": ([line("1000", 5), journal()], "balance"),
    "balanced only across the two books": ([line("1000", 5), line("B100", -5), journal()], "balance"),
    "a journal without lines": ([journal()], "balance"),
    "lines without a journal, at the commit": ([line("1000", 5), line("1010", -5)], "(?i)foreign key"),
    "a line of zero": ([line("1000", 0)], "not_zero"),
    "an overdrawn stage": ([line("B110", -90_100), line("B120", 90_100, voucher="V2"), journal()], "not_overdrawn"),
    "an overdrawn voucher": ([line("B120", -6_100, voucher="V1"), line("B110", 6_100), journal()], "not_overdrawn"),
    "a fund that does not exist": (["INSERT INTO journal_line (journal_id, fund_id, account, cents, voucher) VALUES (1, 99, '1000', 1, '')"], "(?i)foreign key|sealed"),  # noqa: E501
}  # fmt: skip


@pytest.mark.parametrize(("statements", "reason"), REFUSED.values(), ids=list(REFUSED))
def test_the_database_refuses(books, statements, reason):
    before = queries.trial_balance(), queries.stages()
    db.session.rollback()

    with pytest.raises(DBAPIError, match=reason):
        run(*statements)

    assert (queries.trial_balance(), queries.stages()) == before
    assert books_are_proved()


def test_what_is_balanced_is_taken(books):
    run(line("1000", 5), line("1010", -5), journal())
    assert list(list_faults()) == ["journal 900: no step of the record booked it"]


def test_a_stage_may_be_emptied_to_the_cent(books):
    run(line("B110", -54_000), line("B120", 54_000, voucher="V2"), journal())
    assert queries.total_on_stage(books[:1], recipes.A.AVAILABLE).cents == 0


def test_a_sealed_journal_is_not_replaced(books, is_postgresql):
    if is_postgresql:
        statement = journal(1) + " ON CONFLICT (id) DO UPDATE SET narrative = 'other'"
    else:
        statement = journal(1).replace("INSERT", "INSERT OR REPLACE")
    with pytest.raises(DBAPIError, match=r"append-only|balance"):
        run(line("1000", 5, journal=2000), statement)


def test_truncation_is_refused_and_balances_move_only_with_a_journal(books, is_postgresql):
    if is_postgresql:
        for table in ("journal", "journal_line", "audit_event", "stage_balance"):
            with pytest.raises(DBAPIError, match="append-only"):
                run(f"TRUNCATE {table} CASCADE")
        with pytest.raises(DBAPIError, match="moves only with a journal"):
            run("UPDATE stage_balance SET cents = cents + 1")
        return
    run("UPDATE stage_balance SET cents = cents + 1 WHERE account = 'B110' AND fund_id = 1")
    assert list(list_faults()) == ["fund 1, stage B110, voucher -: the balance kept is not what was booked"]


@pytest.mark.postgres
def test_a_line_slipped_under_a_journal_that_is_not_yet_visible_is_caught_at_the_commit(books):
    with db.engine.connect() as first, db.engine.connect() as second:
        for statement in (line("1000", 5), line("1010", -5), journal()):
            first.execute(text(statement))
        second.execute(text(line("1000", 7)))
        first.commit()
        with pytest.raises(DBAPIError, match="balance"):
            second.commit()
    assert list(list_faults()) == ["journal 900: no step of the record booked it"]


@pytest.mark.postgres
def test_a_closing_waits_for_the_postings_under_way_and_later_ones_see_it(books):
    closing = "INSERT INTO closed_period (programme, through_on, closed_at) VALUES ('IN2', '2026-03-02', '2026-04-01')"
    with db.engine.connect() as poster:
        for statement in (line("1000", 5), line("1010", -5), journal()):
            poster.execute(text(statement))
        done = threading.Event()
        closer = threading.Thread(target=lambda: (run(closing), done.set()))
        with_app = db.engine  # the thread uses this engine
        assert with_app is not None
        run_in_app(closer)
        assert not done.wait(0.4)
        poster.commit()
        assert done.wait(10)
    with pytest.raises(DBAPIError, match="period is closed"):
        run(line("1000", 5, journal=901), line("1010", -5, journal=901), journal(901))


def run_in_app(thread):
    """Start a thread that finds the application."""
    from flask import current_app

    app, target = current_app._get_current_object(), thread._target

    def within():
        with app.app_context():
            target()

    thread._target = within
    thread.start()


@pytest.mark.postgres
def test_of_two_who_want_the_last_seven_thousand_one_gets_it(app):
    funds = open_funds()
    budget("7000", funds)
    drafts = [recipes.precommit(shares(funds, "7000"), voucher=voucher, narrative="") for voucher in ("V1", "V2")]
    db.session.rollback()
    both, outcomes = threading.Barrier(2), []

    def award(draft):
        with app.app_context():
            both.wait()
            try:
                post(draft)
                outcomes.append("awarded")
            except RuleBroken:
                outcomes.append("refused")

    threads = [threading.Thread(target=award, args=(draft,)) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["awarded", "refused"]
    assert queries.stages()["B110"] == 0
    assert books_are_proved()
