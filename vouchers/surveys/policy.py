"""Who is asked, and who reads what came of it. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vouchers.applications import policy as applications
from vouchers.core.text import Sentence
from vouchers.users import policy as users

is_the_office = users.is_the_office
may_oversee = users.may_oversee
is_signed_in = users.is_signed_in
is_staff = users.is_staff


@dataclass(frozen=True, slots=True)
class Respondent:
    """Whoever came with the link that only the applicant was sent."""

    survey_id: int
    name: str = ""
    id: None = None
    is_office: bool = False
    is_staff: bool = False

    def holds(self, *_: Any) -> bool:
        """No role."""
        return False


def may_answer(actor: Any, survey: Any) -> Sentence | None:
    """An owner or editor of the organisation that applied, or whoever has the link of the letter."""
    if isinstance(actor, Respondent) and actor.survey_id == survey.id:
        return None
    return applications.is_writer(actor, survey.application)


def holds_link(actor: Any, survey: Any) -> Sentence | None:
    """Whoever came with the link that only the applicant was sent."""
    return None
