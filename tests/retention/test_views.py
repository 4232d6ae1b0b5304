"""The pages of retention, as a browser without scripts sees them."""

from __future__ import annotations

import csv
import io
import re

import pytest
from sqlalchemy import select

from tests.builders.applications import a_complete_draft, owner_of
from tests.builders.payments import Desk
from tests.builders.programmes import during_call, in2
from tests.builders.retention import DRAFTS_GO_AT, a_carried_out_disposal, a_hold, a_keeper, a_proposed_disposal
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.core.database import db
from vouchers.documents.models import Document
from vouchers.retention.actions.listing import approve_disposal
from vouchers.retention.queries import registers
from vouchers.retention.states import DisposalState, HoldState
from vouchers.users.states import Role

AT = DRAFTS_GO_AT
HOME = "/retention/in2lifesciences"


@pytest.fixture
def draft(app, clock):
    in2()
    clock.stop(during_call())
    made = a_complete_draft("COL")
    clock.stop(AT)
    return made


def test_from_what_is_due_to_what_was_deleted(client, draft):
    first = signed_in(client, a_keeper("first", at=AT))
    page = first.get(HOME).text
    assert draft.reference in page
    assert "1 application may be deleted" in page
    assert draft.reference in first.get(f"{HOME}?show=due").text
    assert draft.reference not in first.get(f"{HOME}?show=held").text
    listed = first.post(f"{HOME}/lists/propose", follow_redirects=True)
    assert "D-2028-0001" in listed.text
    made = registers.get_disposal_by_number("D-2028-0001")
    page = f"/retention/lists/{made.id}"
    assert f"{page}/approve" not in listed.text
    assert first.get(f"{page}/approve").status_code == 403
    assert first.post(f"{HOME}/lists/propose", follow_redirects=True).text.count("on a list already") == 1

    second = signed_in(client, a_keeper("second", at=AT))
    assert second.post(f"{page}/approve", data={}).status_code == 422
    approved = second.post(f"{page}/approve", data={"checked": "yes"}, follow_redirects=True)
    assert "is approved" in approved.text
    assert second.get(page).headers["Refresh"] == "5"
    db.session.rollback()
    assert registers.get_disposal(made.id).state is DisposalState.APPROVED


def test_a_list_is_refused_with_a_reason(client, draft):
    made = a_proposed_disposal()
    second = signed_in(client, a_keeper("second", at=AT))
    page = f"/retention/lists/{made.id}"
    assert second.post(f"{page}/refuse", data={"reason": " "}).status_code == 422
    assert "Not now." in second.post(f"{page}/refuse", data={"reason": "Not now."}, follow_redirects=True).text
    assert second.get(f"{page}/approve").status_code == 409


def test_a_hold_is_set_by_one_and_lifted_by_another(client, draft):
    first = signed_in(client, a_keeper("first", at=AT))
    wrong = first.post(f"{HOME}/holds/set", data={"reference": "IN2-2026-9999", "reason": "Court"})
    assert wrong.status_code == 422
    assert "has no application" in wrong.text
    assert "Court" in wrong.text
    assert first.post(f"{HOME}/holds/set", data={"reason": ""}).status_code == 422
    posted = {"reference": draft.reference, "reason": "Court case 7"}
    assert "Court case 7" in first.post(f"{HOME}/holds/set", data=posted, follow_redirects=True).text
    (hold,) = registers.page_of_holds(in2().programme, registers.ListQuery()).items
    assert first.get(f"/retention/holds/{hold.id}/lift").status_code == 403
    page = first.get(HOME).text
    assert "On hold" in page
    assert page.count("Court case 7") == 1
    assert re.search(r"data-label=\"Kept until\">\d", page)
    second = signed_in(client, a_keeper("second", at=AT))
    lifted = second.post(f"/retention/holds/{hold.id}/lift", data={"reason": "Decided"}, follow_redirects=True)
    assert "Decided" in lifted.text
    assert registers.get_hold(hold.id).state is HoldState.LIFTED


