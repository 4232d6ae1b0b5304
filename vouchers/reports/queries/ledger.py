"""Reading the books line by line, and one journal with all that its step did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import joinedload

from vouchers.applications.models import Application
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.money import Money
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.documents.models import Document
from vouchers.ledger.models import Fund, Journal, JournalLine
from vouchers.ledger.queries import within
from vouchers.letters.models import Letter
from vouchers.programmes.models import Instrument
from vouchers.reports.queries.choice import Choice

SORTS = ("journal", "day", "account", "voucher", "cents")


def list_lines(query: ListQuery, choice: Choice) -> Page:
    """A page of (line, journal, fund). Filters: ``account``, ``event``,
    ``fund_line``, ``voucher_of``; the search finds a voucher or a reference."""
    statement = _narrowed(select(JournalLine, Journal, Fund), query, choice)
    orders = {
        "journal": JournalLine.id,
        "day": Journal.on,
        "account": JournalLine.account,
        "voucher": JournalLine.voucher,
        "cents": JournalLine.cents,
    }
    return paginate(db.session, statement, query, orders, unique=[JournalLine.id])


def sum_lines(query: ListQuery, choice: Choice) -> tuple[Money, Money]:
    """Debits and credits of all lines that the filters leave."""
    debit = func.sum(case((JournalLine.cents > 0, JournalLine.cents), else_=0))
    credit = func.sum(case((JournalLine.cents < 0, -JournalLine.cents), else_=0))
    statement = _narrowed(select(debit, credit).select_from(JournalLine), query, choice)
    debits, credits = db.session.execute(statement).one()
    return Money(int(debits or 0), choice.currency), Money(int(credits or 0), choice.currency)


def list_event_names() -> list[str]:
    """The kinds of event that the books know."""
    return list(db.session.scalars(select(Journal.event).distinct().order_by(Journal.event)))


def _narrowed(statement: Any, query: ListQuery, choice: Choice) -> Any:
    statement = statement.join(Journal, Journal.id == JournalLine.journal_id).join(Fund, Fund.id == JournalLine.fund_id)
    statement = within(statement, **choice.of_funds())
    if account := query.filters.get("account"):
        statement = statement.where(JournalLine.account == account)
    if event := query.filters.get("event"):
        statement = statement.where(Journal.event == event)
    if line := query.filters.get("fund_line"):
        statement = statement.where(Fund.line == line)
    if instrument := query.filters.get("voucher_of"):
        statement = statement.where(JournalLine.voucher.in_(_vouchers_of(instrument)))
    if choice.first:
        statement = statement.where(Journal.on >= choice.first)
    if choice.last:
        statement = statement.where(Journal.on <= choice.last)
    if query.q:
        referring = select(Journal.id).where(Journal.reference.startswith(query.q, autoescape=True))
        of_voucher = JournalLine.voucher.startswith(query.q, autoescape=True)
        statement = statement.where(or_(of_voucher, JournalLine.journal_id.in_(referring)))
    return statement


def _vouchers_of(instrument: str) -> Any:
    """The references of all applications for an instrument of this code, whatever fund carries them."""
    return select(Application.reference).join(Application.instrument).where(Instrument.code == instrument)


@dataclass(frozen=True, slots=True)
class JournalFile:
    """A journal with its lines and funds, and what the same step recorded, stored and wrote."""

    journal: Journal
    lines: list[tuple[JournalLine, Fund]]
    event: AuditEvent | None
    documents: list[Document]
    letters: list[Letter]

    @property
    def payers(self) -> set[tuple[str, str]]:
        """The (programme, region) pairs whose money it moves."""
        return {(fund.programme, fund.region) for _line, fund in self.lines}

    @property
    def vouchers(self) -> list[str]:
        """The vouchers that its lines name."""
        return sorted({line.voucher for line, _fund in self.lines if line.voucher})


def get_journal(journal_id: int) -> JournalFile:
    """Five queries. Raises `NotFound`."""
    journal = db.session.get(Journal, journal_id)
    if journal is None:
        raise NotFound(_("There is no such journal."))
    rows = db.session.execute(
        select(JournalLine, Fund)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .where(JournalLine.journal_id == journal_id)
        .order_by(JournalLine.id)
    )
    event = select(AuditEvent).where(AuditEvent.step_id == journal.step_id).options(joinedload(AuditEvent.detail))
    return JournalFile(
        journal,
        [(line, fund) for line, fund in rows],
        db.session.scalars(event).first(),
        list(db.session.scalars(select(Document).where(Document.step_id == journal.step_id).order_by(Document.id))),
        list(db.session.scalars(select(Letter).where(Letter.step_id == journal.step_id).order_by(Letter.id))),
    )
