"""A decision session: what is proposed for each application of a list, and whether the list is still the same. Pure.

One person proposes, another one confirms. What the proposer looked at (places, scores, standings, wishes, money) is
kept with the proposal; the confirmation is refused where any of it has changed, and says what.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.lifecycle import State
from vouchers.core.money import Money, total
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.decisions.rules.awards import ensure_within
from vouchers.decisions.rules.ranking import Place, Standing

MOST_CONDITIONS = 5
MOST_SAID = 10
"""Changes or refusals that are named one by one."""


class Proposed(State):
    """What is proposed for one application."""

    AWARD = "award", _("Award"), "green"
    RESERVE = "reserve", _("Put on the reserve list"), "yellow"
    REJECT = "reject", _("Reject"), "red"
    WAIT = "wait", _("Leave undecided"), "grey"


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be done before the agreement is offered, and until when."""

    text: str
    until: date | None = None

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {"text": self.text, "until": self.until.isoformat() if self.until else None}


@dataclass(frozen=True, slots=True)
class Line:
    """What is proposed for one application: outcome, amount of an award, reason and conditions that it reads."""

    key: int
    reference: str
    outcome: Proposed
    amount: Money | None = None
    reason: str = ""
    conditions: tuple[Condition, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "id": self.key,
            "reference": self.reference,
            "outcome": self.outcome.value,
            "cents": self.amount.cents if self.amount else None,
            "reason": self.reason,
            "conditions": [condition.as_json() for condition in self.conditions],
        }


def read_line(stored: Mapping[str, Any], currency: str) -> Line:
    """A stored line."""
    cents = stored["cents"]
    return Line(
        stored["id"],
        stored["reference"],
        Proposed(stored["outcome"]),
        None if cents is None else Money(cents, currency),
        stored["reason"],
        tuple(
            Condition(one["text"], date.fromisoformat(one["until"]) if one["until"] else None)
            for one in stored["conditions"]
        ),
    )


@dataclass(frozen=True, slots=True)
class Words:
    """Reasons that a prefilled line begins with."""

    below: str
    no_money: str


def prefill(
    places: Sequence[Place],
    references: Mapping[Any, str],
    *,
    has_reserve_list: bool,
    on_reserve: Collection[Any],
    drawn: Collection[Any],
    words: Words,
) -> list[Line]:
    """The proposal that the ranking itself makes: within the money is awarded, beyond it reserved, below rejected.

    Args:
        on_reserve: keys of those who are on the reserve list already; they stay there unless the money reaches them.
        drawn: keys of those whom only a draw can award; they wait for it.
    """
    lines = []
    for place in places:
        key = place.entry.key
        if key not in references or place.standing == Standing.DECIDED:
            continue
        line = Line(int(str(key)), references[key], Proposed.WAIT)
        if place.standing == Standing.BELOW:
            line = replace(line, outcome=Proposed.REJECT, reason=words.below)
        elif place.standing in {Standing.WITHIN, Standing.OFFER} and key not in drawn:
            line = replace(line, outcome=Proposed.AWARD, amount=place.offer)
        elif place.standing == Standing.BEYOND and key not in on_reserve and key not in drawn:
            outcome = Proposed.RESERVE if has_reserve_list else Proposed.REJECT
            line = replace(line, outcome=outcome, reason="" if has_reserve_list else words.no_money)
        lines.append(line)
    return lines


def change_line(line: Line, changed: Line, most: Money, *, is_sum: bool = False) -> Line:
    """A line as the manager wants it.

    Raises:
        RuleBroken: an award without an amount or above `most`, a part of a sum, a rejection without a reason, a
            condition without an award, less than could be awarded and than the list proposed without a reason.
    """
    if changed.outcome is Proposed.AWARD:
        amount = ensure_within(changed.amount, most, is_sum=is_sum)
        is_cut = amount < most and (amount != line.amount or bool(line.reason.strip()))
        if is_cut and not changed.reason.strip():
            raise RuleBroken(_("Say why less is awarded than was asked for"), field="reason")
    elif changed.conditions:
        raise RuleBroken(_("A condition goes with an award only: take it out, or propose an award."), field="outcome")
    else:
        changed = replace(changed, amount=None)
    if changed.outcome is Proposed.REJECT and not changed.reason.strip():
        raise RuleBroken(_("Say why it is not supported"), field="reason")
    return replace(changed, key=line.key, reference=line.reference)


def seen_line(line: Line) -> str:
    """What a person sees of a line, as a digest that its form carries: SHA-256 in hex."""
    return hashlib.sha256(json.dumps(line.as_json(), sort_keys=True).encode()).hexdigest()


def list_proposed(lines: Sequence[Line]) -> list[int]:
    """The keys of the lines that decide something."""
    return [line.key for line in lines if line.outcome is not Proposed.WAIT]


def ensure_ready(lines: Sequence[Line]) -> None:
    """Something is decided, and every rejection says why."""
    if all(line.outcome is Proposed.WAIT for line in lines):
        raise RuleBroken(_("Nothing is decided in this session yet: choose an outcome for at least one application."))
    if unsaid := [line.reference for line in lines if line.outcome is Proposed.REJECT and not line.reason.strip()]:
        raise RuleBroken(_("Say why these are not supported: %(references)s.", references=name_some(unsaid)))


