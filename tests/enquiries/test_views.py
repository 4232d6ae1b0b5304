"""The pages of questions and clarifications, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.builders.applications import a_draft, a_submitted_application, owner_of
from tests.builders.counting import queries_of
from tests.builders.enquiries import a_clarification, an_enquiry
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.applications.queries.versions import list_submissions
from vouchers.core.database import db
from vouchers.enquiries import queries
from vouchers.enquiries.actions import asking
from vouchers.enquiries.states import ClarificationState
from vouchers.letters.models import Letter
from vouchers.users.states import Role

AT = during_call()
CALL = "/calls/in2lifesciences/2026-1"


@pytest.fixture(autouse=True)
def programme(app: Any, clock: Any) -> None:
    clock.stop(AT)
    in2()


@pytest.fixture
def manager(programme: None) -> Any:
    return a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", "BE-WAL", with_factor=False)


def test_a_thread_from_both_sides(app: Any, client: Any, manager: Any) -> None:
    application = a_submitted_application()
    sme, desk = signed_in(client, owner_of(application)), signed_in(app.test_client(), manager)
    ask = f"/applications/{application.id}/questions/ask"
    assert sme.post(ask, data={"title": "Travel"}).status_code == 422
    answer = sme.post(ask, data={"title": "Travel", "text": "Does a train count?"})
    assert answer.status_code == 303
    assert sme.post(ask, data={"title": "Travel", "text": "Does a train count?"}).location == answer.location
    assert "Travel" in desk.get("/questions").text
    page = desk.get(answer.location).text
    assert "Does a train count?" in page
    version = page.split('name="version" value="')[1].split('"')[0]
    reply = {"text": "It does.", "version": version}
    assert desk.post(f"{answer.location}/answer", data=reply).status_code == 303
    assert desk.post(f"{answer.location}/answer", data=reply).status_code == 303
    assert sme.get(answer.location).text.count("It does.") == 1
    assert "Travel" not in desk.get("/questions").text
    late = sme.post(f"{answer.location}/follow-up", data={"text": "But the bus?", "version": version})
    assert late.status_code == 409
    assert "But the bus?" in late.text
    assert sme.post(f"{answer.location}/close").status_code == 303
    assert "Open it again" in sme.get(answer.location).text
    assert sme.post(f"{answer.location}/reopen").status_code == 303


def test_a_question_on_a_draft_shows_the_region_the_thread_and_not_the_draft(
    app: Any, client: Any, manager: Any
) -> None:
    draft = a_draft()
    asking.ask_enquiry(draft, "Early", "May we?", by=owner_of(draft), at=AT)
    desk = signed_in(client, manager)
    assert "May we?" in desk.get(f"/questions/{queries.list_enquiries(draft.id)[0].id}").text
    assert desk.get(f"/applications/{draft.id}/questions").status_code == 200
    assert desk.get(f"/applications/{draft.id}").status_code == 403
    assert desk.get(f"/applications/{draft.id}/questions/begin").status_code == 403


GIVEN = {"question": "Is a train paid?", "answer": "Second class.", "language": "nl"}


def test_publish_stands_on_the_public_page_at_once_and_names_nobody(app: Any, client: Any, manager: Any) -> None:
    enquiry = an_enquiry()
    visitor, desk = app.test_client(), signed_in(client, manager)
    assert "Questions and answers" not in visitor.get(CALL).text
    path = f"/questions/{enquiry.id}/publish"
    named = {"question": f"{enquiry.application.organisation.name} asks", "answer": "Yes", "language": "nl"}
    refused = desk.post(path, data=named)
    assert refused.status_code == 422
    assert "tells who asked" in refused.text
    assert "Questions and answers" not in visitor.get(CALL).text
    preview = desk.post(path, data=GIVEN)
    assert preview.status_code == 200
    assert '<p class="app-keep-lines" lang="nl">Second class.</p>' in preview.text
    seen = {**GIVEN, "seen": preview.text.split('name="seen" value="')[1].split('"')[0]}
    assert desk.post(path, data=seen).status_code == 422
    changed = desk.post(path, data={**seen, "answer": "First class.", "is_nobody": "yes"})
    assert (changed.status_code, "First class." in changed.text) == (200, True)
    assert "Questions and answers" not in visitor.get(CALL).text
    assert desk.post(path, data={**seen, "is_nobody": "yes"}).status_code == 303
    page = visitor.get(CALL).text
    assert "Is a train paid?" in page
    assert '<p class="app-keep-lines" lang="nl">Second class.</p>' in page
    assert enquiry.application.reference not in page
    sme = signed_in(app.test_client(), owner_of(enquiry.application))
    for reader in (sme, desk):
        thread = reader.get(f"/questions/{enquiry.id}").text
        assert "Second class." in thread
        assert "Answered in public" in thread
        assert manager.name in thread
        assert "The region answers next" not in thread
    public = queries.list_public_answers_from(enquiry.id)[0]
    assert desk.post(f"/public-answers/{public.id}/withdraw").status_code == 303
    assert "Is a train paid?" not in visitor.get(CALL).text
    assert "No longer published" in sme.get(f"/questions/{enquiry.id}").text


def test_a_clarification_from_request_to_difference(app: Any, client: Any, manager: Any, clock: Any) -> None:
    application = a_submitted_application()
    desk, sme = signed_in(client, manager), signed_in(app.test_client(), owner_of(application))
    ask = f"/applications/{application.id}/clarifications/request"
    assert desk.post(ask, data={"reason": "Which?"}).status_code == 422
    due = {"due_on-day": "20", "due_on-month": "10", "due_on-year": "2026"}
    answer = desk.post(ask, data={"questions": ["work_plan", "title"], "reason": "Which samples?", **due})
    assert answer.status_code == 303, answer.text
    assert "asks you for clarification" in sme.get(f"/applications/{application.id}").text
    assert "You answer what the region asks, until 20 October 2026" in sme.get(f"/applications/{application.id}").text
    page = sme.get(answer.location).text
    assert "Which samples?" in page
    assert "20 October 2026, 23:59" in page
    form = sme.get(f"{answer.location}/answer").text
    assert "measures 200 samples" in form
    assert 'name="provider_name"' not in form
    typed = {"work_plan": "The partner measures 300 samples and writes a report.", "title": "A faster assay for sepsis"}
    version = form.split('name="version" value="')[1].split('"')[0]
    later = sme.post(f"{answer.location}/answer", data={**typed, "version": version, "then": "later"})
    assert later.status_code == 303
    assert len(list_submissions(application.id)) == 1
    form = sme.get(f"{answer.location}/answer").text
    assert "measures 300 samples" in form
    version = form.split('name="version" value="')[1].split('"')[0]
    clock.forward(hours=2)
    sent = sme.post(f"{answer.location}/answer", data={**typed, "version": version})
    assert sent.status_code == 303
    assert sme.post(f"{answer.location}/answer", data={**typed, "version": version}).status_code == 303
    assert len(list_submissions(application.id)) == 2
    shown = desk.get(answer.location).text
    assert "<del>" in shown
    assert "</span>200<" in shown
    assert "</span>300<" in shown
    assert "Not changed." in shown
    overview = desk.get(f"/applications/{application.id}/questions").text
    assert overview.count("R-IN2-2026-0000") == 2
    assert "R-IN2-2026-000001" in desk.get(f"/applications/{application.id}/receipt?version=1").text
    assert "R-IN2-2026-000002" in desk.get(f"/applications/{application.id}/receipt").text
    stands = "These are clarified answers, version 2. The first receipt and its time stand."
    (letter,) = db.session.scalars(select(Letter).where(Letter.occasion == "applications/amend"))
    assert letter.heading.startswith("Receipt R-IN2-2026-000002: clarified answers to your application")
    assert stands in letter.body
    assert stands in desk.get(f"/applications/{application.id}/receipt").text
    assert "complete and in time" in desk.get(f"/applications/{application.id}/receipt?version=1").text
    assert desk.get(f"/applications/{application.id}/receipt?version=3").status_code == 404
    assert "2, of" in desk.get(f"/applications/{application.id}").text


def test_an_answer_that_does_not_fit_keeps_the_words(client: Any, manager: Any) -> None:
    clarification = a_clarification(manager, None, "requested_amount")
    sme = signed_in(client, owner_of(clarification.application))
    path = f"/clarifications/{clarification.id}/answer"
    for typed, words in (("plenty", "amount"), ("7000.01", "at most"), ("7000", "Nothing has changed")):
        version = queries.get_clarification(clarification.id).version
        answer = sme.post(path, data={"requested_amount": typed, "version": version})
        assert answer.status_code == 422, typed
        assert words in answer.text
        assert f'value="{typed}"' in answer.text
    assert queries.get_clarification(clarification.id).state == ClarificationState.REQUESTED


def test_a_new_answer_is_saved_while_it_is_typed_and_not_over_what_was_saved_elsewhere(
    client: Any, manager: Any
) -> None:
    clarification = a_clarification(manager, None, "title", "work_plan")
    sme = signed_in(client, owner_of(clarification.application))
    path = f"/clarifications/{clarification.id}/answer"
    assert f'data-autosave-url="{path}/autosave"' in sme.get(path).text
    first = {"work_plan": "A new plan", "version": str(clarification.version)}
    saved = sme.post(f"{path}/autosave", json=first)
    assert saved.status_code == 200
    assert queries.get_clarification(clarification.id).draft == {"work_plan": "A new plan"}
    assert sme.post(f"{path}/autosave", json={**first, "work_plan": "Older words"}).status_code == 409
    again = sme.post(f"{path}/autosave", json={"title": "Longer", "version": saved.json["version"]})
    assert again.status_code == 200
    assert queries.get_clarification(clarification.id).draft == {"title": "Longer", "work_plan": "A new plan"}


def test_the_region_gives_more_time(client: Any, manager: Any) -> None:
    clarification = a_clarification(manager)
    path = f"/clarifications/{clarification.id}"
    assert signed_in(client, owner_of(clarification.application)).get(f"{path}/extend").status_code == 403
    desk = signed_in(client, manager)
    assert f"{path}/extend" in desk.get(path).text
    assert desk.post(f"{path}/extend", data={"due_on": "2026-10-20", "reason": "Ill."}).status_code == 422
    assert desk.post(f"{path}/extend", data={"due_on": "2026-10-25", "reason": "Ill."}).location.endswith(path)
    page = desk.get(path).text
    assert "Ill." in page
    assert "25 October 2026" in page


def test_a_clarification_that_is_over_or_taken_back(client: Any, manager: Any, clock: Any) -> None:
    clarification = a_clarification(manager)
    sme = signed_in(client, owner_of(clarification.application))
    path = f"/clarifications/{clarification.id}"
    clock.stop(clarification.due_at + timedelta(seconds=1))
    sme = signed_in(client, owner_of(clarification.application))
    answer = sme.post(f"{path}/answer", data={"work_plan": "Late words", "version": clarification.version})
    assert answer.status_code == 422
    assert "The time for this answer is over" in answer.text
    assert "Late words" in answer.text
    assert sme.post(f"{path}/cancel").status_code == 403
    desk = signed_in(client, manager)
    assert desk.post(f"{path}/cancel").status_code == 303
    assert desk.get(f"{path}/answer").status_code in (403, 409)


def test_the_worklist_asks_as_often_for_many_threads_as_for_one(client: Any, manager: Any) -> None:
    an_enquiry()
    desk = signed_in(client, manager)
    desk.get("/questions")
    few = queries_of(lambda: desk.get("/questions"))
    for _ in range(4):
        an_enquiry()
    assert queries_of(lambda: desk.get("/questions")) == few
    assert desk.get("/questions?state=all&q=train&sort=region").status_code == 200
