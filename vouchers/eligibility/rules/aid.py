"""State aid already received, and whether a new grant still fits.

De minimis: Regulation (EU) 2023/2831, Articles 2(2) and 3: 300,000 euros per single undertaking and granting Member
State over any three years, counted by the date of grant, both ends of the window included. If a new grant does not
fit, the whole grant is refused, never cut (Article 3(7)). GBER: Regulation (EU) 651/2014, Articles 20a and 28(4).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from vouchers.core.money import Money, total
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.ownership import FirmKind, Structure, linked_groups
from vouchers.eligibility.states import Outcome

DE_MINIMIS_CEILING = Money(300_000_00)
WINDOW_YEARS = 3
INTERREG_CEILING = Money(22_000_00)
"""Article 20a GBER: per undertaking and project."""
ADVICE_CEILING = Money(220_000_00)
"""Article 28(4) GBER: innovation advice and support for an SME over any three years."""

APART = frozenset({"651/2014", "2023/2832", "360/2012"})
"""Aid under these does not count towards the general ceiling: GBER, and services of general economic interest (Article
5(1)). Aid under the older 1407/2013 does, and so does de minimis aid for farming and fishing."""


@dataclass(frozen=True, slots=True)
class Aid:
    """One grant of aid. None or empty: not known."""

    undertaking: str
    granted_on: date | None
    amount: Money | None
    member_state: str
    regulation: str = "2023/2831"
    is_withdrawn: bool = False
    granted_by: str = ""


@dataclass(frozen=True, slots=True)
class NewGrant:
    """What is to be granted: to a single undertaking, by a body of a Member State, on a day."""

    granted_on: date
    amount: Money
    member_state: str
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class Cumulation:
    """How a new grant stands against the ceiling. Money is of the known entries; `doubtful` are those that may add."""

    window_from: date
    window_to: date
    used: Money
    new: Money
    ceiling: Money
    doubtful: tuple[Aid, ...]

    @property
    def total_with_new(self) -> Money:
        """What would count after the grant."""
        return self.used + self.new

    @property
    def headroom(self) -> Money:
        """What may still be granted before the new grant; never below zero."""
        return Money(max(self.ceiling.cents - self.used.cents, 0), self.ceiling.currency)

    @property
    def outcome(self) -> Outcome:
        """Not met as soon as the known amounts exceed the ceiling; else unclear while anything is doubtful."""
        if self.total_with_new > self.ceiling:
            return Outcome.NOT_MET
        return Outcome.UNCLEAR if self.doubtful else Outcome.MET

    @property
    def evidence(self) -> Sentence:
        """The sum in words."""
        values = {
            "used": self.used,
            "new": self.new,
            "sum": self.total_with_new,
            "ceiling": self.ceiling,
            "start": self.window_from,
            "end": self.window_to,
        }
        if self.outcome is Outcome.NOT_MET:
            return _(
                "%(used)s from %(start)s to %(end)s and %(new)s now make %(sum)s, above %(ceiling)s. The whole grant "
                "is refused; it cannot be cut to fit.",
                **values,
            )
        if self.doubtful:
            return _say_doubtful(len(self.doubtful), sum=self.total_with_new, ceiling=self.ceiling)
        return _("%(used)s from %(start)s to %(end)s and %(new)s now make %(sum)s, of at most %(ceiling)s.", **values)


def _say_doubtful(count: int, **values: Money) -> Sentence:
    return _(
        "The date, the amount, the country or the receiver of %(count)s entries is missing: ask for it. "
        "Without them it is %(sum)s of at most %(ceiling)s.",
        count=count,
        **values,
    )


def window_start(granted_on: date, years: int = WINDOW_YEARS) -> date:
    """The first day that counts: the same day three years before, 28 February for 29 February."""
    try:
        return granted_on.replace(year=granted_on.year - years)
    except ValueError:
        return granted_on.replace(year=granted_on.year - years, day=28)


def cumulate(new: NewGrant, history: Iterable[Aid], ceiling: Money = DE_MINIMIS_CEILING) -> Cumulation:
    """Count what the single undertaking has received from the same Member State in the three years up to the grant.

    An entry counts when all that is known of it says so. One that lacks its date, amount, Member State or receiver, or
    is in another currency, is doubtful as long as what is known of it does not rule it out.
    """
    start = window_start(new.granted_on)
    counted: list[Money] = []
    doubtful: list[Aid] = []
    for aid in history:
        if aid.is_withdrawn or aid.regulation in APART or _is_elsewhere(aid, new, start):
            continue
        is_known = aid.granted_on and aid.amount and aid.member_state and aid.undertaking
        if is_known and aid.amount is not None and aid.amount.currency == ceiling.currency and aid.amount.cents > 0:
            counted.append(aid.amount)
        elif aid.amount is None or aid.amount.cents:
            doubtful.append(aid)
    used = total(counted, ceiling.currency)
    return Cumulation(start, new.granted_on, used, new.amount, ceiling, tuple(doubtful))


def _is_elsewhere(aid: Aid, new: NewGrant, start: date) -> bool:
    """Whether something that is known keeps it out of the sum."""
    if aid.granted_on is not None and not start <= aid.granted_on <= new.granted_on:
        return True
    if aid.member_state and aid.member_state != new.member_state:
        return True
    return bool(aid.undertaking) and aid.undertaking not in new.members


def read_declared(
    new: NewGrant, declared: Sequence[Aid] | None, ceiling: Money = DE_MINIMIS_CEILING
) -> tuple[Outcome, Sentence]:
    """The rule with the declaration behind it (Article 7(4)): without a signed one nothing is granted."""
    if declared is None:
        return Outcome.UNCLEAR, _("There is no signed declaration of the aid received for this application.")
    found = cumulate(new, declared, ceiling)
    return found.outcome, found.evidence


def single_undertaking(whole: Structure) -> list[str]:
    """The codes of the enterprises that count as one with the applicant: by control only (Article 2(2)).

    Partners of 25 % to 50 % are no part of it; neither are firms that only a person or a public body connects.
    """
    groups = linked_groups(whole, through_persons=False, through_public=False)
    own = next(group for group in groups if whole.applicant in group)
    return [code for code in own if whole.firms[code].kind is FirmKind.ENTERPRISE]


def read_project_ceiling(received: Money, new: Money, ceiling: Money = INTERREG_CEILING) -> tuple[Outcome, Sentence]:
    """Article 20a GBER: limited aid for taking part in an Interreg project, per undertaking and project."""
    values = {"received": received, "new": new, "sum": received + new, "ceiling": ceiling}
    if received + new <= ceiling:
        sentence = _(
            "%(received)s granted in this project before and %(new)s now make %(sum)s, of at most %(ceiling)s.",
            **values,
        )
        return Outcome.MET, sentence
    sentence = _(
        "%(received)s granted in this project before and %(new)s now make %(sum)s, above %(ceiling)s.", **values
    )
    return Outcome.NOT_MET, sentence


def read_advice_ceiling(
    new: Money, history: Iterable[Aid], granted_on: date, members: Collection[str], ceiling: Money = ADVICE_CEILING
) -> tuple[Outcome, Sentence]:
    """Article 28(4) GBER: aid for innovation advice and support, per undertaking over any three years."""
    start = window_start(granted_on)
    amounts = [
        aid.amount
        for aid in history
        if aid.regulation == "651/2014"
        and not aid.is_withdrawn
        and aid.amount is not None
        and aid.granted_on is not None
        and start <= aid.granted_on <= granted_on
        and aid.undertaking in members
    ]
    used = [amount for amount in amounts if amount.currency == ceiling.currency]
    before, doubtful = total(used, ceiling.currency), len(amounts) - len(used)
    values = {"before": before, "new": new, "sum": before + new, "ceiling": ceiling, "start": start, "end": granted_on}
    if before + new <= ceiling and doubtful:
        return Outcome.UNCLEAR, _say_doubtful(doubtful, sum=before + new, ceiling=ceiling)
    if before + new <= ceiling:
        sentence = _(
            "%(before)s from %(start)s to %(end)s and %(new)s now make %(sum)s, of at most %(ceiling)s.", **values
        )
        return Outcome.MET, sentence
    sentence = _("%(before)s from %(start)s to %(end)s and %(new)s now make %(sum)s, above %(ceiling)s.", **values)
    return Outcome.NOT_MET, sentence
