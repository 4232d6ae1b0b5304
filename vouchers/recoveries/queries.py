"""Finding recoveries, what may be claimed back and set off, and the suspicions that a person may read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import case, func, or_, select, text
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from vouchers.agreements import queries as agreements
from vouchers.agreements.models import Agreement
from vouchers.applications.models import Application
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.money import Money, total
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Fund, Journal
from vouchers.ledger.queries import shares_on_stage
from vouchers.ledger.recipes import Share
from vouchers.organisations.models import Organisation
from vouchers.payables.models import Payable
from vouchers.payables.queries import list_set_off_against
from vouchers.payables.states import PayableState, SourceKind
from vouchers.programmes.models import Call
from vouchers.recoveries.models import (
    Instalment,
    Receipt,
    Recovery,
    RecoveryPlan,
    RecoveryShare,
    Suspicion,
    SuspicionReader,
)
from vouchers.recoveries.policy import WATCHERS
from vouchers.recoveries.rules.interest import OnDay, accrued
from vouchers.recoveries.rules.orders import OnStatement
from vouchers.recoveries.states import RecoveryState
from vouchers.regions.models import Region
from vouchers.users.mandate import Mandate
from vouchers.users.models import User
from vouchers.users.queries import list_holders
from vouchers.users.states import Role

get_agreement = agreements.get_agreement
list_region_choices = agreements.list_region_choices
OWED = (RecoveryState.ORDERED, RecoveryState.WAIVER_PROPOSED)
SORTS = ("number", "organisation", "region", "state", "due", "principal", "proposed")
WHOLE = (
    joinedload(Recovery.agreement).options(*agreements.WHOLE),
    joinedload(Recovery.proposed_by),
    joinedload(Recovery.ordered_by),
    joinedload(Recovery.relief_by),
    joinedload(Recovery.relief_decided_by),
    selectinload(Recovery.shares).joinedload(RecoveryShare.fund),
    selectinload(Recovery.instalments),
    selectinload(Recovery.plans).options(joinedload(RecoveryPlan.proposed_by), joinedload(RecoveryPlan.decided_by)),
    selectinload(Recovery.receipts).joinedload(Receipt.payable),
)
"""What policies, rules and pages need of a recovery."""


def get_recovery(recovery_id: int, **_rest_of_address: Any) -> Recovery:
    """A recovery with its agreement, funds, instalments and receipts. Raises `NotFound`."""
    found = select(Recovery).where(Recovery.id == recovery_id).options(*WHOLE).execution_options(populate_existing=True)
    if (recovery := db.session.scalars(found).first()) is None:
        raise NotFound(_("There is no such recovery."))
    return recovery


def list_of_agreement(agreement_id: int) -> list[Recovery]:
    """The recoveries of a voucher, oldest first."""
    found = select(Recovery).where(Recovery.agreement_id == agreement_id).options(*WHOLE).order_by(Recovery.id)
    return list(db.session.scalars(found))


def count_of_agreement(agreement_id: int) -> int:
    """How many were proposed so far."""
    return db.session.scalar(select(func.count(Recovery.id)).where(Recovery.agreement_id == agreement_id)) or 0


def find_live_of_advance(advance_id: int) -> Recovery | None:
    """The recovery that claims the rest of an advance back, if there is one."""
    found = select(Recovery).where(Recovery.advance_id == advance_id, Recovery.state != RecoveryState.CANCELLED)
    return db.session.scalars(found).first()


def list_recoverable(agreement: Agreement, *, besides: int | None = None) -> list[Share]:
    """What was paid on a voucher and is not claimed back, fund by fund; `besides`: a recovery that is left out.

    What was waived is not claimed a second time: it stays paid in the budget, but the debt was let go.
    """
    claimed: dict[int, int] = {}
    for recovery in list_of_agreement(agreement.id):
        if recovery.state != RecoveryState.CANCELLED and recovery.id != besides:
            for share in recovery.shares:
                claimed[share.fund_id] = claimed.get(share.fund_id, 0) + share.cents - share.returned_cents
    paid = shares_on_stage(agreement.application.reference, Account.PAID)
    rest = ((one, one.amount.cents - claimed.get(one.fund_id, 0)) for one in paid)
    return [Share(one.fund_id, one.kind, Money(cents, one.amount.currency)) for one, cents in rest if cents > 0]


def total_paid(agreement: Agreement) -> Money:
    """What stands as paid on a voucher."""
    paid = shares_on_stage(agreement.application.reference, Account.PAID)
    return total([share.amount for share in paid], agreement.currency)


def total_proposed(agreement: Agreement, *, besides: int | None = None) -> Money:
    """What other proposals, not ordered yet, ask for of what was paid; what was paid ahead is no part of that."""
    found = select(func.coalesce(func.sum(Recovery.principal_cents), 0)).where(
        Recovery.agreement_id == agreement.id,
        Recovery.state == RecoveryState.PROPOSED,
        Recovery.advance_id.is_(None),
        Recovery.id != (besides or 0),
    )
    return Money(int(db.session.scalar(found) or 0), agreement.currency)


def interest_through(recovery: Recovery, through: date) -> Money:
    """All interest up to and with a day, booked or not."""
    due = [OnDay(one.due_on, one.amount_cents) for one in recovery.instalments]
    paid = [
        OnDay(one.received_on, one.principal_cents)
        for one in recovery.receipts
        if one.undone_at is None and (recovery.planned_at is None or one.recorded_at > recovery.planned_at)
    ]
    cents = accrued(due, paid, recovery.interest_rate, through=through, since=recovery.settled_on)
    return Money(recovery.settled_cents + cents, recovery.currency)


def owed_on(recovery: Recovery, day: date) -> Money:
    """What would have to be paid on a day: principal, and interest up to and with it."""
    interest = max(interest_through(recovery, day), recovery.interest)
    owed: Money = recovery.open_principal + (interest - recovery.interest_paid - recovery.interest_waived)
    return owed


def list_to_set_off(recovery: Recovery) -> list[Payable]:
    """Debts of claims to the same company, in the same region and currency, of which something may be kept back.

    Only open ones: what is held back is doubtful itself, and is let go first.
    """
    application = recovery.agreement.application
    found = list_set_off_against(application.organisation_id, application.region_id, recovery.currency)
    return [one for one in found if one.source_kind == SourceKind.CLAIM and one.state == PayableState.OPEN]


def list_owed(*, after: int = 0, most: int = 500) -> list[int]:
    """Ids of recoveries that are owed, in their order, from the one behind `after`; for the reminders and interest."""
    found = select(Recovery.id).where(Recovery.state.in_(OWED), Recovery.id > after)
    return list(db.session.scalars(found.order_by(Recovery.id).limit(most)))


def list_expected(iban: str) -> list[tuple[int, str, str]]:
    """Id, number and currency of what is owed to the region with this account: what its bank may bring."""
    found = (
        select(Recovery.id, Recovery.number, Recovery.currency)
        .join(Recovery.agreement)
        .join(Agreement.application)
        .join(Application.region)
        .where(Region.iban == iban, Recovery.state.in_(OWED))
        .order_by(Recovery.id)
    )
    return [(row.id, row.number, row.currency) for row in db.session.execute(found)]


def list_current_instalments(recovery_id: int) -> list[Instalment]:
    """The parts of the plan that holds."""
    found = select(Instalment).where(Instalment.recovery_id == recovery_id, Instalment.replaced_at.is_(None))
    return list(db.session.scalars(found.order_by(Instalment.number)))


def map_on_statements(recovery: Recovery) -> dict[int, OnStatement]:
    """The journals of its money that a line of a bank's statement stands behind -> that line. Statements stand on a
    floor above this one, so their tables are asked for by name."""
    single = "SELECT journal_id, id, 0 FROM bank_entry WHERE recovery_id = :id AND journal_id IS NOT NULL"
    among = "SELECT journal_id, entry_id, 1 FROM bank_entry_debt WHERE recovery_id = :id"
    rows = db.session.execute(text(f"{single} UNION ALL {among}"), {"id": recovery.id})
    return {journal_id: OnStatement(entry_id, bool(is_shared)) for journal_id, entry_id, is_shared in rows}


def list_all_instalments(recovery_id: int) -> list[Instalment]:
    """The parts of every plan that held, and the order's own day."""
    found = select(Instalment).where(Instalment.recovery_id == recovery_id)
    return list(db.session.scalars(found.order_by(Instalment.id)))


