"""What payables come from: the one place that knows every kind.

Whatever becomes of a payment, its source hears of it here. A kind is a row of `SOURCES`: how its subjects are found,
the five actions that it is told by, and what is written on the bank's statement and in letters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from vouchers.advances.actions import paying as advances
from vouchers.advances.queries import map_advances
from vouchers.applications.queries.files import list_writers
from vouchers.claims.actions import paying as claims
from vouchers.claims.queries.files import map_claims
from vouchers.core.links import full_url
from vouchers.fees.actions import paying as fees
from vouchers.fees.queries import map_statements
from vouchers.organisations.queries import list_owners
from vouchers.payables.models import Payable
from vouchers.payables.states import SourceKind
from vouchers.payments.rules.sepa_text import LONGEST_REMITTANCE, to_sepa
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE

Told = Literal["order", "release", "pay", "unpay", "give_back"]


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of source."""

    find: Callable[[Iterable[int]], dict[int, Any]]
    """Ids -> subjects, in a fixed number of queries."""
    actions: dict[Told, Callable[..., None]]
    remittance: Callable[[Any, Payable], str]
    """What the payee reads on the statement of its bank."""
    people: Callable[[Any], Sequence[User]]
    """Who is written to when it is paid."""
    writers: Callable[[Any], Sequence[User]]
    """Who acts for those it is owed to, or for whom it is paid: they hear when the money comes back."""
    link: Callable[[Any], str]
    """Where they read about it."""
    occasion: str
    """The letter that they get."""


def _words_of_claim(claim: Any, payable: Payable) -> str:
    return f"Innovation voucher {payable.voucher}, claim {claim.number}, {payable.programme.code}"


def _words_of_advance(advance: Any, payable: Payable) -> str:
    return f"Advance {advance.number} on innovation voucher {payable.voucher}, {payable.programme.code}"


def _words_of_fee(statement: Any, payable: Payable) -> str:
    own = f", invoice {statement.invoice_number}" if statement.invoice_number else ""
    return f"Expert fee {statement.number}{own}, {payable.programme.code}"


SOURCES: dict[SourceKind, Source] = {
    SourceKind.CLAIM: Source(
        find=map_claims,
        actions={
            "order": claims.order_claim_payment,
            "release": claims.release_claim_payment,
            "pay": claims.pay_claim,
            "unpay": claims.unpay_claim,
            "give_back": claims.give_back_claim_payment,
        },
        remittance=_words_of_claim,
        people=lambda claim: list_owners(claim.agreement.application.organisation_id),
        writers=lambda claim: list_writers(claim.agreement.application.organisation),
        link=lambda claim: full_url("claims.show", claim_id=claim.id),
        occasion="payments/execute",
    ),
    SourceKind.ADVANCE: Source(
        find=map_advances,
        actions={
            "order": advances.order_advance_payment,
            "release": advances.release_advance_payment,
            "pay": advances.pay_advance,
            "unpay": advances.unpay_advance,
            "give_back": advances.give_back_advance_payment,
        },
        remittance=_words_of_advance,
        people=lambda advance: list_owners(advance.agreement.application.organisation_id),
        writers=lambda advance: list_writers(advance.agreement.application.organisation),
        link=lambda advance: full_url("advances.show", advance_id=advance.id),
        occasion="payments/execute_advance",
    ),
    SourceKind.FEE_STATEMENT: Source(
        find=map_statements,
        actions={
            "order": fees.order_fee_payment,
            "release": fees.release_fee_payment,
            "pay": fees.pay_fee,
            "unpay": fees.unpay_fee,
            "give_back": fees.give_back_fee_payment,
        },
        remittance=_words_of_fee,
        people=lambda statement: [statement.expert.user],
        writers=lambda statement: [statement.expert.user],
        link=lambda statement: full_url("fees.show", statement_id=statement.id),
        occasion="payments/execute_fee",
    ),
}


def find_sources(payables: Iterable[Payable]) -> dict[int, Any]:
    """Payable -> what it comes from."""
    of_kind: dict[SourceKind, dict[int, int]] = {}
    for payable in payables:
        of_kind.setdefault(payable.source_kind, {})[payable.source_id] = payable.id
    found: dict[int, Any] = {}
    for kind, ids in of_kind.items():
        found |= {ids[source_id]: subject for source_id, subject in SOURCES[kind].find(ids).items()}
    return found


def tell_source(payable: Payable, subject: Any, verb: Told, *, at: datetime) -> None:
    """Tell what a payable comes from what became of its payment."""
    SOURCES[payable.source_kind].actions[verb](subject, by=OFFICE, at=at)


def remittance_of(payable: Payable, subject: Any) -> str:
    """What the payee reads on the statement of its bank, in a bank's characters."""
    words = SOURCES[payable.source_kind].remittance(subject, payable)
    return to_sepa(words, LONGEST_REMITTANCE)[:LONGEST_REMITTANCE]


def people_of(payable: Payable, subject: Any) -> Sequence[User]:
    """Who is written to when it is paid."""
    return SOURCES[payable.source_kind].people(subject)


def writers_of(payable: Payable, subject: Any) -> Sequence[User]:
    """Who hears when the money comes back."""
    return SOURCES[payable.source_kind].writers(subject)


def link_to(payable: Payable, subject: Any) -> str:
    """Where they read about it."""
    return SOURCES[payable.source_kind].link(subject)


def occasion_of(payable: Payable) -> str:
    """Which letter is written when it is paid."""
    return SOURCES[payable.source_kind].occasion
