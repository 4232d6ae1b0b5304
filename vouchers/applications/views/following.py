"""Where the file of an application leads to in the later packages, as far as this office has them."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from vouchers.applications import policy
from vouchers.applications.models import Application
from vouchers.applications.queries import files as queries
from vouchers.applications.states import ApplicationState
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.web import actor
from vouchers.programmes.rules.plan import Allocation

S = ApplicationState

_WRITTEN = {S.DRAFT, S.AWAITING_SIGNATURE}
_SUBMITTED = frozenset(S) - {*_WRITTEN, S.WITHDRAWN}
_BY_EXPERTS = frozenset({S.ELIGIBLE, S.IN_EVALUATION, S.EVALUATED})
_DECIDED = frozenset({S.AWARDED, S.RESERVED, S.REJECTED, S.AGREED, S.COMPLETED, S.LAPSED})
_AGREED = frozenset({S.AWARDED, S.AGREED, S.COMPLETED, S.LAPSED})
_APPEALABLE = _SUBMITTED - {S.SUBMITTED}
FOLLOWING: tuple[tuple[str, str, Sentence, frozenset[S], bool], ...] = (
    ("enquiries.of_application", "id", _("Questions and versions"), frozenset(S), True),
    ("evaluation.check", "id", _("Formal check"), _SUBMITTED, True),
    ("evaluation.assign", "id", _("Experts and marks"), _BY_EXPERTS, True),
    ("decisions.show", "id", _("Decision"), _DECIDED, False),
    ("appeals.of_application", "id", _("Appeal"), _APPEALABLE, False),
    ("panels.interviews_of", "id", _("Interview"), _BY_EXPERTS, False),
    ("agreements.issue", "id", _("Issue the agreement"), frozenset({S.AWARDED}), True),
    ("agreements.of_application", "id", _("Agreement"), _AGREED, False),
    ("reports.voucher", "reference", _("The whole story"), frozenset(S) - {S.DRAFT}, True),
)
"""(endpoint, what its address names, text, states, only for staff): where a file leads to in the later packages."""


def links_onward(application: Application, *, is_staff: bool) -> list[tuple[str, Sentence]]:
    """Links to the pages that fit the state and have something to offer to the reader."""
    keys: dict[str, dict[str, Any]] = {
        "id": {"application_id": application.id},
        "reference": {"reference": application.reference},
    }
    state = application.state if is_staff else application.told_state
    leads_nowhere = _without_agreement(application) if is_staff and state in _AGREED else frozenset[str]()
    return [
        (url_for(endpoint, **keys[key]), text)
        for endpoint, key, text, states, for_staff in FOLLOWING
        if state in states and is_staff >= for_staff and endpoint in current_app.view_functions
        if endpoint not in leads_nowhere
        if endpoint != "panels.interviews_of" or _has_interviews(application)
        if endpoint != "decisions.show" or is_staff or application.call.plan.allocation is not Allocation.FIRST_COME
    ]


def _without_agreement(application: Application) -> frozenset[str]:
    """Which of the two pages of agreements has nothing to offer: to issue it a second time, or to see it before."""
    if queries.has_agreement(application.id):
        return frozenset({"agreements.issue"})
    may_issue = policy.is_manager(actor(), application) is None
    return frozenset({"agreements.of_application"} | (set() if may_issue else {"agreements.issue"}))


def _has_interviews(application: Application) -> bool:
    marking = application.call.plan.marking
    return marking is not None and marking.panel is not None and marking.panel.has_interviews
