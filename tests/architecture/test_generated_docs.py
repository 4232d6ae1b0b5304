"""The pages of `docs/` that are made from the program say what the program does now."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_generated_pages_are_fresh():
    """In a process of its own: making an application sets the process's queue, store and mail server."""
    script = [sys.executable, "scripts/make_docs.py", "--check"]
    ran = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
