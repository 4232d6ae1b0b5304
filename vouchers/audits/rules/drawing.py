"""The draw itself: from a seed and a population, the same units on every machine (`docs/sampling.md`). Pure, exact.

Nothing here is left to a generator of random numbers: every number is a SHA-256 over the seed and a name, so that
`redraw_sample.py`, which shares no line with this module, finds the same units.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from heapq import nlargest, nsmallest
from itertools import accumulate

from vouchers.audits.rules.parameters import Parameters
from vouchers.audits.rules.populations import Population
from vouchers.audits.states import Method, Selection

_SPAN = 1 << 256


@dataclass(frozen=True, slots=True)
class Drawn:
    """One unit of a sample: its place in the population, and how often a point fell into it (0: taken for its size)."""

    place: int
    stratum: str
    hits: int
    point: int | None = None
    """The first point that fell into it, in cents of its stratum's running sum; None where it was not drawn by size."""

    @property
    def is_exhaustive(self) -> bool:
        """Whether it was taken for certain."""
        return self.hits == 0


@dataclass(frozen=True, slots=True)
class StratumDraw:
    """How a stratum was drawn: all of it, what was taken for certain, and how the rest was sampled."""

    code: str
    size: int
    """Units that were asked for."""
    count: int
    cents: int
    certain_count: int
    certain_cents: int
    draws: int
    """Points that fell into the rest, or units that were drawn of it."""
    interval: Fraction | None = None
    start: Fraction | None = None

    @property
    def rest_count(self) -> int:
        """Units of the rest."""
        return self.count - self.certain_count

    @property
    def rest_cents(self) -> int:
        """Expenditure of the rest."""
        return self.cents - self.certain_cents


@dataclass(frozen=True, slots=True)
class Draw:
    """A sample: how each stratum was drawn, and its units in the order of the population."""

    strata: tuple[StratumDraw, ...]
    units: tuple[Drawn, ...]


def draw(population: Population, wanted: Parameters, sizes: Mapping[str, int], seed: str) -> Draw:
    """Draw so many units of each stratum."""
    strata, units = [], []
    for code, members in population.members(wanted.strata_by).items():
        size = sizes.get(code, 0)
        if wanted.is_by_size:
            cents = population.cents if isinstance(members, range) else _taken(population.cents, members)
            is_fixed = wanted.method is Method.MUS_CONSERVATIVE
            found, drawn = draw_by_size(cents, size, code, seed, selection=wanted.selection, is_fixed=is_fixed)
        else:
            found, drawn = _draw_equally(population, members, size, code, seed)
        strata.append(found)
        units += [Drawn(members[one.place], code, one.hits, one.point) for one in drawn]
    return Draw(tuple(strata), tuple(sorted(units, key=lambda one: one.place)))


def _taken(cents: array[int], members: Sequence[int]) -> array[int]:
    return array("q", map(cents.__getitem__, members))


# By size -------------------------------------------------------------------------------------------------------------


def draw_by_size(
    cents: Sequence[int],
    size: int,
    code: str,
    seed: str,
    *,
    selection: Selection = Selection.SYSTEMATIC,
    is_fixed: bool = False,
    start: Fraction | None = None,
) -> tuple[StratumDraw, list[Drawn]]:
    """Draw one stratum with a chance in proportion to size.

    Units above the interval are taken for certain; the interval is then reckoned anew over the rest, until no unit of
    the rest is above it (section 6.3.1.3). With a fixed interval (conservative approach) it stays at BV ÷ n.

    Args:
        cents: of each unit, all positive.
        start: of the points, where it does not come from the seed.
    """
    count, book = len(cents), sum(cents)
    if size >= count:
        return StratumDraw(code, size, count, book, count, book, 0), [Drawn(place, code, 0) for place in range(count)]
    interval, certain = split_by_size(cents, size, is_fixed=is_fixed)
    certain_cents = sum(cents[place] for place in certain)
    rest_cents = book - certain_cents
    first = start if start is not None else interval * chance(seed, code, "start")
    if selection is Selection.CELL:
        points = _cell_points(interval, rest_cents, code, seed)
    else:
        points = _systematic_points(interval, rest_cents, first)
    hits = _fall(cents, certain, points)
    units = [Drawn(place, code, 0) for place in certain]
    units += [Drawn(place, code, many, point) for place, (many, point) in hits.items()]
    found = StratumDraw(
        code,
        size,
        count,
        book,
        len(certain),
        certain_cents,
        sum(many for many, _point in hits.values()),
        interval,
        None if selection is Selection.CELL else first,
    )
    return found, units


def split_by_size(cents: Sequence[int], size: int, *, is_fixed: bool = False) -> tuple[Fraction, list[int]]:
    """The interval, and the places of the units above it, which are taken for certain.

    Taking the largest units one by one, as long as they are above the interval over what is left, ends where taking
    all that are above it at once and reckoning anew ends.
    """
    rest, left = sum(cents), size
    if not is_fixed:
        for largest in nlargest(size, cents):
            if largest * left <= rest:
                break
            rest -= largest
            left -= 1
    limit = rest // left
    return Fraction(rest, left), [place for place, one in enumerate(cents) if one > limit]


def _systematic_points(interval: Fraction, until: int, start: Fraction) -> Iterator[int]:
    """The points, rounded up to whole cents: a point lies in a unit where its rounded one does."""
    top, step = start.numerator * interval.denominator, interval.numerator * start.denominator
    bottom = start.denominator * interval.denominator
    while (point := -(-top // bottom)) <= until:
        yield point
        top += step


def _cell_points(interval: Fraction, until: int, code: str, seed: str) -> Iterator[int]:
    cell = 0
    while interval * cell < until:
        exact = interval * (cell + chance(seed, code, f"cell {cell}"))
        if (point := -(-exact.numerator // exact.denominator)) <= until:
            yield point
        cell += 1


def _fall(cents: Sequence[int], certain: Sequence[int], points: Iterator[int]) -> dict[int, tuple[int, int]]:
    """Place -> how many points fell into the unit, and the first: the unit whose running sum first reaches a point."""
    rest = cents
    if certain:
        rest = array("q", cents)
        for place in certain:
            rest[place] = 0
    sums = array("q", accumulate(rest))
    hits: dict[int, tuple[int, int]] = {}
    place = 0
    for point in points:
        place = bisect_left(sums, point, place)
        many, first = hits.get(place, (0, point))
        hits[place] = many + 1, first
    return hits


# With the same chance ------------------------------------------------------------------------------------------------


def _draw_equally(
    population: Population, members: Sequence[int], size: int, code: str, seed: str
) -> tuple[StratumDraw, list[Drawn]]:
    """The units with the smallest hash over the seed and their reference."""
    book = sum(map(population.cents.__getitem__, members))
    count = len(members)
    if size >= count:
        return StratumDraw(code, size, count, book, count, book, 0), [Drawn(at, code, 0) for at in range(count)]
    begun, references = sha256(f"{seed}\n".encode()), population.references

    def ranks() -> Iterator[tuple[bytes, int]]:
        for at, place in enumerate(members):
            digest = begun.copy()
            digest.update(references[place].encode())
            yield digest.digest(), at

    drawn = sorted(at for _rank, at in nsmallest(size, ranks()))
    return StratumDraw(code, size, count, book, 0, 0, size), [Drawn(at, code, 1) for at in drawn]


def chance(seed: str, code: str, name: str) -> Fraction:
    """A number above 0 and at most 1 that belongs to a seed, a stratum and a name."""
    return Fraction(int.from_bytes(sha256(f"{seed}\n{code}\n{name}".encode()).digest(), "big") + 1, _SPAN)
