"""In which currency a statement must be. Pure."""

from __future__ import annotations

from collections.abc import Collection

from vouchers.banking.rules.bank_xml import refuse
from vouchers.banking.rules.movements import StatementRead
from vouchers.core.text import say as _


def ensure_kept_currency(read: StatementRead, kept: Collection[str]) -> None:
    """A statement is in a currency in which the office keeps money on the account; one that tells none is in that.

    Args:
        kept: the currencies of the money that is paid from the account; empty where there is none yet.

    Raises:
        RuleBroken: field ``file``.
    """
    if read.currency and kept and read.currency not in kept:
        raise refuse(
            _(
                "The office keeps account %(iban)s in %(kept)s, but statement %(number)s is in %(stated)s, so nothing "
                "was taken in.",
                iban=read.iban,
                kept=", ".join(sorted(kept)),
                number=read.number,
                stated=read.currency,
            )
        )
