"""Finding advances, what is unsettled of them, and what is left over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from vouchers.advances.models import Advance, AdvanceSettlement, AdvanceShare
from vouchers.advances.states import DEAD, AdvanceState
from vouchers.agreements import queries as agreements
from vouchers.agreements.models import Agreement
from vouchers.agreements.states import AgreementState
from vouchers.amendments.queries import stands_in_the_way
from vouchers.applications.models import Application
from vouchers.applications.queries import files as applications
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.money import Money, total
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.ledger import queries as ledger
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Call
from vouchers.regions.models import Region
from vouchers.users.mandate import OFFICERS, Mandate
from vouchers.users.models import User
from vouchers.users.queries import list_holders

SORTS = ("asked", "number", "organisation", "region", "amount", "state")
_WHOLE = (
    joinedload(Advance.agreement).options(*agreements.WHOLE),
    joinedload(Advance.asked_by),
    selectinload(Advance.shares).joinedload(AdvanceShare.fund),
    selectinload(Advance.settlements),
)
_LIVE = (AdvanceState.ASKED, AdvanceState.APPROVED, AdvanceState.IN_PAYMENT, AdvanceState.PAID)

get_agreement = agreements.get_agreement
list_writers = applications.list_writers
map_names = applications.map_names
left_on_voucher = ledger.left_on_voucher


def get_advance(advance_id: int) -> Advance:
    """An advance with its agreement, shares and settlements. Raises `NotFound`."""
    found = db.session.scalars(select(Advance).where(Advance.id == advance_id).options(*_WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such advance."))
    return found


def map_advances(advance_ids: Iterable[int]) -> dict[int, Advance]:
    """These advances by their ids."""
    found = select(Advance).where(Advance.id.in_(list(advance_ids))).options(*_WHOLE)
    return {advance.id: advance for advance in db.session.scalars(found)}


def list_advances_of(agreement_id: int) -> list[Advance]:
    """The advances of a voucher, oldest first."""
    found = select(Advance).where(Advance.agreement_id == agreement_id).options(*_WHOLE).order_by(Advance.id)
    return list(db.session.scalars(found))


def lock_agreement(agreement_id: int) -> Agreement:
    """The agreement, held to the end of the step: what is paid ahead and what is claimed come one after the other."""
    locked = select(Agreement).where(Agreement.id == agreement_id).with_for_update(of=Agreement)
    db.session.scalars(locked.execution_options(populate_existing=True)).one()
    return agreements.get_agreement(agreement_id)


def total_asked(advances: Sequence[Advance], currency: str) -> Money:
    """What was asked, approved or paid ahead, settled or not."""
    return total([one.amount for one in advances if one.state not in DEAD], currency)


def is_one_live(advances: Sequence[Advance]) -> bool:
    """Whether an advance is asked for, to be paid, or paid and not settled."""
    return any(one.state in _LIVE for one in advances)


def total_unsettled(agreement_id: int, currency: str) -> Money:
    """What was paid ahead and no claim has settled yet."""
    paid = [one for one in list_advances_of(agreement_id) if one.state == AdvanceState.PAID]
    return total([one.open_amount for one in paid], currency)


def total_to_cancel(advances: Sequence[Advance], currency: str) -> Money:
    """What is approved and not on its way to the bank: a claim that is authorised first pays instead."""
    waiting = [one for one in advances if one.state == AdvanceState.APPROVED and not one.settled]
    return total([one.amount for one in waiting], currency)


def find_on_its_way(advances: Sequence[Advance]) -> str | None:
    """The number of an advance of which nobody knows yet whether the bank pays it."""
    for one in advances:
        came_back = one.state == AdvanceState.APPROVED and bool(one.settled) and bool(one.open_amount)
        if one.state == AdvanceState.IN_PAYMENT or came_back:
            return one.number
    return None


def map_settled(claims: Iterable[str]) -> dict[str, Money]:
    """Number of a claim -> what of it was settled against advances."""
    found = (
        select(AdvanceSettlement.reference, AdvanceSettlement.currency, func.sum(AdvanceSettlement.cents))
        .where(AdvanceSettlement.reference.in_(list(claims)))
        .group_by(AdvanceSettlement.reference, AdvanceSettlement.currency)
    )
    return {claim: Money(int(cents), currency) for claim, currency, cents in db.session.execute(found)}


def list_left_over(mandate: Mandate | None = None, *, agreement_id: int | None = None) -> list[Advance]:
    """Advances of which something was paid that no claim can settle any more: it is to be recovered.

    The last claim of the voucher has settled what it could, or the agreement has ended without one. How much it is says
    `open_amount`, fund by fund `open_shares`.

    Args:
        mandate: only of these regions. agreement_id: only of this agreement.
    """
    found = (
        select(Advance)
        .join(Advance.agreement)
        .join(Agreement.application)
        .join(Application.call)
        .join(Call.programme)
        .join(Application.region)
        .where(Advance.state == AdvanceState.PAID)
        .where(or_(Advance.left_over_at.is_not(None), Agreement.state != AgreementState.ACTIVE))
    )
    if mandate is not None:
        found = found.where(agreements.covered_by(mandate))
    if agreement_id is not None:
        found = found.where(Advance.agreement_id == agreement_id)
    return [one for one in db.session.scalars(found.options(*_WHOLE).order_by(Advance.id)) if one.open_amount]


def list_advances(query: ListQuery, mandate: Mandate) -> Page:
    """Advances within a mandate. Filters: ``state``, ``region``; search by number or organisation."""
    statement = (
        select(Advance)
        .join(Advance.agreement)
        .join(Agreement.application)
        .join(Application.call)
        .join(Call.programme)
        .join(Application.region)
        .join(Application.organisation)
        .where(agreements.covered_by(mandate))
        .options(
            contains_eager(Advance.agreement)
            .contains_eager(Agreement.application)
            .options(contains_eager(Application.region), contains_eager(Application.organisation)),
            selectinload(Advance.shares),
        )
    )
    if state := query.filters.get("state"):
        statement = statement.where(Advance.state == state)
    if region := query.filters.get("region"):
        statement = statement.where(Region.code == region)
    if query.q:
        found = (column.icontains(query.q, autoescape=True) for column in (Advance.number, Organisation.name))
        statement = statement.where(or_(*found))
    orders: dict[str, Any] = {
        "asked": Advance.asked_at,
        "number": Advance.number,
        "organisation": Organisation.name,
        "region": Region.plain_name,
        "amount": Advance.amount_cents,
        "state": Advance.state,
    }
    return paginate(db.session, statement, query, orders, unique=[Advance.id])


def list_deciders(agreement: Agreement) -> list[User]:
    """The officers of the region who may decide."""
    application = agreement.application
    return list_holders(OFFICERS, application.call.programme.code, application.region.code)


@stands_in_the_way
def find_undecided(agreement: Agreement) -> Sentence | None:
    """An advance that is decided or paid first, before the agreement ends or is worth less."""
    open_states = (AdvanceState.ASKED, AdvanceState.APPROVED, AdvanceState.IN_PAYMENT)
    for advance in list_advances_of(agreement.id):
        if advance.state in open_states:
            return _("The advance %(number)s is open: it is decided, paid or cancelled first.", number=advance.number)
    return None
