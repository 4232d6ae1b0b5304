"""Status reports, and the batches that they answer to."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from vouchers.banking.models import BankReport, ReportedLine
from vouchers.banking.rules.pain002 import read_report
from vouchers.banking.states import Doubt, ReportState
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.money import Money
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.documents.models import ScanState
from vouchers.documents.queries import find_document
from vouchers.documents.store import the_store
from vouchers.payments.models import Batch, Payment
from vouchers.programmes.models import Programme
from vouchers.regions.models import Region
from vouchers.users.mandate import Mandate
from vouchers.users.queries import covered_by


def find_batch_of_message(message_id: str) -> Batch | None:
    """The batch whose file has this message id."""
    found = select(Batch).where(Batch.number == message_id)
    return db.session.scalars(found.options(joinedload(Batch.programme), joinedload(Batch.region))).first()


def find_report(batch_id: int, message_id: str) -> BankReport | None:
    """The report of the bank with this id on a batch, if it was taken in."""
    found = select(BankReport).where(BankReport.batch_id == batch_id, BankReport.message_id == message_id)
    return db.session.scalars(found).first()


def map_payments_of(batch_id: int) -> dict[str, Payment]:
    """End-to-end id -> payment of a batch, in the order of their ids."""
    found = select(Payment).where(Payment.batch_id == batch_id).order_by(Payment.id)
    return {payment.end_to_end_id: payment for payment in db.session.scalars(found)}


def get_report(report_id: int) -> BankReport:
    """A report with its batch and lines. Raises `NotFound`."""
    whole = joinedload(BankReport.batch)
    found = select(BankReport).where(BankReport.id == report_id)
    found = found.options(whole.joinedload(Batch.programme), whole.joinedload(Batch.region))
    report = db.session.scalars(found.options(selectinload(BankReport.lines).joinedload(ReportedLine.payment))).first()
    if report is None:
        raise NotFound(_("There is no such report."))
    return report


def map_stated(report: BankReport) -> dict[str, Money]:
    """End-to-end id -> what the bank wrote as the amount of a payment of which it is another one, from the bank's file.

    Empty where the file is not kept any more.
    """
    wanted = {line.end_to_end_id for line in report.lines if line.doubt is Doubt.OTHER_AMOUNT}
    document = find_document(report.document_id) if wanted and report.document_id else None
    if document is None or document.disposed_at is not None or document.scan_state == ScanState.QUARANTINED:
        return {}
    with the_store().open(document.sha256) as stream:
        read = read_report(stream)
    return {
        line.end_to_end_id: Money(line.cents, line.currency or report.batch.currency)
        for line in read.lines
        if line.end_to_end_id in wanted and line.cents is not None
    }


def list_reports(query: ListQuery, mandate: Mandate) -> Page:
    """Status reports. Filters: ``region``, ``state``; search by batch or by the bank's id."""
    found = (
        select(BankReport)
        .join(BankReport.batch)
        .join(Batch.programme)
        .join(Batch.region)
        .where(covered_by(mandate, Programme.code, Region.code))
        .options(contains_eager(BankReport.batch).contains_eager(Batch.region))
        .options(contains_eager(BankReport.batch).contains_eager(Batch.programme))
    )
    if region := query.filters.get("region"):
        found = found.where(Region.code == region)
    if state := query.filters.get("state"):
        found = found.where(BankReport.state == ReportState(state))
    if query.q:
        columns = (Batch.number, BankReport.message_id)
        found = found.where(or_(*(column.icontains(query.q, autoescape=True) for column in columns)))
    orders = {"taken_in": BankReport.taken_in_at, "batch": Batch.number}
    return paginate(db.session, found, query, orders, unique=[BankReport.id])
