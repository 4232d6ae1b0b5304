"""What was typed of a public source of chance, held against what is expected of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.text import say_count
from vouchers.draws.rules.lots import Groups
from vouchers.programmes.rules.chance import Expected

MOST_NUMBERS = 200
_NUMBER = re.compile(r"\d{1,18}(\.\d{1,9})?")
_BETWEEN = re.compile(r"[\s,;]+")


def read_numbers(typed: str, expected: Sequence[Expected]) -> list[list[str]]:
    """The numbers as they were typed: each source on a line of its own (or ended by a slash), sorted as typed.

    Raises:
        RuleBroken: nothing was typed, something is no number, or it is not what the source gives.
    """
    lines = [[part for part in _BETWEEN.split(line) if part] for line in re.split(r"[\n/]", typed)]
    groups = [line for line in lines if line]
    if not groups:
        raise RuleBroken(_("Enter the numbers of the source."), field="numbers")
    if sum(len(group) for group in groups) > MOST_NUMBERS:
        raise RuleBroken(_("Enter at most %(most)s numbers.", most=MOST_NUMBERS), field="numbers")
    for part in (part for group in groups for part in group):
        if not part.isascii() or not _NUMBER.fullmatch(part):
            raise RuleBroken(
                _("“%(part)s” is no number. Enter only figures, with spaces between the numbers.", part=part[:40]),
                field="numbers",
            )
    if expected:
        _ensure_as_expected(groups, expected)
    return groups


def _ensure_as_expected(groups: list[list[str]], expected: Sequence[Expected]) -> None:
    if len(groups) != len(expected):
        raise RuleBroken(
            say_count(
                "Enter %(count)s line of numbers; you entered %(typed)s.",
                "Enter %(count)s lines of numbers, one for each draw of the source; you entered %(typed)s.",
                len(expected),
                typed=len(groups),
            ),
            field="numbers",
        )
    for group, one in zip(groups, expected, strict=True):
        if len(group) != one.count:
            raise RuleBroken(
                say_count(
                    "The source gives %(count)s number here; you entered %(typed)s.",
                    "The source gives %(count)s numbers here; you entered %(typed)s.",
                    one.count,
                    typed=len(group),
                ),
                field="numbers",
            )
        values = [Decimal(part) for part in group]
        for part, value in zip(group, values, strict=True):
            if value != int(value) or not 1 <= value <= one.highest:
                raise RuleBroken(
                    _("“%(part)s” is not between 1 and %(highest)s.", part=part, highest=one.highest), field="numbers"
                )
            if values.count(value) > 1:
                raise RuleBroken(_("The source never gives a number twice, but “%(part)s” is there twice.", part=part),
                                 field="numbers")  # fmt: skip


def as_numbers(groups: Sequence[Sequence[str]]) -> Groups:
    """The values of what was typed."""
    return [[Decimal(part) for part in group] for group in groups]
