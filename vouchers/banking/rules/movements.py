"""What a bank's file says, as frozen values. Amounts are in whole cents, days are those of the bank's calendar."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that came or went: one transaction of an entry, or a whole entry whose transactions are not told.

    `entry` counts the entries of the statement from 1, `part` the transactions of the entry (0: the whole entry).
    """

    entry: int
    part: int
    is_credit: bool
    cents: int
    currency: str
    is_booked: bool
    booked_on: date | None
    value_on: date | None
    is_charge: bool = False
    is_reversal: bool = False
    is_return: bool = False
    return_code: str = ""
    return_text: str = ""
    entry_reference: str = ""
    bank_reference: str = ""
    """The bank's own, unique for the account where it is given."""
    end_to_end_id: str = ""
    payment_block: str = ""
    """Id of the payment block (PmtInfId) or of the message that the bank says it executes."""
    transactions: int = 0
    """How many transactions the bank says are in it; 0: it does not say."""
    references: tuple[str, ...] = ()
    """End-to-end ids of the transactions of a whole entry, where the bank gives no amount for each."""
    other_name: str = ""
    other_iban: str = ""
    remittance: str = ""
    kind: str = ""
    """What the bank calls it: ``PMNT/ICDT/ESCT`` or a word of its own."""
    charges: int = 0
    """What the bank says it has taken for itself of money that came, in cents, where the amount is without it."""
    is_torn: bool = False
    """Whether its transactions do not add up to it."""

    @property
    def signed(self) -> int:
        """Cents as they change the balance of the account."""
        return self.cents if self.is_credit else -self.cents


@dataclass(frozen=True, slots=True)
class Balance:
    """What the account held at the end of a day; negative when overdrawn."""

    cents: int
    on: date | None


@dataclass(frozen=True, slots=True)
class StatementRead:
    """One statement of one account."""

    number: str
    """The bank's id of the statement (``Stmt/Id``)."""
    sequence: str
    """Electronic or legal sequence number, as far as the bank gives one."""
    page: str
    """Page of a statement that the bank sends in several parts; empty for a whole one."""
    iban: str
    currency: str
    created: str
    first_on: date | None
    last_on: date | None
    opening: Balance | None
    closing: Balance | None
    entries: int
    """How many entries stand in it."""
    stated_entries: int | None
    """How many the bank says."""
    movements: tuple[Movement, ...] = field(repr=False, default=())


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a bank refused: a code of ISO 20022 or of its own, and its own words."""

    code: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What a status report says of one payment."""

    end_to_end_id: str
    block: str
    status: str
    """As the bank gave it, or as it follows from the block or the whole file."""
    reason: Reason
    cents: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class BlockStatus:
    """What a status report says of one payment block."""

    block: str
    status: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class ReportRead:
    """One status report on one file of payments."""

    message_id: str
    created: str
    original_message_id: str
    status: str
    """Of the whole file; empty where the bank does not say."""
    reason: Reason
    blocks: tuple[BlockStatus, ...] = ()
    lines: tuple[ReportLine, ...] = ()
