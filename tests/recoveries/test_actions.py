"""Money back: what it does to the books, the budget and the debts; a refusal leaves no trace."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.audit.test_proving import check as check_proof
from tests.builders.agreements import a_manager
from tests.builders.applications import owner_of
from tests.builders.claims import a_finance_officer
from tests.builders.payments import Desk
from tests.builders.programmes import in2
from tests.builders.recoveries import (
    BASIS,
    DUE_ON,
    ORDERED_AT,
    a_debt_to,
    a_paid_agreement,
    a_plan,
    a_programme_with_interest,
    a_proposed_recovery,
    a_suspicion,
    an_ordered_recovery,
    asked,
    on_noon,
)
from tests.builders.users import a_member_of_staff
from vouchers.audit.actions import seal_events
from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.audit.proving import prove_event
from vouchers.claims.queries.files import get_claim
from vouchers.claims.states import ClaimState
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.documents.queries import find_document
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Journal
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import trial_balance
from vouchers.letters.models import Letter
from vouchers.payables.actions.holding import hold_payable
from vouchers.payables.actions.owing import cancel_payable
from vouchers.payables.queries import get_payable
from vouchers.payables.states import PayableState
from vouchers.recoveries import policy, queries
from vouchers.recoveries.actions import collecting, ordering, planning, setting_off, suspicion, waiving
from vouchers.recoveries.jobs import watch_recoveries
from vouchers.recoveries.lifecycle import RECOVERY
from vouchers.recoveries.models import Recovery, RecoveryPlan
from vouchers.recoveries.rules.plans import list_held
from vouchers.recoveries.states import ReceiptKind, RecoveryState, Relief, SuspicionOutcome, SuspicionState
from vouchers.users.models import User
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

LATER = ORDERED_AT + timedelta(days=1)
NOTHING = EUR("0")


@pytest.fixture
def desk(app):
    in2()
    return Desk()


@pytest.fixture
def strict(app):
    """A desk of a programme that asks 3.65 % of interest."""
    a_programme_with_interest()
    return Desk()


def traces():
    return [db.session.scalar(select(func.count()).select_from(table)) for table in (AuditEvent, Journal, Letter)]


def balance(*accounts):
    found = trial_balance(region="BE-WAL")
    return [found.get(account.value, 0) for account in accounts]


def again(recovery):
    return queries.get_recovery(recovery.id)


def letters_to(email):
    return list(db.session.scalars(select(Letter.occasion).where(Letter.to_email == email).order_by(Letter.id)))


def owner(recovery):
    return owner_of(recovery.agreement.application)


# --- proposed, and ordered by another person --------------------------------------------------------------------------


def test_propose_books_nothing_and_tells_the_other_officers_only(desk):
    agreement = a_paid_agreement(desk)
    before = balance(Account.RECOVERIES, Account.GRANTS)
    recovery = a_proposed_recovery(desk, agreement)
    assert recovery.number == f"{recovery.voucher}-R1"
    assert balance(Account.RECOVERIES, Account.GRANTS) == before
    assert letters_to(desk.manager.email)[-1] == "recoveries/propose"
    assert "recoveries/propose" not in letters_to(owner(recovery).email)


@pytest.mark.parametrize(
    ("changed", "field"), [({"principal": "7000.01"}, "principal"), ({"irregularity": None}, "irregularity")]
)
def test_propose_refuses_what_cannot_be_claimed_back(desk, changed, field):
    agreement = a_paid_agreement(desk)
    before = traces()
    with pytest.raises(RuleBroken) as refused:
        ordering.propose_recovery(agreement, asked(**changed), by=desk.maker, at=ORDERED_AT)
    assert refused.value.field == field
    assert traces() == before


def test_propose_counts_what_others_have_proposed(desk):
    recovery = a_proposed_recovery(desk, principal="4000")
    with pytest.raises(RuleBroken, match="at most"):
        ordering.propose_recovery(recovery.agreement, asked("3000.01"), by=desk.maker, at=ORDERED_AT)
    ordering.propose_recovery(recovery.agreement, asked("3000"), by=desk.maker, at=ORDERED_AT)


def test_propose_by_strangers_is_refused(desk):
    agreement = a_paid_agreement(desk)
    for stranger in (a_finance_officer("NL-GE"), owner_of(agreement.application)):
        with pytest.raises(NotPermitted):
            ordering.propose_recovery(agreement, asked(), by=stranger, at=ORDERED_AT)


def test_order_is_for_another_person(desk):
    recovery = a_proposed_recovery(desk)
    before = traces()
    with pytest.raises(NotPermitted, match="somebody else"):
        ordering.order_recovery(recovery, by=desk.maker, at=ORDERED_AT)
    assert traces() == before
    with pytest.raises(IntegrityError), unit_of_work():
        db.session.execute(Recovery.__table__.update().values(ordered_by_id=recovery.proposed_by_id))


def test_order_makes_it_a_debt_as_the_scenario_of_the_books_has_it(desk):
    recovery = an_ordered_recovery(desk)
    assert recovery.state == RecoveryState.ORDERED
    assert recovery.due_on == DUE_ON
    assert [share.cents for share in recovery.shares] == [30_000, 20_000]
    assert balance(Account.RECOVERIES, Account.GRANTS) == [50_000, 650_000]
    assert balance(Account.PAID) == [700_000], "the budget has it back once it is here"
    assert find_document(recovery.document_id) is not None
    assert letters_to(owner(recovery).email)[-1] == "recoveries/order"
    assert list(list_faults()) == []


def test_order_is_refused_when_less_can_be_claimed_by_now(desk):
    recovery = a_proposed_recovery(desk, principal="4000")
    other = ordering.propose_recovery(recovery.agreement, asked("3000"), by=desk.maker, at=ORDERED_AT)
    ordering.order_recovery(other, by=desk.manager, at=ORDERED_AT)
    ordering.order_recovery(recovery, by=desk.manager, at=ORDERED_AT)
    with pytest.raises(RuleBroken):
        ordering.propose_recovery(recovery.agreement, asked("0.01"), by=desk.maker, at=ORDERED_AT)


# --- money at the bank ------------------------------------------------------------------------------------------------


def test_receive_gives_the_principal_back_to_the_budget(desk):
    recovery = an_ordered_recovery(desk)
    available, bank = balance(Account.AVAILABLE, Account.BANK)
    collecting.receive_recovery(recovery, EUR("200"), LATER.date(), "STMT-1/4", by=desk.maker, at=LATER)
    assert again(recovery).state == RecoveryState.ORDERED
    assert again(recovery).open_principal == EUR("300")
    collecting.receive_recovery(recovery, EUR("300"), LATER.date(), "STMT-1/5", by=OFFICE, at=LATER)
    assert again(recovery).state == RecoveryState.SETTLED
    assert balance(Account.AVAILABLE, Account.BANK) == [available + 50_000, bank + 50_000]
    assert balance(Account.RECOVERIES, Account.PAID) == [0, 650_000]
    assert [share.returned_cents for share in again(recovery).shares] == [30_000, 20_000]
    assert letters_to(owner(recovery).email)[-1] == "recoveries/settle"
    assert list(list_faults()) == []


@pytest.mark.parametrize(
    ("amount", "days", "reference", "field"),
    [
        ("500.01", 1, "STMT-9", "amount"),
        ("100", 2, "STMT-9", "on"),
        ("100", -1, "STMT-9", "on"),
        ("100", 1, "STMT-1/4", "reference"),
        ("100", 1, " ", "reference"),
    ],
)
def test_receive_refuses_what_cannot_be(desk, amount, days, reference, field):
    recovery = an_ordered_recovery(desk)
    collecting.receive_recovery(recovery, EUR("0.01"), LATER.date(), "STMT-1/4", by=desk.maker, at=LATER)
    if field == "amount":
        amount = "500"  # a cent is paid
    before = traces()
    on = ORDERED_AT.date() + timedelta(days=days)
    with pytest.raises(RuleBroken) as refused:
        collecting.receive_recovery(again(recovery), EUR(amount), on, reference, by=desk.maker, at=LATER)
    assert refused.value.field == field
    assert traces() == before


def test_receive_by_the_company_itself_is_refused(desk):
    recovery = an_ordered_recovery(desk)
    with pytest.raises(NotPermitted):
        collecting.receive_recovery(recovery, EUR("1"), LATER.date(), "X", by=owner(recovery), at=LATER)


def test_the_voucher_can_be_claimed_back_no_more_than_once(desk):
    recovery = an_ordered_recovery(desk, principal="7000")
    collecting.receive_recovery(recovery, EUR("7000"), LATER.date(), "STMT-2", by=desk.maker, at=LATER)
    with pytest.raises(RuleBroken, match="at most"):
        ordering.propose_recovery(recovery.agreement, asked("0.01"), by=desk.maker, at=LATER)


def test_undo_of_money_takes_it_back_from_the_budget_and_frees_its_line(desk):
    recovery = an_ordered_recovery(desk)
    before = balance(*Account)
    receipt = collecting.receive_recovery(recovery, EUR("500"), LATER.date(), "STMT-1/4", by=desk.maker, at=LATER)
    assert again(recovery).state == RecoveryState.SETTLED
    collecting.undo_receipt(again(recovery), receipt.id, "Of another company.", by=desk.maker, at=LATER)
    recovery = again(recovery)
    assert (recovery.state, recovery.open_principal) == (RecoveryState.ORDERED, EUR("500"))
    assert balance(*Account) == before
    assert letters_to(owner(recovery).email)[-1] == "recoveries/undo"
    with pytest.raises(WrongState, match="undone before"):
        collecting.undo_receipt(recovery, receipt.id, "Twice.", by=desk.maker, at=LATER)
    collecting.receive_recovery(again(recovery), EUR("500"), LATER.date(), "STMT-1/4", by=desk.maker, at=LATER)
    assert list(list_faults()) == []


def test_what_an_officer_has_recorded_by_hand_is_not_recorded_again_from_the_statement(desk):
    recovery = an_ordered_recovery(desk)
    collecting.receive_recovery(recovery, EUR("100"), LATER.date(), "seen online", by=desk.maker, at=LATER)
    with pytest.raises(RuleBroken, match="by hand"):
        collecting.receive_recovery(again(recovery), EUR("100"), LATER.date(), "STMT-1/4", by=OFFICE, at=LATER)
    collecting.receive_recovery(again(recovery), EUR("100.01"), LATER.date(), "STMT-1/5", by=OFFICE, at=LATER)


# --- interest ---------------------------------------------------------------------------------------------------------


def test_interest_is_settled_first_and_never_returns_to_the_budget(strict):
    recovery = an_ordered_recovery(strict)
    assert (str(recovery.interest_rate.normalize()), recovery.interest_basis) == ("0.0365", BASIS)
    available, bank = balance(Account.AVAILABLE, Account.BANK)
    day = DUE_ON + timedelta(days=10)
    assert queries.owed_on(recovery, day) == EUR("500.50")
    collecting.receive_recovery(recovery, EUR("500.50"), day, "STMT-3", by=strict.maker, at=on_noon(day))
    recovery = again(recovery)
    assert recovery.state == RecoveryState.SETTLED
    assert (recovery.interest, recovery.interest_paid) == (EUR("0.50"), EUR("0.50"))
    assert balance(Account.AVAILABLE, Account.BANK) == [available + 50_000, bank + 50_050]
    assert balance(Account.INTEREST, Account.RECOVERIES) == [-50, 0]
    assert list(list_faults()) == []


def test_who_pays_only_the_principal_still_owes_the_interest(strict):
    recovery = an_ordered_recovery(strict)
    day = DUE_ON + timedelta(days=10)
    collecting.receive_recovery(recovery, EUR("500"), day, "STMT-3", by=strict.maker, at=on_noon(day))
    recovery = again(recovery)
    assert recovery.state == RecoveryState.ORDERED
    assert (recovery.open_principal, recovery.open_interest) == (EUR("0.50"), NOTHING)


def test_interest_of_past_months_is_booked_and_corrected_when_money_came_earlier_than_was_known(strict):
    recovery = an_ordered_recovery(strict)
    watch_recoveries(at=on_noon(DUE_ON.replace(month=4, day=1)))
    assert again(recovery).interest == EUR("1.40"), "28 days to 31 March, 5 cents each"
    watch_recoveries(at=on_noon(DUE_ON.replace(month=4, day=20)))
    assert again(recovery).interest == EUR("1.40"), "the month of April has not passed"
    early = DUE_ON + timedelta(days=2)
    at = on_noon(DUE_ON.replace(month=4, day=21))
    collecting.receive_recovery(again(recovery), EUR("500.10"), early, "STMT-4", by=strict.maker, at=at)
    recovery = again(recovery)
    assert (recovery.state, recovery.interest) == (RecoveryState.SETTLED, EUR("0.10"))
    assert balance(Account.INTEREST, Account.RECOVERIES) == [-10, 0]


def test_a_plan_fixes_the_interest_so_far_and_gives_every_part_its_own_day(strict):
    recovery = an_ordered_recovery(strict)
    day = DUE_ON + timedelta(days=10)
    first = day + timedelta(days=20)
    recovery = a_plan(strict, recovery, 5, first, at=on_noon(day))
    assert [one.amount for one in recovery.instalments] == [EUR("100")] * 5
    assert recovery.interest == EUR("0.50")
    assert queries.interest_through(recovery, first) == EUR("0.50")
    assert queries.interest_through(recovery, first + timedelta(days=3)) == EUR("0.53")
    assert letters_to(owner(recovery).email)[-1] == "recoveries/plan"


def propose_plan(recovery, by, parts=2, first_on=DUE_ON, at=LATER):
    return planning.propose_plan(again(recovery), parts, first_on, "Short of cash.", by=by, at=at)


def held(recovery):
    """Of each plan: its parts, who proposed, who agreed or refused, and whether another one took its place."""
    return [
        (one.parts, one.proposed_by_id, one.decided_by_id, one.replaced_at is not None) for one in again(recovery).plans
    ]


def test_the_first_plan_before_anything_is_due_holds_at_once(desk):
    recovery = an_ordered_recovery(desk)
    assert propose_plan(recovery, desk.maker, 5)
    assert [one.amount for one in again(recovery).instalments] == [EUR("100")] * 5
    assert held(recovery) == [(5, desk.maker.id, None, False)]


@pytest.mark.parametrize(
    ("first_on", "at"),
    [
        pytest.param(DUE_ON + timedelta(days=40), LATER, id="it is put off for long"),
        pytest.param(DUE_ON + timedelta(days=9), on_noon(DUE_ON), id="on the due day"),
        pytest.param(DUE_ON + timedelta(days=9), on_noon(DUE_ON + timedelta(days=8)), id="late"),
    ],
)
def test_a_plan_that_gives_more_time_waits_for_a_second_person(desk, first_on, at):
    recovery = an_ordered_recovery(desk)
    before, written = [one.due_on for one in recovery.instalments], letters_to(owner(recovery).email)
    assert not propose_plan(recovery, desk.maker, first_on=first_on, at=at)
    assert [one.due_on for one in again(recovery).instalments] == before, "what was agreed holds"
    assert letters_to(owner(recovery).email) == written
    assert letters_to(desk.second.email)[-1] == "recoveries/propose_plan"
    stranger = a_finance_officer("NL-GE")
    trace = traces()
    for person in (desk.maker, owner(recovery), stranger):
        with pytest.raises(NotPermitted):
            planning.plan_recovery(again(recovery), by=person, at=at)
    assert traces() == trace
    planning.plan_recovery(again(recovery), by=desk.second, at=at)
    assert again(recovery).instalments[0].due_on == first_on
    assert held(recovery) == [(2, desk.maker.id, desk.second.id, False)]
    assert letters_to(owner(recovery).email)[-1] == "recoveries/plan"


def test_a_new_plan_takes_two_persons_and_the_one_before_is_kept(strict):
    recovery = an_ordered_recovery(strict)
    propose_plan(recovery, strict.maker, 5)
    late = on_noon(DUE_ON + timedelta(days=3))
    assert not propose_plan(recovery, strict.maker, 2, DUE_ON + timedelta(days=20), at=late)
    assert len(again(recovery).instalments) == 5
    watch_recoveries(at=late)
    assert letters_to(owner(recovery).email)[-1] == "recoveries/remind", "of the plan that holds"
    planning.plan_recovery(again(recovery), by=strict.manager, at=late)
    assert held(recovery) == [(5, strict.maker.id, None, True), (2, strict.maker.id, strict.manager.id, False)]
    assert again(recovery).interest == EUR("0.03"), "three days of the first hundred"
    parts = queries.list_all_instalments(recovery.id)
    assert [(one.amount_cents, one.replaced_at is None) for one in parts] == [
        (50_000, False), *[(10_000, False)] * 5, *[(25_000, True)] * 2,
    ]  # fmt: skip
    assert len(list_held(recovery.ordered_at, again(recovery).plans, parts)) == 3
    assert list(list_faults()) == []


@pytest.mark.parametrize("who", ["maker", "second"])
def test_a_plan_that_is_refused_or_taken_back_changes_nothing(desk, who):
    recovery = an_ordered_recovery(desk)
    propose_plan(recovery, desk.maker, first_on=DUE_ON + timedelta(days=60))
    with pytest.raises(NotPermitted, match="Other instalments are proposed"):
        propose_plan(recovery, desk.second)
    person = getattr(desk, who)
    with pytest.raises(NotPermitted):
        planning.refuse_plan(again(recovery), "No.", by=a_finance_officer("NL-GE"), at=LATER)
    planning.refuse_plan(again(recovery), "The bank gives credit.", by=person, at=LATER)
    assert [one.due_on for one in again(recovery).instalments] == [DUE_ON]
    assert letters_to(desk.maker.email)[-1] == "recoveries/refuse_plan"
    for act in (planning.plan_recovery, lambda *args, **named: planning.refuse_plan(*args, "Again.", **named)):
        with pytest.raises(NotPermitted, match="No instalments are proposed"):
            act(again(recovery), by=desk.second, at=LATER)
    assert propose_plan(recovery, desk.second), "the first one that would hold"


def test_who_agrees_has_seen_what_is_left(desk):
    recovery = an_ordered_recovery(desk)
    propose_plan(recovery, desk.maker, first_on=DUE_ON + timedelta(days=60))
    seen = again(recovery).version
    collecting.receive_recovery(again(recovery), EUR("100"), LATER.date(), "STMT-9", by=desk.maker, at=LATER)
    with pytest.raises(WrongState):
        planning.plan_recovery(again(recovery), by=desk.second, at=LATER, version=seen)
    planning.plan_recovery(again(recovery), by=desk.second, at=LATER, version=again(recovery).version)
    assert [one.amount for one in again(recovery).instalments] == [EUR("200")] * 2


def test_a_plan_whose_first_day_has_passed_is_not_agreed_on(desk):
    recovery = an_ordered_recovery(desk)
    propose_plan(recovery, desk.maker, first_on=DUE_ON + timedelta(days=60))
    with pytest.raises(RuleBroken, match="has passed"):
        planning.plan_recovery(again(recovery), by=desk.second, at=on_noon(DUE_ON + timedelta(days=61)))


def test_the_database_keeps_the_two_persons_of_a_plan_apart(desk):
    recovery = an_ordered_recovery(desk)
    propose_plan(recovery, desk.maker, first_on=DUE_ON + timedelta(days=60))
    forged = RecoveryPlan.__table__.update().values(agreed_at=LATER, decided_by_id=desk.maker.id)
    with pytest.raises(IntegrityError), unit_of_work():
        db.session.execute(forged)


def test_plan_by_a_stranger_is_refused(desk):
    recovery = an_ordered_recovery(desk)
    with pytest.raises(NotPermitted):
        propose_plan(recovery, a_finance_officer("NL-GE"))


def test_reminders_are_written_each_once(desk):
    recovery = an_ordered_recovery(desk)
    mail = owner(recovery).email
    for days, written in ((-8, 0), (-7, 1), (-7, 1), (0, 1), (1, 2), (2, 2), (15, 3), (45, 4), (300, 4)):
        watch_recoveries(at=on_noon(DUE_ON + timedelta(days=days)))
        assert letters_to(mail).count("recoveries/remind") == written, days


# --- set-off ----------------------------------------------------------------------------------------------------------


def test_set_off_pays_a_debt_and_the_recovery_in_one_moment_without_the_bank(desk):
    agreement = a_paid_agreement(desk)
    payable = a_debt_to(agreement, desk)
    recovery = an_ordered_recovery(desk, agreement)
    bank, available = balance(Account.BANK, Account.AVAILABLE)
    setting_off.set_off_recovery(recovery, payable, EUR("437.55"), by=desk.maker, at=LATER)
    recovery, payable = again(recovery), get_payable(payable.id)
    assert recovery.open_principal == EUR("62.45")
    assert (payable.state, payable.open_amount) == (PayableState.PAID, NOTHING)
    assert get_claim(payable.source_id).state == ClaimState.PAID
    assert balance(Account.BANK) == [bank]
    assert balance(Account.AVAILABLE) == [available + 43_755]
    assert balance(Account.RECOVERIES, Account.PAYABLE_SME, Account.ACCEPTED) == [6_245, 0, 0]
    assert list(list_faults()) == []


def test_set_off_of_a_part_leaves_the_rest_to_be_paid(desk):
    agreement = a_paid_agreement(desk)
    payable = a_debt_to(agreement, desk)
    recovery = an_ordered_recovery(desk, agreement, "100.01")
    setting_off.set_off_recovery(recovery, payable, EUR("100.01"), by=desk.maker, at=LATER)
    payable = get_payable(payable.id)
    assert (payable.state, payable.open_amount) == (PayableState.OPEN, EUR("337.54"))
    assert again(recovery).state == RecoveryState.SETTLED
    assert sum(share.open_cents for share in payable.shares) == 33_754
    assert list(list_faults()) == []


def test_set_off_refuses_another_companys_debt_and_too_much(desk):
    agreement = a_paid_agreement(desk)
    payable = a_debt_to(agreement, desk)
    strange = a_debt_to(a_paid_agreement(desk), desk)
    recovery = an_ordered_recovery(desk, agreement)
    before = traces()
    for debt, amount, field in ((strange, "1", "payable"), (payable, "437.56", "amount"), (payable, "0", "amount")):
        with pytest.raises(RuleBroken) as refused:
            setting_off.set_off_recovery(again(recovery), get_payable(debt.id), EUR(amount), by=desk.maker, at=LATER)
        assert refused.value.field == field
    assert traces() == before


def test_two_who_set_off_the_same_debt_at_once_never_take_more_than_it_is(app, desk):
    agreement = a_paid_agreement(desk)
    payable_id = a_debt_to(agreement, desk).id
    recoveries = [an_ordered_recovery(desk, agreement, "300").id for _ in range(2)]
    officer_id, gate, told = desk.maker.id, threading.Barrier(2), []

    def take(recovery_id):
        with app.app_context():
            person, payable = db.session.get(User, officer_id), get_payable(payable_id)
            recovery = queries.get_recovery(recovery_id)
            gate.wait()
            try:
                setting_off.set_off_recovery(recovery, payable, EUR("300"), by=person, at=LATER)
                told.append("set off")
            except RuleBroken as refused:
                told.append(str(refused))
            db.session.remove()

    threads = [threading.Thread(target=take, args=(one,)) for one in recoveries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert sorted(told) == ["Only EUR 137.55 of it is open.", "set off"]
    assert get_payable(payable_id).open_amount == EUR("137.55")
    assert list(list_faults()) == []


def test_set_off_refuses_a_debt_that_is_held_back(desk):
    agreement = a_paid_agreement(desk)
    payable = a_debt_to(agreement, desk)
    recovery = an_ordered_recovery(desk, agreement)
    hold_payable(payable, "The invoice is looked into.", by=desk.maker, at=LATER)
    with pytest.raises(RuleBroken, match="Only an open debt"):
        setting_off.set_off_recovery(recovery, get_payable(payable.id), EUR("1"), by=desk.maker, at=LATER)


def test_a_debt_is_not_cancelled_while_a_part_of_it_is_set_off(desk):
    agreement = a_paid_agreement(desk)
    payable = a_debt_to(agreement, desk)
    recovery = an_ordered_recovery(desk, agreement)
    receipt = setting_off.set_off_recovery(recovery, payable, EUR("100"), by=desk.maker, at=LATER)
    with pytest.raises(RuleBroken, match="Undo that first"):
        cancel_payable(get_payable(payable.id), why="No.", by=OFFICE, at=LATER)
    collecting.undo_receipt(again(recovery), receipt.id, "It is owed no more.", by=desk.maker, at=LATER)
    cancel_payable(get_payable(payable.id), why="No.", by=OFFICE, at=LATER)
    assert get_payable(payable.id).state == PayableState.CANCELLED


def test_set_off_by_the_company_is_refused(desk):
    agreement = a_paid_agreement(desk)
    payable, recovery = a_debt_to(agreement, desk), an_ordered_recovery(desk, agreement)
    with pytest.raises(NotPermitted):
        setting_off.set_off_recovery(recovery, payable, EUR("1"), by=owner(recovery), at=LATER)


def test_undo_of_a_set_off_makes_both_owed_again(desk):
    agreement = a_paid_agreement(desk)
    payable = a_debt_to(agreement, desk)
    recovery = an_ordered_recovery(desk, agreement, "437.55")
    before = balance(*Account)
    receipt = setting_off.set_off_recovery(recovery, payable, EUR("437.55"), by=desk.maker, at=LATER)
    assert again(recovery).state == RecoveryState.SETTLED
    with pytest.raises(NotPermitted):
        collecting.undo_receipt(again(recovery), receipt.id, "Wrong.", by=owner(recovery), at=LATER)
    collecting.undo_receipt(again(recovery), receipt.id, "The wrong debt.", by=desk.maker, at=LATER)
    recovery, payable = again(recovery), get_payable(payable.id)
    assert (recovery.state, recovery.open_principal) == (RecoveryState.ORDERED, EUR("437.55"))
    assert (payable.state, payable.open_amount) == (PayableState.OPEN, EUR("437.55"))
    assert get_claim(payable.source_id).state == ClaimState.AUTHORISED
    assert balance(*Account) == before
    assert list(list_faults()) == []
    with pytest.raises(WrongState, match="undone before"):
        collecting.undo_receipt(recovery, receipt.id, "Twice.", by=desk.maker, at=LATER)
    setting_off.set_off_recovery(again(recovery), get_payable(payable.id), EUR("10"), by=desk.maker, at=LATER)
    assert again(recovery).open_principal == EUR("427.55")


def test_what_was_set_off_before_a_plan_is_due_again_when_it_is_undone(desk):
    agreement = a_paid_agreement(desk)
    payable = a_debt_to(agreement, desk)
    recovery = an_ordered_recovery(desk, agreement)
    receipt = setting_off.set_off_recovery(recovery, payable, EUR("100"), by=desk.maker, at=LATER)
    later = LATER + timedelta(days=1)
    planning.propose_plan(again(recovery), 4, later.date(), "Short of cash.", by=desk.maker, at=later)
    collecting.undo_receipt(again(recovery), receipt.id, "Wrong.", by=desk.maker, at=later + timedelta(hours=1))
    recovery = again(recovery)
    assert sum(one.amount_cents for one in recovery.instalments) == recovery.open_principal.cents == 50_000


# --- letting it go ----------------------------------------------------------------------------------------------------


def propose(recovery, by, relief=Relief.WAIVER, principal="500", interest="0", at=LATER):
    waiving.propose_waiver(
        again(recovery), relief, "Bankrupt.", principal=EUR(principal), interest=EUR(interest), by=by, at=at
    )
    return again(recovery)


def test_waive_takes_two_persons_and_is_the_regions_loss(desk):
    recovery = propose(an_ordered_recovery(desk), desk.maker)
    assert recovery.state == RecoveryState.WAIVER_PROPOSED
    before = traces()
    with pytest.raises(NotPermitted, match="somebody else"):
        waiving.waive_recovery(recovery, by=desk.maker, at=LATER)
    with pytest.raises(NotPermitted, match="not a cancellation"):
        ordering.cancel_recovery(recovery, "No.", by=desk.second, at=LATER)
    assert traces() == before
    waiving.waive_recovery(again(recovery), by=desk.second, at=LATER)
    assert again(recovery).state == RecoveryState.WAIVED
    assert balance(Account.WRITE_OFFS, Account.RECOVERIES, Account.PAID) == [50_000, 0, 700_000]
    assert letters_to(owner(recovery).email)[-1] == "recoveries/waive"
    assert list(list_faults()) == []


def test_a_part_may_be_waived_and_the_rest_stays_owed(strict):
    recovery = an_ordered_recovery(strict)
    at = on_noon(DUE_ON + timedelta(days=10))
    recovery = propose(recovery, strict.maker, principal="100", interest="0.20", at=at)
    waiving.waive_recovery(recovery, by=strict.second, at=at)
    recovery = again(recovery)
    assert recovery.state == RecoveryState.ORDERED
    assert (recovery.open_principal, recovery.open_interest) == (EUR("400"), EUR("0.30"))
    assert recovery.receipts[-1].kind == ReceiptKind.WAIVER
    assert queries.interest_through(recovery, DUE_ON + timedelta(days=20)) == EUR("0.90"), "4 cents a day from now on"


@pytest.mark.parametrize(
    ("principal", "interest", "field"),
    [("500.01", "0", "principal"), ("0", "0.01", "interest"), ("0", "0", "principal")],
)
def test_propose_waiver_refuses_more_than_is_owed_and_nothing(desk, principal, interest, field):
    recovery = an_ordered_recovery(desk)
    with pytest.raises(RuleBroken) as refused:
        propose(recovery, desk.maker, principal=principal, interest=interest)
    assert refused.value.field == field


def test_propose_waiver_by_a_stranger_is_refused(desk):
    with pytest.raises(NotPermitted):
        propose(an_ordered_recovery(desk), a_manager("NL-GE"))


def test_a_waiver_does_not_outlive_money_that_came_meanwhile(desk):
    recovery = propose(an_ordered_recovery(desk), desk.maker)
    collecting.receive_recovery(recovery, EUR("1"), LATER.date(), "STMT-8", by=desk.maker, at=LATER)
    with pytest.raises(RuleBroken, match="At most"):
        waiving.waive_recovery(again(recovery), by=desk.second, at=LATER)


def test_refuse_waiver_keeps_it_owed(desk):
    recovery = propose(an_ordered_recovery(desk), desk.maker)
    with pytest.raises(NotPermitted):
        waiving.refuse_waiver(recovery, "No.", by=owner(recovery), at=LATER)
    waiving.refuse_waiver(recovery, "It can pay.", by=desk.second, at=LATER)
    assert again(recovery).state == RecoveryState.ORDERED
    assert letters_to(desk.maker.email)[-1] == "recoveries/refuse_waiver"


def test_cancel_takes_the_order_and_its_interest_out_of_the_books(strict):
    agreement = a_paid_agreement(strict)
    before = balance(*Account)
    recovery = an_ordered_recovery(strict, agreement)
    at = on_noon(DUE_ON + timedelta(days=10))
    recovery = propose(recovery, strict.maker, Relief.CANCELLATION, "0", at=at)
    assert recovery.interest == EUR("0.50")
    with pytest.raises(NotPermitted):
        ordering.cancel_recovery(recovery, "It was right.", by=strict.maker, at=at)
    with pytest.raises(NotPermitted, match="not a waiver"):
        waiving.waive_recovery(recovery, by=strict.second, at=at)
    ordering.cancel_recovery(recovery, "The invoice was right.", by=strict.second, at=at)
    assert again(recovery).state == RecoveryState.CANCELLED
    assert balance(*Account) == before
    assert letters_to(owner(recovery).email)[-1] == "recoveries/cancel"
    assert list(list_faults()) == []


def test_cancel_is_refused_once_money_has_come_back(desk):
    recovery = an_ordered_recovery(desk)
    collecting.receive_recovery(recovery, EUR("1"), LATER.date(), "STMT-8", by=desk.maker, at=LATER)
    with pytest.raises(RuleBroken, match="cannot be cancelled"):
        propose(recovery, desk.maker, Relief.CANCELLATION)


def test_a_proposal_is_dropped_by_any_officer(desk):
    recovery = a_proposed_recovery(desk)
    ordering.cancel_recovery(recovery, "A mistake.", by=desk.maker, at=LATER)
    assert again(recovery).state == RecoveryState.CANCELLED
    assert "recoveries/cancel" not in letters_to(owner(recovery).email)


def test_what_was_waived_is_not_claimed_a_second_time(desk):
    recovery = propose(an_ordered_recovery(desk), desk.maker)
    waiving.waive_recovery(recovery, by=desk.second, at=LATER)
    with pytest.raises(RuleBroken, match="at most"):
        ordering.propose_recovery(recovery.agreement, asked("6500.01"), by=desk.maker, at=LATER)
    ordering.propose_recovery(recovery.agreement, asked("6500"), by=desk.maker, at=LATER)


def test_the_database_knows_no_waiver_by_the_one_who_proposed_it(desk):
    recovery = propose(an_ordered_recovery(desk), desk.maker)
    with pytest.raises(IntegrityError), unit_of_work():
        db.session.execute(
            Recovery.__table__.update()
            .where(Recovery.id == recovery.id)
            .values(state=RecoveryState.WAIVED, relief_decided_by_id=desk.maker.id)
        )


@pytest.mark.parametrize("verb", ["charge", "remind", "settle", "resume"])
def test_what_the_office_does_by_itself_nobody_does_by_hand(desk, verb):
    assert RECOVERY.transitions[verb].allowed(desk.manager, object()) is not None
    assert RECOVERY.transitions[verb].allowed(OFFICE, object()) is None


# --- suspicions -------------------------------------------------------------------------------------------------------


def test_report_is_read_by_nobody_else_until_it_is_shared(desk):
    made = a_suspicion(a_paid_agreement(desk), desk.maker)
    assert made.reader_ids == {desk.maker.id}
    for other in (desk.second, desk.manager, a_member_of_staff(Role.AUDITOR), a_member_of_staff(Role.COORDINATOR)):
        with pytest.raises(NotPermitted):
            suspicion.share_suspicion(made, other.id, by=other, at=LATER)
        with pytest.raises(NotPermitted):
            suspicion.close_suspicion(made, SuspicionOutcome.UNFOUNDED, "No.", by=other, at=LATER)
    suspicion.share_suspicion(made, desk.second.id, by=desk.maker, at=LATER)
    assert queries.find_suspicion(made.id).reader_ids == {desk.maker.id, desk.second.id}
    suspicion.close_suspicion(made, SuspicionOutcome.UNFOUNDED, "It was the same firm.", by=desk.second, at=LATER)
    assert queries.find_suspicion(made.id).state == SuspicionState.CLOSED


def test_an_auditor_reads_what_is_shared_and_changes_nothing(desk):
    made = a_suspicion(a_paid_agreement(desk), desk.maker)
    auditor = a_member_of_staff(Role.AUDITOR)
    suspicion.share_suspicion(made, auditor.id, by=desk.maker, at=LATER)
    found = queries.find_suspicion(made.id)
    assert policy.reads_suspicion(auditor, found) is None
    with pytest.raises(NotPermitted):
        suspicion.close_suspicion(found, SuspicionOutcome.UNFOUNDED, "No.", by=auditor, at=LATER)


def test_report_by_the_company_another_region_or_an_auditor_is_refused(desk):
    agreement = a_paid_agreement(desk)
    for stranger in (owner_of(agreement.application), a_manager("NL-GE"), a_member_of_staff(Role.AUDITOR)):
        with pytest.raises(NotPermitted):
            suspicion.report_suspicion(agreement, "Something.", by=stranger, at=LATER)


def test_share_with_somebody_who_has_no_part_in_it_is_refused(desk):
    agreement = a_paid_agreement(desk)
    made = a_suspicion(agreement, desk.maker)
    for stranger in (a_manager("NL-GE"), owner_of(agreement.application), desk.maker):
        with pytest.raises(RuleBroken, match="Choose a person"):
            suspicion.share_suspicion(made, stranger.id, by=desk.maker, at=LATER)


def test_the_record_and_the_letters_carry_nothing_but_the_number(desk):
    made = a_suspicion(a_paid_agreement(desk), desk.maker)
    suspicion.share_suspicion(made, desk.second.id, by=desk.maker, at=LATER)
    suspicion.close_suspicion(made, SuspicionOutcome.REPORTED, "To the prosecutor.", by=desk.second, at=LATER)
    rows = db.session.execute(
        select(AuditEvent, AuditDetail)
        .join(AuditDetail, AuditDetail.event_id == AuditEvent.id)
        .where(AuditEvent.subject_kind == "suspicion")
        .order_by(AuditEvent.id)
    ).all()
    assert [event.tag for event, _detail in rows] == ["suspicion.report", "suspicion.share", "suspicion.close"]
    assert {event.scope for event, _detail in rows} == {"-/-"}
    assert rows[0][1].body == {"changes": {"id": [None, made.id]}, "why": None}
    assert {str(detail.body) for _event, detail in rows[1:]} == {"{'changes': {}, 'why': None}"}
    letter = db.session.scalars(select(Letter).where(Letter.occasion == "recoveries/confide")).one()
    words = f"{letter.heading} {letter.body}"
    for told in (made.agreement.number, made.agreement.application.reference, "stamp", "fraud", desk.maker.name):
        assert told not in words


# --- letters ----------------------------------------------------------------------------------------------------------


def words_to(recovery, occasion):
    found = select(Letter.body).where(Letter.to_email == owner(recovery).email, Letter.occasion == occasion)
    return db.session.scalars(found.order_by(Letter.id.desc()).limit(1)).one()


def test_letters_speak_of_interest_only_where_it_is_charged(app, clock):
    in2()
    recovery = an_ordered_recovery(Desk())
    assert "interest" not in words_to(recovery, "recoveries/order").lower()
    watch_recoveries(at=on_noon(DUE_ON + timedelta(days=2)))
    assert "interest" not in words_to(recovery, "recoveries/remind").lower()


def test_letters_say_that_interest_is_charged(app, clock):
    a_programme_with_interest()
    recovery = an_ordered_recovery(Desk())
    assert "Interest may be owed after that day." in words_to(recovery, "recoveries/order")
    watch_recoveries(at=on_noon(DUE_ON + timedelta(days=2)))
    assert "interest included" in words_to(recovery, "recoveries/remind")


def test_a_proof_of_a_suspicions_step_shows_nothing_but_its_place(desk, tmp_path):
    a_suspicion(a_paid_agreement(desk), desk.maker)
    seal_events(at=LATER)
    event_id = db.session.scalars(select(AuditEvent.id).where(AuditEvent.subject_kind == "suspicion")).one()
    proof = prove_event(event_id, with_detail=True)
    assert (proof["leaf"], "detail" in proof) == (None, False)
    assert "actor" not in json.dumps(proof)
    assert "suspicion" not in json.dumps(proof)
    code, told = check_proof(tmp_path, proof)
    assert code == 0, told
    assert "no more is shown" in told
    assert check_proof(tmp_path, proof | {"leaf_hash": "ab" * 32})[0] == 1
