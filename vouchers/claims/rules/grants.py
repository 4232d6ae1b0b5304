"""What a claim is worth: eligible costs times the rate, within the cap and within what is left, floored to the cent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.programmes.rules.instrument_plan import Grant, GrantKind


def eligible_amount(net: Money, vat: Money, *, is_vat_recoverable: bool) -> Money:
    """The cost that may be claimed: VAT counts only where the company cannot recover it (CPR Art 64(1)(c))."""
    return net if is_vat_recoverable else net + vat


def eligible_own_work(own: Money, *, external: Money, most: Decimal = Decimal("0.5")) -> Money:
    """Own work within its part `most` of the whole base, so that 0.5 allows as much own work as external cost.

    Raises:
        ValueError: a part that is not between 0 and 1.
    """
    if not 0 <= most < 1:
        raise ValueError("the part of own work must be at least 0 and less than 1")
    exact = Fraction(most)
    return min(own, Money(int(external.cents * exact / (1 - exact)), external.currency))


def grant_for(eligible: Money, grant: Grant, *, left: Money) -> Money:
    """What is paid for these eligible costs. The rate is floored to the cent; the beneficiary bears the rest.

    `left` is what is left of the approved amount, whatever was requested. A fixed or a lump sum is paid on its
    deliverables, whatever they cost.
    """
    if grant.kind != GrantKind.REAL_COST:
        return min(grant.cap, left)
    return min(eligible.share(grant.rate or Decimal(1)), grant.cap, left)


def own_share(eligible: Money, granted: Money) -> Money:
    """What the beneficiary bears of the eligible costs; nothing where a sum pays more than they were."""
    return max(eligible - granted, Money(0, eligible.currency))


@dataclass(frozen=True, slots=True)
class Sums:
    """What a claim comes to as it stands."""

    eligible: Money
    granted: Money
    own: Money
    """What the beneficiary bears."""
    left: Money
    """On the voucher before this claim."""

    @property
    def left_after(self) -> Money:
        """On the voucher once this claim is accepted."""
        return self.left - self.granted


def sums_of(eligible: Money, grant: Grant, *, left: Money) -> Sums:
    """The sums of a claim with these eligible costs."""
    granted = grant_for(eligible, grant, left=left)
    return Sums(eligible, granted, own_share(eligible, granted), left)


def ensure_accepted(*, accepted: Money, eligible: Money, reason: str, amount_field: str, reason_field: str) -> None:
    """An officer accepts at most what was declared and is eligible, and gives a reason for each deduction."""
    if accepted.cents < 0:
        raise RuleBroken(_("The accepted amount cannot be below zero."), field=amount_field)
    if accepted > eligible:
        raise RuleBroken(_("At most %(eligible)s of this cost is eligible.", eligible=eligible), field=amount_field)
    if accepted < eligible and not reason.strip():
        raise RuleBroken(
            _("Say why %(deduction)s is deducted; the company reads it.", deduction=eligible - accepted),
            field=reason_field,
        )


def ensure_something_is_paid(granted: Money) -> None:
    """A claim that pays nothing is rejected with a reason, not verified."""
    if granted.cents <= 0:
        raise RuleBroken(_("Nothing would be paid. Reject the claim instead, and say why."))


def ensure_within_voucher(granted: Money, left: Money) -> None:
    """What was verified must still be there when it is authorised (another claim may have been paid in between)."""
    if granted > left:
        raise RuleBroken(
            _(
                "%(granted)s was verified, but only %(left)s is left on the voucher. Ask for another verification.",
                granted=granted,
                left=left,
            )
        )
