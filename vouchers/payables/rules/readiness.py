"""Whether a debt can be paid now, and why not. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.organisations.rules.holder import say_other_holder
from vouchers.payables.rules.checks import GRAVITY, doubt_of, obstacle_of
from vouchers.payables.rules.debts import registered_name
from vouchers.payables.rules.refusals import Refusal, find_refusal, say_refused
from vouchers.payables.states import CheckResult, PayableState, PayeeKind

IS_ENDING = _(
    "The termination of the agreement is proposed and not decided yet. Nothing is paid for the agreement until then."
)


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
    checks: Sequence[Any] = ()
    """All that the bank said of this IBAN of the payee, also when it was entered before; oldest first."""
    is_changed: bool = False
    """Whether the account took the place of another one after the debt was approved, for whatever reason."""
    debit: str = ""
    """The payment that was refused or came back, of which a bank statement says that money left for it all the same."""
    ending: int | None = None
    """The termination of its agreement that is proposed and not decided; None: there is none."""
    refusals: Sequence[Refusal] = ()
    """What the bank refused of this IBAN, for whichever debt and payee."""
    has_left: bool = True
    """Whether the money of its last payment had left before it came back; False: the bank refused it before."""

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
        if doubt := self.obstacle_of_release:
            return doubt
        if not payable.open_amount:
            return _("Nothing is to be paid.")
        return None

    @property
    def obstacle_of_release(self) -> Sentence | None:
        """Why nothing is paid, whatever the state of the debt. Asked again when a batch is authorised."""
        return self.obstacle_of_account if self.ending is None else IS_ENDING

    @property
    def obstacle_of_account(self) -> Sentence | None:
        """Why nothing goes to the account, whatever the state of the debt."""
        if self.debit:
            return _(
                "A bank statement says that payment %(id)s has left the account although it was refused or came back. "
                "Settle this movement under “Bank” first: otherwise this debt may be paid twice.",
                id=self.debit,
            )
        if self.account is None and self.proposed is not None:
            return _("The bank account waits for confirmation by a second person.")
        if self.account is None:
            return _("No bank account is entered yet.")
        if self.account.iban == self.payable.region.iban:
            return _("This is the account from which the region pays. The payee must enter another one.")
        if refusal := find_refusal(self.account, self.check, self.refusals):
            return say_refused(refusal)
        if self.check is None and self.is_changed:
            return _(
                "The account was changed after this debt was approved. Ask the bank whether the name belongs to it, "
                "and record the answer."
            )
        if self.check is None and self.checks and self.checks[-1].result != CheckResult.MATCH:
            return _(
                "The bank was asked about this IBAN when it was entered before, and did not confirm the name. Ask it "
                "again, and record the answer."
            )
        return obstacle_of(self.check, self.payable.programme.plan.payee_check, scope=self.payable.scope)

    @property
    def waiting(self) -> Sentence | None:
        """That the payee has entered another account. It stops nothing: money goes to the one that is confirmed."""
        if self.account is None or self.proposed is None:
            return None
        return _(
            "%(name)s has entered another account, which waits for confirmation. The payment goes to the account that "
            "is confirmed. If it must not, confirm or reject the other one first.",
            name=self.payable.payee_name,
        )

    @property
    def other_holder(self) -> Sentence | None:
        """That the account is in another name than the payee's register has. It stops nothing."""
        return None if self.account is None else say_other_holder(self.account.holder, registered_name(self.payable))

    @property
    def worse_before(self) -> Any:
        """The newest answer about the account that was worse than the one that counts; None where there is none."""
        if self.check is None:
            return None
        gravity = GRAVITY[self.check.result]
        return next((one for one in reversed(self.checks) if GRAVITY[one.result] > gravity), None)

    @property
    def warning(self) -> Sentence | None:
        """What is doubtful of the account, though it stops nothing."""
        if self.account is None:
            return None
        if self.check is not None and self.check.reason:
            return _("%(doubt)s Accepted: %(reason)s", doubt=doubt_of(self.check), reason=self.check.reason)
        return doubt_of(self.check)


def is_changed_since(approved_at: datetime, account: Any, retired: Iterable[Any]) -> bool:
    """Whether money would go to another account than the one that was confirmed when a debt was approved, or than one
    that was confirmed since: each of them replaced another. An account is its IBAN and the name of its holder."""
    if account is None or account.confirmed_at <= approved_at:
        return False
    confirmed = [one for one in retired if one.confirmed_at is not None]
    then = max((one for one in confirmed if one.confirmed_at <= approved_at), key=_confirmed_at, default=None)
    since = [one for one in confirmed if one.confirmed_at > approved_at]
    return any((one.iban, one.holder) != (account.iban, account.holder) for one in (then, *since) if one is not None)


def _confirmed_at(account: Any) -> datetime:
    return account.confirmed_at  # type: ignore[no-any-return]
