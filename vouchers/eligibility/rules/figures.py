"""Whether the figures in an application and those of the company's statement of ownership can both be right.

The form asks for the company's own figures. Some companies enter those of their whole group there, so a figure agrees
where it is near either of the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.facts import Company
from vouchers.eligibility.rules.ownership import Figures, plain
from vouchers.eligibility.rules.size import Measure, SizeRange, range_of
from vouchers.eligibility.rules.sme import Assessment, Why

CLEARLY = Fraction(1, 4)
"""Part of the larger figure: a year of growth, or of rounding, stays below it."""
NEAR = (Fraction(2), Fraction(100_000), Fraction(100_000))
"""People, turnover and balance sheet in euros: so small a difference matters for no limit of the Recommendation."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """The figures of both, of which not both can be right."""

    typed: Figures
    stated: Figures
    year: int
    typed_sizes: SizeRange
    """What the application's figures leave open, with those of the other firms of the statement."""
    stated_sizes: SizeRange
    """Of the same year by the statement."""

    @property
    def for_the_office(self) -> Sentence:
        """Both, and what to do about it."""
        return _(
            "The application says %(people)s people, turnover %(turnover)s, balance sheet %(balance)s; the statement "
            "of ownership says %(stated_people)s people, turnover %(stated_turnover)s, balance sheet "
            "%(stated_balance)s for %(year)s, without other firms. Ask the company which is right.",
            **self._values,
        )

    @property
    def for_the_company(self) -> Sentence:
        """The same before it submits."""
        return _(
            "Your answers say %(people)s people, turnover %(turnover)s, balance sheet %(balance)s; your statement of "
            "ownership says %(stated_people)s people, turnover %(stated_turnover)s, balance sheet %(stated_balance)s "
            "for %(year)s, without other firms. Mend the one that is wrong.",
            **self._values,
        )

    @property
    def _values(self) -> dict[str, str]:
        typed, stated = self.typed, self.stated
        return {
            "people": _people(typed.headcount),
            "turnover": _euros(typed.turnover),
            "balance": _euros(typed.balance),
            "stated_people": _people(stated.headcount),
            "stated_turnover": _euros(stated.turnover),
            "stated_balance": _euros(stated.balance),
            "year": str(self.year),
        }


def find_contradiction(company: Company) -> Contradiction | None:
    """A figure that clearly differs, or figures by which the company is an SME once and once not.

    What is not stated, or not in euros, contradicts nothing.
    """
    if company.status is None:
        return None
    year, last, _size = company.status.years[-1]
    stated = next((line.firm.figures for line in last.lines if line.why is Why.OWN), Figures())
    typed = typed_figures(company)
    if not (any(_are_apart(typed, stated, last)) or _is_other_outcome(typed, stated, last)):
        return None
    return Contradiction(typed, stated, year, _with_typed(typed, stated, last), last.sizes)


def typed_figures(company: Company) -> Figures:
    """The application's own figures as far as they are in euros."""
    people = None if company.headcount is None else Fraction(company.headcount)
    return Figures(people, _in_euros(company.turnover), _in_euros(company.balance_sheet))


def sizes_of_figures(figures: Figures) -> SizeRange:
    """What one firm's figures leave open."""
    return range_of(*(Measure(value or Fraction(), value is not None) for value in _three(figures)))


def _are_apart(typed: Figures, stated: Figures, last: Assessment) -> Iterator[bool]:
    """Of each figure, whether it is near neither the company's own nor that of all its firms."""
    for said, own, whole, near in zip(_three(typed), _three(stated), _sums(last), NEAR, strict=True):
        if said is None or own is None:
            yield False
        elif whole.is_complete or said < whole.value:
            yield _differs(said, own, near) and _differs(said, whole.value, near)
        else:
            yield False  # it may be the sum, of which a part is not known


def _differs(one: Fraction, other: Fraction, near: Fraction) -> bool:
    return abs(one - other) > max(near, CLEARLY * max(one, other))


def _is_other_outcome(typed: Figures, stated: Figures, last: Assessment) -> bool:
    said = sizes_of_figures(typed).is_sme
    known = {sizes_of_figures(stated).is_sme, last.sizes.is_sme}
    return said is not None and None not in known and said not in known


def _with_typed(typed: Figures, stated: Figures, last: Assessment) -> SizeRange:
    """The sums with the application's figures in the place of the company's own."""
    sums = []
    for said, own, whole in zip(_three(typed), _three(stated), _sums(last), strict=True):
        is_swapped = said is not None and own is not None
        sums.append(Measure(whole.value - own + said, whole.is_complete) if is_swapped else whole)  # type: ignore[operator]
    return range_of(*sums)


def _sums(last: Assessment) -> tuple[Measure, Measure, Measure]:
    return last.headcount, last.turnover, last.balance


def _three(figures: Figures) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    return figures.headcount, figures.turnover, figures.balance


def _in_euros(amount: Money | None) -> Fraction | None:
    return Fraction(amount.cents, 100) if amount is not None and amount.currency == "EUR" else None


def _people(value: Fraction | None) -> str:
    return "–" if value is None else plain(value, 2)


def _euros(value: Fraction | None) -> str:
    return "–" if value is None else whole_euros(value)


def whole_euros(amount: Fraction) -> str:
    """``EUR 1,250,000``: cents do not decide on a size class."""
    return f"EUR {int(amount):,}"
