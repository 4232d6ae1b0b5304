"""Web, worker, timer, Redis and database die at random moments, and nothing is lost or there twice."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.slow
@pytest.mark.postgres
def test_everything_dies_while_steps_are_taken():
    environ = {**os.environ, "TEST_DATABASE": "postgresql"}
    environ.pop("TEST_DATABASE_URL", None)  # a server that others use is not killed
    command = [sys.executable, "-m", "tests.stories.everything_dies", "90", "8", "7"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stderr[-6000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["steps"] == 90
    assert set(seen["killed"]) == {"redis", "web", "worker", "timer", "database"}
    assert seen["letters"] >= 60
