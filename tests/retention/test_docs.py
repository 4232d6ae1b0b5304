"""The tables of docs/retention.md say what the rules say."""

from __future__ import annotations

import re
from pathlib import Path

from vouchers.documents.classes import CLASS_OF_KIND, Law, PaperClass
from vouchers.retention.actions.listing import MOST
from vouchers.retention.rules.classes import KINDS, TIMES

TEXT = (Path(__file__).parents[2] / "docs" / "retention.md").read_text(encoding="utf-8")


def table(name):
    """The rows of the table after a mark, without its head."""
    lines = TEXT.partition(f"<!-- {name}:")[2].splitlines()[1:]
    rows = [line for line in lines if line.startswith("|")]
    end = next(number for number, line in enumerate(lines) if number > 2 and not line.startswith("|") and rows)
    rows = [line for line in lines[:end] if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def test_the_classes():
    assert table("classes") == [
        [f"{kind.paper.value}: {kind.paper.label.source}", kind.holds.source, ", ".join(kind.laws)] for kind in KINDS
    ]


def test_the_times():
    assert table("times") == [
        [
            time.law.value,
            time.source,
            time.length + (f" (`{time.setting}`)" if time.setting else ""),
            time.counted_from.source,
        ]
        for time in TIMES
    ]


def test_each_class_of_a_file_has_its_rule_and_each_law_its_time():
    assert set(CLASS_OF_KIND.values()) | {PaperClass.DRAFT, PaperClass.PERSON} == {kind.paper for kind in KINDS}
    assert {law for kind in KINDS for law in kind.laws} == {time.law for time in TIMES}
    assert {time.law for time in TIMES} <= set(Law)


def test_the_length_of_a_list():
    assert re.search(r"At most ([\d,]+) applications", TEXT)[1].replace(",", "") == str(MOST)