def list_journals(recovery: Recovery, *events: str) -> list[Journal]:
    """What was booked for a recovery, with its lines; reversed journals are left out."""
    undone = select(Journal.reverses_id).where(Journal.reverses_id.is_not(None))
    found = select(Journal).where(
        Journal.subject_kind == "recovery", Journal.subject_id == recovery.id, Journal.id.not_in(undone)
    )
    found = found.where(Journal.event.in_(events)) if events else found
    return list(db.session.scalars(found.options(selectinload(Journal.lines)).order_by(Journal.id)))


def get_journal(journal_id: int) -> Journal:
    """A journal with its lines."""
    return db.session.get_one(Journal, journal_id, options=[selectinload(Journal.lines)])


def map_currencies(journals: Collection[Journal]) -> dict[int, str]:
    """Fund -> its currency, of the lines of these journals."""
    ids = {line.fund_id for journal in journals for line in journal.lines}
    return {row.id: row.currency for row in db.session.execute(select(Fund.id, Fund.currency).where(Fund.id.in_(ids)))}


WITH_PLAN = select(RecoveryPlan.recovery_id).where(RecoveryPlan.agreed_at.is_(None), RecoveryPlan.refused_at.is_(None))
"""Recoveries for which instalments wait for a second person."""


def _open_parts(*narrower: Any) -> Any:
    """The days of the instalments that hold of a recovery of the list and are not paid whole; payments settle them in
    their order."""
    earlier = aliased(Instalment)
    due = select(func.sum(earlier.amount_cents)).where(
        earlier.recovery_id == Instalment.recovery_id,
        earlier.replaced_at.is_(None),
        earlier.number <= Instalment.number,
    )
    paid = select(func.coalesce(func.sum(Receipt.principal_cents), 0)).where(
        Receipt.recovery_id == Recovery.id,
        Receipt.undone_at.is_(None),
        or_(Recovery.planned_at.is_(None), Receipt.recorded_at > Recovery.planned_at),
    )
    found = select(Instalment.due_on).where(Instalment.recovery_id == Recovery.id, Instalment.replaced_at.is_(None))
    own = due.correlate(Instalment).scalar_subquery() > paid.correlate(Recovery).scalar_subquery()
    return found.where(own, *narrower).correlate(Recovery)


