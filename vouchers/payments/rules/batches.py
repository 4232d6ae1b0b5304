"""What may be paid together, and how batches and payments are named. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.payments.rules import sepa_text
from vouchers.programmes.rules.instrument_plan import Party

MOST_IN_BATCH = 500


@dataclass(frozen=True, slots=True)
class Payable:
    """A claim that may be paid, with the one account that money may go to."""

    claim: Any
    account: Any
    """The confirmed bank account, None when there is none."""
    proposed: Any = None
    """An account that waits for confirmation, if there is one."""

    @property
    def organisation(self) -> Any:
        """Who is paid."""
        return self.claim.agreement.application.organisation

    @property
    def hold(self) -> Sentence | None:
        """Why it cannot be paid now; None when it can."""
        if self.claim.agreement.application.instrument.plan.payee == Party.PROVIDER:
            return _("This voucher is paid to the provider, whose bank account the office does not keep.")
        if self.account is None and self.proposed is not None:
            return _("The bank account waits for confirmation by a second person.")
        if self.account is None:
            return _("No bank account is entered yet.")
        if not self.claim.grant or self.claim.grant.cents <= 0:
            return _("Nothing is to be paid.")
        return None


def ensure_payable_together(payables: Sequence[Payable]) -> None:
    """A batch holds payments of one region in one programme, none of them held."""
    if not payables:
        raise RuleBroken(_("Choose at least one claim."), field="picked")
    if len(payables) > MOST_IN_BATCH:
        raise RuleBroken(_("Choose at most %(count)s claims for one batch.", count=MOST_IN_BATCH), field="picked")
    if len({payable.claim.scope for payable in payables}) > 1:
        raise RuleBroken(
            _("A batch is paid from one region’s account. Choose claims of one region and programme."), field="picked"
        )
    for payable in payables:
        if payable.hold:
            raise RuleBroken(
                _("%(number)s cannot be paid: %(reason)s", number=payable.claim.number, reason=payable.hold),
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


def end_to_end_id(claim_number: str, attempt: int) -> str:
    """``IN2-2026-0031-C1-P1``: the claim, and how often its payment was tried."""
    return f"{claim_number}-P{attempt}"


def remittance_text(reference: str, claim_number: str, programme: str) -> str:
    """What the beneficiary reads on the statement."""
    return sepa_text.to_sepa(f"Innovation voucher {reference}, claim {claim_number}, {programme}")[:140]


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


def ensure_books_agree(claim_number: str, accepted: Money, amount: Money) -> None:
    """What is paid is what the books say was accepted on this claim."""
    if accepted != amount:
        raise RuleBroken(
            _(
                "The books hold %(accepted)s for claim %(number)s, but the payment is %(amount)s. Nothing was changed.",
                accepted=accepted,
                number=claim_number,
                amount=amount,
            )
        )


def _plain(code: str) -> str:
    return re.sub(r"[^A-Z0-9-]+", "-", sepa_text.to_sepa(code).upper()).strip("-")
