"""Asking for a pack on a page and at the terminal, and who may."""

from __future__ import annotations

import pytest

from tests.builders.packs import a_pack, an_asked_pack
from tests.builders.payments import PAID_AT, Desk, an_authorised_claim
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from tests.packs.office import content_of, verify
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, WrongState
from vouchers.packs import actions, jobs
from vouchers.packs.models import Pack
from vouchers.packs.queries.packs import get_pack
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

IN2 = "in2lifesciences"


@pytest.fixture
def desk(app, clock):
    in2()
    people = Desk()
    clock.stop(PAID_AT)
    an_authorised_claim(people)
    return people


def test_an_auditor_asks_waits_and_downloads(client, desk):
    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR, programme=IN2, region="BE-WAL"))
    assert "No audit pack was asked for yet" in auditor.get("/audit-packs/").text
    answer = auditor.post("/audit-packs/ask", data={"scope": f"{IN2}/BE-WAL", "earlier": ""})
    assert answer.status_code == 303
    waiting = auditor.get(answer.location)
    assert waiting.headers["Refresh"] == "5"
    assert "Being built" in waiting.text

    again = auditor.post("/audit-packs/ask", data={"scope": f"{IN2}/BE-WAL", "earlier": ""})
    assert again.location == answer.location
    number = int(answer.location.rpartition("/")[2])
    jobs.build(pack_id=number, language="en", at=PAID_AT)
    jobs.build(pack_id=number, language="en", at=PAID_AT)  # twice without harm

    assert "verify.py" in auditor.get(answer.location).text
    file = auditor.get(f"{answer.location}/file")
    assert file.mimetype == "application/zip"
    assert file.data == content_of(get_pack(number))
    assert auditor.get("/audit-packs/").text.count(f"/audit-packs/{number}") == 1


def test_wrong_answers_are_said_on_the_field(client, desk):
    first = a_pack(at=PAID_AT)
    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR))
    assert auditor.post("/audit-packs/ask", data={}).status_code == 422
    assert auditor.post("/audit-packs/ask", data={"scope": "other/-"}).status_code == 422
    mixed = auditor.post("/audit-packs/ask", data={"scope": f"{IN2}/BE-WAL", "earlier": str(first.id)})
    assert mixed.status_code == 422
    assert "That pack covers something else" in mixed.text


def test_a_mandate_is_the_border(client, desk):
    pack = a_pack(at=PAID_AT, programme=IN2, region="BE-WAL")
    for person, status in (
        (a_member_of_staff(Role.AUDITOR, programme=IN2, region="NL-NB"), 403),
        (a_member_of_staff(Role.CLUSTER_MANAGER, programme=IN2, region="BE-WAL"), 403),
        (a_member_of_staff(Role.AUDITOR, programme=IN2, region=None), 200),
        (a_member_of_staff(Role.ADMINISTRATOR, programme=None, region=None), 200),
        (an_applicant(), 403),
    ):
        assert signed_in(client, person).get(f"/audit-packs/{pack.id}/file").status_code == status
    stranger = a_member_of_staff(Role.AUDITOR, programme=IN2, region="NL-NB")
    posted = signed_in(client, stranger).post("/audit-packs/ask", data={"scope": f"{IN2}/BE-WAL"})
    assert posted.status_code == 422
    with pytest.raises(NotPermitted):
        an_asked_pack(at=PAID_AT, programme=IN2, region="BE-WAL", by=stranger)


def test_only_the_office_builds(desk):
    pack = an_asked_pack(at=PAID_AT)
    auditor = a_member_of_staff(Role.AUDITOR)
    with pytest.raises(NotPermitted):
        actions.report_pack(pack, 10, by=auditor, at=PAID_AT)
    with pytest.raises(NotPermitted):
        actions.fail_pack(pack, "x", by=auditor, at=PAID_AT)
    actions.fail_pack(pack, "No.", by=OFFICE, at=PAID_AT)
    assert get_pack(pack.id).failure == "No."
    with pytest.raises(WrongState):
        actions.report_pack(pack, 10, by=OFFICE, at=PAID_AT)


def test_a_pack_at_the_terminal(app, desk, tmp_path):
    import zipfile

    db.session.remove()
    out = tmp_path / "pack.zip"
    run = app.test_cli_runner().invoke
    answer = run(args=["audit", "pack", "--out", str(out)])
    assert answer.exit_code == 0, answer.output
    with zipfile.ZipFile(out) as archive:
        (tmp_path / "verify.py").write_bytes(archive.read("verify.py"))
    assert verify(out)[0] == 0
    assert db.session.query(Pack).one().state == "built"
    assert run(args=["audit", "pack", "--out", "/nowhere/x.zip"]).exit_code == 1
    assert run(args=["audit", "pack", "--out", str(out), "--since", "99"]).exit_code == 1
    assert run(args=["audit", "pack", "--out", str(out), "--programme", "other"]).exit_code == 1
