"""Signing in, the second factor and the choice of language in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import violations
from tests.builders.programmes import in2
from tests.builders.users import PASSWORD, an_administrator, an_applicant, code_of

pytestmark = pytest.mark.browser


def test_signing_in_works_without_scripts_under_the_real_policy(live):
    administrator = an_administrator()
    page = live.page(scripts=False)

    page.goto("/account")
    page.get_by_label("Email address").fill(administrator.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code").fill(code_of(administrator))
    page.get_by_role("button", name="Sign in").click()

    expect(page).to_have_url(f"{live.url}/account")
    page.goto("/account/second-factor")
    box = page.get_by_role("img", name="QR picture").bounding_box()
    assert box["width"] > 150


def test_set_up_second_factor_shows_its_picture_under_the_real_policy(live):
    applicant = an_applicant()
    page = live.page()

    page.goto("/sign-in?next=/account/second-factor")
    page.get_by_label("Email address").fill(applicant.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    picture = page.get_by_role("img", name="QR picture")
    page.wait_for_load_state()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 150")


def test_words_that_were_typed_come_along_into_another_language(live):
    in2()
    page = live.page()
    page.goto("/sign-up")
    page.get_by_role("button", name="Sign up").click()
    page.get_by_text("There is a problem").wait_for()
    page.get_by_label("Email address").fill("ada@")
    page.get_by_role("button", name="Deutsch").click()
    page.wait_for_url("**/sign-up?held=*")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("input[name=email]")).to_have_value("ada@")
    assert violations(page) == []
