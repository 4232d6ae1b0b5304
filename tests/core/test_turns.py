"""The write turn on SQLite: one at a time, given back by whoever dies, refused after a bound."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time

import pytest

from bench.turns import measure
from vouchers.core import turns
from vouchers.core.errors import Busy
from vouchers.core.turns import write_turn

FORK = multiprocessing.get_context("fork")


def hold(database, held, die):
    with write_turn(database):
        held.set()
        if die:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(60)


@pytest.fixture
def other_process(tmp_path):
    database, held, started = str(tmp_path / "office.db"), FORK.Event(), []

    def start(*, die=False):
        process = FORK.Process(target=hold, args=(database, held, die))
        process.start()
        started.append(process)
        assert held.wait(10)
        return database

    yield start
    for process in started:
        process.kill()
        process.join()


def test_the_turn_of_a_process_that_was_killed_is_free_again(other_process):
    database = other_process(die=True)
    began = time.monotonic()
    with write_turn(database):
        assert time.monotonic() - began < 1


def test_behind_a_writer_that_hangs_one_is_told_to_try_again(other_process, monkeypatch):
    monkeypatch.setattr(turns, "LONGEST_WAIT", 0.2)
    database = other_process()
    began = time.monotonic()
    with pytest.raises(Busy), write_turn(database):
        pass
    assert 0.2 <= time.monotonic() - began < 1


def test_threads_of_one_process_take_turns_too(tmp_path, monkeypatch):
    monkeypatch.setattr(turns, "LONGEST_WAIT", 0.2)
    database, refused = str(tmp_path / "office.db"), []

    def ask():
        try:
            with write_turn(database):
                pass
        except Busy:
            refused.append(True)

    with write_turn(database):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    assert refused == [True]
    with write_turn(database):
        pass


def test_a_turn_is_given_back_after_a_failure(tmp_path):
    database = str(tmp_path / "office.db")
    with pytest.raises(ZeroDivisionError), write_turn(database):
        raise ZeroDivisionError
    with write_turn(database):
        pass


def test_a_database_in_memory_needs_no_turn():
    with write_turn(":memory:"), write_turn(":memory:"):
        pass


@pytest.mark.slow
def test_none_of_eight_busy_writers_is_starved():
    figures = measure(writers=8, seconds=1.5)
    assert figures["max_ms"] < 1_500, figures
    assert figures["slowest_writer_share"] > 0.5, figures
