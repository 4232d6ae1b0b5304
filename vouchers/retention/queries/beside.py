"""What is kept beside the applications for their sake: accounts and papers of companies, statements of the bank. Each
goes with the last application that needs it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select

from vouchers.applications.models import Application
from vouchers.banking.models import Entry, Statement
from vouchers.banking.states import EntryState
from vouchers.core.clock import day_in
from vouchers.core.database import db
from vouchers.documents.models import Document
from vouchers.eligibility.models import AidDeclaration, OwnershipStatement
from vouchers.organisations.models import BankAccount, Organisation
from vouchers.payables.models import Payable, PayeeCheck
from vouchers.payables.states import PayableState
from vouchers.providers.models import Provider
from vouchers.retention.queries.reach import Branch
from vouchers.retention.rules.classes import AID_YEARS

OF_ACCOUNT = (
    Branch(PayeeCheck, BankAccount, PayeeCheck.bank_account_id, "payee_check", {"name_at_bank": "", "reason": ""}),
)
"""What hangs on an account."""
_OWED = (PayableState.OPEN, PayableState.HELD, PayableState.ORDERED)
_UNMATCHED = (EntryState.RECOGNISED, EntryState.OPEN)


# Companies and providers ----


def list_released(application: Application) -> tuple[list[int], list[int]]:
    """Of those who applied and were paid on an application: the organisations, and the providers outside the office,
    whom nothing that is kept names any more. They are held for the rest of the open unit of work."""
    rows = db.session.execute(
        select(Payable.provider_id, Provider.organisation_id)
        .join(Provider, Provider.id == Payable.provider_id)
        .where(Payable.voucher == application.reference)
    ).all()
    organisations = {application.organisation_id, *(row.organisation_id for row in rows if row.organisation_id)}
    return (
        _free(Organisation, organisations, _applies(), _is_paid_as(Provider.organisation_id == Organisation.id)),
        _free(Provider, {row.provider_id for row in rows}, _is_paid_as(None)),
    )


def _free(model: Any, ids: Collection[int], *needs: ColumnElement[bool]) -> list[int]:
    held = select(model.id).where(model.id.in_(ids)).order_by(model.id).with_for_update(of=model)
    locked = db.session.scalars(held).all()
    return list(db.session.scalars(select(model.id).where(model.id.in_(locked), ~or_(*needs))))


def _applies() -> ColumnElement[bool]:
    """An application of the organisation whose papers are kept, or money that it is owed."""
    return or_(
        exists().where(Application.organisation_id == Organisation.id, Application.disposed_at.is_(None)),
        exists().where(Payable.organisation_id == Organisation.id, Payable.state.in_(_OWED)),
    )


def _is_paid_as(provider: ColumnElement[bool] | None) -> ColumnElement[bool]:
    """Paid as a provider on an application whose papers are kept, or owed something as one."""
    kept = exists().where(Application.reference == Payable.voucher, Application.disposed_at.is_(None))
    paid = select(Payable.id).where(or_(kept, Payable.state.in_(_OWED)), Payable.provider_id == Provider.id)
    if provider is None:
        return paid.correlate(Provider).exists()
    return paid.join(Provider, Provider.id == Payable.provider_id).where(provider).correlate(Organisation).exists()


def list_accounts(organisation_ids: Collection[int], provider_ids: Collection[int]) -> Sequence[BankAccount]:
    """Their accounts whose number still stands there."""
    theirs = or_(BankAccount.organisation_id.in_(organisation_ids), BankAccount.provider_id.in_(provider_ids))
    found = select(BankAccount).where(theirs, BankAccount.iban != "").order_by(BankAccount.id)
    return db.session.scalars(found).all()


def list_papers(organisation_ids: Collection[int]) -> list[OwnershipStatement | AidDeclaration]:
    """What companies stated of their owners, and declared of the aid that they had, where words still stand."""
    found: list[OwnershipStatement | AidDeclaration] = []
    models: tuple[Any, ...] = (OwnershipStatement, AidDeclaration)
    for model in models:
        theirs = select(model).where(model.organisation_id.in_(organisation_ids)).order_by(model.id)
        found += [one for one in db.session.scalars(theirs) if one.content]
    return found


# Statements of the bank ----


def list_released_statements(application: Application, *, today: date) -> Sequence[Statement]:
    """Statements of the region’s account that are older than the longest time, end before the first application
    of the region that is kept was submitted, and on which every movement is settled; those with words."""
    region = application.region
    earliest = select(func.min(Application.submitted_at)).where(
        Application.region_id == region.id, Application.disposed_at.is_(None)
    )
    bound, first = date(today.year - AID_YEARS, 1, 1), db.session.scalar(earliest)
    if first is not None:
        bound = min(bound, day_in(region.time_zone, first))
    unsettled = exists().where(Entry.statement_id == Statement.id, Entry.state.in_(_UNMATCHED))
    found = select(Statement).where(
        Statement.region_id == region.id, Statement.last_on < bound, ~unsettled, _has_words(Statement)
    )
    return db.session.scalars(found.order_by(Statement.id)).all()


def _has_words(statement: Any) -> ColumnElement[bool]:
    written = or_(Entry.other_name != "", Entry.other_iban != "", Entry.remittance != "", Entry.reason != "")
    return or_(
        exists().where(Entry.statement_id == statement.id, written),
        exists().where(
            Document.subject_kind == "statement",
            Document.subject_id == statement.id,
            Document.disposed_at.is_(None),
        ),
    )


def list_subjects(statement: Statement) -> list[tuple[str, int]]:
    """A statement and its movements, as the record knows them."""
    entries = db.session.scalars(select(Entry.id).where(Entry.statement_id == statement.id).order_by(Entry.id))
    return [("statement", statement.id), *(("entry", one) for one in entries)]
