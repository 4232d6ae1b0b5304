"""The office with scripts switched off, and with the keyboard alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import forget
from tests.builders.agreements import an_offered_agreement
from tests.builders.applications import PDF, a_complete_draft, a_draft, owner_of
from tests.builders.claims import CLAIMED_AT, a_submitted_claim
from tests.builders.evaluation import a_manager, an_evaluated_application
from tests.builders.payments import Desk
from tests.builders.programmes import during_call, in2
from vouchers.applications.queries.files import get_application, map_answers
from vouchers.claims.queries.files import get_claim
from vouchers.claims.rules.checklist import USUAL

pytestmark = pytest.mark.browser


@pytest.fixture
def office(live, clock):
    live.at = clock.stop(during_call())
    in2()
    return live


def test_a_section_is_saved_and_a_file_attached_without_scripts(office):
    draft = a_draft()
    page = office.page_of(owner_of(draft), scripts=False)

    page.goto("/")
    page.get_by_role("link", name=draft.reference).or_(
        page.locator(f"a[href='/applications/{draft.id}']")
    ).first.click()
    page.get_by_role("link", name="What you want to do").click()
    page.get_by_label("A short title").fill("Typed without scripts")
    page.get_by_role("button", name="Save and come back later").click()
    expect(page.get_by_text("Your answers are saved.")).to_be_visible()
    page.get_by_role("link", name="Files").click()
    page.get_by_label("File").first.set_input_files({"name": "offer.pdf", "mimeType": "application/pdf", "buffer": PDF})
    page.get_by_role("button", name="Attach Signed").click()
    expect(page.get_by_role("link", name="offer.pdf", exact=True)).to_be_visible()

    forget()
    assert map_answers(draft.id)["title"].value == "Typed without scripts"


def test_an_application_is_submitted_without_scripts_and_on_a_phone(office):
    draft = a_complete_draft()
    page = office.page_of(owner_of(draft), scripts=False, width=390)

    page.goto(f"/applications/{draft.id}")
    page.get_by_role("button", name="Check your answers and submit").click()
    page.get_by_role("button", name="Submit the application").wait_for()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Submit the application").click()
    expect(page.get_by_text("Receipt").first).to_be_visible()

    page.get_by_role("link", name="Your applications").first.click()  # the menu is open where no script folds it
    expect(page.get_by_text("What happens next").first).to_be_visible()
    forget()
    assert get_application(draft.id).state == "submitted"


def test_a_manager_decides_from_the_ranking_without_scripts(office):
    application = an_evaluated_application()
    page = office.page_of(a_manager(), scripts=False)

    page.goto("/decisions/")
    page.locator("main tbody a").first.click()
    page.locator("input[name=picked]").first.check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Award").click()
    expect(page.get_by_text(application.reference).first).to_be_visible()
    forget()
    assert get_application(application.id).state == "awarded"


def test_a_claim_is_verified_without_scripts(office, clock):
    claim = a_submitted_claim()
    office.at = clock.stop(CLAIMED_AT)
    page = office.page_of(Desk().manager, scripts=False)

    page.goto("/claims/?state=submitted")
    page.get_by_role("link", name=claim.number).click()
    page.get_by_role("button", name="Verify").click()
    page.wait_for_load_state()
    for _code, point, _missing in USUAL:
        page.get_by_label(str(point)).check()
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("Verified").first).to_be_visible()
    forget()
    assert get_claim(claim.id).state == "verified"


# --- the keyboard alone ---------------------------------------------------------------------------------------------

FOCUSED = "document.activeElement"


def focus_of(page) -> str:
    return page.evaluate(f"({FOCUSED}.id || {FOCUSED}.name || {FOCUSED}.innerText || '').trim()")


def test_the_skip_link_comes_first_and_leads_to_the_content(office):
    page = office.page()
    page.goto("/sign-up")
    page.keyboard.press("Tab")
    assert focus_of(page) == "Skip to main content"
    assert page.get_by_role("link", name="Skip to main content").bounding_box()["height"] > 10
    page.keyboard.press("Enter")
    assert focus_of(page) == "main-content"


def test_the_tab_key_reaches_every_box_and_then_the_button(office):
    page = office.page()
    page.goto("/sign-up")
    page.locator("#main-content").focus()
    page.get_by_role("link", name="Skip to main content").focus()
    page.keyboard.press("Enter")
    reached = []
    for _step in range(5):
        page.keyboard.press("Tab")
        reached.append(focus_of(page))
    assert reached == ["name", "email", "password", "Show", "Sign up"]
    page.keyboard.press("Enter")
    page.locator(".govuk-error-summary").wait_for()


def test_the_focus_goes_to_what_is_wrong_and_from_there_to_the_box(office):
    page = office.page()
    page.goto("/sign-up")
    page.get_by_role("button", name="Sign up").press("Enter")
    page.locator(".govuk-error-summary").wait_for()
    assert page.title().startswith("Error: ")
    assert page.evaluate(f"{FOCUSED}.className") == "govuk-error-summary"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert focus_of(page) == "email"
    described = page.locator("#email").get_attribute("aria-describedby").split()
    assert "Enter your email address" in page.locator(f"#{described[-1]}").inner_text()


def test_a_score_sheet_is_submitted_with_the_keyboard(office):
    from tests.builders.evaluation import an_accepted_assignment, an_eligible_application

    assignment = an_accepted_assignment(an_eligible_application())
    page = office.page_of(assignment.expert.user)
    page.goto(f"/evaluation/assignments/{assignment.id}/marks")
    page.get_by_role("link", name="The application").focus()
    for _step in range(40):
        page.keyboard.press("Tab")
        focused = focus_of(page)
        if focused.startswith("mark-"):
            page.keyboard.type("4")
        elif focused.startswith(("comment-", "overall")):
            page.keyboard.type("Well founded.")
        elif focused == "Submit the marks":
            page.keyboard.press("Enter")
            break
    page.get_by_text("Submitted").first.wait_for()


def test_accepting_works_without_scripts(live, clock):
    live.at = clock.stop(CLAIMED_AT)
    in2()
    offered = an_offered_agreement("MG", at=CLAIMED_AT - timedelta(days=1))
    page = live.page_of(owner_of(offered.application), scripts=False)
    page.goto(f"/agreements/{offered.id}")
    page.get_by_role("button", name="Accept the agreement").click()
    page.get_by_label("Your first and last name").fill("Ada Applicant")
    page.get_by_label("I have read the agreement").check()
    page.get_by_role("button", name="Accept the agreement").click()
    expect(page.locator("main")).to_contain_text("Your acceptance is noted")
    expect(page.locator("main")).to_contain_text("Ada Applicant")
