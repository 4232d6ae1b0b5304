"""The fields of answers of several parts: tables, organisations, entries of the directory, files.

A table posts ``name-row-column``, an organisation ``name-part``, an entry ``name-name`` (what was typed),
``name-id`` (what was chosen) and ``name-was`` (what was chosen before).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vouchers.applications.forms.asked import AskedField, as_typed
from vouchers.applications.rules.asking import DATE_PARTS, field_name
from vouchers.core.choices import FileField
from vouchers.core.days import date_parts
from vouchers.core.fields import OfficeField, Text
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.core.typed import clean_line
from vouchers.programmes.rules.composite_answers import ORGANISATION_PARTS, most_rows, rows_of, sums_of
from vouchers.programmes.rules.form_plan import Question, QuestionType
from vouchers.programmes.rules.question_types import read_answer

LONGEST_CELL = 2_000


def boxes_of(question: Question, value: Any) -> dict[str, str]:
    """The boxes of a stored answer with several of them, by their posted names."""
    name = field_name(question.code)
    match question.type:
        case QuestionType.DATE:
            return {f"{name}-{part}": text for part, text in date_parts(value).items()}
        case QuestionType.TABLE:
            return {
                f"{name}-{number}-{column.code}": cell_text(column, row.get(column.code))
                for number, row in enumerate(rows_of(value))
                for column in question.columns
            }
        case QuestionType.ORGANISATION:
            parts = value if isinstance(value, Mapping) else {}
            return {f"{name}-{part}": str(parts.get(part) or "") for part in ORGANISATION_PARTS}
        case QuestionType.PROVIDER | QuestionType.EXPERT:
            entry = value if isinstance(value, Mapping) else {"name": value}
            number = str(entry.get("id") or "")
            typed = "" if number else str(entry.get("name") or "")  # a chosen entry leaves the box free to search in
            return {f"{name}-name": typed, f"{name}-id": number, f"{name}-was": number}
    return {}


def cell_text(column: Question, value: Any) -> str:
    """A stored cell as it stands in its box; a day as 1.10.2026."""
    if column.type is QuestionType.DATE and isinstance(value, str) and value.count("-") == 2:
        return ".".join(date_parts(value)[part] for part in DATE_PARTS)
    return as_typed(column, value)


class SeveralBoxes(AskedField, OfficeField):
    """A field that reads boxes of its own."""

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(None, *args, **kwargs)
        if formdata is not None and self.is_posted(formdata):
            self.take(formdata)

    def is_posted(self, formdata: Any) -> bool:
        """Whether any box of this field was sent."""
        return any(name.startswith(f"{self.name}-") for name in formdata)

    def take(self, formdata: Any) -> None:
        """Read the boxes."""
        raise NotImplementedError

    def process_data(self, value: Any) -> None:
        """Show a stored answer."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Cell:
    """One box of a table."""

    id: str
    column: Question
    label: str
    text: str
    options: list[tuple[str, str]] = field(default_factory=list)


class AskedTable(SeveralBoxes):
    """Rows of boxes, with buttons that add and remove a row."""

    kind = "table"

    def __init__(self, label: Text = "", *, language: str = "", **kwargs: Any):
        self.language = language
        self.rows: list[dict[str, Any]] = []
        super().__init__(label, **kwargs)

    @property
    def given(self) -> Any:
        return self.rows or None

    @property
    def is_kept(self) -> bool:  # type: ignore[override]
        """A table with too many rows is refused as a whole; what was saved before stays."""
        return len(self.rows) <= most_rows(self.question)

    def process_data(self, value: Any) -> None:
        self.data, self.rows = None, rows_of(value)
        self.raw = "rows" if self.rows else ""

    def take(self, formdata: Any) -> None:
        pattern = re.compile(rf"{re.escape(self.name)}-(\d{{1,6}})-([a-z0-9_]+)")
        columns = {column.code for column in self.question.columns}
        rows: dict[int, dict[str, Any]] = {}
        for name in formdata:
            found = pattern.fullmatch(name)
            if found and found[2] in columns:
                row = rows.setdefault(int(found[1]), {})
                row[found[2]] = clean_line(str(formdata.get(name))[:LONGEST_CELL])
        self.rows = [rows[number] for number in sorted(rows)]
        self.raw = "rows" if self.rows else ""

    @property
    def headings(self) -> list[str]:
        """What stands over the columns."""
        return [
            self._label(column)
            if column.is_required
            else str(_("%(question)s (optional)", question=self._label(column)))
            for column in self.question.columns
        ]

    def _label(self, column: Question) -> str:
        label = column.label.in_language(self.language)
        return f"{label} ({column.currency})" if column.type is QuestionType.MONEY else label

    @property
    def lines(self) -> list[list[Cell]]:
        """The rows as drawn: those that are there, and at least as many as are asked for."""
        rows = self.rows[: most_rows(self.question)]
        rows = [*rows, *({} for _number in range(max(self.question.least, 1) - len(rows)))]
        return [
            [self._cell(number, row, column) for column in self.question.columns] for number, row in enumerate(rows)
        ]

    def _cell(self, number: int, row: Mapping[str, Any], column: Question) -> Cell:
        text = cell_text(column, row.get(column.code))
        options = [(option.code, option.label.in_language(self.language)) for option in column.options]
        label = str(_("%(column)s, row %(number)s", column=self._label(column), number=number + 1))
        return Cell(f"{self.name}-{number}-{column.code}", column, label, text, options)

    @property
    def may_grow(self) -> bool:
        """Whether a row may be added."""
        return len(self.lines) < most_rows(self.question)

    @property
    def most(self) -> int:
        """How many rows there may be."""
        return most_rows(self.question)

    @property
    def sums(self) -> list[tuple[str, str, Money]]:
        """Code, heading and sum over the drawn rows of each money column."""
        found = sums_of(self.question, self.rows[: most_rows(self.question)], read_answer)
        return [
            (column.code, column.label.in_language(self.language), found[column.code])
            for column in self.question.columns
            if column.code in found
        ]

    @property
    def target_id(self) -> str:
        return self.lines[0][0].id


