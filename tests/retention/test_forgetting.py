"""A person is forgotten once nothing has to be kept: the name goes everywhere, sums and proofs stay."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders.applications import a_complete_draft, a_submitted_application, owner_of
from tests.builders.evaluation import a_marked_assignment, an_eligible_application
from tests.builders.payments import Desk, an_authorised_claim, an_executed_batch
from tests.builders.programmes import during_call, in2
from tests.builders.providers import a_provider
from tests.builders.retention import (
    ALL_GO_AT,
    DRAFTS_GO_AT,
    a_carried_out_disposal,
    a_hold,
    a_keeper,
    a_list_of_persons,
    a_ruler,
    forget_all,
)
from tests.builders.users import an_administrator, an_applicant, signed_in
from vouchers.alerts.actions import ask_alert, confirm_alert
from vouchers.alerts.queries import find_alert
from vouchers.audit import queries as record
from vouchers.audit.actions import seal_events
from vouchers.core.database import Base, db
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.documents.proof import faults_of_files
from vouchers.jobs.registry import JOBS
from vouchers.ledger import proof as books
from vouchers.ledger import queries as ledger
from vouchers.retention.actions import listing
from vouchers.retention.queries import persons
from vouchers.retention.queries.registers import stream_items
from vouchers.retention.states import Outcome
from vouchers.users.actions.accounts import disable_user, enable_user
from vouchers.users.actions.forgetting import forget_user
from vouchers.users.models import User
from vouchers.users.queries import get_user
from vouchers.users.rules.pseudonyms import address_of, pseudonym_of
from vouchers.users.states import UserState
from vouchers.workflow.transition import OFFICE, Visitor


@pytest.fixture
def office(app, clock):
    in2()
    clock.stop(during_call())
    return Desk()


def forgettable(at):
    return [one.id for one in persons.list_forgettable(today=at.date(), most=100)]


def where(words):
    """(table, word) wherever a word stands."""
    db.session.rollback()
    found = set()
    for table in Base.metadata.tables.values():
        for row in db.session.execute(select(table)).mappings():
            text = json.dumps(dict(row), default=str, ensure_ascii=False)
            found |= {(table.name, word) for word in words if word in text}
    return found


def test_an_account_without_papers_goes_two_years_after_it_was_used(office, clock):
    lonely = an_applicant("lonely@sme.example")
    last = during_call().replace(year=2028)
    assert lonely.id not in forgettable(last)
    assert lonely.id in forgettable(last + timedelta(days=1))
    found = persons.list_forgettable(today=DRAFTS_GO_AT.replace(year=2029).date(), most=9)
    (line,) = [one for one in found if one.id == lonely.id]
    assert (line.reference, line.basis.until) == (pseudonym_of(lonely.id), last.date())


def test_nobody_goes_who_stands_in_papers_that_are_kept(office, clock):
    owner, expert = owner_of(a_submitted_application("COL")), a_marked_assignment(an_eligible_application()).expert
    long_after = ALL_GO_AT
    assert owner.id not in forgettable(long_after)
    assert expert.user_id not in forgettable(long_after)
    assert office.manager.id not in forgettable(long_after)


def test_who_wrote_a_draft_goes_after_the_draft(office, clock):
    writer = owner_of(a_complete_draft("COL"))
    at = DRAFTS_GO_AT + timedelta(days=900)
    assert writer.id not in forgettable(at)
    clock.stop(DRAFTS_GO_AT)
    a_carried_out_disposal()
    assert writer.id in forgettable(at)
    hold = a_hold(at=at)
    assert writer.id not in forgettable(at)
    assert hold.application is None


def test_forget_user_keeps_sums_and_hashes_and_leaves_no_name(office, clock):
    batch = an_executed_batch(office, [an_authorised_claim(office)])
    found = db.session.scalars(select(User).where(User.email.contains("@sme.example"))).first()
    owner_id, words = found.id, (found.email, "Ada Applicant")
    before = seal_events(at=during_call())
    size, root, balances = before.size, before.root, ledger.trial_balance()
    assert batch.number
    clock.stop(ALL_GO_AT)
    a_carried_out_disposal(at=ALL_GO_AT)
    assert where(words)

    done = forget_all(at=ALL_GO_AT)
    lines = list(stream_items(done.id))
    assert owner_id in {line.user_id for line in lines}
    assert {line.outcome for line in lines} == {Outcome.DELETED}
    assert where(words) == set()
    db.session.expire_all()
    left = get_user(owner_id)
    assert (left.name, left.email, left.state) == (pseudonym_of(owner_id), address_of(owner_id), UserState.DISABLED)
    assert (left.password_hash, left.totp_secret, left.forgotten_at) == (None, None, ALL_GO_AT)

    assert list(record.list_faults(expected=(size, root))) == []
    assert list(books.list_faults()) == []
    assert list(faults_of_files()) == []
    assert ledger.trial_balance() == balances
    with pytest.raises(RuleBroken):
        a_list_of_persons(at=ALL_GO_AT)


def test_who_comes_back_before_the_deletion_is_kept(office, client, clock):
    person = an_applicant("back@sme.example")
    at = DRAFTS_GO_AT + timedelta(days=900)
    clock.stop(at)
    made = a_list_of_persons(at=at)
    signed_in(client, person)
    listing.approve_disposal(made, by=a_ruler("second", at=at), at=at)
    JOBS["retention.carry_out"](disposal_id=made.id, at=at)
    outcomes = {line.user_id: line.outcome for line in stream_items(made.id)}
    assert outcomes[person.id] is Outcome.KEPT
    assert get_user(person.id).forgotten_at is None


def test_the_letters_about_calls_end_with_the_person(office, clock):
    person = an_applicant("news@sme.example")
    ask_alert(person.email, by=Visitor(), at=during_call())
    confirm_alert(find_alert(person.email, "", ""), by=Visitor(), at=during_call())
    at = DRAFTS_GO_AT + timedelta(days=300)
    clock.stop(at)
    assert find_alert(person.email, "", "") is not None
    forget_all(at=at)
    assert get_user(person.id).forgotten_at == at
    assert find_alert(person.email, "", "") is None
    assert where(["news@sme.example"]) == set()


def test_a_provider_loses_the_address_of_a_contact_who_is_forgotten(office, clock):
    person = an_applicant("contact@provider.example")
    provider = a_provider(contact_email="Contact@provider.example", at=during_call())
    other = a_provider(contact_email="office@provider.example", at=during_call())
    at = DRAFTS_GO_AT + timedelta(days=300)
    clock.stop(at)
    forget_all(at=at)
    assert get_user(person.id).forgotten_at == at
    db.session.expire_all()
    assert (provider.contact_email, other.contact_email) == ("", "office@provider.example")


def test_a_forgotten_account_is_never_opened_again(office, clock):
    person = an_applicant("gone@sme.example")
    forget_user(person, "P-1 account", by=OFFICE, at=ALL_GO_AT)
    with pytest.raises(NotPermitted, match="for good"):
        enable_user(get_user(person.id), by=an_administrator(), at=ALL_GO_AT)


def test_forget_user_is_the_offices_alone(office):
    person = an_applicant()
    with pytest.raises(NotPermitted):
        forget_user(person, "Because.", by=an_administrator(), at=ALL_GO_AT)
    assert get_user(person.id).name == "Ada Applicant"


def test_enable_user(office):
    person = an_applicant()
    disable_user(person, by=an_administrator(), at=ALL_GO_AT)
    enable_user(get_user(person.id), by=an_administrator(), at=ALL_GO_AT)
    assert get_user(person.id).state is UserState.ACTIVE


def test_propose_forgetting_takes_two_of_the_whole_office(office, clock):
    an_applicant()
    at = DRAFTS_GO_AT + timedelta(days=900)
    clock.stop(at)
    with pytest.raises(NotPermitted):
        listing.propose_forgetting(by=a_keeper("first", at=at), at=at)
    made = a_list_of_persons(at=at)
    with pytest.raises(NotPermitted):
        listing.approve_disposal(made, by=a_ruler("first", at=at), at=at)
    with pytest.raises(NotPermitted):
        listing.approve_disposal(made, by=a_keeper("second", at=at), at=at)


def test_the_pages_of_persons(office, client, clock):
    person = an_applicant()
    at = DRAFTS_GO_AT + timedelta(days=900)
    clock.stop(at)
    first = signed_in(client, a_ruler("first", at=at))
    assert "/retention/persons" in first.get("/retention/").text
    listed = first.post("/retention/persons/propose", follow_redirects=True)
    assert pseudonym_of(person.id) in listed.text
    assert person.name not in listed.text
    assert first.post("/retention/persons/propose", follow_redirects=True).status_code == 200
    keeper = signed_in(client, a_keeper("first", at=at))
    assert keeper.get("/retention/persons").status_code == 403
    assert keeper.post("/retention/persons/propose").status_code == 403
