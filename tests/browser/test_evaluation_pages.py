"""The pages of experts, evaluation and decisions in a real browser: accessible, not too wide, no console error."""

import os

import pytest

from tests.browser.conftest import WIDTHS, overflow, violations
from tests.builders.applications import a_submitted_application, owner_of
from tests.builders.evaluation import (
    a_decision,
    a_manager,
    a_marked_assignment,
    an_accepted_assignment,
    an_assignment,
    an_eligible_application,
    an_evaluated_application,
)
from tests.builders.experts import an_expert
from tests.builders.programmes import during_call, in2
from tests.builders.transfers import a_proposed_transfer
from tests.builders.users import signed_in
from tests.decisions.test_actions_queueing import UNCLEAR, first_come, submitted, walked
from tests.decisions.test_pools import AFTER, by_lot
from vouchers.decisions.actions.drawing import freeze_pool
from vouchers.decisions.queries.entries import get_contest_of

pytestmark = pytest.mark.browser


@pytest.mark.once
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_an_evaluation(live, app, width):
    at = during_call()
    in2()
    manager = a_manager()
    submitted = a_submitted_application(answers={"headcount": "300"})
    eligible = an_eligible_application()
    given, accepted, marked = (make(eligible) for make in (an_assignment, an_accepted_assignment, a_marked_assignment))
    an_expert(name="Otto Partner", employer="Universitair Laboratorium BV", at=at)
    evaluated = [an_evaluated_application() for _number in range(3)]
    weak = an_evaluated_application(marks={"novelty": "2", "benefit": "4", "partnership": "4"})
    a_decision(evaluated[0])
    a_decision(weak, "reject")
    call = f"/decisions/calls/{eligible.call_id}?region=BE-WAL"
    expert_id, decided = given.expert_id, weak.id
    pages = {
        manager: [
            *("/experts/", "/experts/new", f"/experts/{expert_id}", f"/experts/{expert_id}/edit"),
            f"/experts/{expert_id}/suspend",
            f"/evaluation/applications/{submitted.id}/check",
            f"/evaluation/applications/{eligible.id}/check",
            f"/evaluation/applications/{eligible.id}/experts",
            f"/evaluation/assignments/{given.id}/remove",
            *("/decisions/", call, f"{call}&instrument=MG"),
            f"/decisions/applications/{evaluated[1].id}",
            *(f"/decisions/applications/{evaluated[1].id}/{verb}" for verb in ("award", "reserve", "reject")),
        ],
        given.expert.user: ["/evaluation/", f"/evaluation/assignments/{given.id}"],
        accepted.expert.user: [
            f"/evaluation/assignments/{accepted.id}{path}" for path in ("", "/marks", "/conflict", "/refuse")
        ],
        marked.expert.user: [f"/evaluation/assignments/{marked.id}/marks"],
        owner_of(weak): [f"/decisions/applications/{decided}"],
    }
    for person, paths in pages.items():
        page = enter(live, app, person, width)
        for path in paths:
            look(page, path, width)
    page = enter(live, app, manager, width)
    page.goto(call)
    page.locator("input[name=picked]").first.check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", level=1).wait_for()
    look(page, None, width)
    page.get_by_role("button", name="Award").click()
    page.get_by_role("link", name="Back to the ranking").wait_for()
    look(page, None, width)


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
