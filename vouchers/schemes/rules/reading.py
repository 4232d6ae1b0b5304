"""Reading a draft: the plan that it would be, or what is wrong with each of its places; and what else a call needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules.faults import ProgrammeFileFaults
from vouchers.programmes.rules.plain import as_tree
from vouchers.programmes.rules.plan import Call, ProgrammePlan
from vouchers.programmes.rules.programme_file import read_programme_tree
from vouchers.programmes.rules.source import Mapping
from vouchers.schemes.rules.places import Place, Plain, merged, place_of

_NOT_GIVEN = {
    'The key "%(key)s" is missing.': _("Fill this in."),
    'The list "%(key)s" is missing.': _("At least one is needed here."),
    'The block "%(key)s" is missing.': _("Open this part and fill it in."),
}
"""What is missing is told without the words of the file; every other fault in the parser's own."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What is wrong or missing at one place of a draft; `key` is "" for the block as a whole."""

    place: Place
    key: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class DraftReading:
    """A draft as it was read: its plan when nothing is wrong, its gaps when something is."""

    whole: Plain
    plan: ProgrammePlan | None
    gaps: tuple[Gap, ...]
    elsewhere: tuple[str, ...] = ()
    """Faults that the draft causes outside its own parts."""

    def gaps_at(self, place: Place) -> dict[str, list[Sentence]]:
        """What is wrong in one block, by key."""
        found: dict[str, list[Sentence]] = {}
        for gap in self.gaps:
            if gap.place == place:
                found.setdefault(gap.key, []).append(gap.sentence)
        return found

    def count_within(self, place: Place) -> int:
        """How many things are wrong in a block and below it."""
        return sum(
            1 for gap in self.gaps if (*gap.place, gap.key)[: len(place)] == place or gap.place[: len(place)] == place
        )


def read_draft(source: Plain, parts: dict[str, Plain], call_code: str) -> DraftReading:
    """The whole programme with the draft's parts in it, read as a programme file is."""
    whole = merged(source, parts, call_code)
    tree = as_tree(whole)
    assert isinstance(tree, Mapping)
    try:
        return DraftReading(whole, read_programme_tree(tree), ())
    except ProgrammeFileFaults as refused:
        gaps, elsewhere = [], []
        for fault in refused.faults:
            found = place_of(fault.path, whole, parts.get("call"))
            if found is None:
                elsewhere.append(f"{fault.path}: {fault.sentence}")
            else:
                gaps.append(Gap(*found, _NOT_GIVEN.get(fault.sentence.msgid, fault.sentence)))
        return DraftReading(whole, None, tuple(gaps), tuple(elsewhere))


def call_of(reading: DraftReading, parts: dict[str, Plain]) -> Call | None:
    """The draft's call in the plan."""
    code = (parts.get("call") or {}).get("code")
    return next((call for call in reading.plan.calls if call.code == code), None) if reading.plan else None


def list_needs(plan: ProgrammePlan, call: Call, at: datetime, *, is_correction: bool) -> Iterator[Gap]:
    """What a call that can be read still lacks before the public may see it."""
    here: Place = ("call",)
    if call.closes_at <= at:
        yield Gap(here, "closes", _("The call would be closed before anybody saw it: its last moment is past."))
    if not is_correction and call.opens_at < at.replace(hour=0, minute=0, second=0, microsecond=0):
        yield Gap(here, "opens", _("The call opens in the past. Choose a day that is still to come."))
    for code in call.regions:
        if not any(envelope.region == code for envelope in call.envelopes):
            yield Gap(here, "envelopes", _("%(region)s has no money in this call.", region=code))
    for code in call.instruments:
        if not any(envelope.instrument in (None, code) for envelope in call.envelopes):
            yield Gap(here, "envelopes", _("No region has money for %(instrument)s.", instrument=code))
    if not call.form.sections:
        yield Gap(here, "form", _("The form has no questions."))
    yield from _untranslated(plan, call)


def _untranslated(plan: ProgrammePlan, call: Call) -> Iterator[Gap]:
    for key, text in (("title", call.title), ("summary", call.summary)):
        missing = [name for name in plan.languages if name not in dict(text.versions)]
        if missing and len(text.versions) > 1:
            yield Gap(("call",), key, _("The text is missing in: %(languages)s.", languages=", ".join(missing)))


def list_refused_corrections(before: Any, after: Call, *, is_open_or_over: bool) -> Iterator[Gap]:
    """What a correction may never take from those who applied: time, their region, their instrument, their question.

    Args:
        before: the published call (`plan.Call`).
        is_open_or_over: whether people may have applied already.
    """
    if not is_open_or_over:
        return
    here: Place = ("call",)
    if after.closes_at < before.closes_at:
        yield Gap(here, "closes", _("The call cannot close earlier than it was published."))
    if after.opens_at != before.opens_at:
        yield Gap(here, "opens", _("The call has opened already, so its opening cannot change."))
    for key, old, new in (
        ("regions", before.regions, after.regions),
        ("instruments", before.instruments, after.instruments),
    ):
        if missing := [code for code in old if code not in new]:
            yield Gap(here, key, _("%(codes)s was published, so it stays.", codes=", ".join(missing)))
    asked = {question.code for question in after.form.questions}
    if missing := [question.code for question in before.form.questions if question.code not in asked]:
        yield Gap(
            here, "form", _("People may have answered %(codes)s, so the question stays.", codes=", ".join(missing))
        )
    if after.allocation != before.allocation:
        yield Gap(here, "allocation", _("How the money is given was published, so it stays."))
