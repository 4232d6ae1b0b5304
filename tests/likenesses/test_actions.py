"""What a coordinator finds out about two accounts, and what follows from it at the next step."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from tests.builders.applications import an_organisation
from tests.builders.likenesses import REASON, a_namesake, a_noted_likeness
from tests.builders.payments import PAID_AT, Desk, a_made_batch
from tests.builders.programmes import in2
from tests.builders.recoveries import a_proposed_recovery
from tests.builders.users import a_member_of_staff
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.likenesses import actions, queries
from vouchers.likenesses.lifecycle import LIKENESS
from vouchers.likenesses.rules import Other
from vouchers.likenesses.states import LikenessState, Part, Sign
from vouchers.organisations.actions import accept_membership, invite_member
from vouchers.organisations.states import MemberRole
from vouchers.payments import queries as payments
from vouchers.payments.actions.batches import authorise_batch
from vouchers.recoveries.actions.ordering import order_recovery
from vouchers.recoveries.queries import get_recovery
from vouchers.users.queries import get_user
from vouchers.users.states import Role


@pytest.fixture
def desk(app):
    in2()
    return Desk()


def a_coordinator():
    return a_member_of_staff(Role.COORDINATOR, with_factor=False)


def test_the_record_of_it_names_nobody(desk):
    likeness = a_noted_likeness(desk)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "likeness.note")).one()
    assert (event.subject_id, event.actor_id) == (likeness.id, likeness.actor_id)
    said = json.dumps(event.detail.body)
    assert "cousin" not in said
    assert desk.maker.name not in said
    assert desk.maker.email not in said
    assert '"name"' in said  # by what they are alike


def test_who_was_told_apart_is_not_asked_again_but_for_a_new_sign(desk):
    likeness = a_noted_likeness(desk)
    twin = get_user(likeness.actor_id)
    actions.tell_apart_likeness(likeness, "Two birth certificates.", by=a_coordinator(), at=PAID_AT)
    assert queries.get_likeness(likeness.id).state == LikenessState.TOLD_APART
    assert queries.list_found(twin, [Other(desk.maker, Part.FIRST)]) == []
    assert queries.list_found(desk.maker, [Other(twin, Part.FIRST)]) == []

    company = an_organisation(desk.maker)
    invited = invite_member(company, twin.email, MemberRole.EDITOR, by=desk.maker, at=PAID_AT)
    accept_membership(invited, by=twin, at=PAID_AT)
    found = queries.list_found(twin, [Other(desk.maker, Part.FIRST)])
    assert [one.signs for one in found] == [(Sign.NAME, Sign.MEMBER)]


def test_who_was_found_to_be_one_person_is_refused_until_that_is_taken_back(desk):
    likeness = a_noted_likeness(desk)
    coordinator = a_coordinator()
    actions.find_same_likeness(likeness, "One passport.", by=coordinator, at=PAID_AT)
    twin = get_user(likeness.actor_id)
    batch = a_made_batch(desk)
    with pytest.raises(NotPermitted, match="You made this batch"):
        authorise_batch(batch, by=twin, at=PAID_AT, two_persons=REASON)
    with pytest.raises(WrongState):
        actions.find_same_likeness(likeness, "Again.", by=coordinator, at=PAID_AT)

    actions.tell_apart_likeness(queries.get_likeness(likeness.id), "Twins.", by=coordinator, at=PAID_AT)
    assert get_user(twin.id).same_as_id is None
    authorise_batch(payments.get_batch(batch.id), by=get_user(twin.id), at=PAID_AT)
    assert len(queries.list_noted_of(("batch", batch.id))) == 0


def test_only_a_coordinator_who_is_neither_of_the_two_looks_into_it(desk):
    likeness = a_noted_likeness(desk)
    for person in (desk.second, desk.manager, a_member_of_staff(Role.AUDITOR, with_factor=False)):
        with pytest.raises(NotPermitted, match="Only a coordinator"):
            actions.tell_apart_likeness(likeness, "No.", by=person, at=PAID_AT)
    likeness.other = a_coordinator()
    assert "about you" in str(LIKENESS.tell_apart.allowed(likeness.other, likeness))
    with pytest.raises(NotPermitted, match="noted at the step"):
        raise NotPermitted(LIKENESS.note.allowed(desk.second, likeness))


def test_a_look_that_was_overtaken_is_refused(desk):
    likeness = a_noted_likeness(desk)
    coordinator = a_coordinator()
    with pytest.raises(WrongState):
        actions.tell_apart_likeness(likeness, "No.", by=coordinator, at=PAID_AT, version=likeness.version + 1)
    assert queries.get_likeness(likeness.id).state == LikenessState.NOTED


def test_an_order_of_a_recovery_asks_the_same(desk):
    recovery = a_proposed_recovery(desk)
    twin = a_namesake(recovery.proposed_by, region=recovery.agreement.application.region.code)
    with pytest.raises(RuleBroken, match="took the first step"):
        order_recovery(recovery, by=twin, at=recovery.proposed_at)
    order_recovery(get_recovery(recovery.id), by=twin, at=recovery.proposed_at, two_persons=REASON)
    assert [one.verb for one in queries.list_noted_of(("recovery", recovery.id))] == ["order"]
