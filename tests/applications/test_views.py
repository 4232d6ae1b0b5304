"""The pages of applications, over HTTP."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import event, func, select

from tests.builders.applications import (
    IN2,
    PDF,
    a_complete_draft,
    a_draft,
    a_submitted_application,
    an_organisation,
    owner_of,
)
from tests.builders.programmes import a_programme, during_call, in2
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.applications.actions import drafting
from vouchers.applications.models import Application, Submission
from vouchers.applications.queries import files as queries
from vouchers.applications.queries.worklist import SORTS
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db, unit_of_work
from vouchers.documents.queries import list_documents_of
from vouchers.organisations.actions import accept_membership, invite_member
from vouchers.organisations.queries import get_organisation
from vouchers.organisations.states import MemberRole
from vouchers.users.states import Role

AT = during_call()


@pytest.fixture(autouse=True)
def programme(app: Any, clock: Any) -> None:
    clock.stop(AT)
    in2()


@pytest.fixture
def draft() -> Application:
    return a_complete_draft()


@pytest.fixture
def writer(client: Any, draft: Application) -> Any:
    """The browser of the person who started `draft`."""
    return signed_in(client, owner_of(draft))


def a_manager(region: str = "BE-WAL") -> Any:
    return a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", region, with_factor=False)


def a_colleague(application: Application, role: MemberRole = MemberRole.EDITOR) -> Any:
    colleague = an_applicant(name="Bea Colleague")
    organisation = get_organisation(application.organisation_id)
    membership = invite_member(organisation, colleague.email, role, by=owner_of(application), at=AT)
    accept_membership(membership, by=colleague, at=AT)
    return colleague


def value_of(application: Application, question: str) -> Any:
    answer = queries.map_answers(application.id).get(question)
    return answer.value if answer else None


def path(application: Application, rest: str = "") -> str:
    return f"/applications/{application.id}{rest}"


# --- start and the list -----------------------------------------------------------------------------------------------


def test_start_an_application(client: Any) -> None:
    owner = an_applicant()
    organisation = an_organisation(owner)
    signed_in(client, owner)
    start = f"/applications/start/{IN2.call().id}"
    page = client.get(start)
    assert page.status_code == 200
    assert "Meet &amp; Greet" in page.text
    answer = client.post(start, data={"organisation": str(organisation.id), "instrument": "MG"})
    assert answer.status_code == 303
    assert (
        client.post(start, data={"organisation": str(organisation.id), "instrument": "MG"}).location == answer.location
    )
    assert "Not yet started" in client.get(answer.location).text
    assert "IN2-2026-0001" in client.get("/applications").text


def test_start_asks_for_an_organisation_first(client: Any) -> None:
    signed_in(client, an_applicant())
    assert "Add your organisation" in client.get(f"/applications/start/{IN2.call().id}").text


def test_start_in_a_closed_call_says_so(client: Any) -> None:
    owner = an_applicant()
    organisation = an_organisation(owner)
    signed_in(client, owner)
    start = f"/applications/start/{IN2.call('2025-2').id}"
    page = client.get(start).text
    assert "This call closed on 15 December 2025" in page
    assert "What you have written stays here" not in page  # nothing was written here
    assert client.post(start, data={"organisation": str(organisation.id), "instrument": "MG"}).status_code == 422


def test_somebody_elses_organisation_cannot_be_chosen(client: Any) -> None:
    foreign = an_organisation(an_applicant())
    owner = an_applicant()
    an_organisation(owner)
    signed_in(client, owner)
    data = {"organisation": str(foreign.id), "instrument": "MG"}
    assert client.post(f"/applications/start/{IN2.call().id}", data=data).status_code == 422
    assert db.session.scalar(select(func.count(Application.id))) == 0


# --- sections ---------------------------------------------------------------------------------------------------------


def test_save_and_continue_goes_from_section_to_section(client: Any) -> None:
    draft = a_draft()
    signed_in(client, owner_of(draft))
    answer = client.post(path(draft, "/sections/project"), data={"title": "Sepsis", "version": "0.0.0.0"})
    assert (answer.status_code, answer.location) == (303, path(draft, "/sections/partner"))
    assert client.post(path(draft, "/sections/declarations"), data={}).location == path(draft, "/documents")
    assert value_of(draft, "title") == "Sepsis"


def test_a_section_keeps_sound_and_unsound_answers_and_says_what_is_wrong(client: Any) -> None:
    draft = a_draft()
    signed_in(client, owner_of(draft))
    typed = {
        "activity_start-day": "31", "activity_start-month": "2", "activity_start-year": "2027",
        "activity_end": "2027-12-01", "requested_amount": "plenty", "vat_recoverable": "no",
    }  # fmt: skip
    answer = client.post(path(draft, "/sections/activity"), data=typed)
    assert answer.status_code == 422
    assert "Enter a date that exists" in answer.text
    assert 'href="#requested_amount"' in answer.text
    again = client.get(path(draft, "/sections/activity")).text
    assert 'value="plenty"' in again
    assert 'name="activity_start-day" type="text" inputmode="numeric" value="31"' in again
    assert (value_of(draft, "vat_recoverable"), value_of(draft, "activity_end")) == (False, "2027-12-01")
    later = client.post(path(draft, "/sections/activity"), data={**typed, "then": "later"})
    assert (later.status_code, later.location) == (303, path(draft))


def test_what_the_check_would_refuse_is_said_beside_its_box_when_the_section_is_saved(client: Any) -> None:
    draft = a_draft()
    signed_in(client, owner_of(draft))
    typed = {"provider_name": "Lab", "provider_contact": "Dr Who", "provider_region": draft.region.code}
    typed |= {"provider_email": "nowhere"}
    answer = client.post(path(draft, "/sections/partner"), data=typed)
    assert answer.status_code == 422
    assert "The partner must be in another region than yours." in answer.text  # in one round with
    assert "”: Enter an email address" in answer.text
    assert "Your answers are saved." in answer.text
    assert value_of(draft, "provider_region") == draft.region.code

    days = {"activity_start": "2027-07-01", "activity_end": "2027-06-01"}
    first = client.post(path(draft, "/sections/activity"), data=days)
    assert first.status_code == 422
    assert "The activity must not end before it starts." in first.text
    assert 'href="#activity_end-day"' in first.text
    assert value_of(draft, "activity_end") == "2027-06-01"
    version, told = (first.text.split(f'name="{name}" value="')[1].split('"')[0] for name in ("version", "told"))
    read = {"version": version, "told": told}
    assert client.post(path(draft, "/sections/activity"), data={**days, **read}).status_code == 303


def test_what_the_check_would_refuse_is_said_at_the_first_save_and_no_more_once_it_is_mended(client: Any) -> None:
    draft = a_draft()
    signed_in(client, owner_of(draft))
    page, days = path(draft, "/sections/activity"), {"activity_start": "2027-07-01", "activity_end": "2027-06-01"}
    saved = client.post(f"{page}/autosave", json={**days, "version": ""})
    first = client.post(page, data={**days, "version": saved.json["version"]})
    assert first.status_code == 422
    assert "The activity must not end before it starts." in first.text
    assert client.post(page, data=days).status_code == 422  # nobody has read it on this page
    assert client.post(page, data={**days, "activity_end": "2027-08-01"}).status_code == 303


def test_a_colleagues_words_are_shown_and_ones_own_kept(client: Any, writer: Any, draft: Application) -> None:
    opened = {"title": "Ada's title", "version": "1.1.1.1"}
    others = {"title": "Bea's title"}
    drafting.save_answers(draft, others, by=a_colleague(draft), at=AT)
    answer = writer.post(path(draft, "/sections/project"), data=opened)
    assert answer.status_code == 422
    assert "Now saved, by Bea Colleague" in answer.text
    assert "Bea&#39;s title" in answer.text
    assert "Ada&#39;s title" in answer.text
    assert value_of(draft, "title") == "Bea's title"
    version = answer.text.split('name="version" value="')[1].split('"')[0]
    rest = {code: value_of(draft, code) or "x" for code in ("project_description", "expected_benefit", "work_plan")}
    assert writer.post(path(draft, "/sections/project"), data={**opened, **rest, "version": version}).status_code == 303
    assert value_of(draft, "title") == "Ada's title"


def test_words_of_a_lost_session_are_shown_after_signing_in(client: Any, writer: Any, draft: Application) -> None:
    writer.delete_cookie("office")
    answer = writer.post(path(draft, "/sections/project"), data={"title": "Typed in vain?", "version": "1.1.1.1"})
    assert answer.status_code == 303
    from urllib.parse import parse_qs, urlsplit

    held = parse_qs(urlsplit(answer.location).query)["next"][0]
    signed_in(client, owner_of(draft))
    page = client.get(held).text
    assert 'value="Typed in vain?"' in page
    assert "It is not saved yet" in page
    assert " data-held" in page
    assert "data-held" not in client.get(path(draft, "/sections/project")).text


def test_autosave(writer: Any, draft: Application) -> None:
    url = path(draft, "/sections/activity/autosave")
    first = writer.post(url, json={"requested_amount": "6000", "version": "1.1.1.1"})
    assert (first.status_code, first.json["saved_at"]) == (200, "11:00")
    assert [part[:2] for part in first.json["version"].split(".")] == ["1", "1", "2-", "1"]
    writer.post(url, json={"activity_end-month": "11", "version": first.json["version"]})
    assert value_of(draft, "activity_end") == "2027-11-15"
    assert value_of(draft, "activity_start") == "2027-07-01"
    assert value_of(draft, "requested_amount") == {"cents": 600_000, "currency": "EUR"}


def test_an_amount_stands_in_its_box_as_the_reader_writes_it(writer: Any, draft: Application) -> None:
    url = path(draft, "/sections/activity")
    writer.post(f"{url}/autosave", json={"requested_amount": "1.234,56", "version": "1.1.1.1"})
    shown = {}
    for language in ("en", "de"):
        with unit_of_work():
            owner_of(draft).language = language
        shown[language] = re.search(r'name="requested_amount"[^>]*value="([^"]*)"', writer.get(url).text)[1]
    assert shown == {"en": "1234.56", "de": "1234,56"}
    assert value_of(draft, "requested_amount") == {"cents": 123_456, "currency": "EUR"}


def test_autosave_takes_half_a_date_and_a_box_unticked(writer: Any, draft: Application) -> None:
    writer.post(path(draft, "/sections/activity/autosave"), json={"activity_start-year": "", "version": "1.1.1.1"})
    assert value_of(draft, "activity_start") == "1/7/"
    writer.post(path(draft, "/sections/declarations/autosave"), json={"is_true": [], "version": "1.1.1"})
    assert value_of(draft, "is_true") is None


def test_autosave_does_not_save_over_a_colleague(writer: Any, draft: Application) -> None:
    drafting.save_answers(draft, {"title": "Bea's"}, by=a_colleague(draft), at=AT)
    answer = writer.post(path(draft, "/sections/project/autosave"), json={"title": "Ada's", "version": "1.1.1.1"})
    assert answer.status_code == 409
    assert "not saved over it" in answer.json["message"]
    assert value_of(draft, "title") == "Bea's"
    other = {"work_plan": "Steps", "version": "1.1.1.1"}
    saved = writer.post(path(draft, "/sections/project/autosave"), json=other)
    assert saved.json["version"].startswith("1.1.1.2-")


@pytest.mark.parametrize("body", [[], "text", None, {"unknown": "x"}, {"title": {"a": 1}}, {"title": "a\0b"}])
def test_autosave_survives_any_body(writer: Any, draft: Application, body: Any) -> None:
    assert writer.post(path(draft, "/sections/project/autosave"), json=body).status_code in (200, 400)


def test_there_are_no_other_sections(writer: Any, draft: Application) -> None:
    assert writer.get(path(draft, "/sections/holidays")).status_code == 404


def test_what_the_voucher_pays_stands_beside_the_amount(writer: Any, draft: Application) -> None:
    page = writer.get(path(draft, "/sections/activity")).text
    box = re.search(r'<input[^>]*id="requested_amount"[^>]*>', page)[0]
    assert 'aria-describedby="requested_amount-' in box
    assert "requested_amount-note" in box
    assert "What this voucher pays: up to €7,000 of what it really costs." in page


def test_the_draft_leads_to_the_papers_that_the_rules_read(writer: Any, draft: Application) -> None:
    page = writer.get(path(draft)).text
    assert f'href="/organisations/{draft.organisation_id}/ownership/state?next={path(draft)}"' in page
    assert "You can submit without it. The office then goes by the figures in your answers" in page
    assert f'href="/organisations/{draft.organisation_id}/aid/sign?next={path(draft)}"' in page


# --- files ------------------------------------------------------------------------------------------------------------


def upload(name: str, content: bytes = PDF) -> tuple[BytesIO, str]:
    return BytesIO(content), name


def test_attach_several_and_one_of_them_is_a_page_in_disguise(writer: Any, draft: Application) -> None:
    files = [upload("plan.pdf", PDF + b"\n% another\n"), upload("page.pdf", b"<!doctype html><p>Hello</p>")]
    answer = writer.post(path(draft, "/documents"), data={"purpose": "plan", "file": files})
    assert answer.status_code == 422
    assert "page.pdf:" in answer.text
    assert "The file is attached." in answer.text
    plans = [one for one in list_documents_of("application", draft.id) if one.purpose == "plan"]
    assert [one.filename for one in plans] == ["plan.pdf"]
    got = writer.get(path(draft, f"/documents/{plans[0].id}"))
    assert got.data.startswith(b"%PDF")
    assert "attachment" in got.headers["Content-Disposition"]


def test_attach_without_a_file_and_of_a_file_too_large(writer: Any, draft: Application) -> None:
    assert "Choose a file first" in writer.post(path(draft, "/documents"), data={"purpose": "plan"}).text
    large = upload("large.pdf", PDF + b"0" * 20 * 1024 * 1024)
    answer = writer.post(path(draft, "/documents"), data={"purpose": "offer", "file": large})
    assert answer.status_code == 422
    assert "large.pdf:" in answer.text
    assert writer.post(path(draft, "/documents"), data={"purpose": "x", "file": upload("a.pdf")}).status_code == 422


def test_attach_without_a_new_file_is_fine_where_one_is_there(writer: Any, draft: Application) -> None:
    answer = writer.post(path(draft, "/documents"), data={"purpose": "offer", "file": upload("", b"")})
    assert (answer.status_code, answer.location) == (303, path(draft, "/documents"))
    page = writer.get(answer.location).text
    assert "Choose a file first" not in page
    assert "Nothing new was chosen. The files below are attached." in page
    assert "is attached." not in page


def test_a_refused_file_is_called_by_its_own_name(writer: Any, draft: Application) -> None:
    files = {"purpose": "plan", "file": upload("C:/fakepath/../x.exe", b"MZ and the rest")}
    answer = writer.post(path(draft, "/documents"), data=files)
    assert ">x.exe: This cannot be taken: it looks like a program." in answer.text
    assert "fakepath" not in answer.text


@pytest.mark.parametrize("sent", [r"C:\Users\x\evil.pdf", r"C:\\Users\\x\\evil.pdf", "/home/x/evil.pdf"])
def test_a_file_is_kept_without_its_folders(writer: Any, draft: Application, sent: str) -> None:
    head = f'--B\r\nContent-Disposition: form-data; name="file"; filename="{sent}"\r\n\r\n'.encode()
    purpose = b'\r\n--B\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nplan\r\n--B--\r\n'
    address = path(draft, "/documents")
    answer = writer.post(address, data=head + PDF + purpose, content_type="multipart/form-data; boundary=B")
    assert answer.status_code == 303
    assert "evil.pdf" in [one.filename for one in list_documents_of("application", draft.id)]
    assert "is stored under" not in writer.get(address).text


def test_a_file_that_is_called_otherwise_is_named_as_it_was(writer: Any, draft: Application) -> None:
    writer.post(path(draft, "/documents"), data={"purpose": "plan", "file": upload("Plan «neu»?.pdf")})
    page = writer.get(path(draft, "/documents")).text
    assert "“Plan «neu»?.pdf” is stored under the name “Plan «neu»_.pdf”." in page


def test_removing_a_file_is_asked_first(writer: Any, draft: Application) -> None:
    document = list_documents_of("application", draft.id)[0]
    address = path(draft, f"/documents/{document.id}/remove")
    assert f'href="{address}"' in writer.get(path(draft, "/documents")).text
    asked = writer.get(address).text
    assert document.filename in asked
    assert f'<a href="{path(draft, "/documents")}">Cancel</a>' in asked
    assert list_documents_of("application", draft.id) == [document]
    writer.post(address)
    assert writer.get(address).location == path(draft, "/documents")


def test_detach_twice_is_fine(writer: Any, draft: Application) -> None:
    document = list_documents_of("application", draft.id)[0]
    for _press in range(2):
        assert writer.post(path(draft, f"/documents/{document.id}/remove")).status_code == 303
    assert list_documents_of("application", draft.id) == []
    assert writer.get(path(draft, f"/documents/{document.id}")).status_code == 404


def test_a_strangers_file_is_not_for_download(client: Any, draft: Application) -> None:
    document = list_documents_of("application", draft.id)[0]
    signed_in(client, an_applicant())
    assert client.get(path(draft, f"/documents/{document.id}")).status_code == 403
    mine = a_draft()
    signed_in(client, owner_of(mine))
    assert client.get(path(mine, f"/documents/{document.id}")).status_code == 404


# --- check and submit -------------------------------------------------------------------------------------------------


def test_check_lists_every_blocker_with_a_link_to_its_box(client: Any) -> None:
    draft = a_complete_draft(answers={"title": "", "activity_start": "", "requested_amount": "9000"})
    document = list_documents_of("application", draft.id)[0]
    drafting.detach_document(draft, document.id, by=owner_of(draft), at=AT)
    signed_in(client, owner_of(draft))
    page = client.get(path(draft, "/check")).text
    assert "4 things to mend" in page
    for link in ("/sections/project#title", "/sections/activity#activity_start-day", "/documents#document-offer"):
        assert f'href="{path(draft)}{link}"' in page
        target, anchor = link.split("#")
        assert f'id="{anchor}"' in client.get(path(draft, target)).text
    assert client.post(path(draft, "/submit"), data={"declared": "yes"}).status_code == 422
    assert queries.get_application(draft.id).state == ApplicationState.DRAFT


def test_submit_needs_the_declaration(writer: Any, draft: Application) -> None:
    answer = writer.post(path(draft, "/submit"))
    assert answer.status_code == 422
    assert "Confirm the declaration" in answer.text
    assert not queries.get_application(draft.id).was_submitted


def test_submit_gives_the_receipt_and_a_second_press_the_same(writer: Any, draft: Application) -> None:
    first = writer.post(path(draft, "/submit"), data={"declared": "yes"})
    second = writer.post(path(draft, "/submit"), data={"declared": "yes"})
    assert (first.status_code, first.location) == (303, path(draft, "/receipt"))
    assert (second.status_code, second.location) == (303, path(draft, "/receipt"))
    assert db.session.scalar(select(func.count(Submission.id))) == 1
    submission = queries.get_submission(draft.id)
    page = writer.get(first.location).text
    for words in (
        "R-IN2-2026-000001",
        submission.sha256,
        "5 October 2026, 11:00 (Brussels time)",
        "2026-10-05 09:00:00 UTC",
    ):
        assert words in page
    paper = writer.get(path(draft, "/receipt.pdf"))
    assert paper.data.startswith(b"%PDF")
    assert paper.data == writer.get(path(draft, "/receipt.pdf")).data
    status = writer.get(path(draft)).text
    assert "You submitted it" in status
    assert "checks whether the application meets the rules" in status


def test_a_deadline_that_passed_while_the_form_was_open(writer: Any, draft: Application, clock: Any) -> None:
    clock.stop(AT + timedelta(hours=1))
    assert writer.get(path(draft, "/check")).status_code == 200
    signed = owner_of(draft)
    clock.stop(draft.call.closes_at + timedelta(seconds=1))
    signed_in(writer, signed)
    answer = writer.post(path(draft, "/submit"), data={"declared": "yes"})
    assert answer.status_code == 422
    assert "This call closed on 31 March 2027, 17:00 (Brussels time)" in answer.text
    assert "A faster assay for sepsis" in answer.text
    assert writer.get(path(draft)).status_code == 200


def test_after_the_deadline_a_draft_is_offered_to_be_read_and_no_more(
    client: Any, draft: Application, clock: Any
) -> None:
    section = path(draft, "/sections/project")
    writer = signed_in(client, owner_of(draft))
    assert "Change" in writer.get(path(draft, "/check")).text
    page = {"title": "Typed at the last second", "version": "1.1.1.1"}
    clock.stop(draft.call.closes_at + timedelta(seconds=1))
    writer = signed_in(client, owner_of(draft))
    for address in (path(draft), path(draft, "/check")):
        text = writer.get(address).text
        assert "you can read it" in text
        assert "/sections/" not in text
        assert f'/{draft.id}/documents"' not in text
        assert "A faster assay for sepsis" in text
    for rest in ("/sections/project", "/documents"):
        assert writer.get(path(draft, rest)).location == path(draft)
    answer = writer.post(section, data=page)  # from a page that was opened in time: nothing typed is lost
    assert answer.location == path(draft)
    assert "Your answers are saved." in writer.get(path(draft)).text
    assert value_of(draft, "title") == "Typed at the last second"


def test_pages_of_a_draft_lead_to_the_application_once_it_is_submitted(client: Any) -> None:
    application = a_submitted_application()
    signed_in(client, owner_of(application))
    for rest in ("/sections/project", "/documents", "/check"):
        assert client.get(path(application, rest)).location == path(application)
    late = client.post(path(application, "/sections/project"), data={"title": "Changed"})
    assert late.status_code == 409
    assert value_of(application, "title") == "A faster assay for sepsis"


def test_withdraw(client: Any) -> None:
    application = a_submitted_application()
    signed_in(client, owner_of(application))
    assert client.post(path(application, "/withdraw")).status_code == 422
    for _press in range(2):
        answer = client.post(path(application, "/withdraw"), data={"reason": "The partner left"})
        assert (answer.status_code, answer.location) == (303, path(application))
    assert "You withdrew it" in client.get(path(application)).text


# --- who may read -----------------------------------------------------------------------------------------------------


def test_a_draft_is_for_its_organisation_only(client: Any, draft: Application) -> None:
    for reader in (an_applicant(), a_manager()):
        signed_in(client, reader)
        for rest in ("", "/check", "/sections/project", "/documents"):
            assert client.get(path(draft, rest)).status_code == 403


def test_a_viewer_reads_and_does_not_write(client: Any, draft: Application) -> None:
    signed_in(client, a_colleague(draft, MemberRole.VIEWER))
    assert client.get(path(draft)).status_code == 200
    page = client.get(path(draft, "/check"))
    assert "A faster assay for sepsis" in page.text
    assert "Submit the application" not in page.text
    assert client.get(path(draft, "/sections/project")).status_code == 403
    assert client.post(path(draft, "/submit"), data={"declared": "yes"}).status_code == 403


def test_a_viewer_is_not_offered_to_ask(client: Any, draft: Application) -> None:
    signed_in(client, a_colleague(draft, MemberRole.VIEWER))
    assert "Ask the region a question" not in client.get(path(draft)).text
    assert client.get(path(draft, "/questions")).status_code == 200


def test_a_section_names_the_question_that_has_no_number(writer: Any, draft: Application) -> None:
    page = writer.post(path(draft, "/sections/company"), data={"headcount": "many", "turnover": "-1"}).text
    assert "”: Enter a number, such as 12." in page
    assert "”: The amount cannot be below zero." in page


def test_check_and_receipt_speak_the_readers_language(client: Any) -> None:
    draft, submitted = a_draft(), a_submitted_application()
    drafting.save_answers(draft, {"turnover": "3000000"}, by=owner_of(draft), at=AT)
    for application, rest, words in (
        (draft, "/check", ["Ce que j’ai écrit est exact"]),
        (submitted, "/receipt", [submitted.call.plan.title.in_language("fr")]),
    ):
        owner = owner_of(application)
        with unit_of_work():
            owner.language = "fr"
        signed_in(client, owner)
        page = client.get(path(application, rest)).text
        for one in words:
            assert one in page
        assert "EUR 3,000,000.00" not in page
        assert "What I have written" not in page


@pytest.mark.parametrize(("region", "status"), [("BE-WAL", 200), ("NL-NB", 403)])
def test_staff_read_what_their_region_was_handed_in(client: Any, region: str, status: int) -> None:
    application = a_submitted_application()
    signed_in(client, a_manager(region))
    for rest in (
        "",
        "/receipt",
        "/receipt.pdf",
        f"/documents/{list_documents_of('application', application.id)[0].id}",
    ):
        assert client.get(path(application, rest), buffered=True).status_code == status
    assert client.get(path(application, "/withdraw")).status_code == 403


def test_what_does_not_exist(client: Any) -> None:
    signed_in(client, an_applicant())
    for address in ("/applications/999", "/applications/999/receipt", "/applications/start/999"):
        assert client.get(address).status_code == 404
    draft = a_draft()
    signed_in(client, owner_of(draft))
    assert client.get(path(draft, "/receipt")).status_code == 404


# --- the worklist -----------------------------------------------------------------------------------------------------


def test_the_worklist_shows_ones_own_regions_and_no_drafts(client: Any) -> None:
    here, away = a_submitted_application("COL"), a_submitted_application("MG", "NL-NB")
    draft = a_complete_draft()
    signed_in(client, a_manager())
    page = client.get("/applications/worklist").text
    assert here.reference in page
    assert away.reference not in page
    assert draft.reference not in page
    assert "€7,000" in page
    assert '<option value="COL">Collaboration</option>' in page
    assert ">COL<" not in page
    signed_in(client, a_member_of_staff(Role.AUDITOR, with_factor=False))
    page = client.get("/applications/worklist").text
    assert here.reference in page
    assert away.reference in page


def test_the_worklist_offers_the_vouchers_of_the_own_programmes_only(client: Any) -> None:
    a_submitted_application("COL")
    a_programme()
    signed_in(client, a_manager())
    page = client.get("/applications/worklist").text
    assert '<option value="COL">' in page
    assert '<option value="H2C">' not in page


def test_the_worklist_says_the_day_where_its_reader_is(client: Any, clock: Any) -> None:
    a_submitted_application(
        "COL", at=clock.stop(during_call().replace(hour=22, minute=30))
    )  # past midnight in Brussels
    reader = signed_in(client, a_manager())
    day = during_call() + timedelta(days=1)
    assert f">{day.day} {day:%b} {day.year}<" in reader.get("/applications/worklist").text


def test_the_worklist_filters_and_sorts(client: Any) -> None:
    first, second = a_submitted_application("COL"), a_submitted_application("MG", "NL-NB")
    signed_in(client, a_member_of_staff(Role.COORDINATOR, with_factor=False))
    for asked, found in (
        ("region=NL-NB", second), ("instrument=COL", first), (f"q={first.reference[-4:]}", first),
        (f"q={second.organisation.name[-12:]}", second),
    ):  # fmt: skip
        page = client.get(f"/applications/worklist?{asked}").text
        other = second if found is first else first
        assert found.reference in page
        assert f">{other.reference}<" not in page
    assert "No application fits" in client.get("/applications/worklist?state=agreed&q=100%25").text
    for sort in SORTS:
        for direction in ("asc", "desc"):
            assert client.get(f"/applications/worklist?sort={sort}&direction={direction}").status_code == 200


def test_the_worklist_is_for_staff(client: Any) -> None:
    signed_in(client, an_applicant())
    assert client.get("/applications/worklist").status_code == 403
    assert client.get("/applications/worklist.csv").status_code == 403


def test_export_is_the_same_choice_with_harmless_cells(client: Any) -> None:
    application = a_submitted_application(answers={"title": "=1+1"})
    a_submitted_application("MG", "NL-NB")
    signed_in(client, a_manager())
    answer = client.get("/applications/worklist.csv", buffered=True)
    assert answer.mimetype == "text/csv"
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(line["reference"], line["title"], line["requested"]) for line in lines] == [
        (application.reference, "'=1+1", "7000.00")
    ]


def test_no_list_of_everything_is_sent_for_a_filter_that_is_not_understood(client: Any) -> None:
    a_submitted_application()
    signed_in(client, a_manager())
    assert "This list knows no “XX”" in client.get("/applications/worklist?region=XX").text
    refused = client.get("/applications/worklist.csv?region=XX")
    assert refused.status_code == 422
    assert "No file was made. This list knows no “XX”" in refused.text


# --- how much is asked of the database --------------------------------------------------------------------------------


def count(client: Any, ask: Any) -> int:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert ask(client).status_code in (200, 303)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_submitting_asks_little_of_the_database(writer: Any, draft: Application) -> None:
    assert count(writer, lambda browser: browser.get(path(draft, "/check"))) <= 15
    assert count(writer, lambda browser: browser.post(path(draft, "/submit"), data={"declared": "yes"})) <= 20


def test_lists_ask_the_same_however_long_they_are(client: Any) -> None:
    manager, owner = a_manager(), an_applicant()
    organisation = an_organisation(owner)

    def both() -> tuple[int, int]:
        mine = count(signed_in(client, owner), lambda browser: browser.get("/applications"))
        return mine, count(signed_in(client, manager), lambda browser: browser.get("/applications/worklist"))

    a_submitted_application(owner=owner, organisation=organisation)
    both()  # what a process asks once is asked
    few = both()
    for instrument in ("MG", "INS", "COL"):
        a_submitted_application(instrument, owner=owner, organisation=organisation)
    assert both() == few
    assert max(few) <= 12
