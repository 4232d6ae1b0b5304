"""What an amendment may change, what its text says, and from when on it rules. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from vouchers.agreements.rules.window import Bounds
from vouchers.amendments.states import TerminationCause
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _


@dataclass(frozen=True, slots=True)
class Standing:
    """The terms that an amendment may change. The provider's are empty where the voucher has none."""

    starts_on: date
    ends_on: date
    claim_by: date
    amount: Money
    provider_name: str = ""
    provider_contact: str = ""
    provider_email: str = ""

    @property
    def provider(self) -> tuple[str, str, str]:
        """Who the provider is, and how it is written to."""
        return self.provider_name, self.provider_contact, self.provider_email


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked to be changed; None and empty: as it is."""

    starts_on: date | None = None
    ends_on: date | None = None
    amount: Money | None = None
    provider_name: str = ""
    provider_contact: str = ""
    provider_email: str = ""
    provider_region: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Within what an amendment must stay."""

    bounds: Bounds
    cap: Money
    """The most that the voucher may be worth to this company."""
    used: Money
    """Of accepted claims; an amount below it would take back what is owed."""
    is_sum: bool = False
    """Whether it is paid as a whole or not at all."""


def apply(standing: Standing, wanted: Wanted) -> Standing:
    """The terms as they would stand. The last day to claim keeps its distance to the end."""
    ends_on = wanted.ends_on or standing.ends_on
    changed = replace(
        standing,
        starts_on=wanted.starts_on or standing.starts_on,
        ends_on=ends_on,
        claim_by=ends_on + (standing.claim_by - standing.ends_on),
        amount=wanted.amount or standing.amount,
    )
    if not wanted.provider_name:
        return changed
    return replace(
        changed,
        provider_name=wanted.provider_name,
        provider_contact=wanted.provider_contact,
        provider_email=wanted.provider_email,
    )


def ensure_possible(before: Standing, after: Standing, limits: Limits, today: date) -> None:
    """Something changes, and what changes fits. Raises `RuleBroken` at the field."""
    if before == after:
        raise RuleBroken(_("Nothing would change. Enter what shall be different."), field="ends_on")
    _ensure_days(before, after, limits.bounds, today)
    _ensure_amount(before, after, limits)


def _ensure_days(before: Standing, after: Standing, bounds: Bounds, today: date) -> None:
    """The call's own days hold for amendments too; the usual length of the voucher does not."""
    if after.starts_on != before.starts_on and after.starts_on < bounds.first_start:
        raise RuleBroken(_("The agreement may not start before %(day)s.", day=bounds.first_start), field="starts_on")
    if after.ends_on < after.starts_on:
        raise RuleBroken(_("The agreement cannot end before it starts."), field="ends_on")
    if after.ends_on == before.ends_on:
        return
    if bounds.until is not None and after.ends_on > bounds.until:
        raise RuleBroken(_("The agreement may end on %(day)s at the latest.", day=bounds.until), field="ends_on")
    if after.ends_on < today:
        raise RuleBroken(_("The new end has passed already: costs cannot be cut off backwards."), field="ends_on")


def _ensure_amount(before: Standing, after: Standing, limits: Limits) -> None:
    if after.amount == before.amount:
        return
    if limits.is_sum:
        raise RuleBroken(_("This voucher is a fixed sum: its amount stays as it is."), field="amount")
    if after.amount.currency != before.amount.currency or after.amount.cents <= 0:
        raise RuleBroken(_("Enter an amount above zero."), field="amount")
    if after.amount > limits.cap and after.amount > before.amount:
        raise RuleBroken(_("This voucher is worth %(cap)s at most.", cap=limits.cap), field="amount")
    if after.amount < limits.used:
        raise RuleBroken(
            _("Claims of %(used)s are accepted already; the amount cannot be less.", used=limits.used), field="amount"
        )


def ensure_entry_day(in_force_on: date, today: date, after: Standing) -> None:
    """An amendment never rules backwards, and not only after the end of what it amends."""
    if in_force_on < today:
        raise RuleBroken(_("An amendment cannot rule backwards. Choose today or a later day."), field="in_force_on")
    if in_force_on > after.ends_on:
        raise RuleBroken(_("The agreement ends before that day."), field="in_force_on")


