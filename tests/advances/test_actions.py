"""What happens to an advance: asked, decided by another person, paid, settled by claims, left over."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.builders import claims
from tests.builders.advances import (
    ASKED_AT,
    a_paid_advance,
    a_programme_with_advances,
    an_advance,
    an_advance_in_payment,
    an_approved_advance,
)
from tests.builders.agreements import an_active_agreement
from tests.builders.applications import owner_of
from tests.builders.claims import CLAIMED_AT, a_cost
from tests.builders.payments import PAID_AT, TUESDAY, Desk
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.advances import queries, rules
from vouchers.advances.actions import deciding
from vouchers.advances.models import AdvanceShare
from vouchers.advances.states import AdvanceState
from vouchers.agreements.states import AgreementState
from vouchers.amendments.queries import find_obstacle
from vouchers.claims.actions import checking
from vouchers.claims.queries.files import get_claim
from vouchers.claims.states import ClaimState
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, Refused, RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.ledger import proof
from vouchers.ledger import queries as books
from vouchers.letters.models import Letter
from vouchers.payables.queries import find_payable_of
from vouchers.payables.states import PayableState, SourceKind
from vouchers.payments.actions import batches, fates
from vouchers.payments.queries import get_batch, get_payment, list_payments_for
from vouchers.users.queries import get_user
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

S = AdvanceState


@pytest.fixture
def desk(app):
    a_programme_with_advances()
    return Desk()


def fresh(advance):
    return queries.get_advance(advance.id)


def payable_of(advance):
    return find_payable_of(SourceKind.ADVANCE, advance.id)


def stages(*accounts):
    balance = books.trial_balance()
    return [balance.get(account, 0) for account in accounts]


def a_verified_claim(desk, advance, amount, *, is_final=True, at=CLAIMED_AT):
    """A claim of the advance's voucher that waits for the second officer."""
    cost = a_cost(category="services", net=EUR(amount), vat=EUR("0"))
    claim = claims.a_submitted_claim(fresh(advance).agreement, cost, is_final=is_final, at=at)
    checking.verify_claim(claim, claims.all_accepted(claim), by=desk.manager, at=at + timedelta(days=1))
    return get_claim(claim.id)


def an_authorised_claim(desk, advance, amount, *, is_final=True, at=CLAIMED_AT):
    """A claim of the advance's voucher, authorised."""
    claim = a_verified_claim(desk, advance, amount, is_final=is_final, at=at)
    checking.authorise_claim(claim, by=desk.maker, at=at + timedelta(days=2))
    return get_claim(claim.id)


def letters(occasion):
    return list(db.session.scalars(select(Letter).where(Letter.occasion == occasion).order_by(Letter.id)))


# ask


def test_ask_advance_writes_to_those_who_may_decide(desk):
    advance = an_advance(an_active_agreement("COL", amount="7000"), amount="2800")
    assert (advance.state, advance.number[-3:], advance.amount) == (S.ASKED, "-A1", EUR("2800"))
    told = {letter.to_email for letter in letters("advances/ask")}
    assert {desk.manager.email, desk.maker.email, desk.second.email} <= told
    assert payable_of(advance) is None


@pytest.mark.parametrize(("amount", "words"), [("2800.01", "At most EUR 2,800.00 more"), ("0", "above zero")])
def test_ask_advance_refuses_more_than_the_part(desk, amount, words):
    with pytest.raises(RuleBroken, match=words):
        an_advance(amount=amount)


def test_ask_advance_refuses_a_second_one_before_the_first_is_settled(desk):
    advance = an_advance(amount="1000")
    with pytest.raises(RuleBroken, match="comes first"):
        an_advance(fresh(advance).agreement, amount="1000")
    deciding.withdraw_advance(fresh(advance), by=owner_of(advance.agreement.application), at=ASKED_AT)
    assert an_advance(fresh(advance).agreement, amount="2800").number.endswith("-A2")


