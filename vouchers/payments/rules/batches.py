"""What may be paid together, and how batches and payments are named. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.payables.rules.readiness import Standing
from vouchers.payables.states import PayableState
from vouchers.payments.rules import sepa_text

MOST_IN_BATCH = 500
_ACCOUNT_CHANGED = _(
    "A bank account has changed since you opened this page. Look at the accounts again before you go on."
)


def ensure_payable_together(standings: Sequence[Standing]) -> None:
    """A batch holds payments of one region, programme and currency, none of them held.

    What is in payment or paid already is refused when it is ordered, under its lock.
    """
    if not standings:
        raise RuleBroken(_("Choose at least one payment."), field="picked")
    if len(standings) > MOST_IN_BATCH:
        raise RuleBroken(_("Choose at most %(count)s payments for one batch.", count=MOST_IN_BATCH), field="picked")
    if len({(one.payable.scope, one.payable.currency) for one in standings}) > 1:
        raise RuleBroken(
            _("A batch is paid from one region’s account. Choose payments of one region, programme and currency."),
            field="picked",
        )
    for one in standings:
        if one.obstacle and one.payable.state in (PayableState.OPEN, PayableState.HELD):
            raise RuleBroken(
                _("%(number)s cannot be paid: %(reason)s", number=one.payable.number, reason=one.obstacle),
                field="picked",
            )


def has_bank_file(currency: str) -> bool:
    """Whether the bank takes a file: SEPA credit transfers are in euro. Other batches are paid by hand at the bank."""
    return currency == "EUR"


def say_no_file(currency: str) -> Sentence | None:
    """What to do where the bank takes no file; None where it does."""
    if has_bank_file(currency):
        return None
    return _(
        "Bank files are in euro only. Once this batch is authorised, pay it in %(currency)s on the pages of your bank, "
        "then mark it as executed here.",
        currency=currency,
    )


def batch_series(programme: str, region: str) -> str:
    """The beginning of a batch's number, short enough that ``-2026-0001`` fits into a bank's 35 characters."""
    region_part = _plain(region)
    room = sepa_text.LONGEST_ID - len("--2026-0001") - len("-1") - len(region_part)
    return f"{_plain(programme)[:room].strip('-')}-{region_part}"


def end_to_end_id(number: str, attempt: int) -> str:
    """``IN2-2026-0031-C1-P1``: what is paid, and how often its payment was tried."""
    return f"{number}-P{attempt}"


def ensure_still_confirmed(payment: Any, account: Any) -> None:
    """Money goes only to the account that is confirmed at this moment, as it was when the batch was made."""
    frozen = (payment.creditor_name, payment.iban, payment.bic)
    if (
        account is None
        or account.id != payment.bank_account_id
        or (account.holder, account.iban, account.bic) != frozen
    ):
        raise RuleBroken(
            _(
                "The bank account of %(name)s has changed since this batch was made. Cancel the batch and make a new "
                "one, so that the money goes to the confirmed account.",
                name=payment.creditor_name,
            )
        )


def ensure_not_stopped(standing: Standing) -> None:
    """Nothing stands against the payment since the batch was made: neither the bank's newest check of the payee's name
    nor a change of the account about which the bank was not asked, nor that the agreement is to end."""
    if doubt := standing.obstacle_of_release:
        raise RuleBroken(_("%(number)s cannot be paid: %(reason)s", number=standing.payable.number, reason=doubt))


def say_accounts(standings: Sequence[Standing]) -> str:
    """The accounts to which money would go, as a page gives them back with what was chosen: ``7-12-0``."""
    return "-".join(str(one.account.id if one.account else 0) for one in standings)


def ensure_as_seen(standings: Sequence[Standing], seen: str | None) -> None:
    """Money goes to the accounts that stood on the page on which the batch was confirmed.

    Args:
        seen: `say_accounts` of that page; None where no page was shown.
    """
    if seen is not None and seen != say_accounts(standings):
        raise RuleBroken(_ACCOUNT_CHANGED, field="picked")


def say_waiting(standings: Sequence[Standing]) -> str:
    """The accounts that wait for confirmation beside those to which money would go, as a page gives them back."""
    return "-".join(str(one.proposed.id) for one in standings if one.waiting)


def ensure_waiting_seen(standings: Sequence[Standing], seen: str | None) -> None:
    """Whoever pays to the confirmed account while another one waits for confirmation has read so.

    Args:
        seen: `say_waiting` of the page; None where no page was shown.
    """
    known = set(seen.split("-")) if seen is not None else None
    for one in standings:
        if known is not None and one.waiting and str(one.proposed.id) not in known:
            raise RuleBroken(
                _("%(number)s: %(reason)s", number=one.payable.number, reason=one.waiting), field="waiting"
            )


def ensure_still_there(standings: Sequence[Standing], locked: Mapping[int, Any]) -> None:
    """No account was replaced in the moment before it was locked."""
    for one in standings:
        account = locked.get(one.payable.id)
        if (account.id if account else None) != (one.account.id if one.account else None):
            raise RuleBroken(_ACCOUNT_CHANGED, field="picked")


def ensure_books_agree(number: str, owed: Money, amount: Money) -> None:
    """What is paid is what the books say is owed."""
    if owed != amount:
        raise RuleBroken(
            _(
                "The books hold %(owed)s for %(number)s, but the payment is %(amount)s. Nothing was changed.",
                owed=owed,
                number=number,
                amount=amount,
            )
        )


def ensure_sent(batch: Any) -> None:
    """The bank can have done something only with what was authorised."""
    if batch.authorised_at is None:
        raise RuleBroken(_("This batch is not authorised yet, so the bank knows nothing of it."))


def _plain(code: str) -> str:
    return re.sub(r"[^A-Z0-9-]+", "-", sepa_text.to_sepa(code).upper()).strip("-")
