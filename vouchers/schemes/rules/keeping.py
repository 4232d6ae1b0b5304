"""What a correction may not take from a call: voted money, and what those who applied rely on. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules.plan import Allocation, Call, Envelope
from vouchers.programmes.rules.selection_plan import Draw
from vouchers.schemes.rules.narrowing import STRICTER, list_narrowed, list_stricter_terms
from vouchers.schemes.rules.places import Place
from vouchers.schemes.rules.plain_words import Names, say_names
from vouchers.schemes.rules.reading import Gap

_HERE = ("call",)
STAYS = _("Applications were submitted, so this stays as it was published.")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far people have come in a call at a moment.

    `settled_until` is the end of the last round (of the call, where it has none) from which something was decided, or
    whose pool is frozen.
    """

    at: datetime
    is_open_or_over: bool = False
    has_submissions: bool = False
    settled_until: datetime | None = None


def list_refused_corrections(before: Any, after: Call, names: Names, progress: Progress) -> Iterator[Gap]:
    """What a correction may never take: money that was voted; from those who applied, time, their region, their
    instrument, their question, their round; and from those who submitted, the ground on which they are judged.

    Args:
        before: the published call (`plan.Call`).
        names: of regions and instruments.
    """
    if less := _with_less_money(before.envelopes, after.envelopes):
        sentence = _("Money that was published stays, so it cannot become less: %(regions)s.",
                     regions=say_names(less, names))  # fmt: skip
        yield Gap(_HERE, "envelopes", sentence)
    if progress.is_open_or_over:
        yield from _list_taken(before, after, names)
        yield from _list_moved_rounds(before, after, progress)
    if progress.has_submissions:
        for place, key in _list_other_grounds(before, after):
            yield Gap(place, key, STAYS)
        for place, key in (*list_stricter_terms(before, after), *list_narrowed(before.form, after.form)):
            yield Gap(place, key, STRICTER)


def _list_taken(before: Any, after: Call, names: Names) -> Iterator[Gap]:
    if after.closes_at < before.closes_at:
        yield Gap(_HERE, "closes", _("The call cannot close earlier than it was published."))
    if after.opens_at != before.opens_at:
        yield Gap(_HERE, "opens", _("The call has opened already, so its opening cannot change."))
    for key, old, new in (
        ("regions", before.regions, after.regions),
        ("instruments", before.instruments, after.instruments),
    ):
        if missing := [code for code in old if code not in new]:
            yield Gap(_HERE, key, _("%(codes)s was published, so it stays.", codes=say_names(missing, names)))
    yield from _unasked_now(before, after)
    if after.allocation != before.allocation:
        yield Gap(_HERE, "allocation", _("How the money is given was published, so it stays."))


def _with_less_money(before: Sequence[Envelope], after: Sequence[Envelope]) -> list[str]:
    left = {(one.region, one.instrument): one.amount for one in after}
    less = [
        one.region
        for one in before
        if (one.region, one.instrument) not in left or left[one.region, one.instrument] < one.amount
    ]
    return list(dict.fromkeys(less))


def _unasked_now(before: Any, after: Call) -> Iterator[Gap]:
    asked = {question.code for question in after.form.questions}
    gone: list[Sentence | str] = [one.label.for_reader() for one in before.form.questions if one.code not in asked]
    if gone:
        listed = ", ".join(f"“{label}”" for label in gone)
        yield Gap(_HERE, "form", _("People may have answered %(codes)s, so the question stays.", codes=listed))


# Rounds ---------------------------------------------------------------------------------------------------------------


def _list_moved_rounds(before: Any, after: Call, progress: Progress) -> Iterator[Gap]:
    """Ends that are past, or whose round is settled, stay, with no new one among them; later ones only move on."""
    over = max(progress.at, progress.settled_until or progress.at)
    is_one_round = not before.cut_offs
    is_settled = progress.settled_until is not None
    old, new = (tuple(end for end in call.cut_offs if end <= over) for call in (before, after))
    if old != new or (is_one_round and is_settled and after.cut_offs):
        yield Gap(_HERE, "cut_offs", _("A round that has ended, or from which something was decided, stays as it is."))
    elif _is_cut_short(before.cut_offs, after.cut_offs, over):
        yield Gap(_HERE, "cut_offs", _("A round cannot end earlier than it was published, and none is taken out."))
    is_reopened = before.closes_at <= progress.at and after.closes_at > before.closes_at
    if is_one_round and is_settled and is_reopened and before.allocation is not Allocation.FIRST_COME:
        yield Gap(_HERE, "closes", _("The call is over and something was decided, so it cannot be opened again."))


def _is_cut_short(before: Sequence[datetime], after: Sequence[datetime], over: datetime) -> bool:
    gone = [end for end in before if end > over and end not in after]
    come = [end for end in after if end > over and end not in before]
    latest = come[max(0, len(come) - len(gone)) :]
    return len(come) < len(gone) or any(new < old for old, new in zip(gone, latest, strict=True))


# The ground of the decision -------------------------------------------------------------------------------------------


def _is_same_draw(before: Draw, after: Draw | None) -> bool:
    """The source is the one that was published; it may only be waited for longer."""
    return after is not None and replace(after, held_at=before.held_at) == before and after.held_at >= before.held_at


_GROUNDS = {
    **{name: name for name in ("aggregation", "total_threshold", "scope_question", "divergence", "fair_marks")},
    "is_blind": "blind",
}
"""What marks come from: the plan's name and the file's key."""


def _list_other_grounds(before: Any, after: Call) -> Iterator[tuple[Place, str]]:
    """Settings by which submitted applications are marked and ordered; names and guidance are words and may change."""
    if after.cut_policy != before.cut_policy:
        yield _HERE, "cut_policy"
    if before.has_reserve_list and not after.has_reserve_list:
        yield _HERE, "reserve_list"
    for name in ("tie_breaks", "appeal"):
        if getattr(before, name) != getattr(after, name):
            yield _HERE, name
    if before.draw is not None and not _is_same_draw(before.draw, after.draw):
        yield _HERE, "draw"
    if before.has_two_persons and not after.has_two_persons:
        yield _HERE, "two_persons"
    if after.has_lapsing_conditions and not before.has_lapsing_conditions:
        yield _HERE, "conditions_lapse"
    if before.marking is None or after.marking is None:
        if before.marking != after.marking:
            yield _HERE, "marking"
        return
    here = (*_HERE, "marking")
    for name, key in _GROUNDS.items():
        if getattr(before.marking, name) != getattr(after.marking, name):
            yield here, key
    if [one.code for one in before.marking.criteria] != [one.code for one in after.marking.criteria]:
        yield here, "criteria"
        return
    for number, (old, new) in enumerate(zip(before.marking.criteria, after.marking.criteria, strict=True), 1):
        for key in ("weight", "threshold"):
            if getattr(old, key) != getattr(new, key):
                yield (*here, "criteria", str(number)), key
