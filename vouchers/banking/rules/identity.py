"""By what a statement and a movement are known again, so that nothing is booked twice.

A statement is known by account, id, sequence number and page; its content by what it says, not by its bytes, because a
bank may send the same statement again with another message id. A movement is known by what the bank says of it where it
carries a reference of its own; the second of two equal ones in a statement is another one. A movement without any
reference is known within its statement only: two charges of the same day may well be two charges. A status report is
known by its batch and its id, and its content likewise by what it says.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from vouchers.banking.rules.movements import Movement, Reason, ReportRead, StatementRead


def statement_key(statement: StatementRead) -> str:
    """The same for the same statement of the same account, however often it is sent."""
    year = statement.last_on.year if statement.last_on else ""
    return "|".join((statement.iban, statement.number, statement.sequence, statement.page, str(year)))


def statement_digest(statement: StatementRead) -> str:
    """SHA-256 over what the statement says: its balances and its movements, without the hour of its making."""
    balances = [(one.cents, str(one.on)) if one else None for one in (statement.opening, statement.closing)]
    says = [
        statement.iban,
        statement.number,
        balances,
        [_facts(one, one.entry_reference) for one in statement.movements],
    ]
    return _digest(says)


def report_digest(report: ReportRead) -> str:
    """SHA-256 over what a status report says of which file of payments, without its own id and the hour of its making.

    The order in which it names blocks and payments says nothing.
    """
    blocks = [[one.block, one.status, *_reason(one.reason)] for one in report.blocks]
    lines = [
        [one.end_to_end_id, one.block, one.status, *_reason(one.reason), one.cents or 0, one.currency]
        for one in report.lines
    ]
    return _digest([report.original_message_id, report.status, *_reason(report.reason), sorted(blocks), sorted(lines)])


def _reason(reason: Reason) -> tuple[str, str]:
    return reason.code, reason.words


def movement_keys(statement: StatementRead) -> list[str]:
    """One key for each movement of the statement, in its order."""
    seen: Counter[str] = Counter()
    keys = []
    for movement in statement.movements:
        own = "" if _has_reference(movement) else statement_key(statement)
        facts = _digest([statement.iban, own, _facts(movement)])
        seen[facts] += 1
        keys.append(_digest([facts, seen[facts]]))
    return keys


def _has_reference(movement: Movement) -> bool:
    return bool(movement.bank_reference or movement.end_to_end_id or movement.references)


def _facts(movement: Movement, *more: str) -> Sequence[object]:
    return [
        movement.is_credit, movement.cents, movement.currency, movement.is_booked, movement.is_charge,
        str(movement.booked_on), str(movement.value_on), movement.is_return or movement.is_reversal,
        movement.bank_reference, movement.end_to_end_id, movement.references, movement.payment_block,
        movement.other_iban, movement.remittance, *more,
    ]  # fmt: skip


def _digest(facts: object) -> str:
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
