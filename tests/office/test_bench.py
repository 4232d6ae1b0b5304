"""Each measure of `make bench` still works: at small sizes, each group in a process of its own, as the command does.

They begin with a copy of this run's migrated SQLite database: to migrate one took each of them as long as its measures.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from bench.measures import GROUPS, Group
from tests.conftest import ROOT

pytestmark = pytest.mark.slow


def try_out(group: Group, engine: str) -> None:
    command = [sys.executable, "-m", "bench", "--trial", "--database", engine, "--only", ",".join(group.measures)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert sum(f" {engine} " in line for line in lines) >= len(group.measures), ran.stdout


@pytest.mark.once
@pytest.mark.parametrize(
    "group", [one for one in GROUPS if "sqlite" in one.engines], ids=lambda group: group.measures[0]
)
def test_each_measure_works(group, all_databases):
    assert all_databases.template_file.exists()
    try_out(group, "sqlite")


@pytest.mark.postgres
@pytest.mark.parametrize("group", [one for one in GROUPS if "sqlite" not in one.engines], ids=lambda g: g.measures[0])
def test_each_measure_of_postgresql_alone_works(is_postgresql, group):
    assert is_postgresql
    try_out(group, "postgresql")
