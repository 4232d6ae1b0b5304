"""What happens to a debt: booked with its source, held, let go, set off; and every refusal without a trace."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.builders.applications import owner_of
from tests.builders.fees import a_paying_programme, an_agreed_fee_statement
from tests.builders.payments import (
    PAID_AT,
    Desk,
    a_confirmed_account,
    a_made_batch,
    a_programme_that_pays_providers,
    an_authorised_batch,
    an_authorised_claim,
    fresh_claim,
    payable_of,
)
from tests.builders.programmes import during_call, in2
from tests.builders.providers import a_provider
from tests.builders.users import a_member_of_staff
from vouchers.audit.models import AuditEvent
from vouchers.claims.actions.paying import owe_claim
from vouchers.claims.queries.files import find_payee
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR, Money
from vouchers.fees.actions.statements import approve_statement, cancel_statement
from vouchers.fees.queries import get_statement
from vouchers.fees.states import FeeState
from vouchers.ledger import proof
from vouchers.ledger.queries import trial_balance
from vouchers.ledger.recipes import Share
from vouchers.letters.models import Letter
from vouchers.organisations.actions import confirm_bank_account
from vouchers.organisations.queries import find_confirmed_account, get_bank_account
from vouchers.payables import queries
from vouchers.payables.actions import checking, holding, owing
from vouchers.payables.states import CheckResult, PayableState, PayeeKind
from vouchers.users.queries import get_user
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE


@pytest.fixture
def desk(app):
    in2()
    return Desk()


def fresh(payable):
    return queries.get_payable(payable.id)


def parts(payable, *cents):
    """Shares of a payable's funds, in their order."""
    return [
        Share(share.fund_id, share.fund.kind, Money(amount, payable.currency))
        for share, amount in zip(payable.shares, cents, strict=False)
    ]


# accrue


def test_a_claim_is_owed_to_its_organisation_as_its_funds_carry_it(desk):
    claim = an_authorised_claim(desk, amount="437.55")
    payable = payable_of(claim)
    assert (payable.state, payable.number, payable.amount) == (PayableState.OPEN, claim.number, EUR("437.55"))
    assert (payable.payee_kind, payable.organisation_id) == (
        PayeeKind.ORGANISATION,
        claim.agreement.application.organisation_id,
    )
    assert sum(share.cents for share in payable.shares) == 43755
    assert (payable.voucher, payable.pay_by) == (claim.agreement.application.reference, claim.pay_by)
    assert trial_balance()["2000"] == -43755


def test_a_source_is_owed_once(desk):
    claim = an_authorised_claim(desk)
    shares = payable_of(claim).open_shares
    with pytest.raises(RuleBroken, match="is owed already"):
        owe_claim(claim, shares, find_payee(claim), at=PAID_AT)


def test_a_fee_is_owed_once_a_second_person_approved_it(app):
    a_paying_programme()
    officer = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")
    statement = an_agreed_fee_statement()
    assert "2020" not in trial_balance()
    approve_statement(statement, by=officer, at=during_call())
    payable = payable_of(get_statement(statement.id))
    assert (payable.payee_kind, payable.amount, payable.books_account) == (PayeeKind.EXPERT, EUR("240.00"), "2020")
    assert [share.fund.code for share in payable.shares] == ["in2lifesciences/*/BE-WAL/*/FEES"]
    assert {account: trial_balance()[account] for account in ("5100", "2020")} == {"5100": 24000, "2020": -24000}
    standing = queries.with_accounts([payable])[0]
    assert (standing.account.iban, standing.obstacle) == ("BE68539007547034", None)
    assert standing.account.confirmed_by_id == officer.id
    assert list(proof.list_faults()) == []


