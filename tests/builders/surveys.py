"""Surveys, sent as the daily job sends them."""

from __future__ import annotations

from datetime import datetime

from tests.builders.kept import known
from vouchers.applications.models import Application
from vouchers.surveys.actions import ask_survey
from vouchers.surveys.models import Survey
from vouchers.surveys.queries import get_survey
from vouchers.surveys.states import Group
from vouchers.workflow.transition import OFFICE


@known
def a_survey(application: Application, *, at: datetime, months: int = 6) -> Survey:
    """One that waits for its answer."""
    survey = ask_survey(application.id, months, Group.AWARDED, by=OFFICE, at=at)
    assert survey is not None
    return get_survey(survey.id)
