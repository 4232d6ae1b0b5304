"""Offers and terms, on paper."""

from datetime import date, timedelta

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.providers.rules.offers import Service, as_lines, as_stored, read_services, read_stored
from vouchers.providers.rules.terms import due_reminder, ensure_term

TODAY = date(2026, 3, 2)


def test_an_offer_is_read_line_by_line_and_written_again():
    text = "Usability test; 1.250,50; day\n\n  Advice \nReport; 99"
    offers = read_services(text)
    assert offers == (Service("Usability test", EUR("1250.50"), "day"), Service("Advice"), Service("Report", EUR("99")))
    assert read_stored(as_stored(offers)) == offers
    assert read_services(as_lines(offers)) == offers
    assert read_services(as_lines([Service("Advice", None, "hour")])) == (Service("Advice", None, "hour"),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("; 850", "Line 1 names no service"),
        ("Test; cheap", "Line 1: “cheap” is no price"),
        ("Test; 1.250", "is no price"),
        ("Test; -3", "is no price"),
        ("Test\n" * 41, "at most 40"),
    ],
)
def test_an_offer_that_cannot_be_read_is_refused(text, sentence):
    with pytest.raises(RuleBroken, match=sentence) as refusal:
        read_services(text)
    assert refusal.value.field == "services"


@pytest.mark.parametrize(
    ("left", "reminded", "due"),
    [
        (61, None, None), (60, None, 60), (15, 60, None), (14, 60, 14), (14, 14, None), (3, 60, 14), (10, None, 14),
        (0, 60, 14), (-1, None, None),
    ],
)  # fmt: skip
def test_the_end_of_a_term_is_announced_twice(left, reminded, due):
    assert due_reminder(TODAY + timedelta(days=left), reminded, TODAY) == due


def test_a_term_without_an_end_is_never_announced():
    assert due_reminder(None, None, TODAY) is None
    ensure_term(None, TODAY, "until")


@pytest.mark.parametrize("until", [TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=4000)])
def test_a_term_ends_in_the_near_future(until):
    with pytest.raises(RuleBroken):
        ensure_term(until, TODAY, "until")
