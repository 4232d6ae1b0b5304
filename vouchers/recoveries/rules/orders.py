"""What may be claimed back, how money is set against it, and when it is asked for. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from vouchers.core.clock import add_months
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money, next_step, total
from vouchers.core.text import say as _
from vouchers.ledger.recipes import Share
from vouchers.recoveries.states import Irregularity, ReceiptKind, RecoveryCause

MOST_INSTALMENTS = 36
FIRST_WITHIN_MONTHS, LAST_WITHIN_MONTHS = 6, 36
"""House rules, for every programme: so many months after the proposal the first instalment is due, and the last one, at
the latest. No law of the Union sets a number; whoever gives more time lets the debt go, and that is a waiver."""
BEFORE_DUE = 7
"""So many days before an instalment is due, it is reminded of."""
AFTER_DUE = (1, 15, 45)
"""So many days after the oldest instalment that is late, it is reminded of."""
SHARED = _(
    "It came with one transfer that pays other debts, too. Take the match back on the page of that entry under Bank: "
    "then all of it is undone together."
)
"""Why money is not undone by itself."""


def ensure_recoverable(principal: Money, paid: Money, claimed_back: Money) -> None:
    """At most what was paid on the voucher and is not claimed back already."""
    if principal.cents <= 0:
        raise RuleBroken(_("Enter an amount above zero."), field="principal")
    left = paid - claimed_back
    if principal > left:
        raise RuleBroken(
            _("Of this voucher %(paid)s are paid; at most %(left)s can be claimed back.", paid=paid, left=left),
            field="principal",
        )


def ensure_cause(cause: RecoveryCause, irregularity: Irregularity | None) -> None:
    """An irregularity names its type, as it is reported; other causes have none."""
    if cause == RecoveryCause.IRREGULARITY and irregularity is None:
        raise RuleBroken(_("Choose the type of irregularity."), field="irregularity")
    if cause != RecoveryCause.IRREGULARITY and irregularity is not None:
        raise RuleBroken(
            _("Only an irregularity has a type. Choose the cause “Irregularity”, or no type."), field="irregularity"
        )


def split_order(principal: Money, room: Sequence[Share]) -> list[Share]:
    """How the funds carry it: as they carry what was paid, to the cent, each at most what it paid."""
    parts = next_step(
        [Money(0, principal.currency)] * len(room),
        principal,
        [Decimal(share.amount.cents) for share in room],
        [share.amount for share in room],
    )
    return [Share(share.fund_id, share.kind, part) for share, part in zip(room, parts, strict=True) if part]


def split_part(amount: Money, whole: Sequence[Share], done: Sequence[Money]) -> list[Share]:
    """How the funds carry a part of what is owed: cumulative, so that the last part closes each of them exactly.

    Args:
        whole: all that each fund has to get.
        done: what each has got so far.
    """
    if not amount:
        return []
    room = [share.amount - before for share, before in zip(whole, done, strict=True)]
    parts = next_step(done, amount, [Decimal(share.amount.cents) for share in whole], room)
    return [Share(share.fund_id, share.kind, part) for share, part in zip(whole, parts, strict=True) if part]


@dataclass(frozen=True, slots=True)
class Parts:
    """What of some money goes to the interest, and what to the principal."""

    interest: Money
    principal: Money


def allocate(amount: Money, *, interest: Money, principal: Money, field: str = "amount") -> Parts:
    """Money settles the interest that is owed first, then the principal; never more than both."""
    if amount.currency != principal.currency:
        raise RuleBroken(_("This is owed in %(currency)s.", currency=principal.currency), field=field)
    if amount.cents <= 0:
        raise RuleBroken(_("Enter an amount above zero."), field=field)
    owed = interest + principal
    if amount > owed:
        raise RuleBroken(_("At most %(owed)s is owed.", owed=owed), field=field)
    first = min(amount, interest)
    return Parts(first, amount - first)


def taken_of(amount: Money, owed: Money, rest_because: str) -> Money:
    """What a recovery takes of some money; why the rest may lie in suspense is said."""
    if amount.currency != owed.currency or amount <= owed or not owed:
        return amount
    if not rest_because.strip():
        raise RuleBroken(
            _(
                "At most %(owed)s is owed. Say why the rest, %(rest)s, is to lie in suspense.",
                owed=owed,
                rest=amount - owed,
            ),
            field="reason",
        )
    return owed


def ensure_not_more(amount: Money, owed: Money) -> None:
    """By hand no more is recorded than is owed: what lies in suspense has an entry of the bank behind it."""
    if amount.currency == owed.currency and amount > owed:
        raise RuleBroken(
            _(
                "At most %(owed)s is owed. Where more came in, do not record it here: open the entry under Bank and "
                "choose “It pays a recovery”. The rest then lies in suspense.",
                owed=owed,
            ),
            field="amount",
        )


def ensure_new_reference(reference: str, receipts: Sequence[Any]) -> str:
    """The reference of a line of the bank's statement, without blanks around it; money of a line is recorded once.

    Blanks and case make no other line.
    """
    tidy = " ".join(reference.split())
    if not tidy:
        raise RuleBroken(_("Enter the reference on the bank’s statement."), field="reference")
    if any(_same(one.reference) == _same(tidy) for one in receipts if one.undone_at is None):
        raise RuleBroken(
            _("Money with this reference was recorded before, so nothing was recorded a second time."),
            field="reference",
        )
    return tidy


def _same(reference: str) -> str:
    return "".join(reference.split()).upper()


def ensure_not_by_hand(amount: Money, on: date, receipts: Sequence[Any]) -> None:
    """What the office reads on a statement may be what an officer has recorded by hand: a person looks at that."""
    for one in receipts:
        is_live = one.kind == ReceiptKind.BANK and one.undone_at is None
        if is_live and one.recorded_by_id is not None and (one.amount, one.received_on) == (amount, on):
            raise RuleBroken(_("The same amount of this day was recorded by hand. See whether it is the same money."))


def ensure_nothing_came_back(receipts: Sequence[Any]) -> None:
    """An order that has brought money, or of which a part was waived, was owed: it is not cancelled."""
    if any(one.undone_at is None for one in receipts):
        raise RuleBroken(_("Money has come back by this recovery, so it cannot be cancelled. Waive the rest."))


def ensure_still_owed(principal: Money, interest: Money, open_principal: Money, open_interest: Money) -> None:
    """What is let go is the amount that two persons saw: where less is owed by now, it is proposed anew."""
    if principal > open_principal or interest > open_interest:
        raise RuleBroken(
            _(
                "At most %(owed)s is owed by now; money has come since %(amount)s was proposed. Press “Keep claiming "
                "it”, then propose again what is to be let go.",
                owed=open_principal + open_interest,
                amount=principal + interest,
            )
        )


def ensure_received_day(on: date, *, ordered_on: date, today: date) -> None:
    """Money came after it was asked for, and not in the future."""
    if on > today:
        raise RuleBroken(_("That day lies in the future."), field="on")
    if on < ordered_on:
        raise RuleBroken(
            _("The recovery was ordered on %(day)s; enter that day or a later one.", day=ordered_on), field="on"
        )


def plan_instalments(rest: Money, count: int, first_on: date, today: date) -> list[tuple[date, Money]]:
    """Monthly instalments that add up to the rest; the first ones carry a cent more where it does not divide."""
    if not 1 <= count <= MOST_INSTALMENTS:
        raise RuleBroken(_("Agree on 1 to %(most)s instalments.", most=MOST_INSTALMENTS), field="count")
    if rest.cents < count:
        raise RuleBroken(_("So little cannot be paid in so many parts."), field="count")
    if first_on < today:
        raise RuleBroken(_("The first day has passed already."), field="first_on")
    if first_on > add_months(today, FIRST_WITHIN_MONTHS):
        latest = add_months(today, FIRST_WITHIN_MONTHS)
        raise RuleBroken(_("The first instalment is due on %(day)s at the latest.", day=latest), field="first_on")
    if add_months(first_on, count - 1) > add_months(today, LAST_WITHIN_MONTHS):
        latest = add_months(today, LAST_WITHIN_MONTHS)
        raise RuleBroken(_("The last instalment is due on %(day)s at the latest.", day=latest), field="count")
    parts = rest.split([Decimal(1)] * count)
    return [(add_months(first_on, number), part) for number, part in enumerate(parts)]


@dataclass(frozen=True, slots=True)
class Due:
    """An instalment, and what is still owed of it."""

    number: int
    due_on: date
    amount: Money
    left: Money
    is_late: bool


def paid_on_plan(receipts: Sequence[Any], planned_at: datetime | None) -> int:
    """Cents of principal that have come back since instalments were agreed on; before that, since the order."""
    counted = (one for one in receipts if one.undone_at is None)
    return sum(one.principal_cents for one in counted if planned_at is None or one.recorded_at > planned_at)


def list_dues(instalments: Sequence[Any], paid_cents: int, today: date) -> list[Due]:
    """What is still owed of each instalment; payments settle them in their order."""
    dues, left = [], paid_cents
    for one in instalments:
        settled = min(left, one.amount_cents)
        left -= settled
        rest = Money(one.amount_cents - settled, one.currency)
        dues.append(
            Due(one.number, one.due_on, Money(one.amount_cents, one.currency), rest, bool(rest) and one.due_on < today)
        )
    return dues


def reminder_due(due: Sequence[Any], paid_cents: int, reminded_on: date | None, today: date) -> bool:
    """Whether the debtor is to be reminded today: before the next instalment, or because one is late.

    Args:
        due: instalments with ``due_on`` and ``amount_cents``, the earliest first; payments settle them in this order.
    """
    left = paid_cents
    for one in due:
        left -= one.amount_cents
        if left >= 0:
            continue
        moments = [one.due_on - timedelta(days=BEFORE_DUE), *(one.due_on + timedelta(days=days) for days in AFTER_DUE)]
        passed = [day for day in moments if day <= today]
        return bool(passed) and (reminded_on is None or reminded_on < passed[-1])
    return False


def charge_day(today: date) -> date:
    """Interest is booked month by month: up to the last day of the month before."""
    return today.replace(day=1) - timedelta(days=1)


def total_of(shares: Sequence[Share], currency: str) -> Money:
    """What shares come to."""
    return total([share.amount for share in shares], currency)


class OnStatement(NamedTuple):
    """The line of a bank's statement that brought money."""

    entry_id: int
    is_shared: bool
    """Whether it pays other debts, too."""
