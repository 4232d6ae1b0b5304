"""Words typed into a draft are never lost: saved while typing, kept when signed out, and safe from each other."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import forget
from tests.builders.applications import a_draft, owner_of
from tests.builders.evaluation import an_accepted_assignment, an_eligible_application
from tests.builders.programmes import during_call, in2
from tests.builders.users import an_applicant
from vouchers.applications.queries.files import map_answers
from vouchers.organisations.actions import accept_membership, invite_member
from vouchers.organisations.queries import get_organisation
from vouchers.organisations.states import MemberRole

pytestmark = pytest.mark.browser

TITLE, WORDS = "[name=title]", "[name=project_description]"


@pytest.fixture
def draft(live, clock):
    live.at = clock.stop(during_call())
    in2()
    return a_draft()


def opened(live, draft, user):
    """The section in somebody's window, under the real policy of scripts."""
    page = live.page_of(user)
    page.goto(f"/applications/{draft.id}/sections/project")
    return page


def status(page, words) -> None:
    page.locator("[data-autosave-status]").filter(has_text=words).wait_for()


def value_of(draft, question):
    forget()
    answer = map_answers(draft.id).get(question)
    return answer.value if answer else None


def test_typing_is_saved_and_there_after_a_reload(live, draft):
    page = opened(live, draft, owner_of(draft))
    page.locator(TITLE).press_sequentially("A faster assay")
    status(page, re.compile(r"Saved at \d\d:\d\d"))
    assert value_of(draft, "title") == "A faster assay"
    page.reload()
    expect(page.locator(TITLE)).to_have_value("A faster assay")
    page.locator(WORDS).fill("And more words")
    status(page, re.compile(r"Saved at"))
    page.get_by_role("button", name="Save and come back later").click()
    page.get_by_text("Your answers are saved.").wait_for()
    assert value_of(draft, "project_description") == "And more words"


@pytest.mark.once  # what a page's script keeps lies in the browser
def test_a_tab_that_was_signed_out_keeps_its_words_and_says_so(live, draft):
    owner = owner_of(draft)
    page = opened(live, draft, owner)
    kept = page.context.cookies()
    page.context.clear_cookies()
    page.locator(WORDS).fill("Written after the session ended")
    status(page, "You have been signed out. Your words are kept on this page.")
    expect(page.locator(WORDS)).to_have_value("Written after the session ended")
    assert value_of(draft, "project_description") is None

    assert kept
    live.enter(page, owner)  # in another tab
    page.get_by_role("button", name="Save and come back later").click()
    shown_again, saved = page.get_by_text("Nothing was saved yet"), page.get_by_text("Your answers are saved.")
    shown_again.or_(saved).first.wait_for()
    if shown_again.count():  # the page belonged to the earlier session: shown again
        expect(page.locator(WORDS)).to_have_value("Written after the session ended")
        page.get_by_role("button", name="Save and come back later").click()
    page.get_by_text("Your answers are saved.").wait_for()
    assert value_of(draft, "project_description") == "Written after the session ended"


def test_pressing_save_when_signed_out_brings_the_words_back_after_signing_in(live, draft):
    owner = owner_of(draft)
    page = live.page(scripts=False)
    live.enter(page, owner)
    page.goto(f"/applications/{draft.id}/sections/project")
    page.locator(WORDS).fill("Two hours of writing")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("What you typed is kept")).to_be_visible()
    page.get_by_label("Email address").fill(owner.email)
    from tests.builders.users import PASSWORD

    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(WORDS)).to_have_value("Two hours of writing")
    page.get_by_role("button", name="Save and come back later").click()
    page.get_by_text("Your answers are saved.").wait_for()
    assert value_of(draft, "project_description") == "Two hours of writing"


@pytest.mark.once  # what a page's script keeps lies in the browser
@pytest.mark.parametrize("button", ["Submit the marks", "Save the draft"])
def test_words_of_a_sheet_come_back_after_signing_in(live, clock, button):
    """The button of the sheet leads to sign in: that answer has taken nothing."""
    live.at = clock.stop(during_call())
    in2()
    assignment = an_accepted_assignment(an_eligible_application())
    expert = assignment.expert.user
    page = live.page_of(expert)
    page.goto(f"/evaluation/assignments/{assignment.id}/marks")
    page.context.clear_cookies()
    page.locator("[name=overall_comment]").fill("An hour of reading")
    status(page, "You have been signed out. Your words are kept on this page.")
    page.get_by_role("button", name=button).click()
    page.get_by_label("Email address").wait_for()
    live.enter(page, expert)
    page.goto(parse_qs(urlsplit(page.url).query)["next"][0])
    expect(page.locator("[name=overall_comment]")).to_have_value("An hour of reading")
    status(page, "Draft saved at")
    page.goto("/evaluation/")
    page.goto(f"/evaluation/assignments/{assignment.id}/marks")
    expect(page.locator("[name=overall_comment]")).to_have_value("An hour of reading")


