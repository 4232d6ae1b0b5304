"""How regions word their decision letters."""

from __future__ import annotations

import hashlib
import json

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from vouchers.applications.models import Application
from vouchers.core.database import db
from vouchers.decisions.models import Decision, LetterTemplate
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.states import DecisionState, TemplateState


def find_template(call_id: int, region_id: int, outcome: str, language: str) -> LetterTemplate | None:
    """A region's own words that are in use."""
    found = _find(call_id, region_id, outcome, language)
    return found if found is not None and found.state == TemplateState.IN_USE else None


def find_kept_template(call_id: int, region_id: int, outcome: str, language: str) -> LetterTemplate | None:
    """The same, also where it was set aside."""
    return _find(call_id, region_id, outcome, language)


def list_templates(call_id: int, region_id: int) -> list[LetterTemplate]:
    """Everything that a region has worded in a call."""
    found = select(LetterTemplate).where(LetterTemplate.call_id == call_id, LetterTemplate.region_id == region_id)
    return list(db.session.scalars(found))


def digest_words(call_id: int, region_id: int) -> str:
    """How a region words its letters in a call at this moment, as a digest that a confirmation carries: SHA-256 in
    hex over outcome, language, heading and body of every text in use."""
    used = [one for one in list_templates(call_id, region_id) if one.state == TemplateState.IN_USE]
    words = sorted([one.outcome, one.language, one.heading, one.body] for one in used)
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


def digest_template(template: LetterTemplate | None) -> str:
    """One text that is in use as a digest that its form carries: SHA-256 in hex; the same for all that are not."""
    words = [template.heading, template.body] if template and template.state == TemplateState.IN_USE else []
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


def _find(call_id: int, region_id: int, outcome: str, language: str) -> LetterTemplate | None:
    return db.session.scalars(
        select(LetterTemplate).where(
            LetterTemplate.call_id == call_id,
            LetterTemplate.region_id == region_id,
            LetterTemplate.outcome == outcome,
            LetterTemplate.language == language,
        )
    ).first()


def find_example(contest: Contest, state: DecisionState) -> Decision | None:
    """The newest decision of this kind in a region of a call; else any other there, to try a letter with."""
    found = (
        select(Decision)
        .join(Decision.application)
        .where(Application.call_id == contest.call.id, Application.region_id == contest.region.id)
        .order_by((Decision.state == state).desc(), Decision.id.desc())
        .limit(1)
    )
    return db.session.scalars(found.options(contains_eager(Decision.application))).first()
