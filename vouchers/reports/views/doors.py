"""Where the subject of a step has its page: from a journal to the payment, the recovery, the claim that booked it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for

from vouchers.advances.policy import may_read as may_read_advance
from vouchers.advances.queries import get_advance
from vouchers.agreements.policy import may_read as may_read_agreement
from vouchers.agreements.queries import get_agreement
from vouchers.amendments.policy import may_read_amendment, may_read_termination
from vouchers.amendments.queries import get_amendment, get_termination
from vouchers.applications.policy import may_read as may_read_application
from vouchers.applications.queries.files import get_application
from vouchers.banking.policy import may_read_entry
from vouchers.banking.queries.statements import get_entry
from vouchers.claims.policy import may_read as may_read_claim
from vouchers.claims.queries.files import get_claim
from vouchers.core.errors import NotFound
from vouchers.core.lifecycle import Policy
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.fees.policy import may_read as may_read_fee
from vouchers.fees.queries import get_statement as get_fee_statement
from vouchers.payments.queries import get_batch, get_payment
from vouchers.recoveries.policy import may_read as may_read_recovery
from vouchers.recoveries.queries import get_recovery
from vouchers.reports.queries.voucher import get_application_of_decision
from vouchers.transfers.policy import may_read as may_read_transfer
from vouchers.transfers.queries import get_transfer
from vouchers.users.policy import may_oversee


@dataclass(frozen=True, slots=True)
class Door:
    """The page of one kind of subject."""

    words: Sentence
    load: Callable[[int], Any]
    allowed: Policy
    """What the page itself asks."""
    endpoint: str
    argument: str
    name: Callable[[Any], str]
    """What people call it by."""
    number: Callable[[Any], int] = lambda subject: int(subject.id)
    """Of the page."""


@dataclass(frozen=True, slots=True)
class Way:
    """A link to it."""

    words: Sentence
    name: str
    url: str


DOORS: dict[str, Door] = {
    "advance": Door(
        _("Advance"), get_advance, may_read_advance, "advances.show", "advance_id", lambda one: str(one.number)
    ),
    "agreement": Door(
        _("Agreement"), get_agreement, may_read_agreement, "agreements.show", "agreement_id",
        lambda one: str(one.number),
    ),
    "amendment": Door(
        _("Amendment"), get_amendment, may_read_amendment, "amendments.show", "amendment_id",
        lambda one: f"{one.agreement.number}, {one.number}",
    ),
    "application": Door(
        _("Application"), get_application, may_read_application, "applications.show", "application_id",
        lambda one: str(one.reference),
    ),
    "batch": Door(_("Batch"), get_batch, may_oversee, "payments.show", "batch_id", lambda one: str(one.number)),
    "claim": Door(_("Claim"), get_claim, may_read_claim, "claims.show", "claim_id", lambda one: str(one.number)),
    "decision": Door(
        _("Decision"), get_application_of_decision, may_read_application, "decisions.show", "application_id",
        lambda one: str(one.reference),
    ),
    "entry": Door(_("Entry"), get_entry, may_read_entry, "banking.entry", "entry_id", lambda one: str(one.bank_line)),
    "envelope_transfer": Door(
        _("Transfer"), get_transfer, may_read_transfer, "transfers.show", "transfer_id",
        lambda one: str(one.reference),
    ),
    "fee_statement": Door(
        _("Fee statement"), get_fee_statement, may_read_fee, "fees.show", "statement_id", lambda one: str(one.number)
    ),
    "payment": Door(
        _("Payment"), get_payment, may_oversee, "payments.show", "batch_id", lambda one: str(one.end_to_end_id),
        lambda one: int(one.batch_id),
    ),
    "recovery": Door(
        _("Recovery"), get_recovery, may_read_recovery, "recoveries.show", "recovery_id", lambda one: str(one.number)
    ),
    "termination": Door(
        _("Termination"), get_termination, may_read_termination, "amendments.termination", "termination_id",
        lambda one: str(one.agreement.number),
    ),
}  # fmt: skip
"""Kind of subject that books -> its page. An envelope's money stands in the list of budgets and has no page."""


def find_ways(kind: str, subject_id: int, reader: Any) -> list[Way]:
    """The links to a subject, where its page lets the reader in: of a payment to its batch and to its debt."""
    door = DOORS.get(kind)
    if door is None:
        return []
    try:
        subject = door.load(subject_id)
    except NotFound:
        return []
    if door.allowed(reader, subject) is not None:
        return []
    values: dict[str, Any] = {door.argument: door.number(subject)}
    ways = [Way(door.words, door.name(subject), url_for(door.endpoint, **values))]
    if kind == "payment":
        debt = url_for("payables.show", payable_id=subject.payable_id)
        ways.append(Way(_("Debt"), subject.payable.number, debt))
    return ways
