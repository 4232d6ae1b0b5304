"""By what a statement and a movement are known again, so that nothing is booked twice.

A statement is known by account, id, sequence number and page; its content by what it says, not by its bytes, because a
bank may send the same statement again with another message id. A movement is known by what the bank says of it where it
carries a reference of its own; the second of two equal ones in a statement is another one. A movement without any
reference is known within its statement only: two charges of the same day may well be two charges.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from vouchers.banking.rules.movements import Movement, StatementRead


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
