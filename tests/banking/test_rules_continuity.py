"""Balances, within a statement and from one to the next."""

from dataclasses import replace

import pytest

from vouchers.banking.rules.continuity import Frame, find_gap, joins, list_findings

FRAME = Frame("2", "2", "EUR", opening=10_000, closing=7_500, moved=-2_500, entries=3, stated_entries=None)
BEFORE = Frame("1", "1", "EUR", opening=0, closing=10_000, moved=10_000, entries=1, stated_entries=1)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, []),
        ({"stated_entries": 3}, []),
        ({"moved": -2_400}, ["from EUR 100.00 to EUR 76.00, but the closing balance is EUR 75.00"]),
        ({"opening": None}, ["no opening or no closing balance"]),
        ({"closing": None}, ["no opening or no closing balance"]),
        ({"stated_entries": 4}, ["speaks of 4 entries, and the statement holds 3"]),
        ({"moved": 0, "stated_entries": 4}, ["closing balance", "speaks of 4"]),
    ],
)
def test_within_a_statement(change, says):
    findings = [finding.source for finding in list_findings(replace(FRAME, **change))]
    assert len(findings) == len(says)
    assert all(words in finding for words, finding in zip(says, findings, strict=True))


@pytest.mark.parametrize(
    ("before", "frame", "says"),
    [
        (None, FRAME, ""),
        (BEFORE, FRAME, ""),
        (replace(BEFORE, closing=9_999), FRAME, "closed with EUR 99.99, and this one opens with EUR 100.00"),
        (replace(BEFORE, closing=-1), FRAME, "is missing"),
        (replace(BEFORE, closing=None), FRAME, ""),
        (replace(BEFORE, closing=None), replace(FRAME, sequence="4"), "is the last one before this"),
        (replace(BEFORE, closing=None), replace(FRAME, sequence="A"), ""),
        (BEFORE, replace(FRAME, sequence="9"), ""),  # the balances join, whatever the bank counts
    ],
)
def test_from_one_statement_to_the_next(before, frame, says):
    gap = find_gap(frame, before)
    assert says in gap.source if says else gap is None


@pytest.mark.parametrize(
    ("before", "opening", "expected"), [(None, 1, True), (1, None, True), (1, 1, True), (1, 2, False), (0, 0, True)]
)
def test_joins(before, opening, expected):
    assert joins(before, opening) is expected
