"""What an auditor decides before a sample is drawn. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from vouchers.audits.rules import factors
from vouchers.audits.states import Method, Selection, StrataBy
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

MOST_UNITS = 5_000
"""Units in one sample: they are audited one by one, by people."""
TOLERABLE = Decimal("0.02")
"""The materiality threshold of the guidance and of CPR: 2 % of the expenditure."""
ABOVE_USUAL = _(
    "The tolerable error is above 2 %, the most that the guidance allows: an error that counts as material there may "
    "not be seen here."
)
"""Said where a plan tolerates more, before and after the draw."""
USUAL_LEVEL = Decimal("0.90")
"""The confidence level that is offered first."""
BY_SIZE = frozenset({Selection.SYSTEMATIC, Selection.CELL})


@dataclass(frozen=True, slots=True)
class Parameters:
    """How a sample is planned; rates as fractions (0.02 is 2 %)."""

    method: Method
    selection: Selection
    strata_by: StrataBy = StrataBy.NONE
    level: Decimal = USUAL_LEVEL
    materiality: Decimal = TOLERABLE
    anticipated: Decimal = Decimal(0)
    """The error rate that is expected."""
    deviation: Decimal | None = None
    """The standard deviation: of error rates (by size), or of errors in whole units of money (equal chance)."""
    deviations: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    """The same for single strata, by their code."""
    at_least: int = 0
    """Units that are drawn at least, whatever the formula says."""

    def deviation_of(self, stratum: str) -> Decimal:
        """What is expected of a stratum. Raises `RuleBroken`, field ``deviation``, where nothing is said of it."""
        found = self.deviations.get(stratum, self.deviation)
        if found is None:
            raise RuleBroken(_("Say which standard deviation you expect."), field="deviation")
        return found

    @property
    def is_by_size(self) -> bool:
        """Whether large units are more likely to be drawn."""
        return self.selection in BY_SIZE

    @property
    def is_above_usual(self) -> bool:
        """Whether more is tolerated than the materiality of at most 2 % that the guidance knows."""
        return self.materiality > TOLERABLE

    @property
    def is_statistical(self) -> bool:
        """Whether a precision can be reckoned."""
        return self.method is not Method.NON_STATISTICAL

    @property
    def needs_deviation(self) -> bool:
        """Whether the size comes from a standard deviation."""
        return self.method in (Method.MUS_STANDARD, Method.SIMPLE_RANDOM)

    def as_json(self) -> dict[str, Any]:
        """The same in plain values; `from_json` reads it back."""
        return {
            "method": self.method.value,
            "selection": self.selection.value,
            "strata_by": self.strata_by.value,
            "level": str(self.level),
            "materiality": str(self.materiality),
            "anticipated": str(self.anticipated),
            "deviation": None if self.deviation is None else str(self.deviation),
            "deviations": {code: str(value) for code, value in sorted(self.deviations.items())},
            "at_least": self.at_least,
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Parameters:
        """What `as_json` has written."""
        return cls(
            method=Method(plain["method"]),
            selection=Selection(plain["selection"]),
            strata_by=StrataBy(plain["strata_by"]),
            level=Decimal(plain["level"]),
            materiality=Decimal(plain["materiality"]),
            anticipated=Decimal(plain["anticipated"]),
            deviation=None if plain["deviation"] is None else Decimal(plain["deviation"]),
            deviations=MappingProxyType({code: Decimal(value) for code, value in plain["deviations"].items()}),
            at_least=int(plain["at_least"]),
        )


def ensure_sound(wanted: Parameters) -> None:
    """The parameters fit together, whatever the population.

    Raises:
        RuleBroken: field ``selection``, ``level``, ``materiality``, ``anticipated``, ``deviation``, ``strata_by``
            or ``at_least``.
    """
    _ensure_selection(wanted)
    _ensure_rates(wanted)
    if wanted.needs_deviation and wanted.deviation is None and not wanted.deviations:
        raise RuleBroken(_("Say which standard deviation you expect."), field="deviation")
    known = [*wanted.deviations.values(), *([wanted.deviation] if wanted.deviation is not None else [])]
    if wanted.needs_deviation and min(known) < 0:
        raise RuleBroken(_("A standard deviation is zero or more."), field="deviation")
    if wanted.method is Method.MUS_CONSERVATIVE and wanted.strata_by is not StrataBy.NONE:
        raise RuleBroken(
            _("The conservative approach is for one stratum. For several take the standard approach."),
            field="strata_by",
        )
    if wanted.deviations and wanted.strata_by is StrataBy.NONE:
        raise RuleBroken(
            _("There are no strata, so no stratum has its own standard deviation. Choose strata, or leave it empty."),
            field="deviations",
        )
    if not 0 <= wanted.at_least <= MOST_UNITS:
        raise RuleBroken(_("Enter a number of units between 0 and %(most)s.", most=MOST_UNITS), field="at_least")


def _ensure_selection(wanted: Parameters) -> None:
    if wanted.method in (Method.MUS_STANDARD, Method.MUS_CONSERVATIVE) and not wanted.is_by_size:
        raise RuleBroken(_("Monetary unit sampling picks units by their size."), field="selection")
    if wanted.method is Method.SIMPLE_RANDOM and wanted.is_by_size:
        raise RuleBroken(_("Simple random sampling gives each unit the same chance."), field="selection")


def _ensure_rates(wanted: Parameters) -> None:
    if wanted.method is Method.MUS_CONSERVATIVE:
        factors.basic_factor(wanted.level)
    elif wanted.is_statistical:
        factors.z_of(wanted.level)
    if not 0 < wanted.materiality <= Decimal("0.2"):
        raise RuleBroken(_("The tolerable error is more than 0 and at most 20 per cent."), field="materiality")
    if wanted.anticipated < 0:
        raise RuleBroken(_("The anticipated error must not be negative."), field="anticipated")
    if wanted.anticipated >= wanted.materiality:
        raise RuleBroken(
            _("The anticipated error must be smaller than the tolerable error: otherwise no sample can show it."),
            field="anticipated",
        )
    factor = factors.expansion_factor(wanted.level) if wanted.method is Method.MUS_CONSERVATIVE else Decimal(1)
    if wanted.anticipated * factor >= wanted.materiality:
        raise RuleBroken(
            _(
                "With the expansion factor %(factor)s the anticipated error reaches the tolerable error. Expect less, "
                "or take the standard approach.",
                factor=factor,
            ),
            field="anticipated",
        )


def ensure_known(wanted: Parameters, codes: Collection[str]) -> None:
    """Standard deviations are given for strata that the population has. Raises `RuleBroken`, field ``deviations``."""
    for code in sorted(set(wanted.deviations) - set(codes)):
        raise RuleBroken(
            _(
                "There is no stratum “%(code)s” in this population. It has: %(codes)s.",
                code=code,
                codes=", ".join(sorted(codes)),
            ),
            field="deviations",
        )


def read_deviations(text: str) -> dict[str, Decimal]:
    """One line for each stratum, its code and its standard deviation: ``BE-WAL 0.085``.

    Raises:
        RuleBroken: field ``deviations``; which line cannot be read.
    """
    found: dict[str, Decimal] = {}
    for line in filter(None, (one.strip() for one in text.splitlines())):
        code, _space, figure = line.rpartition(" ")
        try:
            value = Decimal(figure.replace(",", "."))
            is_read = bool(code.strip()) and value.is_finite() and 0 <= value < 10**12
        except InvalidOperation:
            is_read = False
        if not is_read:
            raise RuleBroken(
                _(
                    "This line cannot be read: “%(line)s”. Write the code of a stratum, a space and a number.",
                    line=line,
                ),
                field="deviations",
            )
        found[code.strip()] = value
    return found
