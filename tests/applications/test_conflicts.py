"""The same answer written in two places: nobody's words are lost, and the page leads on without scripts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.applications.test_views import a_colleague, path, value_of
from tests.builders.applications import a_complete_draft, owner_of
from tests.builders.programmes import during_call, in2
from tests.builders.users import signed_in
from vouchers.applications.actions import drafting
from vouchers.applications.actions.reminding import remind_application
from vouchers.applications.actions.submitting import submit_application
from vouchers.applications.models import Application
from vouchers.applications.queries.files import map_answers
from vouchers.applications.rules.stamping import MOST_EARLIER, with_earlier
from vouchers.core.errors import RuleBroken
from vouchers.workflow.transition import OFFICE

AT = during_call()


@pytest.fixture(autouse=True)
def programme(app: Any, clock: Any) -> None:
    clock.stop(AT)
    in2()


@pytest.fixture
def draft(programme: None) -> Application:
    return a_complete_draft()


def version_on(page: str) -> str:
    return page.split('name="version" value="')[1].split('"')[0]


def hidden_in(page: str) -> dict[str, str]:
    """What a page sends back of where it was opened."""
    return {"version": version_on(page), "page": page.split('name="page" value="')[1].split('"')[0]}


def test_what_a_colleague_wrote_over_is_kept_in_order() -> None:
    kept = with_earlier([], "A", by_id=1, at=AT)
    assert with_earlier(kept, "A", by_id=1, at=AT) == kept
    assert with_earlier(kept, "", by_id=1, at=AT) == kept
    for number in range(MOST_EARLIER + 5):
        kept = with_earlier(kept, str(number), by_id=2, at=AT)
    assert len(kept) == MOST_EARLIER
    assert kept[-1]["value"] == str(MOST_EARLIER + 4)


def test_both_texts_stand_side_by_side_and_the_others_can_be_kept(client: Any, draft: Application) -> None:
    bea = a_colleague(draft)
    writer = signed_in(client, owner_of(draft))
    page = path(draft, "/sections/project")
    version = version_on(writer.get(page).text)
    drafting.save_answers(draft, {"title": "Bea's title"}, by=bea, at=AT)
    answer = writer.post(page, data={"title": "Ada's title", "version": version})
    assert answer.status_code == 422
    for words in ("Now saved, by Bea Colleague", "Yours, in the box above", 'value="take:title"'):
        assert words in answer.text
    assert answer.text.index("Save and continue") < answer.text.index("take:title"), "Enter must not choose"
    chosen = {"title": "Ada's title", "then": "take:title", "version": version_on(answer.text)}
    assert writer.post(page, data=chosen).location == f"{page}#question-title"
    assert value_of(draft, "title") == "Bea's title"


def test_ones_own_is_kept_by_pressing_again_and_the_others_is_not_lost(client: Any, draft: Application) -> None:
    bea = a_colleague(draft)
    writer = signed_in(client, owner_of(draft))
    page = path(draft, "/sections/project")
    version = version_on(writer.get(page).text)
    drafting.save_answers(draft, {"title": "Bea's title"}, by=bea, at=AT)
    answer = writer.post(page, data={"title": "Ada's title", "version": version})
    writer.post(page, data={"title": "Ada's title", "version": version_on(answer.text)})
    assert value_of(draft, "title") == "Ada's title"
    assert [one["value"] for one in map_answers(draft.id)["title"].earlier] == [
        "A faster assay for sepsis",
        "Bea's title",
    ]
    shown = writer.get(page).text
    assert "Texts that a colleague has replaced" in shown
    assert "Bea&#39;s title" in shown


def test_the_page_says_when_it_was_last_saved_and_by_whom_on_another_device(
    app: Any, client: Any, draft: Application
) -> None:
    writer, elsewhere = signed_in(client, owner_of(draft)), signed_in(app.test_client(), owner_of(draft))
    page = path(draft, "/sections/project")
    url = f"{page}/autosave"
    writer.post(url, json={"title": "Begun on the desk", "version": version_on(writer.get(page).text)})
    resumed = elsewhere.get(page).text
    assert "Begun on the desk" in resumed
    assert "Last saved at 11:00 by Ada Applicant." in resumed


def test_one_person_in_two_windows_writes_over_nothing_unseen(client: Any, draft: Application) -> None:
    writer, page = signed_in(client, owner_of(draft)), path(draft, "/sections/project")
    first, second = hidden_in(writer.get(page).text), hidden_in(writer.get(page).text)
    assert first["page"] != second["page"]
    assert writer.post(f"{page}/autosave", json={"title": "In the second window", **second}).status_code == 200
    refused = writer.post(f"{page}/autosave", json={"title": "In the first window", **first})
    assert refused.status_code == 409
    assert "another window of yours" in refused.json["message"]
    shown = writer.post(page, data={"title": "In the first window", **first})
    assert shown.status_code == 422
    assert "In the second window" in shown.text
    assert "In the first window" in shown.text
    assert value_of(draft, "title") == "In the second window"
    writer.post(page, data={"title": "In the first window", **hidden_in(shown.text)})
    assert value_of(draft, "title") == "In the first window"


def test_a_lost_reply_and_the_back_button_are_no_second_window(client: Any, draft: Application) -> None:
    writer, page = signed_in(client, owner_of(draft)), path(draft, "/sections/project")
    opened = hidden_in(writer.get(page).text)
    for title in ("Begun", "Begun and gone on", "Begun, gone on and ended"):
        assert writer.post(f"{page}/autosave", json={"title": title, **opened}).status_code == 200
    writer.post(page, data={"title": "After pressing Back", **opened})
    assert value_of(draft, "title") == "After pressing Back"


def test_what_a_stale_page_shows_untouched_is_neither_a_conflict_nor_written(client: Any, draft: Application) -> None:
    writer, page = signed_in(client, owner_of(draft)), path(draft, "/sections/project")
    stale = hidden_in(writer.get(page).text)
    shown = {code: value_of(draft, code) for code in ("title", "project_description", "expected_benefit", "work_plan")}
    drafting.save_answers(draft, {"title": "Bea's title"}, by=a_colleague(draft), at=AT)
    saved = writer.post(page, data={**shown, "expected_benefit": "More of it", **stale})
    assert saved.status_code == 303
    assert (value_of(draft, "title"), value_of(draft, "expected_benefit")) == ("Bea's title", "More of it")


def test_an_answer_in_conflict_keeps_no_other_answer_from_being_saved(client: Any, draft: Application) -> None:
    writer, page = signed_in(client, owner_of(draft)), path(draft, "/sections/project")
    stale = hidden_in(writer.get(page).text)
    drafting.save_answers(draft, {"title": "Bea's title"}, by=a_colleague(draft), at=AT)
    both = {"title": "Ada's title", "expected_benefit": "More of it", **stale}
    refused = writer.post(f"{page}/autosave", json=both)
    assert (refused.status_code, refused.json["boxes"]) == (409, ["title"])
    assert (value_of(draft, "title"), value_of(draft, "expected_benefit")) == ("Bea's title", "More of it")
    further = {"expected_benefit": "Much more of it", "version": refused.json["version"], "page": stale["page"]}
    assert writer.post(f"{page}/autosave", json=further).status_code == 200
    again = writer.post(page, data={**both, "version": refused.json["version"]})
    assert "Now saved, by Bea Colleague" in again.text


def test_what_is_submitted_is_what_was_read(client: Any, draft: Application) -> None:
    writer = signed_in(client, owner_of(draft))
    read = {"declared": "y", "version": version_on(writer.get(path(draft, "/check")).text)}
    drafting.save_answers(draft, {"title": "Changed meanwhile"}, by=a_colleague(draft), at=AT)
    answer = writer.post(path(draft, "/submit"), data=read)
    assert answer.status_code == 422
    assert "changed this while you were looking at it" in answer.text
    assert "Changed meanwhile" in answer.text
    again = {**read, "version": version_on(answer.text)}
    assert writer.post(path(draft, "/submit"), data=again).status_code == 303


def test_what_changed_it_is_said_as_it_was_and_a_closed_call_comes_first(
    client: Any, draft: Application, clock: Any
) -> None:
    writer = signed_in(client, owner_of(draft))
    read = {"declared": "y", "version": version_on(writer.get(path(draft, "/check")).text)}
    drafting.save_answers(draft, {"title": "Changed by myself"}, by=owner_of(draft), at=AT)
    answer = writer.post(path(draft, "/submit"), data=read)
    assert "You changed this in another window." in answer.text
    clock.stop(draft.call.closes_at + timedelta(hours=1))
    with pytest.raises(RuleBroken, match="closed on"):
        submit_application(draft, by=owner_of(draft), at=clock.now, version=1)


def test_a_reminder_is_no_change_of_what_was_read(client: Any, draft: Application) -> None:
    writer = signed_in(client, owner_of(draft))
    read = {"declared": "y", "version": version_on(writer.get(path(draft, "/check")).text)}
    remind_application(draft, by=OFFICE, at=AT)
    assert writer.post(path(draft, "/submit"), data=read).status_code == 303
