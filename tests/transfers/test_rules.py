"""What may move between envelopes, and how fund lines carry it."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR, Money, total
from vouchers.transfers import rules


def envelope(number, call=1, currency="EUR"):
    return SimpleNamespace(id=number, call_id=call, currency=currency)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (envelope(1), "another budget"),
        (envelope(2, call=2), "within one call"),
        (envelope(2, currency="NOK"), "EUR and NOK"),
    ],
)
def test_ensure_between_envelopes_refuses(target, words):
    with pytest.raises(RuleBroken, match=words):
        rules.ensure_between_envelopes(envelope(1), target)


def test_ensure_between_envelopes_of_one_call():
    rules.ensure_between_envelopes(envelope(1), envelope(2))


@pytest.mark.parametrize(("amount", "words"), [("0", "above zero"), ("100.01", "Only EUR 100.00 are available")])
def test_ensure_available_refuses(amount, words):
    with pytest.raises(RuleBroken, match=words):
        rules.ensure_available(EUR(amount), EUR("100"))


def test_ensure_available_to_the_last_cent():
    rules.ensure_available(EUR("100"), EUR("100"))


def test_ensure_lines_known_refuses_a_line_that_the_other_side_does_not_have():
    with pytest.raises(RuleBroken, match="no money of ERDF"):
        rules.ensure_lines_known({"ERDF": EUR("1"), "OWN": EUR("1")}, ["OWN"], "Wallonia")


def test_ensure_voted_and_moved_is_never_less_than_nothing():
    assert rules.ensure_voted_and_moved(EUR("10"), EUR("-10")) == EUR("0")
    with pytest.raises(RuleBroken):
        rules.ensure_voted_and_moved(EUR("10"), EUR("-10.01"))


rooms = st.lists(st.tuples(st.integers(1, 100), st.integers(0, 10**6)), min_size=1, max_size=5)


@given(rooms, st.data())
def test_split_over_lines_is_exact_and_within_what_each_line_has(lines, data):
    room = [(f"L{number}", Decimal(rate) / 100, Money(cents)) for number, (rate, cents) in enumerate(lines)]
    most = sum(left.cents for _code, _rate, left in room)
    if not most:
        return
    amount = Money(data.draw(st.integers(1, most)))
    parts = rules.split_over_lines(amount, room)
    assert total(list(parts.values())) == amount
    assert all(0 < parts[code].cents <= left.cents for code, _rate, left in room if code in parts)


def test_split_over_lines_by_the_rates():
    lines = [("ERDF", Decimal("0.6"), EUR("60000")), ("REGION", Decimal("0.4"), EUR("40000"))]
    assert rules.split_over_lines(EUR("437.55"), lines) == {"ERDF": EUR("262.53"), "REGION": EUR("175.02")}