def test_a_fee_that_is_cancelled_is_owed_no_more(app):
    a_paying_programme()
    officer = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")
    statement = an_agreed_fee_statement()
    approve_statement(statement, by=officer, at=during_call())
    payable = payable_of(get_statement(statement.id))
    cancel_statement(get_statement(statement.id), "Paid by contract.", by=statement.drawn_up_by, at=during_call())
    assert (fresh(payable).state, get_statement(statement.id).state) == (PayableState.CANCELLED, FeeState.CANCELLED)
    assert {trial_balance()[account] for account in ("5100", "2020")} == {0}
    assert list(proof.list_faults()) == []


# hold, let go


def test_hold_and_let_go(desk):
    payable = payable_of(an_authorised_claim(desk))
    holding.hold_payable(payable, "The police asks", by=desk.second, at=PAID_AT)
    held = queries.list_chosen([payable.id])[0]
    assert (held.payable.state, str(held.obstacle)) == (PayableState.HELD, "Held: The police asks")
    with pytest.raises(WrongState):
        holding.hold_payable(fresh(payable), "Again", by=desk.second, at=PAID_AT)
    holding.let_payable_go(fresh(payable), by=desk.maker, at=PAID_AT)
    assert (fresh(payable).state, fresh(payable).hold_reason) == (PayableState.OPEN, "")
    with pytest.raises(WrongState):
        holding.let_payable_go(fresh(payable), by=desk.maker, at=PAID_AT)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_readers_hold_nothing(desk, role):
    payable = payable_of(an_authorised_claim(desk))
    before = db.session.scalar(select(func.count()).select_from(AuditEvent))
    reader = a_member_of_staff(role, with_factor=False)
    events = db.session.scalar(select(func.count()).select_from(AuditEvent))
    with pytest.raises(NotPermitted):
        holding.hold_payable(payable, "No", by=reader, at=PAID_AT)
    assert before is not None
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == events


def test_nobody_handles_a_debt_of_the_own_organisation(desk):
    claim = an_authorised_claim(desk)
    with pytest.raises(NotPermitted):
        holding.hold_payable(payable_of(claim), "Mine", by=owner_of(claim.agreement.application), at=PAID_AT)
    with pytest.raises(NotPermitted):
        holding.hold_payable(payable_of(claim), "Not here", by=Desk("NL-NB").maker, at=PAID_AT)


def test_what_is_in_a_batch_is_not_held(desk):
    payment = a_made_batch(desk).payments[0]
    with pytest.raises(WrongState):
        holding.hold_payable(payment.payable, "Too late", by=desk.second, at=PAID_AT)


def test_name_payee_refuses_who_is_no_provider(desk):
    payable = payable_of(an_authorised_claim(desk))
    with pytest.raises(RuleBroken, match="Choose a provider"):
        holding.name_payee(payable, 1, by=desk.second, at=PAID_AT)
    with pytest.raises(NotPermitted):
        holding.name_payee(fresh(payable), 1, by=Desk("NL-NB").maker, at=PAID_AT)
    with pytest.raises(RuleBroken, match="enters the account"):
        holding.propose_account_of_payee(
            fresh(payable), holder="A", iban="BE68539007547034", bic="", by=desk.second, at=PAID_AT
        )
    assert find_confirmed_account(payable.organisation_id) is not None


# set off


def test_set_off_keeps_part_of_a_debt_back(desk):
    payable = payable_of(an_authorised_claim(desk))
    first = payable.shares[0].cents
    is_paid = owing.set_off_payable(payable, parts(payable, 1000), why="R-1", by=OFFICE, at=PAID_AT)
    now = fresh(payable)
    assert (is_paid, now.state, now.open_amount) == (False, PayableState.OPEN, EUR("6990"))
    assert now.open_shares[0].amount.cents == first - 1000
    owing.undo_set_off(now, parts(now, 1000), why="R-1 cancelled", by=OFFICE, at=PAID_AT)
    assert fresh(payable).open_amount == EUR("7000")


