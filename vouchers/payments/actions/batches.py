"""Everything that can happen to a payment batch as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from vouchers.core.clock import day_in
from vouchers.core.database import unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.money import total
from vouchers.core.numbering import numbered
from vouchers.core.text import say as _
from vouchers.documents.actions import add_document, take_made
from vouchers.likenesses.actions import ensure_two_persons
from vouchers.payables.policy import others_of
from vouchers.payables.queries import list_chosen, lock_confirmed_accounts, with_accounts
from vouchers.payables.rules.readiness import Standing
from vouchers.payables.states import PayeeKind
from vouchers.payments import letters, policy, postings, queries
from vouchers.payments.actions.fates import cancel_payments, execute_payments, order_payments
from vouchers.payments.actions.releasing import ensure_within_limits, map_releasers
from vouchers.payments.exports import MEDIA_TYPE, bank_file
from vouchers.payments.lifecycle import BATCH
from vouchers.payments.models import Batch, Payment
from vouchers.payments.rules.batches import (
    batch_series,
    end_to_end_id,
    ensure_as_seen,
    ensure_books_agree,
    ensure_not_stopped,
    ensure_payable_together,
    ensure_still_confirmed,
    ensure_still_there,
    ensure_waiting_seen,
    has_bank_file,
)
from vouchers.payments.rules.execution_day import ensure_booking_day, ensure_execution_day, ensure_not_late
from vouchers.payments.rules.releasing import ensure_somebody_may_release
from vouchers.payments.sources import find_sources, remittance_of
from vouchers.payments.states import FileVersion
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, creation, transition


def make_batch(
    payable_ids: Sequence[int],
    execute_on: date,
    *,
    by: User,
    at: datetime,
    file_version: FileVersion = FileVersion.V09,
    seen: str | None = None,
    waiting: str | None = None,
    two_persons: str = "",
) -> Batch:
    """Put payables of one region into a batch; freeze amount, name, address and confirmed account of each.

    They are in payment from now on. Nothing goes to the bank before a second officer has authorised. The accounts are
    locked, so that none is replaced, and no answer of a bank is recorded, while they are frozen.

    Args:
        seen: the accounts that the maker saw (`rules.batches.say_accounts`).
        waiting: and those that wait for confirmation (`rules.batches.say_waiting`).
        two_persons: why the maker, who looks like somebody of a payee, is another person.

    Raises:
        WrongState: a payable was put into another batch meanwhile.
        RuleBroken: payables that cannot be paid (together), an account that changed, more than any role may release,
            the day, or a value that the bank would refuse.
    """
    with unit_of_work():
        locked = lock_confirmed_accounts([one.payable for one in list_chosen(payable_ids)])
        chosen = list_chosen(payable_ids)
        ensure_payable_together(chosen)
        ensure_still_there(chosen, locked)
        ensure_as_seen(chosen, seen)
        ensure_waiting_seen(chosen, waiting)
        _ensure_payer(chosen, by)
        programme, region = chosen[0].payable.programme, chosen[0].payable.region
        comes_to = total([one.payable.open_amount for one in chosen])
        ensure_somebody_may_release(comes_to, programme.plan.payment_limits)
        ensure_execution_day(execute_on, today=day_in(region.time_zone, at))
        batch = Batch(
            number=numbered(batch_series(programme.code, region.code), day_in(region.time_zone, at).year),
            programme=programme,
            region=region,
            currency=chosen[0].payable.currency,
            total_cents=comes_to.cents,
            file_version=file_version,
            execute_on=execute_on,
            made_at=at,
            made_by_id=by.id,
        )
        with creation(batch, BATCH.make, by=by, at=at) as step:
            ensure_two_persons(step, [other for one in chosen for other in others_of(one.payable)], two_persons)
            sources = find_sources([one.payable for one in chosen])
            payments = [_payment(one, sources[one.payable.id]) for one in chosen]
            try:
                order_payments(batch, payments, sources, at=at)
            except IntegrityError as problem:
                raise RuleBroken(
                    _("One of these stands in another batch already. Open the payments page again."), field="picked"
                ) from problem
            if has_bank_file(batch.currency):
                bank_file(batch, at=at)
            made = queries.get_batch(batch.id)
            letters.write_to_second_officers(step, made, by, map_releasers([made], at=at)[made.id])
            return batch


def _ensure_payer(chosen: Sequence[Standing], person: User) -> None:
    applications = queries.map_applications([one.payable.voucher for one in chosen])
    for one in chosen:
        if reason := policy.is_payer(person, one.payable, applications.get(one.payable.voucher)):
            raise NotPermitted(reason)


def _payment(one: Standing, subject: object) -> Payment:
    payable, account = one.payable, one.account
    owner = payable.provider.organisation if payable.payee_kind == PayeeKind.PROVIDER else payable.organisation
    where = {name: getattr(owner, name) if owner else "" for name in ("street", "building", "post_code", "town")}
    return Payment(
        payable=payable,
        voucher=payable.voucher,
        end_to_end_id=end_to_end_id(payable.number, payable.attempts + 1),
        amount_cents=payable.open_amount.cents,
        currency=payable.currency,
        bank_account_id=account.id,
        creditor_name=account.holder,
        country=(owner or payable.provider or payable.expert).country,
        iban=account.iban,
        bic=account.bic,
        remittance=remittance_of(payable, subject),
        **where,
    )


def authorise_batch(batch: Batch, *, by: User, at: datetime, waiting: str | None = None, two_persons: str = "") -> None:
    """As the second officer: write the bank file, and order the payments. Debts turn into payments in execution.

    Args:
        waiting: the accounts waiting for confirmation that the officer saw (`rules.batches.say_waiting`).
        two_persons: why the officer, who looks like the maker or like somebody of a payee, is another person.

    Raises:
        NotPermitted: the sum is above the limit of the officer's role, or the officer is known to be the same person.
        RuleBroken: no reason is given where one is needed (field ``two_persons``); the sum is above what is left of the
            officer's limit today, or for a payee; an account is no longer the confirmed one, the bank's newest check of
            a name stops a payment, a payee has entered another account meanwhile, the day is over, or the bank would
            refuse the file.
    """
    with transition(batch, BATCH.authorise, by=by, at=at, why=two_persons.strip() or None) as step:
        batch = queries.get_batch(batch.id)
        ensure_two_persons(step, policy.others_of(batch), two_persons)
        ensure_within_limits(batch, by=by, at=at)
        ensure_not_late(batch.execute_on, today=day_in(batch.region.time_zone, at))
        _ensure_as_frozen(batch, waiting)
        batch.authorised_by_id, batch.authorised_at = by.id, at

        if has_bank_file(batch.currency):
            _keep_bank_file(batch, step.id, by=by, at=at)
        step.post(postings.payments_ordered(batch, batch.payments))
        letters.write_to_maker(step, batch, by, "payments/authorise")


def _keep_bank_file(batch: Batch, step_id: str, *, by: User, at: datetime) -> None:
    kept = take_made(bank_file(batch, at=at), f"{batch.number}.xml", MEDIA_TYPE)
    document = add_document(
        kept, purpose="bank_file", subject_kind="batch", subject_id=batch.id, step_id=step_id, by_id=by.id, at=at
    )
    batch.document_id = document.id


def _ensure_as_frozen(batch: Batch, waiting: str | None) -> None:
    """What is paid, and to which account, is still what was frozen when the batch was made, and what was seen."""
    accounts = lock_confirmed_accounts([payment.payable for payment in batch.payments])
    standings = {one.payable.id: one for one in with_accounts([payment.payable for payment in batch.payments])}
    for payment in batch.payments:
        ensure_still_confirmed(payment, accounts.get(payment.payable_id))
        ensure_not_stopped(standings[payment.payable_id])
        ensure_books_agree(payment.payable.number, payment.payable.open_amount, payment.amount)
    ensure_waiting_seen(list(standings.values()), waiting)


def cancel_batch(batch: Batch, reason: str, *, by: User, at: datetime) -> None:
    """Take a batch back before it is authorised: all that it pays waits for payment again."""
    with transition(batch, BATCH.cancel, by=by, at=at, why=reason) as step:
        batch = queries.get_batch(batch.id)
        cancel_payments(batch, at=at)
        letters.write_to_maker(step, batch, by, "payments/cancel", reason=reason)


def execute_batch(batch: Batch, executed_on: date, bank_reference: str, *, by: Any, at: datetime) -> None:
    """The bank has paid all that is still under way, on its booking day: the money has left, and the payees hear of it.

    Whoever reads a statement that books the batch in one sum calls it with `OFFICE`.

    Raises:
        RuleBroken: a booking day in the future, before the authorisation, or in a closed period.
    """
    with transition(batch, BATCH.execute, by=by, at=at) as step:
        batch = queries.get_batch(batch.id)
        zone = batch.region.time_zone
        assert batch.authorised_at is not None  # it is authorised
        ensure_booking_day(executed_on, authorised=day_in(zone, batch.authorised_at), today=day_in(zone, at))
        batch.executed_on, batch.bank_reference = executed_on, bank_reference

        paid = batch.under_way
        step.post(
            postings.payments_executed(paid, reference=batch.number, bank_reference=bank_reference, on=executed_on)
        )
        execute_payments(paid, executed_on, bank_reference, by=OFFICE, at=at)
