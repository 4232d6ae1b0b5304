"""What was published in the browser is in the file of the programme, and an older file leaves it standing."""

from __future__ import annotations

from tests.builders.programmes import IN2_FILE, during_call
from tests.builders.schemes import a_scheme_draft
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.programmes.queries import get_call
from vouchers.schemes import actions
from vouchers.users.states import Role


def test_a_call_of_the_browser_is_in_the_file_and_stands_without_it(desk, app, tmp_path):
    coordinator = a_member_of_staff(Role.COORDINATOR, region=None)
    actions.publish_draft(a_scheme_draft(coordinator, days=True), by=coordinator, at=during_call())
    before = get_call("in2lifesciences", "2027-9").digest
    assert 'href="/schemes/in2lifesciences/file"' in desk.get("/schemes").text
    answer = desk.get("/schemes/in2lifesciences/file")
    assert "in2lifesciences.yaml" in answer.headers["Content-Disposition"]
    file = tmp_path / "programme.yaml"
    file.write_bytes(answer.data)

    for path, said in ((file, "is loaded already, nothing to change\n"), (IN2_FILE, "nothing to change\n")):
        done = app.test_cli_runner().invoke(args=["programmes", "load", str(path)])
        assert done.exit_code == 0, done.output
        assert done.stdout.endswith(said)
    assert "Call 2027-9 is not in the file; it stays as it was published.\n" in done.stdout
    assert get_call("in2lifesciences", "2027-9").digest == before


def test_only_a_coordinator_takes_the_file(desk, app):
    manager = app.test_client()
    signed_in(manager, a_member_of_staff(Role.CLUSTER_MANAGER))

    assert manager.get("/schemes/in2lifesciences/file").status_code == 403
