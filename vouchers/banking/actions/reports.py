"""Taking in status reports: what the bank refuses is owed again, what is unclear is put up for somebody to look at."""

from __future__ import annotations

from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy.exc import IntegrityError

from vouchers.banking import policy
from vouchers.banking.lifecycle import BANK_REPORT
from vouchers.banking.models import BankReport, ReportedLine
from vouchers.banking.queries import reports as queries
from vouchers.banking.rules.bank_xml import refuse
from vouchers.banking.rules.identity import report_digest
from vouchers.banking.rules.movements import Reason
from vouchers.banking.rules.pain002 import Refusals, read_report, refusals_of
from vouchers.banking.rules.reporting import doubt_of
from vouchers.banking.states import Doubt
from vouchers.core.database import unit_of_work
from vouchers.core.text import say as _
from vouchers.documents.actions import KeptFile, add_document, take_written
from vouchers.documents.queries import find_document
from vouchers.payments.actions.fates import reject_payment
from vouchers.payments.models import Batch, Payment
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, creation, transition

MEDIA_TYPE = "application/xml"


def take_in_report(stream: BinaryIO, filename: str, *, by: Any, at: datetime) -> tuple[BankReport, bool]:
    """Keep the bank's report on a file of payments; what it refuses is owed again at once.

    Returns the report, and whether it is new: one that was taken in before changes nothing.

    Raises:
        RuleBroken: field ``file``; no such file, not about a batch of a region that the person works for, or a report
            that is known with other content.
    """
    read = read_report(stream)
    _batch_of(read.original_message_id, by)  # nothing about another region's payments is kept
    kept = take_written(stream, filename, MEDIA_TYPE)
    try:
        with unit_of_work():
            batch = _batch_of(read.original_message_id, by)
            digest = report_digest(read)
            if before := queries.find_report(batch.id, read.message_id):
                _ensure_same(before, digest, kept)
                return before, False
            report = BankReport(
                batch=batch,
                message_id=read.message_id,
                digest=digest,
                status=read.status,
                return_code=read.reason.code,
                return_text=read.reason.words,
                taken_in_at=at,
                taken_in_by_id=by.id,
            )
            return _take_in(report, refusals_of(read), kept, by=by, at=at), True
    except IntegrityError as problem:
        raise refuse(_("Somebody else takes this file in at this moment. Look at the list of reports.")) from problem


def _ensure_same(before: BankReport, digest: str, kept: KeptFile) -> None:
    """A bank that sends a report again says the same. Of one that came before digests were kept, the file tells it."""
    document = find_document(before.document_id) if before.document_id and not before.digest else None
    is_same = before.digest == digest if before.digest else document is None or document.sha256 == kept.sha256
    if not is_same:
        raise refuse(
            _(
                "Report %(number)s was taken in before and said something else. Ask the bank which one holds.",
                number=before.message_id,
            )
        )


def _batch_of(message_id: str, by: Any) -> Batch:
    batch = queries.find_batch_of_message(message_id)
    if batch is None or policy.is_importer(by, batch) is not None:
        raise refuse(
            _("You work on no batch with the number %(number)s, so nothing was taken in.", number=message_id or "?")
        )
    return batch


def _take_in(report: BankReport, refusals: Refusals, kept: KeptFile, *, by: Any, at: datetime) -> BankReport:
    payments = queries.map_payments_of(report.batch.id)
    lines = _lines(report.batch, refusals, payments)
    report.is_contradictory = refusals.is_contradictory
    report.refused = sum(line.doubt is Doubt.NONE for line in lines)
    is_clear = not report.is_contradictory and not any(line.is_question for line in lines)
    row = BANK_REPORT.carry_out if is_clear else BANK_REPORT.put_up
    with creation(report, row, by=by, at=at) as step:
        document = add_document(
            kept, purpose="bank_report", subject_kind="bank_report", subject_id=report.id, step_id=step.id,
            by_id=by.id, at=at,
        )  # fmt: skip
        report.document_id = document.id
        report.lines = lines
        for line in lines:
            if line.doubt is Doubt.NONE:
                payment = payments[line.end_to_end_id]
                reject_payment(payment, line.return_code, note=line.return_text, by=OFFICE, at=at)
    return report


def _lines(batch: Batch, refusals: Refusals, payments: dict[str, Payment]) -> list[ReportedLine]:
    """A line for each payment that the bank refuses, in the order of the payments, then for those nobody knows."""
    stated = {line.end_to_end_id: line for line in refusals.lines}
    everything = payments if refusals.whole is not None else ()
    lines = []
    for reference in dict.fromkeys([*(one for one in payments if one in everything or one in stated), *stated]):
        reason, payment = refusals.single.get(reference) or refusals.whole or Reason(), payments.get(reference)
        line = ReportedLine(end_to_end_id=reference, return_code=reason.code, return_text=reason.words)
        line.payment_id = payment.id if payment else None
        line.doubt = doubt_of(payment, batch, stated.get(reference))
        lines.append(line)
    return lines


def settle_report(report: BankReport, note: str, *, by: User, at: datetime) -> None:
    """Say what came of the questions that a report left."""
    with transition(report, BANK_REPORT.settle, by=by, at=at, why=note):
        report.note = note
