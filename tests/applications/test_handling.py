"""Who handles an application: taken over, handed over, given back, one by one and many at once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.builders.applications import a_complete_draft, a_submitted_application, owner_of
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff, an_applicant, an_expert_user
from vouchers.applications.actions.handling import assign_many, hand_over_application, take_over_application
from vouchers.applications.actions.recusing import recuse
from vouchers.applications.actions.submitting import withdraw_application
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.letters.models import Letter
from vouchers.users.actions.accounts import disable_user
from vouchers.users.models import User
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

AT = during_call()


@pytest.fixture(autouse=True)
def programme(app: Any, clock: Any) -> None:
    clock.stop(AT)
    in2()


def a_manager(region: str = "BE-WAL", name: str | None = None) -> User:
    return a_member_of_staff(Role.CLUSTER_MANAGER, region=region, name=name, with_factor=False)


def officer_of(application: Application) -> int | None:
    db.session.rollback()
    return get_application(application.id).officer_id


def events_of(application: Application) -> list[str]:
    wanted = (AuditEvent.subject_kind == "application", AuditEvent.subject_id == application.id)
    return list(db.session.scalars(select(AuditEvent.tag).where(*wanted).order_by(AuditEvent.id)))


def test_a_manager_takes_over_hands_over_and_gives_back() -> None:
    application, ada, bea = a_submitted_application(), a_manager(), a_manager()
    state, letters = application.state, db.session.query(Letter).count()
    assert application.officer_id is None

    take_over_application(application, by=ada, at=AT)
    assert officer_of(application) == ada.id
    with pytest.raises(RuleBroken, match="already"):
        take_over_application(application, by=ada, at=AT)
    hand_over_application(application, bea, by=ada, at=AT)
    assert officer_of(application) == bea.id
    with pytest.raises(RuleBroken, match="already"):
        hand_over_application(application, bea, by=ada, at=AT)
    take_over_application(application, by=ada, at=AT)
    hand_over_application(application, None, by=bea, at=AT)
    assert officer_of(application) is None
    with pytest.raises(RuleBroken, match="Nobody"):
        hand_over_application(application, None, by=bea, at=AT)

    assert get_application(application.id).state == state
    assert events_of(application)[-4:] == [
        "application.take_over", "application.hand_over", "application.take_over", "application.hand_over",
    ]  # fmt: skip
    assert db.session.query(Letter).count() == letters


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE_OFFICER, Role.ADMINISTRATOR])
def test_other_roles_of_the_region_handle_no_application(role: Role) -> None:
    application, manager = a_submitted_application(), a_manager()
    other = a_member_of_staff(role, region=None if role == Role.ADMINISTRATOR else "BE-WAL", with_factor=False)
    for act in (
        lambda: take_over_application(application, by=other, at=AT),
        lambda: hand_over_application(application, manager, by=other, at=AT),
    ):
        with pytest.raises(NotPermitted, match="cluster manager"):
            act()
    with pytest.raises(RuleBroken, match="may not handle"):
        hand_over_application(application, other, by=manager, at=AT)
    assert officer_of(application) is None


def test_neither_an_expert_nor_the_applicant_nor_another_region_handles_it() -> None:
    application, coordinator = a_submitted_application(), a_member_of_staff(Role.COORDINATOR, with_factor=False)
    for person in (an_expert_user(), an_applicant(), owner_of(application), a_manager("NL-NB"), OFFICE):
        with pytest.raises(NotPermitted):
            take_over_application(application, by=person, at=AT)
        if person is not OFFICE:
            with pytest.raises(RuleBroken, match="may not handle"):
                hand_over_application(application, person, by=coordinator, at=AT)
    take_over_application(application, by=coordinator, at=AT)
    assert officer_of(application) == coordinator.id


def test_a_draft_is_handled_by_nobody_and_what_was_withdrawn_may_be() -> None:
    manager, draft, application = a_manager(), a_complete_draft(), a_submitted_application()
    with pytest.raises(WrongState):
        take_over_application(draft, by=manager, at=AT)
    withdraw_application(draft, "No.", by=owner_of(draft), at=AT)
    with pytest.raises(NotPermitted):
        take_over_application(draft, by=manager, at=AT)
    withdraw_application(application, "No.", by=owner_of(application), at=AT)
    take_over_application(application, by=manager, at=AT)
    assert officer_of(application) == manager.id


def test_who_steps_back_does_not_handle_it_any_more_and_cannot_be_given_it() -> None:
    application, ada, bea = a_submitted_application(), a_manager(), a_manager()
    take_over_application(application, by=ada, at=AT)
    recuse(application, "My sister works there.", by=ada, at=AT)
    assert officer_of(application) is None
    with pytest.raises(NotPermitted, match="stepped back"):
        take_over_application(application, by=ada, at=AT)
    with pytest.raises(RuleBroken, match="may not handle"):
        hand_over_application(application, ada, by=bea, at=AT)


def test_a_closed_account_is_given_no_work() -> None:
    application, ada, gone = a_submitted_application(), a_manager(), a_manager()
    disable_user(gone, by=OFFICE, at=AT)
    with pytest.raises(RuleBroken, match="may not handle"):
        hand_over_application(application, gone, by=ada, at=AT)


def test_two_officers_press_at_once_and_one_reads_that_somebody_was_faster() -> None:
    application, ada, bea = a_submitted_application(), a_manager(), a_manager()
    seen = application.version
    take_over_application(application, by=ada, at=AT, version=seen)
    with pytest.raises(WrongState, match="Someone else changed this"):
        take_over_application(application, by=bea, at=AT, version=seen)
    assert officer_of(application) == ada.id


def test_of_many_one_that_is_refused_leaves_the_others() -> None:
    manager, first, away, last = (
        a_manager(),
        a_submitted_application(),
        a_submitted_application("MG", "NL-NB"),
        a_submitted_application(),
    )
    told = assign_many([(one, one.version) for one in (first, away, last)], manager, by=manager, at=AT)
    assert [(one.reference, one.is_done) for one in told] == [
        (first.reference, True), (away.reference, False), (last.reference, True),
    ]  # fmt: skip
    assert "cluster manager" in str(told[1].sentence)
    assert [officer_of(one) for one in (first, away, last)] == [manager.id, None, manager.id]
    told = assign_many([(first, get_application(first.id).version)], None, by=manager, at=AT)
    assert [str(one.sentence) for one in told] == ["Nobody handles it now."]
