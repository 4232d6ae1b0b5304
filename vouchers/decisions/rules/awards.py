"""What may be awarded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from vouchers.applications.states import ApplicationState
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.localised import Text
from vouchers.core.money import Money, next_step
from vouchers.core.text import Instant, Sentence, say_count
from vouchers.core.text import say as _
from vouchers.evaluation.rules.scoring import Result, say_below
from vouchers.programmes.rules.plan import CutPolicy, Marking
from vouchers.programmes.rules.rounds import Round


def usual_amount(requested: Money | None, cap: Money) -> Money:
    """What is awarded unless the manager says otherwise: what was asked for, up to the cap."""
    return cap if requested is None or requested.currency != cap.currency else min(requested, cap)


def ensure_amount(amount: Money | None, *, requested: Money | None, cap: Money, is_sum: bool = False) -> Money:
    """Above zero, and no more than was asked for or the instrument gives; of a sum, no less either."""
    return ensure_within(amount, usual_amount(requested, cap), is_sum=is_sum)


def ensure_within(amount: Money | None, most: Money, *, is_sum: bool) -> Money:
    """Above zero and at most `most`; a sum is given as a whole or not at all."""
    if amount is None or amount.currency != most.currency or amount.cents <= 0:
        raise RuleBroken(_("Enter an amount above zero."), field="amount")
    if amount > most:
        raise RuleBroken(_("At most %(most)s can be awarded here.", most=most), field="amount")
    if is_sum and amount < most:
        raise RuleBroken(_("This voucher is a fixed sum: %(most)s or nothing.", most=most), field="amount")
    return amount


def ensure_money_left(amount: Money, left: Money, region: Text) -> None:
    """The region can pay it from this call."""
    if amount > left:
        raise RuleBroken(
            _("Only %(left)s are left in %(region)s for this call.", left=left, region=region), field="amount"
        )


def ensure_money_now(amount: Money, left: Money) -> None:
    """The same after an upheld appeal, in words for the applicant."""
    if amount > left:
        raise RuleBroken(
            _("The money left does not suffice for it now. As soon as money becomes free, it is its turn.")
        )


def ensure_quota_left(quota: int | None, granted: int, region: Text) -> None:
    """The envelope carries one more voucher."""
    if quota is not None and granted >= quota:
        raise RuleBroken(
            say_count(
                "%(region)s has granted %(count)s voucher from this money; the call allows %(quota)s.",
                "%(region)s has granted %(count)s vouchers from this money; the call allows %(quota)s.",
                granted,
                region=region,
                quota=quota,
            )
        )


def ensure_within_quota(slots: int | None, selected: int) -> None:
    """No more are awarded at once than the quota still allows."""
    if slots is not None and selected > slots:
        raise RuleBroken(
            say_count(
                "The quota allows %(count)s more voucher here; you selected %(selected)s applications.",
                "The quota allows %(count)s more vouchers here; you selected %(selected)s applications.",
                slots,
                selected=selected,
            )
        )


def ensure_not_kept(amount: Money, left: Money, *, is_place_left: bool) -> None:
    """What those ahead in the queue wait for is not given to one behind."""
    if amount > left or not is_place_left:
        raise RuleBroken(
            _(
                "The money is kept for those ahead in the queue, who are not decided yet: only %(left)s would be left "
                "for this one. Decide those first.",
                left=left,
            ),
            field="amount",
        )


def ensure_round_over(part: Round, at: datetime, zone: str) -> None:
    """The awards of a round begin when nobody can join it any more."""
    if not part.is_over(at):
        moment = Instant(part.cut_off, zone)
        raise RuleBroken(
            _("This round takes applications until %(moment)s; its awards begin after that.", moment=moment)
        )


def ensure_earlier_decided(waiting: Sequence[str], reason: str) -> None:
    """Money goes to a later round once the earlier ones are decided, or with a reason."""
    if waiting and not reason.strip():
        raise RuleBroken(
            _(
                "%(references)s of an earlier round wait for the same money. Decide those first, or give a reason.",
                references=", ".join(waiting[:5]) + (" …" if len(waiting) > 5 else ""),
            ),
            field="reason",
        )


def split_within(amount: Money, rates: Sequence[Decimal], room: Sequence[Money]) -> list[Money]:
    """The amount over the funds by their rates; a fund that lacks a cent or two at the end is helped by the others."""
    parts = amount.split(rates)
    if all(part <= space for part, space in zip(parts, room, strict=True)):
        return parts
    return next_step([Money(0, amount.currency)] * len(room), amount, rates, room)


def ensure_ripe(application: Any, *, is_by_marks: bool) -> None:
    """Nobody has decided it meanwhile, and what experts mark is decided once their marks are complete."""
    if application.state in {ApplicationState.AWARDED, ApplicationState.AGREED, ApplicationState.REJECTED}:
        raise WrongState(_("Somebody decided it meanwhile: “%(state)s”.", state=application.state.label))
    if application.disposed_at is not None:
        raise WrongState(_("The papers of this application were deleted when their time had ended."))
    if is_by_marks and application.state not in {ApplicationState.EVALUATED, ApplicationState.RESERVED}:
        raise WrongState(
            _("This application is “%(state)s”: its marks are not complete yet.", state=application.state.label)
        )


def ensure_passes(result: Result | None, marking: Marking | None) -> None:
    """Below a threshold nothing is awarded, whatever money is left; nor while the published ranking cannot be made."""
    if result is not None and result.unranked:
        raise RuleBroken(_("The call ranks by corrected marks. %(why)s", why=result.unranked))
    if result is not None and marking is not None and not result.passes:
        below = " ".join(str(sentence) for sentence in say_below(result, marking))
        raise RuleBroken(
            _("It does not reach the thresholds of the call, so it cannot be awarded. %(below)s", below=below)
        )


def ensure_within_limits(limits: Sequence[tuple[Sentence, int, int]]) -> None:
    """One more voucher stays within what the call allows per company."""
    for name, count, most in limits:
        if count >= most:
            raise RuleBroken(
                say_count(
                    "This company has %(count)s voucher already (%(name)s); at most %(most)s are allowed.",
                    "This company has %(count)s vouchers already (%(name)s); at most %(most)s are allowed.",
                    count,
                    name=name,
                    most=most,
                )
            )


def ensure_before_activity(start: date | None, today: date, *, prior_approval: bool) -> None:
    """Where approval comes first, the activity starts after the day of the award."""
    if prior_approval and start is not None and start <= today:
        raise RuleBroken(
            _(
                "The activity starts on %(start)s, which is not after today: it cannot be approved any more.",
                start=start,
            )
        )


def ensure_in_order(passed_over: Sequence[str], reason: str, policy: CutPolicy) -> None:
    """In a call with a strict stop, a better place is passed over only with a reason."""
    if passed_over and policy is CutPolicy.STRICT_STOP and not reason.strip():
        raise RuleBroken(
            _(
                "This passes over %(references)s on a better place, and the call stops strictly at the money. Decide "
                "those first, or give a reason.",
                references=", ".join(passed_over[:5]) + (" …" if len(passed_over) > 5 else ""),
            ),
            field="reason",
        )
