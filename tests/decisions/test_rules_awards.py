"""What may be awarded, and over which funds."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.applications.states import ApplicationState
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.money import EUR, Money, total
from vouchers.decisions.rules.awards import ensure_amount, ensure_money_left, ensure_ripe, split_within, usual_amount
from vouchers.decisions.rules.wording import complete


@pytest.mark.parametrize(
    ("requested", "cap", "usual"),
    [("4000", "7000", "4000"), ("9000", "7000", "7000"), ("7000", "7000", "7000")],
)
def test_the_usual_amount_is_what_was_asked_for_up_to_the_cap(requested, cap, usual):
    assert usual_amount(EUR(requested), EUR(cap)) == EUR(usual)


def test_without_a_request_it_is_the_cap():
    assert usual_amount(None, EUR("500")) == EUR("500")


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        (None, "above zero"),
        (Money(0), "above zero"),
        (EUR("-1"), "above zero"),
        (Money(100, "DKK"), "above zero"),
        (EUR("4000.01"), "At most EUR 4,000.00"),
    ],
)
def test_an_amount_is_refused(amount, sentence):
    with pytest.raises(RuleBroken, match=sentence) as refusal:
        ensure_amount(amount, requested=EUR("4000"), cap=EUR("7000"))
    assert refusal.value.field == "amount"


def test_more_than_is_left_is_refused_with_the_figure_and_the_region():
    ensure_money_left(EUR("7000"), EUR("7000"), "Wallonia")
    with pytest.raises(RuleBroken, match=r"^Only EUR 6,999.99 are left in Wallonia for this call\.$"):
        ensure_money_left(EUR("7000"), EUR("6999.99"), "Wallonia")


RATES = [Decimal("0.60"), Decimal("0.40")]


def test_the_funds_carry_an_award_by_their_rates():
    assert split_within(EUR("7000"), RATES, [EUR("60000"), EUR("40000")]) == [EUR("4200"), EUR("2800")]


def test_the_last_cent_is_found_where_it_is():
    assert split_within(EUR("10.00"), RATES, [EUR("5.99"), EUR("4.01")]) == [EUR("5.99"), EUR("4.01")]


@given(room=st.lists(st.integers(0, 10**7), min_size=2, max_size=2), share=st.integers(1, 100))
def test_whatever_is_left_in_all_can_be_awarded_to_the_cent(room, share):
    amount = Money(max(sum(room) * share // 100, 0))
    if not amount.cents:
        return
    parts = split_within(amount, RATES, [Money(cents) for cents in room])
    assert total(parts) == amount
    assert all(0 <= part.cents <= cents for part, cents in zip(parts, room, strict=True))


def test_a_sum_is_given_as_a_whole_or_not_at_all():
    assert ensure_amount(EUR("1000"), requested=None, cap=EUR("1000"), is_sum=True) == EUR("1000")
    with pytest.raises(RuleBroken, match=r"EUR 1,000\.00 or nothing"):
        ensure_amount(EUR("500"), requested=None, cap=EUR("1000"), is_sum=True)


def test_a_letter_is_completed_with_what_it_leaves_out():
    said = "You can appeal until {appeal_until}:"
    whole = "{reason} {conditions} {appeal_until} {appeal_link}"
    assert complete(whole, said_of_appeal=said) == whole
    assert complete("No.", said_of_appeal=said).split("\n\n") == [
        "No.",
        "{conditions}",
        "{reason}",
        "You can appeal until {appeal_until}:\n{appeal_link}",
    ]


def test_who_comes_second_reads_that_somebody_decided_it():
    with pytest.raises(WrongState, match="Somebody decided it meanwhile: “Awarded”"):
        ensure_ripe(SimpleNamespace(state=ApplicationState.AWARDED, disposed_at=None), is_by_marks=True)