def test_two_people_at_the_same_answer_lose_nobodys_words(live, draft):
    owner, colleague = owner_of(draft), an_applicant(name="Bea Colleague")
    organisation = get_organisation(draft.organisation_id)
    membership = invite_member(organisation, colleague.email, MemberRole.EDITOR, by=owner, at=live.at)
    accept_membership(membership, by=colleague, at=live.at)
    hers, his = opened(live, draft, colleague), opened(live, draft, owner)

    hers.locator(WORDS).fill("Bea's words")
    status(hers, "Saved at")
    his.locator(TITLE).fill("Ada's title")  # another answer: both are kept
    status(his, "Saved at")
    his.locator(WORDS).fill("Ada's words")
    status(his, "The same answer was changed elsewhere meanwhile")
    assert value_of(draft, "project_description") == "Bea's words"

    his.get_by_role("button", name="Save and continue").click()
    his.get_by_text("Now saved, by Bea Colleague").wait_for()
    expect(his.get_by_text("Bea's words", exact=True)).to_be_visible()
    expect(his.locator(WORDS)).to_have_value("Ada's words")
    his.get_by_role("button", name="Save and come back later").click()
    his.get_by_text("Your answers are saved.").wait_for()
    assert (value_of(draft, "project_description"), value_of(draft, "title")) == ("Ada's words", "Ada's title")


def test_words_brought_back_after_signing_in_are_saved_without_another_press(live, draft):
    owner = owner_of(draft)
    page = opened(live, draft, owner)
    page.context.clear_cookies()
    page.locator(WORDS).fill("Two hours of writing")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_text("What you typed is kept").wait_for()
    address = parse_qs(urlsplit(page.url).query)["next"][0]
    live.enter(page, owner)
    page.goto(address)
    page.get_by_text("It is not saved yet").wait_for()
    status(page, re.compile(r"Saved at"))
    assert value_of(draft, "project_description") == "Two hours of writing"


@pytest.mark.once  # what a page's script keeps lies in the browser
def test_words_of_a_conflict_are_shown_again_to_who_left_without_saving_them(live, draft):
    owner = owner_of(draft)
    page, other = opened(live, draft, owner), opened(live, draft, owner)
    other.locator(WORDS).fill("AAA")
    status(other, "Saved at")
    page.locator(WORDS).fill("BBB")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_text("Now saved, by").wait_for()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator(TITLE).click()
    page.get_by_role("link", name="All sections").click()
    page.wait_for_url(f"**/applications/{draft.id}")
    assert asked == ["beforeunload"]
    page.goto(f"/applications/{draft.id}/sections/project")
    status(page, "Words that you typed earlier were not saved")
    page.get_by_text("Show the words").click()
    expect(page.get_by_text("BBB")).to_be_visible()
    expect(page.locator(WORDS)).to_have_value("AAA")


@pytest.mark.once  # what a page's script keeps lies in the browser
def test_a_long_form_without_autosave_asks_before_it_is_left_and_keeps_its_words(live, draft):
    page = live.page_of(owner_of(draft))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    address = f"/organisations/{draft.organisation_id}/ownership/state"
    page.goto(address)
    page.locator("[name=nace]").click()
    page.keyboard.type("72.11")
    page.locator(".govuk-back-link").click()
    page.wait_for_url(lambda url: not url.endswith("/state"))
    assert asked == ["beforeunload"]
    page.goto(address)
    page.get_by_text("We put back words that had not been saved.").wait_for()
    expect(page.locator("[name=nace]")).to_have_value("72.11")
    page.locator("main [type=submit]").last.click()  # shown again: the words stand on this page only
    page.locator("form[data-answer]").wait_for()
    page.locator("[name=nace]").click()
    page.locator(".govuk-back-link").click()
    page.wait_for_url(lambda url: not url.endswith("/state"))
    assert asked == ["beforeunload"] * 2