def test_ask_advance_refuses_others_and_other_vouchers(desk):
    agreement = an_active_agreement("COL", amount="7000")
    for person in (desk.manager, desk.maker, a_member_of_staff(Role.AUDITOR, with_factor=False)):
        with pytest.raises(NotPermitted):
            deciding.ask_advance(agreement, EUR("1"), "Because.", by=person, at=ASKED_AT)
    with pytest.raises(RuleBroken, match="pay no advances"):
        an_advance(an_active_agreement("MG"), amount="1")


def test_an_instrument_pays_advances_only_where_its_file_says_so(app):
    in2()
    with pytest.raises(RuleBroken, match="pay no advances"):
        an_advance(amount="1")


def test_withdraw_advance_is_of_the_beneficiary(desk):
    advance = an_advance()
    with pytest.raises(NotPermitted):
        deciding.withdraw_advance(advance, by=desk.manager, at=ASKED_AT)
    deciding.withdraw_advance(fresh(advance), by=owner_of(advance.agreement.application), at=ASKED_AT)
    assert fresh(advance).state == S.WITHDRAWN


# decide


def test_approve_advance_owes_it_and_commits_nothing_else(desk):
    before = stages("B130", "B140", "5000")
    advance = an_advance()
    committed = stages("B130")
    deciding.approve_advance(advance, by=desk.manager, at=ASKED_AT)
    payable = payable_of(advance)
    assert (fresh(advance).state, payable.state, payable.amount) == (S.APPROVED, PayableState.OPEN, EUR("2000"))
    assert stages("1300", "2000") == [200000, -200000]
    assert stages("B130") == committed
    assert stages("B140", "5000") == before[1:]
    assert fresh(advance).open_amount == EUR("2000")
    assert list(proof.list_faults()) == []


def test_approve_advance_refuses_the_asker_a_twin_and_other_regions(desk):
    advance = an_advance()
    owner = get_user(advance.asked_by_id)
    twin = a_member_of_staff(Role.CLUSTER_MANAGER, region="BE-WAL", name=owner.name, with_factor=False)
    with pytest.raises(RuleBroken, match="Say why you are two persons"):
        deciding.approve_advance(fresh(advance), by=twin, at=ASKED_AT)
    for person in (owner, Desk("NL-NB").manager, a_member_of_staff(Role.AUDITOR, with_factor=False)):
        with pytest.raises(NotPermitted):
            deciding.approve_advance(fresh(advance), by=person, at=ASKED_AT)
    assert (fresh(advance).state, payable_of(advance)) == (S.ASKED, None)


def test_approve_advance_refuses_once_a_claim_has_used_the_voucher(desk):
    advance = an_advance(amount="2000")
    an_authorised_claim(desk, advance, "6000", is_final=False)
    with pytest.raises(RuleBroken, match=r"Only EUR 1,000\.00 is left"):
        deciding.approve_advance(fresh(advance), by=desk.manager, at=PAID_AT)


def test_refuse_advance_says_why(desk):
    advance = an_advance()
    with pytest.raises(NotPermitted):
        deciding.refuse_advance(advance, "No.", by=owner_of(advance.agreement.application), at=ASKED_AT)
    deciding.refuse_advance(fresh(advance), "The deposit is not due yet.", by=desk.manager, at=ASKED_AT)
    assert fresh(advance).state == S.REFUSED
    assert "The deposit is not due yet." in letters("advances/refuse")[0].body
    with pytest.raises(WrongState):
        deciding.approve_advance(fresh(advance), by=desk.manager, at=ASKED_AT)


def test_cancel_advance_owes_nothing_any_more(desk):
    advance = an_approved_advance(desk)
    assert find_obstacle(advance.agreement) is not None
    with pytest.raises(NotPermitted):
        deciding.cancel_advance(advance, "No.", by=owner_of(advance.agreement.application), at=ASKED_AT)
    deciding.cancel_advance(fresh(advance), "The work begins later.", by=desk.manager, at=ASKED_AT)
    assert (fresh(advance).state, payable_of(advance)) == (S.CANCELLED, None)
    assert stages("1300", "2000") == [0, 0]
    assert find_obstacle(fresh(advance).agreement) is None
    assert list(proof.list_faults()) == []