def test_a_debt_that_is_set_off_whole_is_paid_and_may_be_owed_again(desk):
    payable = payable_of(an_authorised_claim(desk))
    whole = payable.open_shares
    assert owing.set_off_payable(payable, whole, why="R-1", by=OFFICE, at=PAID_AT) is True
    assert (fresh(payable).state, fresh(payable).open_amount) == (PayableState.PAID, EUR("0"))
    owing.undo_set_off(fresh(payable), whole, why="R-1 cancelled", by=OFFICE, at=PAID_AT)
    assert (fresh(payable).state, fresh(payable).open_amount) == (PayableState.OPEN, EUR("7000"))


def test_set_off_refuses_more_than_is_owed_and_what_is_in_payment(desk):
    payment = a_made_batch(desk).payments[0]
    with pytest.raises(WrongState):
        owing.set_off_payable(payment.payable, parts(payment.payable, 1), why="R", by=OFFICE, at=PAID_AT)
    payable = payable_of(an_authorised_claim(desk))
    for cents in (payable.shares[0].cents + 1, 0, -1):
        with pytest.raises(RuleBroken, match="more than what is still owed"):
            owing.set_off_payable(fresh(payable), parts(payable, cents), why="R", by=OFFICE, at=PAID_AT)
    with pytest.raises(RuleBroken):
        owing.undo_set_off(fresh(payable), parts(payable, 1), why="R", by=OFFICE, at=PAID_AT)
    with pytest.raises(NotPermitted):
        owing.set_off_payable(fresh(payable), parts(payable, 1), why="R", by=desk.second, at=PAID_AT)


@pytest.mark.parametrize("verb", ["order_payable", "pay_payable"])
def test_only_payments_order_and_pay(desk, verb):
    payable = payable_of(an_authorised_claim(desk))
    with pytest.raises(NotPermitted):
        getattr(owing, verb)(payable, by=desk.second, at=PAID_AT)
    with pytest.raises(WrongState):
        owing.release_payable(fresh(payable), by=OFFICE, at=PAID_AT)
    with pytest.raises(WrongState):
        owing.reopen_payable(fresh(payable), "AC04", account_id=None, by=OFFICE, at=PAID_AT)
    with pytest.raises(NotPermitted):
        owing.cancel_payable(fresh(payable), why="No", by=desk.second, at=PAID_AT)


# a provider


def test_a_provider_is_paid_once_it_is_named_and_a_second_person_confirmed_its_account(app):
    a_programme_that_pays_providers()
    desk = Desk()
    payable = payable_of(an_authorised_claim(desk))
    assert (payable.payee_kind, payable.payee_name, payable.provider_id) == (
        PayeeKind.PROVIDER,
        "Universitair Laboratorium",
        None,
    )
    assert trial_balance()["2010"] == -700000
    assert "does not stand in the register" in str(queries.with_accounts([payable])[0].obstacle)
    told = db.session.scalars(select(Letter.body).where(Letter.occasion == "claims/authorise")).first()
    assert "Universitair Laboratorium receives €7,000.00." in told
    assert "Universitair Laboratorium is paid, at the latest by" in told
    assert "bank account" not in told, "it is the provider's"

    provider = a_provider(name="Universitair Laboratorium NV", at=PAID_AT)
    with pytest.raises(RuleBroken):
        holding.name_payee(payable, provider.id + 1, by=desk.maker, at=PAID_AT)
    holding.name_payee(fresh(payable), provider.id, by=desk.maker, at=PAID_AT)
    account = holding.propose_account_of_payee(
        fresh(payable), holder="Universitair Laboratorium", iban="NL20INGB0001234567", bic="", by=desk.maker, at=PAID_AT
    )
    with pytest.raises(NotPermitted):
        confirm_bank_account(account, by=desk.maker, at=PAID_AT)
    assert "waits for confirmation" in str(queries.list_chosen([payable.id])[0].obstacle)
    confirm_bank_account(get_bank_account(account.id), by=desk.second, at=PAID_AT)
    batch = an_authorised_batch(desk, [fresh_claim(payable.source_id)])
    assert (batch.payments[0].iban, batch.payments[0].creditor_name) == (
        "NL20INGB0001234567",
        "Universitair Laboratorium",
    )
    assert {trial_balance()[name] for name in ("2010", "2000") if name in trial_balance()} == {0}
    assert list(proof.list_faults()) == []