def ensure_minutes(minutes: str, *, is_by_committee: bool) -> None:
    """Where a body decides, its minutes are named."""
    if is_by_committee and not minutes.strip():
        raise RuleBroken(
            _("In this programme the steering committee decides. Name its minutes and their day."), field="minutes"
        )


def is_signed_anew(terms: Mapping[str, Any], before: Standing, after: Standing) -> bool:
    """Whether every party accepts the amended text: the agreement says so, or somebody new would be bound by it."""
    return bool(terms["data"].get("amendments_signed", True)) or before.provider != after.provider


def entry_moment(in_force_on: date, zone: str) -> datetime:
    """The first moment of a day, where the region is; in UTC."""
    return datetime.combine(in_force_on, time(), ZoneInfo(zone)).astimezone(UTC)


# The text ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decided:
    """What the text of an amendment says beside the changes, each in words."""

    number: int
    in_force_on: str
    reason: str
    minutes: str
    is_signed: bool
    """Whether every party accepts it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changes: its name, whether it is a ``day``, ``money`` or ``text``, as it is and as it would be."""

    name: Sentence
    kind: str
    old: Any
    new: Any


def list_changes(before: Standing, after: Standing) -> list[Change]:
    """What changes, in the order of the agreement."""
    every = [
        Change(_("First day"), "day", before.starts_on, after.starts_on),
        Change(_("Last day"), "day", before.ends_on, after.ends_on),
        Change(_("Last day to claim"), "day", before.claim_by, after.claim_by),
        Change(_("The most that is paid"), "money", before.amount, after.amount),
        Change(_("Service provider"), "text", _join(before.provider), _join(after.provider)),
    ]
    return [change for change in every if change.old != change.new]


def _join(parts: Sequence[str]) -> str:
    return ", ".join(part for part in parts if part)


def amend_terms(
    terms: Mapping[str, Any], before: Standing, after: Standing, decided: Decided, wording: Any
) -> dict[str, Any]:
    """The frozen text with one more section: everything that was agreed stays as it was, but for what is named there.

    The dates and amounts for machines are those that rule once it is in force.
    """
    text: dict[str, Any] = deepcopy(dict(terms))
    number = decided.number
    write = {"day": wording.day, "money": wording.money, "text": str}
    facts = [
        [
            str(one.name),
            str(
                _("%(new)s, in the place of %(old)s", new=write[one.kind](one.new), old=write[one.kind](one.old) or "–")
            ),
        ]
        for one in list_changes(before, after)
    ]
    facts += [[str(_("In force from")), decided.in_force_on], [str(_("Reason")), decided.reason]]
    if decided.minutes:
        facts.append([str(_("Decided by")), decided.minutes])
    points = [_("Claims that were submitted before the amendment is in force follow the earlier terms.")]
    if not decided.is_signed:
        points.append(_("It holds by this decision. The parties have accepted the text before it."))
    text["title"] = str(_("Voucher agreement %(number)s, as amended", number=text["number"]))
    text["sections"].append(
        {
            "heading": str(_("Amendment %(number)s", number=number)),
            "texts": [str(_("The agreement above is changed in these points. In everything else it stays as it is."))],
            "facts": facts,
            "points": [str(point) for point in points],
        }
    )
    text["data"] |= {
        "amount_cents": after.amount.cents,
        "starts_on": after.starts_on.isoformat(),
        "ends_on": after.ends_on.isoformat(),
        "claim_by": after.claim_by.isoformat(),
        "provider_contact": after.provider_contact,
        "amendment": number,
    }
    return text


def ensure_cause_of(cause: TerminationCause, *, is_of_sme: bool) -> None:
    """The beneficiary itself can give its voucher up; every other cause is for the office to find."""
    if is_of_sme and cause != TerminationCause.GIVEN_UP:
        raise RuleBroken(_("The SME itself can only give the voucher up."), field="cause")


def is_heard(sides: Sequence[Any], answer_by: date | None, today: date) -> bool:
    """Whether every party has answered, or the time for it is over; nobody is heard where the beneficiary asked."""
    return answer_by is None or today > answer_by or all(side.answered_at for side in sides)


def ensure_heard(sides: Sequence[Any], answer_by: date | None, today: date) -> None:
    """Nobody's agreement is terminated before they could answer."""
    if not is_heard(sides, answer_by, today):
        raise RuleBroken(
            _(
                "The parties can answer until %(day)s. Terminate it when all have answered or after that day.",
                day=answer_by,
            )
        )
