"""What a claim is worth: eligible costs times the rate, within the cap and within what is left, floored to the cent.

Own work counts up to its part of the costs, by the rule of the formal check (`eligibility.rules.own_work`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money, total
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.own_work import cost_base
from vouchers.eligibility.rules.ownership import plain
from vouchers.programmes.rules.grant_plan import Grant, GrantKind
from vouchers.programmes.rules.instrument_plan import OWN_WORK


def eligible_amount(net: Money, vat: Money, *, is_vat_recoverable: bool) -> Money:
    """The cost that may be claimed: VAT counts only where the company cannot recover it (CPR Art 64(1)(c))."""
    return net if is_vat_recoverable else net + vat


@dataclass(frozen=True, slots=True)
class Costs:
    """The eligible costs of one claim, and what of its own work counts."""

    external: Money
    own: Money
    counted: Money
    """Of both."""
    limit: Decimal | None = None
    """The most that own work may be of what counts."""

    @property
    def cut(self) -> Money:
        """Own work above its part of the costs."""
        return self.external + self.own - self.counted

    @property
    def why_cut(self) -> Sentence | None:
        """Why not all of the own work counts; None where all of it does."""
        if self.limit is None or not self.cut.cents:
            return None
        return _(
            "Own work may be at most %(limit)s %% of the costs. Beside %(external)s of others %(counted)s of your "
            "%(own)s count; %(cut)s does not.",
            limit=plain(Fraction(self.limit) * 100),
            external=self.external,
            counted=self.counted - self.external,
            own=self.own,
            cut=self.cut,
        )


def costs_of(lines: Iterable[tuple[str, Money]], grant: Grant) -> Costs:
    """The costs of a claim by their kinds, as (code of the category, amount) in the currency of the grant."""
    every, currency = list(lines), grant.cap.currency
    own = total([amount for category, amount in every if category == OWN_WORK], currency)
    external = total([amount for category, amount in every if category != OWN_WORK], currency)
    counted = external + own if grant.own_work is None else cost_base(external, own, grant.own_work)
    return Costs(external, own, counted, grant.own_work)


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
    """What the beneficiary bears of what it entered."""
    left: Money
    """On the voucher before this claim."""
    costs: Costs
    """What was entered or accepted, before own work was cut."""
    refused: Money | None = None
    """What an officer did not accept of what was entered; the beneficiary bears it, too."""
    is_last: bool = False
    """Whether it was accepted as the last one, so that what it leaves was given back."""

    @property
    def left_after(self) -> Money:
        """On the voucher once this claim is accepted."""
        return self.left - self.granted


def sums_of(costs: Costs, grant: Grant, *, left: Money, delivered: Money | None = None) -> Sums:
    """The sums of a claim with these costs; `delivered` is what its deliverables are worth, where a sum has some."""
    granted = grant_for(costs.counted, grant, left=left) if delivered is None else min(delivered, left)
    return Sums(costs.counted, granted, own_share(costs.counted, granted), left, costs)


def ensure_accepted(
    *,
    accepted: Money,
    eligible: Money,
    reason: str,
    error: str | None,
    amount_field: str,
    reason_field: str,
    error_field: str,
) -> None:
    """An officer accepts at most what was declared and is eligible; each deduction has its kind and a reason, and
    neither is given where nothing is deducted: it would be lost, and the cost paid in full."""
    if accepted.cents < 0:
        raise RuleBroken(_("The accepted amount cannot be below zero."), field=amount_field)
    if accepted > eligible:
        raise RuleBroken(_("At most %(eligible)s of this cost is eligible.", eligible=eligible), field=amount_field)
    if accepted < eligible and not reason.strip():
        raise RuleBroken(
            _("Say why %(deduction)s is deducted; the company reads it.", deduction=eligible - accepted),
            field=reason_field,
        )
    if accepted < eligible and error is None:
        raise RuleBroken(_("Choose what kind of error it is."), field=error_field)
    if accepted == eligible and error is not None:
        raise RuleBroken(
            _(
                "You chose a kind of error but deduct nothing: all of the %(eligible)s would be paid. Accept less, or "
                "choose no error.",
                eligible=eligible,
            ),
            field=error_field,
        )
    if accepted == eligible and reason.strip():
        raise RuleBroken(
            _(
                "You wrote why not all of it is accepted but deduct nothing: all of the %(eligible)s would be paid. "
                "Accept less, or empty this field.",
                eligible=eligible,
            ),
            field=reason_field,
        )


def ensure_parked_with_reason(reason: str, error: str | None, *, reason_field: str, error_field: str) -> None:
    """The company reads what a parked cost waits for. Whether it has an error is found when it is claimed again."""
    if not reason.strip():
        raise RuleBroken(_("Say what this cost waits for; the company reads it."), field=reason_field)
    if error is not None:
        raise RuleBroken(
            _("A parked cost is neither paid nor refused yet. Choose no error, or do not park it."), field=error_field
        )


def is_last(said: bool, left_after: Money, *, has_parked: bool) -> bool:
    """Whether an accepted claim is the last one of its voucher.

    One that leaves nothing is, whatever was said: nothing can be paid with a later one. One with parked costs that
    leaves something is not: they can be paid with a later claim. Otherwise it is as was said.
    """
    return not left_after.cents or (said and not has_parked)


def ensure_something_is_paid(sums: Sums) -> None:
    """A claim that pays nothing is rejected with a reason, not verified."""
    if sums.granted.cents <= 0:
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
