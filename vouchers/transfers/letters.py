"""What is written to the other side of a transfer. All of it in the open step."""

from __future__ import annotations

from vouchers.core.links import full_url
from vouchers.transfers import queries
from vouchers.transfers.models import EnvelopeTransfer
from vouchers.users.actions.links import addressee
from vouchers.users.models import User
from vouchers.workflow.transition import Step


def write_to_deciders(step: Step, transfer: EnvelopeTransfer, occasion: str) -> None:
    """Those who may decide it: it waits for them, or no more."""
    for person in queries.list_deciders(transfer):
        _write(step, transfer, person, occasion)


def write_to_proposer(step: Step, transfer: EnvelopeTransfer, occasion: str) -> None:
    """Whoever proposed it: what became of it."""
    _write(step, transfer, transfer.proposed_by, occasion)


def _write(step: Step, transfer: EnvelopeTransfer, person: User, occasion: str) -> None:
    step.write(
        addressee(person),
        f"transfers/{occasion}",
        amount=transfer.amount,
        source=transfer.source.code,
        target=transfer.target.code,
        proposer=transfer.proposed_by.name,
        decider=transfer.decided_by.name if transfer.decided_by else "",
        reason=transfer.reason,
        answer=transfer.answer,
        link=full_url("transfers.show", transfer_id=transfer.id),
    )
