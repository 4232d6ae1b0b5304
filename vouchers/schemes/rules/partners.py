"""What a draft may not change of the regions and fund lines, because something published stands on it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules.changes import ensure_same_lines
from vouchers.programmes.rules.fund_shares import RATE_PLACES, lines_of
from vouchers.programmes.rules.plan import Call, Envelope, FundLine
from vouchers.schemes.rules.places import Plain
from vouchers.schemes.rules.plain_words import in_plain_words
from vouchers.schemes.rules.reading import Gap

REGIONS, FUND_LINES = ("regions",), ("fund_lines",)
PUBLISHED_KEYS = ("country", "state_aid")
"""What a call stands on of each of its regions: under which law it grants. An office may move, a name may change."""
OWN_KEYS = frozenset({"languages", "state_aid"})
"""What each programme says of a region for itself; the rest stands once in the register, for all of them."""


def coded(items: Plain) -> dict[str, tuple[int, Plain]]:
    """Code -> number and block of the items of a list that have one."""
    found = items if isinstance(items, list) else []
    return {str(one["code"]): (at, one) for at, one in enumerate(found, 1) if isinstance(one, dict) and one.get("code")}


def list_changed_regions(before: Plain, after: Plain, calls: Sequence[Call]) -> Iterator[Gap]:
    """Regions of published calls whose country or legal basis would be another one."""
    old = coded(before)
    for code, (number, region) in coded(after).items():
        if code not in old:
            continue
        call = next((call for call in calls if code in call.regions), None)
        for key in PUBLISHED_KEYS:
            if call is not None and region.get(key) != old[code][1].get(key):
                yield Gap((*REGIONS, "regions", str(number)), key, said_to_stay(call))


def list_shared_regions(before: Plain, after: Plain, elsewhere: Mapping[str, Plain]) -> Iterator[Gap]:
    """Regions that another programme has too (`elsewhere`: code -> its block), where this draft would change them."""
    old = coded(before)
    for code, (number, region) in coded(after).items():
        if code not in elsewhere:
            continue
        known = old[code][1] if code in old else elsewhere[code]
        if _for_all(region) != _for_all(known):
            sentence = _(
                "Another programme has this region too, so here it must stay as it is there. Whoever runs the server "
                "changes it for all of them."
            )
            yield Gap((*REGIONS, "regions", str(number)), "", sentence)


def list_changed_fund_lines(
    before: Sequence[FundLine], after: Sequence[FundLine], calls: Sequence[Call]
) -> Iterator[Gap]:
    """Money that was voted stays on its fund lines: the rule of the programme file, for each published call."""
    for call in calls:
        if sentence := refusal_of_lines(before, after, call):
            yield Gap(FUND_LINES, "fund_lines", sentence)


def refusal_of_lines(before: Sequence[FundLine], after: Sequence[FundLine], call: Call) -> Sentence | None:
    """Why the money of a published call keeps its fund lines from changing; None where it does not stand on them."""
    try:
        for envelope in call.envelopes:
            ensure_same_lines(str(call.title), _carrying(envelope, before), _carrying(envelope, after))
    except RuleBroken as refused:
        return in_plain_words(refused.sentence, {}) if isinstance(refused.sentence, Sentence) else None
    return None


def said_to_stay(call: Call) -> Sentence:
    """That a published call stands on something."""
    return _("The call “%(call)s” was published with this, so it stays.", call=call.title)


def _carrying(envelope: Envelope, lines: Sequence[FundLine]) -> list[Any]:
    named = {line.code for line in lines}
    if envelope.has_own_shares and not named.issuperset(code for code, _part in envelope.shares):
        return []
    return [(line.code, line.rate.quantize(RATE_PLACES), line.kind) for line in lines_of(envelope, lines)]


def _for_all(region: Plain) -> dict[str, Plain]:
    return {key: value for key, value in region.items() if key not in OWN_KEYS}
