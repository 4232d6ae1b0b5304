"""Findings: issued, answered, followed up, closed; by whom, and who is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.builders.agreements import an_active_agreement
from tests.builders.appeals import a_coordinator
from tests.builders.audits import a_finding, a_mandate, auditor_of
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff
from vouchers.audits.actions import findings as actions
from vouchers.audits.actions.findings import Point
from vouchers.audits.actions.mandates import end_mandate
from vouchers.audits.queries.findings import get_finding
from vouchers.audits.states import FindingState, Severity
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.letters.models import Letter
from vouchers.users.states import Role

AT = during_call()
BY = AT.date() + timedelta(days=30)


@pytest.fixture(autouse=True)
def _office(app, clock):
    in2()
    clock.stop(AT)


def told(occasion):
    return set(db.session.scalars(select(Letter.to_email).where(Letter.occasion == f"audits/{occasion}")))


def point(region="BE-WAL", voucher=None):
    return Point(in2().region(region), voucher, "A gap", Severity.HIGH, EUR("10"), "Fill it.")


def test_a_finding_is_answered_followed_up_and_closed():
    officer = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")
    elsewhere = a_member_of_staff(Role.FINANCE_OFFICER, region="NL-NB")
    mandate = a_mandate("BE-WAL")
    finding, auditor = a_finding(mandate), auditor_of(mandate)
    assert officer.email in told("issue")
    assert elsewhere.email not in told("issue")
    actions.reply_finding(finding, "We stamp them now.", by=officer, at=AT)
    assert told("reply") == {auditor.email}
    later = BY + timedelta(days=10)
    actions.follow_up_finding(get_finding(finding.id), "Show one.", later, by=auditor, at=AT)
    assert get_finding(finding.id).reply_by == later
    actions.reply_finding(get_finding(finding.id), "Attached.", by=officer, at=AT)
    actions.close_finding(get_finding(finding.id), "Seen.", by=auditor, at=AT)
    closed = get_finding(finding.id)
    assert (closed.state, closed.closed_at) == (FindingState.CLOSED, AT)
    assert [(note.verb, note.text) for note in closed.notes] == [
        ("issue", "Stamp them."), ("reply", "We stamp them now."), ("follow_up", "Show one."), ("reply", "Attached."),
        ("close", "Seen."),
    ]  # fmt: skip
    assert officer.email in told("close") & told("follow_up")


def test_steps_have_their_order():
    mandate = a_mandate("BE-WAL")
    finding, auditor = a_finding(mandate), auditor_of(mandate)
    with pytest.raises(WrongState):
        actions.follow_up_finding(finding, "x", BY, by=auditor, at=AT)
    actions.close_finding(get_finding(finding.id), "An error of mine.", by=auditor, at=AT)
    officer = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")
    with pytest.raises(WrongState):
        actions.reply_finding(get_finding(finding.id), "x", by=officer, at=AT)


def test_the_region_answers_and_the_auditor_decides():
    mandate = a_mandate("BE-WAL")
    finding, auditor = a_finding(mandate), auditor_of(mandate)
    officer = a_member_of_staff(Role.CLUSTER_MANAGER, region="BE-WAL")
    for person in (auditor, a_coordinator(), a_member_of_staff(Role.CLUSTER_MANAGER, region="NL-NB")):
        with pytest.raises(NotPermitted):
            actions.reply_finding(get_finding(finding.id), "x", by=person, at=AT)
    actions.reply_finding(get_finding(finding.id), "x", by=officer, at=AT)
    for person in (officer, a_coordinator(), a_member_of_staff(Role.AUDITOR)):
        with pytest.raises(NotPermitted):
            actions.follow_up_finding(get_finding(finding.id), "x", BY, by=person, at=AT)
        with pytest.raises(NotPermitted):
            actions.close_finding(get_finding(finding.id), "x", by=person, at=AT)


def test_who_comes_after_the_auditor_may_close():
    first = a_mandate("BE-WAL")
    finding = a_finding(first)
    end_mandate(first, "Over.", by=a_coordinator(), at=AT)
    with pytest.raises(NotPermitted):
        actions.close_finding(get_finding(finding.id), "x", by=auditor_of(first), at=AT)
    with pytest.raises(NotPermitted):
        actions.close_finding(get_finding(finding.id), "x", by=auditor_of(a_mandate("NL-NB")), at=AT)
    actions.close_finding(get_finding(finding.id), "Settled.", by=auditor_of(a_mandate("BE-WAL")), at=AT)


def test_nothing_is_found_outside_of_the_mandate():
    mandate = a_mandate("BE-WAL")
    auditor = auditor_of(mandate)
    with pytest.raises(NotPermitted, match="outside of your mandate"):
        actions.issue_finding(mandate, point("NL-NB"), BY, by=auditor, at=AT)
    dutch = an_active_agreement("COL", "NL-NB").application
    with pytest.raises(RuleBroken) as refused:
        actions.issue_finding(mandate, point("BE-WAL", dutch), BY, by=auditor, at=AT)
    assert refused.value.field == "voucher"
    walloon = an_active_agreement("COL", "BE-WAL").application
    made = actions.issue_finding(mandate, point("BE-WAL", walloon), BY, by=auditor, at=AT)
    assert made.voucher == walloon.reference
    wide = a_mandate()
    with pytest.raises(RuleBroken, match="belongs to"):
        actions.issue_finding(wide, point("NL-NB", walloon), BY, by=auditor_of(wide), at=AT)


def test_others_issue_none():
    mandate = a_mandate("BE-WAL")
    for role in (Role.COORDINATOR, Role.CLUSTER_MANAGER, Role.AUDITOR):
        with pytest.raises(NotPermitted):
            actions.issue_finding(mandate, point(), BY, by=a_member_of_staff(role), at=AT)


@pytest.mark.parametrize("reply_by", [AT.date(), AT.date() + timedelta(days=367), date(2020, 1, 1)])
def test_the_day_for_the_answer_is_near_and_to_come(reply_by):
    mandate = a_mandate("BE-WAL")
    with pytest.raises(RuleBroken) as refused:
        actions.issue_finding(mandate, point(), reply_by, by=auditor_of(mandate), at=AT)
    assert refused.value.field == "reply_by"
