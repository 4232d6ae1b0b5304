"""Whether a debt can be paid now, and why not. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
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
        if not payable.open_amount:
            return _("Nothing is to be paid.")
        return None