def test_cancel_advance_refuses_what_is_in_payment(desk):
    advance = an_approved_advance(desk)
    an_advance_in_payment(desk, advance)
    with pytest.raises(WrongState):
        deciding.cancel_advance(fresh(advance), "Too late.", by=desk.manager, at=PAID_AT)
    assert fresh(advance).state == S.IN_PAYMENT


# pay


def test_a_paid_advance_is_an_asset_and_no_expense(desk):
    advance = a_paid_advance(desk)
    assert (advance.state, payable_of(advance).state) == (S.PAID, PayableState.PAID)
    assert stages("1300", "2000", "1010", "1000") == [200000, 0, 0, -200000]
    assert stages("B140", "B150", "5000") == [0, 0, 0]
    assert f"the advance {advance.number} of €2,000.00" in letters("payments/execute_advance")[0].body
    assert list(proof.list_faults()) == []


def test_a_cancelled_batch_releases_its_advance(desk):
    advance = an_approved_advance(desk)
    made = batches.make_batch([payable_of(advance).id], TUESDAY, by=desk.maker, at=PAID_AT)
    assert fresh(advance).state == S.IN_PAYMENT
    batches.cancel_batch(get_batch(made.id), "Another day.", by=desk.maker, at=PAID_AT)
    assert fresh(advance).state == S.APPROVED


# settle


def test_a_claim_settles_the_advance_first_and_only_the_rest_is_paid(desk):
    advance = a_paid_advance(desk)
    claim = an_authorised_claim(desk, advance, "5000")
    advance = fresh(advance)
    assert (advance.state, advance.settled, advance.open_amount) == (S.SETTLED, EUR("2000"), EUR("0"))
    assert (claim.state, claim.grant) == (ClaimState.AUTHORISED, EUR("5000"))
    owed = find_payable_of(SourceKind.CLAIM, claim.id)
    assert (owed.amount, sum(share.cents for share in owed.shares)) == (EUR("3000"), 300000)
    assert stages("1300", "2000", "B140", "B150", "5000") == [0, -300000, 300000, 200000, 500000]
    assert queries.map_settled([claim.number]) == {claim.number: EUR("2000")}
    assert queries.list_left_over() == []
    told = letters("claims/authorise")[0].body
    assert "€2,000.00 of it were paid in advance" in told
    assert "€3,000.00 are still to be paid" in told
    assert list(proof.list_faults()) == []


def test_a_claim_below_the_advance_is_paid_at_once(desk):
    advance = a_paid_advance(desk)
    first = an_authorised_claim(desk, advance, "1500.01", is_final=False)
    assert (first.state, find_payable_of(SourceKind.CLAIM, first.id)) == (ClaimState.PAID, None)
    assert (fresh(advance).state, fresh(advance).open_amount) == (S.PAID, EUR("499.99"))
    assert fresh(advance).agreement.state == AgreementState.ACTIVE
    second = an_authorised_claim(desk, advance, "1000", at=CLAIMED_AT + timedelta(days=5))
    assert find_payable_of(SourceKind.CLAIM, second.id).amount == EUR("500.01")
    assert fresh(advance).state == S.SETTLED
    assert [one.amount for one in fresh(advance).settlements] == [EUR("1500.01"), EUR("499.99")]
    assert list(proof.list_faults()) == []


