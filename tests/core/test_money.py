"""Money: what is read, how it is split, and that no cent is ever lost."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.core.money import EUR, CurrencyMismatch, Money, UnclearAmount, next_step, parse_money, total

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "cofinancing_rounding.json").read_text())


def weights(*rates: str) -> list[Decimal]:
    return [Decimal(rate) for rate in rates]


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("7000", 7_000_00),
        ("7000.5", 7_000_50),
        ("7000,50", 7_000_50),
        ("7 000.50", 7_000_50),
        ("7\u00a0000,50", 7_000_50),
        ("7\u202f000,50", 7_000_50),
        ("7'000.50", 7_000_50),
        ("7’000.50", 7_000_50),
        ("7,000.50", 7_000_50),
        ("7.000,50", 7_000_50),
        ("1.234.567,89", 1_234_567_89),
        ("1,234,567", 1_234_567_00),
        (".5", 50),
        ("0,01", 1),
        ("-3.10", -3_10),
        ("+3", 3_00),
        ("€ 12", 12_00),
        ("12 €", 12_00),
        ("EUR 12.00", 12_00),
    ],
)
def test_an_amount_is_read_as_it_was_meant(typed, cents):
    assert parse_money(typed) == Money(cents)


@pytest.mark.parametrize("typed", ["7.000", "7,000", "299.000", "€ 1,234", "-7.000"])
def test_what_is_thousands_for_some_and_decimals_for_others_is_unclear(typed):
    with pytest.raises(UnclearAmount):
        parse_money(typed)


def test_the_sign_of_another_currency_is_no_amount():
    assert parse_money("PLN 500", "PLN") == Money(500_00, "PLN")
    with pytest.raises(ValueError):
        parse_money("€500", "PLN")


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "-", "a", "7000.505", "7000.500", "0.500", "1.2.3", "1.00,00", "1,00.00", "12.34,567", "1.234,567",
        "5.", ".", "1e3", "NaN", "Infinity", "--1", "٣", "１２", "12 USD", "0x10", "1_000", "$5", "1.0000.000",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(ValueError):
        parse_money(typed)


@given(st.integers(-(10**15), 10**15))
def test_what_is_written_is_read_back(cents):
    assert parse_money(Money(cents).plain) == Money(cents)
    assert parse_money(str(Money(cents))) == Money(cents)


@pytest.mark.parametrize(
    ("amount", "rate", "granted"),
    [
        ("7437.55", "0.70", "5206.28"),  # 5206.285: the half cent stays with the SME
        ("0.01", "0.99", "0.00"),
        ("10.00", "1", "10.00"),
        ("10.00", "0", "0.00"),
        ("3333.33", "0.80", "2666.66"),
    ],
)
def test_a_share_is_floored_to_the_cent(amount, rate, granted):
    assert EUR(amount).share(Decimal(rate)) == EUR(granted)


@pytest.mark.parametrize("vector", VECTORS["split"], ids=lambda vector: vector["amount"])
def test_a_split_is_the_one_worked_out_elsewhere(vector):
    parts = EUR(vector["amount"]).split(weights(*vector["rates"]))
    assert [part.plain for part in parts] == vector["expected"]


def test_instalments_are_those_worked_out_elsewhere():
    vector = VECTORS["cumulative_instalments"]
    rates = weights(*vector["rates"])
    before = [EUR("0")] * 3
    for step in vector["steps"]:
        parts = next_step(before, EUR(step["instalment"]), rates)
        assert [part.plain for part in parts] == step["step"]
        before = [done + part for done, part in zip(before, parts, strict=True)]
        assert total(before) == EUR(step["cumulative"])


def test_the_trap_of_the_alabama_paradox_never_takes_a_cent_back():
    trap = VECTORS["trap_alabama_paradox"]["example"]
    rates = weights(*trap["rates"])
    for moment in ("before", "after"):
        assert [part.plain for part in EUR(trap[moment]["amount"]).split(rates)] == trap[moment]["split"]
    step = next_step([EUR(part) for part in trap["before"]["split"]], EUR("0.01"), rates)
    assert min(step) >= EUR("0")
    assert total(step) == EUR("0.01")


RATES = st.lists(st.decimals("0.01", "1", places=2), min_size=1, max_size=6)
CENTS = st.one_of(st.integers(0, 99), st.integers(0, 10**9))


@given(CENTS, RATES)
def test_parts_add_up_and_none_is_a_cent_off(cents, rates):
    parts = Money(cents).split(rates)
    assert total(parts) == Money(cents)
    for part, rate in zip(parts, rates, strict=True):
        assert abs(part.cents - cents * rate / sum(rates)) < 1


@given(CENTS, RATES)
def test_a_negative_amount_splits_as_its_mirror_image(cents, rates):
    assert Money(-cents).split(rates) == [-part for part in Money(cents).split(rates)]


@given(st.lists(CENTS, min_size=1, max_size=8), RATES)
def test_instalments_are_never_negative_and_each_adds_up(instalments, rates):
    before = [Money(0)] * len(rates)
    for cents in instalments:
        parts = next_step(before, Money(cents), rates)
        assert min(parts) >= Money(0)
        assert total(parts) == Money(cents)
        before = [done + part for done, part in zip(before, parts, strict=True)]


@given(st.lists(CENTS, min_size=1, max_size=8), RATES)
def test_instalments_stay_within_what_was_committed_and_the_last_one_closes_it(instalments, rates):
    committed = Money(sum(instalments)).split(rates)
    before, room = [Money(0)] * len(rates), committed
    for cents in instalments:
        parts = next_step(before, Money(cents), rates, room)
        assert total(parts) == Money(cents)
        before = [done + part for done, part in zip(before, parts, strict=True)]
        room = [left - part for left, part in zip(room, parts, strict=True)]
        assert min(parts) >= Money(0)
        assert min(room) >= Money(0)
    assert before == committed


@pytest.mark.parametrize(("instalment", "room"), [("-0.01", None), ("0.03", ["0.01", "0.01"])])
def test_an_instalment_below_zero_or_beyond_the_room_is_refused(instalment, room):
    zeros = [EUR("0"), EUR("0")]
    with pytest.raises(ValueError):
        next_step(zeros, EUR(instalment), weights("1", "1"), room and [EUR(left) for left in room])


def test_currencies_do_not_mix():
    with pytest.raises(CurrencyMismatch):
        EUR("1") + Money(100, "DKK")
    assert total([], "DKK") == Money(0, "DKK")


@pytest.mark.parametrize("rates", [[], ["0"], ["1", "-1"]])
def test_a_split_needs_weights(rates):
    with pytest.raises(ValueError):
        EUR("1").split(weights(*rates))


def test_money_is_written_for_machines_and_for_people():
    assert (EUR("-1234.05").plain, str(EUR("1234.05"))) == ("-1234.05", "EUR 1,234.05")
    assert not EUR("0")
    assert EUR("0.01")
