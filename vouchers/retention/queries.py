"""How long applications are kept, what holds them, what may go, and what is kept of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from vouchers.agreements.models import Agreement
from vouchers.applications.models import Answer, Application, Partner
from vouchers.applications.states import ApplicationState
from vouchers.audit.models import AuditEvent
from vouchers.core.clock import add_months, day_in
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.documents.models import Document
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Journal, JournalLine
from vouchers.letters.models import Letter
from vouchers.organisations.models import Membership, Organisation
from vouchers.programmes.models import Call, Programme
from vouchers.programmes.rules.plan import StateAid
from vouchers.regions.models import Region
from vouchers.retention.models import DataRequest, Disposal, DisposalItem, Hold
from vouchers.retention.rules.keeping import DRAFT_MONTHS, Facts, Kept, Span, bases_of, keep
from vouchers.retention.states import DisposalState, HoldState
from vouchers.users.models import RoleGrant, User, UserSession

UNSENT = (ApplicationState.DRAFT, ApplicationState.AWAITING_SIGNATURE, ApplicationState.WITHDRAWN)
_SETTLED = (
    ApplicationState.INELIGIBLE,
    ApplicationState.REJECTED,
    ApplicationState.COMPLETED,
    ApplicationState.LAPSED,
    ApplicationState.WITHDRAWN,
)
_GRANTED = (
    ApplicationState.AWARDED, ApplicationState.AGREED, ApplicationState.COMPLETED, ApplicationState.LAPSED,
)  # fmt: skip
SORTS = ("reference",)
MOST_AT_ONCE = 1_000
"""Lines of one list of what may go."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """One application and how long it is kept."""

    id: int
    reference: str
    state: ApplicationState
    organisation: str
    call: str
    kept: Kept


def list_programmes_of(codes: Sequence[str | None]) -> list[Programme]:
    """The programmes with these codes by name; None among them: all."""
    found = db.session.scalars(select(Programme).order_by(Programme.code))
    return [one for one in found if None in codes or one.code in codes]


# How long ------------------------------------------------------------------------------------------------------------


def page_of_keeping(programme: Programme, query: ListQuery, *, today: date) -> Page:
    """The applications of a programme with how long each is kept; six queries."""
    statement = _applications(programme)
    if query.filters.get("show") == "due":
        statement = statement.where(is_due(today))
    if query.q:
        statement = statement.where(Application.reference.icontains(query.q, autoescape=True))
    page = paginate(db.session, statement, query, {"reference": Application.id}, unique=(Application.id,))
    rows = _keeping(page.items)
    return Page(rows, page.total, page.query)


def _applications(programme: Programme) -> Any:
    return (
        select(
            Application.id, Application.reference, Application.state, Application.submitted_at,
            Application.decided_at, Application.is_told, Organisation.name, Region.time_zone, Region.code.label("region"),
            Application.call_id, Call.code.label("call"), Call.closes_at, Call.time_zone.label("call_zone"),
            Agreement.approved_on,
        )
        .join(Application.call)
        .join(Application.region)
        .join(Application.organisation)
        .outerjoin(Agreement, Agreement.application_id == Application.id)
        .where(Call.programme_id == programme.id)
    )  # fmt: skip


def is_due(today: date) -> ColumnElement[bool]:
    """What was never submitted, six months after the end of its call, and on no hold.

    The end of the call is compared a day late, so that its time zone never makes it early; `find_kept` tells exactly.
    """
    last = datetime.combine(add_months(today, -DRAFT_MONTHS), datetime.min.time()).astimezone()
    return and_(
        Application.state.in_(UNSENT),
        Application.submitted_at.is_(None),
        Call.closes_at < last,
        Application.title != ERASED,
        ~_is_held(),
    )


ERASED = "–"
"""The title of an application whose words were erased."""


def _is_held() -> ColumnElement[bool]:
    return (
        select(Hold.id)
        .where(
            Hold.state == HoldState.SET,
            Hold.programme_id == Call.programme_id,
            or_(Hold.application_id.is_(None), Hold.application_id == Application.id),
        )
        .correlate(Application, Call)
        .exists()
    )


def find_kept(application_id: int) -> Kept:
    """How long one application is kept."""
    programme = db.session.scalars(
        select(Programme).join(Programme.calls).join(Application, Application.call_id == Call.id)
        .where(Application.id == application_id)
    ).one()  # fmt: skip
    rows = db.session.execute(_applications(programme).where(Application.id == application_id)).all()
    return _keeping(rows)[0].kept


def _keeping(rows: Sequence[Any]) -> list[Keeping]:
    paid, holds = _map_last_paid([row.reference for row in rows]), _map_holds([row.id for row in rows])
    calls = {
        one.id: one
        for one in db.session.scalars(
            select(Call).where(Call.id.in_({row.call_id for row in rows})).options(joinedload(Call.programme))
        )
    }
    return [
        Keeping(
            row.id,
            row.reference,
            row.state,
            row.name,
            row.call,
            keep(bases_of(_facts(row, calls[row.call_id], paid)), holds.get(row.id, [])),
        )
        for row in rows
    ]


def _facts(row: Any, call: Call, paid: dict[str, date]) -> Facts:
    def day(moment: datetime | None) -> date | None:
        return None if moment is None else day_in(row.time_zone, moment)

    granted_on = row.approved_on or (day(row.decided_at) if row.state in _GRANTED else None)
    return Facts(
        closed_on=day_in(row.call_zone, row.closes_at),
        submitted_on=day(row.submitted_at),
        decided_on=day(row.decided_at),
        granted_on=granted_on,
        last_paid_on=paid.get(row.reference),
        is_aid=call.programme.plan.rules.state_aid_of(row.region) is not StateAid.NONE,
        is_settled=row.state in _SETTLED,
    )


def _map_last_paid(references: Sequence[str]) -> dict[str, date]:
    found = db.session.execute(
        select(JournalLine.voucher, func.max(Journal.on))
        .join(Journal, Journal.id == JournalLine.journal_id)
        .where(
            JournalLine.voucher.in_(references), JournalLine.account == Account.PAID.value, JournalLine.cents > 0
        )
        .group_by(JournalLine.voucher)
    )
    return {voucher: day for voucher, day in found}


def _map_holds(ids: Sequence[int]) -> dict[int, list[Span]]:
    found = db.session.execute(
        select(Application.id, Hold.set_at, Hold.lifted_at, Region.time_zone)
        .join(Application.call)
        .join(Application.region)
        .join(Hold, Hold.programme_id == Call.programme_id)
        .where(Application.id.in_(ids), or_(Hold.application_id.is_(None), Hold.application_id == Application.id))
    )
    spans: dict[int, list[Span]] = {}
    for key, set_at, lifted_at, zone in found:
        last = None if lifted_at is None else day_in(zone, lifted_at)
        spans.setdefault(key, []).append(Span(day_in(zone, set_at), last))
    return spans


# Holds ---------------------------------------------------------------------------------------------------------------


def get_hold(hold_id: int) -> Hold:
    """A hold. Raises `NotFound`."""
    found = db.session.scalars(select(Hold).where(Hold.id == hold_id).options(*_HOLD)).first()
    if found is None:
        raise NotFound(_("There is no such hold."))
    return found


def list_holds(programme: Programme) -> list[Hold]:
    """The holds of a programme, those that stand first."""
    found = select(Hold).where(Hold.programme_id == programme.id).options(*_HOLD)
    return list(db.session.scalars(found.order_by(Hold.lifted_at.is_not(None), Hold.id.desc())))


_HOLD = (
    joinedload(Hold.programme),
    joinedload(Hold.application).defer(Application.granted_terms),
    joinedload(Hold.set_by),
)


def find_application(programme: Programme, reference: str) -> Application | None:
    """An application of this programme by its reference."""
    found = select(Application).join(Application.call).where(Call.programme_id == programme.id)
    return db.session.scalars(found.where(Application.reference == reference)).first()


# What may go ---------------------------------------------------------------------------------------------------------


def list_due(programme: Programme, *, today: date) -> list[Keeping]:
    """What may go now and stands on no list that waits, the oldest first."""
    listed = (
        select(DisposalItem.application_id)
        .join(DisposalItem.disposal)
        .where(Disposal.state.in_((DisposalState.PROPOSED, DisposalState.APPROVED)))
    )
    found = _applications(programme).where(is_due(today), Application.id.not_in(listed)).order_by(Application.id)
    return [one for one in _keeping(db.session.execute(found.limit(MOST_AT_ONCE)).all()) if one.kept.is_due(today)]


def get_disposal(disposal_id: int) -> Disposal:
    """A list with its lines. Raises `NotFound`."""
    found = db.session.scalars(
        select(Disposal)
        .where(Disposal.id == disposal_id)
        .options(
            selectinload(Disposal.items),
            joinedload(Disposal.programme),
            joinedload(Disposal.proposed_by),
            joinedload(Disposal.decided_by),
        )
    ).first()
    if found is None:
        raise NotFound(_("There is no such list."))
    return found


def list_disposals(programme: Programme) -> list[tuple[Disposal, int]]:
    """The lists of a programme and how many lines each has, the newest first."""
    counted = select(func.count()).where(DisposalItem.disposal_id == Disposal.id).correlate(Disposal).scalar_subquery()
    found = select(Disposal, counted).where(Disposal.programme_id == programme.id).order_by(Disposal.id.desc())
    return [(one, count) for one, count in db.session.execute(found.limit(200))]


def list_documents_of(application_id: int) -> list[Document]:
    """The files of an application, removed ones too."""
    found = select(Document).where(Document.subject_kind == "application", Document.subject_id == application_id)
    return list(db.session.scalars(found.order_by(Document.id)))


def list_named_elsewhere(keys: Sequence[str], but: Sequence[int]) -> set[str]:
    """Those of these bytes that another document is made of too."""
    found = select(Document.sha256).where(Document.sha256.in_(keys), Document.id.not_in(but))
    return set(db.session.scalars(found))


def list_partner_ids(application_id: int) -> list[int]:
    """Who was invited to an application."""
    return list(db.session.scalars(select(Partner.id).where(Partner.application_id == application_id)))


# What is kept of a person --------------------------------------------------------------------------------------------

__all__ = ["Answer", "AuditEvent", "DataRequest", "Letter", "Membership", "RoleGrant", "User", "UserSession", "false"]
