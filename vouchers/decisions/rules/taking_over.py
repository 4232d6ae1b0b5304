"""A session that was prepared on another ranking than there is now: nothing is proposed before its lines fit. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.decisions.rules.ranking import Standing
from vouchers.decisions.rules.sessions import Line, Proposed, Seen, Words

CHANGED = _("The ranking has changed since this session was prepared. Take the new ranking over before you propose it.")


def ensure_unchanged_since(changes: Sequence[Sentence]) -> None:
    """The ranking is what the session was prepared on. Raises `RuleBroken` with what changed."""
    if changes:
        raise RuleBroken(" ".join(str(one) for one in (CHANGED, *changes)))


def take_over(old: Sequence[Line], fresh: Sequence[Line], seen: Seen | None, words: Words) -> list[Line]:
    """The lines that the ranking proposes now, with what a person has typed or chosen before.

    A line whose outcome is not what its place proposed stays as it is. Every other one takes the new outcome and keeps
    its reason and its conditions. A session of one application of a longer list stays one.
    """
    before, places = {line.key: line for line in old}, (seen or {"places": {}})["places"]
    waits = [one for one in places.values() if one["standing"] != Standing.DECIDED.value]
    is_single = len(old) == 1 and len(waits) > 1
    return [
        _merge(before[line.key], line, places.get(line.reference), words) if line.key in before else line
        for line in fresh
        if line.key in before or not is_single
    ]


_USUAL = {
    Standing.WITHIN: {Proposed.AWARD, Proposed.WAIT},
    Standing.OFFER: {Proposed.AWARD, Proposed.WAIT},
    Standing.BEYOND: {Proposed.RESERVE, Proposed.REJECT, Proposed.WAIT},
    Standing.BELOW: {Proposed.REJECT},
}
"""What `prefill` may have proposed for a standing; for every other one it leaves the line undecided."""


def _merge(old: Line, fresh: Line, place: Mapping[str, str] | None, words: Words) -> Line:
    typed = "" if old.reason in {words.below, words.no_money} else old.reason
    is_usual = place is None or old.outcome in _USUAL.get(Standing(place["standing"]), {Proposed.WAIT})
    if typed and old.outcome is Proposed.REJECT:
        is_usual = False
    if not is_usual:
        return old
    is_less = old.amount is not None and fresh.amount is not None and old.amount < fresh.amount
    cut = place is not None and place["standing"] == Standing.OFFER.value
    return replace(
        fresh,
        amount=old.amount if is_less and not cut else fresh.amount,
        reason=typed or fresh.reason,
        conditions=old.conditions,
    )
