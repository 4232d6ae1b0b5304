"""Letters of a decision, in the usual words or in those of the region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import force_locale

from vouchers.applications.models import Application
from vouchers.applications.queries.files import list_writers
from vouchers.core.formatting import both_zones, money
from vouchers.core.links import full_url
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.decisions.models import AwardCondition, Decision, LetterTemplate
from vouchers.decisions.queries.conditions import list_conditions, list_unsettled
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.queries.feedback import feedback_on
from vouchers.decisions.queries.pools import find_draw_missed
from vouchers.decisions.queries.reserves import find_reserve_place
from vouchers.decisions.queries.templates import find_template
from vouchers.decisions.rules.awards import usual_amount
from vouchers.decisions.rules.shortage import SAID, Shortage
from vouchers.decisions.rules.wording import FIELDS, complete, fill_in
from vouchers.decisions.states import DecisionState
from vouchers.draws.queries import find_draw_of
from vouchers.letters.queries import find_first_written
from vouchers.letters.rendering import render_letter, render_text
from vouchers.programmes.rules.appealing import appeal_until_of, is_suspensive
from vouchers.programmes.rules.plan import Allocation
from vouchers.users.actions.links import addressee
from vouchers.users.models import User
from vouchers.users.queries import list_holders
from vouchers.users.states import Role
from vouchers.workflow.transition import Step

OCCASIONS = {
    DecisionState.AWARDED: "award",
    DecisionState.RESERVED: "reserve",
    DecisionState.REJECTED: "reject",
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """By which draw an application got its place, or None for a place that the draw did not reach."""

    place: int | None
    count: int
    at: datetime
    zone: str
    link: str
    is_late: bool = False
    """It was left out of the pool, and this is the place that the same draw gives it."""


def drawn_of(application: Application, decision: Decision | None = None) -> Drawn | None:
    """None where no draw that was held here says anything of it.

    Args:
        decision: about one that came to the list after the draw, its lot is told where it has a place by it.
    """
    draw, is_late = find_draw_of(application), False
    if draw is None and decision is not None and decision.state != DecisionState.REJECTED:
        draw, is_late = find_draw_missed(application), True
    if draw is None or draw.result is None or draw.run_at is None:
        return None
    reference, link = application.reference, full_url("draws.show", draw_id=draw.id)
    place = draw.place_of_late(reference) if is_late else draw.places_drawn.get(reference)
    return Drawn(place, len(draw.references) + is_late, draw.run_at, draw.call.time_zone, link, is_late)


TOLD = ("decisions/award", "decisions/reserve", "decisions/reject", "decisions/own")
"""The letters that tell a decision."""


def told_at_of(decision: Decision) -> datetime:
    """When the applicant was told of a decision: the moment of its letter; while there is none, of the decision."""
    return find_first_written("decision", decision.id, TOLD) or decision.decided_at


def find_appeal_until(application: Application, decision: Decision, told_at: datetime | None = None) -> datetime | None:
    """Until when a decision can be appealed against; None where it gives all that was asked for, without conditions.

    Args:
        told_at: of the letter that is being written; None for the one that was.
    """
    usual = usual_amount(application.requested, application.grant.cap)
    if decision.amount is not None and decision.amount >= usual and not list_unsettled(application.id):
        return None
    return appeal_until_of(application, told_at or told_at_of(decision))


def write_hold(step: Step, application: Application, reasons: Sequence[str]) -> None:
    """Tell the region's managers that the next on the reserve list needs a person, and why."""
    for manager in list_holders({Role.CLUSTER_MANAGER}, application.call.programme.code, application.region.code):
        step.write(
            addressee(manager),
            "decisions/hold",
            reference=application.reference,
            organisation=application.organisation.name,
            reasons=reasons,
            link=full_url("decisions.show", application_id=application.id),
        )


def write_condition(step: Step, condition: AwardCondition, occasion: str = "decisions/remind_condition") -> None:
    """Tell the applicant that the last day of a condition is near, or that the award has lapsed with it."""
    application = condition.application
    for reader in list_writers(application.organisation):
        step.write(
            addressee(reader),
            occasion,
            reference=application.reference,
            project=application.title,
            organisation=application.organisation.name,
            condition=condition.text,
            until=condition.until,
            lapses=application.call.plan.has_lapsing_conditions,
            office=application.region.office_name,
            email=application.region.email,
            link=full_url("decisions.show", application_id=application.id),
        )


# The letter ----------------------------------------------------------------------------------------------------------


def write_decision(step: Step, decision: Decision, *, place: int | None = None) -> None:
    """Tell everybody who may act for the applicant, each in their own language.

    Args:
        place: on the reserve list; it is looked up where it is not told.
    """
    application, occasion = decision.application, OCCASIONS[decision.state]
    place = place or _place_of(decision)
    for reader in list_writers(application.organisation):
        facts, own = (
            _facts(decision, reader, reader.language, step.at, place),
            template_for(application, occasion, reader.language),
        )
        if own is None:
            step.write(addressee(reader), f"decisions/{occasion}", **facts)
        else:
            heading, body = _merged(own.heading, own.body, facts, reader.name, reader.language)
            step.write(addressee(reader), "decisions/own", heading=heading, body=body)


