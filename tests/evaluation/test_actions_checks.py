"""Closing the formal check."""

import pytest
from sqlalchemy import func, select

from tests.builders.applications import a_submitted_application, owner_of
from tests.builders.evaluation import a_manager, an_eligible_application
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff
from vouchers.applications.actions.deciding import lapse_application
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.decisions.actions.deciding import award_decision
from vouchers.eligibility.rules.formal import read_all
from vouchers.eligibility.states import Outcome
from vouchers.evaluation.actions.checks import find_eligible, find_ineligible
from vouchers.evaluation.models import Finding
from vouchers.evaluation.queries.checks import gather_facts, list_findings
from vouchers.evaluation.rules.findings import Verdict
from vouchers.letters.models import Letter
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

AT = during_call()
BIG = {"headcount": "250"}


@pytest.fixture(autouse=True)
def _office(app):
    in2()


def letters(occasion):
    return list(db.session.scalars(select(Letter).where(Letter.occasion == occasion)))


def no_trace(application):
    assert get_application(application.id).state == ApplicationState.SUBMITTED
    assert db.session.scalar(select(func.count(Finding.id))) == 0
    assert letters("evaluation/find_eligible") + letters("evaluation/find_ineligible") == []


@pytest.mark.parametrize("instrument", ["MG", "INS", "COL"])
def test_what_the_builders_submit_meets_every_rule(instrument):
    readings = read_all(gather_facts(a_submitted_application(instrument), at=AT))
    assert {reading.outcome for reading in readings} == {Outcome.MET}
    assert len(readings) >= 9


def test_find_eligible_keeps_the_findings_and_tells_the_applicant():
    application = an_eligible_application()
    assert application.state == ApplicationState.ELIGIBLE
    findings = list_findings(application.id)
    assert {finding.outcome for finding in findings} == {Outcome.MET}
    assert {finding.found_by_id for finding in findings} == {a_manager().id}
    (letter,) = letters("evaluation/find_eligible")
    assert letter.to_email == owner_of(application).email
    assert "independent experts read it" in letter.body


def test_find_eligible_refuses_a_rule_that_is_not_met():
    application = a_submitted_application(answers=BIG)
    with pytest.raises(RuleBroken, match=r"Small or medium-sized enterprise.* is not met") as refusal:
        find_eligible(application, {}, by=a_manager(), at=AT)
    assert refusal.value.field == "outcome-sme"
    no_trace(application)


def test_find_eligible_overrules_only_with_a_reason():
    application = a_submitted_application(answers=BIG)
    with pytest.raises(RuleBroken, match="Say why you decide otherwise") as refusal:
        find_eligible(application, {"sme": Verdict(Outcome.MET)}, by=a_manager(), at=AT)
    assert refusal.value.field == "reason-sme"
    no_trace(application)
    find_eligible(application, {"sme": Verdict(Outcome.MET, "249 by the register.")}, by=a_manager(), at=AT)
    finding = next(one for one in list_findings(application.id) if one.rule == "sme")
    assert (finding.outcome, finding.reason) == (Outcome.MET, "249 by the register.")
    assert "The rule found: Not met." in finding.evidence


def test_an_unclear_rule_must_be_decided_with_a_reason():
    application = a_submitted_application("COL", answers={"turnover": "60 000 000", "balance_sheet": "50 000 000"})
    reading = next(one for one in read_all(gather_facts(application, at=AT)) if one.rule.code == "sme")
    assert reading.outcome == Outcome.NOT_MET
    other = a_submitted_application("MG")
    an_other = a_submitted_application("MG", owner=owner_of(other), organisation=other.organisation)
    a_third = a_submitted_application("MG", owner=owner_of(other), organisation=an_other.organisation)
    with pytest.raises(RuleBroken, match="still unclear") as refusal:
        find_eligible(a_third, {}, by=a_manager(), at=AT)
    assert refusal.value.field == "outcome-per_sme"
    no_trace(a_third)
    find_eligible(a_third, {"per_sme": Verdict(Outcome.MET, "The first is withdrawn.")}, by=a_manager(), at=AT)
    assert get_application(a_third.id).state == ApplicationState.ELIGIBLE


def test_find_ineligible_names_each_rule_and_the_reason():
    application = a_submitted_application(answers=BIG)
    verdicts = {"provider": Verdict(Outcome.NOT_MET, "The partner owns 60 % of the company.")}
    find_ineligible(application, verdicts, by=a_manager(), at=AT)
    application = get_application(application.id)
    assert (application.state, application.decided_at) == (ApplicationState.INELIGIBLE, AT)
    (letter,) = letters("evaluation/find_ineligible")
    for words in (
        "Recommendation 2003/361/EC",
        "250 people work there; an SME has fewer than 250.",
        "The partner owns 60 % of the company.",
        "you can appeal until",
    ):
        assert words in letter.body


def test_find_ineligible_needs_a_rule_that_is_not_met():
    application = a_submitted_application()
    with pytest.raises(RuleBroken, match="Every rule is met"):
        find_ineligible(application, {}, by=a_manager(), at=AT)
    no_trace(application)


def test_only_the_regions_manager_closes_the_check():
    application = a_submitted_application()
    people = [
        a_manager("NL-NB"),
        owner_of(application),
        a_member_of_staff(Role.COORDINATOR, "in2lifesciences", at=AT),
        a_member_of_staff(Role.FINANCE_OFFICER, "in2lifesciences", "BE-WAL", at=AT),
    ]
    for person in people:
        with pytest.raises(NotPermitted):
            find_eligible(application, {}, by=person, at=AT)
    no_trace(application)


def test_a_check_is_closed_once():
    application = an_eligible_application()
    with pytest.raises(WrongState):
        find_ineligible(application, {"sme": Verdict(Outcome.NOT_MET, "x")}, by=a_manager(), at=AT)
    with pytest.raises(WrongState):
        find_eligible(application, {}, by=a_manager(), at=AT)


def test_a_limit_that_the_award_keeps_cannot_be_called_met(app):
    first = an_eligible_application("MG")
    award_decision(first, None, "Board", by=a_manager(), at=AT)
    second = a_submitted_application("MG", owner=owner_of(first), organisation=first.organisation)
    for verdicts in ({"per_sme": Verdict(Outcome.MET, "It ends soon.")}, {}):
        with pytest.raises(RuleBroken, match="The award keeps this limit too") as refusal:
            find_eligible(second, verdicts, by=a_manager(), at=AT)
        assert refusal.value.field == "outcome-per_sme"
    no_other = letters("evaluation/find_eligible")
    assert [letter.subject_id for letter in no_other] == [first.id]

    lapse_application(get_application(first.id), by=OFFICE, at=AT, why="Not accepted in time")
    find_eligible(second, {}, by=a_manager(), at=AT)
    assert get_application(second.id).state == ApplicationState.ELIGIBLE
