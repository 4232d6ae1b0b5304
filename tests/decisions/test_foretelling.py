"""What the page before a batch says is what the batch then answers: both ask the same guards."""

import pytest
from sqlalchemy import func, select

from tests.builders.applications import a_submitted_application, owner_of
from tests.builders.deciding import a_proposed_session, decide, in2_with
from tests.builders.evaluation import a_manager, a_marked_assignment, an_evaluated_application
from tests.builders.experts import an_expert
from tests.builders.programmes import during_call
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.applications.actions.recusing import recuse
from vouchers.applications.queries.files import get_application
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.decisions.actions import many
from vouchers.decisions.actions.foretelling import foretell_many, foretell_session
from vouchers.decisions.actions.many import decide_many
from vouchers.decisions.queries.entries import get_contest_of
from vouchers.decisions.rules.sessions import Proposed
from vouchers.eligibility.states import Outcome
from vouchers.evaluation.actions.checks import find_eligible
from vouchers.evaluation.rules.findings import Verdict
from vouchers.users.states import Role

AT = during_call()
STRONG, FAIR = (
    {"novelty": "5", "benefit": "5", "partnership": "5"},
    {"novelty": "4", "benefit": "4", "partnership": "4"},
)
WEAK = {"novelty": "1", "benefit": "4", "partnership": "4"}


def a_list(marks, amounts, **how):
    experts = [an_expert(), an_expert()]
    return [
        an_evaluated_application(experts=experts, marks=one, amount=amount, **how)
        for one, amount in zip(marks, amounts, strict=True)
    ]


@pytest.mark.parametrize("outcome", [Proposed.AWARD, Proposed.RESERVE, Proposed.REJECT])
def test_each_one_by_one_answers_as_foretold(app, outcome):
    in2_with(8_000)
    found = a_list([STRONG, FAIR, FAIR, WEAK], ["7000", "4000", "1000", "500"])
    found = [get_application(one.id) for one in found]
    manager, events = a_manager(), db.session.scalar(select(func.count(AuditEvent.id)))
    told = foretell_many(get_contest_of(found[0]), found, outcome, "Because.", by=manager, at=AT)
    assert db.session.scalar(select(func.count(AuditEvent.id))) == events
    came = decide_many(found, many.Outcome(outcome.value), "Because.", by=manager, at=AT)
    assert [told[one.id].goes_through for one in found] == [one.is_done for one in came]
    assert [told[one.id].refusal or one_done.sentence for one, one_done in zip(found, came, strict=True)] == [
        one.sentence for one in came
    ]
    if outcome is Proposed.AWARD:
        assert [one.is_done for one in came] == [True, False, True, False]


def test_two_awards_of_one_company_count_against_its_limit_together(app):
    in2_with(50_000)
    first = an_evaluated_application(marks=STRONG)
    second = a_submitted_application(organisation=first.organisation, owner=owner_of(first))
    find_eligible(second, {"per_sme": Verdict(Outcome.MET, "The other one waits.")}, by=a_manager(), at=AT)
    for _number in range(2):
        a_marked_assignment(get_application(second.id), marks=FAIR)
    found = [get_application(one.id) for one in (first, second)]
    told = foretell_many(get_contest_of(first), found, Proposed.AWARD, "…", by=a_manager(), at=AT)
    came = decide_many(found, many.Outcome.AWARD, "…", by=a_manager(), at=AT)
    assert [told[one.id].goes_through for one in found] == [one.is_done for one in came]
    assert [told[one.id].refusal for one in found if not told[one.id].goes_through] == [
        one.sentence for one in came if not one.is_done
    ]


def test_who_has_stepped_back_is_told_so_before(app):
    in2_with(50_000)
    application, manager = an_evaluated_application(), a_manager()
    recuse(application, "My cousin works there.", by=manager, at=AT)
    application = get_application(application.id)
    told = foretell_many(get_contest_of(application), [application], Proposed.AWARD, "", by=manager, at=AT)
    assert "stepped back" in told[application.id].refusal


def test_a_session_is_foretold_on_its_page_and_its_page_says_what_was_done(app, client, clock):
    in2_with(10_000, two_persons=True)
    clock.stop(AT)
    first, second = a_list([STRONG, FAIR], ["7000", "7000"])
    session, second_person = a_proposed_session(first), a_member_of_staff(Role.COORDINATOR, "in2lifesciences")
    told = foretell_session(session, by=second_person, at=AT)
    assert {key: one.goes_through for key, one in told.items()} == {first.id: True, second.id: True}
    browser = signed_in(client, second_person)
    page = browser.get(f"/decisions/sessions/{session.id}/confirm").text
    assert page.count("Goes through") == 3
    decide(session, second_person, AT)
    page = browser.get(f"/decisions/sessions/{session.id}").text
    assert page.count("Done</strong>") == 2
    assert "Not done" not in page
