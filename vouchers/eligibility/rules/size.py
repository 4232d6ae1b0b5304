"""The size class of an enterprise by headcount, turnover and balance sheet, and how it changes from year to year.

Recommendation 2003/361/EC, Annex, Articles 2 and 4. Exact numbers only; what is not known is None, never zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from vouchers.organisations.states import Size

Number = Fraction | None

MILLION = 1_000_000
CEILINGS = (
    # fewer people than, turnover up to, balance sheet up to (euros)
    (Size.MICRO, 10, 2 * MILLION, 2 * MILLION),
    (Size.SMALL, 50, 10 * MILLION, 10 * MILLION),
    (Size.MEDIUM, 250, 50 * MILLION, 43 * MILLION),
)


@dataclass(frozen=True, slots=True)
class SizeRange:
    """The smallest and the largest size class that the known figures leave open; both the same when it is certain."""

    least: Size
    most: Size

    @property
    def certain(self) -> Size | None:
        """The size class, or None where figures are missing that could change it."""
        return self.least if self.least is self.most else None

    @property
    def is_sme(self) -> bool | None:
        """Whether it is an SME; None where that is open."""
        if self.most is not Size.LARGE:
            return True
        return False if self.least is Size.LARGE else None


def size_of(headcount: Fraction, turnover: Number, balance: Number) -> Size:
    """The size class. The headcount is strict; of turnover and balance sheet either suffices, and None never does."""
    for size, fewer_than, most_turnover, most_balance in CEILINGS:
        has_money = (turnover is not None and turnover <= most_turnover) or (
            balance is not None and balance <= most_balance
        )
        if headcount < fewer_than and has_money:
            return size
    return Size.LARGE


@dataclass(frozen=True, slots=True)
class Measure:
    """A sum, and whether all of its parts are known; where they are not, it is the least that it can be."""

    value: Fraction
    is_complete: bool = True


def range_of(headcount: Measure, turnover: Measure, balance: Measure) -> SizeRange:
    """The size classes that are possible when incomplete sums may be any amount higher."""
    least = size_of(headcount.value, turnover.value, balance.value)
    most = Size.LARGE
    if headcount.is_complete:
        known = [measure.value if measure.is_complete else None for measure in (turnover, balance)]
        most = size_of(headcount.value, *known)
    return SizeRange(least, most)


def status_by_year(sizes: Sequence[Size], changed_at: Sequence[bool] = ()) -> list[Size]:
    """The status after each closed year, oldest first: it changes once two years in a row lie on the same other side.

    It then moves to the nearer of the two classes, the only one that was left for two consecutive years. The first
    year stands as it is (a new enterprise). `changed_at`: years in which a merger or takeover counts at once (Article
    4(2); Commission's user guide).
    """
    statuses: list[Size] = []
    for year, size in enumerate(sizes):
        if not statuses or (year < len(changed_at) and changed_at[year]):
            statuses.append(size)
            continue
        before, last_two = statuses[-1], (sizes[year - 1], size)
        if all(one.rank > before.rank for one in last_two):
            statuses.append(min(last_two, key=lambda one: one.rank))
        elif all(one.rank < before.rank for one in last_two):
            statuses.append(max(last_two, key=lambda one: one.rank))
        else:
            statuses.append(before)
    return statuses


def status_range(ranges: Sequence[SizeRange], changed_at: Sequence[bool] = ()) -> list[SizeRange]:
    """`status_by_year` where years may be uncertain: larger years never give a smaller status, so the ends suffice."""
    least = status_by_year([one.least for one in ranges], changed_at)
    most = status_by_year([one.most for one in ranges], changed_at)
    return [SizeRange(*sorted(pair, key=lambda one: one.rank)) for pair in zip(least, most, strict=True)]
