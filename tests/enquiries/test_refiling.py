"""Files that are sent again because the region asked for them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from tests.builders.applications import PDF, a_file, a_submitted_application, owner_of
from tests.builders.enquiries import a_clarification
from tests.builders.evaluation import an_accepted_assignment, an_eligible_application
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.applications.queries import files
from vouchers.applications.queries.versions import list_submissions
from vouchers.applications.rules.content import Content, read_content, sha256_of
from vouchers.core.errors import NotFound, NotPermitted, RuleBroken, WrongState
from vouchers.documents.queries import list_documents_of
from vouchers.enquiries import jobs, queries
from vouchers.enquiries.actions import clarifying, refiling
from vouchers.enquiries.models import Clarification
from vouchers.evaluation.queries.assignments import get_assignment, get_pinned_content, get_shown_document
from vouchers.users.states import Role

AT = during_call()
NEW = PDF + b"\n% the offer, readable"
MORE = PDF + b"\n% its annex"


@pytest.fixture(autouse=True)
def programme(app: Any, clock: Any) -> None:
    clock.stop(AT)
    in2()


@pytest.fixture
def manager(programme: None) -> Any:
    return a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", "BE-WAL", with_factor=False)


@pytest.fixture
def asked(manager: Any) -> Clarification:
    """Of an INS application the offer is asked for again, and nothing else."""
    return a_clarification(manager, a_submitted_application("INS"), documents=("offer",))


def versions(application_id: int) -> list[Content]:
    return [read_content(one.content) for one in list_submissions(application_id)]


def attach(asked: Clarification, content: bytes, name: str, **rest: Any) -> int:
    owner = owner_of(asked.application)
    return refiling.attach_clarification(asked, "offer", a_file(content, name), by=owner, at=AT, **rest).id


def answer(asked: Clarification, given: Any = None) -> None:
    owner = owner_of(asked.application)
    clarifying.answer_clarification(queries.get_clarification(asked.id), given or {}, by=owner, at=AT)


def test_a_new_offer_takes_the_place_of_the_one_that_was_read(manager: Any, asked: Clarification) -> None:
    first = list_submissions(asked.application_id)[0]
    kept, old = (first.content, first.sha256), versions(asked.application_id)[0].documents[0]
    attach(asked, NEW, "new.pdf", replaces=old.id)
    attach(asked, MORE, "annex.pdf")
    assert [one.id for one in list_documents_of("application", asked.application_id)] == [old.id]
    answer(asked)

    first, second = list_submissions(asked.application_id)
    assert (first.content, first.sha256) == kept
    files_now = read_content(second.content).documents
    assert [(one.purpose, one.filename) for one in files_now] == [("offer", "new.pdf"), ("offer", "annex.pdf")]
    assert old.sha256 not in {one.sha256 for one in files_now}
    assert second.sha256 == sha256_of(second.content) != first.sha256
    standing = list_documents_of("application", asked.application_id)
    assert [one.id for one in standing] == [one.id for one in files_now]
    assert refiling.list_staged(asked) == []
    assert queries.get_clarification(asked.id).replaced == {}


def test_an_application_asked_for_an_answer_and_a_file_may_send_either(manager: Any) -> None:
    asked = a_clarification(manager, a_submitted_application("COL"), "work_plan", documents=("offer",))
    plan = versions(asked.application_id)[0].answers["work_plan"]
    with pytest.raises(RuleBroken, match="Nothing has changed"):
        answer(asked, {"work_plan": plan})
    attach(asked, MORE, "annex.pdf")
    answer(asked, {"work_plan": plan})
    assert [len(one.documents) for one in versions(asked.application_id)] == [1, 2]


def test_what_is_not_asked_for_or_there_already_or_too_late_is_refused(manager: Any, asked: Clarification) -> None:
    owner, old = owner_of(asked.application), versions(asked.application_id)[0].documents[0]
    with pytest.raises(RuleBroken, match="has this file already"):
        attach(asked, PDF, "the-same.pdf")
    with pytest.raises(RuleBroken, match="does not ask"):
        refiling.attach_clarification(asked, "plan", a_file(NEW), by=owner, at=AT)
    with pytest.raises(RuleBroken, match="answers that are offered"):
        attach(asked, NEW, "new.pdf", replaces=old.id + 1000)
    late = asked.due_at + timedelta(seconds=1)
    with pytest.raises(RuleBroken, match="time for this answer is over"):
        refiling.attach_clarification(asked, "offer", a_file(NEW), by=owner, at=late)
    for stranger in (manager, an_applicant()):
        with pytest.raises(NotPermitted):
            refiling.attach_clarification(asked, "offer", a_file(NEW), by=stranger, at=AT)
    attach(asked, NEW, "new.pdf", replaces=old.id)
    assert attach(asked, NEW, "new.pdf", replaces=old.id) == refiling.list_staged(asked)[0].id
    with pytest.raises(RuleBroken, match="answers that are offered"):
        attach(asked, MORE, "annex.pdf", replaces=old.id)
    for number in range(9):
        attach(asked, MORE + str(number).encode(), f"{number}.pdf")
    with pytest.raises(RuleBroken, match="At most 10 files"):
        attach(asked, MORE, "one-more.pdf")


def test_a_file_that_waits_can_be_taken_off_again(asked: Clarification) -> None:
    old = versions(asked.application_id)[0].documents[0]
    owner, new = owner_of(asked.application), attach(asked, NEW, "new.pdf", replaces=old.id)
    with pytest.raises(NotFound):
        refiling.detach_clarification(asked, old.id, by=owner, at=AT)
    refiling.detach_clarification(asked, new, by=owner, at=AT)
    assert (refiling.list_staged(asked), queries.get_clarification(asked.id).replaced) == ([], {})
    with pytest.raises(RuleBroken, match="Nothing has changed"):
        answer(asked)


@pytest.mark.parametrize("ends", ["lapse", "cancel"])
def test_nothing_waits_any_more_once_the_request_is_over(manager: Any, asked: Clarification, ends: str) -> None:
    attach(asked, NEW, "new.pdf")
    if ends == "lapse":
        jobs.lapse(at=asked.due_at + timedelta(seconds=2))
    else:
        clarifying.cancel_clarification(queries.get_clarification(asked.id), by=manager, at=AT)
    asked = queries.get_clarification(asked.id)
    assert refiling.list_staged(asked) == []
    assert [len(one.documents) for one in versions(asked.application_id)] == [1]
    with pytest.raises(WrongState):
        attach(asked, NEW, "new.pdf")


def test_only_files_that_were_asked_for_are_opened(manager: Any) -> None:
    application = a_submitted_application("INS")
    with pytest.raises(RuleBroken, match="Choose the questions"):
        a_clarification(manager, application, documents=("plan",))


def test_experts_read_the_files_of_the_version_that_they_began_with(manager: Any) -> None:
    application = an_eligible_application("COL")
    early = an_accepted_assignment(application)
    asked = a_clarification(manager, files.get_application(application.id), documents=("offer",), at=AT)
    old = versions(application.id)[0].documents[0]
    attach(asked, NEW, "new.pdf", replaces=old.id)
    answer(asked)
    late = an_accepted_assignment(files.get_application(application.id))
    assert get_shown_document(early.id, old.id).document is not None
    assert get_shown_document(late.id, old.id).document is None
    assert [one.filename for one in get_pinned_content(get_assignment(late.id)).documents] == ["new.pdf"]


# Over HTTP ------------------------------------------------------------------------------------------------------------


def test_from_the_request_to_the_difference(app: Any, client: Any, manager: Any, clock: Any) -> None:
    application = a_submitted_application("INS")
    desk, sme = signed_in(client, manager), signed_in(app.test_client(), owner_of(application))
    ask = f"/applications/{application.id}/clarifications/request"
    assert "Offer or letter of the partner" in desk.get(ask).text
    due = {"due_on-day": "20", "due_on-month": "10", "due_on-year": "2026", "reason": "We cannot read the offer."}
    refused = desk.post(ask, data=due)
    assert refused.status_code == 422
    assert "Choose the questions" in refused.text
    made = desk.post(ask, data={**due, "documents": ["offer"]}).location
    page = sme.get(f"{made}/answer").text
    assert "Offer or letter of the partner" in page
    assert "offer.pdf" in page
    version = page.split('name="version" value="')[1].split('"')[0]
    to_attach = sme.post(f"{made}/answer", data={"version": version, "then": "attach:offer"})
    assert to_attach.location == f"{made}/files/attach?purpose=offer"
    assert "Which file does it replace?" in sme.get(to_attach.location).text
    old = versions(application.id)[0].documents[0]

    def send(content: bytes, name: str, **data: Any) -> Any:
        data["file"] = (BytesIO(content), name)
        return sme.post(to_attach.location, data=data, content_type="multipart/form-data")

    assert "Say whether it replaces" in send(NEW, "new.pdf").text
    assert "it looks like a program" in send(b"MZ\0x", "c.pdf", replaces="0").text
    assert send(NEW, "new.pdf", replaces=str(old.id)).status_code == 303
    assert send(MORE, "annex.pdf").status_code == 303
    staged = refiling.list_staged(queries.get_clarification(int(made.rsplit("/", 1)[1])))
    page = sme.get(f"{made}/answer").text
    assert "instead of offer.pdf" in page
    assert sme.get(f"{made}/files/{staged[0].id}").data == NEW
    assert desk.get(f"{made}/files/{staged[0].id}").status_code == 403
    assert "new.pdf" not in desk.get(made).text
    version = page.split('name="version" value="')[1].split('"')[0]
    to_remove = sme.post(f"{made}/answer", data={"version": version, "then": f"remove:{staged[1].id}"}).location
    assert "Remove “annex.pdf”?" in sme.get(to_remove).text
    assert sme.post(to_remove).location == f"{made}/answer"
    assert sme.post(to_remove).location == f"{made}/answer"
    version = sme.get(f"{made}/answer").text.split('name="version" value="')[1].split('"')[0]
    assert sme.post(f"{made}/answer", data={"version": version}).location == made

    new = versions(application.id)[1].documents[0]
    auditor = a_member_of_staff(Role.AUDITOR, "in2lifesciences", "BE-WAL", with_factor=False)
    for reader in (desk, sme, signed_in(app.test_client(), auditor)):
        shown = reader.get(made).text
        for words in ("Replaced", "new.pdf", "offer.pdf", new.sha256, old.sha256):
            assert words in shown
        for one, content in ((old, PDF), (new, NEW)):
            assert reader.get(f"/applications/{application.id}/documents/{one.id}").data == content
    assert old.filename not in desk.get(f"/applications/{application.id}").text
    assert new.sha256 in desk.get(f"/applications/{application.id}/receipt").text
    assert old.sha256 in desk.get(f"/applications/{application.id}/receipt?version=1").text


def test_a_whole_section_opens_all_its_questions(client: Any, manager: Any) -> None:
    application = a_submitted_application("INS")
    data = {"sections": ["partner"], "reason": "Who?", "due_on": "2026-10-20"}
    made = signed_in(client, manager).post(f"/applications/{application.id}/clarifications/request", data=data)
    asked = queries.get_clarification(int(made.location.rsplit("/", 1)[1]))
    form = application.call.plan.form
    section = next(one for one in form.sections if one.code == "partner")
    assert asked.questions == [one.code for one in section.questions if one.is_asked_for("INS")]
