"""`python -m bench`: measure, and print one table. Writes nothing in the repository and leaves no process behind."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.figures import Figure, draw

MEASURES = (
    "submit",
    "worklist",
    "calls",
    "ledger",
    "record",
    "packs",
    "pdf",
    "turns",
    "eligibility",
    "severity",
    "assignment",
    "rush",
    "autosave",
    "ranking",
    "feedback",
    "sampling",
    "bank_file",
    "banking",
)
ENGINES = ("postgresql", "sqlite")
LIMIT = 1500
"""Seconds that the measures of one database may take in all."""


def _options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench", description="What the office reaches on this machine.")
    reader.add_argument("--only", default=",".join(MEASURES), help=f"some of {','.join(MEASURES)}")
    reader.add_argument("--database", choices=ENGINES, help="only this one")
    reader.add_argument("--applications", type=int, default=10_000, help="already in the database")
    reader.add_argument("--drafts", type=int, default=800, help="complete drafts to submit")
    reader.add_argument("--rush", type=int, default=2_000, help="drafts of the rush, and applications in its call")
    reader.add_argument("--lines", type=int, default=1_000_000, help="lines of the ledger to export")
    reader.add_argument("--events", type=int, default=1_000_000, help="events of the record to seal and verify")
    reader.add_argument("--vouchers", type=int, default=10_000, help="vouchers of an audit pack")
    reader.add_argument("--entries", type=int, default=10_000, help="entries of a bank statement to take in")
    reader.add_argument("--seconds", type=float, default=10, help="at most, for each measure under load")
    reader.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = reader.parse_args()
    if unknown := set(options.only.split(",")) - set(MEASURES):
        reader.error(f"there is no measure called {', '.join(sorted(unknown))}")
    return options


def main() -> None:
    """One process for each database, then the table."""
    options = _options()
    if options.child:
        _measure(options)
        return
    print(
        f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} before; "
        "8 clients (rush, autosave: 200), 2 web workers",
        flush=True,
    )
    figures: list[Figure] = []
    for engine in [options.database] if options.database else ENGINES:
        figures += _of_child(engine)
    print(draw(figures))
    print(
        f"load average {os.getloadavg()[0]:.1f} at the end; MB: the peak of the largest web worker, or of the process"
    )


def _of_child(engine: str) -> list[Figure]:
    environ = {**os.environ, "TEST_DATABASE": engine}
    command = [sys.executable, "-m", "bench", *sys.argv[1:], "--child"]
    figures = []
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            for line in child.stdout:
                if line.startswith('{"measure"'):
                    figures.append(Figure(**json.loads(line) | {"database": engine}))
                else:
                    print(line, end="", file=sys.stderr)
            child.wait(timeout=60)
        except BaseException:
            child.terminate()
            child.wait(timeout=60)
            raise
    if child.returncode:
        print(f"The measures of {engine} did not end well; what is missing below was not measured.", file=sys.stderr)
    return figures


def _measure(options: argparse.Namespace) -> None:
    """All measures on the database that TEST_DATABASE names; one line of JSON for each figure."""
    import signal

    from tests import databases

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"more than {LIMIT} seconds"))
    signal.alarm(LIMIT)
    wanted = options.only.split(",")
    folder = databases.begin_run()
    try:
        if "turns" in wanted and databases.ENGINE == "sqlite":
            _tell("turns", _turns)
        if "eligibility" in wanted and databases.ENGINE == "sqlite":
            _tell("eligibility", _eligibility)
        if "assignment" in wanted and databases.ENGINE == "sqlite":
            _tell("assignment", _assignment)
        if "sampling" in wanted and databases.ENGINE == "sqlite":
            _tell("sampling", _sampling)
        if "bank_file" in wanted and databases.ENGINE == "sqlite":
            _tell("bank_file", _bank_file)
        if "banking" in wanted:
            _tell("banking", lambda: _banking(options.entries, folder))
        if "severity" in wanted:
            _tell("severity", lambda: _severity(options.applications, folder))
        if "ledger" in wanted:
            _tell("ledger", lambda: _ledger(options.lines, folder))
        if "record" in wanted:
            _tell("record", lambda: _record(options.events, folder))
        if "packs" in wanted:
            _tell("packs", lambda: _packs(options.vouchers, folder))
        if {"rush", "autosave"} & set(wanted) and databases.ENGINE == "postgresql":
            _measure_rush(options, wanted, folder)
        if {"submit", "worklist", "calls", "pdf"} & set(wanted):
            _measure_office(options, wanted, folder)
        if {"ranking", "feedback"} & set(wanted):
            _measure_ranking(options, wanted, folder)
    finally:
        databases.Databases(folder).drop_template()
        databases.end_run(folder)


def _measure_office(options: argparse.Namespace, wanted: list[str], folder: Path) -> None:
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


def _measure_ranking(options: argparse.Namespace, wanted: list[str], folder: Path) -> None:
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


def _measure_rush(options: argparse.Namespace, wanted: list[str], folder: Path) -> None:
    from bench.autosave import autosave
    from bench.offices import an_office
    from bench.rush import rush

    with an_office(folder, options.rush) as office:
        office.start()
        if "autosave" in wanted:
            _tell("autosave", lambda: autosave(office, seconds=options.seconds * 4))
        if "rush" in wanted:
            _tell("rush", lambda: rush(office, drafts=options.rush))


def _tell(name: str, measure: Callable[[], list[Figure]]) -> None:
    began = time.monotonic()
    for figure in measure():
        print(figure.as_json(), flush=True)
    load = os.getloadavg()[0]
    print(f"  {name}: {time.monotonic() - began:.0f} s, load average {load:.1f}", file=sys.stderr, flush=True)


def _ledger(lines: int, folder: Path) -> list[Figure]:
    from bench.ledger_export import measure

    return measure(lines, folder)


def _packs(vouchers: int, folder: Path) -> list[Figure]:
    from bench.packs import measure

    return measure(vouchers, folder)


def _record(events: int, folder: Path) -> list[Figure]:
    from bench.record import measure

    return measure(events, folder)


def _severity(applications: int, folder: Path) -> list[Figure]:
    from bench.offices import an_office
    from bench.severity import measure, measure_pages
    from tests import databases

    found = measure() if databases.ENGINE == "sqlite" else []
    with an_office(folder, applications) as office:
        return found + measure_pages(office)


def _assignment() -> list[Figure]:
    from bench.assignment import measure

    return measure()


def _eligibility() -> list[Figure]:
    from bench.eligibility import measure

    return measure()


def _sampling() -> list[Figure]:
    from bench.sampling import measure

    return measure()


def _bank_file() -> list[Figure]:
    from bench.bank_file import measure

    return measure()


def _banking(entries: int, folder: Path) -> list[Figure]:
    from bench.banking import measure

    return measure(entries, folder)


def _turns() -> list[Figure]:
    from bench.turns import measure

    found = measure(writers=8, seconds=4)
    note = (
        f"worst wait {found['max_ms']:.0f} ms; slowest writer's share {found['slowest_writer_share']:.2f} (1 is fair)"
    )
    return [
        Figure(
            "8 writers, each commit durable", found["steps_per_s"], "/s", found["p50_ms"], found["p95_ms"], note=note
        )
    ]


if __name__ == "__main__":
    main()