def list_recoveries(query: ListQuery, mandate: Mandate, today: date) -> Page:
    """Recoveries within a mandate, with what is due and what came back. Filters: ``state``, ``region``, ``instalments``
    (late today, or proposed); search by number or organisation.
    """
    statement = (
        select(Recovery)
        .join(Recovery.agreement)
        .join(Agreement.application)
        .join(Application.call)
        .join(Call.programme)
        .join(Application.region)
        .join(Application.organisation)
        .where(agreements.covered_by(mandate))
        .options(
            contains_eager(Recovery.agreement)
            .contains_eager(Agreement.application)
            .options(contains_eager(Application.region), contains_eager(Application.organisation)),
            selectinload(Recovery.instalments),
            selectinload(Recovery.receipts),
        )
    )
    if state := query.filters.get("state"):
        statement = statement.where(Recovery.state == state)
    if region := query.filters.get("region"):
        statement = statement.where(Region.code == region)
    match query.filters.get("instalments"):
        case "late":
            statement = statement.where(Recovery.state.in_(OWED), _open_parts(Instalment.due_on < today).exists())
        case "proposed":
            statement = statement.where(Recovery.state == RecoveryState.ORDERED, Recovery.id.in_(WITH_PLAN))
    if query.q:
        columns = (Recovery.number, Organisation.name)
        statement = statement.where(or_(*(column.icontains(query.q, autoescape=True) for column in columns)))
    orders = {
        "number": Recovery.number,
        "organisation": Organisation.name,
        "region": Region.plain_name,
        "state": Recovery.state,
        "due": case((Recovery.state.in_(OWED), _open_parts().order_by(Instalment.number).limit(1).scalar_subquery())),
        "principal": Recovery.principal_cents,
        "proposed": Recovery.proposed_at,
    }
    return paginate(db.session, statement, query, orders, unique=[Recovery.id])


def list_officers(recovery: Recovery, *, besides: int | None) -> list[User]:
    """Who may decide as another person."""
    application = recovery.agreement.application
    programme, region = application.call.programme.code, application.region.code
    return list_holders({Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER}, programme, region, besides=besides)


# Suspicions ----------------------------------------------------------------------------------------------------------

_CONFIDED = (
    joinedload(Suspicion.agreement).options(*agreements.WHOLE),
    joinedload(Suspicion.reported_by),
    selectinload(Suspicion.readers).joinedload(SuspicionReader.user),
)


def find_suspicion(suspicion_id: int) -> Suspicion | None:
    """A suspicion with its readers. Who may not read it is told what is said of one that does not exist."""
    found = select(Suspicion).where(Suspicion.id == suspicion_id).options(*_CONFIDED)
    return db.session.scalars(found.execution_options(populate_existing=True)).first()


def list_suspicions(query: ListQuery, user_id: int, mandate: Mandate) -> Page:
    """Those that this person reported or was let read, while the mandate covers their region; and no others."""
    shared = select(SuspicionReader.suspicion_id).where(SuspicionReader.user_id == user_id)
    statement = (
        select(Suspicion)
        .join(Suspicion.agreement)
        .join(Agreement.application)
        .join(Application.call)
        .join(Call.programme)
        .join(Application.region)
        .where(or_(Suspicion.reported_by_id == user_id, Suspicion.id.in_(shared)), agreements.covered_by(mandate))
        .options(joinedload(Suspicion.agreement).options(*agreements.WHOLE), selectinload(Suspicion.readers))
    )
    return paginate(db.session, statement, query, {"reported": Suspicion.id})


def list_confidants(agreement: Agreement, *, besides: Collection[int]) -> list[User]:
    """Staff with whom a suspicion about an agreement may be shared: not who sees it or belongs to the company."""
    programme, region = agreement.application.call.programme.code, agreement.application.region.code
    found = list_holders(WATCHERS, programme, region)
    organisation = agreement.application.organisation
    return [one for one in found if one.id not in besides and not organisation.role_of(one.id)]