def ensure_affordable(lines: Sequence[Line], left: Money, slots: int | None) -> None:
    """All awards together fit the money and the quota."""
    amounts = [line.amount for line in lines if line.amount and line.outcome is Proposed.AWARD]
    if (wanted := total(amounts, left.currency)) > left:
        raise RuleBroken(
            _("The awards come to %(wanted)s together, but only %(left)s are left.", wanted=wanted, left=left)
        )
    if slots is not None and len(amounts) > slots:
        raise RuleBroken(
            _("The quota allows %(slots)s more vouchers; %(count)s are proposed.", slots=slots, count=len(amounts))
        )


def list_with(lines: Sequence[Line], outcome: Proposed) -> set[int]:
    """The keys of the lines with this outcome."""
    return {line.key for line in lines if line.outcome is outcome}


def name_some(references: Sequence[str]) -> str:
    """The first references, with a sign that there are more."""
    return ", ".join(references[:MOST_SAID]) + (" …" if len(references) > MOST_SAID else "")


def count_outcomes(lines: Sequence[Line]) -> dict[str, int]:
    """How many lines have each outcome."""
    return {one.value: sum(line.outcome is one for line in lines) for one in Proposed}


# The fingerprint of the ranking ---------------------------------------------------------------------------------------

Seen = dict[str, Any]
"""``{"left", "slots", "places": {reference: {"rank", "score", "standing", "wants"}}}``, all in plain text."""


def see(
    places: Sequence[Place], references: Mapping[Any, str], scores: Mapping[Any, str], left: Money, slots: int | None
) -> Seen:
    """What a person sees of a ranking, as far as a decision rests on it."""
    return {
        "left": str(left),
        "slots": "" if slots is None else str(slots),
        "places": {
            references[place.entry.key]: {
                "rank": str(place.rank or ""),
                "score": scores.get(place.entry.key, ""),
                "standing": place.standing.value,
                "wants": str(place.entry.wants),
            }
            for place in places
            if place.entry.key in references
        },
    }


@dataclass(frozen=True, slots=True)
class SeenPlace:
    """Where an application stood when its session was proposed."""

    rank: str
    standing: Standing
    is_tied: bool = False


def find_seen(seen: Seen, reference: str) -> SeenPlace | None:
    """The place of one application as it was seen; None where it was not in the list."""
    place = seen["places"].get(reference)
    return SeenPlace(place["rank"], Standing(place["standing"])) if place else None


def fingerprint(seen: Seen) -> str:
    """SHA-256 of what was seen, in hex."""
    return hashlib.sha256(json.dumps(seen, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def say_changes(seen: Seen, now: Seen, *, decided: Collection[str] = ()) -> list[Sentence]:
    """What differs between what was proposed on and what is there now; the first few one by one.

    Args:
        decided: the references that the session has decided itself; `now` counts what it awarded them as left.
    """
    said: list[Sentence] = []
    if decided:
        seen, now = _rest(seen, decided), _rest(now, decided)
    if seen["left"] != now["left"]:
        said.append(_("The money left was %(before)s and is now %(after)s.", before=seen["left"], after=now["left"]))
    if seen["slots"] != now["slots"]:
        said.append(
            _("The vouchers left were %(before)s and are now %(after)s.", before=seen["slots"], after=now["slots"])
        )
    before, after = seen["places"], now["places"]
    for reference in sorted(before.keys() | after.keys()):
        if reference not in after:
            said.append(_("%(reference)s is not in the list any more.", reference=reference))
        elif reference not in before:
            said.append(_("%(reference)s is new in the list.", reference=reference))
        elif before[reference] != after[reference]:
            said.append(_say_place(reference, before[reference], after[reference]))
    return said[:MOST_SAID]


_WAITS = {Standing.WITHIN, Standing.OFFER, Standing.TIED, Standing.BEYOND}


def _rest(seen: Seen, decided: Collection[str]) -> Seen:
    """What was seen without those decided since: places counted among the rest, wherever the money now ends."""
    rest = {reference: place for reference, place in seen["places"].items() if reference not in decided}
    order = {rank: str(number) for number, rank in enumerate(sorted({int(one["rank"] or 0) for one in rest.values()}))}
    return {
        **seen,
        "places": {
            reference: {
                **place,
                "rank": order[int(place["rank"] or 0)],
                "standing": Standing.WITHIN.value if Standing(place["standing"]) in _WAITS else place["standing"],
            }
            for reference, place in rest.items()
        },
    }


def _say_place(reference: str, before: Mapping[str, str], after: Mapping[str, str]) -> Sentence:
    if before["score"] != after["score"]:
        return _(
            "%(reference)s: the score was %(before)s and is now %(after)s.",
            reference=reference,
            before=before["score"] or "–",
            after=after["score"] or "–",
        )
    if before["rank"] != after["rank"]:
        return _(
            "%(reference)s: the place was %(before)s and is now %(after)s.",
            reference=reference,
            before=before["rank"] or "–",
            after=after["rank"] or "–",
        )
    if before["wants"] != after["wants"]:
        return _(
            "%(reference)s: the amount was %(before)s and is now %(after)s.",
            reference=reference,
            before=before["wants"],
            after=after["wants"],
        )
    return _(
        "%(reference)s was “%(before)s” and is now “%(after)s”.",
        reference=reference,
        before=Standing(before["standing"]).label,
        after=Standing(after["standing"]).label,
    )
