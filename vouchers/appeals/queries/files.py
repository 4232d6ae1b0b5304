"""Finding appeals, what can be appealed against, and the list of the staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from vouchers.appeals.models import Appeal
from vouchers.appeals.rules.filing import against_of
from vouchers.appeals.states import Against, AppealState
from vouchers.applications.models import Application
from vouchers.applications.queries.files import WHOLE as WHOLE_APPLICATION
from vouchers.applications.states import ApplicationState
from vouchers.audit.models import AuditEvent
from vouchers.audit.queries import list_events_of
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import Filled, ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.decisions.letters import told_at_of
from vouchers.decisions.models import Decision
from vouchers.decisions.queries.conditions import list_unsettled
from vouchers.decisions.queries.contests import find_decision
from vouchers.decisions.rules.awards import usual_amount
from vouchers.documents.models import Document
from vouchers.documents.queries import list_documents_of
from vouchers.letters.queries import find_first_written
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Call, Programme
from vouchers.programmes.rules.appealing import appeal_until_of
from vouchers.regions.models import Region
from vouchers.users.mandate import Mandate
from vouchers.users.queries import covered_by

_S = AppealState
OPEN = frozenset({_S.LATE, _S.FILED, _S.TAKEN_UP})
"""Sent, and not decided."""
PENDING = frozenset({_S.FILED, _S.TAKEN_UP})
"""In time or admitted, and not decided: what an appeal may hold up waits for these."""
WITH_APPLICANT = frozenset({_S.DRAFT, *OPEN})
_WHOLE = (joinedload(Appeal.application).options(*WHOLE_APPLICATION), joinedload(Appeal.decider))
_TOLD_BY_CHECK = ("evaluation/find_ineligible",)


def get_appeal(appeal_id: int, **_rest_of_address: Any) -> Appeal:
    """An appeal with its application. Raises `NotFound`."""
    found = db.session.scalars(select(Appeal).where(Appeal.id == appeal_id).options(*_WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such appeal."))
    return found


def list_appeals(application_id: int) -> list[Appeal]:
    """The appeals about an application, the newest first."""
    found = select(Appeal).where(Appeal.application_id == application_id).options(*_WHOLE)
    return list(db.session.scalars(found.order_by(Appeal.id.desc())))


def list_with_open_appeal(application_ids: Sequence[int]) -> list[int]:
    """Which of these applications have an appeal that was sent and is not decided."""
    if not application_ids:
        return []
    found = select(Appeal.application_id).where(Appeal.application_id.in_(application_ids), Appeal.state.in_(OPEN))
    return list(db.session.scalars(found))


def find_open_appeal(application_id: int) -> Appeal | None:
    """The one that is being written or waits for its ruling."""
    return next((one for one in list_appeals(application_id) if one.state in WITH_APPLICANT), None)


# What can be appealed against ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an applicant was told and may appeal against, and until when."""

    against: Against
    decision_id: int | None
    told_at: datetime
    due_at: datetime


def find_ruling(application: Application) -> Ruling | None:
    """What can be appealed against as the application stands; None for nothing."""
    usual = usual_amount(application.requested, application.grant.cap)
    has_conditions = application.state == ApplicationState.AWARDED and bool(list_unsettled(application.id))
    against = against_of(application.state, application.awarded, usual, has_conditions=has_conditions)
    if against is None:
        return None
    if against is Against.INELIGIBLE:
        told_at = find_first_written("application", application.id, _TOLD_BY_CHECK) or application.decided_at
        return Ruling(against, None, told_at, appeal_until_of(application, told_at)) if told_at else None
    decision = find_decision(application.id)
    if decision is None or not decision.is_told:
        return None
    told_at = told_at_of(decision)
    return Ruling(against, decision.id, told_at, appeal_until_of(application, told_at))


def find_admission(appeal: Appeal) -> AuditEvent | None:
    """The step that admitted a late appeal, with its reason; None where it was not late, or is not admitted."""
    if not appeal.late_reason:
        return None
    events = list_events_of([("appeal", appeal.id)])
    return next((event for event in events if event.tag == "appeal.admit_late"), None)


def find_appealed(appeal: Appeal) -> Decision | None:
    """The decision that an appeal is against, whatever was decided since; None where the formal check is."""
    return db.session.get(Decision, appeal.decision_id) if appeal.decision_id else None


def was_decided_before(application_id: int, ruling: Ruling) -> bool:
    """Whether an appeal against the same was sent and not withdrawn."""
    found = select(Appeal.id).where(
        Appeal.application_id == application_id,
        Appeal.against == ruling.against,
        Appeal.decision_id.is_(None) if ruling.decision_id is None else Appeal.decision_id == ruling.decision_id,
        Appeal.state.not_in([_S.DRAFT, _S.WITHDRAWN]),
    )
    return db.session.scalars(found.limit(1)).first() is not None


# Files ---------------------------------------------------------------------------------------------------------------


def list_files(appeal_id: int) -> list[Document]:
    """The files of an appeal, oldest first."""
    return list_documents_of("appeal", appeal_id)


@dataclass(frozen=True, slots=True)
class AppealFile:
    """A file as a reader asks for it."""

    appeal: Appeal
    document: Document | None


def get_file(appeal_id: int, document_id: int) -> AppealFile:
    """A file of an appeal. Raises `NotFound` for an unknown appeal."""
    appeal = get_appeal(appeal_id)
    return AppealFile(appeal, next((one for one in list_files(appeal.id) if one.id == document_id), None))


# The list of the staff -----------------------------------------------------------------------------------------------

SORTS = ("due", "filed", "reference", "organisation", "region")


def list_worklist(query: ListQuery, mandate: Mandate, person_id: int) -> Page:
    """The appeals within a mandate and those that the person decides; without a filter those that are not decided."""
    statement = (
        select(Appeal)
        .join(Appeal.application)
        .join(Application.call)
        .join(Call.programme)
        .join(Application.region)
        .join(Application.organisation)
        .where(
            or_(covered_by(mandate, Programme.code, Region.code), Appeal.decider_id == person_id),
            Appeal.filed_at.is_not(None),
        )
        .options(*_WHOLE)
    )
    match query.filters.get("state"):
        case None:
            statement = statement.where(Appeal.state.in_(OPEN))
        case "all":
            pass
        case state:
            statement = statement.where(Appeal.state == AppealState(state))
    if query.q:
        names = (Appeal.number, Application.reference, Organisation.name)
        statement = statement.where(or_(*(name.icontains(query.q, autoescape=True) for name in names)))
    orders = {
        "due": Appeal.decide_by,
        "filed": Filled(Appeal.filed_at),
        "reference": Filled(Application.reference),
        "organisation": Organisation.name,
        "region": Region.code,
    }
    return paginate(db.session, statement, query, orders)
