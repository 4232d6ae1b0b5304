"""Texts in several languages reach people in their own: nothing takes the programme's first language by accident."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_TEXT = (
    r"(?:plan\.(?:name|title|summary|description|funder)|(?:region|criterion|instrument|category)\.name"
    r"|call\.title|(?:question|column)\.label)"
)
_IN_PROGRAM = re.compile(rf"\bstr\([\w.]*\b{_TEXT}\)|\{{[\w.]*\b{_TEXT}\}}")
_IN_TEMPLATE = re.compile(
    rf"(?<!said\()\b{_TEXT}\)* *\| *(?:string|lower|upper|trim|truncate|replace|capitalize)\b"
    rf"|\b{_TEXT} ~|~ [\w.]*\b{_TEXT}(?![\w.])"
)
"""By a filter, or by putting texts together: `~` does not ask a text for its reader's language."""
PLAIN = {"vouchers/programmes/actions/loading.py", "vouchers/schemes/rules/partners.py", "vouchers/demo/claiming.py"}
"""What is stored or compared as the programme's own text."""


@pytest.mark.parametrize(
    ("folder", "ending", "wrong"),
    [("vouchers", "py", _IN_PROGRAM), ("templates", "html", _IN_TEMPLATE)],
    ids=["program", "templates"],
)
def test_no_text_is_taken_without_the_readers_language(folder: str, ending: str, wrong: re.Pattern[str]) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sorted((ROOT / folder).rglob(f"*.{ending}"))
        if str(path.relative_to(ROOT)) not in PLAIN
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if wrong.search(line)
    ]
    assert found == []