def test_what_the_last_claim_does_not_settle_is_to_be_recovered(desk):
    advance = a_paid_advance(desk)
    claim = an_authorised_claim(desk, advance, "1200")
    advance = fresh(advance)
    assert claim.state == ClaimState.PAID
    assert advance.agreement.state == AgreementState.COMPLETED
    assert (advance.state, advance.is_left_over, advance.open_amount) == (S.PAID, True, EUR("800"))
    assert [(one.id, one.open_amount) for one in queries.list_left_over()] == [(advance.id, EUR("800"))]
    assert queries.list_left_over(agreement_id=advance.agreement_id + 1) == []
    assert stages("1300", "2000", "B130", "B140", "B150") == [80000, 0, 80000, 0, 120000], "what is out is not free"
    assert list(proof.list_faults()) == []


@pytest.mark.parametrize(
    ("ahead", "claimed"), [("1000.01", "1000.01"), ("1333.33", "1333.34"), ("0.01", "0.02"), ("2799.99", "6999.99")]
)
def test_nothing_is_left_over_because_of_how_cents_fall(desk, ahead, claimed):
    advance = a_paid_advance(desk, amount=ahead)
    an_authorised_claim(desk, advance, claimed)
    assert fresh(advance).state == S.SETTLED
    assert all(share.cents == share.settled_cents for share in fresh(advance).shares)
    assert list(proof.list_faults()) == []


def test_authorise_claim_waits_for_an_advance_on_its_way(desk):
    advance = an_approved_advance(desk)
    batch = an_advance_in_payment(desk, advance)
    claim = a_verified_claim(desk, advance, "5000")
    with pytest.raises(RuleBroken, match="is being paid"):
        checking.authorise_claim(claim, by=desk.maker, at=PAID_AT)
    fates.reject_payment(get_batch(batch.id).payments[0], "AC04", by=OFFICE, at=PAID_AT)
    checking.authorise_claim(get_claim(claim.id), by=desk.maker, at=PAID_AT)
    assert fresh(advance).state == S.CANCELLED
    assert find_payable_of(SourceKind.CLAIM, claim.id).amount == EUR("5000")
    assert stages("1300", "2000") == [0, -500000]
    assert "A claim was authorised before" in letters("advances/cancel")[0].body


def test_authorise_claim_of_a_page_that_did_not_show_the_advance_is_refused(client, clock, desk):
    advance = an_advance(amount="2000")
    claim = a_verified_claim(desk, advance, "5000")
    seen = rules.basis_of(queries.list_advances_of(claim.agreement_id))
    deciding.approve_advance(fresh(advance), by=desk.manager, at=PAID_AT)
    with pytest.raises(WrongState, match="An advance of this voucher has changed"):
        checking.authorise_claim(get_claim(claim.id), by=desk.maker, at=PAID_AT, advances_seen=seen)
    assert (fresh(advance).state, get_claim(claim.id).state.value) == (S.APPROVED, "verified")

    clock.stop(PAID_AT)
    page = signed_in(client, desk.maker).get(f"/claims/{claim.id}/authorise").text
    assert "cancelled, for this claim pays instead" in page
    sent = {"version": str(get_claim(claim.id).version), "is_checked": "yes"}
    assert client.post(f"/claims/{claim.id}/authorise", data=sent | {"advances": seen}).status_code == 409
    now = rules.basis_of(queries.list_advances_of(claim.agreement_id))
    assert client.post(f"/claims/{claim.id}/authorise", data=sent | {"advances": now}).status_code == 303
    assert fresh(advance).state == S.CANCELLED


def test_an_advance_that_comes_back_after_it_was_settled_is_paid_again(desk):
    advance = a_paid_advance(desk)
    payment = list_payments_for([payable_of(advance).id])[0]
    an_authorised_claim(desk, advance, "5000")
    at = datetime(2026, 10, 26, 9, tzinfo=UTC)
    fates.give_back_payment(
        get_payment(payment.id), "AM09", returned_on=at.date(), bank_reference="R-1", by=OFFICE, at=at
    )
    assert (fresh(advance).state, payable_of(advance).state) == (S.APPROVED, PayableState.OPEN)
    with pytest.raises(RuleBroken, match="settled by claims"):
        deciding.cancel_advance(fresh(advance), "No.", by=desk.manager, at=at)
    assert stages("1300", "2000", "2200") == [0, -500000, 0]
    made = batches.make_batch([payable_of(advance).id], TUESDAY, by=desk.maker, at=PAID_AT)
    batches.authorise_batch(get_batch(made.id), by=desk.second, at=PAID_AT)
    paid_at = datetime(TUESDAY.year, TUESDAY.month, TUESDAY.day, 15, tzinfo=UTC)
    batches.execute_batch(get_batch(made.id), TUESDAY, "STMT", by=desk.maker, at=paid_at)
    assert fresh(advance).state == S.SETTLED
    assert list(proof.list_faults()) == []


