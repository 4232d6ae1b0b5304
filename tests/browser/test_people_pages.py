"""The pages of people in a real browser: no fault of accessibility, nothing too wide, no console error."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WIDTHS, overflow, violations
from tests.builders.programmes import in2
from tests.builders.users import PASSWORD, a_member_of_staff, an_administrator, an_applicant, code_of
from vouchers.users.states import Role

pytestmark = pytest.mark.browser


@pytest.mark.once
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_people(live, width):
    in2()
    manager = a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", "BE-WAL")
    administrator, applicant = an_administrator(), an_applicant()
    page = live.page(width=width, bypass_csp=True)

    def look(path):
        page.goto(path)
        assert violations(page) == [], path
        assert overflow(page) == 0, path

    for path in ("/sign-in", "/sign-up", "/forgot-password", "/reset/unknown"):
        look(path)
    page.goto("/sign-up")
    page.get_by_role("button", name="Sign up").click()
    assert violations(page) == []

    def sign_in(user):
        page.goto("/sign-in")
        page.get_by_label("Email address").fill(user.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()

    sign_in(administrator)
    page.get_by_label("Code").wait_for()
    assert violations(page) == []
    page.get_by_label("Code").fill(code_of(administrator))
    page.get_by_role("button", name="Sign in").click()
    look("/people")
    people = f"/people/{manager.id}"
    for path in (people, "/people/invite", f"{people}/roles", f"{people}/disable", f"{people}/reset-second-factor"):
        look(path)
    page.get_by_role("button", name="Sign out").click()

    sign_in(applicant)
    for path in ("/account", "/account/details", "/account/password", "/account/second-factor"):
        look(path)


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