def template_for(application: Application, occasion: str, language: str) -> LetterTemplate | None:
    """The region's own words for this letter in a language, if it has any."""
    return find_template(application.call_id, application.region_id, occasion, language)


def word_letter(decision: Decision, reader: User, *, at: datetime) -> tuple[str, str]:
    """Heading and body of the letter as it would go out at a moment to a reader."""
    application, occasion, language = decision.application, OCCASIONS[decision.state], reader.language
    facts = _facts(decision, reader, language, at, _place_of(decision))
    own = template_for(application, occasion, language)
    if own is None:
        return render_letter(f"decisions/{occasion}", language, {"name": reader.name, **facts})
    return _merged(own.heading, own.body, facts, reader.name, language)


def try_wording(
    heading: str, body: str, decision: Decision, reader: User, language: str, *, at: datetime
) -> tuple[str, str]:
    """Heading and body of words that are not kept yet, with the data of a decision."""
    return _merged(heading, body, _facts(decision, reader, language, at, _place_of(decision)), reader.name, language)


def _place_of(decision: Decision) -> int | None:
    return find_reserve_place(decision.application) if decision.state == DecisionState.RESERVED else None


def usual_wording(contest: Contest, occasion: str, language: str) -> tuple[str, str]:
    """The usual text of a letter with its merge fields, to begin one's own words with."""
    plans = [one.plan for one in contest.call.programme.instruments if one.code in contest.call.plan.instruments]
    facts = {
        "is_up_to": not any(plan.grant.is_sum for plan in plans),
        "prior_approval": any(plan.prior_approval for plan in plans),
    }
    return render_letter(f"decisions/wording/{occasion}", language, {name: f"{{{name}}}" for name in FIELDS} | facts)


def _facts(decision: Decision, reader: User, language: str, at: datetime, place: int | None) -> dict[str, Any]:
    application = decision.application
    return {
        "reference": application.reference,
        "title": application.title,
        "organisation": application.organisation.name,
        "instrument": application.instrument.plan.name.in_language(language),
        "call": application.call.plan.title.in_language(language),
        "amount": decision.amount,
        "is_up_to": not application.grant.is_sum,
        "prior_approval": application.instrument.plan.prior_approval,
        "reason": decision.reason,
        "shortage": _say_shortage(decision, language),
        "place": place,
        "conditions": [(one.text, one.until) for one in list_conditions(application.id)],
        "is_lottery": application.call.plan.allocation is Allocation.LOTTERY,
        "feedback": feedback_on(application, language=language),
        "accept_days": application.instrument.plan.accept_within_days,
        "drawn": drawn_of(application, decision),
        "appeal_until": find_appeal_until(application, decision, at),
        "waits_for_appeals": is_suspensive(application.call),
        "office_zone": application.region.time_zone,
        "call_zone": application.call.time_zone,
        "reader_zone": reader.time_zone,
        "appeal_link": full_url("appeals.of_application", application_id=application.id),
        "office": application.region.office_name,
        "office_email": application.region.email,
        "link": full_url("decisions.show", application_id=application.id),
    }


def _say_shortage(decision: Decision, language: str) -> str:
    """What a place on the reserve list waits for, where that was so when it was decided; else its reason says it.

    What was decided before this was kept says it only where there is no reason.
    """
    if decision.state != DecisionState.RESERVED:
        return ""
    kept = (decision.basis or {}).get("short_of", None if decision.reason else Shortage.MONEY)
    with force_locale(language):
        return str(SAID[Shortage(kept)]) if kept else ""


def _merged(heading: str, body: str, facts: dict[str, Any], name: str, language: str) -> tuple[str, str]:
    with force_locale(language):
        amount = money(facts["amount"]) if facts["amount"] else ""
        until, zones = facts["appeal_until"], [facts[name] for name in ("office_zone", "call_zone", "reader_zone")]
        appeal_until = both_zones(until, *zones) if until else ""
        said = str(_say_appeal("{appeal_until}")) if until else ""
    values = {key: str(facts.get(key, "")) for key in FIELDS} | {
        "name": name,
        "amount": amount,
        "place": str(facts["place"] or "–"),
        "appeal_until": appeal_until,
        "draw": render_text("decisions/_drawn", language, facts).strip(),
        "conditions": render_text("decisions/_conditions", language, facts).strip(),
        "feedback": render_text("decisions/_feedback", language, facts).strip(),
    }
    body = complete(body, said_of_appeal=said)
    return " ".join(fill_in(heading, values).split()), fill_in(body, values)


def _say_appeal(until: str) -> Sentence:
    """What every letter says that gives less than was asked for."""
    return _(
        "If you think that this is wrong, you can appeal until %(when)s. A person who had nothing to do with the "
        "decision looks at it again. You write and send the appeal here:",
        when=until,
    )
