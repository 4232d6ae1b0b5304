"""A queue and a draw by lot in a real browser: accessible, not too wide, no console error."""

import os

import pytest

from tests.browser.conftest import WIDTHS, overflow, violations
from tests.builders.applications import owner_of
from tests.builders.evaluation import (
    a_manager,
    an_eligible_application,
)
from tests.builders.transfers import a_proposed_transfer
from tests.builders.users import signed_in
from tests.decisions.test_actions_queueing import UNCLEAR, first_come, submitted, walked
from tests.decisions.test_pools import AFTER, by_lot
from vouchers.decisions.actions.drawing import freeze_pool
from vouchers.decisions.queries.entries import get_contest_of

pytestmark = pytest.mark.browser


@pytest.mark.once
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_a_queue_and_of_moved_money(live, app, width):
    first_come(1000)
    unclear, *rest = [*submitted(1, answers=UNCLEAR), *submitted(3)]
    walked([unclear, *rest])
    transfer = a_proposed_transfer("100", "NL-GE", "BE-WAL")
    one = f"/budgets/transfers/{transfer.id}"
    page = enter(live, app, a_manager(), width)
    look(page, f"/decisions/calls/{unclear.call_id}/queue?region=BE-WAL", width)
    assert page.get_by_text("above 50 million").count()
    for path in ("/budgets", "/budgets/transfers", one, f"{one}/approve", f"{one}/refuse"):
        look(page, path, width)
    look(enter(live, app, owner_of(rest[2]), width), f"/decisions/applications/{rest[2].id}", width)


@pytest.mark.once
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_a_draw_by_lot(live, app, width):
    by_lot()
    found = an_eligible_application("MG")
    page = enter(live, app, a_manager(), width)
    look(page, f"/decisions/calls/{found.call_id}/pool?region=BE-WAL&instrument=MG", width)
    page.get_by_role("button", name="Freeze the pool").click()
    page.get_by_text("was not frozen").wait_for()
    look(page, None, width)
    freeze_pool(get_contest_of(found), by=a_manager(), at=AFTER)
    look(page, f"/decisions/calls/{found.call_id}/pool?region=BE-WAL&instrument=MG", width)
    assert page.get_by_text("SHA-256").count()


def enter(live, app, person, width):
    """A window in which this person is signed in."""
    client = signed_in(app.test_client(), person)
    page = live.page(width=width, bypass_csp=True)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    page.context.add_cookies([{"name": name, "value": cookie.value, "url": live.url}])
    return page


def look(page, path, width):
    if path is not None:
        assert page.goto(path).status == 200, path
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{(path or page.url).replace('/', '_')[-60:]}-{width}.png", full_page=True)
    assert violations(page) == [], path
    assert overflow(page) == 0, path
    assert page.get_by_role("heading", level=1).count() == 1
