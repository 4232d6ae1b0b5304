"""`flask demo`: what it says."""

from __future__ import annotations

from datetime import UTC, datetime

from vouchers.audit.queries import list_faults as audit_faults
from vouchers.demo.lottery import load_lottery


def test_the_demo_without_its_programme_names_the_command_that_loads_it(app):
    done = app.test_cli_runner().invoke(args=["demo", "load"])
    assert done.exit_code == 1
    assert "The programme in2lifesciences is not loaded. Run: flask --app wsgi programmes load" in done.output


def test_a_second_programme_with_an_open_call_and_its_own_staff(app, client, clock):
    clock.stop(datetime(2026, 11, 20, 7, 0, tzinfo=UTC))
    load_lottery(at=clock.now)

    page = client.get("/calls?programme=dutch-vouchers&state=open").text
    users = app.test_cli_runner().invoke(args=["demo", "users"]).output

    assert "Innovation vouchers 2027" in page
    assert [line.split()[0] for line in users.splitlines()] == [
        "manager.lottery@demo.example", "finance.lottery@demo.example", "coordinator.lottery@demo.example",
    ]  # fmt: skip
    assert users.splitlines()[0].endswith("NL-SENTER")
    assert users.splitlines()[2].endswith("dutch-vouchers")
    assert list(audit_faults()) == []
