"""Statements, their entries, and the worklist of those that nobody has matched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from vouchers.agreements.models import Agreement
from vouchers.applications.models import Application
from vouchers.banking.models import Entry, EntryDebt, EntryPayment, Statement
from vouchers.banking.rules.continuity import Frame, find_gap, list_findings
from vouchers.banking.states import EntryState, StatementState
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.localised import named_choices
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.ledger.models import Fund
from vouchers.payments.models import Batch, Payment
from vouchers.programmes.models import Call, Programme
from vouchers.recoveries.models import Recovery
from vouchers.regions.models import PaidProgramme, Region
from vouchers.users.mandate import Mandate
from vouchers.users.models import User
from vouchers.users.queries import covered_by


def of_accounts(mandate: Mandate) -> ColumnElement[bool]:
    """Whether a mandate covers a region's account: one of the programmes that are paid from it, or all there are."""
    paid = select(PaidProgramme.region_id).where(
        PaidProgramme.region_id == Region.id, covered_by(mandate, PaidProgramme.programme, Region.code)
    )
    return or_(covered_by(mandate.over_all_programmes, None, Region.code), paid.correlate(Region).exists())


def told_to(mandate: Mandate | None) -> ColumnElement[bool]:
    """Whether a mandate covers an entry, as `policy.may_read_entry` says it; None: all of the statement."""
    if mandate is None:
        return true()
    covered = covered_by(mandate, Programme.code, Region.code)
    payments = select(EntryPayment.entry_id).join(EntryPayment.payment).join(Payment.batch)
    payments = payments.join(Batch.programme).join(Batch.region).where(covered)
    repaid = select(Recovery.id).join(Recovery.agreement).join(Agreement.application).join(Application.call)
    repaid = repaid.join(Call.programme).join(Application.region).where(covered)
    among = select(EntryDebt.entry_id).where(EntryDebt.recovery_id.in_(repaid))
    return or_(
        Entry.id.in_(payments.where(EntryPayment.entry_id == Entry.id).correlate(Entry)),
        Entry.recovery_id.in_(repaid.where(Recovery.id == Entry.recovery_id).correlate(Entry)),
        Entry.id.in_(among),
        Entry.fund_id.in_(select(Fund.id).where(covered_by(mandate, Fund.programme, Fund.region))),
        and_(Entry.recovery_id.is_(None), Entry.fund_id.is_(None), ~Entry.matches.any(), ~Entry.debts.any()),
    )


def find_frame_before(statement: Statement) -> Frame | None:
    """The frame of the statement of the same account that ends before this one."""
    found = select(Statement).where(Statement.iban == statement.iban, _is_before(statement))
    before = db.session.scalars(found.order_by(Statement.last_on.desc(), Statement.id.desc()).limit(1)).first()
    return before.frame if before else None


def _is_before(statement: Statement) -> ColumnElement[bool]:
    if statement.last_on is None:
        return Statement.id < statement.id
    same_day = (Statement.last_on == statement.last_on) & (Statement.id < statement.id)
    return or_(Statement.last_on < statement.last_on, same_day)


def get_statement(statement_id: int) -> Statement:
    """A statement with its region. Raises `NotFound`."""
    found = select(Statement).where(Statement.id == statement_id).options(joinedload(Statement.region))
    statement = db.session.scalars(found).first()
    if statement is None:
        raise NotFound(_("There is no such statement."))
    return statement


def get_entry(entry_id: int) -> Entry:
    """An entry with its statement, region and payments. Raises `NotFound`."""
    found = select(Entry).where(Entry.id == entry_id).options(*_WHOLE_ENTRY)
    entry = db.session.scalars(found).first()
    if entry is None:
        raise NotFound(_("There is no such entry."))
    return entry


_PAYMENT = selectinload(Entry.matches).joinedload(EntryPayment.payment)
_DEBTS = selectinload(Entry.debts).joinedload(EntryDebt.recovery)
_WHOLE_ENTRY = (
    joinedload(Entry.statement).joinedload(Statement.region),
    joinedload(Entry.recovery),
    joinedload(Entry.fund),
    _DEBTS,
    _PAYMENT.joinedload(Payment.batch).joinedload(Batch.programme),
    _PAYMENT.joinedload(Payment.payable),
)


def list_unbooked(iban: str) -> list[int]:
    """The statements of an account that are not booked to the end, the oldest first."""
    found = select(Statement.id).where(Statement.iban == iban, Statement.state == StatementState.TAKEN_IN)
    return list(db.session.scalars(found.order_by(Statement.id)))


def list_to_book(statement_id: int, *, at_most: int) -> list[Entry]:
    """The next recognised entries of a statement, in its order."""
    found = select(Entry).where(Entry.statement_id == statement_id, Entry.state == EntryState.RECOGNISED)
    return list(db.session.scalars(found.order_by(Entry.position).limit(at_most).options(*_WHOLE_ENTRY)))


