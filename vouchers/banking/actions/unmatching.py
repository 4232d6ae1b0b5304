"""A match that is taken back: the entry is on the worklist again, and nothing of it stays in the books."""

from __future__ import annotations

from datetime import datetime

from vouchers.banking.lifecycle import ENTRY
from vouchers.banking.models import Entry
from vouchers.banking.queries import known
from vouchers.banking.rules.unmatching import why_match_stays
from vouchers.banking.states import Doubt
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted
from vouchers.payments.models import Payment
from vouchers.recoveries.actions.collecting import undo_receipt
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, transition


def unmatch_entry(entry: Entry, reason: str, *, by: User, at: datetime) -> None:
    """Take a match back, made by hand or by the office itself: what a recovery received is undone, and payments that
    were executed by hand before lose the entry behind them.

    Raises:
        NotPermitted: what it did is put right by other steps, which the sentence names.
        RuleBroken: what came back is used by others already.
    """
    with transition(entry, ENTRY.unmatch, by=by, at=at, why=reason):
        for match in entry.matches:
            db.session.refresh(match.payment, with_for_update={"of": Payment})
        if stays := why_match_stays(entry):
            raise NotPermitted(stays)
        recovery, journal_id = entry.recovery, entry.journal_id
        _put_back(entry, reason)  # first, so that it does not follow the mirror image
        if recovery is not None:
            receipt = next(one for one in recovery.receipts if one.journal_id == journal_id)
            undo_receipt(recovery, receipt.id, reason, by=by, at=at)


def reopen_entry(journal_id: int, *, why: str, at: datetime) -> None:
    """What had an entry in the books was undone there: the entry waits on the worklist, in the same unit of work."""
    db.session.flush()
    entry = known.find_entry_of_journal(journal_id)
    if entry is None:
        return
    with transition(entry, ENTRY.reopen, by=OFFICE, at=at, why=why):
        _put_back(entry, why)


def _put_back(entry: Entry, reason: str) -> None:
    entry.doubt, entry.reason = Doubt.NONE, reason
    entry.effect = entry.booked_as = None
    entry.fund = entry.recovery = entry.recovery_id = entry.journal_id = None
    entry.matches.clear()
