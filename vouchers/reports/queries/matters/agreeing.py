"""What waits between the award and the activity: conditions, agreements, the entry in the aid register."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, or_, select

from vouchers.advances.models import Advance
from vouchers.advances.states import AdvanceState
from vouchers.agreements.models import Agreement, Party
from vouchers.agreements.states import AgreementState, PartyKind
from vouchers.amendments.models import Amendment, Termination, TerminationSide
from vouchers.amendments.states import AmendmentState, TerminationState
from vouchers.appeals.queries.waiting import list_suspended_awards
from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.decisions.models import AwardCondition
from vouchers.decisions.queries.conditions import UNSETTLED
from vouchers.decisions.states import ConditionState
from vouchers.eligibility.models import AidEntry
from vouchers.eligibility.rules.register import EUROPEAN_UNION
from vouchers.eligibility.states import EntryState
from vouchers.organisations.models import Organisation
from vouchers.regions.models import Region
from vouchers.reports.queries.matters.checking import of_application
from vouchers.reports.queries.matters.matter import Seen
from vouchers.users.mandate import Mandate
from vouchers.users.queries import covered_by


def to_issue(seen: Seen) -> Any:
    """Awarded, without an agreement that could be issued now: none that waits because of appeals or conditions."""
    suspended = list_suspended_awards(at=seen.now)
    issued = select(Agreement.id).where(Agreement.application_id == Application.id)
    found = of_application(Application.id, Application.decided_at)
    waiting = (Application.state == ApplicationState.AWARDED, ~issued.exists(), Application.id.not_in(suspended))
    conditions = select(AwardCondition.id).where(
        AwardCondition.application_id == Application.id, AwardCondition.state.in_(UNSETTLED)
    )
    return found.where(*waiting, ~conditions.exists()).order_by(Application.decided_at, Application.id)


def to_meet(_seen: Seen) -> Any:
    """Conditions of awards that are neither met nor waived, the earliest day first."""
    return _conditions(AwardCondition.state == ConditionState.OPEN)


def to_waive(seen: Seen) -> Any:
    """Waivers that somebody else has asked for."""
    return _conditions(
        AwardCondition.state == ConditionState.WAIVER_ASKED, AwardCondition.asked_by_id != seen.person_id
    )


def _conditions(*waiting: Any) -> Any:
    return (
        of_application(AwardCondition.id, AwardCondition.attached_at, AwardCondition.until)
        .join(AwardCondition, AwardCondition.application_id == Application.id)
        .where(*waiting)
        .order_by(AwardCondition.until.is_(None), AwardCondition.until, AwardCondition.id)
    )


def to_accept(_seen: Seen) -> Any:
    """Offered, and the region has not accepted."""
    return (
        of_application(Agreement.id, Agreement.issued_at, Agreement.accept_by)
        .join(Agreement, Agreement.application_id == Application.id)
        .join(Party, Party.agreement_id == Agreement.id)
        .where(Agreement.state == AgreementState.OFFERED)
        .where(Party.kind == PartyKind.REGION, Party.accepted_at.is_(None))
        .order_by(Agreement.accept_by, Agreement.id)
    )


def to_amend(seen: Seen) -> Any:
    """Amendments that somebody else has asked for."""
    return _of_agreement(Amendment, Amendment.asked_at).where(
        Amendment.state == AmendmentState.ASKED, Amendment.asked_by_id != seen.person_id
    )


def to_pay_ahead(seen: Seen) -> Any:
    """Advances that somebody else has asked for."""
    return _of_agreement(Advance, Advance.asked_at).where(
        Advance.state == AdvanceState.ASKED, Advance.asked_by_id != seen.person_id
    )


def to_terminate(seen: Seen) -> Any:
    """Terminations that somebody else has proposed, once the parties have answered or their time is over."""
    silent = select(TerminationSide.id).where(
        TerminationSide.termination_id == Termination.id, TerminationSide.answered_at.is_(None)
    )
    is_heard = or_(Termination.answer_by.is_(None), Termination.answer_by < seen.today, ~silent.exists())
    return _of_agreement(Termination, Termination.proposed_at).where(
        Termination.state == TerminationState.PROPOSED, Termination.proposed_by_id != seen.person_id, is_heard
    )


def _of_agreement(kind: Any, since: Any) -> Any:
    found = of_application(kind.id, since).join(Agreement, Agreement.application_id == Application.id)
    return found.join(kind, kind.agreement_id == Agreement.id).order_by(since, kind.id)


def to_register(_seen: Seen) -> Any:
    """Grants that are not entered; in a country of the Union until a day."""
    last_day: Any = case((Region.country.in_(EUROPEAN_UNION), AidEntry.register_by))
    return (
        select(AidEntry.id, AidEntry.application_reference, Organisation.name, AidEntry.granted_on, last_day)
        .select_from(AidEntry)
        .join(Region, Region.id == AidEntry.region_id)
        .join(Organisation, Organisation.id == AidEntry.organisation_id)
        .where(AidEntry.state == EntryState.DUE)
        .order_by(AidEntry.register_by, AidEntry.id)
    )


def of_entries(statement: Any, mandate: Mandate) -> Any:
    """Narrow a query of the register to what a mandate covers."""
    return statement.where(covered_by(mandate, AidEntry.programme, Region.code))