def test_a_provider_of_the_register_is_paid_at_once_by_name(app):
    a_programme_that_pays_providers()
    provider = a_provider(name="universitair laboratorium", at=during_call())
    payable = payable_of(an_authorised_claim(Desk()))
    assert payable.provider_id == provider.id


def test_one_account_of_a_provider_is_confirmed_at_a_time(app):
    a_programme_that_pays_providers()
    desk = Desk()
    a_provider(name="Universitair Laboratorium", at=during_call())
    payable = payable_of(an_authorised_claim(desk))
    ibans = ("NL20INGB0001234567", "DK9520000123456789")
    for iban in ibans:
        account = holding.propose_account_of_payee(
            fresh(payable), holder="Lab", iban=iban, bic="", by=desk.maker, at=PAID_AT
        )
        confirm_bank_account(get_bank_account(account.id), by=desk.second, at=PAID_AT)
    standing = queries.list_chosen([payable.id])[0]
    assert (standing.account.iban, standing.proposed) == (ibans[1], None)


# the bank's check of the name


def record(payable, result, *, by, on=PAID_AT.date(), **rest):
    """The newest standing of a debt after the bank's answer was recorded."""
    checking.record_payee_check(fresh(payable), result, checked_on=on, by=by, at=PAID_AT, **rest)
    return queries.list_chosen([payable.id])[0]


def test_a_name_that_does_not_match_stops_the_payment_until_it_is_checked_again(desk):
    payable = payable_of(an_authorised_claim(desk))
    first = queries.list_chosen([payable.id])[0]
    assert (first.obstacle, "was not asked yet" in str(first.warning)) == (None, True)
    assert "does not belong" in str(record(payable, CheckResult.NO_MATCH, by=desk.maker).obstacle)
    with pytest.raises(RuleBroken, match="someone else must record that it has changed") as refused:
        record(payable, CheckResult.MATCH, by=desk.maker, reference="VOP-2")
    assert refused.value.field == "result"
    with pytest.raises(RuleBroken, match="Enter the reference of its new answer") as refused:
        record(payable, CheckResult.MATCH, by=desk.second)
    assert refused.value.field == "reference"
    twin = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL", name=desk.maker.name.lower(), with_factor=False)
    with pytest.raises(RuleBroken, match="Say why you are two persons"):
        record(payable, CheckResult.MATCH, by=twin, reference="VOP-2")
    found = record(payable, CheckResult.MATCH, by=desk.second, reference="VOP-2")
    assert (found.obstacle, found.warning, found.worse_before.result) == (None, None, CheckResult.NO_MATCH)
    older = record(payable, CheckResult.NO_MATCH, by=desk.maker, on=PAID_AT.date() - timedelta(days=1))
    assert older.obstacle is None
    assert len(queries.list_checks(first.account.id)) == 3


def test_accept_payee_check_lets_a_payment_go_on_with_a_reason(desk):
    payable = payable_of(an_authorised_claim(desk))
    nearly = record(payable, CheckResult.CLOSE_MATCH, by=desk.maker, name_at_bank="Bio Wave SA")
    assert "Bio Wave SA. A second officer must accept this" in str(nearly.obstacle)
    checking.accept_payee_check(nearly.check, "Articles of 3 May read.", by=desk.second, at=PAID_AT)
    found = queries.list_chosen([payable.id])[0]
    assert (found.obstacle, found.check.accepted_by_id) == (None, desk.second.id)
    assert "Accepted: Articles of 3 May read." in str(found.warning)
    again = record(payable, CheckResult.NOT_POSSIBLE, by=desk.second, reference="VOP-2")
    assert "could not check" in str(again.obstacle)


