"""A form with every type of question, over HTTP, without scripts: rows, files, conditions, directory, readers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.builders.applications import PDF, a_file, an_organisation
from tests.builders.enquiries import a_clarification
from tests.builders.programmes import LoadedProgramme, a_programme, plan_of
from tests.builders.providers import a_provider
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.applications.actions import drafting, submitting
from vouchers.applications.models import Application
from vouchers.applications.queries import files as queries
from vouchers.applications.queries.versions import list_submissions
from vouchers.applications.rules.content import read_content
from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.documents.models import ScanState
from vouchers.documents.queries import list_documents_of
from vouchers.eligibility.actions import sign_aid_declaration
from vouchers.enquiries.actions import clarifying, refiling
from vouchers.enquiries.actions.clarifying import request_clarification
from vouchers.enquiries.queries import get_clarification
from vouchers.programmes.actions import Correction, load_programme
from vouchers.users.models import User
from vouchers.users.queries import get_user
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

TEXT = (Path(__file__).parents[1] / "programmes" / "files" / "questions.yaml").read_text(encoding="utf-8")
AT = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)
PROJECT: dict[str, Any] = {
    "title": "A probe",
    "requested_amount": "900",
    "provider_name": "Lab",
    "provider_email": "lab@lab.example",
    "summary": "We build a probe.",
    "headcount": "12",
    "field": "bio",
    "has_partner": "no",
}
PLAN: dict[str, Any] = {
    "budget": [{"item": "Probe", "cost": "400"}, {"item": "Work", "cost": "500.10"}],
    "laboratory": {"name": "Any lab"},
    "is_true": "yes",
}


@pytest.fixture(autouse=True)
def programme(app: Any, clock: Any) -> LoadedProgramme:
    clock.stop(AT)
    return a_programme(TEXT)


@pytest.fixture
def draft(programme: LoadedProgramme) -> Application:
    return a_draft(programme, "FREE")


def a_draft(programme: LoadedProgramme, instrument: str) -> Application:
    owner = an_applicant(at=AT)
    organisation = an_organisation(owner, "FR-ARA", at=AT)
    call, kind = programme.call("2027-A"), programme.instrument(instrument)
    begun = drafting.start_application(call, kind, organisation, by=owner, at=AT)
    return queries.get_application(begun.id)


def owner_of(application: Application) -> User:
    return get_user(application.started_by_id)


@pytest.fixture
def writer(client: Any, draft: Application) -> Any:
    return signed_in(client, owner_of(draft))


def section(application: Application, code: str) -> str:
    return f"/applications/{application.id}/sections/{code}"


def values(application: Application) -> dict[str, Any]:
    return queries.map_values(application.id)


def rows(count: int) -> dict[str, str]:
    return {f"budget-{row}-{column}": text for row in range(count) for column, text in (("item", "x"), ("cost", "1"))}


# Tables --------------------------------------------------------------------------------------------------------------


def test_rows_are_added_and_removed_by_buttons_that_save(writer: Any, draft: Application) -> None:
    page = section(draft, "plan")
    typed = {"budget-0-item": "Probe", "budget-0-cost": "400"}
    answer = writer.post(page, data={**typed, "then": "add-row:budget"})
    assert (answer.status_code, answer.location) == (303, f"{page}#question-budget")
    assert len(values(draft)["budget"]) == 2
    shown = writer.get(page).text
    assert 'name="budget-1-item"' in shown
    assert "Sum of “Cost”" in shown

    writer.post(page, data={**typed, "budget-1-item": "", "budget-1-cost": "", "then": "remove-row:budget:1"})
    assert len(values(draft)["budget"]) == 1


def test_a_row_in_which_words_stand_goes_only_after_a_question(writer: Any, draft: Application) -> None:
    page = section(draft, "plan")
    typed = {"budget-0-item": "Probe", "budget-0-cost": "400", "budget-1-item": "Half"}
    asks = writer.post(page, data={**typed, "then": "remove-row:budget:0"})
    assert (asks.status_code, len(values(draft)["budget"])) == (303, 2)
    shown = writer.get(asks.location).text
    assert "Remove “Budget, row 1”?" in shown
    assert "Item: Probe; Cost: EUR 400.00" in shown
    gone = writer.post(asks.location)
    assert gone.location == f"{page}#question-budget"
    assert values(draft)["budget"] == [{"item": "Half"}]
    assert writer.post(asks.location).location == f"{page}#question-budget"
    assert values(draft)["budget"] == [{"item": "Half"}]


def test_a_row_that_is_half_filled_keeps_its_words(writer: Any, draft: Application) -> None:
    answer = writer.post(section(draft, "plan"), data={"budget-0-item": "Probe", "budget-0-cost": "about 400"})
    assert answer.status_code == 422
    assert "Row 1, “Cost”" in answer.text
    assert values(draft)["budget"] == [{"item": "Probe", "cost": "about 400"}]
    assert 'value="about 400"' in writer.get(section(draft, "plan")).text


def test_the_buttons_of_a_table_do_not_send_a_clarification(client: Any, draft: Application) -> None:
    application = submitted(draft)
    asked = request_clarification(
        application, ["budget"], "Which?", (AT + timedelta(days=7)).date(), by=staff(Role.CLUSTER_MANAGER), at=AT
    )
    sme, page = signed_in(client, owner_of(application)), f"/clarifications/{asked.id}/answer"
    typed = {"budget-0-item": "Probe", "budget-0-cost": "400", "then": "add-row:budget"}
    assert sme.post(page, data=typed).location == page
    shown = sme.get(page).text
    assert 'name="budget-1-item"' in shown
    sme.post(page, data={**typed, "then": "remove-row:budget:0"})
    assert 'value="Probe"' not in sme.get(page).text
    assert len(list_submissions(application.id)) == 1


@pytest.mark.parametrize("count", [6, 10_000])
def test_too_many_rows_are_refused_and_nothing_is_lost(writer: Any, draft: Application, count: int) -> None:
    writer.post(section(draft, "plan"), data=rows(2))
    answer = writer.post(section(draft, "plan"), data={**rows(count), "secret": "kept"})
    assert answer.status_code == 422
    assert f"takes at most 5 rows, but {count} were sent" in answer.text
    assert len(values(draft)["budget"]) == 2
    assert values(draft)["secret"] == "kept"


def test_rows_that_stay_empty_are_not_shown_and_no_row_that_is_not_drawn_is_summed(
    writer: Any, draft: Application
) -> None:
    empty = {f"budget-{row}-{column}": "" for row in (0, 2, 3) for column in ("item", "days", "cost")}
    typed = {**empty, "budget-1-item": "Probe", "budget-1-cost": "400"}
    writer.post(section(draft, "plan"), data={**typed, "then": "later"})
    check = writer.get(f"/applications/{draft.id}/check").text
    assert "1. Item: Probe" in check
    assert "2. " not in check.split("1. Item: Probe")[1].split("</dd>")[0]
    writer.post(section(draft, "plan"), data={**empty, "budget-1-item": "", "budget-1-cost": "", "then": "later"})
    assert "Sum of" not in writer.get(f"/applications/{draft.id}/check").text
    many = writer.post(section(draft, "plan"), data=rows(9)).text
    assert 'data-column="cost" data-currency="EUR">€5.00</span>' in many


def test_autosave_of_one_cell_keeps_the_others(writer: Any, draft: Application) -> None:
    writer.post(section(draft, "plan"), data=rows(2))
    answer = writer.post(section(draft, "plan") + "/autosave", json={"budget-1-item": "new", "version": ""})
    assert answer.status_code == 200
    assert [row["item"] for row in values(draft)["budget"]] == ["x", "new"]
    refused = writer.post(section(draft, "plan") + "/autosave", json=rows(300))
    assert refused.status_code == 422
    assert "at most 5 rows" in refused.json["message"]


# Conditions ----------------------------------------------------------------------------------------------------------


def test_a_question_appears_after_saving_and_keeps_its_answer_while_hidden(writer: Any, draft: Application) -> None:
    page = section(draft, "project")
    assert 'id="question-other_field"' in writer.get(page).text
    seen = " ".join([*PROJECT, "start", "website", "methods"])
    answer = writer.post(page, data={**PROJECT, "field": "other", "seen": seen})
    assert (answer.status_code, answer.location) == (303, page)  # shown again, with the question that was opened
    assert 'data-question="other_field" data-show-if' in writer.get(page).text
    writer.post(page, data={**PROJECT, "field": "other", "other_field": "Geology"})
    writer.post(page, data={**PROJECT, "field": "bio", "other_field": "Geology"})
    assert values(draft)["other_field"] == "Geology"
    assert "Which other field" not in writer.get(f"/applications/{draft.id}/check").text


def test_a_hidden_section_is_passed_over(writer: Any, draft: Application) -> None:
    answer = writer.post(section(draft, "project"), data=PROJECT)
    assert answer.location == section(draft, "plan")
    assert writer.get(section(draft, "partner")).location == f"/applications/{draft.id}"
    answer = writer.post(section(draft, "project"), data={**PROJECT, "has_partner": "yes"})
    assert answer.location == section(draft, "partner")
    assert writer.get(section(draft, "partner")).status_code == 200


def test_a_section_cannot_be_left_without_what_is_required_at_once(writer: Any, draft: Application) -> None:
    answer = writer.post(section(draft, "project"), data={**PROJECT, "title": ""})
    assert answer.status_code == 422
    assert "Answer the question &#34;Title&#34;" in answer.text
    assert values(draft)["summary"] == PROJECT["summary"]
    later = writer.post(section(draft, "project"), data={**PROJECT, "title": "", "then": "later"})
    assert later.status_code == 303


# Files ---------------------------------------------------------------------------------------------------------------


def test_files_answer_a_question(writer: Any, draft: Application) -> None:
    page = section(draft, "plan")
    files = [
        (BytesIO(PDF), "../../etc/plan.pdf"),
        (BytesIO(PDF + b"\n%%EOF"), "b.pdf"),
        (BytesIO(b"MZ\0x"), "..\\..\\c.pdf"),
    ]
    answer = writer.post(page, data={"drawings": files, "secret": "kept"}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert '<a href="#drawings">c.pdf: This cannot be taken: it looks like a program. Here only' in answer.text
    assert "Excel" not in answer.text
    assert values(draft)["secret"] == "kept"
    there = list_documents_of("application", draft.id)
    assert [(one.filename, one.purpose) for one in there] == [
        ("plan.pdf", "answer:drawings"), ("b.pdf", "answer:drawings"),
    ]  # fmt: skip
    assert "is stored under the name" not in answer.text  # a folder is no part of a name
    pressed = {"drawings": [(BytesIO(b"MZ\0x"), "d.pdf")], "then": "upload:drawings", "secret": "kept"}
    answer = writer.post(page, data=pressed, content_type="multipart/form-data")
    assert "d.pdf: This cannot be taken: it looks like a program." in answer.text
    answer = writer.post(page, data={"then": f"remove-file:{there[0].id}", "secret": "still"})
    assert answer.location == f"/applications/{draft.id}/documents/{there[0].id}/remove"
    assert len(list_documents_of("application", draft.id)) == 2
    assert values(draft)["secret"] == "still"
    assert "Remove “plan.pdf”?" in writer.get(answer.location).text
    assert writer.post(answer.location).location == f"{page}#question-drawings"
    assert [one.filename for one in list_documents_of("application", draft.id)] == ["b.pdf"]


def test_what_a_question_takes_is_said_before_it_is_answered(writer: Any, draft: Application) -> None:
    plan = writer.get(section(draft, "plan")).text
    limits = "taken: PDF, PNG. At most 2 files. Each file may have 1 MB at the most."
    assert limits in plan
    project = writer.get(section(draft, "project")).text
    assert "Choose at least 2 of these. Choose at most 3 of these." in project


def test_a_file_that_the_script_sends_may_be_sent_again(writer: Any, draft: Application) -> None:
    def send(content: bytes, name: str = "a.pdf") -> Any:
        data = {"purpose": "answer:drawings", "file": (BytesIO(content), name)}
        return writer.post(f"/applications/{draft.id}/uploads", data=data, content_type="multipart/form-data")

    first, again = send(PDF), send(PDF)
    assert first.json["message"] == ""
    assert again.json["message"] == "“a.pdf” was attached before. It is there once."
    for unseen in ("../../etc/a\u202e.pdf", "a\u200b.pdf", "a\u00ad.pdf"):
        assert "stored under" not in send(PDF, unseen).json["message"]
    assert (first.status_code, again.json["id"]) == (200, first.json["id"])
    assert "a.pdf" in first.json["name"]
    assert send(b"GIF89a").status_code == 422
    assert "at most 1 MB" in _too_big(writer, draft)
    assert "“b|.pdf” is stored under the name “b_.pdf”" in send(PDF + b"\n%%EOF", "../x/b|.pdf").json["message"]
    assert "At most 2 files" in send(PDF + b"\n\n%%EOF").json["message"]
    wrong = {"purpose": "answer:title", "file": (BytesIO(PDF), "a.pdf")}
    answer = writer.post(f"/applications/{draft.id}/uploads", data=wrong, content_type="multipart/form-data")
    assert answer.status_code == 422


def _too_big(writer: Any, draft: Application) -> str:
    data = {"purpose": "answer:drawings", "file": (BytesIO(PDF + b" " * 1_000_001 + b"%%EOF"), "big.pdf")}
    answer = writer.post(f"/applications/{draft.id}/uploads", data=data, content_type="multipart/form-data")
    return str(answer.json["message"])


# The directory -------------------------------------------------------------------------------------------------------


def test_a_provider_is_found_by_a_part_of_the_name(writer: Any, draft: Application) -> None:
    provider = a_provider("questions", "Grand Laboratoire", at=AT)
    page = section(draft, "plan")
    assert writer.post(page, data={"laboratory-name": "labora", "then": "search:laboratory"}).status_code == 303
    assert "Grand Laboratoire" in writer.get(page).text
    writer.post(page, data={"laboratory-name": "labora", "laboratory-id": str(provider.id), "laboratory-was": ""})
    assert values(draft)["laboratory"] == {"id": provider.id, "name": "Grand Laboratoire"}
    unchanged = {"laboratory-name": "", "laboratory-id": str(provider.id), "laboratory-was": str(provider.id)}
    writer.post(page, data=unchanged)
    assert values(draft)["laboratory"] == {"id": provider.id, "name": "Grand Laboratoire"}
    writer.post(page, data={**unchanged, "laboratory-name": "Mine"})
    assert values(draft)["laboratory"] == {"name": "Mine"}
    writer.post(page, data={"laboratory-name": "Mine", "laboratory-id": "99999", "laboratory-was": ""})
    assert values(draft)["laboratory"] == {"name": "Mine"}


def test_a_free_name_will_do_only_where_the_instrument_says_so(programme: LoadedProgramme, client: Any) -> None:
    for instrument, is_refused in (("FREE", False), ("H2C", True)):
        draft = a_draft(programme, instrument)
        drafting.save_answers(draft, {"laboratory": {"name": "Any lab"}}, by=owner_of(draft), at=AT)
        left = submitting.list_blockers(draft, values(draft), [], at=AT)
        assert any("choose it from the list" in str(one.sentence) for one in left) is is_refused


def test_an_organisation_is_kept_in_its_parts(writer: Any, draft: Application) -> None:
    writer.post(section(draft, "project"), data={**PROJECT, "has_partner": "yes"})
    page = section(draft, "partner")
    answer = writer.post(page, data={"partner-name": "Lab X", "partner-town": "Liège", "is_linked": "no"})
    assert answer.status_code == 422
    assert "“Country” is missing" in answer.text
    assert values(draft)["partner"] == {"name": "Lab X", "town": "Liège"}
    writer.post(page + "/autosave", json={"partner-country": "be", "version": ""})
    assert values(draft)["partner"] == {"name": "Lab X", "country": "BE", "town": "Liège"}
    assert "Lab X, BE, Liège" in writer.get(f"/applications/{draft.id}/check").text


def test_the_draft_leads_to_the_declaration_that_the_rules_ask_for(app: Any, client: Any) -> None:
    rules = TEXT.replace("regions:\n", "  rules: {aid_declaration: yes, smes_only: no}\nregions:\n", 1)
    draft = a_draft(a_programme(rules.replace("code: questions", "code: aided", 1)), "FREE")
    writer, company = signed_in(client, owner_of(draft)), f"/organisations/{draft.organisation_id}"
    page = writer.get(f"/applications/{draft.id}").text
    assert f'href="{company}/aid/sign?next=/applications/{draft.id}"' in page
    assert "no voucher is granted before it is signed" in page
    assert "/ownership" not in page
    content: dict[str, Any] = {"members": [], "entries": []}
    sign_aid_declaration(draft.organisation, content, signed_name="Ada Applicant", by=owner_of(draft), at=AT)
    page = writer.get(f"/applications/{draft.id}").text
    assert f'href="{company}/aid?next=/applications/{draft.id}"' in page
    assert "no voucher is granted before it is signed" not in page


# Submitted -----------------------------------------------------------------------------------------------------------


def submitted(draft: Application, **more: Any) -> Application:
    owner = owner_of(draft)
    drafting.save_answers(draft, {**PROJECT, **PLAN, **more}, by=owner, at=AT)
    drafting.attach_document(queries.get_application(draft.id), "answer:drawings", a_file(), by=owner, at=AT)
    submitting.submit_application(queries.get_application(draft.id), by=owner, at=AT)
    return queries.get_application(draft.id)


def test_files_of_a_question_are_sent_again_and_answer_it(draft: Application) -> None:
    application, owner = submitted(draft), owner_of(draft)
    manager = a_member_of_staff(Role.CLUSTER_MANAGER, "questions", "FR-ARA", with_factor=False)
    asked = a_clarification(manager, application, documents=("answer:drawings",), at=AT, due_on=date(2027, 2, 10))
    for_it = {"by": owner, "at": AT}
    refiling.attach_clarification(asked, "answer:drawings", a_file(PDF + b"%%EOF", "b.pdf"), **for_it)
    with pytest.raises(RuleBroken, match="At most 2 files"):
        refiling.attach_clarification(asked, "answer:drawings", a_file(PDF + b"%", "c.pdf"), **for_it)
    clarifying.answer_clarification(get_clarification(asked.id), {}, **for_it)
    content = read_content(queries.get_submission(application.id).content)
    assert [file["filename"] for file in content.answers["drawings"]] == ["offer.pdf", "b.pdf"]
    assert [file["id"] for file in content.answers["drawings"]] == [one.id for one in content.documents]
    assert "drawings" not in values(application)


def test_hidden_answers_are_not_submitted(draft: Application) -> None:
    application = submitted(draft, other_field="hidden", partner={"name": "X", "country": "BE"})
    content = read_content(queries.get_submission(application.id).content)
    assert {"other_field", "partner", "link", "large", "adviser"}.isdisjoint(content.answers)
    assert content.answers["budget"][1]["cost"] == {"cents": 50010, "currency": "EUR"}
    assert [file["filename"] for file in content.answers["drawings"]] == ["offer.pdf"]


def staff(role: Role) -> Any:
    return a_member_of_staff(role, "questions", "FR-ARA", with_factor=False)


def test_each_reader_sees_what_is_meant_for_them(client: Any, draft: Application) -> None:
    application = submitted(draft, secret="Nobody but the manager")
    page = f"/applications/{application.id}"
    signed_in(client, staff(Role.CLUSTER_MANAGER))
    shown = client.get(page).text
    assert "Nobody but the manager" in shown
    assert "not scanned for viruses" in shown
    signed_in(client, staff(Role.FINANCE_OFFICER))
    assert "Nobody but the manager" not in client.get(page).text
    signed_in(client, owner_of(application))
    shown = client.get(page).text
    assert "Nobody but the manager" in shown
    assert "not scanned" not in shown


def test_a_quarantined_file_is_opened_by_nobody(client: Any, draft: Application) -> None:
    application = submitted(draft)
    (document,) = list_documents_of("application", application.id)
    with unit_of_work():
        list_documents_of("application", application.id)[0].scan_state = ScanState.QUARANTINED
    for person in (owner_of(application), staff(Role.CLUSTER_MANAGER)):
        signed_in(client, person)
        assert client.get(f"/applications/{application.id}/documents/{document.id}").status_code == 404
        assert "held back" in client.get(f"/applications/{application.id}").text


def test_what_was_submitted_is_read_with_the_words_of_its_form(client: Any, draft: Application) -> None:
    application = submitted(draft)
    plan = plan_of(TEXT.replace("label: Summary", "label: Abstract"))
    load_programme(plan, correction=Correction("2027-A", "Clearer words"), by=OFFICE, at=AT)
    signed_in(client, owner_of(application))
    shown = client.get(f"/applications/{application.id}").text
    assert "Summary" in shown
    assert "Abstract" not in shown
    labels = [str(question.label) for question in queries.get_application(application.id).call.plan.form.questions]
    assert "Abstract" in labels
