"""Who is chosen out of a register, or agreed with, marks nobody in the call; and the other way round."""

from datetime import timedelta

import pytest

from tests.builders.agreements import an_awarded_application, asked_for
from tests.builders.applications import a_submitted_application
from tests.builders.evaluation import a_manager, an_assignment, an_eligible_application
from tests.builders.experts import an_expert
from tests.builders.programmes import IN2_FILE, a_programme, during_call
from tests.builders.providers import a_provider
from vouchers.agreements.actions.issuing import issue_agreement
from vouchers.core.errors import RuleBroken
from vouchers.eligibility.rules.registry import RULES
from vouchers.eligibility.states import Outcome
from vouchers.evaluation.queries.checks import gather_facts
from vouchers.evaluation.queries.conflicts import look_at, map_hard_pairs

AT = during_call()


@pytest.fixture(autouse=True)
def _office(app):
    """The programme with questions that choose out of the registers, under codes of its own."""
    text = IN2_FILE.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if "code: provider_name" in line)
    space = line[: line.index("-")]
    more = [
        f"{space}- {{code: {code}, type: {kind}, label: {code}, required: no}}"
        for code, kind in (("laboratory", "provider"), ("adviser", "expert"))
    ]
    a_programme(text.replace(line, "\n".join([*more, line])))


def kinds(application, expert):
    return {one.kind: one for one in look_at(application, expert).conflicts}


def test_who_is_chosen_out_of_a_register_marks_nobody_in_the_call_whatever_the_question_is_called():
    laboratory = a_provider(name="New Employer BV", at=AT)
    adviser = an_expert(at=AT, employer="Advice House", name="Birgit Hansen")
    colleague, employed = an_expert(at=AT, employer="Advice House Ltd"), an_expert(at=AT, employer="new employer")
    application = an_eligible_application()
    answers = {
        "laboratory": {"id": laboratory.id, "name": laboratory.name},
        "adviser": {"id": adviser.id, "name": adviser.user.name},
    }
    choosing = a_submitted_application("INS", answers=answers)
    assert kinds(choosing, employed)["provider"].is_hard
    assert kinds(choosing, adviser)["provider_person"].is_hard
    assert kinds(choosing, colleague)["provider"].is_hard
    for expert in (employed, adviser, colleague):
        assert kinds(application, expert)["provider_in_call"].is_hard
        with pytest.raises(RuleBroken):
            an_assignment(application, expert)
    pairs = map_hard_pairs(application.call)
    assert {(one.id, key) for one in (employed, adviser, colleague) for key in (application.id, choosing.id)} <= set(
        pairs
    )


def test_who_marks_in_a_call_can_not_be_chosen_in_it_out_of_a_register():
    laboratory = a_provider(name="New Employer BV", at=AT)
    marking = an_expert(at=AT, employer="New Employer", name="Eva Marking")
    an_assignment(an_eligible_application(), marking)
    for answers in (
        {"laboratory": {"id": laboratory.id, "name": laboratory.name}},
        {"adviser": {"id": marking.id, "name": marking.user.name}},
    ):
        choosing = a_submitted_application("INS", answers=answers)
        reading = RULES["provider"].read(gather_facts(choosing, at=AT))
        assert reading[0] is Outcome.NOT_MET
        assert "Eva Marking" in reading[1].source


def test_the_provider_of_an_agreement_counts_too():
    application = an_awarded_application("COL")
    asked = asked_for(application, provider_name="Late Lab", provider_email="jo@late-lab.example")
    issue_agreement(application, asked, by=a_manager(), at=AT + timedelta(hours=2))
    for expert in (an_expert(at=AT, employer="late lab ltd"), an_expert(at=AT, email="x@late-lab.example")):
        assert any(one.is_hard for one in look_at(application, expert).conflicts)
