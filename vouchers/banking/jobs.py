"""What banking does by itself: book what was recognised, and follow the books where they are undone."""

from __future__ import annotations

from datetime import datetime

from vouchers.banking.actions.entries import book_statement
from vouchers.banking.actions.unmatching import reopen_entry
from vouchers.banking.queries import statements as queries
from vouchers.core.errors import NotFound, WrongState
from vouchers.jobs.registry import LONG, job
from vouchers.workflow.reversals import when_reversed

when_reversed(reopen_entry)


@job("banking.book", limit=LONG)
def book(statement_id: int, *, at: datetime) -> None:
    """Book a statement, after those of its account that came before it; may run twice, also at once."""
    try:
        asked = queries.get_statement(statement_id)
    except NotFound:
        return
    for waiting_id in queries.list_unbooked(asked.iban):
        if waiting_id > statement_id:
            return
        try:
            book_statement(queries.get_statement(waiting_id), at=at)
        except WrongState:  # another worker has finished it
            continue
