"""Who may release a batch: the limits of roles. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users.states import Role

LIMITED = (Role.FINANCE_OFFICER, Role.CLUSTER_MANAGER)


def limit_of(actor: Any, scope: str, limits: Any) -> Money | None:
    """The most that a person may release in this scope, by the highest of the roles held; None: no limit.

    Args:
        limits: `payment_limits` of the programme file.
    """
    found = [getattr(limits, role.value) for role in LIMITED if actor.holds({role}, scope)]
    return None if not found or None in found else max(found, key=lambda limit: limit.cents)


def has_limits(limits: Any) -> bool:
    """Whether the programme limits what some role may release."""
    return any(getattr(limits, role.value) is not None for role in LIMITED)


def is_above(amount: Money, limit: Money | None) -> bool:
    """Whether an amount is more than a limit allows."""
    return limit is not None and amount.cents > limit.cents


def roles_for(amount: Money, limits: Any) -> list[Role]:
    """The roles that may release this much at once."""
    return [role for role in LIMITED if not is_above(amount, getattr(limits, role.value))]


def say_above(amount: Money, limit: Money, limits: Any) -> Sentence:
    """That a sum is above somebody's limit, and who may release it."""
    for role in roles_for(amount, limits):
        return _(
            "You may release %(limit)s at once, and this batch comes to %(sum)s. Whose role is “%(role)s” may "
            "authorise it.",
            limit=limit,
            sum=amount,
            role=role.label,
        )
    return _(
        "You may release %(limit)s at once, and this batch comes to %(sum)s. No role may release that much: cancel it "
        "and make smaller ones.",
        limit=limit,
        sum=amount,
    )


def ensure_somebody_may_release(amount: Money, limits: Any) -> None:
    """A batch is not above the limit of every role, or it would wait for ever."""
    if not roles_for(amount, limits):
        highest = max((getattr(limits, role.value) for role in LIMITED), key=lambda limit: limit.cents)
        raise RuleBroken(
            _(
                "This comes to %(sum)s, and no role may release more than %(limit)s at once. Choose fewer payments.",
                sum=amount,
                limit=highest,
            ),
            field="picked",
        )


def left_today(limit: Money, released: Money) -> Money:
    """What a person may still release today in a region."""
    return Money(max(limit.cents - released.cents, 0), limit.currency)


def ensure_within_day(amount: Money, limit: Money, released: Money) -> None:
    """What one person releases in a region on one day is within the limit, by however many batches."""
    if is_above(amount + released, limit):
        raise RuleBroken(
            _(
                "You may release %(limit)s a day, and have released %(done)s today: %(left)s are left, and this batch "
                "comes to %(sum)s. Somebody else may authorise it, or you tomorrow.",
                limit=limit,
                done=released,
                left=left_today(limit, released),
                sum=amount,
            )
        )


@dataclass(frozen=True, slots=True)
class Paid:
    """A sum for one payee: the account at the bank, and (organisation, provider, expert) as the registers know it."""

    iban: str
    payee: tuple[int | None, int | None, int | None]
    name: str
    cents: int


def ensure_within_payees(batch: Sequence[Paid], released: Sequence[Paid], limit: Money, *, days: int) -> None:
    """What one person releases to one payee within some days is within the limit: a large payment is not split.

    A payee is the same by its entry in a register, or by its account at the bank.

    Args:
        released: what the person has released to anybody within these days, without the batch.
    """
    if (found := find_payee_above(batch, released, limit)) is not None:
        payee, amount, done = found
        raise RuleBroken(
            _(
                "You may release %(limit)s to one payee within %(days)s days, and have released %(done)s to %(payee)s: "
                "%(left)s are left, and this batch pays %(sum)s. Somebody else must authorise it.",
                limit=limit,
                days=days,
                done=done,
                payee=payee,
                left=left_today(limit, done),
                sum=amount,
            )
        )


def find_payee_above(batch: Sequence[Paid], released: Sequence[Paid], limit: Money) -> tuple[str, Money, Money] | None:
    """The first payee to whom one person would release too much: the name, what the batch pays, what went there
    before."""
    by_payee, by_iban = _sorted(released, lambda one: one.payee), _sorted(released, lambda one: one.iban)
    for payments in _sorted(batch, lambda one: one.payee).values():
        found = set(by_payee.get(payments[0].payee, ()))
        found.update(one for payment in payments for one in by_iban.get(payment.iban, ()))
        amount, done = (Money(sum(one.cents for one in some), limit.currency) for some in (payments, found))
        if is_above(amount + done, limit):
            return payments[0].name, amount, done
    return None


@dataclass(frozen=True, slots=True)
class Releaser:
    """An officer beside a batch that waits: what is left of the day's limit, and why it is not enough."""

    user: Any
    left: Money | None
    """Today, in the region of the batch; None: no limit."""
    reason: Sentence | None
    """Why this person may not authorise the batch now; None: may."""

    @property
    def says(self) -> Sentence:
        """The person, and what is left or missing."""
        if self.reason is not None:
            return _("%(name)s (%(reason)s)", name=self.user.name, reason=self.reason)
        if self.left is None:
            return _("%(name)s (no limit)", name=self.user.name)
        return _("%(name)s (%(left)s left today)", name=self.user.name, left=self.left)


def weigh(
    user: Any,
    limit: Money | None,
    *,
    amount: Money,
    today: Money,
    batch: Sequence[Paid],
    before: Sequence[Paid],
    days: int,
) -> Releaser:
    """Whether a person may release a batch now, by what that person released before.

    Args:
        limit: of the person in the scope of the batch; None: no limit.
        amount: what the batch comes to.
        today: what the person has released today in the region.
        before: what the person has released within the days for which payees are added.
    """
    if limit is None:
        return Releaser(user, None, None)
    left, reason = left_today(limit, today), None
    if is_above(amount, limit):
        reason = _("the limit is %(limit)s", limit=limit)
    elif is_above(amount + today, limit):
        reason = _("%(left)s left today", left=left)
    elif (above := find_payee_above(batch, before, limit)) is not None:
        payee, _sum, done = above
        reason = _(
            "%(left)s left for %(payee)s within %(days)s days", left=left_today(limit, done), payee=payee, days=days
        )
    return Releaser(user, left, reason)


def _sorted(paid: Sequence[Paid], key: Callable[[Paid], Any]) -> dict[Any, list[Paid]]:
    found: dict[Any, list[Paid]] = {}
    for one in paid:
        found.setdefault(key(one), []).append(one)
    return found
