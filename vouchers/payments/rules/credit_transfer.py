"""What a SEPA credit transfer is: frozen values, no rules. An unstructured address cannot even be expressed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from vouchers.core.money import Money, total


@dataclass(frozen=True, slots=True)
class Party:
    """Who pays or is paid. `country` is ISO 3166-1 alpha-2.

    An address is left out whole where the payee gave none; otherwise town and country are required.
    """

    name: str
    street: str
    building: str
    post_code: str
    town: str
    country: str

    @property
    def has_address(self) -> bool:
        """Whether any of it is known but the country."""
        return any((self.street, self.building, self.post_code, self.town))


@dataclass(frozen=True, slots=True)
class Account:
    iban: str
    bic: str | None = None


@dataclass(frozen=True, slots=True)
class CreditTransfer:
    """One payment. `end_to_end_id` travels to the beneficiary and comes back in the bank's statement."""

    end_to_end_id: str
    instruction_id: str
    amount: Money
    creditor: Party
    account: Account
    remittance: str


@dataclass(frozen=True, slots=True)
class TransferBatch:
    """The payments that one file carries from one account on one day.

    Raises:
        ValueError: `created_at` does not say its time zone.
    """

    message_id: str
    created_at: datetime
    initiating_party: str
    debtor: Party
    debtor_account: Account
    execute_on: date
    transfers: tuple[CreditTransfer, ...]
    batch_booking: bool = True

    def __post_init__(self) -> None:
        if self.created_at.utcoffset() is None:
            raise ValueError("created_at needs a time zone")

    @property
    def payment_information_id(self) -> str:
        """The bank's statement names the batch by this: the message id and ``-1`` where 35 characters allow it."""
        numbered = f"{self.message_id}-1"
        return numbered if len(numbered) <= 35 else self.message_id

    @property
    def total(self) -> Money:
        return total([transfer.amount for transfer in self.transfers])
