"""What the bank refused belongs to the account, and not to the one debt that was to be paid to it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.payables.rules.reason_codes import is_about_the_account, say_reason
from vouchers.payables.states import CheckResult


@dataclass(frozen=True, slots=True)
class Refusal:
    """A payment that the bank refused or sent back."""

    account_id: int
    iban: str
    code: str
    """The bank's (ISO 20022). Only some are about the account (`reason_codes.is_about_the_account`)."""
    refused_at: datetime
    """When the office heard of it."""


def find_refusal(account: Any, check: Any, refusals: Iterable[Refusal]) -> Refusal | None:
    """The newest refusal for which nothing is paid to an account; None: nothing stands against it.

    It holds for every debt and for every payee who uses the IBAN. The same IBAN is paid to again only where it was
    confirmed anew since, and the bank then said that the name matches.

    Args:
        check: the newest answer of the bank about this account; None: it was not asked.
        refusals: of the IBAN of the account, or of others.
    """
    is_matched = check is not None and check.result == CheckResult.MATCH
    standing = [
        one
        for one in refusals
        if one.iban == account.iban
        and (one.account_id == account.id or account.confirmed_at < one.refused_at or not is_matched)
    ]
    return _newest(standing)


def find_refusal_since(made_at: datetime, refusals: Iterable[Refusal]) -> Refusal | None:
    """The newest refusal of an account since a batch was made that pays to it."""
    return _newest(one for one in refusals if one.refused_at >= made_at)


def say_refused(refusal: Refusal) -> Sentence:
    """That nothing is paid to the account, why, and what helps."""
    return _(
        "The bank refused this account, code %(code)s: %(reason)s Another one must be confirmed before it is paid "
        "again.",
        code=refusal.code,
        reason=say_reason(refusal.code),
    )


def _newest(refusals: Iterable[Refusal]) -> Refusal | None:
    return max((one for one in refusals if is_about_the_account(one.code)), key=_refused_at, default=None)


def _refused_at(refusal: Refusal) -> datetime:
    return refusal.refused_at
