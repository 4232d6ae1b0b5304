"""A claim that uses up all that is left of a voucher is its last one, whether or not it says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders.claims import (
    CLAIMED_AT,
    a_complete_claim,
    a_cost,
    a_finance_officer,
    a_submitted_claim,
    all_accepted,
)
from tests.builders.users import signed_in
from vouchers.agreements import queries as agreements
from vouchers.agreements.states import AgreementState
from vouchers.applications.states import ApplicationState
from vouchers.claims.actions import checking, drafting, paying
from vouchers.claims.actions.checking import Finding
from vouchers.claims.queries import files as queries
from vouchers.claims.states import CostError
from vouchers.core.errors import WrongState
from vouchers.core.money import EUR
from vouchers.ledger.queries import left_on_voucher
from vouchers.workflow.transition import OFFICE

LATER = CLAIMED_AT + timedelta(days=1)
MORE_THAN_ALL = a_cost(net=EUR("90000"), vat=EUR("0"))
QUESTION = "Is this the last claim of this voucher?"


def again(claim):
    return queries.get_claim(claim.id)


def test_a_voucher_that_is_used_up_and_paid_is_completed_though_nobody_called_the_claim_the_last(agreement, manager):
    claim = a_submitted_claim(agreement, MORE_THAN_ALL, is_final=False)
    checking.verify_claim(claim, all_accepted(claim), by=manager, at=LATER)
    checking.authorise_claim(again(claim), by=a_finance_officer(), at=LATER)
    assert again(claim).is_final
    paying.order_claim_payment(again(claim), by=OFFICE, at=LATER)
    paying.pay_claim(again(claim), by=OFFICE, at=LATER)
    agreement = agreements.get_agreement(agreement.id)
    assert (agreement.state, agreement.application.state) == (AgreementState.COMPLETED, ApplicationState.COMPLETED)
    assert left_on_voucher(agreement.application.reference) == EUR("0")


def test_nothing_more_is_claimed_while_what_waits_uses_all_and_again_once_less_is_accepted(agreement, manager, owner):
    claim = a_submitted_claim(agreement, MORE_THAN_ALL, is_final=False)
    with pytest.raises(WrongState, match="uses all that is left"):
        drafting.start_claim(agreement, by=owner, at=LATER)
    (line,) = claim.costs
    less = Finding(line.id, EUR("100"), "Only this was for the visit.", CostError.INELIGIBLE)
    checking.verify_claim(claim, [less], by=manager, at=LATER)
    checking.authorise_claim(again(claim), by=a_finance_officer(), at=LATER)
    assert not again(claim).is_final
    assert left_on_voucher(agreement.application.reference).cents > 0
    assert drafting.start_claim(agreement, by=owner, at=LATER).id != claim.id


def test_the_page_says_what_its_question_means_where_nothing_is_left(client, agreement, owner):
    claim = a_complete_claim(agreement, MORE_THAN_ALL)
    home = f"/claims/{claim.id}"
    page = signed_in(client, owner).get(f"{home}/submit").text
    assert "uses all that is left of the voucher: if all of it is accepted, it is the last one" in page
    assert QUESTION in page
    seen = {"version": claim.version, "seen": queries.sums(claim).granted.cents, "is_true": "yes", "is_final": "no"}
    assert client.post(f"{home}/submit", data=seen).status_code == 303
    page = client.get(f"/claims/of/{agreement.id}").text
    assert "Start or continue a claim" not in page
    assert client.get(home).status_code == 200


def test_the_page_says_nothing_of_that_where_something_is_left(client, agreement, owner):
    claim = a_complete_claim(agreement)
    page = signed_in(client, owner).get(f"/claims/{claim.id}/submit").text
    assert QUESTION in page
    assert "uses all that is left" not in page


def test_the_sums_of_a_paid_claim_are_those_of_its_authorisation_and_the_company_bears_what_was_cut(
    client, agreement, manager, owner
):
    claim = a_submitted_claim(agreement, a_cost(net=EUR("150"), vat=EUR("0")))
    (line,) = claim.costs
    less = Finding(line.id, EUR("100"), "The rest was for somebody else.", CostError.INELIGIBLE)
    checking.verify_claim(claim, [less], by=manager, at=LATER)
    verified = queries.sums(again(claim))
    assert (verified.eligible, verified.refused, verified.own) == (EUR("100"), EUR("50"), EUR("150") - verified.granted)
    checking.authorise_claim(again(claim), by=a_finance_officer(), at=LATER)
    paying.order_claim_payment(again(claim), by=OFFICE, at=LATER)
    paying.pay_claim(again(claim), by=OFFICE, at=LATER)
    paid = queries.sums(again(claim))
    assert left_on_voucher(agreement.application.reference) == EUR("0")
    assert (paid.left, paid.left_after, paid.own) == (verified.left, verified.left_after, verified.own)
    page = signed_in(client, owner).get(f"/claims/{claim.id}").text
    assert "Not used, given back" in page
    assert "Not accepted of the costs" in page


def test_the_agreement_offers_no_claim_while_what_waits_uses_all(client, agreement, manager, owner):
    claim = a_submitted_claim(agreement, MORE_THAN_ALL, is_final=False)
    waits = "What was claimed uses all that is left of this voucher, and the office checks it."
    browser = signed_in(client, owner)
    page = browser.get(f"/agreements/{agreement.id}").text
    assert ("Claim your costs" in page, "the activity is carried out" in page, waits in page) == (False, False, True)
    page = browser.get(f"/claims/of/{agreement.id}").text
    assert ("Start or continue a claim" in page, waits in page) == (False, True)

    checking.send_back_claim(again(claim), "Which train?", by=manager, at=LATER)  # it can be written on
    page = browser.get(f"/agreements/{agreement.id}").text
    assert ("Claim your costs" in page, waits in page) == (True, False)
    drafting.submit_claim(again(claim), is_final=False, answer="The 8.15.", by=owner, at=LATER)

    (line,) = claim.costs
    less = Finding(line.id, EUR("100"), "Only this was for the visit.", CostError.INELIGIBLE)
    checking.verify_claim(again(claim), [less], by=manager, at=LATER)
    page = browser.get(f"/agreements/{agreement.id}").text
    assert ("Claim your costs" in page, waits in page) == (True, False)
