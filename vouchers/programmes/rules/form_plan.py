"""The form of a call: sections, questions, options, conditions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from vouchers.core.localised import Text
from vouchers.core.money import Money


class QuestionType(StrEnum):
    """What kind of answer a question takes."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    DECLARATION = "declaration"
    EMAIL = "email"
    URL = "url"
    TABLE = "table"
    FILE = "file"
    ORGANISATION = "organisation"
    PROVIDER = "provider"
    EXPERT = "expert"


class ColumnType(StrEnum):
    """What a cell of a table takes."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"


class Required(StrEnum):
    """When an answer is needed: to leave the section, to submit, or never."""

    DRAFT = "draft"
    SUBMISSION = "submission"
    NO = "no"


class Reader(StrEnum):
    """Who reads an application besides those who wrote it."""

    MANAGER = "manager"
    FINANCE_OFFICER = "finance_officer"
    COORDINATOR = "coordinator"
    AUDITOR = "auditor"
    EXPERT = "expert"


class Comparison(StrEnum):
    """How a condition looks at an answer."""

    IS = "is"
    IS_NOT = "is_not"
    ANY_OF = "any_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"


class FileKind(StrEnum):
    """A kind of file that a question may ask for."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    DOCX = "docx"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Condition:
    """What an earlier answer must be. `values` are option codes, ``yes`` or ``no``, or one number in decimal text."""

    question: str
    comparison: Comparison
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class Question:
    """One question, or one column of a table.

    Bounds are Decimal (number), Money (money) or date (date); empty `instruments`: shown for all.
    """

    code: str
    type: QuestionType
    label: Text
    hint: Text
    is_required: bool
    max_length: int
    minimum: Decimal | Money | date | None
    maximum: Decimal | Money | date | None
    decimals: int
    currency: str
    options: tuple[Option, ...]
    instruments: tuple[str, ...]
    show_to_experts: bool
    is_required_at_once: bool = False
    """Whether the section cannot be left without an answer."""
    show_if: tuple[Condition, ...] = ()
    """All of them must hold."""
    visible_to: tuple[Reader, ...] = ()
    """Who reads the answer; empty: everybody who reads the application."""
    is_blind: bool = False
    """Kept from the experts where the call is marked blind."""
    least: int = 0
    most: int = 0
    """How many rows, files or picks; 0: no bound of its own."""
    columns: tuple[Question, ...] = ()
    kinds: tuple[FileKind, ...] = ()
    """Of files; empty: every kind that the office takes."""
    max_megabytes: int = 0
    """Of each file; 0: what the office takes."""

    def is_asked_for(self, instrument_code: str) -> bool:
        """Whether an application for this instrument sees the question."""
        return not self.instruments or instrument_code in self.instruments

    def is_open_to(self, readers: frozenset[Reader], *, is_blind: bool = False) -> bool:
        """Whether somebody who reads as one of these sees the answer; `is_blind`: the call is marked blind."""
        allowed = readers & frozenset(self.visible_to or Reader)
        if not self.show_to_experts or (is_blind and self.is_blind):
            allowed -= {Reader.EXPERT}
        return bool(allowed)


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the form."""

    code: str
    title: Text
    hint: Text
    questions: tuple[Question, ...]
    show_if: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """The sections that an applicant fills in."""

    code: str
    sections: tuple[Section, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions in the order of the form."""
        return tuple(question for section in self.sections for question in section.questions)
