"""What keeps the papers of a voucher that is otherwise over: a recovery, a suspicion, an advance not settled."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.builders.advances import a_paid_advance, a_programme_with_advances
from tests.builders.claims import CLAIMED_AT, a_cost, a_submitted_claim, all_accepted
from tests.builders.payments import Desk
from tests.builders.programmes import during_call, in2
from tests.builders.recoveries import (
    ORDERED_AT,
    a_paid_agreement,
    a_proposed_recovery,
    a_suspicion,
    an_ordered_recovery,
)
from vouchers.advances.queries import get_advance
from vouchers.advances.states import AdvanceState
from vouchers.agreements.states import AgreementState
from vouchers.claims.actions import checking
from vouchers.claims.queries.files import get_claim
from vouchers.core.database import db
from vouchers.core.money import EUR
from vouchers.recoveries.actions.collecting import receive_recovery
from vouchers.recoveries.actions.ordering import cancel_recovery
from vouchers.recoveries.actions.suspicion import close_suspicion
from vouchers.recoveries.queries import get_recovery
from vouchers.recoveries.states import SuspicionOutcome
from vouchers.retention.queries import due

LONG_AFTER = date(2099, 1, 1)


def office_of(load, clock):
    load()
    clock.stop(during_call())
    return Desk()


@pytest.fixture
def office(app, clock):
    return office_of(in2, clock)


def is_due(agreement):
    db.session.expire_all()
    application = agreement.application
    found = due.list_due(application.call.programme, today=LONG_AFTER, most=100)
    return application.reference in [one.reference for one in found]


def test_a_voucher_that_is_paid_goes_and_a_suspicion_keeps_it_until_it_is_closed(office):
    agreement = a_paid_agreement(office)
    assert is_due(agreement)
    suspicion = a_suspicion(agreement, office.maker)
    assert not is_due(agreement)
    close_suspicion(suspicion, SuspicionOutcome.UNFOUNDED, "The stamp is right.", by=office.maker, at=ORDERED_AT)
    assert is_due(agreement)


def test_a_recovery_keeps_the_papers_from_its_proposal_until_it_is_cancelled(office):
    agreement = a_paid_agreement(office)
    recovery = a_proposed_recovery(office, agreement)
    assert not is_due(agreement)
    cancel_recovery(recovery, "The invoice was right.", by=office.manager, at=ORDERED_AT)
    assert is_due(agreement)


def test_an_ordered_recovery_keeps_the_papers_until_the_last_cent_is_back(office):
    agreement = a_paid_agreement(office)
    recovery = an_ordered_recovery(office, agreement)
    for number, amount in enumerate(("499.99", "0.01")):
        assert not is_due(agreement)
        at = ORDERED_AT + timedelta(hours=number)
        receive_recovery(get_recovery(recovery.id), EUR(amount), at.date(), f"STMT-{number}", by=office.maker, at=at)
    assert is_due(agreement)


@pytest.mark.parametrize(("claimed", "state"), [("1200", AdvanceState.PAID), ("2000", AdvanceState.SETTLED)])
def test_an_advance_keeps_the_papers_while_some_of_it_is_not_settled(app, clock, claimed, state):
    office = office_of(a_programme_with_advances, clock)
    advance = a_paid_advance(office)
    cost = a_cost(category="services", net=EUR(claimed), vat=EUR("0"))
    claim = a_submitted_claim(advance.agreement, cost, is_final=True, at=CLAIMED_AT)
    checking.verify_claim(claim, all_accepted(claim), by=office.manager, at=CLAIMED_AT + timedelta(days=1))
    checking.authorise_claim(get_claim(claim.id), by=office.maker, at=CLAIMED_AT + timedelta(days=2))
    held = get_advance(advance.id)
    assert (held.state, held.agreement.state) == (state, AgreementState.COMPLETED)
    assert is_due(held.agreement) == (state is AdvanceState.SETTLED)
