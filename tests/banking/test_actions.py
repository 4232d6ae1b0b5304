"""Taking in what the bank sends: once, whole, and booked through the actions of payments."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from tests.banking.files import a_file, a_line, a_report, a_statement, an_entry
from tests.builders.banking import (
    BANK_AT,
    a_batch_under_way,
    a_report_of,
    a_statement_of,
    an_open_entry,
    an_open_report,
    entries_of,
    entry_of,
    iban_of,
)
from tests.builders.payments import PAID_AT, Desk, a_made_batch, an_authorised_claim
from tests.builders.programmes import in2
from tests.builders.recoveries import an_ordered_recovery
from tests.builders.users import a_member_of_staff
from vouchers.audit.models import AuditEvent
from vouchers.banking.actions import entries as actions
from vouchers.banking.actions.importing import import_bank_file
from vouchers.banking.actions.reports import settle_report, take_in_report
from vouchers.banking.actions.statements import take_in_statements
from vouchers.banking.models import BankReport, Entry, EntryPayment, Statement
from vouchers.banking.queries import reports as report_queries
from vouchers.banking.queries import statements as queries
from vouchers.banking.states import Doubt, EntryState, ReportState, StatementState
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.ledger.models import Journal
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import trial_balance
from vouchers.payables.queries import list_chosen
from vouchers.payables.states import PayableState
from vouchers.payments import queries as payments
from vouchers.payments.actions.batches import authorise_batch, make_batch
from vouchers.payments.states import BatchState, PaymentState
from vouchers.periods.actions import close_period
from vouchers.recoveries.queries import get_recovery
from vouchers.recoveries.states import RecoveryState
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

FIRST = date(2026, 12, 1)
REPAID_AT = datetime(2027, 2, 3, 8, 0, tzinfo=UTC)


@pytest.fixture
def desk(app, clock):
    in2()
    clock.stop(PAID_AT)
    return Desk()


def states_of(batch):
    return [payment.state for payment in payments.get_batch(batch.id).payments]


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def everything():
    """How much there is of all that an import could change."""
    return [count(table) for table in (Statement, Entry, EntryPayment, BankReport, AuditEvent, Journal)]


# Statements -----------------------------------------------------------------------------------------------------------


def test_take_in_statement_executes_its_payments_on_the_value_day(desk):
    batch = a_batch_under_way(desk, "7000", "4000")
    first, second = batch.payments
    entry = entry_of(first).replace("<ValDt><Dt>2026-12-01", "<ValDt><Dt>2026-11-30")

    statement = a_statement_of(desk, entry, entry_of(second), opening="20000.00", closing="9000.00")

    assert statement.state == StatementState.BOOKED
    assert (statement.to_book, statement.booked) == (2, 2)
    assert [entry.state for entry in entries_of(statement)] == [EntryState.MATCHED] * 2
    batch = payments.get_batch(batch.id)
    assert batch.state == BatchState.DONE
    assert [(one.state, one.executed_on) for one in batch.payments] == [
        (PaymentState.EXECUTED, date(2026, 11, 30)),
        (PaymentState.EXECUTED, FIRST),
    ]
    assert [one.payable.state for one in batch.payments] == [PayableState.PAID] * 2
    assert batch.payments[0].bank_reference == "2026-1/1"
    booked = select(Journal.on).where(Journal.event == "bank_debit").order_by(Journal.on)
    assert db.session.scalars(booked).all() == [date(2026, 11, 30), FIRST]
    assert not list(list_faults())
    assert queries.list_findings_of(statement) == []


def test_every_entry_has_its_events_in_the_record(desk):
    (payment,) = a_batch_under_way(desk).payments
    statement = a_statement_of(desk, entry_of(payment), an_entry("1.00"), an_entry("2.00", status="PDNG"))
    tags = select(AuditEvent.tag).where(AuditEvent.subject_kind == "entry").order_by(AuditEvent.id)
    assert db.session.scalars(tags).all() == ["entry.recognise", "entry.leave", "entry.note", "entry.match"]
    scopes = select(AuditEvent.scope).where(AuditEvent.subject_kind.in_(("entry", "statement"))).distinct()
    assert db.session.scalars(scopes).all() == ["-/BE-WAL"]
    assert [one.state for one in entries_of(statement)] == [EntryState.MATCHED, EntryState.OPEN, EntryState.NOTED]


def test_take_in_statement_twice_changes_nothing_and_says_so(desk):
    (payment,) = a_batch_under_way(desk).payments
    statement = a_statement_of(desk, entry_of(payment))
    before = everything()

    stream = a_file(a_statement(entry_of(payment), iban=iban_of(desk)), message="SENT-AGAIN")
    again = take_in_statements(stream, "again.xml", by=desk.second, at=BANK_AT)

    assert again.new == []
    assert [one.id for one in again.known] == [statement.id]
    assert everything() == before


def test_take_in_statement_with_the_same_number_and_other_content_is_refused(desk):
    a_statement_of(desk, an_entry("1.00"))
    before = everything()
    stream = a_file(a_statement(an_entry("1.01"), iban=iban_of(desk)))
    with pytest.raises(RuleBroken, match="said something else"):
        take_in_statements(stream, "x.xml", by=desk.maker, at=BANK_AT)
    assert everything() == before


def test_take_in_statement_that_overlaps_keeps_each_movement_once(desk):
    batch = a_batch_under_way(desk, "7000", "4000")
    first, second = batch.payments
    a_statement_of(desk, entry_of(first))
    overlapping = a_statement_of(desk, entry_of(first), entry_of(second), number="2026-2")

    assert overlapping.repeated == 1
    assert [one.end_to_end_id for one in entries_of(overlapping)] == [second.end_to_end_id]
    assert states_of(batch) == [PaymentState.EXECUTED] * 2


@pytest.mark.parametrize("whose", ["nobody's", "another region's"])
def test_take_in_statement_of_another_account_is_refused_whole(desk, whose):
    (payment,) = a_batch_under_way(desk).payments
    other = "FR7630006000011234567890189" if whose == "nobody's" else iban_of(Desk("NL-NB"))
    before = everything()
    mine, theirs = (a_statement(entry_of(payment), iban=iban, number=iban) for iban in (iban_of(desk), other))
    with pytest.raises(RuleBroken, match="belongs to no region that you work for") as refused:
        take_in_statements(a_file(mine, theirs), "x.xml", by=desk.maker, at=BANK_AT)
    assert refused.value.field == "file"
    assert everything() == before


def test_take_in_statement_in_another_currency_is_refused_whole(desk):
    an_authorised_claim(desk)  # there is money, in euro
    before = everything()
    euro, dollars = (a_statement(an_entry("1.00"), iban=iban_of(desk), number=number) for number in ("1", "2"))
    stream = a_file(euro, dollars.replace("EUR", "USD"))
    with pytest.raises(RuleBroken, match="in EUR, but statement 2 is in USD") as refused:
        take_in_statements(stream, "x.xml", by=desk.maker, at=BANK_AT)
    assert refused.value.field == "file"
    assert everything() == before


def test_take_in_statement_of_a_day_to_come_is_refused_until_the_day_has_come_in_the_region(desk):
    late = datetime(2026, 12, 1, 22, 59, tzinfo=UTC)  # one minute before midnight in Wallonia
    line, before = an_entry("1.00", on=date(2026, 12, 2)), everything()
    with pytest.raises(RuleBroken, match="is still to come"):
        a_statement_of(desk, line, at=late)
    assert everything() == before
    assert a_statement_of(desk, line, at=late + timedelta(minutes=1)).state == StatementState.BOOKED


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_take_in_statement_is_for_officers(desk, role):
    with pytest.raises(RuleBroken, match="no region that you work for"):
        a_statement_of(desk, an_entry("1.00"), by=a_member_of_staff(role, region=None))
    assert count(Statement) == 0


def test_a_return_in_the_same_file_opens_the_payable_again_and_says_why(desk):
    batch = a_batch_under_way(desk, "7000")
    (payment,) = batch.payments
    statement = a_statement_of(desk, entry_of(payment), entry_of(payment, returned="AC04"))

    assert [one.state for one in entries_of(statement)] == [EntryState.MATCHED] * 2
    (payment,) = payments.get_batch(batch.id).payments
    assert (payment.state, payment.reason_code) == (PaymentState.GIVEN_BACK, "AC04")
    assert (payment.payable.state, payment.payable.return_code) == (PayableState.OPEN, "AC04")
    assert entries_of(statement)[1].return_reason.source == "AC04: The account is closed."
    assert not list(list_faults())


def test_a_return_that_comes_before_its_statement_is_booked_finds_the_payment_paid(desk):
    batch = a_batch_under_way(desk)
    (payment,) = batch.payments
    waiting = a_statement_of(desk, entry_of(payment), book=False)
    back = a_statement_of(desk, entry_of(payment, returned="MD07"), number="2026-2", book=False)
    assert [one.state for one in entries_of(back)] == [EntryState.RECOGNISED]

    from vouchers.banking.jobs import book

    book(statement_id=back.id, at=BANK_AT)  # the later one books the earlier one first

    assert {queries.get_statement(one.id).state for one in (waiting, back)} == {StatementState.BOOKED}
    assert states_of(batch) == [PaymentState.GIVEN_BACK]


def test_a_return_for_an_unknown_id_goes_to_the_worklist(desk):
    statement = a_statement_of(desk, an_entry("437.55", credit=True, reference="WHO-KNOWS", returned="AC01"))
    (entry,) = entries_of(statement)
    assert (entry.state, entry.doubt) == (EntryState.OPEN, Doubt.UNKNOWN)
    assert statement.state == StatementState.BOOKED  # nothing waits


def test_a_batch_that_the_bank_books_as_one_sum_is_executed_whole(desk):
    batch = a_batch_under_way(desk, "7000", "4000")
    statement = a_statement_of(desk, an_entry("11000.00", block=f"{batch.number}-1"))
    (entry,) = entries_of(statement)
    assert (entry.state, len(entry.matches)) == (EntryState.MATCHED, 2)
    assert states_of(batch) == [PaymentState.EXECUTED] * 2


def test_a_batch_that_is_not_authorised_is_not_executed(desk):
    batch = a_made_batch(desk, [an_authorised_claim(desk)])
    statement = a_statement_of(desk, entry_of(batch.payments[0]))
    (entry,) = entries_of(statement)
    assert (entry.state, entry.doubt) == (EntryState.OPEN, Doubt.NOT_SENT)
    assert states_of(batch) == [PaymentState.ORDERED]


def test_what_cannot_be_booked_goes_to_the_worklist_with_the_reason_and_the_rest_is_booked(desk):
    batch = a_batch_under_way(desk, "7000", "4000")
    first, second = batch.payments
    statement = a_statement_of(desk, entry_of(first, on=date(2026, 11, 2)), entry_of(second))  # before it was ordered

    refused, booked = entries_of(statement)
    assert (refused.state, refused.doubt, refused.matches) == (EntryState.OPEN, Doubt.REFUSED, [])
    assert refused.reason
    assert booked.state == EntryState.MATCHED
    assert states_of(batch) == [PaymentState.ORDERED, PaymentState.EXECUTED]
    assert queries.get_statement(statement.id).state == StatementState.BOOKED


def days_of(*events):
    found = select(Journal).where(Journal.event.in_(events)).order_by(Journal.id)
    return [(one.event, one.on, one.corrects_on) for one in db.session.scalars(found)]


def test_what_the_bank_did_in_a_closed_period_is_booked_by_itself_as_a_correction_of_its_day(desk):
    batch = a_batch_under_way(desk)
    (payment,) = batch.payments
    close_period("in2lifesciences", desk.region, FIRST, by=desk.maker, at=BANK_AT)
    kept = {"more": "<Chrgs><Rcrd><Amt Ccy='EUR'>12.00</Amt></Rcrd></Chrgs>", "returned": "AC04"}
    back = an_entry("6988.00", reference=payment.end_to_end_id, credit=True, **kept)
    statement = a_statement_of(desk, entry_of(payment), back)

    assert {entry.state for entry in entries_of(statement)} == {EntryState.MATCHED}
    (payment,) = payments.get_batch(batch.id).payments
    assert (payment.executed_on, payment.returned_on) == (FIRST, FIRST)
    today = BANK_AT.date()
    events = ("bank_debit", "payment_returned", "return_reopen", "bank_movement")
    assert days_of(*events) == [(event, today, FIRST) for event in events]
    assert list(list_faults()) == []


def test_a_debt_paid_back_in_a_closed_period_is_received_as_a_correction(desk, clock):
    recovery = an_ordered_recovery(desk)
    clock.stop(REPAID_AT)
    close_period("in2lifesciences", desk.region, date(2027, 2, 1), by=desk.maker, at=REPAID_AT)
    on = date(2027, 2, 1)
    paid = an_entry("100.00", credit=True, on=on, more=f"<AddtlNtryInf>{recovery.number}</AddtlNtryInf>")
    (entry,) = entries_of(a_statement_of(desk, paid, at=REPAID_AT, on=on))
    assert entry.state == EntryState.MATCHED
    journal = db.session.get_one(Journal, entry.journal_id)
    assert (journal.on, journal.corrects_on) == (REPAID_AT.date(), on)


def test_by_hand_the_day_of_the_bank_is_a_correction_and_another_closed_day_is_refused(desk):
    first, second = a_batch_under_way(desk, "7000", "4000").payments
    lines = an_entry("7000.00", reference="WHO"), an_entry("4000.00", reference="ELSE", on=date(2026, 11, 30))
    entries = entries_of(a_statement_of(desk, *lines))
    close_period("in2lifesciences", desk.region, FIRST, by=desk.maker, at=BANK_AT)
    one, other = (queries.get_entry(entry.id) for entry in entries)

    actions.match_entry(one, [first.id], on=FIRST, by=desk.maker, at=BANK_AT)
    assert days_of("bank_debit") == [("bank_debit", BANK_AT.date(), FIRST)]
    before = everything()
    with pytest.raises(RuleBroken, match="closed through"):
        actions.match_entry(other, [second.id], on=FIRST, by=desk.maker, at=BANK_AT)
    assert everything() == before
    actions.match_entry(queries.get_entry(other.id), [second.id], on=BANK_AT.date(), by=desk.maker, at=BANK_AT)
    assert days_of("bank_debit")[1:] == [("bank_debit", BANK_AT.date(), None)]


def test_a_german_return_names_its_reason_in_the_text_only_and_the_account_is_not_paid_again(desk):
    (payment,) = a_batch_under_way(desk).payments
    told = {
        "more": "<BkTxCd><Prtry><Cd>NRTI+168</Cd></Prtry></BkTxCd>",
        "about": f"<RmtInf><Ustrd>EREF+{payment.end_to_end_id} SVWZ+RETURE AC01 IBAN FEHLERHAFT</Ustrd></RmtInf>",
    }
    back = an_entry(payment.amount.plain, credit=True, reference="NOTPROVIDED", **told)
    (_left, entry) = entries_of(a_statement_of(desk, entry_of(payment), back))
    assert (entry.state, entry.return_code) == (EntryState.MATCHED, "AC01")
    assert entry.return_reason.source == "AC01: The account number is wrong."
    (standing,) = list_chosen([payment.payable_id])
    assert "Another one must be confirmed" in standing.obstacle.source


def test_booking_twice_does_no_harm(desk):
    (payment,) = a_batch_under_way(desk).payments
    statement = a_statement_of(desk, entry_of(payment))
    before = everything()
    with pytest.raises(WrongState):
        actions.book_statement(statement, at=BANK_AT)
    assert everything() == before


@pytest.mark.postgres
def test_two_people_who_take_in_the_same_file_at_once_take_it_in_once(desk, app):
    content = a_file(a_statement(an_entry("1.00"), iban=iban_of(desk))).read()
    officers = [desk.maker.id, desk.second.id]
    gate, told = threading.Barrier(2), []

    def take(user_id):
        from vouchers.users.models import User

        with app.app_context():
            person = db.session.get(User, user_id)
            gate.wait()
            try:
                done = take_in_statements(BytesIO(content), "x.xml", by=person, at=BANK_AT)
                told.append("new" if done.new else "known")
            except RuleBroken:
                told.append("refused")
            db.session.remove()

    threads = [threading.Thread(target=take, args=(one,)) for one in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count("new") == 1
    assert count(Statement) == 1


# By hand --------------------------------------------------------------------------------------------------------------


def test_an_entry_without_a_reference_is_matched_with_the_only_batch_of_its_sum(desk):
    batch = a_batch_under_way(desk, "7000", "4000")
    entry = an_open_entry(desk, amount="11000.00")
    assert entry.state == EntryState.MATCHED
    assert states_of(batch) == [PaymentState.EXECUTED] * 2


def test_match_by_hand_takes_several_payments_that_add_up(desk):
    batch = a_batch_under_way(desk, "7000", "4000", "500")
    entry = an_open_entry(desk, amount="11000.00")
    assert entry.state == EntryState.OPEN
    first, second, _third = batch.payments
    actions.match_entry(entry, [first.id, second.id], by=desk.second, at=BANK_AT)

    entry = queries.get_entry(entry.id)
    assert (entry.state, entry.doubt) == (EntryState.MATCHED, Doubt.NONE)
    assert states_of(batch) == [PaymentState.EXECUTED, PaymentState.EXECUTED, PaymentState.ORDERED]


def test_match_by_hand_of_money_back_takes_the_reason_of_the_person(desk):
    batch = a_batch_under_way(desk, "7000")
    (payment,) = batch.payments
    a_statement_of(desk, entry_of(payment))
    entry = an_open_entry(desk, amount="7000.00", credit=True)
    actions.match_entry(entry, [payment.id], code="be06", by=desk.maker, at=BANK_AT)
    (payment,) = payments.get_batch(batch.id).payments
    assert (payment.state, payment.reason_code) == (PaymentState.GIVEN_BACK, "BE06")


def test_match_by_hand_refuses_what_does_not_add_up_and_leaves_no_trace(desk):
    batch = a_batch_under_way(desk, "7000", "4000")
    entry = an_open_entry(desk, amount="7000.01")
    before = everything()
    with pytest.raises(RuleBroken, match="add up"):
        actions.match_entry(entry, [batch.payments[0].id], by=desk.maker, at=BANK_AT)
    assert everything() == before
    assert states_of(batch) == [PaymentState.ORDERED] * 2


def test_match_by_hand_is_for_officers_of_the_region(desk):
    batch = a_batch_under_way(desk, "7000", "4000")
    entry = an_open_entry(desk, amount="7000.00")
    strangers = [Desk("NL-NB").maker, a_member_of_staff(Role.AUDITOR, region=None), OFFICE]
    for stranger in strangers:
        with pytest.raises(NotPermitted):
            actions.match_entry(entry, [batch.payments[0].id], by=stranger, at=BANK_AT)


def test_match_by_hand_of_a_matched_entry_is_refused(desk):
    (payment,) = a_batch_under_way(desk).payments
    (entry,) = entries_of(a_statement_of(desk, entry_of(payment)))
    with pytest.raises(WrongState):
        actions.match_entry(queries.get_entry(entry.id), [payment.id], by=desk.maker, at=BANK_AT)


def test_set_aside_and_take_up(desk):
    entry = an_open_entry(desk)
    actions.set_entry_aside(entry, "Charge of the bank", by=desk.maker, at=BANK_AT)
    assert (entry.state, entry.reason) == (EntryState.SET_ASIDE, "Charge of the bank")
    actions.take_entry_up(queries.get_entry(entry.id), by=desk.second, at=BANK_AT)
    assert (queries.get_entry(entry.id).state, entry.reason) == (EntryState.OPEN, "")


@pytest.mark.parametrize("act", ["set_aside", "take_up"])
def test_set_aside_and_take_up_are_for_officers_of_the_region(desk, act):
    entry = an_open_entry(desk)
    auditor = a_member_of_staff(Role.AUDITOR, region=None)
    if act == "take_up":
        actions.set_entry_aside(entry, "Charge", by=desk.maker, at=BANK_AT)
    steps = {
        "set_aside": lambda: actions.set_entry_aside(entry, "Charge", by=auditor, at=BANK_AT),
        "take_up": lambda: actions.take_entry_up(entry, by=auditor, at=BANK_AT),
    }
    with pytest.raises(NotPermitted):
        steps[act]()


@pytest.mark.parametrize("row", ["match", "doubt", "advance", "finish"])
def test_the_steps_of_booking_are_the_offices(desk, row):
    from vouchers.banking.lifecycle import ENTRY, STATEMENT

    move = ENTRY.transitions.get(row) or STATEMENT.transitions[row]
    assert move.allowed(desk.maker, None) is not None
    assert move.allowed(OFFICE, None) is None


@pytest.mark.parametrize("row", ["recognise", "leave", "note", "take_in", "carry_out", "put_up"])
def test_the_steps_of_an_import_are_for_officers_of_the_region_and_the_server(desk, row):
    from vouchers.banking.lifecycle import BANK_REPORT, ENTRY, STATEMENT

    rows = {**ENTRY.transitions, **STATEMENT.transitions, **BANK_REPORT.transitions}
    subject = a_statement_of(desk, an_entry("1.00"))
    assert rows[row].allowed(desk.maker, subject) is None
    assert rows[row].allowed(OFFICE, subject) is None
    assert rows[row].allowed(Desk("NL-NB").maker, subject) is not None


# Reports --------------------------------------------------------------------------------------------------------------


def test_a_report_refuses_one_payment_and_it_is_owed_again(desk):
    batch = a_batch_under_way(desk, "7000", "4000")
    first, second = batch.payments
    report = a_report_of(
        desk, batch, a_line(first.end_to_end_id, code="AC01"), a_line(second.end_to_end_id, "ACSP", "")
    )

    assert (report.state, report.refused) == (ReportState.DONE, 1)
    assert states_of(batch) == [PaymentState.REJECTED, PaymentState.ORDERED]
    (refused, _other) = payments.get_batch(batch.id).payments
    assert (refused.payable.state, refused.payable.return_code) == (PayableState.OPEN, "AC01")
    assert not list(list_faults())


def test_a_report_refuses_the_whole_file(desk):
    batch = a_batch_under_way(desk, "7000", "4000")
    report = a_report_of(desk, batch, status="RJCT", code="AM10")
    assert [line.return_code for line in report.lines] == ["AM10"] * 2
    assert states_of(batch) == [PaymentState.REJECTED] * 2


def test_a_report_that_accepts_executes_nothing(desk):
    batch = a_batch_under_way(desk)
    report = a_report_of(desk, batch, a_line(batch.payments[0].end_to_end_id, "ACSC", ""), status="ACSC")
    assert (report.state, report.refused, report.lines) == (ReportState.DONE, 0, [])
    assert states_of(batch) == [PaymentState.ORDERED]


def test_a_report_twice_changes_nothing_and_says_so(desk):
    batch = a_batch_under_way(desk)
    line = a_line(batch.payments[0].end_to_end_id)
    report = a_report_of(desk, batch, line)
    before = everything()
    again, is_new = take_in_report(a_report(batch.number, line), "x.xml", by=desk.second, at=BANK_AT)
    assert (again.id, is_new) == (report.id, False)
    other = a_report(batch.number, line.replace("AC04", "AM04"))
    with pytest.raises(RuleBroken, match=r"Report STS-1 was taken in before and said something else") as refused:
        take_in_report(other, "x.xml", by=desk.second, at=BANK_AT)
    assert (refused.value.field, everything()) == ("file", before)


@pytest.mark.parametrize("is_same", [True, False])
def test_a_report_that_came_before_digests_were_kept_is_known_by_its_file(desk, is_same):
    batch = a_batch_under_way(desk)
    line = a_line(batch.payments[0].end_to_end_id)
    report = a_report_of(desk, batch, line)
    with unit_of_work():
        report.digest = ""
    if is_same:
        assert take_in_report(a_report(batch.number, line), "x.xml", by=desk.maker, at=BANK_AT)[1] is False
    else:
        with pytest.raises(RuleBroken, match="said something else"):
            take_in_report(a_report(batch.number, line + line), "x.xml", by=desk.maker, at=BANK_AT)


def test_a_later_report_that_repeats_a_refusal_leaves_no_question(desk):
    batch = a_batch_under_way(desk, "7000", "4000")
    line = a_line(batch.payments[0].end_to_end_id)
    a_report_of(desk, batch, line)
    later = a_report_of(desk, batch, line, message="STS-2")
    assert (later.state, later.refused, later.lines[0].doubt) == (ReportState.DONE, 0, Doubt.OVER)


@pytest.mark.parametrize("case", ["unknown", "executed", "another amount", "contradiction"])
def test_what_is_unclear_in_a_report_stops_nothing_and_is_put_up(desk, case):
    batch = a_batch_under_way(desk, "7000", "4000")
    first, second = batch.payments
    if case == "executed":
        a_statement_of(desk, entry_of(first))
    lines, more = {
        "unknown": ([a_line("WHO")], {}),
        "executed": ([a_line(first.end_to_end_id)], {}),
        "another amount": ([a_line(first.end_to_end_id, amount="7000.01")], {}),
        "contradiction": ([a_line(second.end_to_end_id, "ACSC", "")], {"status": "RJCT"}),
    }[case]
    before = states_of(batch)
    report = a_report_of(desk, batch, *lines, **more)
    assert (report.state, report.refused) == (ReportState.OPEN, 0)
    assert states_of(batch) == before

    settle_report(report, "The bank says it was a mistake.", by=desk.second, at=BANK_AT)
    assert report_queries.get_report(report.id).state == ReportState.DONE


def test_a_report_on_another_regions_batch_is_refused(desk):
    batch = a_batch_under_way(desk)
    for number, person in ((batch.number, Desk("NL-NB").maker), ("NO-BATCH", desk.maker)):
        with pytest.raises(RuleBroken, match="no batch with the number"):
            take_in_report(a_report(number), "x.xml", by=person, at=BANK_AT)
    assert count(BankReport) == 0


def test_settle_report_is_for_officers_of_the_region(desk):
    report = an_open_report(desk, a_batch_under_way(desk))
    for person in (a_member_of_staff(Role.AUDITOR, region=None), Desk("NL-NB").maker):
        with pytest.raises(NotPermitted):
            settle_report(report, "x", by=person, at=BANK_AT)


def test_a_file_is_told_by_what_is_in_it(desk):
    batch = a_batch_under_way(desk)
    done = import_bank_file(a_report(batch.number), "camt053.xml", by=desk.maker, at=BANK_AT)
    assert isinstance(done, tuple)
    taken = import_bank_file(a_file(a_statement(iban=iban_of(desk))), "pain002.xml", by=desk.maker, at=BANK_AT)
    assert [one.state for one in taken.new] == [StatementState.BOOKED]


# Money that is claimed back -------------------------------------------------------------------------------------------


def a_repayment(recovery, amount, words=None, *, on=date(2027, 2, 2)):
    entry = an_entry(amount, reference="DEBTOR-1", credit=True, on=on)
    words = recovery.number if words is None else words
    return entry.replace("</TxDtls>", f"<RmtInf><Ustrd>{words}</Ustrd></RmtInf></TxDtls>")


@pytest.fixture
def owed(desk, clock):
    recovery = an_ordered_recovery(desk)
    clock.stop(REPAID_AT)
    return recovery


def test_money_that_names_a_recovery_is_booked_once_however_often_the_statement_comes(desk, owed):
    for number in ("S-1", "S-1", "S-2"):  # the same statement again, then another one with the same movement
        stream = a_file(a_statement(a_repayment(owed, "200.00"), iban=iban_of(desk), number=number))
        for statement in take_in_statements(stream, "s.xml", by=desk.maker, at=REPAID_AT).new:
            if statement.to_book:
                actions.book_statement(queries.get_statement(statement.id), at=REPAID_AT)
    recovery = get_recovery(owed.id)
    assert [(one.received_on, one.amount) for one in recovery.receipts] == [(date(2027, 2, 2), EUR("200"))]
    assert list(list_faults()) == []


@pytest.mark.parametrize(
    ("amount", "on", "reason"),
    [("500.01", date(2027, 1, 31), "was ordered on"), ("500.00", date(2027, 1, 31), "was ordered on")],
)
def test_what_does_not_fit_the_recovery_waits_on_the_worklist_and_says_why(desk, owed, amount, on, reason):
    statement = a_statement_of(desk, a_repayment(owed, amount, on=on), number="S-1", at=REPAID_AT)
    [entry] = entries_of(statement)
    assert (entry.state, entry.doubt, entry.recovery_id) == (EntryState.OPEN, Doubt.REFUSED, None)
    assert reason in entry.reason
    assert get_recovery(owed.id).receipts == []


def test_an_officer_says_which_recovery_an_entry_pays(desk, owed):
    out, back = entries_of(
        a_statement_of(desk, an_entry("5.00"), a_repayment(owed, "500.00", "no words"), number="S-1", at=REPAID_AT)
    )
    with pytest.raises(RuleBroken, match="went out"):
        actions.match_entry_to_recovery(out, owed, by=desk.maker, at=REPAID_AT)
    with pytest.raises(NotPermitted):
        actions.match_entry_to_recovery(back, owed, by=Desk("NL-NB").maker, at=REPAID_AT)
    actions.match_entry_to_recovery(queries.get_entry(back.id), owed, by=desk.maker, at=REPAID_AT)
    entry = queries.get_entry(back.id)
    assert (entry.state, entry.recovery.number) == (EntryState.MATCHED, owed.number)
    assert get_recovery(owed.id).state == RecoveryState.SETTLED


def test_a_debt_is_not_paid_again_while_a_statement_says_that_its_refused_payment_has_left(desk):
    batch = a_batch_under_way(desk)
    refused = batch.payments[0]
    a_report_of(desk, batch, a_line(refused.end_to_end_id, code="AM04"))
    payable_id = refused.payable_id
    assert standing_of(payable_id).obstacle is None
    statement = a_statement_of(desk, entry_of(refused))
    (entry,) = entries_of(statement)
    assert (entry.state, entry.doubt) == (EntryState.OPEN, Doubt.OVER)

    assert f"payment {refused.end_to_end_id} has left the account" in str(standing_of(payable_id).obstacle)
    with pytest.raises(RuleBroken, match="may be paid twice"):
        make_batch([payable_id], date(2026, 12, 8), by=desk.maker, at=BANK_AT)
    actions.set_entry_aside(queries.get_entry(entry.id), "Booked back the same day.", by=desk.second, at=BANK_AT)
    assert standing_of(payable_id).obstacle is None


def standing_of(payable_id):
    return list_chosen([payable_id])[0]


# What the bank refused and executed all the same ----------------------------------------------------------------------


@pytest.fixture
def refused(desk):
    batch = a_batch_under_way(desk)
    a_report_of(desk, batch, a_line(batch.payments[0].end_to_end_id, code="AM04"), at=PAID_AT + timedelta(hours=2))
    return payments.get_batch(batch.id).payments[0]


def test_a_refused_payment_that_a_statement_shows_is_matched_by_hand_and_its_debt_is_paid(desk, refused):
    (entry,) = entries_of(a_statement_of(desk, entry_of(refused)))
    assert (entry.state, entry.doubt) == (EntryState.OPEN, Doubt.OVER)
    before = everything()
    with pytest.raises(RuleBroken, match="Say how you know") as told:
        actions.match_entry(queries.get_entry(entry.id), [refused.id], by=desk.maker, at=BANK_AT)
    assert told.value.field == "reason"
    assert everything() == before

    actions.match_entry(queries.get_entry(entry.id), [refused.id], reason="The bank says so", by=desk.maker, at=BANK_AT)

    assert queries.get_entry(entry.id).state == EntryState.MATCHED
    now = payments.get_payment(refused.id)
    assert (now.state, now.payable.state, now.executed_on) == (PaymentState.EXECUTED, PayableState.PAID, FIRST)
    assert now.bank_reference == "2026-1/1"
    assert not list(list_faults())


def test_a_refused_payment_whose_debt_was_paid_again_is_undue_until_it_comes_back(desk, refused):
    made = make_batch([refused.payable_id], FIRST, by=desk.maker, at=PAID_AT + timedelta(hours=3))
    authorise_batch(payments.get_batch(made.id), by=desk.second, at=PAID_AT + timedelta(hours=4))
    (second,) = payments.get_batch(made.id).payments
    paid, entry = entries_of(a_statement_of(desk, entry_of(second), entry_of(refused)))
    assert (paid.state, entry.state, entry.doubt) == (EntryState.MATCHED, EntryState.OPEN, Doubt.OVER)

    actions.match_entry(queries.get_entry(entry.id), [refused.id], reason="The bank says so", by=desk.maker, at=BANK_AT)
    now = payments.get_payment(refused.id)
    assert (now.state, now.payable.state) == (PaymentState.UNDUE, PayableState.PAID)

    (back,) = entries_of(a_statement_of(desk, entry_of(refused, returned=""), number="2026-2"))
    assert back.state == EntryState.MATCHED  # by its end-to-end id
    now = payments.get_payment(refused.id)
    assert (now.state, now.payable.state) == (PaymentState.GIVEN_BACK, PayableState.PAID)
    assert trial_balance().get("1210", 0) == 0
    assert not list(list_faults())
