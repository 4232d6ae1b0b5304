"""What is written to people about payments. All of it in the open step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vouchers.applications.queries.files import list_writers
from vouchers.core.links import full_url
from vouchers.letters.actions import Addressee
from vouchers.organisations.rules.iban import mask_iban
from vouchers.payables.rules.reason_codes import say_reason
from vouchers.payables.rules.returns import BEING_SETTLED, what_to_do
from vouchers.payables.states import PayableState, PayeeKind
from vouchers.payments import queries
from vouchers.payments.models import Batch, Payment
from vouchers.payments.rules.releasing import Releaser
from vouchers.payments.sources import link_to, occasion_of, people_of, writers_of
from vouchers.users.models import User
from vouchers.users.queries import list_holders
from vouchers.users.states import Role
from vouchers.workflow.transition import Step


def write_to_second_officers(step: Step, batch: Batch, maker: User, releasers: Sequence[Releaser]) -> None:
    """A batch waits for the other half of the two-person step: those who may take it now hear of it.

    Where nobody may, it is told to those who can change that: the maker, who may cancel it and make smaller ones, and
    the coordinators of the programme, who keep its limits.

    Args:
        releasers: the officers who are no part of it, and why they may not authorise it now.
    """
    able = [one.user for one in releasers if one.reason is None]
    for officer in able:
        step.write(_to(officer), "payments/make", maker=maker.name, **_facts(batch))
    if able:
        return
    coordinators = list_holders({Role.COORDINATOR}, batch.programme.code, None)
    for person in {one.id: one for one in (maker, *coordinators)}.values():
        unable = [one.says for one in releasers]
        step.write(_to(person), "payments/nobody", maker=maker.name, unable=unable, **_facts(batch))


def write_to_maker(step: Step, batch: Batch, officer: User, occasion: str, **values: Any) -> None:
    """What became of the maker's batch, unless the maker did it."""
    for maker in queries.list_people([batch.made_by_id]):
        if maker.id != officer.id:
            step.write(_to(maker), occasion, officer=officer.name, **_facts(batch), **values)


def write_to_payee(step: Step, payment: Payment, subject: Any) -> None:
    """The money has left for the payee's account; `subject` is what it was paid for."""
    payable, batch = payment.payable, payment.batch
    for person in people_of(payable, subject):
        step.write(
            _to(person),
            occasion_of(payable),
            reference=payable.voucher,
            claim=payable.number,
            amount=payment.amount,
            iban=mask_iban(payment.iban),
            region=batch.region.office_name,
            paid_on=payment.executed_on,
            end_to_end_id=payment.end_to_end_id if batch.no_file is None else "",
            link=link_to(payable, subject),
        )


def write_came_back(step: Step, payment: Payment, subject: Any) -> None:
    """The money did not reach its account: those who act for the owner of the account are asked to look at it, and
    those for whom a provider or an expert is paid hear of it; `subject` is what it was paid for."""
    payable, batch = payment.payable, payment.batch
    facts = {
        "amount": payment.amount,
        "claim": payable.number,
        "iban": mask_iban(payment.iban),
        "returned_on": payment.returned_on,
        "code": payment.reason_code,
        "reason": say_reason(payment.reason_code),
        "office": batch.region.office_name,
        "email": batch.region.email,
    }
    holder = payable.organisation or (payable.provider.organisation if payable.provider is not None else None)
    if holder is not None:
        link = full_url("organisations.propose_bank_account", organisation_id=holder.id)
        for writer in list_writers(holder):
            step.write(_to(writer), "payments/come_back", todo=what_to_do(payment.reason_code), link=link, **facts)
    if payable.payee_kind != PayeeKind.ORGANISATION:
        link, todo = link_to(payable, subject), BEING_SETTLED if payable.payee_kind == PayeeKind.PROVIDER else None
        for person in writers_of(payable, subject):
            step.write(_to(person), "payments/come_back", todo=todo, link=link, **facts)


def write_mistake(step: Step, payment: Payment, subject: Any) -> None:
    """An entry of the bank was of something else: whoever was told that this was paid, or came back, is told how it
    stands; `subject` is what it is paid for."""
    payable = payment.payable
    told = {one.id: one for one in (*people_of(payable, subject), *writers_of(payable, subject))}
    for person in told.values():
        step.write(
            _to(person),
            "payments/mistake",
            claim=payable.number,
            amount=payment.amount,
            is_paid=payment.executed_on is not None,
            link=link_to(payable, subject),
        )


def write_to_officers(step: Step, payment: Payment, occasion: str) -> None:
    """The bank refused a payment or gave it back: the officers of the region settle why, and pay it again."""
    batch = payment.batch
    for officer in queries.list_officers(batch.programme.code, batch.region.code):
        step.write(
            _to(officer),
            occasion,
            number=batch.number,
            id=payment.end_to_end_id,
            payee=payment.creditor_name,
            amount=payment.amount,
            reason=say_reason(payment.reason_code),
            code=payment.reason_code,
            note=payment.reason_note,
            is_held=payment.payable.state == PayableState.HELD,
            link=full_url("payables.show", payable_id=payment.payable_id),
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
