"""What is no payment is booked by hand, and then the books say what the bank says."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import select, update

from tests.banking.files import a_line, an_entry
from tests.banking.test_actions import a_repayment, everything
from tests.builders.banking import (
    BANK_AT,
    a_batch_under_way,
    a_report_of,
    a_statement_of,
    an_open_entry,
    entries_of,
    entry_of,
)
from tests.builders.payments import PAID_AT, Desk
from tests.builders.programmes import another_programme, in2
from tests.builders.recoveries import an_ordered_recovery
from tests.builders.users import a_member_of_staff
from vouchers.banking.actions import booking as actions
from vouchers.banking.actions.entries import match_entry, match_entry_to_recovery, set_entry_aside, take_entry_up
from vouchers.banking.lifecycle import ENTRY
from vouchers.banking.models import Entry
from vouchers.banking.queries import booking as queries
from vouchers.banking.queries import reconciling, statements
from vouchers.banking.rules.booking import Booking, Payer
from vouchers.banking.states import BookedAs, DifferenceKind, EntryState
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.core.tables import ListQuery
from vouchers.ledger.models import Fund, Journal
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import stages, trial_balance
from vouchers.payments import queries as payments
from vouchers.payments.actions.batches import execute_batch
from vouchers.payments.states import PaymentState
from vouchers.periods.actions import close_period
from vouchers.programmes.actions import record_received_funds
from vouchers.programmes.lifecycle import ENVELOPE
from vouchers.programmes.queries import total_received
from vouchers.recoveries.queries import get_recovery
from vouchers.users.states import Role

MIGRATION = Path(__file__).resolve().parents[2] / "migrations/versions/0064_a_movement_of_the_bank_is_booked_by_hand.py"
IN2 = "in2lifesciences"
FIRST = date(2026, 12, 1)
K = BookedAs


@pytest.fixture
def desk(app, clock):
    in2()
    clock.stop(BANK_AT)
    return Desk()


def fresh(entry):
    return statements.get_entry(entry.id)


def book(entry, kind=K.CHARGE, *, by, reason="November", payer=Payer(IN2, "BE-WAL"), at=BANK_AT, **more):
    actions.book_entry(fresh(entry), Booking(kind, reason, payer=payer, **more), by=by, at=at)
    return fresh(entry)


def unbook(entry, *, by, reason="It was something else", at=BANK_AT):
    actions.unbook_entry(fresh(entry), reason, by=by, at=at)
    return fresh(entry)


def general():
    return {account: cents for account, cents in trial_balance().items() if not account.startswith("B") and cents}


def erdf(region="BE-WAL"):
    """The fund line of the region that the ERDF carries."""
    return next(part for part in in2().envelope(region).funds if part.fund.line == "ERDF")


@pytest.mark.parametrize(
    ("kind", "is_credit", "account"),
    [
        (K.CHARGE, False, "5200"),
        (K.INTEREST, True, "4910"),
        (K.INTEREST, False, "5210"),
        (K.TRANSFER, False, "1020"),
        (K.SUSPENSE, True, "2300"),
    ],
)
def test_a_movement_is_booked_on_the_banks_day_and_taken_back(desk, kind, is_credit, account):
    before = stages()
    entry = an_open_entry(desk, amount="12.50", credit=is_credit)

    entry = book(entry, kind, by=desk.maker)

    cents = 12_50 if is_credit else -12_50
    assert general() == {"1000": cents, account: -cents}
    assert stages() == before  # no budget moves
    assert (entry.state, entry.booked_as, entry.reason) == (EntryState.BOOKED, kind, "November")
    assert entry.fund.code == f"{IN2}/*/BE-WAL/*/BANK"
    journal = db.session.get(Journal, entry.journal_id)
    assert (journal.on, journal.subject_kind, journal.event) == (FIRST, "entry", "bank_movement")
    with pytest.raises(WrongState):
        book(entry, kind, by=desk.maker)

    entry = unbook(entry, by=desk.second)

    assert (entry.state, entry.booked_as, entry.fund_id, entry.journal_id) == (EntryState.OPEN, None, None, None)
    assert general() == {}
    mirror = db.session.scalars(select(Journal).where(Journal.reverses_id == journal.id)).one()
    assert (mirror.on, "It was something else" in mirror.narrative) == (FIRST, True)
    assert list(list_faults()) == []
    with pytest.raises(WrongState):
        unbook(entry, by=desk.second)


def test_what_lay_on_suspense_goes_to_the_recovery_that_it_pays(desk, clock):
    recovery = an_ordered_recovery(desk)
    at = BANK_AT + timedelta(days=63)
    clock.stop(at)
    statement = a_statement_of(desk, a_repayment(recovery, "500.00", "no words"), number="S-1", at=at)
    (entry,) = entries_of(statement)
    entry = book(entry, K.SUSPENSE, by=desk.maker, at=at)
    assert trial_balance()["2300"] == -500_00

    entry = unbook(entry, by=desk.maker, at=at)
    match_entry_to_recovery(entry, recovery, by=desk.maker, at=at)

    assert trial_balance().get("2300", 0) == 0
    assert fresh(entry).journal_id == get_recovery(recovery.id).receipts[0].journal_id
    assert list(list_faults()) == []


def test_money_of_a_funder_is_recorded_on_its_line_and_taken_back(desk):
    entry = an_open_entry(desk, amount="1000.00", credit=True)
    entry = book(entry, K.FUNDS, by=desk.maker, fund_id=erdf().fund_id)
    assert general() == {"1000": 1000_00, "2100": -1000_00}
    assert total_received(erdf().fund) == EUR("1000")
    assert entry.fund_id == erdf().fund_id

    entry = unbook(entry, by=desk.maker)
    assert general() == {}
    assert total_received(erdf().fund) == EUR("0")
    book(entry, K.FUNDS, by=desk.maker, fund_id=erdf().fund_id)  # it was right: booked again
    assert total_received(erdf().fund) == EUR("1000")
    assert list(list_faults()) == []


def test_money_of_a_funder_fits_its_line_and_is_for_the_finance_officer(desk):
    entry = an_open_entry(desk, amount="60000.01", credit=True)
    with pytest.raises(RuleBroken, match="can still arrive"):
        book(entry, K.FUNDS, by=desk.maker, fund_id=erdf().fund_id)
    with pytest.raises(RuleBroken, match="one of the fund lines"):
        book(entry, K.FUNDS, by=desk.maker, fund_id=erdf("NL-NB").fund_id)  # another account pays that
    with pytest.raises(NotPermitted):
        book(entry, K.FUNDS, by=desk.manager, fund_id=erdf().fund_id)
    assert general() == {}
    assert ENVELOPE.undo_receipt.allowed(desk.maker, in2().envelope("BE-WAL")) is None
    assert ENVELOPE.undo_receipt.allowed(desk.manager, in2().envelope("BE-WAL")) is not None


def test_what_was_recorded_by_hand_is_named_and_not_booked_twice(desk):
    envelope = in2().envelope("BE-WAL")
    record_received_funds(envelope, "ERDF", EUR("1000"), on=FIRST, reference="ERDF/1", by=desk.maker, at=BANK_AT)
    entry = an_open_entry(desk, amount="1000.00", credit=True)
    (recorded,) = queries.list_recorded(entry)

    entry = book(entry, K.KNOWN, by=desk.maker, journal_id=recorded.id)

    assert (entry.state, entry.journal_id, general()["1000"]) == (EntryState.BOOKED, recorded.id, 1000_00)
    again = a_statement_of(desk, an_entry("1000.00", credit=True, bank_reference="B78"), number="S2")
    (other,) = entries_of(again)
    assert queries.list_recorded(fresh(other)) == []
    with pytest.raises(RuleBroken, match="Choose what was recorded"):
        book(other, K.KNOWN, by=desk.maker, journal_id=recorded.id)
    unbook(entry, by=desk.maker)
    assert general()["1000"] == 1000_00
    with pytest.raises(RuleBroken, match="What was recorded is"):
        book(an_open_entry_of(desk, "999.00"), K.KNOWN, by=desk.maker, journal_id=recorded.id)


def an_open_entry_of(desk, amount):
    (entry,) = entries_of(a_statement_of(desk, an_entry(amount, credit=True, bank_reference="B79"), number="S3"))
    return entry


@pytest.mark.parametrize("step", ["book", "unbook"])
def test_these_steps_are_for_officers_of_the_programme_and_region(desk, step):
    another_programme("BE-WAL")
    entry = an_open_entry(desk)
    if step == "unbook":
        book(entry, by=desk.maker)
    of_the_other = a_member_of_staff(Role.FINANCE_OFFICER, "small", region="BE-WAL")
    strangers = [Desk("NL-NB").maker, a_member_of_staff(Role.AUDITOR, region=None), of_the_other]
    for stranger in strangers:
        with pytest.raises(NotPermitted):
            book(entry, by=stranger) if step == "book" else unbook(entry, by=stranger)
    row = ENTRY.transitions[step]
    assert row.allowed(desk.maker, fresh(entry)) is None


def test_what_cannot_be_booked_is_refused_and_leaves_no_trace(desk):
    entry = an_open_entry(desk)
    before = everything()
    for field, more in {
        "kind": {"kind": K.FUNDS},
        "reason": {"reason": ""},
        "payer": {"payer": None},
        "on": {"on": FIRST - timedelta(days=1)},
    }.items():
        with pytest.raises(RuleBroken) as refused:
            book(entry, by=desk.maker, **more)
        assert refused.value.field == field
    with pytest.raises(RuleBroken) as refused:
        book(entry, by=desk.maker, payer=Payer(IN2, "NL-NB"))  # paid from another account
    assert refused.value.field == "payer"
    assert everything() == before


def test_in_a_closed_period_it_is_booked_today_as_a_correction(desk):
    entry = an_open_entry(desk)
    later = BANK_AT + timedelta(days=40)
    close_period(IN2, desk.region, BANK_AT.date(), by=desk.maker, at=later)
    with pytest.raises(RuleBroken, match="closed") as refused:
        book(entry, by=desk.maker, on=BANK_AT.date(), at=later)  # a day that a person typed
    assert refused.value.field == "on"
    entry = book(entry, by=desk.maker, on=FIRST, at=later)
    journal = db.session.get_one(Journal, entry.journal_id)
    assert (journal.on, journal.corrects_on) == (later.date(), FIRST)
    assert list(list_faults()) == []


def test_a_funders_money_of_a_closed_period_is_booked_as_a_correction(desk):
    entry = an_open_entry(desk, amount="5000.00", credit=True)
    close_period(IN2, desk.region, FIRST, by=desk.maker, at=BANK_AT)
    line = queries.list_fund_lines(entry.statement.iban, "EUR")[0]
    entry = book(entry, by=desk.maker, kind=K.FUNDS, fund_id=line.fund_id)
    journal = db.session.get_one(Journal, entry.journal_id)
    assert (journal.on, journal.corrects_on) == (BANK_AT.date(), FIRST)


def test_in_a_closed_period_it_is_taken_back_today(desk):
    entry = book(an_open_entry(desk), by=desk.maker, on=BANK_AT.date())
    later = BANK_AT + timedelta(days=40)
    close_period(IN2, desk.region, BANK_AT.date(), by=desk.maker, at=later)
    unbook(entry, by=desk.maker, at=later)
    mirror = db.session.scalars(select(Journal).where(Journal.reverses_id.is_not(None))).one()
    assert (mirror.on, mirror.corrects_on) == (later.date(), BANK_AT.date())
    assert list(list_faults()) == []


# The reconciliation ---------------------------------------------------------------------------------------------------


def reconciled(statement):
    statement = statements.get_statement(statement.id)
    span = reconciling.find_span(statement)
    return reconciling.reconcile(statement, span), reconciling.list_differences(ListQuery(sort="day"), span)


def counts(found):
    return {kind: (one.count, EUR(f"{one.cents / 100:.2f}")) for kind, one in found.differences.items()}


def test_each_difference_is_named_until_nothing_is_left(desk):
    """Payments, a refusal that was executed, a charge, money in: settled one by one, the books become the bank."""
    batch = a_batch_under_way(desk, "7000", "4000", "500")
    paid, refused, by_hand = batch.payments
    a_report_of(desk, batch, a_line(refused.end_to_end_id, code="AM04"), at=PAID_AT + timedelta(hours=2))
    execute_batch(payments.get_batch(batch.id), FIRST, "BY-HAND", by=desk.maker, at=BANK_AT)
    charge, interest, unknown = (
        an_entry("12.50"),
        an_entry("1.05", credit=True, bank_reference="I1"),
        an_entry("99.00", credit=True, bank_reference="U1"),
    )
    nameless = [an_entry(one.amount.plain, bank_reference=f"P{one.id}") for one in (paid, by_hand)]
    lines = [nameless[0], entry_of(refused), nameless[1], charge, interest, unknown]
    closing = 20_000_00 - 7000_00 - 4000_00 - 500_00 - 12_50 + 1_05 + 99_00
    statement = a_statement_of(desk, *lines, opening="20000.00", closing=f"{closing / 100:.2f}")
    of_paid, of_refused, of_hand, of_charge, of_interest, of_unknown = entries_of(statement)
    assert of_paid.state == EntryState.OPEN  # it was marked by hand before, and the entry names no payment

    found, page = reconciled(statement)
    assert (found.books_cents, found.opening, found.untold, found.rest) == (-7500_00, EUR("20000"), EUR("0"), EUR("0"))
    assert counts(found) == {DifferenceKind.OPEN: (6, EUR("-11412.45")), DifferenceKind.BY_HAND: (1, EUR("7500"))}
    assert len(page.items) == page.total == 7

    match_entry(fresh(of_paid), [paid.id], by=desk.maker, at=BANK_AT)
    assert counts(reconciled(statement)[0])[DifferenceKind.BY_HAND] == (1, EUR("500"))
    match_entry(fresh(of_hand), [by_hand.id], by=desk.maker, at=BANK_AT)
    match_entry(fresh(of_refused), [refused.id], reason="Asked the bank", by=desk.maker, at=BANK_AT)
    set_entry_aside(fresh(of_charge), "The bank corrects it", by=desk.maker, at=BANK_AT)
    book(of_interest, K.INTEREST, by=desk.maker)
    book(of_unknown, K.SUSPENSE, by=desk.maker, on=BANK_AT.date())  # a day later than at the bank

    found, page = reconciled(statement)
    assert counts(found) == {
        DifferenceKind.SET_ASIDE: (1, EUR("-12.50")),
        DifferenceKind.OTHER_DAY: (1, EUR("99")),
    }
    assert found.rest == EUR("0")
    assert {row.entry_id for row in page.items} == {of_charge.id, of_unknown.id}

    unbook(of_unknown, by=desk.maker)
    book(of_unknown, K.SUSPENSE, by=desk.maker)
    take_entry_up(fresh(of_charge), by=desk.maker, at=BANK_AT)
    book(of_charge, K.CHARGE, by=desk.maker)

    found, page = reconciled(statement)
    assert (counts(found), page.total, found.rest) == ({}, 0, EUR("0"))
    moved = sum(one.cents if one.is_credit else -one.cents for one in entries_of(statement))
    assert found.books_cents == moved == closing - 20_000_00  # the sum of the statement is the sum of the books
    assert found.difference == found.opening == EUR("20000")
    assert list(list_faults()) == []


def test_what_the_balances_say_and_no_entry_stands_apart(desk):
    a_statement_of(desk, an_entry("10.00"), number="S1", opening="100.00", closing="90.00")
    later = a_statement_of(
        desk, an_entry("10.00"), number="S3", opening="80.00", closing="70.00", on=FIRST + timedelta(days=1)
    )
    found, _page = reconciled(later)
    assert (found.opening, found.untold, found.difference, found.rest) == (
        EUR("100"), EUR("-10"), EUR("70"), EUR("0"),
    )  # fmt: skip
    assert counts(found) == {DifferenceKind.OPEN: (2, EUR("-20"))}


def test_another_regions_books_and_a_later_statement_are_left_out(desk):
    first = a_statement_of(desk, an_entry("10.00"), number="S1", opening="100.00", closing="90.00")
    day = FIRST + timedelta(days=1)
    a_statement_of(desk, an_entry("5.00", on=day), number="S2", opening="90.00", closing="85.00", on=day)
    other = Desk("NL-NB")
    (entry,) = entries_of(a_statement_of(other, an_entry("7.00"), number="N1"))
    book(entry, by=other.maker, payer=Payer(IN2, "NL-NB"))
    found, _page = reconciled(first)
    assert (found.books_cents, counts(found)) == (0, {DifferenceKind.OPEN: (1, EUR("-10"))})
    assert db.session.scalars(select(Fund.region).where(Fund.line == "BANK")).all() == ["NL-NB"]


def test_without_a_closing_balance_there_is_nothing_to_compare(desk):
    assert reconciling.find_span(a_statement_of(desk, an_entry("10.00"))) is None


def test_a_payment_that_was_marked_by_hand_is_found_by_its_entry_once(desk):
    batch = a_batch_under_way(desk, "7000")
    (payment,) = batch.payments
    execute_batch(payments.get_batch(batch.id), FIRST, "BY-HAND", by=desk.maker, at=BANK_AT)
    entry, twice = entries_of(a_statement_of(desk, *(an_entry("7000.00", bank_reference=one) for one in ("B1", "B2"))))
    with pytest.raises(NotPermitted):
        match_entry(fresh(entry), [payment.id], by=Desk("NL-NB").maker, at=BANK_AT)
    match_entry(fresh(entry), [payment.id], by=desk.maker, at=BANK_AT)
    assert fresh(entry).state == EntryState.MATCHED
    assert payments.get_payment(payment.id).state == PaymentState.EXECUTED
    assert trial_balance()["1000"] == -7000_00
    with pytest.raises(WrongState):
        match_entry(fresh(twice), [payment.id], by=desk.maker, at=BANK_AT)


@pytest.mark.parametrize("says_balances", [True, False])
def test_what_the_bank_shows_only_later_is_named_in_the_books_of_the_day(desk, says_balances):
    """Marked by hand on the day of the first statement, shown by a later one, or by one that tells no balance."""
    batch = a_batch_under_way(desk, "7000")
    (payment,) = batch.payments
    execute_batch(payments.get_batch(batch.id), FIRST, "BY-HAND", by=desk.maker, at=BANK_AT)
    first = a_statement_of(desk, an_entry("10.00"), number="S1", opening="100.00", closing="90.00")
    day = FIRST + timedelta(days=1)
    balances = {"opening": "90.00", "closing": "-6910.00", "on": day} if says_balances else {}
    shows = an_entry("7000.00", on=day, bank_reference="B1")
    (entry,) = entries_of(a_statement_of(desk, shows, number="S2", **balances))
    assert counts(reconciled(first)[0])[DifferenceKind.BY_HAND] == (1, EUR("7000"))
    match_entry(fresh(entry), [payment.id], by=desk.maker, at=BANK_AT)
    found, page = reconciled(first)
    assert counts(found) == {DifferenceKind.OPEN: (1, EUR("-10")), DifferenceKind.OTHER_DAY: (1, EUR("7000"))}
    assert (found.rest, {row.entry_id for row in page.items} >= {entry.id}) == (EUR("0"), True)


def test_a_later_statement_of_the_same_day_is_named_and_so_is_an_entry_without_a_reference(desk):
    (payment,) = a_batch_under_way(desk, "7000").payments
    no_name = an_entry("10.00", bank_reference="")
    first = a_statement_of(desk, no_name, number="S1", on=FIRST, opening="100.00", closing="90.00")
    balances = {"opening": "90.00", "closing": "-6910.00", "on": FIRST}
    (entry,) = entries_of(a_statement_of(desk, entry_of(payment, on=FIRST), number="S2", **balances))
    assert fresh(entry).state == EntryState.MATCHED
    found, page = reconciled(first)
    assert counts(found) == {DifferenceKind.OPEN: (1, EUR("-10")), DifferenceKind.LATER_STATEMENT: (1, EUR("7000"))}
    assert found.rest == EUR("0")
    assert {row.reference for row in page.items} == {"S1/1", payment.end_to_end_id}


def test_the_journal_of_what_was_repaid_before_is_named_by_the_migration(desk, clock):
    recovery = an_ordered_recovery(desk)
    at = BANK_AT + timedelta(days=63)
    clock.stop(at)
    (entry,) = entries_of(a_statement_of(desk, a_repayment(recovery, "200.00"), number="S-1", at=at))
    named = fresh(entry).journal_id
    assert named is not None
    db.session.remove()

    spec = spec_from_file_location("booked_by_hand", MIGRATION)
    assert spec is not None
    assert spec.loader is not None
    step = module_from_spec(spec)
    spec.loader.exec_module(step)
    with (
        db.engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
        Operations.context(MigrationContext.configure(connection)),
    ):
        connection.execute(update(Entry).values(journal_id=None))
        step._name_journals()

    assert fresh(entry).journal_id == named
