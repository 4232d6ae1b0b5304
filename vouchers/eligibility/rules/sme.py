"""Is this enterprise an SME: its own figures with those of linked and partner enterprises, line by line.

Recommendation 2003/361/EC, Annex, Articles 3 and 6: the applicant and firms linked to it count in full; a partner (25 %
or more, not linked) counts in proportion, with the firms linked to that partner; a partner's partner does not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from vouchers.core.lifecycle import State
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.ownership import (
    HUNDRED,
    QUARTER,
    Figures,
    Firm,
    FirmKind,
    Holding,
    Structure,
    linked_groups,
    plain,
)
from vouchers.eligibility.rules.size import Measure, SizeRange, range_of, status_range
from vouchers.eligibility.states import Relation
from vouchers.organisations.states import Size


class Why(State):
    """Why a firm counts."""

    OWN = "own", _("The applicant itself")
    LINKED = "linked", _("Linked: counts in full")
    PARTNER = "partner", _("Partner, or linked to a partner: counts in proportion")


@dataclass(frozen=True, slots=True)
class Line:
    """One firm in the sum: its share in percent, and what that share adds. None: the figure is not known."""

    firm: Firm
    share: Fraction
    why: Why

    @property
    def counted(self) -> Figures:
        """The firm's figures times its share."""
        own = self.firm.figures
        return Figures(*(self._part(value) for value in (own.headcount, own.turnover, own.balance)))

    def _part(self, value: Fraction | None) -> Fraction | None:
        return None if value is None else value * self.share / HUNDRED


@dataclass(frozen=True, slots=True)
class Assessment:
    """The sums of one closed year and the size class that they give."""

    lines: tuple[Line, ...]
    headcount: Measure
    turnover: Measure
    balance: Measure
    sizes: SizeRange
    relation: Relation
    public_share: Fraction
    """Percent of the applicant that public bodies control; from 25 on it is no SME (Article 3(4))."""

    @property
    def is_public(self) -> bool:
        """Whether public bodies hold too much."""
        return self.public_share >= QUARTER

    @property
    def is_sme(self) -> bool | None:
        """Of this year alone. None: figures are missing that could change the answer."""
        return False if self.is_public else self.sizes.is_sme

    @property
    def category(self) -> Size | None:
        """The size class, None where it is open."""
        return self.sizes.certain

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of firms whose figures are not complete."""
        return tuple(line.firm.label for line in self.lines if None in _values(line.firm.figures))

    @property
    def reason(self) -> Sentence | None:
        """Why it is no SME whatever its size, if so."""
        if not self.is_public:
            return None
        return _(
            "Public bodies control %(percent)s %% of the enterprise; from 25 %% on it is not an SME (Article 3(4)).",
            percent=plain(self.public_share),
        )


@dataclass(frozen=True, slots=True)
class Year:
    """The figures of one closed year by firm, and whether a merger or takeover makes it count at once."""

    year: int
    figures: Mapping[str, Figures]
    counts_at_once: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """All years, oldest first, with the status after each."""

    years: tuple[tuple[int, Assessment, SizeRange], ...]
    is_sme: bool | None

    @property
    def last(self) -> Assessment:
        """The latest closed year."""
        return self.years[-1][1]

    @property
    def size(self) -> SizeRange:
        """The status as it stands."""
        return self.years[-1][2]


def assess(whole: Structure) -> Assessment:
    """One year's sums. The structure must be sound (`ensure_sound`).

    A person of whom it is not known whether the firms act in neighbouring markets is counted both ways; where that
    matters the answer is open.
    """
    result = _assess(whole)
    if not any(firm.kind is FirmKind.PERSON and firm.same_market is None for firm in whole.firms.values()):
        return result
    apart = {code: replace(firm, same_market=firm.same_market is True) for code, firm in whole.firms.items()}
    other = _assess(replace(whole, firms=apart))
    sizes = SizeRange(
        min(result.sizes.least, other.sizes.least, key=lambda one: one.rank),
        max(result.sizes.most, other.sizes.most, key=lambda one: one.rank),
    )
    return replace(result, sizes=sizes)


def assess_years(whole: Structure, years: Sequence[Year]) -> Status:
    """The status after two or three closed years, oldest first: who owns whom is as it is now, the figures are of each
    year. It changes after two consecutive years only, but at once after a merger or takeover."""
    found = [assess(_in_year(whole, year)) for year in years]
    statuses = status_range([one.sizes for one in found], [year.counts_at_once for year in years])
    is_sme = False if found[-1].is_public else statuses[-1].is_sme
    return Status(tuple(zip((one.year for one in years), found, statuses, strict=True)), is_sme)


def _in_year(whole: Structure, year: Year) -> Structure:
    firms = {code: replace(firm, figures=year.figures.get(code, Figures())) for code, firm in whole.firms.items()}
    return replace(whole, firms=firms)


def _assess(whole: Structure) -> Assessment:
    groups = linked_groups(whole, through_persons=True)
    own = next(group for group in groups if whole.applicant in group)
    shares = _partner_shares(whole, own, groups)
    lines = [Line(whole.firms[whole.applicant], Fraction(HUNDRED), Why.OWN)]
    lines += [Line(whole.firms[code], Fraction(HUNDRED), Why.LINKED) for code in own if code != whole.applicant]
    lines += [Line(whole.firms[code], shares[code], Why.PARTNER) for code in whole.firms if code in shares]
    counted = tuple(line for line in lines if line.firm.kind is not FirmKind.PERSON)
    sums = [_sum([_values(line.counted)[place] for line in counted]) for place in range(3)]
    return Assessment(
        lines=counted,
        headcount=sums[0],
        turnover=sums[1],
        balance=sums[2],
        sizes=range_of(*sums),
        relation=_relation(counted),
        public_share=_public_share(whole),
    )


def _relation(lines: Sequence[Line]) -> Relation:
    reasons = {line.why for line in lines}
    if Why.LINKED in reasons:
        return Relation.LINKED
    return Relation.PARTNER if Why.PARTNER in reasons else Relation.AUTONOMOUS


def _values(figures: Figures) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    return figures.headcount, figures.turnover, figures.balance


def _sum(values: Sequence[Fraction | None]) -> Measure:
    known = [value for value in values if value is not None]
    return Measure(sum(known, Fraction()), len(known) == len(values))


def _partner_shares(whole: Structure, own: Sequence[str], groups: Sequence[Sequence[str]]) -> dict[str, Fraction]:
    """The share in percent at which each firm of a partner's group counts; the greatest where there are several."""
    shares: dict[str, Fraction] = {}
    for group in groups:
        enterprises = [code for code in group if whole.firms[code].kind is not FirmKind.PERSON]
        if group is own or not enterprises:
            continue
        upwards = _joint_shares(whole, owners=set(enterprises), owned=set(own))
        downwards = _joint_shares(whole, owners=set(own), owned=set(enterprises))
        greatest = max([*upwards, *downwards], default=Fraction())
        if greatest >= QUARTER:
            shares |= dict.fromkeys(enterprises, greatest)
    return shares


