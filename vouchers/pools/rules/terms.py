"""What a call for a pool asks, and by what it judges: read from the lines that a manager types. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

MOST_LINES = 20
HIGHEST = Decimal(5)


@dataclass(frozen=True, slots=True)
class PoolCriterion:
    """One criterion: its weight among the others, and the mark below which nobody is admitted (0: none)."""

    code: str
    name: str
    weight: Decimal
    threshold: Decimal


@dataclass(frozen=True, slots=True)
class Asked:
    """A further question, or a file that is asked for."""

    code: str
    label: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class PoolTerms:
    """All that a call asks beside what every call asks."""

    criteria: tuple[PoolCriterion, ...]
    questions: tuple[Asked, ...] = ()
    files: tuple[Asked, ...] = ()


def read_criteria(text: str) -> tuple[PoolCriterion, ...]:
    """One criterion a line: ``Knowledge of the field; 60; 3``; weight 1 and no threshold where they are left out.

    Raises:
        RuleBroken: field ``criteria``.
    """
    lines = _lines(text, "criteria")
    if not lines:
        raise RuleBroken(_("Enter at least one criterion."), field="criteria")
    return tuple(_criterion(line, number) for number, line in enumerate(lines, 1))


def _criterion(line: str, number: int) -> PoolCriterion:
    name, weight, threshold = (part.strip() for part in (*line.split(";"), "", "")[:3])
    if not name:
        raise RuleBroken(_("Line %(number)s names no criterion.", number=number), field="criteria")
    weighed, least = _number(weight or "1"), _number(threshold or "0")
    if weighed is None or not 0 < weighed <= 1000:
        sentence = _("Line %(number)s: the weight is a number above 0 and up to 1000.", number=number)
        raise RuleBroken(sentence, field="criteria")
    if least is None or not is_mark(least):
        sentence = _("Line %(number)s: the least mark is 0 to 5 in halves.", number=number)
        raise RuleBroken(sentence, field="criteria")
    return PoolCriterion(f"c{number}", name, weighed, least)


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def is_mark(mark: Decimal) -> bool:
    """Whether it is 0 to 5 in halves."""
    return 0 <= mark <= HIGHEST and mark * 2 == int(mark * 2)


def read_asked(must: str, may: str, field: str, prefix: str) -> tuple[Asked, ...]:
    """Questions or files, one a line: those that must be answered, then those that may.

    Raises:
        RuleBroken: there are too many lines (field ``field``).
    """
    lines = [(line, True) for line in _lines(must, field)] + [(line, False) for line in _lines(may, field)]
    return tuple(Asked(f"{prefix}{number}", line, must) for number, (line, must) in enumerate(lines, 1))


def _lines(text: str, field: str) -> list[str]:
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise RuleBroken(_("Enter at most %(most)s lines.", most=MOST_LINES), field=field)
    return lines


def as_stored(terms: PoolTerms) -> dict[str, Any]:
    """The terms as the column keeps them."""
    return {
        "criteria": [[one.code, one.name, str(one.weight), str(one.threshold)] for one in terms.criteria],
        "questions": [[one.code, one.label, one.is_required] for one in terms.questions],
        "files": [[one.code, one.label, one.is_required] for one in terms.files],
    }


def read_terms(stored: Mapping[str, Any]) -> PoolTerms:
    """The terms that the column keeps."""
    return PoolTerms(
        tuple(PoolCriterion(code, name, Decimal(w), Decimal(least)) for code, name, w, least in stored["criteria"]),
        tuple(Asked(*one) for one in stored["questions"]),
        tuple(Asked(*one) for one in stored["files"]),
    )


def ensure_times(opens_at: datetime, closes_at: datetime) -> None:
    """A call opens before it closes. Raises `RuleBroken` (field ``closes_on``)."""
    if opens_at >= closes_at:
        raise RuleBroken(_("The call must close after it opens."), field="closes_on")


def ensure_publishable(closes_at: datetime, at: datetime) -> None:
    """A call that is over cannot be published. Raises `RuleBroken`."""
    if closes_at <= at:
        raise RuleBroken(_("The deadline has passed. Set a later one before you publish."))


def ensure_later(closes_at: datetime, before: datetime, at: datetime) -> None:
    """A deadline is only ever moved back, so that nobody is cut short. Raises `RuleBroken` (field ``closes_on``)."""
    if closes_at <= before or closes_at <= at:
        raise RuleBroken(
            _("The new deadline must be later than the old one, and lie in the future."), field="closes_on"
        )
