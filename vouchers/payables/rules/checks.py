"""What follows from the bank's check of a payee's name (Verification of Payee). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.payables.states import CheckResult, PayeeCheckState
from vouchers.programmes.rules.payment_plan import CheckPolicy, Handling
from vouchers.users.rules.persons import is_one_of


def doubt_of(check: Any) -> Sentence | None:
    """What is doubtful of an account by its newest check (None: never checked); None where the name matches."""
    if check is None:
        return _("The bank was not asked yet whether the name belongs to the account.")
    if check.result == CheckResult.CLOSE_MATCH:
        return _("The name nearly matches; the bank has %(name)s.", name=check.name_at_bank)
    if check.result == CheckResult.NO_MATCH:
        return _("The name does not belong to the account, says the bank.")
    if check.result == CheckResult.NOT_POSSIBLE:
        return _("The bank could not check whether the name belongs to the account.")
    return None


def handling_of(check: Any, policy: CheckPolicy) -> Handling:
    """What the programme says of the newest check of an account (None: never checked)."""
    if check is None:
        return policy.not_checked
    if check.result == CheckResult.MATCH:
        return Handling.GO_ON
    return getattr(policy, check.result.value)  # type: ignore[no-any-return]


def obstacle_of(check: Any, policy: CheckPolicy, *, scope: str) -> Sentence | None:
    """Why nothing is paid to an account by its newest check; None where nothing stands against it.

    Args:
        scope: of the debt: who accepted an answer did so for the payments of one region.
    """
    handling = handling_of(check, policy)
    if handling == Handling.REFUSE:
        return doubt_of(check)
    if handling == Handling.SECOND_LOOK and (check.state != PayeeCheckState.ACCEPTED or check.scope != scope):
        return _("%(doubt)s A second officer must accept this, with a reason.", doubt=doubt_of(check))
    return None


def ensure_awaits_second_look(check: Any, newest: Any, policy: CheckPolicy) -> None:
    """Only the newest answer is looked at again, and only where the programme asks for it."""
    if newest is None or newest.id != check.id:
        raise RuleBroken(_("The bank has been asked again since. Look at its newest answer."))
    handling = handling_of(check, policy)
    if handling == Handling.REFUSE:
        raise RuleBroken(_("The programme pays nothing after this answer, so it cannot be accepted."))
    if handling == Handling.GO_ON:
        raise RuleBroken(_("Nothing stands against this answer, so nobody has to accept it."))


def ensure_answer_is_whole(
    result: CheckResult, name_at_bank: str, *, checked_on: date, entered_on: date, today: date
) -> None:
    """The bank was asked on a day that is not to come, about an account that was entered by then; where it has nearly
    the same name, it says which."""
    if checked_on > today:
        raise RuleBroken(_("This day is still to come."), field="checked_on")
    if checked_on < entered_on:
        raise RuleBroken(
            _("The account was entered only on %(day)s, so the bank was not asked before.", day=entered_on),
            field="checked_on",
        )
    if result == CheckResult.CLOSE_MATCH and not name_at_bank:
        raise RuleBroken(_("Enter the name that the bank has."), field="name_at_bank")


GRAVITY = {CheckResult.MATCH: 0, CheckResult.CLOSE_MATCH: 1, CheckResult.NOT_POSSIBLE: 1, CheckResult.NO_MATCH: 2}
"""How much an answer speaks against an account."""


def worse_than(result: CheckResult, earlier: Iterable[Any]) -> list[Any]:
    """The gravest of the answers that stand against an account and that this one would take back.

    Two doubts of one gravity take each other back too, because a programme may handle them differently. What was said
    before the bank confirmed the name stands against nothing.

    Args:
        earlier: the answers about the account, in the order in which they were recorded.
    """
    standing: list[Any] = []
    for one in earlier:
        standing = [] if one.result == CheckResult.MATCH else [*standing, one]
    taken = [one for one in standing if one.result != result and GRAVITY[one.result] >= GRAVITY[result]]
    gravest = max((GRAVITY[one.result] for one in taken), default=0)
    return [one for one in taken if GRAVITY[one.result] == gravest]


def ensure_may_take_back(taken: Iterable[Any], *, reference: str, by: Any) -> None:
    """An answer that is better than one before comes from another person than who recorded that one, and is told by
    something that an auditor finds: the bank's reference, or who said it.

    Args:
        taken: the answers that it would take back (`worse_than`).
    """
    taken = list(taken)
    if is_one_of(by, [one.recorded_by for one in taken]):
        raise RuleBroken(
            _(
                "You recorded a worse answer of the bank about this account; someone else must record that it has "
                "changed."
            ),
            field="result",
        )
    if taken and not reference:
        raise RuleBroken(
            _(
                "The bank gave a worse answer about this account before. Enter the reference of its new answer, or "
                "with whom of the bank you spoke."
            ),
            field="reference",
        )
