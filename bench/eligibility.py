"""The engine of eligibility over many applicants: each with its own ownership graph, figures and aid, judged rule by
rule as the formal check does. Pure: no database, one process."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from bench.figures import Figure, draw
from vouchers.core.money import Money
from vouchers.eligibility.rules.aid import Aid
from vouchers.eligibility.rules.facts import AidReceived, Company, Facts, Partner, Place, Terms, Vouchers
from vouchers.eligibility.rules.formal import read_all
from vouchers.eligibility.rules.ownership import Figures, Firm, Holding, structure
from vouchers.eligibility.rules.sme import Year, assess_years
from vouchers.eligibility.states import Outcome
from vouchers.programmes.rules.instrument_plan import CrossBorder, PerSme, ProviderRule
from vouchers.programmes.rules.plan import StateAid

TODAY = date(2026, 9, 1)
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
OWN, OTHER = Place("BE-WAL", "Wallonia", "BE"), Place("NL-GE", "Gelderland", "NL")
SEED = 20260901


def judge(applicants: int) -> tuple[float, float, Counter[str]]:
    """Judge so many applicants. Gives applicants per second, the same per second of processor time, and what came out.

    The applicants are made beforehand and not timed; the graph is checked for circles and sums within the time.
    """
    made = list(_applicants(applicants))
    outcomes: Counter[str] = Counter()
    start, began_cpu = time.perf_counter(), time.process_time()
    for facts, (applicant, firms, holdings, years) in made:
        status = assess_years(structure(applicant, firms, holdings), years)
        readings = read_all(replace(facts, company=replace(facts.company, status=status)))
        outcomes[_worst([reading.outcome for reading in readings])] += 1
    took, cpu = time.perf_counter() - start, time.process_time() - began_cpu
    return applicants / took, applicants / cpu, outcomes


def measure(applicants: int = 100_000) -> list[Figure]:
    """The line of the table."""
    rate, per_cpu, outcomes = judge(applicants)
    found = ", ".join(f"{word} {count:,}" for word, count in outcomes.most_common())
    note = f"{applicants:,} ownership graphs with 11 rules each; {per_cpu:,.0f}/s of processor time; {found}"
    return [Figure("eligibility, one process", rate, "/s", note=note)]


def _worst(outcomes: list[Outcome]) -> str:
    order = (Outcome.NOT_MET, Outcome.UNCLEAR, Outcome.NEEDS_PERSON, Outcome.MET)
    return next(one.value for one in order if one in outcomes)


Graph = tuple[str, list[Firm], list[Holding], list[Year]]


def _applicants(count: int) -> Iterator[tuple[Facts, Graph]]:
    dice = random.Random(SEED)
    for number in range(count):
        yield _facts(dice, number), _graph(dice)


def _graph(dice: random.Random) -> Graph:
    """One to eight firms, most of them few; each holds a part of one or two that come after it."""
    count = min(1 + int(dice.expovariate(0.6)), 8)
    codes = ["own", *(f"f{number}" for number in range(1, count))]
    order = dice.sample(codes, count)
    left, holdings = dict.fromkeys(codes, 100), []
    for place, owner in enumerate(order[:-1]):
        for owned in dice.sample(order[place + 1 :], min(dice.randint(1, 2), count - place - 1)):
            percent = Fraction(min(dice.choice((10, 24, 25, 30, 50, 51, 80)), left[owned]))
            left[owned] -= int(percent)
            holdings.append(Holding(owner, owned, percent, percent))
    years = [Year(year, {code: _figures(dice) for code in codes}) for year in (2024, 2025)]
    return "own", [Firm(code) for code in codes], holdings, years


def _figures(dice: random.Random) -> Figures:
    people = Fraction(int(dice.expovariate(1 / 60) * 10), 10)
    return Figures(people, people * dice.randint(50_000, 400_000), people * dice.randint(40_000, 300_000))


def _facts(dice: random.Random, number: int) -> Facts:
    entries = tuple(
        Aid("own", date(dice.randint(2022, 2026), dice.randint(1, 8), dice.randint(1, 28)),
            Money(dice.randint(1_000_00, 120_000_00)), dice.choice(("BE", "BE", "FR")))
        for _entry in range(dice.randint(0, 4))
    )  # fmt: skip
    return Facts(
        company=Company(f"Company {number}", 12, None, None, None, nace=dice.choice(("72.11", "01.11", "21.20"))),
        partner=Partner("Laboratory", "lab@lab.example", dice.choice((OWN, OTHER, OTHER, OTHER))),
        terms=TERMS,
        vouchers=Vouchers(),
        region=OWN,
        instrument="COL",
        submitted_at=NOW,
        today=TODAY,
        requested=Money(7_000_00),
        activity_start=date(2026, 10, 1),
        activity_end=date(2027, 3, 1),
        documents=frozenset({"offer"}),
        aid=AidReceived("BE", True, entries, frozenset({"own"})),
    )


TERMS = Terms(
    opens_at=datetime(2026, 8, 1, tzinfo=UTC),
    closes_at=datetime(2026, 9, 30, tzinfo=UTC),
    time_zone="Europe/Brussels",
    regions=("BE-WAL",),
    instruments=("COL",),
    activities_from=date(2026, 9, 1),
    activities_until=date(2027, 12, 31),
    smes_only=True,
    state_aid=StateAid.DE_MINIMIS,
    de_minimis_ceiling=Money(300_000_00),
    cap=Money(7_000_00),
    prior_approval=True,
    cross_border=CrossBorder.OTHER_REGION,
    provider=ProviderRule.FREE,
    per_sme=PerSme(1, 1, 3),
    vouchers_per_sme=None,
    documents=(("offer", "Offer"),),
    rate=Decimal("0.7"),
    excluded_sectors=("01", "03"),
)


if __name__ == "__main__":
    print(draw(measure()))
