"""How much may be paid ahead. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.core.typed import fingerprint


def most_ahead(award: Money, part: Decimal | None) -> Money:
    """What may be paid ahead of an award in all, floored to the cent; nothing where the instrument pays no advances."""
    return award.share(part) if part is not None else Money(0, award.currency)


def ensure_allowed(part: Decimal | None) -> None:
    """The instrument of the voucher pays advances."""
    if part is None:
        raise RuleBroken(_("Vouchers of this kind pay no advances."), field="amount")


def ensure_within_most(asked: Money, before: Money, most: Money) -> None:
    """All advances of a voucher together are at most the part of the award that the instrument names.

    Args:
        before: what was asked, approved or paid before, settled or not.
    """
    if asked.cents <= 0:
        raise RuleBroken(_("Enter an amount above zero."), field="amount")
    if before + asked > most:
        room = max(most - before, Money(0, most.currency))
        raise RuleBroken(
            _("At most %(room)s more may be paid ahead: %(most)s in all.", room=room, most=most), field="amount"
        )


def ensure_within_left(amount: Money, left: Money) -> None:
    """What is paid ahead is still committed to the voucher, so that claims can settle it."""
    if amount > left:
        raise RuleBroken(_("Only %(left)s is left on the voucher.", left=left), field="amount")


def ensure_none_unsettled(is_one_live: bool) -> None:
    """One advance at a time: the one before is settled first."""
    if is_one_live:
        raise RuleBroken(
            _("Another advance of this voucher is not decided, paid or settled yet. That comes first."), field="amount"
        )


def ensure_none_under_way(number: str | None) -> None:
    """While an advance is on its way to the bank, nobody knows yet whether a claim has to settle it.

    Args:
        number: of an advance that is in payment, or that came back after claims had settled part of it.
    """
    if number is not None:
        raise RuleBroken(
            _(
                "The advance %(number)s is being paid. Authorise the claim once the bank has paid it, so that the "
                "claim settles it.",
                number=number,
            )
        )


def ensure_nothing_settled(number: str, settled: Money) -> None:
    """What claims have settled was owed to the beneficiary, so it is paid."""
    if settled:
        raise RuleBroken(
            _("%(settled)s of %(number)s is settled by claims, so it is owed.", settled=settled, number=number)
        )


def basis_of(advances: Sequence[Any]) -> str:
    """What tells one standing of a voucher's advances from another: each number, state and what is open of it."""
    return fingerprint(repr([(one.number, one.state.value, one.open_amount.cents) for one in advances]))


def ensure_as_seen(advances: Sequence[Any], seen: str | None) -> None:
    """Nobody settles or cancels an advance that their page did not show.

    Args:
        seen: the `basis_of` the advances on that page; None: it is not asked.
    """
    if seen is not None and seen != basis_of(advances):
        raise WrongState(
            _("An advance of this voucher has changed since you opened this page. Look at it again, then decide.")
        )