def _joint_shares(whole: Structure, *, owners: set[str], owned: set[str]) -> list[Fraction]:
    """What linked owners hold together of each firm: capital or voting rights, whichever is greater. What a person
    holds, or an exempt investor, makes nobody a partner."""
    capital: dict[str, Fraction] = defaultdict(Fraction)
    voting: dict[str, Fraction] = defaultdict(Fraction)
    for one in whole.holdings:
        is_counted = not one.is_exempt and whole.firms[one.owner].kind is not FirmKind.PERSON
        if is_counted and one.owner in owners and one.owned in owned:
            capital[one.owned] += one.capital
            voting[one.owned] += one.voting
    return [max(capital[code], voting[code]) for code in capital]


def _public_share(whole: Structure) -> Fraction:
    """What public bodies control of the applicant, directly or through firms that they control, exempt ones apart."""
    controlled = {code for code, firm in whole.firms.items() if firm.kind is FirmKind.PUBLIC_BODY}
    if not controlled:
        return Fraction()
    while more := _controlled_by(controlled, whole.holdings) - controlled - {whole.applicant}:
        controlled |= more
    held = [one for one in whole.holdings if one.owned == whole.applicant and one.owner in controlled]
    if any(one.has_control for one in held):
        return Fraction(HUNDRED)
    counted = [one for one in held if not (one.is_exempt and one.percent <= 50)]
    capital = sum((one.capital for one in counted), Fraction())
    return max(capital, sum((one.voting for one in counted), Fraction()))


def _controlled_by(owners: set[str], holdings: Sequence[Holding]) -> set[str]:
    votes: dict[str, Fraction] = defaultdict(Fraction)
    for one in holdings:
        if one.owner in owners:
            votes[one.owned] += HUNDRED if one.has_control else one.voting
    return {code for code, voting in votes.items() if voting > 50}
