"""What is measured, group by group: the measures of a group share what was made for them, and a process of its own."""

from __future__ import annotations

import os
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Figure

ENGINES = ("postgresql", "sqlite")
Run = Callable[[Namespace, Collection[str], Path], None]


@dataclass(frozen=True)
class Group:
    """`run` tells the figures of those measures that are wanted, on the database that TEST_DATABASE names."""

    measures: tuple[str, ...]
    run: Run
    engines: tuple[str, ...] = ENGINES


def _tell(name: str, measure: Callable[[], list[Figure]]) -> None:
    """One line of JSON for each figure."""
    began = time.monotonic()
    for figure in measure():
        print(figure.as_json(), flush=True)
    load = os.getloadavg()[0]
    print(f"  {name}: {time.monotonic() - began:.0f} s, load average {load:.1f}", file=sys.stderr, flush=True)


def _office(options: Namespace, wanted: Collection[str], folder: Path) -> None:
    from bench import pages, papers
    from bench.offices import an_office

    began = time.monotonic()
    with an_office(folder, options.applications) as office:
        print(f"{options.applications:,} applications made in {time.monotonic() - began:.0f} s", file=sys.stderr)
        office.start()
        if "submit" in wanted:
            _tell("submit", lambda: pages.submit(office, drafts=options.drafts, seconds=options.seconds * 3))
        if "worklist" in wanted:
            _tell("worklist", lambda: pages.worklist(office, seconds=options.seconds))
        if "calls" in wanted:
            _tell("calls", lambda: pages.calls(office, seconds=options.seconds))
        if "pdf" in wanted:
            _tell("pdf", lambda: papers.papers(seconds=min(options.seconds, 5)))


def _rush(options: Namespace, wanted: Collection[str], folder: Path) -> None:
    from bench.autosave import autosave
    from bench.offices import an_office
    from bench.rush import rush

    with an_office(folder, options.rush) as office:
        office.start()
        if "autosave" in wanted:
            _tell("autosave", lambda: autosave(office, seconds=options.seconds * 4))
        if "rush" in wanted:
            _tell("rush", lambda: rush(office, drafts=options.rush))


def _ranking(options: Namespace, wanted: Collection[str], folder: Path) -> None:
    from bench import ranking
    from bench.offices import an_office, settle_down

    with an_office(folder, options.applications * 4 // 3) as office:  # a quarter of them is never submitted
        count = ranking.one_long_list()
        settle_down(office.app.config["SQLALCHEMY_DATABASE_URI"])
        if "feedback" in wanted:
            _tell("feedback", lambda: ranking.feedback(seconds=min(options.seconds, 5)))
        if "ranking" in wanted:
            office.start()
            _tell("ranking", lambda: ranking.ranking(office, count=count, seconds=options.seconds))


def _severity(options: Namespace, _wanted: Collection[str], folder: Path) -> None:
    from bench import severity
    from bench.offices import an_office
    from tests import databases

    if databases.ENGINE == "sqlite":
        _tell("severity", lambda: severity.measure(options.marks))
    with an_office(folder, options.applications) as office:
        _tell("severity, its pages", lambda: severity.measure_pages(office))


def _ledger(options: Namespace, _wanted: Collection[str], folder: Path) -> None:
    from bench.ledger_export import measure

    _tell("ledger", lambda: measure(options.lines, folder))


def _record(options: Namespace, _wanted: Collection[str], folder: Path) -> None:
    from bench.record import measure

    _tell("record", lambda: measure(options.events, folder))


def _packs(options: Namespace, _wanted: Collection[str], folder: Path) -> None:
    from bench.packs import measure

    _tell("packs", lambda: measure(options.vouchers, folder))


def _banking(options: Namespace, _wanted: Collection[str], folder: Path) -> None:
    from bench.banking import measure

    _tell("banking", lambda: measure(options.entries, folder))


def _on_paper(options: Namespace, wanted: Collection[str], _folder: Path) -> None:
    from bench import assignment, bank_file, eligibility, sampling, turns

    measures: dict[str, Callable[[], list[Figure]]] = {
        "turns": lambda: turns.figures(writers=8, seconds=min(options.seconds, 4)),
        "eligibility": lambda: eligibility.measure(options.applicants),
        "assignment": lambda: assignment.measure(options.assignments),
        "sampling": lambda: sampling.measure(options.units),
        "bank_file": lambda: bank_file.measure(options.payments),
    }
    for name, measure in measures.items():
        if name in wanted:
            _tell(name, measure)


GROUPS = (
    Group(("submit", "worklist", "calls", "pdf"), _office),
    Group(("rush", "autosave"), _rush, ("postgresql",)),
    Group(("ranking", "feedback"), _ranking),
    Group(("severity",), _severity),
    Group(("ledger",), _ledger),
    Group(("record",), _record),
    Group(("packs",), _packs),
    Group(("banking",), _banking),
    Group(("turns", "eligibility", "assignment", "sampling", "bank_file"), _on_paper, ("sqlite",)),
)
"""What no database has to do with, and SQLite's fair queue, is measured beside SQLite only."""
MEASURES = tuple(name for group in GROUPS for name in group.measures)
