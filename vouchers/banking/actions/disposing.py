"""The end of a statement of the bank: what is left is sums, days and references."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import update

from vouchers.banking.lifecycle import STATEMENT
from vouchers.banking.models import Entry, Statement
from vouchers.core.database import db, unit_of_work
from vouchers.workflow.transition import transition

_BARE = {"other_name": "", "other_iban": "", "remittance": "", "reason": "", "return_text": ""}


def dispose_of_statement(statement: Statement, why: str, *, by: Any, at: datetime) -> None:
    """Take the names, accounts and words of its movements away; the balances still add up."""
    with unit_of_work():
        emptied = update(Entry).where(Entry.statement_id == statement.id).values(**_BARE)
        db.session.execute(emptied.execution_options(synchronize_session=False))
        with transition(statement, STATEMENT.dispose, by=by, at=at, why=why):
            pass
