"""What a voucher is worth: to everybody, and to companies of one size or in one region. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import combinations, product

from vouchers.core.money import Money
from vouchers.organisations.states import Size

ELSEWHERE = ""
"""A region that no variation names."""


class GrantKind(StrEnum):
    """Real cost times a rate up to a cap; a fixed sum; a lump sum paid on deliverables without invoices."""

    REAL_COST = "real_cost"
    FIXED_SUM = "fixed_sum"
    LUMP_SUM = "lump_sum"


@dataclass(frozen=True, slots=True)
class Variation:
    """What differs for companies of these sizes in these regions; naming none of either means all of them."""

    sizes: tuple[Size, ...]
    regions: tuple[str, ...]
    rate: Decimal | None = None
    """None: the same as without it."""
    cap: Money | None = None
    """The cap, or the sum of a fixed or lump sum. None: the same as without it."""

    def holds_for(self, size: Size, region: str) -> bool:
        """Whether a company of this size in this region is meant."""
        return (not self.sizes or size in self.sizes) and (not self.regions or region in self.regions)

    @property
    def rank(self) -> int:
        """One that names sizes and regions is more exact than one that names either."""
        return bool(self.sizes) + bool(self.regions)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two variations, counted from 0, of which neither is more exact, that set the same thing for the same company."""

    first: int
    second: int
    what: str
    """``rate`` or ``cap``."""
    size: Size
    region: str


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the most that several companies may have."""

    least_rate: Decimal | None
    most_rate: Decimal | None
    least_cap: Money
    most_cap: Money


@dataclass(frozen=True, slots=True)
class Grant:
    """What a voucher is worth at most. `cap` holds the sum of a fixed or lump sum, whose `rate` is None."""

    kind: GrantKind
    cap: Money
    rate: Decimal | None
    own_work: Decimal | None = None
    """The most that the applicant's own work may be of the costs; None: no limit."""
    pays_vat: bool = True
    """Whether VAT that the company cannot recover is a cost; else the company bears all VAT."""
    min_cost: Money | None = None
    """What the activity costs at least; None: any cost."""
    variations: tuple[Variation, ...] = ()

    @property
    def is_sum(self) -> bool:
        """Whether it is paid as a whole or not at all; real costs may stay below the cap."""
        return self.kind is not GrantKind.REAL_COST

    def applying(self, size: Size | None, region: str) -> Grant:
        """The terms for one company: of rate and cap each by the most exact variation that sets it.

        Without a size the least of every size holds: nobody has more than is sure.
        """
        if size is None:
            span = self.span((region,))
            return replace(self, rate=span.least_rate, cap=span.least_cap, variations=())
        rate, cap = self.rate, self.cap
        for one in sorted(self.variations, key=lambda one: one.rank):
            if one.holds_for(size, region):
                rate, cap = rate if one.rate is None else one.rate, cap if one.cap is None else one.cap
        return replace(self, rate=rate, cap=cap, variations=())

    def span(self, regions: Collection[str] = (), sizes: Collection[Size] = tuple(Size)) -> Span:
        """What companies of these sizes may have in these regions; without regions, anywhere."""
        terms = [self.applying(*case) for case in product(sizes, regions or self._named_regions())]
        rates = [one.rate for one in terms if one.rate is not None]
        caps = [one.cap for one in terms]
        return Span(min(rates, default=None), max(rates, default=None), min(caps), max(caps))

    def depends_on_size(self, region: str) -> bool:
        """Whether two companies of this region may have different terms."""
        return len({self.applying(size, region) for size in Size}) > 1

    def find_clash(self) -> Clash | None:
        """Where it could not be said what a company has."""
        return next(self._list_clashes(), None)

    def _list_clashes(self) -> Iterator[Clash]:
        for size, region, what in product(Size, self._named_regions(), ("rate", "cap")):
            meant = [
                (number, one.rank)
                for number, one in enumerate(self.variations)
                if getattr(one, what) is not None and one.holds_for(size, region)
            ]
            most = max((rank for _number, rank in meant), default=0)
            for first, second in combinations([number for number, rank in meant if rank == most], 2):
                yield Clash(first, second, what, size, region)

    def _named_regions(self) -> tuple[str, ...]:
        return (ELSEWHERE, *dict.fromkeys(region for one in self.variations for region in one.regions))