def test_accept_payee_check_refuses(desk):
    payable = payable_of(an_authorised_claim(desk))
    first = record(payable, CheckResult.NOT_POSSIBLE, by=desk.maker).check
    twin = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL", name=desk.maker.name.lower(), with_factor=False)
    others = (a_member_of_staff(Role.AUDITOR, with_factor=False), Desk("NL-NB").maker)
    for person in (desk.maker, *others):
        with pytest.raises(NotPermitted):
            checking.accept_payee_check(queries.get_check(first.id), "Why not.", by=person, at=PAID_AT)
    with pytest.raises(RuleBroken, match="Say why you are two persons"):
        checking.accept_payee_check(queries.get_check(first.id), "Why not.", by=twin, at=PAID_AT)
    record(payable, CheckResult.NO_MATCH, by=desk.maker)
    with pytest.raises(RuleBroken, match="asked again since"):
        checking.accept_payee_check(queries.get_check(first.id), "Why not.", by=desk.second, at=PAID_AT)
    newest = queries.list_chosen([payable.id])[0].check
    with pytest.raises(RuleBroken, match="cannot be accepted"):
        checking.accept_payee_check(newest, "Why not.", by=desk.second, at=PAID_AT)


def test_record_payee_check_refuses(desk):
    payable = payable_of(an_authorised_claim(desk))
    account = queries.list_chosen([payable.id])[0].account
    with pytest.raises(RuleBroken, match="still to come"):
        record(payable, CheckResult.MATCH, by=desk.maker, on=PAID_AT.date() + timedelta(days=1))
    with pytest.raises(RuleBroken, match="was entered only on") as refused:
        record(payable, CheckResult.MATCH, by=desk.maker, on=account.proposed_at.date() - timedelta(days=1))
    assert refused.value.field == "checked_on"
    with pytest.raises(RuleBroken, match="Enter the name that the bank has"):
        record(payable, CheckResult.CLOSE_MATCH, by=desk.maker)
    member = get_user(payable.organisation.memberships[0].user_id)
    twin = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL", name=member.name, with_factor=False)
    for person in (a_member_of_staff(Role.AUDITOR, with_factor=False), Desk("NL-NB").maker):
        with pytest.raises(NotPermitted):
            record(payable, CheckResult.MATCH, by=person)
    with pytest.raises(RuleBroken, match="Say why you are two persons"):
        record(payable, CheckResult.MATCH, by=twin)
    without = payable_of(an_authorised_claim(desk, with_account=False))
    with pytest.raises(RuleBroken, match="no confirmed account"):
        record(without, CheckResult.MATCH, by=desk.maker)
    assert queries.list_checks(account.id) == []


def test_an_account_that_changed_after_the_approval_is_paid_to_only_once_the_bank_was_asked(desk):
    claim = an_authorised_claim(desk)
    payable, application = payable_of(claim), claim.agreement.application
    a_confirmed_account(
        application.organisation, owner_of(application), desk.second, iban="FR1420041010050500013M02606", at=PAID_AT
    )
    assert "changed after this debt was approved" in str(queries.list_chosen([payable.id])[0].obstacle)
    assert record(payable, CheckResult.MATCH, by=desk.maker).obstacle is None


def test_an_answer_of_the_bank_is_not_lost_when_the_same_account_is_entered_once_more(desk):
    claim = an_authorised_claim(desk)
    payable, application = payable_of(claim), claim.agreement.application
    account = record(payable, CheckResult.NO_MATCH, by=desk.maker).account
    a_confirmed_account(application.organisation, owner_of(application), desk.second, iban=account.iban, at=PAID_AT)
    again = queries.list_chosen([payable.id])[0]
    assert again.account.id != account.id
    assert "did not confirm the name" in str(again.obstacle)
    with pytest.raises(RuleBroken, match="someone else must record"):
        record(payable, CheckResult.MATCH, by=desk.maker, reference="VOP-2")
    assert record(payable, CheckResult.MATCH, by=desk.second, reference="VOP-2").obstacle is None
