"""What a new version of a file may change, and how differences are told."""

from __future__ import annotations

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.programmes.rules.changes import (
    MOST_LINES,
    Difference,
    PublishedChanged,
    ensure_nothing_left_out,
    ensure_only_more,
    ensure_same_lines,
    list_differences,
)


def money(cents: int) -> dict[str, object]:
    return {"cents": cents, "currency": "EUR"}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, ["a: 1 -> 2"]),
        ({"a": None}, {"a": "2026-01-01"}, ["a: (none) -> 2026-01-01"]),
        ({"cap": money(50000)}, {"cap": money(60000)}, ["cap: EUR 500.00 -> EUR 600.00"]),
        ({"regions": ["BE"]}, {"regions": ["BE", "FR"]}, ["regions: BE -> BE, FR"]),
        ({"title": {"versions": [["en", "A"]]}}, {"title": {"versions": [["en", "B"]]}}, ["title: A -> B"]),
        ({"x": [{"code": "a", "n": 1}]}, {"x": [{"code": "a", "n": 2}]}, ["x[a].n: 1 -> 2"]),
        (
            {"x": [{"code": "a"}, {"code": "b"}]},
            {"x": [{"code": "b"}, {"code": "c"}]},
            ["x[a]: a -> (none)", "x[c]: (none) -> c"],
        ),
        (
            {"envelopes": [{"region": "BE-WAL", "instrument": None, "amount": money(100)}]},
            {"envelopes": [{"region": "BE-WAL", "instrument": None, "amount": money(200)}]},
            ["envelopes[BE-WAL].amount: EUR 1.00 -> EUR 2.00"],
        ),
        ({"text": "x" * 200}, {"text": "y"}, ["text: " + "x" * 77 + "... -> y"]),
    ],
)
def test_differences_are_told_line_by_line(before, after, told):
    assert [str(difference) for difference in list_differences(before, after)] == told


def test_a_published_call_that_would_change_is_told_with_each_line_and_what_to_do():
    said = str(PublishedChanged(["2026-1", "2027-1"], [Difference("rules.a", 1, 3)]))

    assert said.startswith("Published calls (2026-1, 2027-1) change only by a correction")
    assert "“Correct a published call”" in said
    assert said.endswith("Nothing was loaded. The file differs here:\nrules.a: 1 -> 3")


@pytest.mark.parametrize(
    "path", ["fund_lines[ERDF].rate", "fund_lines[NEW]", "rules.state_aid_in", "regions[NO-OSL].country"]
)
def test_no_correction_is_promised_of_what_the_browser_does_not_ask(path):
    said = str(PublishedChanged(["2026-1"], [Difference(path, 1, 3)]))

    assert said.startswith("Fund lines, and the country and legal basis of a region, stay as they were published")


def test_very_many_differences_are_counted():
    many = [Difference(f"k{number}", 0, 1) for number in range(MOST_LINES + 7)]

    assert str(PublishedChanged(["c"], many)).endswith("\n... 7")


def test_what_was_published_stays_in_the_file():
    ensure_nothing_left_out("call", ["a"], ["a", "b"])
    with pytest.raises(RuleBroken, match="leaves out call a, c"):
        ensure_nothing_left_out("call", ["a", "b", "c"], ["b"])


def test_envelopes_only_grow():
    assert ensure_only_more("e", EUR("10"), EUR("10")) == EUR("0")
    assert ensure_only_more("e", EUR("10"), EUR("10.01")) == EUR("0.01")
    with pytest.raises(RuleBroken, match=r"shrink from EUR 10\.00 to EUR 9\.99"):
        ensure_only_more("e", EUR("10"), EUR("9.99"))


def test_fund_lines_with_money_stay():
    ensure_same_lines("e", [("ERDF", 1)], [("ERDF", 1)])
    with pytest.raises(RuleBroken, match="fund lines"):
        ensure_same_lines("e", [("ERDF", 1)], [("ERDF", 2)])
