"""Accounts and papers of a company, and statements of the bank, go with the last application that needs them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.banking.files import an_entry
from tests.builders.applications import a_complete_draft, owner_of
from tests.builders.banking import BANK_AT, a_batch_under_way, a_statement_of, entries_of, entry_of
from tests.builders.payments import Desk, an_authorised_claim, an_executed_batch
from tests.builders.programmes import during_call, in2
from tests.builders.retention import ALL_GO_AT, a_carried_out_disposal, a_hold, a_keeper
from tests.builders.users import signed_in
from vouchers.applications.models import Application
from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.audit.queries import list_faults as record_faults
from vouchers.banking.actions.disposing import dispose_of_statement
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, WrongState
from vouchers.demo.owning import PATTERNS, statement
from vouchers.documents.queries import list_documents_of
from vouchers.eligibility.actions import (
    dispose_of_aid_declaration,
    dispose_of_ownership_statement,
    state_ownership_statement,
)
from vouchers.eligibility.models import AidDeclaration, OwnershipStatement
from vouchers.eligibility.states import DeclarationState
from vouchers.ledger.proof import list_faults as ledger_faults
from vouchers.organisations.actions import dispose_of_bank_account
from vouchers.organisations.models import BankAccount
from vouchers.organisations.states import BankAccountState
from vouchers.retention.actions.holding import lift_hold
from vouchers.retention.models import DisposalItem
from vouchers.workflow.transition import OFFICE

LATER = ALL_GO_AT + timedelta(days=2)
ABOUT = (
    "<RltdPties><Cdtr><Pty><Nm>Nanosome SRL</Nm></Pty></Cdtr>"
    "<CdtrAcct><Id><IBAN>BE68539007547034</IBAN></Id></CdtrAcct></RltdPties><RmtInf><Ustrd>For Anna</Ustrd></RmtInf>"
)
"""What the bank tells of whom a payment went to."""


@pytest.fixture
def office(app, clock):
    in2()
    clock.stop(during_call())
    return Desk()


def fresh(model, **wanted):
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(model).filter_by(**wanted).order_by(model.id)))


def details():
    """All that the record tells of what changed."""
    return json.dumps([one.body for one in db.session.scalars(select(AuditDetail))], default=str)


def tags(kind):
    found = select(AuditEvent.tag).where(AuditEvent.subject_kind == kind).order_by(AuditEvent.id)
    return list(db.session.scalars(found))


def test_an_account_and_a_companys_papers_go_with_the_last_of_its_applications(office, clock, client):
    paid = an_executed_batch(office, [an_authorised_claim(office)]).payments[0].application
    company, owner = paid.organisation, owner_of(paid)
    content = statement(company.name, PATTERNS[1], 1, last_year=2025)
    stated = state_ownership_statement(company, content, by=owner, at=during_call())
    other = a_complete_draft("MG", owner=owner, organisation=company)
    (account,) = fresh(BankAccount, organisation_id=company.id)
    iban = account.iban
    clock.stop(ALL_GO_AT)
    hold = a_hold(other.reference, at=ALL_GO_AT)
    assert a_carried_out_disposal(at=ALL_GO_AT).deleted == 1
    (account,) = fresh(BankAccount, organisation_id=company.id)
    assert (account.iban, account.state) == (iban, BankAccountState.CONFIRMED)  # another application needs it
    assert client.get("/granted/in2lifesciences").status_code == 200

    lift_hold(hold, "Over.", by=a_keeper("second", at=ALL_GO_AT), at=ALL_GO_AT)
    clock.stop(LATER)
    done = a_carried_out_disposal(at=LATER)

    (account,) = fresh(BankAccount, organisation_id=company.id)
    assert (account.holder, account.iban, account.bic, account.state) == ("–", "", "", BankAccountState.RETIRED)
    assert account.confirmed_by_id == office.second.id
    (gone,) = fresh(OwnershipStatement, organisation_id=company.id)
    assert (gone.id, gone.content, gone.result) == (stated.id, {}, {})
    (declared,) = fresh(AidDeclaration, organisation_id=company.id)
    assert (declared.content, declared.signed_name, declared.state) == ({}, "–", DeclarationState.SUPERSEDED)
    assert len(declared.sha256) == 64
    assert all(file.disposed_at == LATER for file in list_documents_of("aid_declaration", declared.id))
    assert tags("bank_account")[-1] == "bank_account.dispose"
    assert tags("ownership_statement")[-1] == "ownership_statement.dispose"
    assert tags("aid_declaration")[-1] == "aid_declaration.dispose"
    told = details()
    assert iban not in told
    assert "Example Seed Capital" not in told
    (item,) = fresh(DisposalItem, disposal_id=done.id)
    assert item.details > 3
    assert [*record_faults(), *ledger_faults()] == []

    page = signed_in(client, owner)
    assert iban[:8] not in page.get(f"/organisations/{company.id}").text
    assert page.get(f"/ownership-statements/{stated.id}").status_code == 410
    assert page.get(f"/organisations/{company.id}/ownership").status_code == 200


def test_while_somebody_is_still_owed_the_account_stays(office, clock):
    owed = an_authorised_claim(office).agreement.application
    a_complete_draft("MG", owner=owner_of(owed), organisation=owed.organisation)
    clock.stop(ALL_GO_AT)
    a_carried_out_disposal(at=ALL_GO_AT)
    (account,) = fresh(BankAccount, organisation_id=owed.organisation_id)
    assert account.iban


def words_of(entries):
    return [(one.other_name, one.other_iban, one.remittance) for one in entries]


def test_a_statement_of_the_bank_goes_with_the_last_application_of_its_time(office, clock):
    batch = a_batch_under_way(office, "7000", "4000")
    clock.stop(BANK_AT)
    first, second = batch.payments
    kept = a_statement_of(office, entry_of(first, about=ABOUT), entry_of(second, about=ABOUT))
    cents = [one.cents for one in entries_of(kept)]
    before = words_of(entries_of(kept))
    assert all(all(one) for one in before)
    clock.stop(ALL_GO_AT)
    hold = a_hold(second.voucher, at=ALL_GO_AT)
    a_carried_out_disposal(at=ALL_GO_AT)
    assert words_of(entries_of(kept)) == before  # it shows a payment whose voucher is kept

    lift_hold(hold, "Over.", by=a_keeper("second", at=ALL_GO_AT), at=ALL_GO_AT)
    clock.stop(LATER)
    a_carried_out_disposal(at=LATER)
    db.session.expire_all()
    assert words_of(entries_of(kept)) == [("", "", "")] * 2
    assert [one.cents for one in entries_of(kept)] == cents
    assert all(file.disposed_at == LATER for file in list_documents_of("statement", kept.id))
    assert tags("statement")[-1] == "statement.dispose"
    assert "Nanosome" not in details()
    assert [*record_faults(), *ledger_faults()] == []
    assert fresh(Application, reference=second.voucher)[0].disposed_at == LATER


def test_a_statement_with_a_movement_that_nobody_has_matched_stays(office, clock):
    batch = a_batch_under_way(office, "7000")
    clock.stop(BANK_AT)
    odd = an_entry("12.50", credit=True, bank_reference="B77", more="<AddtlNtryInf>From Somebody</AddtlNtryInf>")
    kept = a_statement_of(office, entry_of(batch.payments[0]), odd)
    clock.stop(ALL_GO_AT)
    a_carried_out_disposal(at=ALL_GO_AT)
    db.session.expire_all()
    assert "From Somebody" in [one.remittance for one in entries_of(kept)]
    assert tags("statement")[-1] != "statement.dispose"


def test_nobody_but_the_office_itself_deletes_them(office, clock):
    batch = a_batch_under_way(office, "7000")
    clock.stop(BANK_AT)
    kept = a_statement_of(office, entry_of(batch.payments[0]), book=False)
    company = batch.payments[0].application.organisation
    stated = state_ownership_statement(
        company, statement(company.name, PATTERNS[0], 1, last_year=2025), by=owner_of(batch.payments[0].application),
        at=BANK_AT,
    )  # fmt: skip
    (declared,) = fresh(AidDeclaration, organisation_id=company.id)
    (account,) = fresh(BankAccount, organisation_id=company.id)
    for dispose, subject in (
        (dispose_of_bank_account, account),
        (dispose_of_ownership_statement, stated),
        (dispose_of_aid_declaration, declared),
    ):
        with pytest.raises(NotPermitted):
            dispose(subject, "D-2037-0001", by=office.maker, at=BANK_AT)
    with pytest.raises(WrongState):  # its movements are not booked yet
        dispose_of_statement(kept, "D-2037-0001", by=OFFICE, at=BANK_AT)
    assert fresh(BankAccount, organisation_id=company.id)[0].iban
