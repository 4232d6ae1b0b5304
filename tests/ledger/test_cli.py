"""`flask ledger`, `flask audit`, `flask jobs`: what is printed, and exit code 0 only on success."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import psycopg
import pytest

from tests.ledger.books import budget, open_funds, post, shares
from tests.workflow.desk import a_person
from vouchers.core.database import db
from vouchers.ledger import recipes


@pytest.fixture
def run(app):
    def invoke(*words):
        db.session.remove()
        return app.test_cli_runner().invoke(args=list(words))

    return invoke


@pytest.fixture
def books(app):
    funds = open_funds()
    budget("100", funds)
    post(recipes.precommit(shares(funds, "40"), voucher="V1", narrative=""))


def test_balances_as_a_table_and_as_json(run, books):
    table = run("ledger", "balances", "--programme", "IN2")
    assert table.exit_code == 0
    assert table.output.splitlines()[0].split() == ["B100", "Budget", "appropriation", "-100.00"]
    found = run("ledger", "balances", "--region", "BE-WAL", "--format", "json")
    assert json.loads(found.output) == {"B100": "-100.00", "B110": "60.00", "B120": "40.00"}


def test_export_writes_a_file_and_leaves_no_draft(run, books, tmp_path):
    out = tmp_path / "ledger.csv"
    done = run("ledger", "export", "--format", "csv", "--out", str(out), "--region", "BE-WAL", "--to", "2026-12-31")
    assert (done.exit_code, done.output) == (0, f"ok: 8 lines in {out}\n")
    assert len(out.read_text().splitlines()) == 9
    assert [file.name for file in tmp_path.iterdir()] == ["ledger.csv"]


def test_export_narrows_as_the_page_does(run, books, tmp_path):
    out = tmp_path / "ledger.csv"
    words = ("--account", "B120", "--event", "precommit", "--search", "V", "--call", "2026-COLLAB", "--instrument", "*")
    assert run("ledger", "export", "--out", str(out), *words).output == f"ok: 2 lines in {out}\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("balances", "--region", "NL"), "The books know no region with the code NL."),
        (("balances", "--programme", "IN3"), "The books know no programme with the code IN3."),
        (("export", "--out", "ledger.csv", "--region", "BE-WAL", "--region", "NL"), "no region with the code NL."),
        (("export", "--out", "ledger.csv", "--programme", "IN3"), "no programme with the code IN3."),
        (("export", "--out", "ledger.csv", "--from", "2026-02-01", "--to", "2026-01-01"), "is after the last one."),
        (("export", "--out", "ledger.csv", "--call", "C"), "no call with the code C."),
        (("export", "--out", "ledger.csv", "--event", "E"), "no event with the code E."),
        (("export", "--out", "missing/ledger.csv"), "missing/ledger.csv cannot be written: No such file or directory."),
    ],
)
def test_a_mistyped_word_is_refused_and_writes_nothing(run, books, tmp_path, monkeypatch, words, sentence):
    monkeypatch.chdir(tmp_path)
    refused = run("ledger", *words)
    assert refused.exit_code == 1
    assert sentence in refused.output
    assert list(tmp_path.iterdir()) == []


def test_verify_says_what_was_looked_at(run, books):
    done = run("ledger", "verify")
    assert (done.exit_code, done.output) == (
        0,
        "ok: 2 journals, 8 lines, 2 funds; balanced, not overdrawn, as recorded\n",
    )


def test_verify_fails_on_books_that_were_tampered_with(run, books, is_postgresql):
    if is_postgresql:
        with psycopg.connect(db.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")) as owner:
            owner.execute("SET session_replication_role = replica")
            owner.execute("UPDATE journal_line SET cents = cents + 1 WHERE id = 1")
    else:
        with closing(sqlite3.connect(str(db.engine.url.database))) as owner:
            owner.execute("DROP TRIGGER journal_line_no_update")
            owner.execute("UPDATE journal_line SET cents = cents + 1 WHERE id = 1")
            owner.commit()
    done = run("ledger", "verify")
    assert done.exit_code == 1
    assert "journal 1: fund line ERDF is out of balance by 0.01" in done.output


def test_the_record_is_sealed_and_verified(run):
    a_person()
    assert run("audit", "seal").output.startswith("ok: 1 events sealed, root ")
    assert run("audit", "seal").output == "ok: nothing new to seal\n"
    done = run("audit", "verify")
    assert done.exit_code == 0
    assert done.output.startswith("ok: 1 events, 1 sealed; root ")


def test_relay_tells_when_the_queue_is_away(run):
    assert run("jobs", "relay").output == "ok: 0 jobs handed over\n"
