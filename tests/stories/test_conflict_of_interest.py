"""An expert discovers a conflict after marking: the marks fall away, another expert takes over, and the region decides.

Everything through the pages, as the people do it.
"""

import pytest

from tests.builders.applications import a_submitted_application, owner_of
from tests.builders.evaluation import a_manager
from tests.builders.experts import an_expert
from tests.builders.programmes import during_call, in2
from tests.builders.users import signed_in
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.decisions.queries.contests import find_decision
from vouchers.evaluation.queries.assignments import list_assignments

MARKS = {
    "mark-novelty": "4",
    "comment-novelty": "Nobody has such an assay.",
    "mark-benefit": "4.5",
    "comment-benefit": "A product within two years.",
    "mark-partnership": "3.5",
    "comment-partnership": "The partner has the samples.",
    "overall_comment": "Worth supporting.",
}


@pytest.fixture
def people(app, clock):
    in2()
    at = clock.stop(during_call())
    return {name: an_expert(name=name, at=at) for name in ("Alma", "Bruno", "Carla")}


def assign(browser, application, expert):
    path = f"/evaluation/applications/{application.id}/experts"
    answer = browser.post(path, data={"expert_id": expert.id, "days": "10"})
    assert answer.status_code == 303
    return next(one for one in list_assignments(application.id) if one.expert_id == expert.id).id


def declare_and_mark(browser, assignment_id, **changed):
    path = f"/evaluation/assignments/{assignment_id}"
    assert browser.get(f"{path}/marks").status_code == 403
    assert browser.post(f"{path}/no-conflict", data={"declared": "yes"}).status_code == 303
    assert browser.post(f"{path}/marks/submit", data=MARKS | changed).status_code == 303


def test_a_conflict_found_late_takes_the_marks_out_and_another_expert_in(app, client, people):
    application = a_submitted_application()
    manager = a_manager()
    office, reader = signed_in(client, manager), app.test_client()

    assert office.post(f"/evaluation/applications/{application.id}/check", data={}).status_code == 303
    first = assign(office, application, people["Alma"])
    second = assign(office, application, people["Bruno"])
    declare_and_mark(signed_in(reader, people["Alma"].user), first, **{"mark-novelty": "0"})
    declare_and_mark(signed_in(reader, people["Bruno"].user), second)
    assert get_application(application.id).state == ApplicationState.EVALUATED

    alma = signed_in(reader, people["Alma"].user)
    path = f"/evaluation/assignments/{first}"
    assert alma.post(f"{path}/conflict", data={"reason": "My new employer competes with them."}).status_code == 303
    assert alma.get(f"{path}/marks").status_code == 403
    application = get_application(application.id)
    assert (application.state, application.score) == (ApplicationState.IN_EVALUATION, None)

    page = office.get(f"/evaluation/applications/{application.id}/experts").text
    assert "My new employer competes with them." in page
    award = f"/decisions/applications/{application.id}/award"
    assert office.post(award, data={"amount": "7000"}).status_code == 409

    third = assign(office, application, people["Carla"])
    declare_and_mark(signed_in(reader, people["Carla"].user), third)
    application = get_application(application.id)
    assert (application.state, application.score) == (ApplicationState.EVALUATED, "18.25")

    assert office.post(award, data={"amount": "7000"}).status_code == 303
    decision = find_decision(application.id)
    assert (decision.score, decision.rank) == ("18.25", 1)
    applicant = signed_in(reader, owner_of(application))
    shown = applicant.get(f"/decisions/applications/{application.id}").text
    assert "€7,000.00" in shown
    assert shown.count("Nobody has such an assay.") == 2
    for name in people:
        assert name not in shown
