"""The registers: holds, lists of what may go, and their lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vouchers.applications.models import Application
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.programmes.models import Call, Programme
from vouchers.programmes.queries import get_programme
from vouchers.retention.models import Disposal, DisposalItem, Hold
from vouchers.retention.states import DisposalState, Outcome
from vouchers.users.models import User

_HOLD = (
    joinedload(Hold.programme),
    joinedload(Hold.application).load_only(Application.reference),
    joinedload(Hold.set_by),
    joinedload(Hold.lifted_by),
)
_DISPOSAL = (joinedload(Disposal.programme), joinedload(Disposal.proposed_by), joinedload(Disposal.decided_by))
_STREAM = {"yield_per": 1_000}


def get_programme_of(programme_code: str) -> Programme:
    """The programme that an address names. Raises `NotFound`."""
    return get_programme(programme_code)


def list_programmes_of(codes: set[str] | None) -> list[Programme]:
    """The programmes with these codes, by code; None: all."""
    found = select(Programme).order_by(Programme.code)
    return list(db.session.scalars(found if codes is None else found.where(Programme.code.in_(codes))))


def codes_of(person: Any, roles: frozenset[Any]) -> set[str] | None:
    """The programmes that these roles of a person cover whole; None: all."""
    covered = {one.programme_code for one in person.grants if one.role in roles and one.region_code is None}
    return None if None in covered else {code for code in covered if code}


def find_application(programme: Programme, reference: str) -> Application | None:
    """An application of this programme by its reference."""
    found = select(Application).join(Application.call).where(Call.programme_id == programme.id)
    return db.session.scalars(found.where(Application.reference == reference)).first()


def get_hold(hold_id: int) -> Hold:
    """A hold. Raises `NotFound`."""
    found = db.session.scalars(select(Hold).where(Hold.id == hold_id).options(*_HOLD)).first()
    if found is None:
        raise NotFound(_("There is no such hold."))
    return found


def page_of_holds(programme: Programme, query: ListQuery) -> Page:
    """The holds of a programme."""
    found = select(Hold).where(Hold.programme_id == programme.id).options(*_HOLD)
    if state := query.filters.get("state"):
        found = found.where(Hold.state == state)
    return paginate(db.session, found, query, {"set": Hold.set_at})


def get_disposal(disposal_id: int) -> Disposal:
    """A list. Raises `NotFound`."""
    return _one(Disposal.id == disposal_id)


def get_disposal_by_number(number: str) -> Disposal:
    """A list by its number. Raises `NotFound`."""
    return _one(Disposal.number == number)


def _one(wanted: Any) -> Disposal:
    found = db.session.scalars(select(Disposal).where(wanted).options(*_DISPOSAL)).first()
    if found is None:
        raise NotFound(_("There is no such list."))
    return found


def page_of_disposals(programme: Programme | None, query: ListQuery) -> Page:
    """The lists of a programme; None: the lists of persons."""
    of = Disposal.programme_id.is_(None) if programme is None else Disposal.programme_id == programme.id
    found = select(Disposal).where(of).options(*_DISPOSAL)
    if state := query.filters.get("state"):
        found = found.where(Disposal.state == state)
    return paginate(db.session, found, query, {"number": Disposal.id})


def page_of_items(disposal: Disposal, query: ListQuery) -> Page:
    """The lines of a list."""
    found = select(DisposalItem).where(DisposalItem.disposal_id == disposal.id)
    if outcome := query.filters.get("outcome"):
        found = found.where(DisposalItem.outcome == outcome)
    if query.q:
        found = found.where(DisposalItem.reference.icontains(query.q, autoescape=True))
    return paginate(db.session, found, query, {"reference": DisposalItem.id, "until": DisposalItem.until})


def stream_items(disposal_id: int) -> Iterator[DisposalItem]:
    """Every line of a list, in constant memory."""
    found = select(DisposalItem).where(DisposalItem.disposal_id == disposal_id).order_by(DisposalItem.id)
    yield from db.session.scalars(found.execution_options(**_STREAM))


def list_waiting(disposal_id: int, *, most: int) -> Sequence[int]:
    """The ids of lines that were not carried out yet."""
    found = select(DisposalItem.id).where(
        DisposalItem.disposal_id == disposal_id, DisposalItem.outcome == Outcome.WAITING
    )
    return db.session.scalars(found.order_by(DisposalItem.id).limit(most)).all()


def find_item_of(application_id: int) -> tuple[DisposalItem, Disposal] | None:
    """The line by which an application was deleted, and its list."""
    found = (
        select(DisposalItem, Disposal)
        .join(Disposal, Disposal.id == DisposalItem.disposal_id)
        .where(DisposalItem.application_id == application_id, DisposalItem.outcome == Outcome.DELETED)
    )
    row = db.session.execute(found).first()
    return None if row is None else (row[0], row[1])


def list_approved() -> Sequence[int]:
    """Lists that two persons approved and that are not carried out to the end."""
    return db.session.scalars(select(Disposal.id).where(Disposal.state == DisposalState.APPROVED)).all()


def find_user_by_email(email: str) -> User | None:
    """A person by the email address."""
    return db.session.scalars(select(User).where(User.email == email.strip().lower())).first()
