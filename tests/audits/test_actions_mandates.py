"""Mandates: what they give, for how long, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.builders.appeals import a_coordinator
from tests.builders.applications import a_complete_draft, an_organisation, owner_of
from tests.builders.audits import YEAR, a_mandate, auditor_of
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff, an_administrator, an_applicant
from vouchers.audit.models import AuditEvent
from vouchers.audits.actions.mandates import Terms, end_mandate, give_mandate
from vouchers.audits.models import Mandate
from vouchers.audits.queries.mandates import get_mandate, list_over
from vouchers.audits.states import MandateState
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.jobs.registry import JOBS
from vouchers.letters.models import Letter
from vouchers.users.actions.roles import grant_role, revoke_role
from vouchers.users.queries import get_user, list_given_for
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

AT = during_call()
UNTIL = AT + timedelta(days=30)


@pytest.fixture(autouse=True)
def _office(app, clock):
    in2()
    clock.stop(AT)


def terms(*regions, **changed):
    whole = {"subject": "Audit", "first_on": YEAR[0], "last_on": YEAR[1], "ends_at": UNTIL} | changed
    return Terms(regions, **whole)


def give(*regions, by=None, email="new@audit.example", **changed):
    return give_mandate(in2().programme, email, "Nina", terms(*regions, **changed), by=by or a_coordinator(), at=AT)


def reach(user):
    return {(grant.role, grant.programme_code, grant.region_code) for grant in get_user(user.id).grants}


def test_a_mandate_is_a_role_for_each_region_until_its_end(clock):
    mandate = a_mandate("BE-WAL", "NL-NB", until=UNTIL)
    auditor = auditor_of(mandate)
    assert reach(auditor) == {(Role.AUDITOR, "in2lifesciences", code) for code in ("BE-WAL", "NL-NB")}
    assert get_mandate(mandate.id).scope == "in2lifesciences/-"
    clock.stop(UNTIL - timedelta(seconds=1))
    db.session.expire_all()
    assert len(get_user(auditor.id).grants) == 2
    clock.stop(UNTIL)
    db.session.expire_all()
    assert get_user(auditor.id).grants == []


def test_without_regions_it_covers_the_whole_programme():
    mandate = a_mandate()
    assert reach(auditor_of(mandate)) == {(Role.AUDITOR, "in2lifesciences", None)}
    assert mandate.covers("DK-84")


def test_its_auditor_is_written_to_and_invited():
    give("BE-WAL")
    letters = db.session.scalars(select(Letter.occasion).where(Letter.to_email == "new@audit.example")).all()
    assert sorted(letters) == ["audits/give", "users/invite"]


def test_it_is_ended_by_its_time_and_once(clock):
    mandate = a_mandate("BE-WAL", until=UNTIL)
    assert list_over(UNTIL - timedelta(seconds=1)) == []
    clock.stop(UNTIL)
    JOBS["audits.end_mandates"](at=UNTIL)
    JOBS["audits.end_mandates"](at=UNTIL)
    ended = get_mandate(mandate.id)
    assert (ended.state, ended.ended_at, ended.reason) == (MandateState.ENDED, UNTIL, "")
    assert list_given_for(ended.auditor_id, ended.key) == []
    tags = db.session.scalars(select(func.count(AuditEvent.id)).where(AuditEvent.tag == "mandate.end")).one()
    assert tags == 1


def test_it_is_ended_by_hand_at_once():
    mandate, coordinator = a_mandate("BE-WAL"), a_coordinator()
    end_mandate(mandate, "The audit is over.", by=coordinator, at=AT)
    assert reach(auditor_of(mandate)) == set()
    with pytest.raises(WrongState):
        end_mandate(get_mandate(mandate.id), "Again.", by=coordinator, at=AT)


def test_two_mandates_of_one_person_end_each_by_itself():
    email = "twice@audit.example"
    first = a_mandate("BE-WAL", email=email)
    second = a_mandate("BE-WAL", email=email)
    end_mandate(first, "Over.", by=a_coordinator(), at=AT)
    auditor = auditor_of(second)
    assert [grant.given_for for grant in auditor.grants] == [second.key]


def test_its_role_is_not_taken_back_by_itself():
    mandate, administrator = a_mandate("BE-WAL"), an_administrator()
    grant = auditor_of(mandate).grants[0]
    with pytest.raises(NotPermitted, match="End the mandate instead"):
        revoke_role(grant, by=administrator, at=AT)


@pytest.mark.parametrize("role", [Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER, Role.AUDITOR])
def test_others_give_and_end_none(role):
    person, mandate = a_member_of_staff(role, region="BE-WAL"), a_mandate("BE-WAL")
    events = db.session.scalar(select(func.count(AuditEvent.id)))
    with pytest.raises(NotPermitted):
        give("BE-WAL", by=person)
    with pytest.raises(NotPermitted):
        end_mandate(get_mandate(mandate.id), "x", by=person, at=AT)
    assert db.session.scalar(select(func.count(AuditEvent.id))) == events


def test_the_coordinator_of_another_programme_gives_none():
    with pytest.raises(NotPermitted):
        give("BE-WAL", by=a_member_of_staff(Role.COORDINATOR, "another"))


def test_nobody_gives_a_mandate_to_oneself():
    administrator = an_administrator()
    with pytest.raises((NotPermitted, RuleBroken)):
        give("BE-WAL", by=administrator, email=administrator.email)
    assert db.session.scalar(select(func.count(Mandate.id))) == 0


@pytest.mark.parametrize("role", [Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER, Role.EXPERT])
def test_whoever_works_for_the_programme_does_not_audit_it(role):
    officer = a_member_of_staff(role, "in2lifesciences", "BE-WAL")
    with pytest.raises(RuleBroken, match="somebody else must audit it") as refused:
        give("NL-NB", email=officer.email)
    assert refused.value.field == "email"
    assert db.session.scalar(select(func.count(Mandate.id))) == 0


@pytest.mark.parametrize(
    ("regions", "changed", "field"),
    [
        (["XX-1"], {}, "regions"),
        ([], {"last_on": date(2026, 6, 30)}, "last_on"),
        ([], {"ends_at": AT}, "until"),
        ([], {"ends_at": datetime(2040, 1, 1, tzinfo=UTC)}, "until"),
    ],
)
def test_terms_that_cannot_be_are_refused(regions, changed, field):
    with pytest.raises(RuleBroken) as refused:
        give(*regions, **changed)
    assert refused.value.field == field
    assert db.session.scalar(select(func.count(Mandate.id))) == 0


def test_a_role_that_has_ended_is_not_in_the_way_of_a_new_one(clock):
    user = a_member_of_staff(Role.AUDITOR, region="NL-NB")
    grant_role(user, Role.AUDITOR, "in2lifesciences", "BE-WAL", by=OFFICE, at=AT, ends_at=UNTIL)
    clock.stop(UNTIL + timedelta(days=1))
    grant_role(get_user(user.id), Role.AUDITOR, "in2lifesciences", "BE-WAL", by=OFFICE, at=UNTIL + timedelta(days=1))
    assert (Role.AUDITOR, "in2lifesciences", "BE-WAL") in reach(user)


def test_who_acts_for_a_company_that_applied_does_not_audit_the_programme():
    draft = a_complete_draft("MG")
    owner = owner_of(draft)
    with pytest.raises(RuleBroken, match=f"acts for {draft.organisation.name}") as refusal:
        give(email=owner.email)
    assert refusal.value.field == "email"
    bystander = an_organisation(an_applicant())
    assert give(email=bystander.memberships[0].email).state == MandateState.GIVEN
