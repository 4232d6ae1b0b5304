"""What the bank has booked lies behind; in the books it stands on the earlier of the value day and the booking day."""

from datetime import date, timedelta

import pytest

from tests.banking.files import DAY, a_file, a_statement, an_entry
from vouchers.banking.rules.camt053 import read_statements
from vouchers.banking.rules.days import day_in_books, ensure_has_been
from vouchers.core.errors import RuleBroken

NEXT = DAY + timedelta(days=1)


def read(*entries, **more):
    (statement,) = read_statements(a_file(a_statement(*entries, **more)))
    return statement


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (read(an_entry("1.00"), an_entry("2.00", on=NEXT)), "Entry 2 of statement 2026-1 is booked on 2 December 2026"),
        (read(opening="1.00", closing="1.00", on=NEXT + timedelta(days=1)), "2026-1 ends on 3 December 2026"),
    ],
)
def test_a_statement_of_days_to_come_is_refused(statement, says):
    with pytest.raises(RuleBroken, match=says) as refused:
        ensure_has_been(statement, DAY)
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    "statement",
    [
        read(an_entry("1.00"), opening="2.00", closing="1.00"),
        read(an_entry("1.00").replace(f"<ValDt><Dt>{DAY}", "<ValDt><Dt>2026-12-24")),
        read(an_entry("1.00", on=NEXT, status="FUTR"), an_entry("1.00", on=NEXT, status="PDNG")),
        read(an_entry("1.00"), opening="2.00", closing="1.00", on=NEXT),  # the midnight at its end
        read(),
    ],
)
def test_a_value_day_and_what_is_not_booked_may_lie_ahead(statement):
    ensure_has_been(statement, DAY)


@pytest.mark.parametrize(
    ("booked_on", "value_on", "day"),
    [(DAY, NEXT, DAY), (NEXT, DAY, DAY), (None, DAY, DAY), (DAY, None, DAY), (None, None, None)],
)
def test_day_in_books(booked_on, value_on, day):
    assert day_in_books(booked_on, value_on) == day


@pytest.mark.parametrize("tag", ["BookgDt", "ValDt"])
@pytest.mark.parametrize("written", ["2026-02-31", "31.12.2026", "soon"])
def test_a_day_that_is_none_is_refused_and_names_its_entry(tag, written):
    entry = an_entry("1.00").replace(f"<{tag}><Dt>{DAY}", f"<{tag}><Dt>{written}")
    with pytest.raises(RuleBroken, match=f"Entry 2: “{written}” is not a day") as refused:
        read(an_entry("1.00"), entry)
    assert refused.value.field == "file"


def test_a_balance_of_a_day_that_is_none_is_refused():
    with pytest.raises(RuleBroken, match="Balance OPBD: “2026-02-31” is not a day"):
        read(opening="1.00", closing="1.00", on="2026-02-31")


def test_a_day_that_is_missing_stays_missing():
    bare = an_entry("1.00").replace(f"<BookgDt><Dt>{DAY}</Dt></BookgDt>", "")
    (movement,) = read(bare).movements
    assert movement.booked_on == date(2026, 12, 1)  # that of the value
    (movement,) = read(bare.replace(f"<ValDt><Dt>{DAY}</Dt></ValDt>", "")).movements
    assert (movement.booked_on, movement.value_on) == (None, None)
