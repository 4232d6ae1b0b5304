"""Web, worker, timer, Redis and database die at random moments, and nothing is lost or there twice."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.stories.processes import kill


@pytest.mark.slow
@pytest.mark.postgres
def test_everything_dies_while_steps_are_taken(run_folder):
    environ = {**os.environ, "TEST_DATABASE": "postgresql"}
    environ.pop("TEST_DATABASE_URL", None)  # a server that others use is not killed
    command = [sys.executable, "-m", "tests.stories.everything_dies", "90", "60", "7"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=environ, **pipes) as process:
        try:
            told, faults = process.communicate(timeout=540)
        finally:
            kill(process)  # and all that it started
    assert process.returncode == 0, faults[-6000:]
    seen = json.loads(told.splitlines()[-1])
    assert seen["steps"] == 90
    assert set(seen["killed"]) == {"redis", "web", "worker", "timer", "database"}
    assert min(seen["killed"].values()) >= 3
    assert seen["letters"] >= 60