def test_verify_names_a_register_that_says_something_else_than_the_books(desk):
    advance = a_paid_advance(desk)
    an_authorised_claim(desk, advance, "1500", is_final=False)
    advance_id, fund_id = advance.id, fresh(advance).shares[0].fund_id
    db.session.rollback()
    with db.engine.begin() as connection:
        said = AdvanceShare.__table__.update().where(AdvanceShare.advance_id == advance_id)
        connection.execute(said.where(AdvanceShare.fund_id == fund_id).values(settled_cents=1))
    faults = list(proof.find_faults())
    assert ["the register says" in str(fault) for fault in faults] == [True]
    assert faults[0].line is not None


@pytest.mark.postgres
def test_a_claim_and_the_payment_of_an_advance_meet(desk, app):
    """Either the claim comes first and the advance is cancelled, or the advance is in payment and the claim waits."""
    advance = an_approved_advance(desk)
    claim = a_verified_claim(desk, advance, "5000")
    advance_id, claim_id, payable_id, maker_id, second_id = (
        *(advance.id, claim.id, payable_of(advance).id),
        *(desk.maker.id, desk.second.id),
    )

    def authorise():
        checking.authorise_claim(get_claim(claim_id), by=get_user(second_id), at=PAID_AT)

    def order():
        batches.make_batch([payable_id], TUESDAY, by=get_user(maker_id), at=PAID_AT)

    outcomes = at_the_same_moment(app, authorise, order)
    db.session.rollback()
    state = queries.get_advance(advance_id).state
    assert (state, outcomes.count("done")) in ((S.CANCELLED, 1), (S.IN_PAYMENT, 1))
    assert (get_claim(claim_id).state == ClaimState.AUTHORISED) is (state == S.CANCELLED)


@pytest.mark.postgres
def test_two_claims_of_one_voucher_settle_an_advance_once(desk, app):
    advance = a_paid_advance(desk)
    first = a_verified_claim(desk, advance, "1500", is_final=False)
    second = a_verified_claim(desk, advance, "1000", is_final=False, at=CLAIMED_AT + timedelta(hours=1))
    advance_id, ids, person_id = advance.id, (first.id, second.id), desk.second.id

    def authorise(claim_id):
        checking.authorise_claim(get_claim(claim_id), by=get_user(person_id), at=PAID_AT)

    presses = [lambda claim_id=claim_id: authorise(claim_id) for claim_id in ids]
    assert at_the_same_moment(app, *presses) == ["done", "done"]
    db.session.rollback()
    found = queries.get_advance(advance_id)
    assert (found.state, found.settled) == (S.SETTLED, EUR("2000"))
    owed = [payable for claim_id in ids if (payable := find_payable_of(SourceKind.CLAIM, claim_id))]
    assert [payable.amount for payable in owed] == [EUR("500")]
    assert list(proof.list_faults()) == []


def at_the_same_moment(app, *presses):
    """Run each on a connection of its own, all beginning together; how each ended, in their order."""
    start, outcomes = threading.Barrier(len(presses)), [""] * len(presses)

    def run(number):
        with app.app_context():
            start.wait()
            try:
                presses[number]()
                outcomes[number] = "done"
            except Refused as refused:
                outcomes[number] = type(refused).__name__

    db.session.rollback()
    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(presses))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
