"""Answers of several parts: tables, organisations, entries of the directory, files.

Canonical forms: a list of rows, each a block of column codes (table); a block of the parts that were given
(organisation); ``{"id": 12, "name": "..."}``, without id where the name was written freely (provider, expert);
``[{"id": 7, "filename": "plan.pdf"}]`` (file).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vouchers.core.countries import COUNTRIES
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import Sentence, say_count
from vouchers.core.text import say as _
from vouchers.programmes.rules.form_plan import Question, QuestionType

Read = Callable[[Question, Any], Any]
Show = Callable[[Question, Any], str]

MOST_ROWS = 200
"""No table answer has more, whatever the form says."""
MOST_FILES = 20
ORGANISATION_PARTS: dict[str, tuple[Sentence, int]] = {
    "name": (_("Name"), 200),
    "country": (_("Country"), 2),
    "register_number": (_("Number in the company register"), 60),
    "vat_number": (_("VAT number"), 30),
    "town": (_("Town"), 100),
    "website": (_("Web address"), 300),
}
"""Part -> (what the applicant reads, its longest text)."""
NEEDED_PARTS = ("name", "country")


def most_rows(question: Question) -> int:
    """How many rows a table may have."""
    return min(question.most or MOST_ROWS, MOST_ROWS)


def rows_of(stored: Any) -> list[dict[str, Any]]:
    """The rows of a stored table; of anything else, none."""
    return [dict(row) for row in stored if isinstance(row, Mapping)] if isinstance(stored, Sequence) else []


def ensure_few_rows(question: Question, rows: Sequence[Any]) -> None:
    """A bound for every table, so that nobody must read ten thousand lines."""
    if len(rows) > most_rows(question):
        raise _broken(
            question,
            _(
                "This table takes at most %(most)s rows, but %(count)s were sent. None of them was saved; what was "
                "saved before is still there.",
                most=most_rows(question),
                count=len(rows),
            ),
        )


def read_table(question: Question, given: Any, read: Read) -> list[dict[str, Any]] | None:
    """The rows in which anything stands."""
    if not isinstance(given, Sequence) or isinstance(given, str) or not all(isinstance(row, Mapping) for row in given):
        raise _broken(question, _("This answer cannot be read."))
    ensure_few_rows(question, given)
    rows = [(number, row) for number, row in enumerate(given, start=1) if not is_blank(row)]
    found = [cells for number, row in rows if (cells := _read_row(question, number, row, read))]
    if found and len(found) < question.least:
        raise _broken(
            question,
            say_count("Fill in at least %(count)s row.", "Fill in at least %(count)s rows.", question.least),
        )
    return found or None


def is_blank(row: Mapping[str, Any]) -> bool:
    """Whether nothing stands in the row."""
    return all(cell is None or not str(cell).strip() for cell in row.values())


def _read_row(question: Question, number: int, row: Mapping[str, Any], read: Read) -> dict[str, Any]:
    found = {}
    for column in question.columns:
        place = {"number": number, "column": column.label}
        try:
            cell = read(column, row.get(column.code))
        except RuleBroken as refused:
            sentence = _("Row %(number)s, “%(column)s”: %(reason)s", **place, reason=refused.sentence)
            raise _broken(question, sentence) from None
        if cell is not None:
            found[column.code] = cell
        elif column.is_required:
            raise _broken(question, _("Row %(number)s: “%(column)s” is missing.", **place))
    return found


def sums_of(question: Question, stored: Any, read: Read) -> dict[str, Money]:
    """The sum of each money column, over the cells that can be read."""
    sums: dict[str, Money] = {}
    for column in question.columns:
        if column.type is QuestionType.MONEY:
            cents = sum(_cents(column, row.get(column.code), read) for row in rows_of(stored))
            sums[column.code] = Money(cents, column.currency or "EUR")
    return sums


def _cents(column: Question, cell: Any, read: Read) -> int:
    try:
        amount = read(column, cell)
    except RuleBroken:
        return 0
    return int(amount["cents"]) if isinstance(amount, dict) else 0


def read_organisation(question: Question, given: Any) -> dict[str, str] | None:
    """Name and country at least."""
    if not isinstance(given, Mapping):
        raise _broken(question, _("This answer cannot be read."))
    found = {part: " ".join(str(given.get(part) or "").split()) for part in ORGANISATION_PARTS}
    found = {part: text for part, text in found.items() if text}
    if not found:
        return None
    for part, text in found.items():
        label, most = ORGANISATION_PARTS[part]
        if part == "country":
            found[part] = text.upper()
            if text.upper() not in COUNTRIES:
                raise _broken(question, _("Write the country in two letters, such as BE."))
        elif len(text) > most:
            raise _broken(question, _("“%(part)s” may have at most %(most)s characters.", part=label, most=most))
    for part in NEEDED_PARTS:
        if part not in found:
            raise _broken(question, _("“%(part)s” is missing.", part=ORGANISATION_PARTS[part][0]))
    return found


def read_entry(question: Question, given: Any) -> dict[str, Any]:
    """An entry of the directory, or a name that was written; whether that is enough, the instrument says."""
    if isinstance(given, str):
        given = {"name": given}
    if not isinstance(given, Mapping) or not isinstance(given.get("name"), str) or not given["name"].strip():
        raise _broken(question, _("This answer cannot be read."))
    name, number = " ".join(given["name"].split()), given.get("id")
    if len(name) > 200:
        raise _broken(question, _("A name may have at most %(most)s characters.", most=200))
    is_entry = isinstance(number, int) and not isinstance(number, bool) and number > 0
    return {"id": number, "name": name} if is_entry else {"name": name}


def read_files(question: Question, given: Any) -> list[dict[str, Any]]:
    """The files that stand under the question."""
    if not isinstance(given, Sequence) or isinstance(given, str) or not all(_is_file(item) for item in given):
        raise _broken(question, _("This answer cannot be read."))
    if len(given) < question.least:
        sentence = say_count("Attach at least %(count)s file.", "Attach at least %(count)s files.", question.least)
        raise _broken(question, sentence)
    return [{"id": item["id"], "filename": item["filename"]} for item in given]


def _is_file(item: Any) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get("id"), int) and isinstance(item.get("filename"), str)


def _broken(question: Question, sentence: Sentence) -> RuleBroken:
    return RuleBroken(sentence, field=question.code)


# Showing -------------------------------------------------------------------------------------------------------------


def show_table(question: Question, rows: Sequence[Mapping[str, Any]], show: Show, read: Read) -> str:
    """One line for each row in which anything stands, then the sums."""
    columns = {column.code: column for column in question.columns}
    lines = []
    for number, row in enumerate((row for row in rows if not is_blank(row)), start=1):
        cells = [
            f"{columns[code].label if code in columns else code}: {show(columns.get(code, question), cell)}"
            for code, cell in _in_order(row, columns)
        ]
        lines.append(f"{number}. " + "; ".join(cells))
    for code, amount in sums_of(question, rows, read).items() if lines else ():
        lines.append(str(_("Sum of “%(column)s”: %(amount)s", column=str(columns[code].label), amount=amount)))
    return "\n".join(lines)


def _in_order(row: Mapping[str, Any], columns: Mapping[str, Question]) -> list[tuple[str, Any]]:
    known = [code for code in columns if code in row]
    return [(code, row[code]) for code in [*known, *(code for code in row if code not in columns)]]


def show_parts(value: Mapping[str, Any]) -> str:
    """An organisation with all that was given, or the name of an entry."""
    if set(value) <= {"id", "name"}:
        return str(value.get("name", ""))
    shown = [str(value[part]) for part in ORGANISATION_PARTS if value.get(part)]
    return ", ".join(re.sub(r"\s+", " ", text) for text in shown)
