"""Drafts of calls, as a coordinator writes them."""

from __future__ import annotations

from datetime import datetime

from tests.builders.programmes import during_call
from vouchers.schemes import actions, queries
from vouchers.schemes.models import SchemeDraft
from vouchers.users.models import User

DAYS = {"opens": "2027-02-01 09:00", "closes": "2027-04-30 17:00", "decision_by": "2027-06-30"}


def a_scheme_draft(
    coordinator: User, *, code: str = "2027-9", corrects: str = "", days: bool = False, at: datetime | None = None
) -> SchemeDraft:
    """A copy of IN2LifeSciences 2026-1 without its days (or with other ones), or a later decision for it."""
    at = at or during_call()
    programme = queries.get_programme("in2lifesciences")
    copy_of = "" if corrects else "2026-1"
    draft = actions.start_draft(programme, code=code, copy_of=copy_of, corrects=corrects, by=coordinator, at=at)
    if days or corrects:
        draft, values = queries.get_draft(draft.id), DAYS if days else {"decision_by": DAYS["decision_by"]}
        actions.save_keys(draft, ("call",), values, version=draft.version, by=coordinator, at=at)
    return queries.get_draft(draft.id)
