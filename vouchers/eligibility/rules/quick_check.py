"""The two-minute check: the same rules as the formal check, on what a visitor says before there is an application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.facts import Company, Facts, Partner, Place, Terms, Vouchers
from vouchers.eligibility.rules.formal import read_all
from vouchers.eligibility.rules.registry import Reading
from vouchers.eligibility.states import Outcome

LATER = frozenset({"provider", "documents", "cap", "min_cost", "own_work", "per_sme", "per_sme_amount"})
"""Rules that only an application can answer."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the visitor said. None: not answered."""

    region: str
    instrument: str
    headcount: int | None = None
    turnover: Money | None = None
    balance_sheet: Money | None = None
    belongs_to_group: bool | None = None
    nace: str = ""
    aid_received: Money | None = None
    activity_start: date | None = None
    partner_region: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """One rule, what it says, and what to do next."""

    reading: Reading
    next_step: Sentence


def advise(said: Said, terms: Terms, places: Mapping[str, Place], *, at: datetime, today: date) -> list[Advice]:
    """Rule by rule. `places` are the programme's regions by code; `today` is the day where the visitor's region is."""
    readings = [one for one in read_all(_facts(said, terms, places, at=at, today=today)) if one.rule.code not in LATER]
    return [_advice(one if one.rule.code != "sme" else _with_group(one, said)) for one in readings]


def worst(advice: list[Advice]) -> Outcome:
    """What all of it comes to."""
    outcomes = {one.reading.outcome for one in advice}
    order = (Outcome.NOT_MET, Outcome.UNCLEAR, Outcome.NEEDS_PERSON)
    return next((one for one in order if one in outcomes), Outcome.MET)


def _facts(said: Said, terms: Terms, places: Mapping[str, Place], *, at: datetime, today: date) -> Facts:
    return Facts(
        company=Company(
            name="",
            headcount=said.headcount,
            turnover=said.turnover,
            balance_sheet=said.balance_sheet,
            de_minimis_received=said.aid_received,
            nace=said.nace,
        ),
        partner=Partner("", "", places.get(said.partner_region)),
        terms=replace(terms, needs_declaration=False),
        vouchers=Vouchers(),
        region=places[said.region],
        instrument=said.instrument,
        submitted_at=at,
        today=today,
        requested=terms.cap,
        activity_start=said.activity_start,
        activity_end=said.activity_start,
        documents=frozenset(),
    )


def _with_group(reading: Reading, said: Said) -> Reading:
    """Alone it may be an SME; with its group only the statement of ownership tells."""
    if said.belongs_to_group is False or reading.outcome is not Outcome.MET:
        return reading
    sentence = _("By itself it is. The people and the money of firms that belong together are counted together.")
    return replace(reading, outcome=Outcome.UNCLEAR, evidence=sentence)


def _advice(reading: Reading) -> Advice:
    code = reading.rule.code
    if reading.outcome is Outcome.MET:
        return Advice(reading, _("Nothing to do."))
    if reading.outcome is Outcome.NOT_MET:
        return Advice(reading, _REFUSED.get(code, _("Ask the office of your region whether another voucher fits.")))
    return Advice(reading, _OPEN.get(code, _("Find this out before you apply, or ask the office of your region.")))


_REFUSED = {
    "in_time": _("Wait for the next call; the page of calls shows it."),
    "sme": _("This voucher is for small and medium-sized companies. The office of your region knows other support."),
    "sector": _("Ask the office of your region: another activity of your company may count."),
    "de_minimis": _("Wait until older aid is more than three years old, or ask the office for other support."),
    "prior_approval": _("Choose a later day: what starts before our approval cannot be paid."),
    "activity_dates": _("Choose days within the call."),
    "cross_border": _("Look for a partner elsewhere; the office of your region helps to find one."),
}
_OPEN = {
    "sme": _("Have the figures of these firms ready: after signing in you enter them on one page and see the result."),
    "sector": _("Look up your NACE code in the company register."),
    "de_minimis": _("Look for letters that granted aid in the last three years; each says whether it was de minimis."),
    "cross_border": _("Look for a partner in another region; the office of your region helps to find one."),
    "provider": _("Look for a partner who is independent of your company."),
    "activity_dates": _("Choose a day for the activity."),
    "prior_approval": _("Choose a day for the activity; it must lie after our approval."),
}
