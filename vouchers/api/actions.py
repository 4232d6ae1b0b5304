"""Issuing and revoking tokens, and what a finance system acknowledges.

An acknowledgement is done by the actions of `payments`, in the name of whoever issued the token, within a step of the
token, and is answered once: whoever sends the same key again gets the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, update

from vouchers.api import policy, queries
from vouchers.api.lifecycle import API_TOKEN
from vouchers.api.models import ApiReceipt, ApiToken
from vouchers.api.rules.asking import Acknowledged, Executed, Outcome
from vouchers.api.rules.tokens import BEGINNING, ensure_expiry, ensure_rights, new_secret
from vouchers.api.states import Right
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, WrongState
from vouchers.core.text import say as _
from vouchers.payments import queries as payments
from vouchers.payments.actions.batches import execute_batch
from vouchers.payments.actions.fates import execute_payment, give_back_payment, reject_payment
from vouchers.payments.states import PaymentState
from vouchers.regions.models import Region
from vouchers.users.models import User
from vouchers.users.secrets import hash_token
from vouchers.workflow.transition import creation, transition

NOTED_AFTER = timedelta(minutes=5)
"""A use is noted anew when the last one is older."""


def issue_token(
    name: str,
    region: Region,
    programme_code: str | None,
    rights: Collection[Right],
    until: date,
    *,
    by: User,
    at: datetime,
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is told here and never again.

    Args:
        until: the last day on which it opens anything, where the region is.

    Raises:
        RuleBroken: field ``rights`` or ``until``.
    """
    ensure_rights(rights)
    ensure_expiry(until, today=day_in(region.time_zone, at))
    secret = new_secret()
    token = ApiToken(
        name=name,
        token_hash=hash_token(secret),
        beginning=secret[:BEGINNING],
        region=region,
        region_id=region.id,
        programme_code=programme_code,
        rights_json=sorted(right.value for right in rights),
        issued_at=at,
        issued_by_id=by.id,
        expires_at=datetime.combine(until + timedelta(days=1), time(), ZoneInfo(region.time_zone)),
    )
    with creation(token, API_TOKEN.issue, by=by, at=at):
        return token, secret


def revoke_token(token: ApiToken, *, by: User, at: datetime) -> None:
    """It opens nothing from now on."""
    with transition(token, API_TOKEN.revoke, by=by, at=at):
        token.revoked_at, token.revoked_by_id = at, by.id


def note_use(token: ApiToken, *, at: datetime) -> None:
    """Note that a token was used; not more often than every few minutes."""
    if token.used_at is not None and at - token.used_at < NOTED_AFTER:
        return
    token_id, before = token.id, at - NOTED_AFTER
    with unit_of_work():
        is_older = or_(ApiToken.used_at.is_(None), ApiToken.used_at <= before)
        db.session.execute(update(ApiToken).where(ApiToken.id == token_id, is_older).values(used_at=at))


Answer = dict[str, Any]


def acknowledge_batch(
    token: ApiToken, number: str, said: Executed, *, key: str, fingerprint: str, at: datetime
) -> tuple[Answer, bool]:
    """The bank has executed all that is under way in a batch. Returns the answer, and whether it was given before.

    Raises:
        NotFound, NotPermitted, WrongState, RuleBroken: as by hand.
    """

    def work(held: ApiToken, person: User) -> Answer:
        found = queries.get_batch_of(held, number)
        _ensure_within(held, found)
        batch = payments.get_batch(found.id)
        count = len(batch.under_way)
        execute_batch(batch, said.booked_on, said.bank_reference, by=person, at=at)
        batch = payments.get_batch(found.id)
        return {"batch": number, "state": batch.state.value, "executed": count}

    return _once(token, key, fingerprint, work, why=f"{number}: {said.bank_reference}", at=at)


def acknowledge_payment(
    token: ApiToken, end_to_end_id: str, said: Acknowledged, *, key: str, fingerprint: str, at: datetime
) -> tuple[Answer, bool]:
    """What the bank did with one payment. Returns the answer, and whether it was given before.

    Raises:
        NotFound, NotPermitted, WrongState, RuleBroken: as by hand.
    """

    def work(held: ApiToken, person: User) -> Answer:
        payment = queries.get_payment_of(held, end_to_end_id)
        _ensure_within(held, payment)
        _settle(payment, said, by=person, at=at)
        payment = queries.get_payment_of(held, end_to_end_id)
        return {
            "end_to_end_id": end_to_end_id,
            "state": payment.state.value,
            "batch": payment.batch.number,
            "batch_state": payment.batch.state.value,
        }

    return _once(token, key, fingerprint, work, why=f"{end_to_end_id}: {said.outcome}", at=at)


def _settle(payment: Any, said: Acknowledged, *, by: User, at: datetime) -> None:
    if said.outcome is Outcome.REJECTED:
        reject_payment(payment, said.reason_code, note=said.note, by=by, at=at)
        return
    assert said.booked_on is not None  # `read_acknowledged` asks for it
    if said.outcome is Outcome.EXECUTED:
        execute_payment(payment, said.booked_on, said.bank_reference, by=by, at=at)
        return
    if payment.state == PaymentState.ORDERED:
        raise WrongState(
            _(
                "The execution of this payment is not acknowledged yet. Acknowledge it as executed first, with the day "
                "on which the money left; then as returned."
            )
        )
    give_back_payment(
        payment,
        said.reason_code,
        returned_on=said.booked_on,
        bank_reference=said.bank_reference,
        note=said.note,
        by=by,
        at=at,
    )


def _ensure_within(token: ApiToken, subject: Any) -> None:
    if reason := policy.is_within(token, subject):
        raise NotPermitted(reason)


def _once(
    token: ApiToken,
    key: str,
    fingerprint: str,
    work: Callable[[ApiToken, User], Answer],
    *,
    why: str,
    at: datetime,
) -> tuple[Answer, bool]:
    """Do it and keep the answer; or give the answer that was kept. A refusal is not kept: it may be tried again."""
    token_id = token.id
    with unit_of_work():
        held = queries.lock_token(token_id)
        kept = queries.find_receipt(held.id, key)
        if kept is not None:
            if kept.fingerprint != fingerprint:
                raise WrongState(_("This idempotency key was used for another request. Choose a new one."))
            return kept.answer, True
        person = held.issued_by
        with transition(held, API_TOKEN.acknowledge, by=person, at=at, why=why) as step:
            answer = work(held, person)
            receipt = ApiReceipt(
                token_id=token_id, key=key, fingerprint=fingerprint, answer=answer, step_id=step.id, answered_at=at
            )
            db.session.add(receipt)
            return answer, False
