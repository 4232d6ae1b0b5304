"""What happens to agreements, to their money and to their applications; a refusal leaves no trace."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from tests.builders.agreements import (
    a_manager,
    accept_all,
    an_active_agreement,
    an_awarded_application,
    an_offered_agreement,
    asked_for,
)
from tests.builders.applications import owner_of
from tests.builders.programmes import during_call, in2
from vouchers.agreements import letters, queries
from vouchers.agreements.actions import accepting, ending, issuing
from vouchers.agreements.jobs import expire_agreements
from vouchers.agreements.policy import ProviderContact
from vouchers.agreements.rules.acceptance import fingerprint_of
from vouchers.agreements.rules.terms import read_sections
from vouchers.agreements.states import AgreementState, PartyKind
from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.documents.queries import find_document, list_documents_of
from vouchers.documents.store import read_bytes
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Journal
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import left_on_voucher, stages
from vouchers.letters.models import Letter
from vouchers.workflow.transition import OFFICE

MORNING = during_call()
NOON = MORNING + timedelta(hours=4)


@pytest.fixture
def manager(app):
    in2()
    return a_manager()


def traces():
    return [db.session.scalar(select(func.count()).select_from(table)) for table in (AuditEvent, Journal, Letter)]


def on_stages(region="BE-WAL"):
    found = stages(region=region)
    return [found[stage] for stage in (Account.AVAILABLE, Account.PRE_COMMITTED, Account.COMMITTED)]


def state_of(application):
    return db.session.get(Application, application.id, populate_existing=True).state


def read(document_id):
    reader = PdfReader(io.BytesIO(read_bytes(find_document(document_id))))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def letters_to(email):
    return list(db.session.scalars(select(Letter.occasion).where(Letter.to_email == email).order_by(Letter.id)))


# --- issuing ----------------------------------------------------------------------------------------------------------


def test_issue_freezes_the_terms(manager):
    agreement = an_offered_agreement("COL", manager=manager)
    assert agreement.number == f"A-{agreement.application.reference}"
    assert agreement.amount == EUR("7000")
    assert agreement.approved_on == date(2026, 10, 5)
    assert (agreement.starts_on, agreement.ends_on) == (date(2026, 10, 6), date(2027, 10, 5))
    assert agreement.claim_by == date(2027, 12, 4)
    assert agreement.accept_by.isoformat() == "2026-10-26T22:59:59+00:00"
    assert agreement.sha256 == fingerprint_of(agreement.terms)
    assert [party.kind for party in agreement.parties] == [PartyKind.SME, PartyKind.PROVIDER, PartyKind.REGION]
    assert on_stages() == [9_300_000, 700_000, 0]
    assert "Partner" not in dict(agreement.terms["sections"][1]["facts"])  # the provider is a party


def test_issue_asks_every_party_and_sends_the_provider_a_link_that_opens_it(manager):
    agreement = an_offered_agreement("COL", manager=manager)
    assert letters_to(owner_of(agreement.application).email)[-1] == "agreements/issue"
    assert letters_to(agreement.application.region.email)[-1] == "agreements/issue_region"
    letter = db.session.scalars(select(Letter).where(Letter.to_email == "jan@lab.example")).one()
    assert letter.document_id == agreement.document_id
    token = next(line for line in letter.body.splitlines() if "/agreements/provider/" in line).rpartition("/")[2]
    assert queries.get_visit(token).agreement.id == agreement.id
    assert token not in str(agreement.provider_party.token_hash)


def test_issue_for_two_parties_has_no_provider_and_names_the_partner_of_the_application(manager):
    agreement = an_offered_agreement("MG", manager=manager)
    purpose = dict(agreement.terms["sections"][1]["facts"])
    assert purpose["Partner"] == "Universitair Laboratorium, Gelderland"
    assert agreement.provider_party is None
    assert (agreement.starts_on, agreement.ends_on) == (date(2026, 10, 6), date(2027, 4, 5))


@pytest.mark.parametrize(
    ("instrument", "changed", "field"),
    [
        ("MG", {"starts_on": date(2026, 10, 5)}, "starts_on"),
        ("MG", {"ends_on": date(2027, 4, 6)}, "ends_on"),
        ("COL", {"provider_email": ""}, "provider_email"),
        ("COL", {"provider_name": " "}, "provider_email"),
    ],
)
def test_issue_refuses_what_does_not_fit(manager, instrument, changed, field):
    application = an_awarded_application(instrument)
    before = traces()
    with pytest.raises(RuleBroken) as refused:
        issuing.issue_agreement(application, asked_for(application, **changed), by=manager, at=NOON)
    assert refused.value.field == field
    assert traces() == before


def test_issue_twice_is_refused(manager):
    agreement = an_offered_agreement("MG", manager=manager)
    before = traces()
    with pytest.raises(WrongState, match="issued already"):
        issuing.issue_agreement(agreement.application, asked_for(agreement.application), by=manager, at=NOON)
    assert traces() == before


def test_issue_by_another_regions_manager_is_refused(manager):
    application, other = an_awarded_application("MG"), a_manager("NL-GE")
    before = traces()
    with pytest.raises(NotPermitted):
        issuing.issue_agreement(application, asked_for(application), by=other, at=NOON)
    assert traces() == before
    assert queries.find_agreement_of(application.id) is None


# --- paper ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("instrument", ["MG", "INS", "COL"])
def test_the_file_says_all_that_the_page_says(manager, instrument):
    agreement = an_offered_agreement(instrument, manager=manager)
    words = read(agreement.document_id)
    for section in read_sections(agreement.terms):
        for text in (
            section.heading,
            *section.texts,
            *(part for fact in section.facts for part in fact),
            *section.points,
        ):
            assert " ".join(text.split()) in words, text
    assert agreement.sha256 in words
    for text in (letters.acceptance_heading(), letters.acceptance_note()):
        assert str(text) in words


def test_the_final_file_names_who_accepted_and_when(manager):
    agreement = an_active_agreement("COL", manager=manager)
    words = read(agreement.document_id)
    for part in ("Ada Applicant", "Jan de Vries", manager.name, "Accepted on 5 October 2026, 14:00 (Brussels time)"):
        assert part in words
    assert [document.purpose for document in list_documents_of("agreement", agreement.id)] == [
        "agreement",
        "agreement_accepted",
    ]


# --- accepting --------------------------------------------------------------------------------------------------------


def test_accept_by_all_commits_the_money(manager):
    agreement = an_offered_agreement("COL", manager=manager)
    owner, digest = owner_of(agreement.application), agreement.sha256
    accepting.accept_as_sme(agreement, " Ada Applicant ", digest, by=owner, at=NOON)
    agreement = queries.get_agreement(agreement.id)
    assert agreement.state == AgreementState.OFFERED
    assert agreement.party(PartyKind.SME).accepted_name == "Ada Applicant"
    assert letters_to(owner.email)[-1] == "agreements/accept"
    assert on_stages() == [9_300_000, 700_000, 0]

    contact = ProviderContact(agreement.provider_party.id, "Lab")
    accepting.accept_as_provider(agreement, "Jan de Vries", digest, by=contact, at=NOON)
    accepting.accept_as_region(queries.get_agreement(agreement.id), manager.name, digest, by=manager, at=NOON)

    agreement = queries.get_agreement(agreement.id)
    assert agreement.state == AgreementState.ACTIVE
    assert agreement.active_at == NOON
    assert agreement.application.state == ApplicationState.AGREED
    assert on_stages() == [9_300_000, 0, 700_000]
    assert left_on_voucher(agreement.application.reference) == EUR("7000")
    for email in (owner.email, "jan@lab.example", agreement.application.region.email):
        assert letters_to(email)[-1] == "agreements/activate"
    assert not list(list_faults())


def test_accept_until_the_last_second_even_when_nobody_marked_it_as_expired(manager):
    agreement = an_offered_agreement("MG", manager=manager)
    owner = owner_of(agreement.application)
    before = traces()
    with pytest.raises(RuleBroken, match="has passed"):
        accepting.accept_as_sme(
            agreement, "Ada Applicant", agreement.sha256, by=owner, at=agreement.accept_by + timedelta(seconds=1)
        )
    assert traces() == before
    accepting.accept_as_sme(agreement, "Ada Applicant", agreement.sha256, by=owner, at=agreement.accept_by)


@pytest.mark.parametrize(("name", "digest"), [("Ada Applicant", "0" * 64), ("Ada Applicant", ""), ("7", None)])
def test_accept_refuses_another_text_or_no_name(manager, name, digest):
    agreement = an_offered_agreement("MG", manager=manager)
    before = traces()
    with pytest.raises(RuleBroken):
        accepting.accept_as_sme(
            agreement,
            name,
            agreement.sha256 if digest is None else digest,
            by=owner_of(agreement.application),
            at=NOON,
        )
    assert traces() == before


def test_accept_twice_is_refused(manager):
    agreement = an_offered_agreement("MG", manager=manager)
    owner = owner_of(agreement.application)
    accepting.accept_as_sme(agreement, "Ada Applicant", agreement.sha256, by=owner, at=NOON)
    before = traces()
    with pytest.raises(WrongState, match="accepted already"):
        accepting.accept_as_sme(agreement, "Ada Applicant", agreement.sha256, by=owner, at=NOON)
    assert traces() == before


def test_accept_with_another_name_than_that_of_the_account_is_refused(manager):
    agreement = an_offered_agreement("MG", manager=manager)
    before = traces()
    with pytest.raises(RuleBroken, match="name of your account: Ada Applicant"):
        accepting.accept_as_sme(agreement, "Somebody", agreement.sha256, by=owner_of(agreement.application), at=NOON)
    assert traces() == before
    accepting.accept_as_sme(agreement, "applicant  ÁDA", agreement.sha256, by=owner_of(agreement.application), at=NOON)
    party = queries.get_agreement(agreement.id).party(PartyKind.SME)
    assert (party.accepted_name, party.accepted_by_id) == ("applicant  ÁDA", owner_of(agreement.application).id)


def test_for_the_provider_signs_the_contact_or_somebody_who_says_as_what(manager):
    agreement = an_offered_agreement("COL", manager=manager)
    contact, digest = ProviderContact(agreement.provider_party.id, "Lab"), agreement.sha256
    before = traces()
    with pytest.raises(RuleBroken, match="The agreement names Jan de Vries") as refused:
        accepting.accept_as_provider(agreement, "Eva Smit", digest, by=contact, at=NOON)
    assert refused.value.field == "function"
    assert traces() == before
    accepting.accept_as_provider(agreement, "Eva Smit", digest, function="Director", by=contact, at=NOON)
    assert queries.get_agreement(agreement.id).provider_party.accepted_name == "Eva Smit, Director"


def test_accept_for_a_party_that_one_is_not_is_refused(manager):
    agreement = an_offered_agreement("COL", manager=manager)
    owner, digest = owner_of(agreement.application), agreement.sha256
    stranger = ProviderContact(agreement.party(PartyKind.SME).id, "Other")
    before = traces()
    for act, person in (
        (accepting.accept_as_sme, manager),
        (accepting.accept_as_region, owner),
        (accepting.accept_as_provider, owner),
        (accepting.accept_as_provider, stranger),
    ):
        with pytest.raises(NotPermitted):
            act(agreement, "Ada Applicant", digest, by=person, at=NOON)
    assert traces() == before


def test_activate_waits_for_everybody(manager):
    agreement = an_offered_agreement("MG", manager=manager)
    before = traces()
    with pytest.raises(RuleBroken, match="Not every party"):
        accepting.activate_agreement(agreement, by=OFFICE, at=NOON)
    with pytest.raises(NotPermitted):
        accepting.activate_agreement(agreement, by=manager, at=NOON)
    assert traces() == before


@pytest.mark.postgres
def test_two_parties_accept_in_the_same_moment(manager, app):
    agreement = an_offered_agreement("MG", manager=manager)
    owner_id, digest, start = owner_of(agreement.application).id, agreement.sha256, threading.Barrier(2)
    failures = []

    def accept(act, user_id):
        from vouchers.users.queries import get_user

        with app.app_context():
            person, mine = get_user(user_id), queries.get_agreement(agreement.id)
            start.wait()
            try:
                act(mine, person.name, digest, by=person, at=NOON)
            except Exception as problem:
                failures.append(problem)

    threads = [
        threading.Thread(target=accept, args=pair)
        for pair in ((accepting.accept_as_sme, owner_id), (accepting.accept_as_region, manager.id))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert not failures
    assert queries.get_agreement(agreement.id).state == AgreementState.ACTIVE
    assert on_stages() == [9_950_000, 0, 50_000]


# --- ending -----------------------------------------------------------------------------------------------------------


def test_decline_gives_the_money_back(manager):
    agreement = an_offered_agreement("COL", manager=manager)
    owner = owner_of(agreement.application)
    ending.decline_agreement(agreement, "We were bought.", by=owner, at=NOON)
    assert queries.get_agreement(agreement.id).state == AgreementState.DECLINED
    assert state_of(agreement.application) == ApplicationState.LAPSED
    assert on_stages() == [10_000_000, 0, 0]
    for email in (owner.email, "jan@lab.example", agreement.application.region.email):
        assert letters_to(email)[-1] == "agreements/decline"
    assert not list(list_faults())


def test_decline_once_it_is_in_force_is_refused(manager):
    agreement = an_active_agreement("MG", manager=manager)
    before = traces()
    with pytest.raises(WrongState):
        ending.decline_agreement(agreement, "No", by=owner_of(agreement.application), at=NOON)
    assert traces() == before


def test_expire_releases_what_was_not_accepted_in_time_and_only_that(manager):
    late = an_offered_agreement("COL", manager=manager)
    accepting.accept_as_sme(late, "Ada Applicant", late.sha256, by=owner_of(late.application), at=NOON)
    active = an_active_agreement("MG", manager=manager)
    fresh = an_offered_agreement("MG", manager=manager, at=MORNING + timedelta(days=15))
    assert on_stages() == [9_200_000, 750_000, 50_000]

    expire_agreements(at=late.accept_by)
    assert queries.get_agreement(late.id).state == AgreementState.OFFERED
    expire_agreements(at=late.accept_by + timedelta(seconds=1))
    expire_agreements(at=late.accept_by + timedelta(seconds=2))

    assert queries.get_agreement(late.id).state == AgreementState.EXPIRED
    assert state_of(late.application) == ApplicationState.LAPSED
    assert queries.get_agreement(active.id).state == AgreementState.ACTIVE
    assert queries.get_agreement(fresh.id).state == AgreementState.OFFERED
    assert on_stages() == [9_900_000, 50_000, 50_000]
    assert letters_to("jan@lab.example").count("agreements/expire") == 1
    letter = db.session.scalars(select(Letter).where(Letter.occasion == "agreements/expire")).first()
    assert "Not accepted by: Service provider, Region" in letter.body


def test_expire_before_its_time_is_refused(manager):
    agreement = an_offered_agreement("MG", manager=manager)
    before = traces()
    with pytest.raises(RuleBroken, match="has not passed"):
        ending.expire_agreement(agreement, by=OFFICE, at=agreement.accept_by)
    with pytest.raises(NotPermitted):
        ending.expire_agreement(agreement, by=manager, at=agreement.accept_by + timedelta(days=1))
    assert traces() == before


def test_complete_closes_the_application(manager):
    agreement = an_active_agreement("MG", manager=manager)
    with pytest.raises(NotPermitted):
        ending.complete_agreement(agreement, by=manager, at=NOON)
    ending.complete_agreement(agreement, by=OFFICE, at=NOON)
    assert queries.get_agreement(agreement.id).state == AgreementState.COMPLETED
    assert state_of(agreement.application) == ApplicationState.COMPLETED
    assert letters_to(owner_of(agreement.application).email)[-1] == "agreements/complete"


def test_terms_do_not_change_with_the_programme(manager):
    agreement = an_offered_agreement("MG", manager=manager)
    written = issuing.write_terms(agreement.application, asked_for(agreement.application), at=NOON)
    assert written == agreement.terms
    other = replace(asked_for(agreement.application), ends_on=date(2027, 1, 31))
    assert fingerprint_of(issuing.write_terms(agreement.application, other, at=NOON)) != agreement.sha256
    assert accept_all(agreement, manager, at=NOON).terms == written
