"""What can happen to calls for a pool and to enrolments."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.builders.applications import an_organisation
from tests.builders.experts import an_expert
from tests.builders.pools import (
    PDF,
    PROGRAMME,
    a_pool_call,
    an_enrolment,
    expert_answers,
    marked,
    pool_words,
)
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff, an_applicant
from vouchers.core.database import db
from vouchers.core.errors import NotFound, NotPermitted, RuleBroken, WrongState
from vouchers.documents.actions import take_made
from vouchers.experts.actions.register import suspend_expert
from vouchers.experts.models import Expert
from vouchers.experts.queries import find_expert_of, list_absences
from vouchers.experts.queries import list_files as files_of_expert
from vouchers.letters.models import Letter
from vouchers.pools import queries
from vouchers.pools.actions import calls, deciding, enrolling
from vouchers.pools.states import EnrolmentState, PoolCallState, PoolKind
from vouchers.providers.queries import find_same
from vouchers.providers.states import ProviderState
from vouchers.users.states import Role


@pytest.fixture
def manager(app, clock):
    in2()
    return a_member_of_staff(Role.CLUSTER_MANAGER, PROGRAMME, "BE-WAL")


def letters():
    return list(db.session.scalars(select(Letter.occasion).where(Letter.occasion.like("pools/%")).order_by("id")))


def test_a_call_is_drafted_changed_published_extended_and_closed(manager, clock):
    call = a_pool_call(by=manager, is_published=False)
    calls.edit_pool_call(call, pool_words(title="Better title"), by=manager, at=clock.now, version=1)
    assert queries.list_public_calls(clock.now) == []
    calls.publish_pool_call(call, by=manager, at=clock.now)
    assert [one.title for one in queries.list_public_calls(clock.now)] == ["Better title"]
    with pytest.raises(WrongState):
        calls.edit_pool_call(call, pool_words(), by=manager, at=clock.now)
    with pytest.raises(RuleBroken):
        calls.extend_pool_call(call, call.closes_at, "Same.", by=manager, at=clock.now)
    calls.extend_pool_call(call, call.closes_at + timedelta(days=1), "Holidays.", by=manager, at=clock.now)
    calls.close_pool_call(call, by=manager, at=clock.now)
    assert call.state == PoolCallState.CLOSED
    assert queries.list_public_calls(clock.now) == []


def test_a_call_that_is_over_is_not_published(manager, clock):
    call = a_pool_call(by=manager, is_published=False)
    clock.forward(days=40)
    with pytest.raises(RuleBroken, match="deadline has passed"):
        calls.publish_pool_call(call, by=manager, at=clock.now)


def test_only_keepers_of_the_register_keep_calls(manager, clock):
    stranger = a_member_of_staff(Role.CLUSTER_MANAGER, "other", "BE-WAL")
    draft, call = a_pool_call(by=manager, is_published=False), a_pool_call(by=manager)
    for act in (
        lambda: calls.draft_pool_call(PROGRAMME, pool_words(), by=stranger, at=clock.now),
        lambda: calls.edit_pool_call(draft, pool_words(), by=stranger, at=clock.now),
        lambda: calls.publish_pool_call(draft, by=stranger, at=clock.now),
        lambda: calls.extend_pool_call(call, call.closes_at + timedelta(1), "x", by=stranger, at=clock.now),
        lambda: calls.close_pool_call(call, by=stranger, at=clock.now),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_one_enrolment_is_open_for_each_person(manager, clock):
    call, person = a_pool_call(by=manager), an_applicant()
    first = enrolling.start_enrolment(call, by=person, at=clock.now)
    assert enrolling.start_enrolment(call, by=person, at=clock.now).id == first.id
    enrolling.withdraw_enrolment(first, by=person, at=clock.now)
    assert enrolling.start_enrolment(call, by=person, at=clock.now).id != first.id
    assert letters() == []


def test_the_deadline_is_the_servers(manager, clock):
    call, person = a_pool_call(by=manager), an_applicant()
    enrolment = an_enrolment(call, person=person, is_submitted=False)
    clock.stop(call.closes_at + timedelta(seconds=1))
    with pytest.raises(RuleBroken, match="is not open"):
        enrolling.submit_enrolment(enrolment, person.name, by=person, at=clock.now)
    with pytest.raises(RuleBroken, match="is not open"):
        enrolling.start_enrolment(call, by=an_applicant(), at=clock.now)
    clock.stop(call.closes_at + timedelta(microseconds=900_000))
    enrolling.submit_enrolment(enrolment, person.name, by=person, at=clock.now)
    assert enrolment.number == "IN2LIFESCIENCES-POOL-2026-0001"
    assert letters() == ["pools/submit"]


def test_what_is_missing_or_signed_wrongly_is_not_submitted(manager, clock):
    call, person = a_pool_call(by=manager), an_applicant()
    begun = enrolling.start_enrolment(call, by=person, at=clock.now)
    with pytest.raises(RuleBroken, match="Enter the employer"):
        enrolling.submit_enrolment(begun, person.name, by=person, at=clock.now)
    complete = an_enrolment(call, person=person, is_submitted=False)
    with pytest.raises(RuleBroken) as refusal:
        enrolling.submit_enrolment(complete, "Else Where", by=person, at=clock.now)
    assert refusal.value.field == "name"
    with pytest.raises(WrongState):
        enrolling.submit_enrolment(complete, person.name, by=person, at=clock.now, version=1)


def test_files_of_an_enrolment(manager, clock):
    enrolment = an_enrolment(a_pool_call(by=manager), is_submitted=False)
    person, stranger = enrolment.user, an_applicant()
    enrolling.attach_enrolment_file(
        enrolment, "cv", take_made(PDF + b" ", "new.pdf", "application/pdf"), by=person, at=clock.now
    )
    (only,) = queries.list_files(enrolment)
    assert only.filename == "new.pdf"
    with pytest.raises(NotPermitted):
        enrolling.detach_enrolment_file(enrolment, only.id, by=stranger, at=clock.now)
    enrolling.detach_enrolment_file(enrolment, only.id, by=person, at=clock.now)
    with pytest.raises(NotFound):
        enrolling.detach_enrolment_file(enrolment, only.id, by=person, at=clock.now)


def test_only_whoever_enrols_writes_and_only_others_judge(manager, clock):
    call = a_pool_call(by=manager)
    draft, enrolment = an_enrolment(call, is_submitted=False), an_enrolment(call)
    own = an_enrolment(call, person=manager)
    kept = take_made(PDF, "cv.pdf", "application/pdf")
    until = date(2028, 1, 1)
    for act in (
        lambda: enrolling.save_enrolment(draft, {}, by=manager, at=clock.now),
        lambda: enrolling.attach_enrolment_file(draft, "cv", kept, by=manager, at=clock.now),
        lambda: enrolling.submit_enrolment(draft, manager.name, by=manager, at=clock.now),
        lambda: enrolling.withdraw_enrolment(draft, by=manager, at=clock.now),
        lambda: marked(own, by=manager),
        lambda: deciding.admit_enrolment(own, until, by=manager, at=clock.now),
        lambda: deciding.refuse_enrolment(own, "x", by=manager, at=clock.now),
        lambda: marked(enrolment, by=enrolment.user),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_an_admitted_person_enters_the_register(manager, clock):
    away = {"away_from": "2026-03-10", "away_until": "2026-03-20"}
    enrolment = an_enrolment(a_pool_call(by=manager), answers=expert_answers(employer="KTH", **away))
    until = clock.now.date() + timedelta(days=1000)
    with pytest.raises(RuleBroken, match="Mark this enrolment"):
        deciding.admit_enrolment(enrolment, until, by=manager, at=clock.now)
    marked(enrolment, "2.5", by=manager)
    with pytest.raises(RuleBroken, match="below the least mark"):
        deciding.admit_enrolment(enrolment, until, by=manager, at=clock.now)
    assert db.session.scalar(select(func.count(Expert.id))) == 0
    marked(enrolment, "3.5", by=manager)
    assert enrolment.score_hundredths == 350
    deciding.admit_enrolment(enrolment, until, by=manager, at=clock.now)
    expert = find_expert_of(PROGRAMME, enrolment.user_id)
    assert (expert.employer, expert.admitted_until, expert.daily_rate.cents) == ("KTH", until, 60_000)
    assert [one.filename for one in files_of_expert(expert)] == ["cv.pdf"]
    assert [one.until_on for one in list_absences(expert.id, clock.now.date())] == [date(2026, 3, 20)]
    assert letters() == ["pools/submit", "pools/admit"]
    assert enrolment.state == EnrolmentState.ADMITTED


def test_an_expert_who_enrols_again_is_renewed_unless_suspended(manager, clock):
    expert = an_expert(name="Eva Expert")
    call = a_pool_call(by=manager)
    enrolment = marked(an_enrolment(call, person=expert.user, answers=expert_answers(employer="DTU")), by=manager)
    suspend_expert(expert, "Late.", by=manager, at=clock.now)
    with pytest.raises(RuleBroken, match="suspended"):
        deciding.admit_enrolment(enrolment, date(2028, 1, 1), by=manager, at=clock.now)
    assert queries.get_enrolment(enrolment.id).state == EnrolmentState.SUBMITTED


def test_a_refusal_gives_its_reasons(manager, clock):
    enrolment = an_enrolment(a_pool_call(by=manager))
    deciding.refuse_enrolment(enrolment, "Not our field.", by=manager, at=clock.now)
    body = db.session.scalars(select(Letter.body).where(Letter.occasion == "pools/refuse")).one()
    assert "Not our field." in body


def test_an_admitted_organisation_is_an_accredited_provider(manager, clock):
    call, owner = a_pool_call(PoolKind.PROVIDERS, by=manager), an_applicant()
    organisation = an_organisation(owner)
    with pytest.raises(RuleBroken, match="Choose the organisation"):
        enrolling.start_enrolment(call, by=owner, at=clock.now)
    with pytest.raises(NotPermitted):
        enrolling.start_enrolment(call, organisation, by=an_applicant(), at=clock.now)
    begun = enrolling.start_enrolment(call, organisation, by=owner, at=clock.now)
    known = dict(begun.content) | {"contact_email": "lab@x.example", "services": "Test; 850; day"}
    enrolling.save_enrolment(begun, known | {"answers": {"q1": "Yes."}}, by=owner, at=clock.now)
    enrolling.submit_enrolment(begun, owner.name, by=owner, at=clock.now)
    until = date(2028, 1, 1)
    deciding.admit_enrolment(marked(begun, by=manager), until, by=manager, at=clock.now)
    provider = find_same(PROGRAMME, organisation.name, "")
    assert (provider.state, provider.accredited_until) == (ProviderState.ACCREDITED, until)
    assert provider.organisation_id == organisation.id
