"""What makes a pair fit, how much each part counts, and how it reads. The weights are published in the handbook.

``worth = 0.5 fields + 0.3 words + 0.2 bid``; where an application names no fields, its words and the bid share their
part. An expert who would rather not is worth a tenth of it: the pair is made only where nobody else can.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.matching.states import BidAnswer

FIELDS, WORDS, BID = 0.5, 0.3, 0.2
STEP = 0.6
"""For each step in the taxonomy between two fields: 1 for the same, 0.6 for the wider one, 0.36 for a sister."""
FARTHEST = 2
BIDS: Mapping[BidAnswer | None, float] = {BidAnswer.YES: 1.0, BidAnswer.MAYBE: 0.6, None: 0.4, BidAnswer.NO: 0.0}
UNWILLING = 0.1
"""What remains of the worth for an expert who would rather not."""
SPREAD = 0.02
"""For the first expert of each kind (region, and new or seasoned) of an application."""
SHOWN_WORDS = 5


def weights_of(has_fields: bool) -> tuple[float, float, float]:
    """Weights of fields, words and bid for an application with or without fields."""
    if has_fields:
        return FIELDS, WORDS, BID
    return 0.0, WORDS / (WORDS + BID), BID / (WORDS + BID)


def nearness(one: str, other: str, within: Mapping[str, str | None]) -> float:
    """How near two fields are in the taxonomy, from 0 to 1: `STEP` for each step, nothing beyond `FARTHEST` steps."""
    ups, others = _upwards(one, within), _upwards(other, within)
    steps = [up + others[code] for code, up in ups.items() if code in others]
    return STEP ** min(steps) if steps and min(steps) <= FARTHEST else 0.0


def _upwards(code: str, within: Mapping[str, str | None]) -> dict[str, int]:
    found: dict[str, int] = {}
    here: str | None = code
    while here is not None and here not in found:
        found[here] = len(found)
        here = within.get(here)
    return found


def match_fields(
    wanted: Sequence[str], has: Sequence[str], within: Mapping[str, str | None]
) -> list[tuple[str, str, float]]:
    """Each wanted field with the nearest of the expert's, if one is near at all: ``(wanted, expert's, nearness)``."""
    found = []
    for field in wanted:
        best = max(((nearness(field, own, within), own) for own in sorted(set(has))), default=(0.0, ""))
        if best[0] > 0:
            found.append((field, best[1], best[0]))
    return found


def say_reasons(reason: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Sentence]:
    """A stored reason in words.

    Args:
        reason: ``{"fields": [[wanted, own, nearness]], "of": count, "words": [...], "bid": answer or None, ...}``,
            and where they hold ``"pinned": True`` and ``"bonus": millionths``.
        names: field code -> its name in the reader's language.
    """
    if same := [names.get(one, one) for one, own, _near in reason["fields"] if one == own]:
        yield _("Same field: %(fields)s.", fields=", ".join(same))
    for one, own, _near in reason["fields"]:
        if one != own:
            yield _("Near field: %(own)s, asked for %(field)s.", own=names.get(own, own), field=names.get(one, one))
    if reason["of"] and not reason["fields"]:
        yield _("No field in common.")
    if reason["words"]:
        yield _("Words in common: %(words)s.", words=", ".join(reason["words"]))
    if reason["bid"]:
        yield _("The expert’s answer: %(answer)s.", answer=BidAnswer(reason["bid"]).label)
    if reason.get("bonus"):
        points = f"{reason['bonus'] / 10_000:g}"
        yield _("Brings a spread of regions or of experience: %(points)s points more in the total.", points=points)
    if reason.get("pinned"):
        yield _("You pinned this.")
