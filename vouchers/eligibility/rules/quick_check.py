"""The two-minute check: the same rules as the formal check, on what a visitor says before there is an application."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.facts import Company, Facts, Partner, Place, Terms, Vouchers
from vouchers.eligibility.rules.formal import read_all
from vouchers.eligibility.rules.quick_words import aid_left, find_words, say_elsewhere
from vouchers.eligibility.rules.registry import Reading
from vouchers.eligibility.states import Outcome
from vouchers.programmes.rules.instrument_plan import CrossBorder
from vouchers.programmes.rules.plan import StateAid

LATER = frozenset(
    {"scope", "provider", "documents", "size", "cap", "min_cost", "own_work", "per_sme", "per_sme_amount"}
)
"""Rules that only an application can answer, and that of the region and the voucher: only what fits can be chosen."""
SIZE = ("headcount", "turnover", "balance_sheet", "group")


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
    """One rule, what it says in the visitor's words, and what to do next."""

    reading: Reading
    next_step: Sentence
    is_answered: bool = True
    """Whether the visitor said what the rule is about."""

    @property
    def title(self) -> Sentence:
        """What the answer is about."""
        return _TITLES.get(self.reading.rule.code, self.reading.rule.name)


def list_questions(offers: Iterable[Terms]) -> frozenset[str]:
    """What is asked beside region and voucher, by names of fields: what a rule of one of these offers will read."""
    asked: set[str] = set()
    for terms in offers:
        asked.update(SIZE if terms.smes_only else ())
        asked.update(("nace",) if terms.excluded_sectors else ())
        asked.update(("de_minimis_received",) if terms.state_aid is StateAid.DE_MINIMIS else ())
        has_days = terms.prior_approval or terms.activities_from or terms.activities_until
        asked.update(("activity_start",) if has_days else ())
        asked.update(("partner_region",) if terms.cross_border is not CrossBorder.NONE else ())
    return frozenset(asked)


def advise(said: Said, terms: Terms, places: Mapping[str, Place], *, at: datetime, today: date) -> list[Advice]:
    """Rule by rule. `places` are the programme's regions by code; `today` is the day where the visitor's region is."""
    facts = _facts(said, terms, places, at=at, today=today)
    readings = [one for one in read_all(facts) if one.rule.code not in LATER]
    return [_advice(_with_group(_in_words(one, facts), said), facts) for one in readings]


def _in_words(reading: Reading, facts: Facts) -> Reading:
    """The reading with a visitor's sentence in the place of an officer's. Less than the cap may still be asked for."""
    if reading.rule.code == "de_minimis" and reading.outcome is Outcome.NOT_MET and aid_left(facts) is not None:
        reading = replace(reading, outcome=Outcome.UNCLEAR)
    words = find_words(reading.rule.code, facts, reading.outcome)
    return reading if words is None else replace(reading, evidence=words)


def list_changeable(advice: list[Advice]) -> list[Advice]:
    """What is not met, where all of it can be said otherwise at once; nothing where something stays as it is."""
    unmet = [one for one in advice if one.reading.outcome is Outcome.NOT_MET]
    return unmet if all(one.reading.rule.code in _CHANGEABLE for one in unmet) else []


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
        terms=replace(terms, needs_declaration=False, grace=timedelta(0)),  # minutes of grace are never promised
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
    if reading.rule.code != "sme" or said.belongs_to_group is False or reading.outcome is not Outcome.MET:
        return reading
    sentence = _("By itself it is. The people and the money of firms that belong together are counted together.")
    return replace(reading, outcome=Outcome.UNCLEAR, evidence=sentence)


def _advice(reading: Reading, facts: Facts) -> Advice:
    code = reading.rule.code
    return Advice(reading, _NEXT[reading.outcome](code, facts), not _is_unanswered(code, facts))


def _is_unanswered(code: str, facts: Facts) -> bool:
    company = facts.company
    answers = {
        "cross_border": facts.partner.place,
        "activity_dates": facts.activity_start,
        "prior_approval": facts.activity_start,
        "sector": company.nace or None,
        "de_minimis": company.de_minimis_received,
        "sme": company.headcount,
    }
    return code in answers and answers[code] is None


def _judged(code: str, _facts: Facts) -> Sentence:
    return _JUDGED.get(code, _FIND_OUT)


def _refused(code: str, facts: Facts) -> Sentence:
    if code == "in_time" and facts.submitted_at < facts.terms.opens_at:
        return _("Come back when the call is open.")
    return _REFUSED.get(code, _("Ask the office of your region whether another voucher fits."))


def _open(code: str, facts: Facts) -> Sentence:
    if code == "de_minimis" and aid_left(facts) is not None:
        return _("Ask for no more than what is left.")
    if code == "cross_border" and facts.partner.place is None:
        return say_elsewhere(facts)
    return _ACCOUNTS if code == "sme" and not _is_size_known(facts) else _OPEN.get(code, _FIND_OUT)


def _is_size_known(facts: Facts) -> bool:
    """Whether the visitor gave the figures of the company itself."""
    company = facts.company
    return company.headcount is not None and (company.turnover or company.balance_sheet) is not None


_CHANGEABLE = frozenset({"activity_dates", "prior_approval", "cross_border"})
"""Rules about what is only planned: another day or another partner, and they are met."""
_TITLES = {"in_time": _("Opening and closing of the call")}
_FIND_OUT = _("Find this out before you apply, or ask the office of your region.")
_ACCOUNTS = _("Have the last closed annual accounts of your company at hand.")
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
    "cross_border": _("Look for a partner elsewhere; the office of your region helps to find one."),
    "activity_dates": _("Choose a day for the activity."),
    "prior_approval": _("Choose a day for the activity; it must lie after our approval."),
    "directory": _("Ask the office of your region who is in the directory."),
}
_JUDGED = {
    "sector": _("The office of your region looks at what your company does: ask it before you apply."),
    "gber_28": _ACCOUNTS,
}
_NEXT: dict[Outcome, Callable[[str, Facts], Sentence]] = {
    Outcome.MET: lambda _code, _facts: _("Nothing to do."),
    Outcome.NOT_MET: _refused,
    Outcome.UNCLEAR: _open,
    Outcome.NEEDS_PERSON: _judged,
}