class AskedOrganisation(SeveralBoxes):
    """An organisation in several boxes."""

    kind = "parts"
    WIDTHS: Mapping[str, int] = {"country": 2, "register_number": 20, "vat_number": 20}

    def __init__(self, label: Text = "", **kwargs: Any):
        self.parts: dict[str, str] = {}
        super().__init__(label, **kwargs)

    @property
    def given(self) -> Any:
        return dict(self.parts) if any(self.parts.values()) else None

    def process_data(self, value: Any) -> None:
        self.data = None
        parts = value if isinstance(value, Mapping) else {}
        self.parts = {part: str(parts.get(part) or "") for part in ORGANISATION_PARTS}
        self.raw = " ".join(text for text in self.parts.values() if text)

    def take(self, formdata: Any) -> None:
        self.process_data(
            {
                part: clean_line(str(formdata.get(f"{self.name}-{part}", ""))[:LONGEST_CELL])
                for part in ORGANISATION_PARTS
            }
        )

    @property
    def boxes(self) -> list[tuple[str, Text, str, int]]:
        """(id, label, text, width) of each box."""
        return [
            (f"{self.name}-{part}", label, self.parts[part], self.WIDTHS.get(part, 0))
            for part, (label, _most) in ORGANISATION_PARTS.items()
        ]

    @property
    def target_id(self) -> str:
        return f"{self.name}-name"


class AskedEntry(SeveralBoxes):
    """An entry of the directory: a box to search in, and what was found to choose from."""

    kind = "entry"

    def __init__(self, label: Text = "", **kwargs: Any):
        self.typed, self.chosen, self.chosen_name = "", "", ""
        self.found: Sequence[Any] = ()
        """What the page offers; set by the view."""
        self.is_free = False
        """Whether a name that is not found will do; set by the view."""
        super().__init__(label, **kwargs)

    @property
    def given(self) -> Any:
        if self.chosen:
            return {"id": int(self.chosen), "name": self.typed or "?"}
        return {"name": self.typed} if self.typed else None

    def process_data(self, value: Any) -> None:
        self.data = None
        entry = value if isinstance(value, Mapping) else {"name": value or ""}
        self.chosen, name = str(entry.get("id") or ""), str(entry.get("name") or "")
        self.chosen_name, self.typed = (name, "") if self.chosen else ("", name)
        self.raw = name

    def take(self, formdata: Any) -> None:
        box = {part: clean_line(str(formdata.get(f"{self.name}-{part}", ""))[:200]) for part in ("name", "id", "was")}
        chosen = box["id"] if re.fullmatch(r"[1-9][0-9]{0,9}", box["id"], re.ASCII) else ""
        is_searching = bool(box["name"]) and chosen == box["was"]
        self.chosen = "" if is_searching else chosen
        self.typed = box["name"]
        self.raw = box["name"] or (self.chosen_name if self.chosen else "")

    @property
    def is_open_search(self) -> bool:
        """Whether a name was typed that is no entry yet."""
        return bool(self.typed) and not self.chosen

    @property
    def target_id(self) -> str:
        return f"{self.name}-name"


class AskedFiles(AskedField, FileField):
    """Files that answer a question; they are stored as files, not as an answer."""

    kind = "files"
    is_kept = False

    def __init__(self, label: Text = "", **kwargs: Any):
        self.there: Sequence[Any] = ()
        """What stands there already; set by the view."""
        super().__init__(label, **kwargs)

    @property
    def given(self) -> Any:
        return None

    def pre_validate(self, _form: Any) -> None:
        """Each file is judged alone, when it is taken."""
