"""The figures of a proposal as they read: points of a hundred for each place, shares in percent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.matching.models import MatchingRun
from vouchers.matching.states import RunState

STAGES: Mapping[str, Sentence] = {
    "weigh": _("Weighing every expert against every application"),
    "solve": _("Looking for the best choice of all, and proving it"),
    "explain": _("Finding out what is missing"),
    "fair": _("Raising the application that fares worst"),
    "compare": _("Comparing with the simplest way"),
}
ORDER = ("weigh", "solve", "fair", "compare")


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a run has come: which of how many steps, and what it does there."""

    number: int
    of: int
    words: Sentence


def stage_of(run: MatchingRun) -> Stage:
    """Where a run stands."""
    if run.state == RunState.ASKED or not run.stage:
        return Stage(0, len(ORDER), _("Waiting to start"))
    number = ORDER.index(run.stage) + 1 if run.stage in ORDER else 2
    return Stage(number, len(ORDER), STAGES.get(run.stage, RunState.RUNNING.label))


@dataclass(frozen=True, slots=True)
class Way:
    """One way to choose, in points: the total, the worst-off application, and places that stay empty."""

    name: Sentence
    total: str
    worst: str
    empty: int
    part: str
    """Of the bound, in percent."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is shown of a proposal. Points: worth 1 is 100 points."""

    ways: tuple[Way, ...]
    bound: str
    worst_bound: str
    places: int
    experts: int
    applications: int
    is_total_proven: bool
    is_worst_proven: bool
    is_each: bool


@dataclass(frozen=True, slots=True)
class Share:
    """Experts of one region, or new or seasoned: in the pool, chosen, and the places they were given."""

    name: Sentence | str
    pool: int
    chosen: int
    places: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Who marks how many; `most` and `fewest` are places of one chosen expert."""

    tables: tuple[tuple[Sentence, tuple[Share, ...]], ...]
    most: int
    fewest: int


def spread_of(stored: Mapping[str, Any], names: Mapping[str, str]) -> Spread:
    """Read the stored spread, see `rules.spreading.spread_of`. `names`: region code -> its name for the reader."""
    seasons = {False: _("New"), True: _("Has marked another call")}
    regions = {one[0]: names.get(one[0], one[0] or str(_("Not stated"))) for one in stored["kinds"]}
    shares = tuple(
        tuple(
            Share(name, *(sum(one[column] for one in stored["kinds"] if one[by] == key) for column in (2, 3, 4)))
            for key, name in rows
        )
        for by, rows in enumerate((sorted(regions.items(), key=lambda one: str(one[1])), seasons.items()))
    )
    tables = tuple(zip((_("Region"), _("Experts")), shares, strict=True))
    return Spread(tables, stored["most"], stored["fewest"])


def figures_of(stored: Mapping[str, Any]) -> Figures:
    """Read the stored figures."""
    bound = int(stored["bound"])

    def way(name: Sentence, total: str, worst: str, empty: int = 0) -> Way:
        part = Decimal(100 * stored[total]) / bound if bound else Decimal(100)
        return Way(name, _points(stored[total]), _points(stored[worst]), empty, f"{part:.2f}")

    return Figures(
        ways=(
            way(_("This proposal"), "total", "worst"),
            way(_("Highest total, before raising the worst-off"), "best_total", "worst_before"),
            way(_("Always the next best pair"), "greedy_total", "greedy_worst", stored["greedy_empty"]),
        ),
        bound=_points(bound),
        worst_bound=_points(stored["worst_bound"]),
        places=stored["places"],
        experts=stored["experts"],
        applications=stored["applications"],
        is_total_proven=stored["best_total"] == bound,
        is_worst_proven=stored["is_worst_proven"],
        is_each=stored["is_each"],
    )


def _points(millionths: float) -> str:
    return f"{Decimal(str(millionths)) / 10_000:,.1f}"
