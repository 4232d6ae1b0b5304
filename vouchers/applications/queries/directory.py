"""The directory from which an applicant chooses: experts of the programme's pool, and those for whom they work."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from vouchers.core.database import db
from vouchers.experts.models import Expert
from vouchers.experts.states import ExpertState
from vouchers.programmes.rules.form_plan import QuestionType
from vouchers.users.models import User

MOST_FOUND = 20
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the directory."""

    id: int
    name: str
    note: str
    """Where: the employer of an expert, the country of a provider."""


def search_directory(programme_code: str, kind: QuestionType, words: str) -> list[Entry]:
    """Entries whose name has these letters, by name; of one letter alone nothing is found."""
    words = words.strip()
    if len(words) < SHORTEST:
        return []
    name, employer = User.name.icontains(words, autoescape=True), Expert.employer.icontains(words, autoescape=True)
    wanted = employer if kind is QuestionType.PROVIDER else or_(name, employer)
    return _entries(programme_code, kind, wanted)


def find_entry(programme_code: str, kind: QuestionType, entry_id: int) -> Entry | None:
    """An entry by its id, while its expert is admitted."""
    found = _entries(programme_code, kind, Expert.id == entry_id)
    return found[0] if found else None


def _entries(programme_code: str, kind: QuestionType, wanted: ColumnElement[bool]) -> list[Entry]:
    admitted = (Expert.programme_code == programme_code, Expert.state == ExpertState.ADMITTED, wanted)
    if kind is QuestionType.PROVIDER:
        statement = (
            select(func.min(Expert.id), Expert.employer, Expert.country)
            .join(Expert.user)
            .where(*admitted, Expert.employer != "")
            .group_by(Expert.employer, Expert.country)
            .order_by(Expert.employer, Expert.country)
        )
    else:
        statement = (
            select(Expert.id, User.name, Expert.employer)
            .join(Expert.user)
            .where(*admitted)
            .order_by(User.name, Expert.id)
        )
    return [Entry(*row) for row in db.session.execute(statement.limit(MOST_FOUND))]
