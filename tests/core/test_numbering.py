"""Numbers without gaps, also when steps fail or race."""

from __future__ import annotations

import threading

import pytest

from vouchers.core.database import db, unit_of_work
from vouchers.core.numbering import next_number, numbered


def test_each_series_counts_from_one(app):
    with unit_of_work():
        assert [next_number("A"), next_number("A"), next_number("B")] == [1, 2, 1]
        assert [numbered("IN2", 2026), numbered("IN2", 2026), numbered("IN2", 2027)] == [
            "IN2-2026-0001", "IN2-2026-0002", "IN2-2027-0001",
        ]  # fmt: skip
        assert numbered("P", 2026, digits=6) == "P-2026-000001"


def test_a_step_that_fails_uses_no_number_up(app):
    with pytest.raises(ZeroDivisionError), unit_of_work():
        1 / next_number("A") / 0
    with unit_of_work():
        assert next_number("A") == 1


def test_a_number_is_given_out_only_inside_a_step(app):
    with pytest.raises(RuntimeError):
        next_number("A")


def test_those_who_ask_at_once_get_different_numbers_and_none_is_missing(app):
    given, together = [], threading.Barrier(4)

    def ask():
        with app.app_context():
            together.wait()
            for _turn in range(5):
                with unit_of_work():
                    given.append(next_number("A"))
            db.session.remove()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(1, 21))