def test_the_file_says_what_became_of_each_line(client, draft):
    done = a_carried_out_disposal()
    answer = signed_in(client, a_keeper("first", at=AT)).get(f"/retention/lists/{done.id}/file", buffered=True)
    assert answer.mimetype == "text/csv"
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["list"], row["reference"], row["law"]) == ("D-2028-0001", draft.reference, "draft")
    assert (row["outcome"], row["carried_out_at"]) == ("deleted", AT.isoformat())
    assert int(row["files"]) == len(list(db.session.scalars(select(Document).where(Document.disposed_at == AT))))
    assert int(row["answers"]) > 10


def test_a_deleted_file_and_the_pages_of_a_deleted_application_say_so(client, draft):
    document = db.session.scalars(select(Document).where(Document.subject_kind == "application")).first()
    page = f"/applications/{draft.id}"
    owner = owner_of(draft)
    before = signed_in(client, owner)
    assert before.get(page).status_code == 200
    a_carried_out_disposal()
    gone = before.get(page)
    assert gone.status_code == 410
    assert draft.reference in gone.text
    assert "3 January 2028" in gone.text
    assert before.get(f"{page}/documents/{document.id}").status_code == 410
    assert before.get("/applications").status_code == 200
    stranger = signed_in(client, a_member_of_staff(Role.CLUSTER_MANAGER, region="NL-NB", at=AT))
    assert stranger.get(page).status_code == 403


@pytest.mark.parametrize("role", [Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER])
def test_others_see_nothing_of_it(client, draft, role):
    made = a_proposed_disposal()
    person = signed_in(client, a_member_of_staff(role, at=AT))
    for page in ("/retention/", HOME, f"{HOME}/holds", f"{HOME}/lists", f"/retention/lists/{made.id}"):
        assert person.get(page).status_code == 403


def test_an_auditor_reads_and_changes_nothing(client, draft):
    made, hold = a_proposed_disposal(), a_hold()
    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR, in2().code, at=AT))
    for page in (
        HOME,
        f"{HOME}/holds",
        f"{HOME}/lists",
        f"/retention/lists/{made.id}",
        f"/retention/lists/{made.id}/file",
    ):
        assert auditor.get(page, buffered=True).status_code == 200
    for page in (f"{HOME}/holds/set", f"/retention/holds/{hold.id}/lift", f"/retention/lists/{made.id}/approve"):
        assert auditor.get(page).status_code == 403
    assert auditor.post(f"{HOME}/lists/propose").status_code == 403


def test_who_has_one_programme_comes_to_its_page(client, draft):
    assert signed_in(client, a_keeper("first", at=AT)).get("/retention/").location.endswith(HOME)


def test_commands(app, draft):
    Desk()
    first = a_keeper("first", at=AT)
    runner = app.test_cli_runner()
    due = runner.invoke(args=["retention", "due", "--programme", "in2lifesciences"])
    assert due.exit_code == 0, due.output
    assert f"{draft.reference}\t" in due.output
    assert "1 applications" in due.output
    nobody = runner.invoke(args=["retention", "propose", "--programme", "in2lifesciences", "--by", "x@y.example"])
    assert nobody.exit_code == 1
    made = runner.invoke(args=["retention", "propose", "--programme", "in2lifesciences", "--by", first.email])
    assert "D-2028-0001" in made.output
    early = runner.invoke(args=["retention", "carry-out", "D-2028-0001"])
    assert early.exit_code == 1
    assert "not approved" in early.output
    db.session.rollback()
    approve_disposal(registers.get_disposal_by_number("D-2028-0001"), by=a_keeper("second", at=AT), at=AT)
    done = runner.invoke(args=["retention", "carry-out", "D-2028-0001"])
    assert "1 deleted, 0 kept" in done.output
    assert runner.invoke(args=["retention", "due", "--programme", "nowhere"]).exit_code == 1
