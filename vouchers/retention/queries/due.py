"""How long applications are kept, and which may go: reckoned in the database, told by the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from vouchers.agreements.models import Agreement
from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core.clock import day_in
from vouchers.core.database import db, local_day
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Journal, JournalLine
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Call, Programme
from vouchers.programmes.rules.plan import StateAid
from vouchers.regions.models import Region
from vouchers.retention.models import Disposal, DisposalItem, Hold
from vouchers.retention.queries.open import is_open, list_mandates
from vouchers.retention.rules.classes import AID_YEARS, PAYMENT_YEARS
from vouchers.retention.rules.keeping import Facts, Kept, Span, Terms, bases_of, keep, last_day_gone
from vouchers.retention.states import DisposalState, HoldState

_S = ApplicationState
_UNSENT = (_S.DRAFT, _S.AWAITING_SIGNATURE, _S.WITHDRAWN)
_SETTLED = (_S.INELIGIBLE, _S.REJECTED, _S.RESERVED, _S.COMPLETED, _S.LAPSED, _S.WITHDRAWN)
"""A place on a reserve list that nothing came of is an answer too: years after it nobody moves up any more."""
_GRANTED = (_S.AWARDED, _S.AGREED, _S.COMPLETED, _S.LAPSED)
SHOWN = ("due", "held", "open", "gone")
SORTS = ("reference",)


@dataclass(frozen=True, slots=True)
class Keeping:
    """One application and how long it is kept."""

    id: int
    reference: str
    state: ApplicationState
    organisation: str
    call: str
    is_open: bool
    reasons: tuple[str, ...]
    """Of the holds that stand."""
    mandates: tuple[str, ...]
    """The audits under which it may be read. What else is open may be confidential, and is not told."""
    disposed_at: datetime | None
    kept: Kept


def terms_of(programme: Programme) -> Terms:
    """What the programme's file says."""
    rules = programme.plan.rules
    return Terms(rules.keep_selection_years, rules.keep_drafts_months)


def page_of_keeping(programme: Programme, query: ListQuery, *, today: date) -> Page:
    """The applications of a programme with how long each is kept; a constant number of queries."""
    statement = _applications(programme, Application.id)
    match query.filters.get("show"):
        case "due":
            statement = statement.where(is_due(programme, today))
        case "held":
            statement = statement.where(_is_held())
        case "open":
            statement = statement.where(is_open(programme))
        case "gone":
            statement = statement.where(Application.disposed_at.is_not(None))
    if query.q:
        statement = statement.where(Application.reference.icontains(query.q, autoescape=True))
    shown = _applications(programme, *_shown(programme))
    page = paginate(db.session, statement, query, {"reference": Application.id}, unique=(Application.id,), shown=shown)
    return Page(_keeping(programme, page.items), page.total, page.query)


def count_due(programme: Programme, *, today: date) -> int:
    """How many applications may go and stand on no list that waits."""
    found = _applications(programme, Application.id).where(is_due(programme, today), ~_is_listed())
    return db.session.scalar(select(func.count()).select_from(found.subquery())) or 0


def list_due(programme: Programme, *, today: date, most: int) -> list[Keeping]:
    """What may go and stands on no list that waits, the oldest first."""
    found = _applications(programme, *_shown(programme)).where(is_due(programme, today), ~_is_listed())
    return _keeping(programme, db.session.execute(found.order_by(Application.id).limit(most)).all())


def find_due(programme: Programme, application_id: int, *, today: date) -> Keeping | None:
    """One application, if it may go; asked again under its lock."""
    found = _applications(programme, *_shown(programme)).where(
        Application.id == application_id, is_due(programme, today)
    )
    return next(iter(_keeping(programme, db.session.execute(found).all())), None)


def find_keeping(programme: Programme, application_id: int) -> Keeping | None:
    """One application of the programme, due or not."""
    found = _applications(programme, *_shown(programme)).where(Application.id == application_id)
    return next(iter(_keeping(programme, db.session.execute(found).all())), None)


def _applications(programme: Programme, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Application)
        .join(Application.call)
        .join(Application.region)
        .join(Application.organisation)
        .outerjoin(Agreement, Agreement.application_id == Application.id)
        .where(Call.programme_id == programme.id)
    )


def _shown(programme: Programme) -> tuple[Any, ...]:
    return (
        Application.id, Application.reference, Application.state, Application.submitted_at, Application.decided_at,
        Application.disposed_at, Organisation.name, Region.time_zone, Region.code.label("region"),
        Call.code.label("call"), Call.closes_at, Call.time_zone.label("call_zone"), Agreement.approved_on,
        is_open(programme).label("is_open"),
    )  # fmt: skip


# Which may go, in the database ----


def is_due(programme: Programme, today: date) -> ColumnElement[bool]:
    """Whether every law's time has ended and nothing is open or held. Joined: application, call, region, agreement.

    All times but that of drafts end with a year, so that years are compared; `rules.keeping` says the same on paper.
    """
    terms = terms_of(programme)
    drafts = and_(
        Application.submitted_at.is_(None),
        Application.state.in_(_UNSENT),
        local_day(Call.closes_at, Call.time_zone) <= last_day_gone(today, terms.draft_months).isoformat(),
    )
    submitted = and_(
        Application.submitted_at.is_not(None),
        Application.state.in_(_SETTLED),
        _day_of(func.coalesce(Application.decided_at, Application.submitted_at)) < _year(today, terms.selection_years),
        ~_is_paid_since(date(today.year - PAYMENT_YEARS, 1, 1)),
        _is_no_recent_aid(programme, today),
    )
    is_free = and_(Application.disposed_at.is_(None), ~_is_held(), ~_was_held_until(today), ~is_open(programme))
    return and_(is_free, or_(drafts, submitted))


