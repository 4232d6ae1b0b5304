"""Who owns whom: firms, holdings, and which firms are linked. A graph that cannot be counted is refused with its place.

Recommendation 2003/361/EC, Annex, Article 3(3); Regulation (EU) 2023/2831, Article 2(2). Percentages are exact.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _

HUNDRED = 100
MAJORITY, QUARTER = 50, 25
MOST_FIRMS, MOST_HOLDINGS = 200, 400


class FirmKind(StrEnum):
    """What stands at one node of the graph."""

    ENTERPRISE = "enterprise"
    PERSON = "person"
    """A person, or persons who act together: links firms of the same or neighbouring markets, has no figures."""
    PUBLIC_BODY = "public_body"


@dataclass(frozen=True, slots=True)
class Figures:
    """People in annual work units; turnover and balance sheet in euros; of one closed year. None: not known."""

    headcount: Fraction | None = None
    turnover: Fraction | None = None
    balance: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Firm:
    """One enterprise, person or public body."""

    code: str
    name: str = ""
    kind: FirmKind = FirmKind.ENTERPRISE
    figures: Figures = field(default_factory=Figures)
    same_market: bool | None = True
    """For a person: whether the firms that the person controls act in the same or neighbouring markets."""

    @property
    def label(self) -> str:
        """How sentences call it."""
        return self.name or self.code


@dataclass(frozen=True, slots=True)
class Holding:
    """What one firm holds of another, in percent."""

    owner: str
    owned: str
    capital: Fraction
    voting: Fraction
    is_exempt: bool = False
    """The owner is an investor of Article 3(2), second subparagraph: 25 % to 50 % does not make it a partner."""
    has_control: bool = False
    """Dominant influence without the majority: by contract, by statutes, or by the right to appoint the board."""

    @property
    def percent(self) -> Fraction:
        """Capital or voting rights, whichever is greater (Article 6(2))."""
        return max(self.capital, self.voting)

    @property
    def is_link(self) -> bool:
        """Whether this holding alone links the two (Article 3(3))."""
        return self.voting > MAJORITY or self.has_control


@dataclass(frozen=True, slots=True)
class Structure:
    """The applicant, the other firms, and what they hold of each other. Use `ensure_sound` before counting."""

    applicant: str
    firms: Mapping[str, Firm]
    holdings: tuple[Holding, ...]


def structure(applicant: str, firms: Sequence[Firm], holdings: Sequence[Holding]) -> Structure:
    """Put the parts together.

    Raises:
        RuleBroken: the graph cannot be counted; the sentence names the firm or the holding.
    """
    for code, count in Counter(firm.code for firm in firms).items():
        if count > 1:
            raise RuleBroken(_("The firm “%(firm)s” is entered twice.", firm=code), field="firms")
    whole = Structure(applicant, {firm.code: firm for firm in firms}, tuple(holdings))
    ensure_sound(whole)
    return whole


def ensure_sound(whole: Structure) -> None:
    """Every holding lies between two known firms, percentages are possible, and nothing goes round in a circle."""
    if whole.applicant not in whole.firms:
        raise RuleBroken(_("The applicant, “%(firm)s”, is not among the firms.", firm=whole.applicant), field="firms")
    if len(whole.firms) > MOST_FIRMS or len(whole.holdings) > MOST_HOLDINGS:
        sentence = _("At most %(firms)s firms and %(holdings)s holdings.", firms=MOST_FIRMS, holdings=MOST_HOLDINGS)
        raise RuleBroken(sentence, field="firms")
    for firm in whole.firms.values():
        _ensure_figures(firm)
    _ensure_holdings(whole)
    _ensure_totals(whole)
    _ensure_no_circle(whole)


def _ensure_figures(firm: Firm) -> None:
    for name, value in (
        (_("headcount"), firm.figures.headcount),
        (_("turnover"), firm.figures.turnover),
        (_("balance sheet"), firm.figures.balance),
    ):
        if value is not None and value < 0:
            raise RuleBroken(
                _("The %(figure)s of %(firm)s is below zero.", figure=name, firm=firm.label), field="firms"
            )


def _ensure_holdings(whole: Structure) -> None:
    seen = set()
    for one in whole.holdings:
        for code in (one.owner, one.owned):
            if code not in whole.firms:
                raise RuleBroken(
                    _("A holding names “%(firm)s”, which is not among the firms.", firm=code), field="holdings"
                )
        values = {"owner": whole.firms[one.owner].label, "owned": whole.firms[one.owned].label}
        if one.owner == one.owned:
            raise RuleBroken(_("%(owner)s cannot hold a part of itself.", **values), field="holdings")
        if (one.owner, one.owned) in seen:
            raise RuleBroken(_("What %(owner)s holds of %(owned)s is entered twice.", **values), field="holdings")
        seen.add((one.owner, one.owned))
        for percent in (one.capital, one.voting):
            if not 0 <= percent <= HUNDRED:
                sentence = _(
                    "What %(owner)s holds of %(owned)s, %(percent)s %%, is not between 0 and 100 %%.",
                    percent=plain(percent),
                    **values,
                )
                raise RuleBroken(sentence, field="holdings")
        if whole.firms[one.owned].kind is FirmKind.PERSON:
            raise RuleBroken(
                _("%(owned)s is a person, and nobody can hold a part of a person.", **values), field="holdings"
            )


def _ensure_totals(whole: Structure) -> None:
    too_much = (
        (_("The parts of the capital of %(firm)s add up to %(percent)s %%, above 100 %%."), _capital),
        (_("The voting rights of %(firm)s add up to %(percent)s %%, above 100 %%."), _voting),
    )
    for sentence, read in too_much:
        sums: dict[str, Fraction] = defaultdict(Fraction)
        for one in whole.holdings:
            sums[one.owned] += read(one)
        for owned, percent in sums.items():
            if percent > HUNDRED:
                values = {"firm": whole.firms[owned].label, "percent": plain(percent)}
                raise RuleBroken(Sentence(sentence.msgid, values), field="holdings")


def _capital(one: Holding) -> Fraction:
    return one.capital


def _voting(one: Holding) -> Fraction:
    return one.voting


def _ensure_no_circle(whole: Structure) -> None:
    """Two firms may hold parts of each other (Article 6(2) counts the greater); a longer circle, or two firms that
    each control the other, cannot be."""
    linking = {(one.owner, one.owned) for one in whole.holdings if one.is_link}
    for owner, owned in sorted(linking):
        if (owned, owner) in linking:
            labels = {"one": whole.firms[owner].label, "other": whole.firms[owned].label}
            raise RuleBroken(_("%(one)s and %(other)s cannot each control the other.", **labels), field="holdings")
    circle = find_circle(whole.holdings)
    if circle:
        path = " → ".join(whole.firms[code].label for code in [*circle, circle[0]])
        sentence = _("These holdings go round in a circle: %(path)s. Check their direction.", path=path)
        raise RuleBroken(sentence, field="holdings")


def find_circle(holdings: Sequence[Holding]) -> list[str]:
    """The codes along a circle of three or more firms, each holding a part of the next; empty where there is none."""
    owned: dict[str, list[str]] = defaultdict(list)
    for one in holdings:
        owned[one.owner].append(one.owned)
    inside = _without_ends(owned)
    for start in inside:
        for first in owned[start]:
            if first in inside and (path := _way_back(owned, first, start)):
                return [start, *path]
    return []


def _without_ends(owned: Mapping[str, list[str]]) -> list[str]:
    """Firms from which one may walk for ever: those that may lie on a circle."""
    left = {code: {one for one in parts if owned.get(one)} for code, parts in owned.items() if parts}
    while ends := [code for code, parts in left.items() if not parts]:
        for code in ends:
            del left[code]
        for parts in left.values():
            parts.difference_update(ends)
    return list(left)


def _way_back(owned: Mapping[str, list[str]], first: str, goal: str) -> list[str]:
    """A path from `first` to `goal` that does not go there directly; without the goal itself."""
    came_from: dict[str, str] = {first: ""}
    queue = [first]
    for code in queue:
        for after in owned.get(code, ()):
            if after == goal and code != first:
                path = [code]
                while came_from[path[-1]]:
                    path.append(came_from[path[-1]])
                return path[::-1]
            if after != goal and after not in came_from:
                came_from[after] = code
                queue.append(after)
    return []


def linked_groups(whole: Structure, *, through_persons: bool, through_public: bool = True) -> list[list[str]]:
    """The firms in groups: linked with each other directly, through others, or by a majority that linked firms hold
    jointly. The order is that of the firms. Without `through_persons` persons link nobody; likewise public bodies.
    """
    links = Links(whole, through_persons=through_persons, through_public=through_public)
    return links.groups()


class Links:
    """Groups of linked firms, joined until nothing changes any more."""

    def __init__(self, whole: Structure, *, through_persons: bool, through_public: bool):
        left_out = {
            code
            for code, firm in whole.firms.items()
            if (firm.kind is FirmKind.PERSON and not (through_persons and firm.same_market is not False))
            or (firm.kind is FirmKind.PUBLIC_BODY and not through_public)
        }
        self.holdings = [one for one in whole.holdings if one.owner not in left_out and one.owned not in left_out]
        self.parent = {code: code for code in whole.firms}

    def groups(self) -> list[list[str]]:
        """Each group once."""
        for one in self.holdings:
            if one.is_link:
                self._join(one.owner, one.owned)
        while any(self._join(*pair) for pair in self._joint_majorities()):
            pass
        groups: dict[str, list[str]] = {}
        for code in self.parent:
            groups.setdefault(self._root(code), []).append(code)
        return list(groups.values())

    def _joint_majorities(self) -> Iterator[tuple[str, str]]:
        votes: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        for one in self.holdings:
            votes[self._root(one.owner), one.owned] += one.voting
        return iter([pair for pair, voting in votes.items() if voting > MAJORITY])

    def _join(self, one: str, other: str) -> bool:
        root, onto = self._root(other), self._root(one)
        self.parent[root] = onto
        return root != onto

    def _root(self, code: str) -> str:
        while self.parent[code] != code:
            self.parent[code] = code = self.parent[self.parent[code]]
        return code


def plain(number: Fraction, places: int = 4) -> str:
    """An exact number for sentences: ``50.01``, ``4.8333``; rounded half up to `places`, without trailing zeros."""
    scaled = (abs(number) * 10**places + Fraction(1, 2)).__floor__()
    whole, rest = divmod(scaled, 10**places)
    text = f"{whole}.{rest:0{places}d}".rstrip("0").rstrip(".") if places else str(whole)
    return f"-{text}" if number < 0 and scaled else text
