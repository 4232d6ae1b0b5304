"""Where the firms of an ownership graph stand on the page: owners above, what is owned below. Whole numbers only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from textwrap import wrap

from vouchers.eligibility.rules.ownership import FirmKind, Structure, plain
from vouchers.eligibility.rules.sme import Why, assess

WIDTH, HEIGHT, GAP, RISE = 180, 56, 30, 90
LETTERS, LINES = 19, 2
"""Of a name in its box, also in bold."""


@dataclass(frozen=True, slots=True)
class Box:
    """One firm: the place of its upper left corner, its name in lines that fit, and its kind."""

    code: str
    lines: tuple[str, ...]
    kind: FirmKind
    x: int
    y: int
    is_applicant: bool

    @property
    def middle(self) -> int:
        """Where its lines begin and end."""
        return self.x + WIDTH // 2


class Counts(StrEnum):
    """How what a holding joins is counted."""

    IN_FULL = "in_full"
    IN_PROPORTION = "in_proportion"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Arrow:
    """One holding, from the owner to what it owns, with the percentage in words."""

    x1: int
    y1: int
    x2: int
    y2: int
    text: str
    counts: Counts

    @property
    def label_x(self) -> int:
        """Where the percentage stands: nearer to the owner, so that labels of several owners keep apart."""
        return self.x1 + (self.x2 - self.x1) * 2 // 5

    @property
    def label_y(self) -> int:
        """See `label_x`."""
        return self.y1 + (self.y2 - self.y1) * 2 // 5


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole picture in its own units."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(whole: Structure) -> Drawing:
    """Lay out the graph in rows; a firm that nothing connects with the applicant stands in the applicant's row."""
    level = _levels(whole)
    rows: dict[int, list[str]] = defaultdict(list)
    for code in whole.firms:
        rows[level[code]].append(code)
    widest = max(len(row) for row in rows.values())
    full = widest * (WIDTH + GAP) + GAP
    top = min(rows)
    boxes = {}
    for number, row in rows.items():
        start = (full - len(row) * (WIDTH + GAP) + GAP) // 2
        for place, code in enumerate(row):
            firm = whole.firms[code]
            x, y = start + place * (WIDTH + GAP), GAP + (number - top) * (HEIGHT + RISE)
            boxes[code] = Box(code, _lines(firm.label), firm.kind, x, y, code == whole.applicant)
    height = max(box.y for box in boxes.values()) + HEIGHT + GAP
    return Drawing(full, height, tuple(boxes.values()), tuple(_arrows(whole, boxes)))


def _levels(whole: Structure) -> dict[str, int]:
    """0 for the applicant, -1 for its owners, 1 for what it owns, by the shortest way."""
    level, queue = {whole.applicant: 0}, [whole.applicant]
    for code in queue:
        for one in whole.holdings:
            for here, there, step in ((one.owner, one.owned, 1), (one.owned, one.owner, -1)):
                if here == code and there not in level:
                    level[there] = level[code] + step
                    queue.append(there)
    return {code: level.get(code, 0) for code in whole.firms}


def counts_of(whole: Structure) -> list[Counts]:
    """For each holding in its order: whether it makes a link or a partner, or neither."""
    why = {line.firm.code: line.why for line in assess(whole).lines}
    found = []
    for one in whole.holdings:
        ends = {why.get(one.owner), why.get(one.owned)}
        is_partner = Why.PARTNER in ends and not ends.isdisjoint({Why.OWN, Why.LINKED})
        if one.is_link:
            found.append(Counts.IN_FULL)
        elif is_partner and not one.is_exempt:
            found.append(Counts.IN_PROPORTION)
        else:
            found.append(Counts.NOT)
    return found


def _arrows(whole: Structure, boxes: dict[str, Box]) -> list[Arrow]:
    arrows = []
    for one, counts in zip(whole.holdings, counts_of(whole), strict=True):
        owner, owned = boxes[one.owner], boxes[one.owned]
        if owner.y < owned.y:
            ends = (owner.middle, owner.y + HEIGHT, owned.middle, owned.y)
        elif owner.y > owned.y:
            ends = (owner.middle, owner.y, owned.middle, owned.y + HEIGHT)
        elif owner.x < owned.x:
            ends = (owner.x + WIDTH, owner.y + HEIGHT // 2, owned.x, owned.y + HEIGHT // 2)
        else:
            ends = (owner.x, owner.y + HEIGHT // 2, owned.x + WIDTH, owned.y + HEIGHT // 2)
        arrows.append(Arrow(*ends, f"{plain(one.percent, 2)} %", counts))
    return arrows


def _lines(name: str) -> tuple[str, ...]:
    return tuple(wrap(name, LETTERS, max_lines=LINES, placeholder="…")) or ("",)