def _year(today: date, years: int) -> str:
    return f"{today.year - years:04}-01-01"


def _day_of(moment: Any) -> Any:
    return local_day(moment, Region.time_zone)


def _is_paid_since(day: date) -> ColumnElement[bool]:
    return exists().where(JournalLine.journal_id == Journal.id, _is_payment(), Journal.on >= day).correlate(Application)


def _is_payment() -> ColumnElement[bool]:
    """Money that left for a voucher: what counts as paid, or went from the bank."""
    return and_(
        JournalLine.voucher == Application.reference,
        or_(
            and_(JournalLine.account == Account.PAID.value, JournalLine.cents > 0),
            and_(JournalLine.account == Account.BANK.value, JournalLine.cents < 0),
        ),
    )


def _is_no_recent_aid(programme: Programme, today: date) -> ColumnElement[bool]:
    first, rules = _year(today, AID_YEARS), programme.plan.rules
    without = [one.code for one in programme.plan.regions if rules.state_aid_of(one.code) is StateAid.NONE]
    return or_(
        Region.code.in_(without),
        and_(
            or_(Agreement.approved_on.is_(None), Agreement.approved_on < date.fromisoformat(first)),
            or_(
                Application.state.not_in(_GRANTED),
                Application.decided_at.is_(None),
                _day_of(Application.decided_at) < first,
            ),
        ),
    )


def _holds(*wanted: Any) -> ColumnElement[bool]:
    return (
        select(Hold.id)
        .where(
            Hold.programme_id == Call.programme_id,
            or_(Hold.application_id.is_(None), Hold.application_id == Application.id),
            *wanted,
        )
        .correlate(Application, Call, Region)
        .exists()
    )


def _is_held() -> ColumnElement[bool]:
    return _holds(Hold.state == HoldState.SET)


def _was_held_until(today: date) -> ColumnElement[bool]:
    return _holds(Hold.state == HoldState.LIFTED, _day_of(Hold.lifted_at) >= today.isoformat())


def _is_listed() -> ColumnElement[bool]:
    waiting = (DisposalState.PROPOSED, DisposalState.APPROVED)
    return exists().where(
        DisposalItem.application_id == Application.id,
        Disposal.id == DisposalItem.disposal_id,
        Disposal.state.in_(waiting),
    )


# What the rules say of the rows of a page ----


def _keeping(programme: Programme, rows: Sequence[Any]) -> list[Keeping]:
    paid, holds = _map_last_paid([row.reference for row in rows]), _map_holds(programme, rows)
    terms, mandates = terms_of(programme), list_mandates(programme)
    return [
        Keeping(
            row.id,
            row.reference,
            row.state,
            row.name,
            row.call,
            bool(row.is_open),
            tuple(hold.reason for hold in holds.get(row.id, []) if hold.last is None),
            tuple(number for number, codes in mandates if not codes or row.region in codes),
            row.disposed_at,
            keep(bases_of(_facts(programme, row, paid), terms), holds.get(row.id, []), is_open=bool(row.is_open)),
        )
        for row in rows
    ]


def _facts(programme: Programme, row: Any, paid: dict[str, date]) -> Facts:
    def day(moment: datetime | None) -> date | None:
        return None if moment is None else day_in(row.time_zone, moment)

    granted = [row.approved_on, day(row.decided_at) if row.state in _GRANTED else None]
    states = _SETTLED if row.submitted_at else _UNSENT
    return Facts(
        closed_on=day_in(row.call_zone, row.closes_at),
        submitted_on=day(row.submitted_at),
        decided_on=day(row.decided_at),
        granted_on=max((one for one in granted if one), default=None),
        last_paid_on=paid.get(row.reference),
        is_aid=programme.plan.rules.state_aid_of(row.region) is not StateAid.NONE,
        is_settled=row.state in states,
    )


def _map_last_paid(references: Sequence[str]) -> dict[str, date]:
    found = db.session.execute(
        select(Application.reference, func.max(Journal.on))
        .select_from(Application)
        .join(JournalLine, JournalLine.voucher == Application.reference)
        .join(Journal, Journal.id == JournalLine.journal_id)
        .where(Application.reference.in_(references), _is_payment())
        .group_by(Application.reference)
    )
    return dict(found.tuples().all())


def _map_holds(programme: Programme, rows: Sequence[Any]) -> dict[int, list[Span]]:
    ids = [row.id for row in rows]
    found = db.session.execute(
        select(Hold.application_id, Hold.set_at, Hold.lifted_at, Hold.reason).where(
            Hold.programme_id == programme.id, or_(Hold.application_id.is_(None), Hold.application_id.in_(ids))
        )
    ).all()
    spans: dict[int, list[Span]] = {}
    for row in rows:
        for key, set_at, lifted_at, reason in found:
            if key in (None, row.id):
                last = None if lifted_at is None else day_in(row.time_zone, lifted_at)
                spans.setdefault(row.id, []).append(Span(day_in(row.time_zone, set_at), last, reason))
    return spans
