"""`flask ledger close`."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.builders.programmes import in2
from vouchers.core.database import db

IN2 = "in2lifesciences"


@pytest.fixture
def run(app, clock):
    in2()
    clock.stop(datetime(2027, 1, 15, tzinfo=UTC))

    def invoke(*words):
        db.session.remove()
        return app.test_cli_runner().invoke(args=["ledger", "close", *words])

    return invoke


def test_a_period_is_closed_once_and_never_before_it_is_over(run):
    words = ("--programme", IN2, "--through")
    assert run(*words, "2027-01-15").exit_code == 1
    done = run(*words, "2026-12-31")
    assert (done.exit_code, done.output) == (0, f"ok: {IN2} is closed through 2026-12-31\n")
    again = run(*words, "2026-12-31")
    assert again.exit_code == 1
    assert "closed through 31 December 2026 already" in again.output
    assert run("--programme", "NO", "--through", "2026-12-31").exit_code == 1


def test_a_region_is_closed_by_itself_and_no_period_before_an_earlier_one(run):
    words = ("--programme", IN2, "--region", "BE-WAL")
    skipped = run(*words, "--from", "2026-06-01", "--through", "2026-06-30")
    assert skipped.exit_code == 1
    assert "An earlier period is still open: it begins on 15 January 2026." in skipped.output
    done = run(*words, "--from", "2026-01-01", "--through", "2026-06-30")
    assert (done.exit_code, done.output) == (0, f"ok: {IN2} BE-WAL is closed through 2026-06-30\n")
    assert run("--programme", IN2, "--region", "XX", "--through", "2026-06-30").exit_code == 1
