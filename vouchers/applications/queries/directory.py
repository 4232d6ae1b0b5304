"""The directory from which an applicant chooses: experts of the programme's pool, and its providers."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, or_, select

from vouchers.core.database import db
from vouchers.experts.models import Expert
from vouchers.experts.states import ExpertState
from vouchers.programmes.rules.form_plan import QuestionType
from vouchers.providers.models import Provider
from vouchers.providers.states import LISTED
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
    if kind is QuestionType.PROVIDER:
        return _entries(_providers(programme_code).where(Provider.name.icontains(words, autoescape=True)))
    named = (column.icontains(words, autoescape=True) for column in (User.name, Expert.employer))
    return _entries(_experts(programme_code).where(or_(*named)))


def find_entry(programme_code: str, kind: QuestionType, entry_id: int) -> Entry | None:
    """An entry by its id, while it may be chosen."""
    if kind is QuestionType.PROVIDER:
        found = _entries(_providers(programme_code).where(Provider.id == entry_id))
    else:
        found = _entries(_experts(programme_code).where(Expert.id == entry_id))
    return found[0] if found else None


def _providers(programme_code: str) -> Select[int, str, str]:
    listed = (Provider.programme_code == programme_code, Provider.state.in_(LISTED))
    return select(Provider.id, Provider.name, Provider.country).where(*listed).order_by(Provider.name)


def _experts(programme_code: str) -> Select[int, str, str]:
    admitted = (Expert.programme_code == programme_code, Expert.state == ExpertState.ADMITTED)
    found = select(Expert.id, User.name, Expert.employer).join(Expert.user).where(*admitted)
    return found.order_by(User.name, Expert.id)


def _entries(statement: Select[int, str, str]) -> list[Entry]:
    return [Entry(*row) for row in db.session.execute(statement.limit(MOST_FOUND))]
