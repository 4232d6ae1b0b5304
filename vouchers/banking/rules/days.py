"""The day in the books for what the bank has booked, and that the bank has booked it by now. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from vouchers.banking.rules.bank_xml import refuse
from vouchers.banking.rules.movements import StatementRead
from vouchers.core.text import say as _


def day_in_books(booked_on: date | None, value_on: date | None) -> date | None:
    """The value day, which is when the money counts; but never after the day on which the bank booked it.

    A bank may book a return today with tomorrow's value. None where the bank gives neither.
    """
    days = [day for day in (booked_on, value_on) if day is not None]
    return min(days, default=None)


def is_of_the_bank(on: date | None, at_bank: date | None) -> bool:
    """Whether a day in the books is what the bank says, not what a person typed (`on`; None: nothing was typed).

    What the bank says of a day in a closed period is booked as a correction; what a person types is refused.
    """
    return on is None or on == at_bank


def ensure_has_been(read: StatementRead, today: date) -> None:
    """No bank has booked what is still to come; only a value day may lie ahead.

    A statement may say that it runs to the midnight with which tomorrow begins.

    Raises:
        RuleBroken: field ``file``; an entry is booked, or the statement ends, on a day to come.
    """
    for one in read.movements:
        if one.is_booked and one.booked_on is not None and one.booked_on > today:
            raise refuse(
                _(
                    "Entry %(entry)s of statement %(number)s is booked on %(day)s, which is still to come. "
                    "Nothing was taken in.",
                    entry=one.entry,
                    number=read.number,
                    day=one.booked_on,
                )
            )
    if read.last_on is not None and read.last_on > today + timedelta(days=1):
        raise refuse(
            _(
                "Statement %(number)s ends on %(day)s, which is still to come. Nothing was taken in.",
                number=read.number,
                day=read.last_on,
            )
        )
