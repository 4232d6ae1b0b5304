"""`python -m bench`: measure, and print one table. Writes nothing in the repository and leaves no process behind.

Each group of measures has a process of its own, so that its memory is its own, and a measure that breaks takes no
other with it: the table says what was not measured, and the command ends with 1.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from bench.figures import Figure, draw
from bench.measures import ENGINES, GROUPS, MEASURES, Group

LIMIT = 1500
"""Seconds that a group may take on one database."""
SIZES = {
    # how much                 in full   for a trial
    "applications":            (10_000,      60, "already in the database"),
    "drafts":                     (800,       8, "complete drafts to submit"),
    "rush":                     (2_000,      16, "drafts of the rush, and applications in its call"),
    "lines":                (1_000_000,   2_000, "lines of the ledger to export"),
    "events":               (1_000_000,   2_000, "events of the record to seal and verify"),
    "vouchers":                (10_000,      20, "vouchers of an audit pack"),
    "entries":                 (10_000,      20, "entries of a bank statement to take in"),
    "payments":                (10_000,      50, "payments of a bank file"),
    "units":                (1_000_000,   2_000, "units of a population to draw from"),
    "applicants":             (100_000,     200, "whose eligibility is judged"),
    "assignments":             (10_000,     100, "applications of the largest assignment"),
    "marks":                  (100_000,     600, "marks to correct for severity"),
    "seconds":                     (10,       1, "at most, for each measure under load"),
}  # fmt: skip


def _options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench", description="What the office reaches on this machine.")
    reader.add_argument("--only", default=",".join(MEASURES), help=f"some of {','.join(MEASURES)}")
    reader.add_argument("--database", choices=ENGINES, help="only this one")
    reader.add_argument("--trial", action="store_true", help="small sizes: whether each measure works, not how fast")
    for name, (full, _trial, told) in SIZES.items():
        reader.add_argument(f"--{name}", type=int, help=f"{told} ({full:,})")
    reader.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = reader.parse_args()
    if unknown := set(options.only.split(",")) - set(MEASURES):
        reader.error(f"there is no measure called {', '.join(sorted(unknown))}")
    for name, (full, trial, _told) in SIZES.items():
        if getattr(options, name) is None:
            setattr(options, name, trial if options.trial else full)
    return options


def main() -> None:
    """One process for each group on each database, then the table."""
    options = _options()
    wanted = set(options.only.split(","))
    if options.child:
        _measure(options, wanted)
        return
    print(
        f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} before; "
        "8 clients (rush, autosave: 200), 2 web workers",
        flush=True,
    )
    figures: list[Figure] = []
    broken: list[str] = []
    for engine in [options.database] if options.database else ENGINES:
        for group in GROUPS:
            if engine in group.engines and (names := [name for name in group.measures if name in wanted]):
                found, is_whole = _of_child(engine, names)
                figures += found
                broken += [] if is_whole else [f"{', '.join(names)} on {engine}"]
    print(draw(figures))
    print(
        f"load average {os.getloadavg()[0]:.1f} at the end; MB: the peak of the largest web worker, or of the process"
    )
    if broken:
        sys.exit(f"Not measured, or only in part: {'; '.join(broken)}.")


def _of_child(engine: str, names: list[str]) -> tuple[list[Figure], bool]:
    """The figures of some measures of one group, and whether they ended well."""
    environ = {**os.environ, "TEST_DATABASE": engine}
    command = [sys.executable, "-m", "bench", *sys.argv[1:], "--only", ",".join(names), "--child"]
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
    return figures, child.returncode == 0


def _measure(options: argparse.Namespace, wanted: set[str]) -> None:
    """The measures that are wanted, of one group, on the database that TEST_DATABASE names."""
    from tests import databases

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"more than {LIMIT} seconds"))
    signal.alarm(LIMIT)
    run_of_tests = os.environ.get(databases.RUN_FOLDER)
    folder = databases.begin_run()
    if options.trial and run_of_tests:  # whose migrations need not run again for each group
        databases.Databases(folder).borrow_template(Path(run_of_tests))
    try:
        _group_of(wanted).run(options, wanted, folder)
    finally:
        databases.Databases(folder).drop_template()
        databases.end_run(folder)


def _group_of(wanted: set[str]) -> Group:
    return next(group for group in GROUPS if wanted <= set(group.measures))


if __name__ == "__main__":
    main()
