"""Everything that can happen to a payment batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from vouchers.claims.actions.paying import order_claim_payment, pay_claim, release_claim_payment
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.money import total
from vouchers.core.numbering import numbered
from vouchers.core.text import say as _
from vouchers.documents.actions import add_document, take_made
from vouchers.ledger.recipes import Share
from vouchers.payments import letters, policy, postings, queries
from vouchers.payments.exports import MEDIA_TYPE, bank_file
from vouchers.payments.lifecycle import BATCH
from vouchers.payments.models import Batch, Payment
from vouchers.payments.rules.batches import (
    Payable,
    batch_series,
    end_to_end_id,
    ensure_books_agree,
    ensure_payable_together,
    ensure_still_confirmed,
    has_bank_file,
    remittance_text,
)
from vouchers.payments.rules.execution_day import ensure_booking_day, ensure_execution_day, ensure_not_late
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, creation, transition


def make_batch(claim_ids: Sequence[int], execute_on: date, *, by: User, at: datetime) -> Batch:
    """Put authorised claims of one region into a batch; freeze amount, name, address and confirmed account of each.

    The claims are in payment from now on. Nothing goes to the bank before a second officer has authorised.

    Raises:
        WrongState: a claim was put into another batch meanwhile.
        RuleBroken: claims that cannot be paid (together), the day, or a value that the bank would refuse.
    """
    with unit_of_work():
        payables = queries.list_chosen(claim_ids)
        ensure_payable_together(payables)
        if reason := next((no for one in payables if (no := policy.is_payer(by, one.claim))), None):
            raise NotPermitted(reason)
        application = payables[0].claim.agreement.application
        programme, region = application.call.programme, application.region
        ensure_execution_day(execute_on, today=day_in(region.time_zone, at))
        batch = Batch(
            number=numbered(batch_series(programme.code, region.code), at.year),
            programme=programme,
            region=region,
            currency=payables[0].claim.currency,
            total_cents=total([payable.claim.grant for payable in payables]).cents,
            execute_on=execute_on,
            made_at=at,
            made_by_id=by.id,
        )
        with creation(batch, BATCH.make, by=by, at=at) as step:
            attempts = queries.count_attempts(claim_ids)
            for payable in payables:
                order_claim_payment(payable.claim, by=OFFICE, at=at)
                batch.payments.append(_payment(payable, attempts.get(payable.claim.id, 0) + 1))
            _store_payments()
            if has_bank_file(batch.currency):
                bank_file(batch, at=at)
            letters.write_to_second_officers(step, batch, by)
            return batch


def _payment(payable: Payable, attempt: int) -> Payment:
    claim, account, organisation = payable.claim, payable.account, payable.organisation
    application = claim.agreement.application
    return Payment(
        claim_id=claim.id,
        is_live=True,
        end_to_end_id=end_to_end_id(claim.number, attempt),
        amount_cents=claim.grant.cents,
        currency=claim.currency,
        bank_account_id=account.id,
        creditor_name=account.holder,
        street=organisation.street,
        building=organisation.building,
        post_code=organisation.post_code,
        town=organisation.town,
        country=organisation.country,
        iban=account.iban,
        bic=account.bic,
        remittance=remittance_text(application.reference, claim.number, application.call.programme.code),
    )


def _store_payments() -> None:
    try:
        db.session.flush()
    except IntegrityError as problem:
        raise RuleBroken(
            _("One of these claims stands in another batch already. Open the payments page again."), field="picked"
        ) from problem


def authorise_batch(batch: Batch, *, by: User, at: datetime) -> None:
    """As the second officer: write the bank file, and order the payments. Debts turn into payments in execution.

    Raises:
        RuleBroken: an account is no longer the confirmed one, the day is over, or the bank would refuse the file.
    """
    with transition(batch, BATCH.authorise, by=by, at=at) as step:
        batch = queries.get_batch(batch.id)
        ensure_not_late(batch.execute_on, today=day_in(batch.region.time_zone, at))
        _ensure_accounts_still_confirmed(batch)
        batch.authorised_by_id, batch.authorised_at = by.id, at

        if has_bank_file(batch.currency):
            _keep_bank_file(batch, step.id, by=by, at=at)
        step.post(postings.payment_ordered(batch, _shares_by_voucher(batch)))
        letters.write_to_maker(step, batch, by, "payments/authorise")


def _keep_bank_file(batch: Batch, step_id: str, *, by: User, at: datetime) -> None:
    kept = take_made(bank_file(batch, at=at), f"{batch.number}.xml", MEDIA_TYPE)
    document = add_document(
        kept, purpose="bank_file", subject_kind="batch", subject_id=batch.id, step_id=step_id, by_id=by.id, at=at
    )
    batch.document_id = document.id


def _ensure_accounts_still_confirmed(batch: Batch) -> None:
    organisations = {payment.id: payment.claim.agreement.application.organisation_id for payment in batch.payments}
    accounts = queries.lock_confirmed_accounts(sorted(set(organisations.values())))
    for payment in batch.payments:
        ensure_still_confirmed(payment, accounts.get(organisations[payment.id]))


def _shares_by_voucher(batch: Batch) -> dict[str, list[Share]]:
    accepted = queries.accepted_shares([payment.claim_id for payment in batch.payments])
    shares: dict[str, list[Share]] = defaultdict(list)
    for payment in batch.payments:
        of_claim = accepted.get(payment.claim_id, [])
        booked = total([share.amount for share in of_claim], payment.currency)
        ensure_books_agree(payment.claim.number, booked, payment.amount)
        shares[payment.claim.agreement.application.reference] += of_claim
    return shares


def cancel_batch(batch: Batch, reason: str, *, by: User, at: datetime) -> None:
    """Take a batch back before it is authorised: its claims wait for payment again."""
    with transition(batch, BATCH.cancel, by=by, at=at, why=reason) as step:
        batch = queries.get_batch(batch.id)
        for payment in batch.payments:
            payment.is_live = False
            release_claim_payment(payment.claim, by=OFFICE, at=at)
        letters.write_to_maker(step, batch, by, "payments/cancel", reason=reason)


def execute_batch(batch: Batch, executed_on: date, bank_reference: str, *, by: User, at: datetime) -> None:
    """The bank has paid, on its booking day: the money has left, the claims are paid, the beneficiaries hear of it.

    Raises:
        RuleBroken: a booking day in the future, before the authorisation, or in a closed period.
    """
    with transition(batch, BATCH.execute, by=by, at=at) as step:
        batch = queries.get_batch(batch.id)
        zone = batch.region.time_zone
        assert batch.authorised_at is not None  # it is authorised
        ensure_booking_day(executed_on, authorised=day_in(zone, batch.authorised_at), today=day_in(zone, at))
        batch.executed_on, batch.bank_reference = executed_on, bank_reference

        step.post(postings.payment_executed(batch, _shares_by_voucher(batch), on=executed_on))
        for payment in batch.payments:
            pay_claim(payment.claim, by=OFFICE, at=at)
        letters.write_to_beneficiaries(step, batch)
