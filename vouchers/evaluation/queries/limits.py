"""What the office's own data say already of an application that is still being written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vouchers.applications.models import Application
from vouchers.core.clock import day_in
from vouchers.core.text import Sentence
from vouchers.eligibility import queries as papers
from vouchers.eligibility.rules.facts import Company, Facts, Partner, Place
from vouchers.evaluation.queries.checks import count_vouchers, gather_aid, money_of, terms_of
from vouchers.evaluation.rules.findings import say_limits


def list_reached_limits(application: Application, answers: Mapping[str, Any], *, at: datetime) -> list[Sentence]:
    """Limits of vouchers and aid that are not met as of this moment; five queries, however many vouchers there are."""
    region, statement = application.region, papers.find_statement(application.organisation_id)
    facts = Facts(
        company=Company(
            name=application.organisation.name,
            headcount=None,
            turnover=None,
            balance_sheet=None,
            de_minimis_received=money_of(answers.get("de_minimis_received")),
        ),
        partner=Partner("", "", None),
        terms=terms_of(application),
        vouchers=count_vouchers(application, at=at),
        region=Place(region.code, region.name, region.country),
        instrument=application.instrument.code,
        submitted_at=at,
        today=day_in(region.time_zone, at),
        requested=application.requested,
        activity_start=None,
        activity_end=None,
        documents=frozenset(),
        aid=gather_aid(application, statement),
    )
    return say_limits(facts)
