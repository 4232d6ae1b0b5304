"""A day is that of a region or of the office; never, by accident, the one that it is in UTC."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.source import modules

PARTS = {"date", "year", "month", "day"}
ALLOWED = {"vouchers.packs.exports.archive"}
"""The time of a file inside a ZIP: whoever builds it anew elsewhere gets the same bytes."""


def is_moment(node: ast.AST) -> bool:
    """Whether an expression is called as moments are: ``at``, ``now``, ``started_at``, ``clock.now()``; all in UTC."""
    if isinstance(node, ast.Call):
        return is_moment(node.func)
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name in {"at", "now", "moment", "stamp"} or name.endswith("_at")


def days_of(tree: ast.AST) -> list[int]:
    """The lines on which a day, month or year is taken of a moment, or written of it, without a time zone."""
    parts = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in PARTS and is_moment(node.value)
    ]
    written = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.FormattedValue)
        and is_moment(node.value)
        and node.format_spec is not None
        and is_day(ast.unparse(node.format_spec))
    ]
    return sorted(parts + written)


def is_day(pattern: str) -> bool:
    """Whether it writes a day without its time; a whole moment says that it is in UTC."""
    return "%H" not in pattern and any(sign in pattern for sign in ("%Y", "%m", "%d"))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("clock.now().date()", 1),
        ("now().date()", 1),
        ("at.date()", 1),
        ("row.decided_at.date()", 1),
        ("numbered('S', at.year)", 1),
        ("f'{clock.now():%Y-%m-%d}'", 1),
        ("f'{at:%Y-%m-%dT%H:%M:%SZ}'", 0),
        ("office_day(at).year", 0),
        ("day_in(zone, at)", 0),
        ("at.astimezone(zone).date()", 0),
        ("local.date()", 0),
    ],
)
def test_what_takes_the_day_in_utc_is_seen(text, count):
    assert len(days_of(ast.parse(text))) == count


def test_no_day_is_that_of_a_moment_in_utc():
    """Ask `clock.office_day`, `clock.day_in` or `web.reader_day` (see `vouchers.core.clock`)."""
    asked = {name: tree for name, tree in modules().items() if name not in ALLOWED}
    found = {name: lines for name, tree in asked.items() if (lines := days_of(tree))}
    assert {name: lines for name, lines in found.items() if not name.startswith("vouchers.demo")} == {}
