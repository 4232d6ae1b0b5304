"""What the bulk of the demo says: who founds which company, who asks for what, and when. Pure; the seed decides."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from vouchers.demo import texts
from vouchers.demo.declaring import RECEIVED
from vouchers.demo.people import make_companies
from vouchers.programmes.rules.instrument_plan import Instrument

BULK_DOMAIN = "bulk.example"


class Goal(StrEnum):
    """Where an application of the bulk stops: before any money moves."""

    BEGUN = "begun"
    """A draft with some answers."""
    READY = "ready"
    """A draft with every answer and file, not yet submitted."""
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    INELIGIBLE = "ineligible"
    ELIGIBLE = "eligible"


Mix = Sequence[tuple[Goal, int]]
MIX: Mix = (
    (Goal.BEGUN, 8),
    (Goal.READY, 6),
    (Goal.SUBMITTED, 34),
    (Goal.WITHDRAWN, 6),
    (Goal.INELIGIBLE, 8),
    (Goal.ELIGIBLE, 38),
)
"""How many of a hundred go how far."""

_KNOWN = make_companies(64)
_LAST = tuple(company.owner.rpartition(" ")[2] for company in _KNOWN)
_FIRST = tuple(company.owner.partition(" ")[0] for company in _KNOWN)
_WHOSE = ("Bio", "Neuro", "Cardio", "Nano", "Derma", "Onco", "Immuno", "Osteo", "Gen", "Prote", "Vita", "Pharma", "Myo")
_WHAT = ("lys", "sens", "cell", "lab", "tech", "graph", "scan", "fluid", "plex", "gène", "matrix", "path", "sphère")
_DOES = ("Diagnostics", "Therapeutics", "Analytics", "Instruments", "Implants", "Software", "Nutrition", "Imaging")
_FORMS = {"BE": "SRL", "DK": "ApS", "FR": "SAS", "DE": "GmbH", "NL": "BV", "GB": "Ltd"}
WITHDRAWN_BECAUSE = (
    "Our partner has no capacity this year.",
    "We found the partner’s offer by ourselves.",
    "The project starts later than we thought.",
)
FEW = ("headcount", "activity_field", "title", "project_description")
"""What is answered in a draft that was only begun."""


@dataclass(frozen=True, slots=True)
class Company:
    """An SME to be, and its owner."""

    number: int
    region: str
    name: str
    owner: str
    street: str
    building: str
    post_code: str
    town: str
    is_large: bool

    @property
    def address(self) -> str:
        """The owner's name as the beginning of an email address."""
        plain = unicodedata.normalize("NFKD", self.owner.lower().replace("ø", "o").replace("ß", "ss"))
        return plain.encode("ascii", "ignore").decode().replace(" ", ".")


@dataclass(frozen=True, slots=True)
class Wish:
    """An application to be: of which company, for what, how far it gets, and when."""

    number: int
    company: Company
    instrument: str
    goal: Goal
    started_at: datetime
    answered_at: datetime
    submitted_at: datetime
    settled_at: datetime
    """When it was checked or withdrawn."""


@dataclass(frozen=True, slots=True)
class Window:
    """When the call takes applications, and the present."""

    opens_at: datetime
    closes_at: datetime
    until: datetime


def found_companies(count: int, regions: Sequence[tuple[str, str]], chance: random.Random) -> list[Company]:
    """`count` companies, spread over regions given as (code, country)."""
    companies = []
    for number in range(count):
        region, country = regions[number % len(regions)]
        place = chance.choice([known for known in _KNOWN if known.region == region] or _KNOWN[:1])
        name = f"{chance.choice(_WHOSE)}{chance.choice(_WHAT)} {chance.choice(_DOES)} {_FORMS.get(country, '')}".strip()
        owner = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
        building = str(chance.randint(1, 240))
        companies.append(
            Company(number, region, name, owner, place.street, building, place.post_code, place.town, number % 11 == 7)
        )
    return companies


def make_wishes(
    count: int,
    companies: Sequence[Company],
    instruments: Sequence[str],
    window: Window,
    *,
    mix: Mix,
    chance: random.Random,
) -> list[Wish]:
    """`count` applications in the order in which they are started; no company asks for one instrument twice."""
    goals, weights = [goal for goal, _many in mix], [many for _goal, many in mix]
    opens_at, last = window.opens_at, min(window.closes_at, window.until)
    wishes = []
    for number in range(count):
        company = companies[number % len(companies)]
        turn = company.number + number // len(companies)
        [goal] = chance.choices(goals, weights)
        if company.is_large and goal in (Goal.ELIGIBLE, Goal.INELIGIBLE):
            goal = Goal.INELIGIBLE
        elif goal == Goal.INELIGIBLE:
            goal = Goal.ELIGIBLE
        started_at = opens_at + (last - opens_at) * chance.uniform(0.02, 0.96)
        answered_at = _later(started_at, last, chance, hours=30)
        submitted_at = _later(answered_at, last, chance, hours=60)
        settled_at = _later(submitted_at, window.until, chance, hours=200)
        instrument = instruments[turn % len(instruments)]
        wishes.append(Wish(number, company, instrument, goal, started_at, answered_at, submitted_at, settled_at))
    return sorted(wishes, key=lambda wish: (wish.started_at, wish.number))


def _later(at: datetime, last: datetime, chance: random.Random, *, hours: int) -> datetime:
    pause = min(timedelta(seconds=chance.randint(600, hours * 3600)), (last - at) * 0.5)
    return at + timedelta(seconds=int(pause.total_seconds()))


def answers_of(wish: Wish, instrument: Instrument, *, until: datetime, chance: random.Random) -> dict[str, Any]:
    """What the owner types, by question code of the standard form."""
    title, branch, what = texts.PROJECTS[chance.randrange(len(texts.PROJECTS))]
    partners = [partner for partner in texts.PARTNERS if partner[3] != wish.company.region]
    partner = partners[chance.randrange(len(partners))]
    cap = instrument.grant.cap.cents // 100
    starts = until.date() + timedelta(days=chance.randint(20, 90))
    ends = starts + timedelta(days=1 if instrument.prior_approval else chance.randint(20, 120))
    requested = cap if chance.random() < 0.6 else max(cap * chance.randint(60, 99) // 100, 60)
    headcount = chance.randint(260, 800) if wish.company.is_large else chance.randint(2, 120)
    return {
        "headcount": str(headcount),
        "turnover": str(chance.randint(2, 90) * 100_000),
        "balance_sheet": str(chance.randint(1, 60) * 100_000),
        "activity_field": branch,
        "title": title,
        "project_description": what,
        "expected_benefit": texts.BENEFIT,
        "work_plan": texts.WORK_PLAN,
        "provider_name": partner[0],
        "provider_contact": partner[1],
        "provider_email": partner[2],
        "provider_region": partner[3],
        "why_this_partner": texts.WHY_PARTNER,
        "activity_start": starts.isoformat(),
        "activity_end": ends.isoformat(),
        "requested_amount": str(requested),
        "vat_recoverable": "yes",
        "de_minimis_received": str(RECEIVED[wish.company.number % len(RECEIVED)]),
        "no_double_funding": "yes",
        "is_true": "yes",
    }


def only_few(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in a draft that was only begun."""
    return {code: answers[code] for code in FEW}
