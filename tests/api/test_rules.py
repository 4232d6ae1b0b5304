"""What a finance system asks and says, on paper."""

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from vouchers.api.rules.asking import (
    Acknowledged,
    Executed,
    Misasked,
    Misworded,
    Outcome,
    fingerprint_of,
    read_acknowledged,
    read_cursor,
    read_day,
    read_executed,
    read_key,
    read_limit,
    read_word,
    write_cursor,
)
from vouchers.api.rules.tokens import ensure_expiry, ensure_rights, new_secret
from vouchers.core.errors import RuleBroken

DAY = date(2026, 12, 1)
BOOKED = {"booked_on": "2026-12-01", "bank_reference": "S-1"}


@given(some.lists(some.integers(0, 2**63 - 1), min_size=1, max_size=3))
def test_a_cursor_is_read_as_it_was_written(place):
    word = write_cursor(*place)
    assert read_cursor(word, len(place)) == tuple(place)
    assert word.isascii()
    with pytest.raises(Misasked):
        read_cursor(word, len(place) + 1)


@given(some.text(min_size=1, max_size=30))
def test_no_other_word_is_a_cursor(word):
    with contextlib.suppress(Misasked):
        place = read_cursor(word, 1)
        assert read_cursor(write_cursor(*place), 1) == place


@pytest.mark.parametrize(
    "word", ["W10", "W3RydWVd", "Wy0xXQ", "WzEuNV0", "WzkyMjMzNzIwMzY4NTQ3NzU4MDhd", "bnVsbA", "é", "{"]
)
def test_what_is_no_cursor(word):
    with pytest.raises(Misasked):
        read_cursor(word, 1)


NO_LIMITS = ("0", "501", "x", "١", "-1", "1e2")


@pytest.mark.parametrize(("text", "limit"), [("", 100), ("1", 1), ("500", 500), *((text, None) for text in NO_LIMITS)])
def test_how_many_items(text, limit):
    if limit is None:
        with pytest.raises(Misasked):
            read_limit(text)
    else:
        assert read_limit(text) == limit


@pytest.mark.parametrize("text", ["2026-13-01", "2026-1-1", "20261201", "1.12.2026", "2026-12-01T00:00"])
def test_what_is_no_day(text):
    with pytest.raises(Misasked) as refused:
        read_day(text, "from")
    assert refused.value.field == "from"


def test_days_and_words():
    assert read_day("2026-12-01", "from") == DAY
    assert read_day("", "from") is None
    assert read_word("executed", Outcome, "state") is Outcome.EXECUTED
    assert read_word("", Outcome, "state") is None
    with pytest.raises(Misasked):
        read_word("Executed", Outcome, "state")


@pytest.mark.parametrize("key", [None, "", "two words", "x" * 65, "tab\t", "é"])
def test_what_is_no_idempotency_key(key):
    with pytest.raises(Misasked):
        read_key(key)


def test_the_same_wish_has_the_same_fingerprint():
    assert fingerprint_of("/a", {"b": 1, "a": 2}) == fingerprint_of("/a", {"a": 2, "b": 1})
    assert fingerprint_of("/a", {"a": 2}) != fingerprint_of("/b", {"a": 2})
    assert fingerprint_of("/a", {"a": 2}) != fingerprint_of("/a", {"a": "2"})


def test_a_batch_that_was_executed():
    assert read_executed({"booked_on": "2026-12-01", "bank_reference": " STMT-1 "}) == Executed(DAY, "STMT-1")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"booked_on", "bank_reference"}),
        ({"booked_on": 20261201, "bank_reference": 7}, {"booked_on", "bank_reference"}),
        ({"booked_on": "2026-12-01", "bank_reference": "  "}, {"bank_reference"}),
        ({"booked_on": "2026-12-01", "bank_reference": "x" * 141}, {"bank_reference"}),
        ({"booked_on": "2026-12-01", "bank_reference": "a\nb"}, {"bank_reference"}),
        ({"booked_on": "2026-12-01", "bank_reference": "a", "amount": "7"}, {"amount"}),
        ({"booked_on": "2026-12-01", "bank_reference": "\ud800"}, {"bank_reference"}),
    ],
)
def test_a_batch_that_cannot_be_taken(body, fields):
    with pytest.raises(Misworded) as refused:
        read_executed(body)
    assert set(refused.value.faults) == fields


@pytest.mark.parametrize("body", [None, [], "executed", 7, True])
def test_a_body_that_is_no_object(body):
    for read in (read_executed, read_acknowledged):
        with pytest.raises(Misasked):
            read(body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            {"outcome": "executed", "booked_on": "2026-12-01", "bank_reference": "S-1"},
            Acknowledged(Outcome.EXECUTED, DAY, "S-1", "", ""),
        ),
        ({"outcome": "rejected", "reason_code": "AC04"}, Acknowledged(Outcome.REJECTED, None, "", "AC04", "")),
        (
            {
                "outcome": "returned",
                "booked_on": "2026-12-01",
                "bank_reference": "S-1",
                "reason_code": "MD07",
                "note": "Dead.",
            },
            Acknowledged(Outcome.RETURNED, DAY, "S-1", "MD07", "Dead."),
        ),
    ],
)
def test_what_became_of_a_payment(body, said):
    assert read_acknowledged(body) == said


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"outcome", "booked_on", "bank_reference"}),
        ({"outcome": ["executed"]}, {"outcome", "booked_on", "bank_reference"}),
        ({"outcome": "rejected"}, {"reason_code"}),
        ({"outcome": "rejected", "reason_code": "ac04"}, {"reason_code"}),
        ({"outcome": "rejected", "reason_code": "AC04", "booked_on": "2026-12-01"}, {"booked_on"}),
        (
            {"outcome": "executed", "booked_on": "2026-12-01", "bank_reference": "S", "reason_code": "AC04"},
            {"reason_code"},
        ),
        ({"outcome": "returned", "reason_code": "AC04"}, {"booked_on", "bank_reference"}),
    ],
)
def test_what_cannot_have_become_of_a_payment(body, fields):
    with pytest.raises(Misworded) as refused:
        read_acknowledged(body)
    assert set(refused.value.faults) == fields


@pytest.mark.parametrize(("days", "is_fine"), [(0, True), (366, True), (-1, False), (367, False)])
def test_a_token_ends_within_a_year(days, is_fine):
    if is_fine:
        ensure_expiry(DAY + timedelta(days=days), today=DAY)
    else:
        with pytest.raises(RuleBroken):
            ensure_expiry(DAY + timedelta(days=days), today=DAY)


def test_a_token_opens_something_and_is_not_guessed():
    with pytest.raises(RuleBroken):
        ensure_rights([])
    secrets = {new_secret() for _number in range(100)}
    assert len(secrets) == 100
    assert all(one.startswith("vouchers_") and len(one) >= 50 for one in secrets)
