"""Making, authorising, cancelling and executing a batch: what each changes, and every refusal without a trace."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sepaxml
from lxml import etree
from sqlalchemy import func, select

from tests.builders.amendments import a_proposed_termination
from tests.builders.applications import owner_of
from tests.builders.payments import (
    PAID_AT,
    TUESDAY,
    Desk,
    a_confirmed_account,
    a_made_batch,
    an_authorised_batch,
    an_authorised_claim,
    an_executed_batch,
    fresh_claim,
    owed_for,
)
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff
from vouchers.amendments.actions.terminating import refuse_termination
from vouchers.audit.models import AuditEvent
from vouchers.claims.actions.paying import release_claim_payment
from vouchers.claims.states import ClaimState
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.documents.queries import find_document
from vouchers.documents.store import read_bytes
from vouchers.ledger import proof
from vouchers.ledger import queries as books
from vouchers.ledger.models import Journal
from vouchers.letters.models import Letter
from vouchers.organisations.actions import confirm_bank_account, propose_bank_account
from vouchers.payables.actions.owing import release_payable
from vouchers.payables.queries import get_payable, with_accounts
from vouchers.payments import queries
from vouchers.payments.actions import batches as actions
from vouchers.payments.models import Batch, Payment
from vouchers.payments.rules.bank_file_checks import check_bank_file
from vouchers.payments.states import BatchState
from vouchers.users.queries import get_user
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

SCHEMA = etree.XMLSchema(file=str(Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"))


@pytest.fixture
def desk(app):
    in2()
    return Desk()


def traces():
    """How many rows the office has in which a step leaves traces."""
    db.session.rollback()
    return [
        db.session.scalar(select(func.count()).select_from(kind)) for kind in (AuditEvent, Journal, Letter, Payment)
    ]


def refused(kind, act):
    """The refusal of an act that leaves no trace."""
    before = traces()
    with pytest.raises(kind) as refusal:
        act()
    assert traces() == before
    return str(refusal.value)


def stages(*accounts):
    balance = books.trial_balance()
    return [balance.get(account, 0) for account in accounts]


# make


def test_make_batch_freezes_what_is_paid_and_to_whom(desk):
    claims = [an_authorised_claim(desk), an_authorised_claim(desk, "INS", amount="4000")]
    batch = a_made_batch(desk, claims)
    assert batch.state == BatchState.MADE
    assert batch.number == "IN2LIFESCIENCES-BE-WAL-2026-0001"
    assert len(batch.number) <= 35
    assert batch.total == EUR("11000")
    first = batch.payments[0]
    organisation = first.application.organisation
    assert first.end_to_end_id == f"{first.payable.number}-P1"
    assert (first.creditor_name, first.town, first.country) == (organisation.name, "Gosselies", "BE")
    assert [fresh_claim(claim.id).state for claim in claims] == [ClaimState.IN_PAYMENT] * 2


def test_make_batch_writes_to_the_other_officers_only(desk):
    a_made_batch(desk)
    letters = db.session.scalars(select(Letter).where(Letter.occasion == "payments/make")).all()
    assert {letter.to_email for letter in letters} == {desk.second.email, desk.manager.email}


def test_make_batch_refuses_a_claim_that_stands_in_another_batch(desk):
    batch = a_made_batch(desk)
    payable_id = batch.payments[0].payable_id
    sentence = refused(WrongState, lambda: actions.make_batch([payable_id], TUESDAY, by=desk.second, at=PAID_AT))
    assert "In payment" in sentence


def test_make_batch_refuses_by_the_index_even_where_the_payable_says_otherwise(desk):
    payment = a_made_batch(desk).payments[0]
    release_payable(get_payable(payment.payable_id), by=OFFICE, at=PAID_AT)
    release_claim_payment(fresh_claim(payment.payable.source_id), by=OFFICE, at=PAID_AT)
    again = lambda: actions.make_batch([payment.payable_id], TUESDAY, by=desk.maker, at=PAID_AT)  # noqa: E731
    assert "another batch already" in refused(RuleBroken, again)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 19), "is over"),
        (date(2026, 11, 22), "Banks are closed"),
        (date(2026, 12, 25), "Banks are closed"),
        (date(2027, 6, 1), "within the next 60 days"),
    ],
)
def test_make_batch_refuses_the_day(desk, day, words):
    claim = an_authorised_claim(desk)
    assert words in refused(RuleBroken, lambda: actions.make_batch(owed_for(claim), day, by=desk.maker, at=PAID_AT))


def test_make_batch_refuses_held_claims(desk):
    claim = an_authorised_claim(desk, with_account=False)
    make = lambda: actions.make_batch(owed_for(claim), TUESDAY, by=desk.maker, at=PAID_AT)  # noqa: E731
    assert "No bank account is entered yet" in refused(RuleBroken, make)


def test_make_batch_refuses_claims_of_two_regions(desk):
    claims = [an_authorised_claim(desk), an_authorised_claim(Desk("NL-NB"))]
    make = lambda: actions.make_batch(owed_for(*claims), TUESDAY, by=desk.maker, at=PAID_AT)  # noqa: E731
    assert "one region" in refused(RuleBroken, make)


def test_make_batch_refuses_nothing(desk):
    assert "at least one" in refused(RuleBroken, lambda: actions.make_batch([], TUESDAY, by=desk.maker, at=PAID_AT))


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_make_batch_refuses_readers(desk, role):
    claim = an_authorised_claim(desk)
    reader = a_member_of_staff(role, with_factor=False)
    refused(NotPermitted, lambda: actions.make_batch(owed_for(claim), TUESDAY, by=reader, at=PAID_AT))


def test_make_batch_refuses_the_officer_of_another_region(desk):
    claim = an_authorised_claim(desk)
    other = Desk("NL-NB").maker
    refused(NotPermitted, lambda: actions.make_batch(owed_for(claim), TUESDAY, by=other, at=PAID_AT))


# authorise


def test_authorise_batch_writes_a_valid_file_and_orders_the_payments(desk):
    batch = an_authorised_batch(desk, [an_authorised_claim(desk), an_authorised_claim(desk, "MG", amount="437.55")])
    document = find_document(batch.document_id)
    content = read_bytes(document)
    SCHEMA.assertValid(etree.fromstring(content))
    assert check_bank_file(content) == []
    assert b"<CtrlSum>7437.55</CtrlSum>" in content
    assert (document.purpose, document.filename) == ("bank_file", f"{batch.number}.xml")
    assert stages("2000", "1010", "B140", "B150") == [0, -743755, 743755, 0]


def test_authorise_batch_after_midnight_is_booked_and_executed_on_the_day_that_it_is_there(desk):
    made_at = datetime(2026, 11, 23, 22, 33, tzinfo=UTC)
    batch = an_authorised_batch(desk, at=made_at)  # an hour later, which is 00:33 of the 24th in Brussels
    today = date(2026, 11, 24)
    sentence = refused(
        RuleBroken,
        lambda: actions.execute_batch(
            batch, date(2026, 11, 23), "S-1", by=desk.maker, at=made_at + timedelta(hours=12)
        ),
    )
    assert "24 November 2026" in sentence

    actions.execute_batch(batch, today, "S-1", by=desk.maker, at=made_at + timedelta(hours=1, minutes=20))

    booked = select(Journal.on).where(Journal.tag.in_(["batch.authorise", "batch.execute"])).order_by(Journal.id)
    assert list(db.session.scalars(booked)) == [today, today]
    assert list(proof.list_faults()) == []


def test_authorise_batch_refuses_the_maker(desk):
    batch = a_made_batch(desk)
    sentence = refused(NotPermitted, lambda: actions.authorise_batch(batch, by=desk.maker, at=PAID_AT))
    assert "someone else" in sentence


def test_authorise_batch_refuses_twice(desk):
    batch = an_authorised_batch(desk)
    refused(WrongState, lambda: actions.authorise_batch(batch, by=desk.manager, at=PAID_AT))


def test_authorise_batch_refuses_an_iban_that_changed_since(desk):
    batch = a_made_batch(desk)
    application = batch.payments[0].application
    a_confirmed_account(
        application.organisation, owner_of(application), desk.manager, iban="FR1420041010050500013M02606"
    )
    sentence = refused(RuleBroken, lambda: actions.authorise_batch(batch, by=desk.second, at=PAID_AT))
    assert "has changed since this batch was made" in sentence


def test_authorise_batch_waits_for_no_proposed_account(desk):
    """An IBAN that was only entered changes nothing: the confirmed one is still the confirmed one."""
    batch = a_made_batch(desk)
    application = batch.payments[0].application
    owner = owner_of(application)
    account = propose_bank_account(
        application.organisation, holder="New", iban="FR1420041010050500013M02606", bic="", by=owner, at=PAID_AT
    )
    actions.authorise_batch(batch, by=desk.second, at=PAID_AT)
    confirm_bank_account(account, by=desk.second, at=PAID_AT)
    assert queries.get_batch(batch.id).payments[0].iban != "FR1420041010050500013M02606"


def test_authorise_batch_refuses_once_its_day_is_over(desk):
    batch = a_made_batch(desk)
    late = PAID_AT + timedelta(days=12)
    assert "is over" in refused(RuleBroken, lambda: actions.authorise_batch(batch, by=desk.second, at=late))


# cancel


def test_cancel_batch_lets_its_claims_be_paid_anew(desk):
    batch = a_made_batch(desk)
    payable_id, claim_id = batch.payments[0].payable_id, batch.payments[0].payable.source_id
    actions.cancel_batch(batch, "Wrong day", by=desk.second, at=PAID_AT)
    assert fresh_claim(claim_id).state == ClaimState.AUTHORISED
    letter = db.session.scalars(select(Letter).where(Letter.occasion == "payments/cancel")).one()
    assert (letter.to_email, "Wrong day" in letter.body) == (desk.maker.email, True)
    again = actions.make_batch([payable_id], TUESDAY, by=desk.maker, at=PAID_AT)
    payment = queries.get_batch(again.id).payments[0]
    assert payment.end_to_end_id.endswith("-C1-P2")
    assert again.number.endswith("-0002")


def test_cancel_batch_refuses_an_authorised_one(desk):
    batch = an_authorised_batch(desk)
    refused(WrongState, lambda: actions.cancel_batch(batch, "Too late", by=desk.second, at=PAID_AT))


# execute


def test_payment_moves_the_books_as_in_the_scenario(desk):
    """`vectors/ledger_scenario.json`, entries 9 and 10: vouchers of 7000.00 and 437.55 in one batch."""
    claims = [an_authorised_claim(desk), an_authorised_claim(desk, "MG", amount="437.55")]
    accounts = ("2000", "1010", "1000", "B140", "B150")
    steps = [stages(*accounts)]
    batch = an_authorised_batch(desk, claims)
    steps.append(stages(*accounts))
    actions.execute_batch(batch, TUESDAY, "CAMT-1", by=desk.maker, at=PAID_AT + timedelta(days=11))
    steps.append(stages(*accounts))
    assert steps == [
        [-743755, 0, 0, 743755, 0],
        [0, -743755, 0, 743755, 0],
        [0, 0, -743755, 0, 743755],
    ]


def test_execute_batch_pays_the_claims_and_books_the_banks_day(desk):
    batch = an_executed_batch(desk)
    claim = fresh_claim(batch.payments[0].payable.source_id)
    assert (batch.state, claim.state) == (BatchState.DONE, ClaimState.PAID)
    assert stages("2000", "1010", "1000", "B140", "B150") == [0, 0, -700000, 0, 700000]
    journal = db.session.scalars(select(Journal).where(Journal.event == "bank_debit")).one()
    assert (journal.on, journal.reference) == (TUESDAY, batch.number)
    assert list(proof.list_faults()) == []


def test_execute_batch_writes_to_the_owners(desk):
    batch = an_executed_batch(desk)
    letter = db.session.scalars(select(Letter).where(Letter.occasion == "payments/execute")).one()
    assert batch.payments[0].application.reference in letter.heading
    assert batch.payments[0].iban not in letter.body
    assert batch.payments[0].iban[-4:] in letter.body


@pytest.mark.parametrize(
    ("day", "words"), [(date(2026, 11, 19), "cannot have paid it before"), (date(2026, 12, 2), "still to come")]
)
def test_execute_batch_refuses_the_booking_day(desk, day, words):
    batch = an_authorised_batch(desk)
    at = PAID_AT + timedelta(days=11)
    assert words in refused(RuleBroken, lambda: actions.execute_batch(batch, day, "S", by=desk.maker, at=at))


def test_execute_batch_refuses_twice(desk):
    batch = an_executed_batch(desk)
    at = PAID_AT + timedelta(days=12)
    refused(WrongState, lambda: actions.execute_batch(batch, TUESDAY, "S", by=desk.maker, at=at))


def test_execute_batch_refuses_before_it_is_authorised(desk):
    batch = a_made_batch(desk)
    refused(WrongState, lambda: actions.execute_batch(batch, TUESDAY, "S", by=desk.maker, at=PAID_AT))


# races


def _at_once(app, *acts):
    """What each act came to, all begun in the same moment on connections of their own."""
    db.session.rollback()
    barrier, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(position, act):
        with app.app_context():
            barrier.wait()
            try:
                act()
                results[position] = "done"
            except Exception as problem:
                results[position] = type(problem).__name__
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def test_make_batch_by_two_officers_at_once_pays_once(app, desk):
    owed = owed_for(*(an_authorised_claim(desk) for _ in range(2)))
    ids = [desk.maker.id, desk.second.id]

    def make(user_id):
        return lambda: actions.make_batch(owed, TUESDAY, by=get_user(user_id), at=PAID_AT)

    assert _at_once(app, *(make(user_id) for user_id in ids)) == ["WrongState", "done"]
    assert db.session.scalar(select(func.count()).select_from(Batch)) == 1


def test_authorise_batch_by_two_officers_at_once_orders_once(app, desk):
    batch_id = a_made_batch(desk).id

    def authorise(user_id):
        return lambda: actions.authorise_batch(queries.get_batch(batch_id), by=get_user(user_id), at=PAID_AT)

    assert _at_once(app, authorise(desk.second.id), authorise(desk.manager.id)) == ["WrongState", "done"]
    assert stages("1010") == [-700000]


# while the end of the agreement waits for its decision


def test_nothing_is_paid_under_an_agreement_whose_termination_is_not_decided(desk):
    claim, other = an_authorised_claim(desk), an_authorised_claim(desk)
    batch = a_made_batch(desk, [claim])
    termination = a_proposed_termination(claim.agreement, at=PAID_AT)
    words = "termination of the agreement is proposed and not decided"
    assert words in refused(RuleBroken, lambda: actions.authorise_batch(batch, by=desk.second, at=PAID_AT))
    actions.cancel_batch(queries.get_batch(batch.id), "It ends.", by=desk.maker, at=PAID_AT)
    chosen = owed_for(claim, other)
    assert words in refused(RuleBroken, lambda: actions.make_batch(chosen, TUESDAY, by=desk.maker, at=PAID_AT))
    assert [one.ending for one in with_accounts([get_payable(one) for one in chosen])] == [termination.id, None]
    another = a_member_of_staff(Role.CLUSTER_MANAGER, region="BE-WAL")
    refuse_termination(termination, "They have begun.", by=another, at=PAID_AT)
    made = actions.make_batch(chosen, TUESDAY, by=desk.maker, at=PAID_AT)
    actions.authorise_batch(queries.get_batch(made.id), by=desk.second, at=PAID_AT)
    assert queries.get_batch(made.id).state == BatchState.AUTHORISED
