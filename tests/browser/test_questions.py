"""Forms with every type of question in a real browser: conditions at once, files with progress and again, axe."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WIDTHS, forget, overflow, violations
from tests.builders.applications import PDF, an_organisation
from tests.builders.programmes import a_programme
from tests.builders.users import an_applicant
from vouchers.applications.actions.drafting import start_application
from vouchers.applications.queries.files import get_application, map_values
from vouchers.documents.queries import list_documents_of
from vouchers.users.queries import get_user

pytestmark = pytest.mark.browser

TEXT = (Path(__file__).parents[1] / "programmes" / "files" / "questions.yaml").read_text(encoding="utf-8")
AT = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)
PLAN = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": PDF}


@pytest.fixture
def draft(live, clock):
    live.at = clock.stop(AT)
    programme = a_programme(TEXT)
    owner = an_applicant(at=AT)
    organisation = an_organisation(owner, "FR-ARA", at=AT)
    call, kind = programme.call("2027-A"), programme.instrument("FREE")
    return get_application(start_application(call, kind, organisation, by=owner, at=AT).id)


def opened(live, draft, section, **more):
    page = live.page_of(get_user(draft.started_by_id), **more)
    page.goto(f"/applications/{draft.id}/sections/{section}")
    return page


def test_an_answer_shows_and_hides_a_question_at_once(live, draft):
    page = opened(live, draft, "project")
    other = page.locator("#question-other_field")
    expect(other).to_be_hidden()
    page.get_by_label("Other", exact=True).check()
    other.wait_for(state="visible")
    page.locator("[name=other_field]").fill("Geology")
    page.get_by_label("Biology").check()
    other.wait_for(state="hidden")
    page.get_by_role("button", name="Save and come back later").click()
    page.get_by_text("Your answers are saved.").wait_for()
    forget()
    assert map_values(draft.id)["other_field"] == "Geology"


def test_what_is_left_of_a_line_is_counted(live, draft):
    page = opened(live, draft, "project")
    page.locator("[name=title]").press_sequentially("x" * 70)
    page.get_by_text("10 characters", exact=False).first.wait_for()
    plain = opened(live, draft, "project", scripts=False)
    expect(plain.get_by_text("You can enter up to 80 characters")).to_be_visible()


def test_files_go_by_themselves_and_again_after_a_broken_connection(live, draft):
    page = opened(live, draft, "plan")
    page.locator("[name=secret]").fill("Typed before")
    expect(page.locator("[data-without-script]")).to_be_hidden()  # nobody presses it when the file is there already
    broken = []

    def refuse_once(route):
        if broken:
            route.continue_()
        else:
            broken.append(route.request.url)
            route.abort("connectionreset")

    page.route("**/uploads", refuse_once)
    second = {**PLAN, "name": "more.pdf", "buffer": PDF + b"\n%%EOF"}
    page.locator("[name=drawings]").set_input_files([PLAN, second])
    page.get_by_text("The connection is broken.").wait_for()
    page.get_by_role("link", name="plan.pdf").wait_for()
    page.get_by_role("link", name="more.pdf").wait_for()
    expect(page.locator("[name=secret]")).to_have_value("Typed before")
    page.locator("[name=drawings]").set_input_files([{**PLAN, "buffer": PDF + b"\n\n%%EOF"}])
    page.get_by_text("At most 2 files can stand here.").wait_for()
    page.get_by_role("button", name="Remove").last.click()
    page.get_by_role("heading", name="Remove “").wait_for()
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("The file is removed.").wait_for()
    forget()
    assert [one.filename for one in list_documents_of("application", draft.id)] == ["plan.pdf"]
    assert map_values(draft.id)["secret"] == "Typed before"
    live.faults[:] = [fault for fault in live.faults if "ERR_CONNECTION_RESET" not in fault]  # as it was meant


def test_without_scripts_rows_files_and_conditions_work_by_saving(live, draft):
    page = opened(live, draft, "plan", scripts=False)
    page.get_by_label("Item, row 1").fill("Probe")
    page.get_by_role("button", name="Add a row").click()
    page.get_by_label("Item, row 2").fill("Work")
    page.locator("[name=drawings]").set_input_files([PLAN])
    page.get_by_label("Item, row 2").press("Enter")  # saves, and takes no row away
    page.get_by_text("There is a problem").wait_for()
    expect(page.get_by_label("Item, row 2")).to_have_value("Work")
    expect(page.get_by_role("link", name="plan.pdf")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_table_has_room_for_its_words_and_its_sum_follows_what_is_typed(live, draft, width):
    page = opened(live, draft, "plan", width=width)
    item = page.get_by_label("Item, row 1")
    assert item.bounding_box()["width"] >= 190
    assert page.get_by_label("Cost (EUR), row 1").bounding_box()["width"] >= 100
    page.get_by_label("Cost (EUR), row 1").press_sequentially("1234.50")
    expect(page.get_by_text("Sum of “Cost”")).to_have_text("Sum of “Cost”: €1,234.50")
    box = page.locator(".app-rows")
    if width < 640:  # nothing lies behind the edge
        assert box.evaluate("table => table.scrollWidth <= table.parentElement.clientWidth")


@pytest.mark.once
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("section", ["project", "plan"])
def test_the_pages_are_accessible(live, draft, section, width):
    page = opened(live, draft, section, width=width, bypass_csp=True)
    assert violations(page) == []
    assert overflow(page) <= 0