def count_entries(statement_id: int, mandate: Mandate | None = None) -> dict[EntryState, int]:
    """How many entries of a statement stand where, of those that a mandate covers (None: all)."""
    found = select(Entry.state, func.count()).where(Entry.statement_id == statement_id, told_to(mandate))
    return dict(db.session.execute(found.group_by(Entry.state)).tuples().all())


def list_statements(query: ListQuery, mandate: Mandate) -> Page:
    """Statements as rows (statement, open entries, closing cents of the one before). Filter: ``region``; search."""
    last = func.lag(Statement.closing_cents).over(
        partition_by=Statement.iban, order_by=(Statement.last_on, Statement.id)
    )
    chain = select(Statement.id, last.label("before")).subquery()
    still_open = select(func.count()).where(Entry.statement_id == Statement.id, Entry.state == EntryState.OPEN)
    statement = (
        select(Statement, still_open.correlate(Statement).scalar_subquery().label("open"), chain.c.before)
        .join(chain, chain.c.id == Statement.id)
        .join(Statement.region)
        .where(of_accounts(mandate))
        .options(
            contains_eager(Statement.region).selectinload(Region.programmes),
            selectinload(Statement.sharing).selectinload(Region.programmes),
        )
    )
    if region := query.filters.get("region"):
        statement = statement.where(Region.code == region)
    if query.q:
        words = query.q.replace(" ", "")
        columns = (Statement.number, Statement.sequence, Statement.iban)
        statement = statement.where(or_(*(column.icontains(words, autoescape=True) for column in columns)))
    orders = {"last": (Statement.last_on, Statement.id), "region": Region.plain_name, "taken_in": Statement.taken_in_at}
    return paginate(db.session, statement, query, orders, unique=[Statement.id])


def list_entries(query: ListQuery, statement: Statement, mandate: Mandate | None = None) -> Page:
    """The entries of a statement, of those that a mandate covers (None: all). Filter: ``state``; search."""
    found = (
        select(Entry)
        .where(Entry.statement_id == statement.id, told_to(mandate))
        .options(_PAYMENT, _DEBTS, joinedload(Entry.recovery), joinedload(Entry.fund))
    )
    orders = {"position": Entry.position, "amount": Entry.cents, "state": (Entry.state, Entry.position)}
    return paginate(db.session, _narrowed(found, query), query, orders, unique=[Entry.id])


def list_open(query: ListQuery, mandate: Mandate) -> Page:
    """The worklist: entries that nobody has matched. Filters: ``region``, ``doubt``; search as in a statement."""
    found = select(Entry).join(Entry.statement).join(Statement.region)
    found = found.where(of_accounts(mandate), Entry.state == EntryState.OPEN)
    found = found.options(contains_eager(Entry.statement).contains_eager(Statement.region))
    if region := query.filters.get("region"):
        found = found.where(Region.code == region)
    orders = {"booked": (Entry.booked_on, Entry.id), "amount": Entry.cents, "region": Region.plain_name}
    return paginate(db.session, _narrowed(found, query), query, orders, unique=[Entry.id])


def _narrowed(found: Select[Any], query: ListQuery) -> Select[Any]:
    if state := query.filters.get("state"):
        found = found.where(Entry.state == state)
    if doubt := query.filters.get("doubt"):
        found = found.where(Entry.doubt == doubt)
    if query.q:
        columns = (Entry.end_to_end_id, Entry.bank_reference, Entry.other_name, Entry.remittance)
        found = found.where(or_(*(column.icontains(query.q, autoescape=True) for column in columns)))
    return found


def list_entries_of_batch(batch_id: int) -> list[Entry]:
    """The entries that speak of payments of a batch, in the order of the statements."""
    ids = select(EntryPayment.entry_id).join(EntryPayment.payment).where(Payment.batch_id == batch_id)
    found = select(Entry).where(Entry.id.in_(ids)).options(joinedload(Entry.statement))
    return list(db.session.scalars(found.order_by(Entry.id)))


def names_of(user_ids: Sequence[int | None]) -> dict[int, str]:
    """Person -> name."""
    ids = {user_id for user_id in user_ids if user_id is not None}
    return {row.id: row.name for row in db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))}


def list_findings_of(statement: Statement) -> list[Sentence]:
    """What does not hold in a statement, or between it and the one before."""
    gap = find_gap(statement.frame, find_frame_before(statement))
    return [*list_findings(statement.frame), *([gap] if gap else [])]


def count_open(mandate: Mandate) -> int:
    """How many entries of a mandate nobody has matched."""
    found = select(func.count(Entry.id)).join(Entry.statement).join(Statement.region)
    return db.session.scalar(found.where(of_accounts(mandate), Entry.state == EntryState.OPEN)) or 0


def list_region_choices(mandate: Mandate) -> list[tuple[str, str]]:
    """Code and name of the regions whose accounts a mandate covers."""
    regions = db.session.scalars(select(Region).where(of_accounts(mandate)).order_by(Region.plain_name))
    return named_choices((region.code, region.name) for region in regions)
