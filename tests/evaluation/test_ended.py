"""A conflict that ends a task stays in the manager's sight: when, what no longer counts, and the place to fill."""

from datetime import timedelta

import pytest

from tests.builders.evaluation import (
    a_manager,
    a_marked_assignment,
    an_accepted_assignment,
    an_eligible_application,
    an_evaluated_application,
)
from tests.builders.programmes import during_call, in2
from tests.builders.users import signed_in
from vouchers.evaluation.actions.assignments import declare_conflict, end_for_conflict
from vouchers.evaluation.queries.assignments import get_assignment, list_assignments
from vouchers.evaluation.queries.ended import map_ended
from vouchers.workflow.transition import OFFICE

AT = during_call()
LATER = AT + timedelta(days=2)


@pytest.fixture(autouse=True)
def _office(app, clock):
    in2()
    clock.stop(AT)


def test_marks_that_fall_away_are_told_with_the_day_and_the_replacement(client):
    application = an_evaluated_application()
    given = list_assignments(application.id)[0]
    declare_conflict(given, "My sister joined them.", by=given.expert.user, at=LATER)
    (ended,) = map_ended([application.id])[application.id]
    assert (ended.assignment.id, ended.at, ended.was_declared, ended.had_marks) == (given.id, LATER, True, True)
    browser = signed_in(client, a_manager())
    address = f"/evaluation/applications/{application.id}/experts"
    for page in (browser.get("/evaluation/workload?needs=conflict").text, browser.get(address).text):
        assert f"{given.expert.user.name}, declared on {LATER:%-d %b %Y}." in page
        assert "are out of the result." in page
        assert "A replacement is asked for" in page
    assert f'href="{address}#assigned-caption"' in browser.get("/evaluation/workload").text


def test_what_the_office_finds_before_any_marks_says_so(client):
    application = an_eligible_application()
    given = an_accepted_assignment(application)
    calm = an_accepted_assignment(an_eligible_application())
    end_for_conflict(get_assignment(given.id), "They work for the applicant.", by=OFFICE, at=LATER)
    (ended,) = map_ended([application.id])[application.id]
    assert (ended.at, ended.was_declared, ended.had_marks) == (LATER, False, False)
    page = signed_in(client, a_manager()).get("/evaluation/workload?needs=conflict").text
    assert f"{given.expert.user.name}, found on" in page
    assert "No marks had been submitted." in page
    assert calm.application.reference not in page


def test_where_no_conflict_ended_a_task_nothing_is_said():
    marked = a_marked_assignment(an_eligible_application())
    assert map_ended([marked.application_id]) == {}
    assert map_ended([]) == {}
