"""What `ledger verify` says of what was submitted: the words, their hash, and the step that took them in."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.builders.applications import a_submitted_application
from tests.builders.programmes import during_call, in2
from vouchers.applications.queries.files import get_submission
from vouchers.applications.queries.proof import faults_of_submissions
from vouchers.applications.rules.content import sha256_of
from vouchers.core.database import db, unit_of_work


@pytest.fixture
def submission(app, clock):
    in2()
    clock.stop(during_call())
    return get_submission(a_submitted_application("MG").id)


def changed(submission, **values):
    """Somebody with the database's password changes a submission, whatever the database refuses."""
    with unit_of_work():
        _without_triggers("submission")
        names = ", ".join(f"{name} = :{name}" for name in values)
        db.session.execute(text(f"UPDATE submission SET {names} WHERE id = :id"), values | {"id": submission.id})


def _without_triggers(table):
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        return
    found = db.session.scalars(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"), {"table": table}
    )
    for name in list(found):
        db.session.execute(text(f"DROP TRIGGER {name}"))


def faults():
    return [str(fault).partition(": ")[2] for fault in faults_of_submissions()]


def test_nothing_is_wrong_with_what_was_submitted(app, submission):
    assert faults() == []
    assert app.test_cli_runner().invoke(args=["ledger", "verify"]).exit_code == 0


def test_changed_words_are_found(app, submission):
    changed(submission, content=submission.content.replace("sepsis", "cancer"))
    assert faults() == ["the application is not what was submitted under this hash"]
    done = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert done.exit_code == 1
    assert submission.receipt_number in done.output


def test_changed_words_with_a_hash_that_fits_are_found_by_the_record(submission):
    other = submission.content.replace("sepsis", "cancer")
    changed(submission, content=other, sha256=sha256_of(other))
    assert faults() == ["it is not the application that the record names"]


def test_a_moment_at_which_nothing_was_submitted_is_found(submission):
    changed(submission, submitted_at="2026-01-01 00:00:00.000000")
    assert faults() == ["no step of the record took it in at its moment"]
