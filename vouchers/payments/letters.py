"""What is written to people about payments. All of it in the open step."""

from __future__ import annotations

from typing import Any

from vouchers.core.links import full_url
from vouchers.letters.actions import Addressee
from vouchers.organisations.queries import list_owners
from vouchers.organisations.rules.iban import mask_iban
from vouchers.payments import queries
from vouchers.payments.models import Batch
from vouchers.users.models import User
from vouchers.workflow.transition import Step


def write_to_second_officers(step: Step, batch: Batch, maker: User) -> None:
    """A batch waits for the other half of the two-person step."""
    for officer in queries.list_officers(batch.programme.code, batch.region.code):
        if officer.id != maker.id:
            step.write(_to(officer), "payments/make", maker=maker.name, **_facts(batch))


def write_to_maker(step: Step, batch: Batch, officer: User, occasion: str, **values: Any) -> None:
    """What became of the maker's batch, unless the maker did it."""
    for maker in queries.list_people([batch.made_by_id]):
        if maker.id != officer.id:
            step.write(_to(maker), occasion, officer=officer.name, **_facts(batch), **values)


def write_to_beneficiaries(step: Step, batch: Batch) -> None:
    """The money has left for each beneficiary's account."""
    for payment in batch.payments:
        application = payment.claim.agreement.application
        for owner in list_owners(application.organisation_id):
            step.write(
                _to(owner),
                "payments/execute",
                reference=application.reference,
                claim=payment.claim.number,
                amount=payment.amount,
                iban=mask_iban(payment.iban),
                region=batch.region.office_name,
                paid_on=batch.executed_on,
                end_to_end_id=payment.end_to_end_id if batch.no_file is None else "",
                link=full_url("claims.show", claim_id=payment.claim_id),
            )


def _to(person: User) -> Addressee:
    return Addressee(person.email, person.name, person.language, person.id)


def _facts(batch: Batch) -> dict[str, Any]:
    return {
        "number": batch.number,
        "count": len(batch.payments),
        "total": batch.total,
        "region": batch.region.name,
        "execute_on": batch.execute_on,
        "no_file": batch.no_file,
        "link": full_url("payments.show", batch_id=batch.id),
    }
