"""While money is live, a new name of an organisation waits until a second person has confirmed it."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.builders.agreements import (
    a_manager,
    an_active_agreement,
    an_awarded_application,
    an_offered_agreement,
    asked_for,
)
from tests.builders.applications import a_submitted_application, an_organisation, owner_of
from tests.builders.organisations import rename
from tests.builders.payments import PAID_AT, Desk, an_authorised_claim, an_executed_batch, payable_of
from tests.builders.programmes import another_programme, during_call, in2
from tests.builders.providers import a_provider
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.agreements.actions.issuing import issue_agreement
from vouchers.applications.queries.files import get_application
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, WrongState
from vouchers.core.tables import ListQuery
from vouchers.letters.models import Letter
from vouchers.organisations import actions, queries
from vouchers.organisations.models import Organisation
from vouchers.organisations.states import MemberRole
from vouchers.payables.models import Payable
from vouchers.reports.queries.desk import count_officers_work
from vouchers.users.mandate import mandate_of
from vouchers.users.queries import get_user
from vouchers.users.states import Role

AT = during_call() + timedelta(hours=5)
NEW = "Other Name SRL"


@pytest.fixture
def world(app):
    return in2()


@pytest.fixture
def organisation(world):
    return queries.get_organisation(an_offered_agreement("MG").application.organisation_id)


@pytest.fixture
def owner(organisation):
    return get_user(organisation.memberships[0].user_id)


@pytest.fixture
def officer(world):
    return a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")


def names_of(organisation):
    db.session.expire_all()
    return organisation.name, organisation.asked_name


def events_of(organisation):
    found = select(AuditEvent.tag).where(
        AuditEvent.subject_kind == "organisation", AuditEvent.subject_id == organisation.id
    )
    return list(db.session.scalars(found.order_by(AuditEvent.id)))


def letters(occasion):
    return list(db.session.scalars(select(Letter).where(Letter.occasion == f"organisations/{occasion}")))


@pytest.mark.parametrize("make", [a_submitted_application, an_awarded_application])
def test_a_new_name_holds_at_once_before_there_is_an_agreement(world, make):
    application = make("MG")
    rename(application.organisation, NEW, by=owner_of(application), at=AT)
    assert names_of(application.organisation) == (NEW, None)
    assert letters("ask_name") == []


@pytest.mark.parametrize("make", [an_offered_agreement, an_active_agreement])
def test_a_new_name_waits_while_an_agreement_is_offered_or_in_force(world, make):
    application = make("MG").application
    before = application.organisation.name
    rename(application.organisation, NEW, by=owner_of(application), at=AT, town="Namur")
    assert names_of(application.organisation) == (before, NEW)
    assert application.organisation.town == "Namur"  # the other details hold at once
    (letter,) = letters("ask_name")
    assert letter.to_user_id == owner_of(application).id
    assert NEW in letter.body


def test_a_new_name_waits_until_what_is_owed_is_settled(world, clock):
    clock.stop(PAID_AT)
    desk = Desk()
    claim = an_authorised_claim(desk, "MG", amount="437.55")
    application = claim.agreement.application
    before = application.organisation.name
    rename(application.organisation, NEW, by=owner_of(application), at=PAID_AT)
    assert names_of(application.organisation) == (before, NEW)
    an_executed_batch(desk, [claim])
    assert payable_of(claim).payee_name == before
    assert names_of(application.organisation) == (before, NEW)  # it goes on waiting
    rename(application.organisation, "Third SRL", by=owner_of(application), at=PAID_AT)
    assert names_of(application.organisation) == ("Third SRL", None)


def test_a_new_name_of_a_provider_that_is_owed_money_waits(world, clock):
    clock.stop(PAID_AT)
    owner = an_applicant()
    organisation = an_organisation(owner)
    details = {"vat_number": organisation.vat_number, "register_number": organisation.register_number}
    provider = a_provider(name="House", country=organisation.country, **details)
    assert provider.organisation_id == organisation.id
    assert not queries.has_live_money(organisation.id)
    payable = payable_of(an_authorised_claim(Desk(), "MG", amount="437.55"))
    to_provider = {"payee_kind": "provider", "organisation_id": None, "provider_id": provider.id}
    with db.engine.begin() as connection:
        connection.execute(update(Payable).where(Payable.id == payable.id).values(**to_provider))
    db.session.rollback()
    assert queries.has_live_money(organisation.id)


def test_another_detail_leaves_the_name_that_waits_as_it_is(organisation, owner):
    rename(organisation, NEW, by=owner, at=AT)
    asked_at = organisation.asked_at
    rename(organisation, organisation.name, by=owner, at=AT + timedelta(hours=1), town="Mons")
    rename(organisation, NEW, by=owner, at=AT + timedelta(hours=2))
    db.session.expire_all()
    assert (organisation.asked_name, organisation.asked_at, organisation.town) == (NEW, asked_at, "Mons")
    assert len(letters("ask_name")) == 1


def test_confirm_name_gives_the_organisation_its_new_name(organisation, owner, officer):
    before = organisation.name
    rename(organisation, NEW, by=owner, at=AT)
    actions.confirm_name(organisation, by=officer, at=AT)
    assert names_of(organisation) == (NEW, None)
    assert events_of(organisation)[-2:] == ["organisation.edit", "organisation.confirm_name"]
    (letter,) = letters("confirm_name")
    assert before in letter.body
    assert NEW in letter.body
    with pytest.raises(WrongState, match="No other name waits"):
        actions.confirm_name(organisation, by=officer, at=AT)


def test_refuse_name_keeps_the_present_one_and_says_why(organisation, owner, officer):
    before = organisation.name
    rename(organisation, NEW, by=owner, at=AT)
    actions.refuse_name(organisation, "The register has another name.", by=officer, at=AT)
    assert names_of(organisation) == (before, None)
    assert organisation.name_refusal == "The register has another name."
    (letter,) = letters("refuse_name")
    assert "The register has another name." in letter.body
    with pytest.raises(WrongState, match="No other name waits"):
        actions.refuse_name(organisation, "Again.", by=officer, at=AT)
    rename(organisation, "Third SRL", by=owner, at=AT)
    assert organisation.name_refusal == ""


def test_withdraw_name_keeps_the_present_one(organisation, owner, officer):
    before = organisation.name
    rename(organisation, NEW, by=owner, at=AT)
    with pytest.raises(NotPermitted):
        actions.withdraw_name(organisation, by=officer, at=AT)
    actions.withdraw_name(organisation, by=owner, at=AT)
    assert names_of(organisation) == (before, None)
    with pytest.raises(WrongState, match="No other name waits"):
        actions.withdraw_name(organisation, by=owner, at=AT)


def refuse(organisation, **who):
    actions.refuse_name(organisation, "No.", **who)


@pytest.mark.parametrize("decide", [actions.confirm_name, refuse])
def test_nobody_else_decides_on_a_name_and_a_refusal_leaves_no_trace(organisation, owner, officer, decide):
    another_programme("BE-WAL")
    rename(organisation, NEW, by=owner, at=AT)
    membership = actions.invite_member(organisation, officer.email, MemberRole.VIEWER, by=owner, at=AT)
    actions.accept_membership(membership, by=officer, at=AT)
    elsewhere = a_member_of_staff(Role.FINANCE_OFFICER, region="FR-IDF")
    other_programme = a_member_of_staff(Role.FINANCE_OFFICER, "small", "BE-WAL")
    auditor = a_member_of_staff(Role.AUDITOR)
    kept = events_of(organisation)
    for person in (owner, officer, elsewhere, other_programme, auditor):
        with pytest.raises(NotPermitted):
            decide(organisation, by=person, at=AT)
    assert names_of(organisation)[1] == NEW
    assert events_of(organisation) == kept


def test_a_name_that_was_replaced_meanwhile_is_not_confirmed(organisation, owner, officer):
    rename(organisation, NEW, by=owner, at=AT)
    seen = organisation.version
    rename(organisation, "Third SRL", by=owner, at=AT)
    with pytest.raises(WrongState):
        actions.confirm_name(organisation, by=officer, at=AT, version=seen)
    assert names_of(organisation)[1] == "Third SRL"


@pytest.mark.postgres
def test_a_name_is_confirmed_and_replaced_in_the_same_moment(app, organisation, owner, officer):
    before = organisation.name
    rename(organisation, NEW, by=owner, at=AT)
    seen, start, failures = organisation.version, threading.Barrier(2), []

    def act(step, person_id):
        with app.app_context():
            person, mine = get_user(person_id), queries.get_organisation(organisation.id)
            start.wait()
            try:
                step(mine, person)
            except Exception as problem:
                failures.append(problem)

    steps = (
        (lambda mine, person: actions.confirm_name(mine, by=person, at=AT, version=seen), officer.id),
        (lambda mine, person: rename(mine, "Third SRL", by=person, at=AT), owner.id),
    )
    threads = [threading.Thread(target=act, args=pair) for pair in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert all(isinstance(one, WrongState) for one in failures)
    assert names_of(organisation) == (before if failures else NEW, "Third SRL")


def test_an_agreement_is_not_issued_with_a_name_that_changes_meanwhile(world):
    application, manager = an_awarded_application("MG"), a_manager()
    assert application.organisation.name != NEW  # what the terms are written with
    with db.engine.begin() as connection:  # the owner is faster
        connection.execute(update(Organisation).values(name=NEW))
    with pytest.raises(WrongState, match="changed while the agreement was written"):
        issue_agreement(application, asked_for(application), by=manager, at=AT)
    assert not queries.has_live_money(application.organisation_id)
    issue_agreement(get_application(application.id), asked_for(application), by=manager, at=AT)


def test_officers_of_its_programme_and_region_have_the_name_on_their_desk(organisation, owner, officer):
    another_programme("BE-WAL")
    rename(organisation, NEW, by=owner, at=AT)
    places = (("small", "BE-WAL"), (None, "FR-IDF"))
    people = [officer, *(a_member_of_staff(Role.FINANCE_OFFICER, *place) for place in places)]
    listed = [queries.list_asked_names(ListQuery(), mandate_of(one)).total for one in people]
    counted = [count_officers_work(mandate_of(one), one.id).names.count for one in people]
    assert listed == counted == [1, 0, 0]
    assert queries.list_asked_names(ListQuery(q="other name"), mandate_of(officer)).total == 1
    assert queries.list_asked_names(ListQuery(q="nothing"), mandate_of(officer)).total == 0


def test_the_way_of_a_name_through_the_pages(client, organisation, owner, officer):
    here, before = f"/organisations/{organisation.id}", organisation.name
    columns = ("country", "vat_number", "register_number", "street", "building", "post_code", "town")
    typed = {column: getattr(organisation, column) for column in columns} | {"name": NEW}
    signed_in(client, owner)
    assert "once a person at the office has confirmed it" in client.get(f"{here}/edit").text
    saved = client.post(f"{here}/edit", data=typed)
    assert saved.status_code == 303
    page = client.get(here).text
    assert "The office checks the new name next." in page
    assert f'<h1 class="govuk-heading-l">{before}</h1>' in page
    assert f"The name “{NEW}” was asked for" in page
    assert f"{here}/name/withdraw" in page
    assert client.get(f"{here}/name").status_code == 403
    assert f"The name “{NEW}” waits" in client.get(f"{here}/edit").text

    signed_in(client, officer)
    assert "New names to confirm" in client.get("/desk").text
    assert NEW in client.get("/organisations/names").text
    assert f"{here}/name" in client.get(here).text
    assert f"{here}/name/withdraw" not in client.get(here).text
    shown = client.get(f"{here}/name")
    assert all(words in shown.text for words in (before, NEW, owner.name))
    version = str(organisation.version)
    assert client.post(f"{here}/name", data={"version": version}).status_code == 422
    assert client.post(f"{here}/name/refuse", data={"version": version}).status_code == 422
    assert client.post(f"{here}/name", data={"checked": "yes"}).status_code == 409  # nothing says what was seen
    assert client.post(f"{here}/name", data={"checked": "yes", "version": version}).status_code == 303
    assert client.post(f"{here}/name", data={"checked": "yes", "version": version}).status_code == 409
    assert client.get(f"{here}/name").status_code == 409
    assert names_of(organisation) == (NEW, None)


def test_a_refused_name_and_one_taken_back_through_the_pages(client, organisation, owner, officer):
    here = f"/organisations/{organisation.id}"
    rename(organisation, NEW, by=owner, at=AT)
    signed_in(client, officer)
    typed = {"reason": "Not in the register.", "version": str(organisation.version)}
    assert client.post(f"{here}/name/refuse", data=typed).status_code == 303
    signed_in(client, owner)
    assert "Not in the register." in client.get(here).text
    rename(organisation, NEW, by=owner, at=AT)
    assert "Not in the register." not in client.get(here).text
    assert client.post(f"{here}/name/withdraw").status_code == 303
    assert "The present name stays." in client.get(here).text
    assert client.post(f"{here}/name/withdraw").status_code == 409
