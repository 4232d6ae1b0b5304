"""The day in the books for what the bank has booked. Pure."""

from __future__ import annotations

from datetime import date


def day_in_books(booked_on: date | None, value_on: date | None) -> date | None:
    """The value day, which is when the money counts; but never after the day on which the bank booked it.

    A bank may book a return today with tomorrow's value. None where the bank gives neither.
    """
    days = [day for day in (booked_on, value_on) if day is not None]
    return min(days, default=None)
