"""A call whose vouchers are spent with a pool: the rule holds at the application, the agreement and the claim."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.builders.agreements import accept_all, an_awarded_application, asked_for
from tests.builders.applications import a_submitted_application, owner_of
from tests.builders.claims import CLAIMED_AT, a_cost, a_draft_claim
from tests.builders.evaluation import a_manager
from tests.builders.experts import an_expert
from tests.builders.programmes import IN2_FILE, a_programme, during_call
from tests.builders.providers import a_provider
from vouchers.agreements import queries as agreements
from vouchers.agreements.actions.issuing import issue_agreement
from vouchers.applications.queries.ground import ground_of
from vouchers.applications.rules.blockers import misfits
from vouchers.claims.actions.drafting import save_line
from vouchers.core.errors import RuleBroken
from vouchers.eligibility.rules.formal import read_all
from vouchers.eligibility.states import Outcome
from vouchers.evaluation.queries.checks import gather_facts, list_pool_of
from vouchers.experts.actions.register import suspend_expert
from vouchers.providers.actions import suspend_provider
from vouchers.providers.queries import list_vouchers
from vouchers.workflow.transition import OFFICE

AT = during_call()
NAMED = "Universitair Laboratorium"
"""Whom the builders' applications name."""


def spent_with(pool: str) -> None:
    """IN2LifeSciences, whose calls name a pool."""
    text = IN2_FILE.read_text(encoding="utf-8")
    a_programme(text.replace("    allocation: ranking\n", f"    allocation: ranking\n    spent_with: {pool}\n"))


def directory_of(application):
    readings = read_all(gather_facts(application, at=AT))
    return next(one.outcome for one in readings if one.rule.code == "directory")


def test_only_those_count_who_are_admitted_on_the_day(app):
    spent_with("{pool: providers}")
    a_provider(name=NAMED, is_accredited=True, until=date(2026, 12, 31), at=AT)
    a_provider(name="Registered only", at=AT)
    application = a_submitted_application("MG")
    assert list_pool_of(application, at=AT) == {NAMED}
    assert list_pool_of(application, at=AT + timedelta(days=100)) == frozenset()
    assert directory_of(application) is Outcome.MET
    call = application.call.plan
    (question,) = (one for one in call.form.questions if one.code == "provider_name")
    said = misfits(ground_of(application, at=AT), [question], {"provider_name": "Registered only"})
    assert "is not in the pool" in str(said["provider_name"])
    assert misfits(ground_of(application, at=AT), [question], {"provider_name": "universitair laboratorium BV"}) == {}


def test_an_agreement_and_a_claim_take_nobody_else(app):
    spent_with("{pool: providers}")
    lab = a_provider(name=NAMED, is_accredited=True, at=AT)
    a_provider(name="Second Laboratory", is_accredited=True, at=AT)
    application, manager = an_awarded_application("COL"), a_manager()
    later = AT + timedelta(hours=2)
    with pytest.raises(RuleBroken, match="is not in the pool"):
        issue_agreement(application, asked_for(application, provider_name="A friend"), by=manager, at=later)
    agreement = issue_agreement(application, asked_for(application), by=manager, at=later)
    accept_all(agreements.get_agreement(agreement.id), manager, at=later)
    assert [one.reference for one in list_vouchers(lab)] == [application.reference]
    suspend_provider(lab, "It has moved.", by=manager, at=later)

    claim, owner = a_draft_claim(agreements.get_agreement(agreement.id)), owner_of(application)
    category = application.instrument.plan.cost_categories[0].code
    cost = a_cost(category=category)
    with pytest.raises(RuleBroken, match="is not in the pool"):
        save_line(claim, replace(cost, supplier="A friend"), by=owner, at=CLAIMED_AT)
    for number, supplier in enumerate((NAMED, "Second Laboratory")):
        save_line(claim, replace(cost, supplier=supplier, invoice_number=f"L-{number}"), by=owner, at=CLAIMED_AT)


def test_experts_of_a_pool_may_be_named_and_their_employers_send_the_invoice(app):
    spent_with("{pool: experts, programme: in2lifesciences}")
    expert = an_expert(name="Nora New", employer="Institute of Oslo", at=AT)
    answers = {"provider_name": "Nora New", "provider_email": "nora@oslo.example"}
    application = a_submitted_application("MG", answers=answers)
    assert list_pool_of(application, at=AT) == {"Nora New"}
    assert list_pool_of(application, at=AT, with_employers=True) == {"Nora New", "Institute of Oslo"}
    suspend_expert(expert, "On leave.", by=OFFICE, at=AT)
    assert list_pool_of(application, at=AT) == frozenset()


def test_the_past_voucher_is_that_of_the_provider_who_was_agreed_with(app):
    spent_with("{pool: providers}")
    lab, other = (a_provider(name=name, is_accredited=True, at=AT) for name in (NAMED, "Second Laboratory"))
    application, manager = an_awarded_application("COL"), a_manager()
    assert [len(list_vouchers(one)) for one in (lab, other)] == [1, 0]
    changed = asked_for(application, provider_name=other.name, provider_email="two@second.example")
    issue_agreement(application, changed, by=manager, at=AT + timedelta(hours=2))
    assert [len(list_vouchers(one)) for one in (lab, other)] == [0, 1]


def test_an_agreement_takes_no_provider_who_marks_in_the_call(app):
    spent_with("{pool: providers}")
    a_provider(name=NAMED, is_accredited=True, at=AT)
    a_provider(name="House of the Juror", is_accredited=True, at=AT)
    jurors = [an_expert(employer="House of the Juror", at=AT), an_expert(at=AT)]
    application, manager = an_awarded_application("COL", experts=jurors), a_manager()
    changed = asked_for(application, provider_name="House of the Juror", provider_email="hello@house.example")
    with pytest.raises(RuleBroken, match="who marks in this call"):
        issue_agreement(application, changed, by=manager, at=AT + timedelta(hours=2))
