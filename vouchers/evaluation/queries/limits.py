"""What the office's own data say already of an application that is still being written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vouchers.applications.models import Application
from vouchers.applications.rules.asking import asked_questions, is_sound
from vouchers.core.clock import day_in
from vouchers.core.text import Sentence
from vouchers.eligibility import queries as papers
from vouchers.eligibility.rules.facts import Facts, Partner, Place
from vouchers.evaluation.queries.checks import company_of, count_vouchers, gather_aid, list_others, money_of, terms_of
from vouchers.evaluation.rules.findings import say_limits


def list_reached_limits(application: Application, answers: Mapping[str, Any], *, at: datetime) -> list[Sentence]:
    """What is not met as of this moment; three queries, however many vouchers there are."""
    region, beside = application.region, list_others(application)
    statement, declaration = papers.find_in_force(application.organisation_id)
    questions = asked_questions(application.call.plan.form, application.instrument.code)
    sound = {one.code: answers.get(one.code) for one in questions if is_sound(one, answers.get(one.code))}
    company = company_of(application, sound, statement)
    facts = Facts(
        company=company,
        partner=Partner(str(sound.get("provider_name") or ""), str(sound.get("provider_email") or ""), None),
        terms=terms_of(application, company),
        vouchers=count_vouchers(application, beside, at=at),
        region=Place(region.code, region.name, region.country),
        instrument=application.instrument.code,
        submitted_at=at,
        today=day_in(region.time_zone, at),
        requested=application.requested,
        activity_start=None,
        activity_end=None,
        documents=frozenset(),
        aid=gather_aid(application, beside, statement, declaration),
        external_cost=money_of(sound.get("external_cost")),
        own_work_cost=money_of(sound.get("own_work_cost")),
    )
    return say_limits(facts)
