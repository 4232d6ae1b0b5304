"""What follows from the bank's check of a payee's name (Verification of Payee). Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.payables.states import CheckResult

NOT_CHECKED = "not_checked"


def doubt_of(check: Any) -> Sentence | None:
    """What is doubtful of an account by its newest check (None: never checked); None where the name matches."""
    if check is None:
        return _("The bank was not asked yet whether the name belongs to the account.")
    if check.result == CheckResult.CLOSE_MATCH:
        return _("The name nearly matches; the bank has %(name)s.", name=check.name_at_bank or "?")
    if check.result == CheckResult.NO_MATCH:
        return _("The name does not belong to the account, says the bank.")
    if check.result == CheckResult.NOT_POSSIBLE:
        return _("The bank could not check whether the name belongs to the account.")
    return None


def is_stopped_by(check: Any, stops: Collection[str]) -> bool:
    """Whether the programme stops a payment for it. Args: stops: words of the programme file (`payee_check`)."""
    return (NOT_CHECKED if check is None else check.result.value) in stops
