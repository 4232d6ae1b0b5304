"""A call for experts: somebody enrols, is marked and admitted, signs a contract, and is given an application."""

import pytest

from tests.builders.evaluation import a_manager, an_eligible_application
from tests.builders.pools import PROGRAMME, a_pool_call, an_enrolment, expert_answers, marked
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.core.clock import add_months
from vouchers.core.errors import RuleBroken
from vouchers.evaluation.actions.assignments import assign_expert
from vouchers.experts.actions.contracts import (
    accept_expert_contract,
    countersign_expert_contract,
    issue_expert_contract,
)
from vouchers.experts.actions.own import cancel_absence, declare_interests, note_absence
from vouchers.experts.queries import find_expert_of
from vouchers.pools.actions.deciding import admit_enrolment
from vouchers.users.states import Role


def test_from_the_call_for_experts_to_the_first_application(app, clock):
    in2()
    at = clock.stop(during_call())
    coordinator = a_member_of_staff(Role.COORDINATOR, PROGRAMME)
    application = an_eligible_application("COL")
    manager = a_manager(application.region.code)
    person = an_applicant("nora@pool.example", name="Nora New")

    call = a_pool_call(by=coordinator)
    assert call.title in app.test_client().get("/pools/").text
    enrolment = an_enrolment(call, person=person, answers=expert_answers(employer="Institute of Oslo"))
    until = add_months(at.date(), call.months)
    admit_enrolment(marked(enrolment, "4.5", by=coordinator), until, by=coordinator, at=at)
    expert = find_expert_of(PROGRAMME, person.id)
    assert expert is not None
    assert expert.admitted_until == until

    contract = issue_expert_contract(expert, until, by=coordinator, at=at)
    with pytest.raises(RuleBroken, match="has not accepted the contract"):
        assign_expert(application, expert, by=manager, at=at)
    accept_expert_contract(contract, "Nora New", contract.sha256, by=expert.user, at=at)
    with pytest.raises(RuleBroken, match="not signed by the office"):
        assign_expert(application, expert, by=manager, at=at)
    countersign_expert_contract(contract, coordinator.name, contract.sha256, by=coordinator, at=at)
    declare_interests(expert, "None.", [], "Nora New", by=expert.user, at=at)

    away = note_absence(expert, at.date(), at.date(), by=expert.user, at=at)
    with pytest.raises(RuleBroken, match="is away from"):
        assign_expert(application, expert, by=manager, at=at)
    cancel_absence(away, by=expert.user, at=at)
    assignment = assign_expert(application, expert, by=manager, at=at)

    browser = signed_in(app.test_client(), expert.user)
    assert browser.get(f"/evaluation/assignments/{assignment.id}").status_code == 200
    assert contract.number in browser.get(f"/experts/{expert.id}").text
