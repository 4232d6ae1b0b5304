"""What the applicant reads of its claims on the page of the application."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders.agreements import a_manager, an_active_agreement
from tests.builders.applications import owner_of
from tests.builders.claims import CLAIMED_AT, a_complete_claim, a_finance_officer, all_accepted
from tests.builders.programmes import in2
from tests.builders.users import signed_in
from vouchers.claims.actions import checking
from vouchers.claims.actions.drafting import submit_claim
from vouchers.claims.queries.files import get_claim
from vouchers.claims.states import ClaimState
from vouchers.claims.views.telling import NEXT

LATER = CLAIMED_AT + timedelta(days=1)


def test_the_next_step_and_the_history_follow_the_claim(app, client, clock):
    clock.stop(LATER)
    in2()
    manager = a_manager()
    agreement = an_active_agreement("MG", manager=manager)
    owner = owner_of(agreement.application)
    browser, path = signed_in(client, owner), f"/applications/{agreement.application_id}"

    assert "Carry out the activity, then claim its cost" in browser.get(path).text
    claim = a_complete_claim(agreement)
    assert "Finish your claim and submit it" in browser.get(path).text
    assert "Finish your claim and submit it" in browser.get("/applications").text
    submit_claim(claim, by=owner, at=LATER)
    assert "The office checks your claim" in browser.get(path).text
    checking.send_back_claim(get_claim(claim.id), "Which train was it?", by=manager, at=LATER)
    asked = browser.get(path).text
    assert "The office has a question about your claim" in asked
    assert f"The office asked a question about the claim {claim.number}" in asked
    assert "Carry out the activity" not in asked


def test_an_accepted_claim_is_paid_next(app, client, clock):
    clock.stop(LATER)
    in2()
    manager = a_manager()
    agreement = an_active_agreement("MG", manager=manager)
    claim = a_complete_claim(agreement)
    submit_claim(claim, by=owner_of(agreement.application), at=CLAIMED_AT)
    claim = get_claim(claim.id)
    checking.verify_claim(claim, all_accepted(claim), by=manager, at=LATER)
    checking.authorise_claim(get_claim(claim.id), by=a_finance_officer(), at=LATER)
    page = signed_in(client, owner_of(agreement.application)).get(f"/applications/{agreement.application_id}").text
    assert "Your claim is accepted and is paid next" in page
    assert f"The claim {claim.number} was submitted" in page
    assert f"The claim {claim.number} was accepted" in page


@pytest.mark.once
def test_every_state_under_way_has_its_sentence():
    ended = {ClaimState.REJECTED, ClaimState.PAID, ClaimState.CANCELLED}
    assert {state for state, _sentence in NEXT} == set(ClaimState) - ended
