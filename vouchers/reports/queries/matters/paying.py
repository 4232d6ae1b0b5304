"""What waits of what the bank sends: entries that nobody has matched, and reports that left questions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import null, select

from vouchers.banking.models import BankReport, Entry, Statement
from vouchers.banking.queries.statements import of_accounts
from vouchers.banking.states import EntryState, ReportState
from vouchers.payments.models import Batch
from vouchers.programmes.models import Programme
from vouchers.regions.models import Region
from vouchers.reports.queries.matters.matter import Seen
from vouchers.users.mandate import Mandate


def to_match(_seen: Seen) -> Any:
    """Entries of the bank that are not matched, the oldest first."""
    return (
        select(Entry.id, Entry.end_to_end_id, Entry.other_name, Statement.taken_in_at, null())
        .select_from(Entry)
        .join(Entry.statement)
        .join(Statement.region)
        .where(Entry.state == EntryState.OPEN)
        .order_by(Statement.taken_in_at, Entry.id)
    )


def of_account(statement: Any, mandate: Mandate) -> Any:
    """What a mandate covers of entries."""
    return statement.where(of_accounts(mandate))


def to_look_at(_seen: Seen) -> Any:
    """Status reports that left questions, the oldest first."""
    return (
        select(BankReport.id, Batch.number, BankReport.message_id, BankReport.taken_in_at, null())
        .select_from(BankReport)
        .join(BankReport.batch)
        .join(Programme, Programme.id == Batch.programme_id)
        .join(Region, Region.id == Batch.region_id)
        .where(BankReport.state == ReportState.OPEN)
        .order_by(BankReport.taken_in_at, BankReport.id)
    )
