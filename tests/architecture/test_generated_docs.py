"""The pages of `docs/` that are made from the program say what the program does now."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLASKS_OWN = {"routes", "run", "shell"}


def test_every_permission_is_a_whole_sentence_that_stands_alone():
    """The rows are sorted by name, so none may speak of the one before it."""
    rows = re.findall(
        r"^\| (\w+\.\w+) \| (.*) \|$", (ROOT / "docs" / "permissions.md").read_text("utf-8"), re.MULTILINE
    )
    assert len(rows) > 100
    assert [name for name, who in rows if not who.endswith((".", "?", "!"))] == []
    assert [name for name, who in rows if re.match(r"The same|As above|Likewise|Neither|.* as above", who)] == []


def test_every_command_of_ours_is_told(app):
    """What `flask --help` lists beside Flask's own, and beside what keeps the tables (`flask db`)."""
    pages = (ROOT / "docs" / "cli.md").read_text("utf-8")
    told = set(re.findall(r"^## (\S+) (\S+)$", pages, re.MULTILINE))
    ours = {name: group for name, group in app.cli.commands.items() if name not in {"db", *FLASKS_OWN}}

    assert {(name, command) for name, group in ours.items() for command in group.commands} == told
    assert {"audit", "banking", "ledger", "users"} <= set(ours)


def test_generated_pages_are_fresh():
    """In a process of its own: making an application sets the process's queue, store and mail server."""
    script = [sys.executable, "scripts/make_docs.py", "--check"]
    ran = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
