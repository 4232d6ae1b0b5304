"""Asking for a pack on a page and at the terminal, who may, and what becomes of it."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta

import pytest

from tests.builders.audits import a_mandate, auditor_of
from tests.builders.packs import a_pack, a_written_pack, an_asked_pack
from tests.builders.payments import PAID_AT, Desk, an_authorised_claim
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from tests.packs.office import content_of, verify
from vouchers.audits.actions.mandates import end_mandate
from vouchers.audits.queries.mandates import get_mandate
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, WrongState
from vouchers.documents.models import Document
from vouchers.documents.store import the_store
from vouchers.jobs.actions import run_job
from vouchers.jobs.models import QueuedJob
from vouchers.packs import actions, jobs
from vouchers.packs.exports import whole
from vouchers.packs.models import Pack
from vouchers.packs.queries.packs import find_file, get_pack
from vouchers.packs.rules import KEPT_FOR, cover_of_mandate
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE


@pytest.fixture
def desk(app, clock):
    in2()
    people = Desk()
    clock.stop(PAID_AT)
    an_authorised_claim(people)
    return people


@pytest.fixture
def mandate(desk):
    return a_mandate("BE-WAL", at=PAID_AT)


def asking(mandate):
    return f"/audit-packs/mandates/{mandate.id}/ask"


def test_an_auditor_asks_waits_and_downloads(client, mandate):
    auditor, asked = signed_in(client, auditor_of(mandate)), asking(mandate)
    assert "No audit pack was asked for yet" in auditor.get("/audit-packs/").text
    assert asked in auditor.get(f"/audits/mandates/{mandate.id}").text
    assert "the whole file of each voucher" in auditor.get(asked).text
    answer = auditor.post(asked, data={"earlier": "", "language": "fr"})
    assert answer.status_code == 303
    waiting = auditor.get(answer.location)
    assert waiting.headers["Refresh"] == "5"
    assert "Being built" in waiting.text
    assert "Cancel the pack" in waiting.text

    again = auditor.post(asked, data={"earlier": "", "language": "fr"})
    assert again.location == answer.location
    promised = db.session.query(QueuedJob).filter_by(name="packs.build").one()
    assert run_job(promised.id, at=PAID_AT)
    number = int(answer.location.rpartition("/")[2])
    jobs.build(pack_id=number, at=PAID_AT)  # twice without harm

    page = auditor.get(answer.location)
    assert "Refresh" not in page.headers
    pack = get_pack(number)
    assert f"--root {pack.seal.root} --sha256 {pack.sha256}" in page.text
    assert f">{number}</strong>" in auditor.get("/audit-packs/").text
    file = auditor.get(f"{answer.location}/file")
    assert file.mimetype == "application/zip"
    assert file.data == content_of(pack)
    assert "Rapport" not in file.headers["Content-Disposition"]


def test_a_pack_continues_one_of_the_same_mandate(client, mandate):
    first, other = a_pack(mandate, at=PAID_AT), a_pack(a_mandate("NL-NB", at=PAID_AT), at=PAID_AT)
    auditor = signed_in(client, auditor_of(mandate))
    page = auditor.get(asking(mandate)).text
    assert f'value="{first.id}"' in page
    assert f'value="{other.id}"' not in page
    for wrong in ({"earlier": str(other.id)}, {"earlier": "x"}, {"language": "xx"}):
        assert auditor.post(asking(mandate), data={"language": "en", **wrong}).status_code == 422
    answer = auditor.post(asking(mandate), data={"earlier": str(first.id), "language": "en"})
    assert get_pack(int(answer.location.rpartition("/")[2])).since_id == first.seal_id


def test_the_mandate_is_the_border(client, mandate):
    pack = a_pack(mandate, at=PAID_AT)
    written, _content = a_written_pack(at=PAID_AT)
    others = (
        auditor_of(a_mandate("BE-WAL", at=PAID_AT)),
        a_member_of_staff(Role.AUDITOR, region=None),
        a_member_of_staff(Role.COORDINATOR, region=None),
        a_member_of_staff(Role.ADMINISTRATOR, programme=None, region=None),
        an_applicant(),
    )
    for person in others:
        stranger = signed_in(client, person)
        for address in (f"/audit-packs/{pack.id}", f"/audit-packs/{pack.id}/file", asking(mandate)):
            assert stranger.get(address).status_code == 403, (person.email, address)
        assert stranger.post(asking(mandate), data={"language": "en"}).status_code == 403
        with pytest.raises(NotPermitted):
            actions.ask_pack(mandate, cover_of_mandate(mandate), since=None, language="en", by=person, at=PAID_AT)
    auditor = signed_in(client, auditor_of(mandate))
    assert auditor.get(f"/audit-packs/{written.id}").status_code == 403
    assert f"/audit-packs/{written.id}" not in auditor.get("/audit-packs/").text


def test_a_mandate_that_ended_hands_out_nothing_more(client, clock, mandate):
    built, asked = a_pack(mandate, at=PAID_AT), an_asked_pack(mandate, at=PAID_AT)
    auditor = signed_in(client, auditor_of(mandate))
    assert auditor.get(f"/audit-packs/{built.id}/file").status_code == 200
    end_mandate(get_mandate(mandate.id), "Done.", by=a_member_of_staff(Role.COORDINATOR, region=None), at=PAID_AT)
    assert auditor.get(f"/audit-packs/{built.id}/file").status_code == 403
    assert auditor.get("/audit-packs/").status_code == 403
    jobs.build(pack_id=asked.id, at=PAID_AT)
    assert get_pack(asked.id).failure == "The mandate has ended."


def test_an_auditor_cancels_and_the_worker_stops(client, mandate, monkeypatch):
    pack = an_asked_pack(mandate, at=PAID_AT)
    auditor = signed_in(client, auditor_of(mandate))

    write_books = whole.write_books

    def cancelled_meanwhile(*arguments):
        assert auditor.post(f"/audit-packs/{pack.id}/cancel").status_code == 303
        write_books(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(whole, "write_books", cancelled_meanwhile)
        jobs.build(pack_id=pack.id, at=PAID_AT)
    assert get_pack(pack.id).state == "cancelled"
    assert find_file(pack) is None
    page = auditor.get(f"/audit-packs/{pack.id}").text
    assert "It was cancelled before it was ready" in page
    assert "Download" not in page
    assert auditor.post(f"/audit-packs/{pack.id}/cancel").status_code in (303, 409)
    stranger = auditor_of(a_mandate("BE-WAL", at=PAID_AT))
    with pytest.raises(NotPermitted):
        actions.cancel_pack(an_asked_pack(mandate, at=PAID_AT), by=stranger, at=PAID_AT)


def test_what_cannot_be_built_says_so(client, mandate, monkeypatch):
    pack = an_asked_pack(mandate, at=PAID_AT)

    def full(*_arguments, **_named):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "write_pack", full)
        with pytest.raises(OSError, match="No space"):
            jobs.build(pack_id=pack.id, at=PAID_AT)
    page = signed_in(client, auditor_of(mandate)).get(f"/audit-packs/{pack.id}").text
    assert "Something went wrong while it was built" in page
    jobs.build(pack_id=pack.id, at=PAID_AT)  # it is over: whoever wants it asks again
    assert get_pack(pack.id).state == "failed"


def test_only_the_office_builds_and_removes(mandate):
    pack, auditor = an_asked_pack(mandate, at=PAID_AT), auditor_of(mandate)
    with pytest.raises(NotPermitted):
        actions.report_pack(pack, 10, by=auditor, at=PAID_AT)
    with pytest.raises(NotPermitted):
        actions.fail_pack(pack, "x", by=auditor, at=PAID_AT)
    with pytest.raises(NotPermitted):
        actions.keep_pack(pack, None, "ab" * 32, 1, None, by=auditor, at=PAID_AT)
    with pytest.raises(NotPermitted):
        actions.remove_pack(a_pack(a_mandate(at=PAID_AT), at=PAID_AT), by=auditor, at=PAID_AT)
    actions.fail_pack(get_pack(pack.id), "No.", by=OFFICE, at=PAID_AT)
    with pytest.raises(WrongState):
        actions.report_pack(get_pack(pack.id), 10, by=OFFICE, at=PAID_AT)


def test_packs_are_not_kept_for_long(client, clock, mandate):
    pack = a_pack(mandate, at=PAID_AT)
    document = find_file(pack)
    jobs.remove(at=PAID_AT + KEPT_FOR - timedelta(seconds=1))
    assert get_pack(pack.id).state == "built"
    later = clock.stop(PAID_AT + KEPT_FOR)
    jobs.remove(at=later)
    jobs.remove(at=later)
    assert get_pack(pack.id).state == "removed"
    assert not the_store().exists(document.sha256)
    assert db.session.get(Document, document.id).disposed_at == later
    auditor = signed_in(client, auditor_of(mandate))
    assert "does not keep packs for long" in auditor.get(f"/audit-packs/{pack.id}").text
    assert auditor.get(f"/audit-packs/{pack.id}/file").status_code == 410
    assert f'value="{pack.id}"' in auditor.get(asking(mandate)).text  # it can still be continued

    ended = a_pack(mandate, at=later)
    end_mandate(get_mandate(mandate.id), "Done.", by=a_member_of_staff(Role.COORDINATOR, region=None), at=later)
    jobs.remove(at=later)
    assert get_pack(ended.id).state == "removed"


def test_a_pack_at_the_terminal(app, mandate, tmp_path):
    number = mandate.number
    db.session.remove()
    out, run = tmp_path / "pack.zip", app.test_cli_runner().invoke
    answer = run(args=["audit", "pack", "--out", str(out)])
    assert answer.exit_code == 0, answer.output
    with zipfile.ZipFile(out) as archive:
        (tmp_path / "verify.py").write_bytes(archive.read("verify.py"))
    assert verify(out)[0] == 0
    pack = db.session.query(Pack).one()
    assert (pack.state, pack.mandate_id) == ("built", None)
    assert pack.sha256 in answer.output
    assert find_file(pack) is None  # it is where it was wanted, and not kept twice

    kept = out.read_bytes()
    answer = run(args=["audit", "pack", "--out", str(out)])
    assert (answer.exit_code, out.read_bytes()) == (1, kept)
    assert "is there already, and is not written over" in answer.output
    out.unlink()
    answer = run(args=["audit", "pack", "--out", str(out), "--mandate", number, "--since", str(pack.seal_id)])
    assert answer.exit_code == 0, answer.output
    assert verify(out)[0] == 0
    with zipfile.ZipFile(out) as archive:
        assert json.loads(archive.read("manifest.json"))["covers"]["mandate"] == number
    free = str(tmp_path / "other.zip")
    for words, sign in (
        (["--out", "/nowhere/x.zip"], "cannot be written"),
        (["--out", free, "--since", "99"], "no"),
        (["--out", free, "--programme", "other"], "The books know no programme"),
        (["--out", free, "--mandate", "M-1"], "There is no mandate M-1"),
        (["--out", free, "--mandate", number, "--programme", "x"], "--mandate says it all"),
        (["--out", free, "--region", "BE-WAL"], "--region needs --programme"),
        (["--out", free, "--from", "2026-02-01", "--to", "2026-01-01"], "first day is after"),
    ):
        answer = run(args=["audit", "pack", *words])
        assert answer.exit_code != 0
        assert sign in answer.output, answer.output
    assert verify(out)[0] == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == ["pack.zip", "verify.py"]
