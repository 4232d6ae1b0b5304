"""Whether a debt can be paid now, and why not. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.payables.rules.checks import doubt_of, obstacle_of
from vouchers.payables.rules.reason_codes import is_about_the_account
from vouchers.payables.states import PayableState, PayeeKind


@dataclass(frozen=True, slots=True)
class Standing:
    """A payable beside the one account that money may go to."""

    payable: Any
    account: Any
    """The confirmed bank account of the payee, None when there is none."""
    proposed: Any = None
    """An account that waits for confirmation, if there is one."""
    check: Any = None
    """What the bank last said of the name that belongs to the account."""
    is_changed: bool = False
    """Whether the account took the place of another one after the debt was approved."""

    @property
    def obstacle(self) -> Sentence | None:
        """Why it cannot be paid now; None when it can."""
        payable = self.payable
        if payable.state == PayableState.HELD:
            return _("Held: %(reason)s", reason=payable.hold_reason)
        if payable.state != PayableState.OPEN:
            return payable.state.label  # type: ignore[no-any-return]
        if payable.payee_kind == PayeeKind.PROVIDER and payable.provider_id is None:
            return _(
                "%(name)s does not stand in the register of providers. Name the provider.", name=payable.payee_name
            )
        if self.account is None and self.proposed is not None:
            return _("The bank account waits for confirmation by a second person.")
        if self.account is None:
            return _("No bank account is entered yet.")
        if is_about_the_account(payable.return_code) and self.account.id == payable.returned_account_id:
            return _("The bank refused this account. Another one must be confirmed before it is paid again.")
        if self.check is None and self.is_changed and payable.returned_account_id is None:
            return _(
                "The account was changed after this debt was approved. Ask the bank whether the name belongs to it, "
                "and record the answer."
            )
        if doubt := obstacle_of(self.check, payable.programme.plan.payee_check, scope=payable.scope):
            return doubt
        if not payable.open_amount:
            return _("Nothing is to be paid.")
        return None

    @property
    def warning(self) -> Sentence | None:
        """What is doubtful of the account, though it stops nothing."""
        if self.account is None:
            return None
        if self.check is not None and self.check.reason:
            return _("%(doubt)s Accepted: %(reason)s", doubt=doubt_of(self.check), reason=self.check.reason)
        return doubt_of(self.check)


def is_changed_since(approved_at: datetime, account: Any, retired: Iterable[Any]) -> bool:
    """Whether money would go to another IBAN than the one that was confirmed when a debt was approved."""
    if account is None or account.confirmed_at <= approved_at:
        return False
    before = [one for one in retired if one.confirmed_at is not None and one.confirmed_at <= approved_at]
    return bool(before) and max(before, key=lambda one: one.confirmed_at).iban != account.iban
