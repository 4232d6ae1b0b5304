"""What a file of monthly rates says, and what an amount comes to at them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.builders.rates import FILE, a_file_of_rates
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.rates.rules.converting import Quote, next_month
from vouchers.rates.rules.table import decode, read_month, read_rates, read_units

TODAY, OCTOBER = date(2026, 10, 20), date(2026, 10, 1)


def read(content, month=None, today=TODAY):
    return read_rates(decode(content), month=month, today=today)


def said(content, **more):
    return [(line.code, line.month, str(line.units)) for line in read(content, **more) if line.fault is None]


def faults(content, **more):
    return [(line.number, str(line.fault)) for line in read(content, **more) if line.fault is not None]


def test_each_currency_stands_once_and_the_euro_is_no_rate():
    assert [code for code, _month, _units in said(FILE.encode())] == ["DKK", "PLN", "GBP", "USD"]
    assert faults(FILE.encode()) == []


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("Country,Currency,ISO code,Period,Amount", "Poland,Zloty,PLN,10/2026,4.2570"),
        ("Country;Currency;ISO Code;Month;Amount", "Poland;Zloty;PLN;2026-10;4,2570"),
        ('"country","currency","isoA3Code","isoA2Code","value","month"', "Poland,Zloty,PLN,PL,4.2570,2026-10"),
        ("currency,currencyIso,refCurrency,amount,dateStart,dateEnd", "Zloty,PLN,EUR,4.2570,01/10/2026,31/10/2026"),
        ("Pays\tDevise\tCode ISO\tPériode\tMontant", "Pologne\tZloty\tpln\tOctober 2026\t4,2570"),
    ],
)
def test_the_headings_of_its_pages_are_known(header, line):
    assert said(a_file_of_rates(line, header=header)) == [("PLN", OCTOBER, "4.2570")]


def test_a_file_of_one_month_may_leave_the_month_out():
    content = a_file_of_rates("Poland,Zloty,PLN,4.257", header="Country,Currency,ISO code,Amount")
    assert said(content, month=OCTOBER) == [("PLN", OCTOBER, "4.257")]
    with pytest.raises(RuleBroken, match="Enter the month") as refused:
        read(content)
    assert refused.value.field == "month"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Poland,Zloty,zł,10/2026,4.2", "no ISO code"),
        ("Poland,Zloty,PLN,13/2026,4.2", "no month"),
        ("Poland,Zloty,PLN,10/1993,4.2", "no month"),
        ("Poland,Zloty,PLN,12/2026,4.2", "not known yet"),
        ("Poland,Zloty,PLN,10/2026,0", "no rate"),
        ("Poland,Zloty,PLN,10/2026,-4.2", "no rate"),
        ("Poland,Zloty,PLN,10/2026,=4+1", "no rate"),
        ('Poland,Zloty,PLN,10/2026,"4,257"', "no rate"),
        ("Austria,Euro,EUR,10/2026,7.46", "One euro is one euro"),
        ("Ecuador,US dollar,DKK,10/2026,7.5", "Line 2 says another"),
    ],
)
def test_a_line_that_cannot_be_taken_is_named_with_its_reason(line, says):
    (fault,) = faults(a_file_of_rates("Denmark,Krone,DKK,10/2026,7.4605", line))
    assert fault[0] == 3
    assert says in fault[1]


def test_a_currency_without_a_rate_is_left_out():
    assert said(a_file_of_rates("Denmark,Krone,DKK,10/2026,7.46", "Nowhere,None,XXX,10/2026,")) == [
        ("DKK", OCTOBER, "7.46")
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"ISO code,Period,Amount\n", "nothing below"),
        (b"a,b\n1,2\n", "ISO code"),
        (b"ISO code,Period\nPLN,2026-10\n", "Amount"),
        (b"ISO code,Period,Amount,Value\nPLN,2026-10,1,1\n", "twice"),
        (b"PK\x03\x04\0\0", "not a CSV"),
        (b'ISO code,Period,Amount\n"PLN,2026-10,1\n', "quotation mark"),
        (b"ISO code,Period,Amount\nEUR,2026-10,1\n", "no rate in this file"),
    ],
)
def test_what_is_no_file_of_rates_is_refused(content, says):
    with pytest.raises(RuleBroken, match=says):
        read(content)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-10", OCTOBER), ("10/2026", OCTOBER), ("1/10/2026", OCTOBER), ("202610", OCTOBER),
        ("2026/10/01", OCTOBER), ("Oct 2026", OCTOBER), ("october-2026", OCTOBER), ("2026-10-01T00:00:00", OCTOBER),
        ("2026-13", None),
        ("Okt 2026", None), ("", None), ("2026", None),
    ],
)  # fmt: skip
def test_months_are_read_as_the_files_write_them(text, month):
    assert read_month(text) == month


@pytest.mark.parametrize(
    ("text", "separator", "units"),
    [
        ("4.2570", ",", "4.2570"), ("4,2570", ";", "4.2570"), ("15 847.36", ",", "15847.36"),
        ("15,847.36", ",", "15847.36"), ("15.847,36", ";", "15847.36"), ("15,847", ",", None),
        ("15,847", ";", "15.847"), ("1e5", ",", None), ("", ",", None),
    ],
)  # fmt: skip
def test_units_are_read_and_never_guessed(text, separator, units):
    assert read_units(text, separator) == (None if units is None else Decimal(units))


@pytest.mark.parametrize(
    ("amount", "from_units", "to_units", "cents"),
    [
        (Money(10_000, "PLN"), "4", "1", 2_500),
        (Money(1, "PLN"), "2", "1", 1),  # half a cent upwards
        (Money(100, "PLN"), "3", "1", 33),
        (Money(10_000, "USD"), "1.25", "7.5", 60_000),  # dollars into kroner, by way of the euro
        (Money(0, "USD"), "1.25", "1", 0),
    ],
)
def test_amounts_are_converted_exactly(amount, from_units, to_units, cents):
    quote = Quote(OCTOBER, Decimal(from_units), Decimal(to_units))
    assert quote.convert(amount, "XXX") == Money(cents, "XXX")


def test_the_month_after_december_is_january():
    assert (next_month(date(2026, 12, 1)), next_month(date(2026, 11, 30))) == (date(2027, 1, 1), date(2026, 12, 1))
