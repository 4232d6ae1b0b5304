"""Reading a draft: the plan that it would be, or what is wrong with each of its places. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules import source
from vouchers.programmes.rules.faults import Fault
from vouchers.programmes.rules.outline import Kind, key_of
from vouchers.programmes.rules.plain import as_tree
from vouchers.programmes.rules.plan import Call, ProgrammePlan
from vouchers.programmes.rules.programme_file import examine_programme_tree
from vouchers.schemes.rules.places import Place, Plain, merged, part_of, place_of
from vouchers.schemes.rules.plain_words import Names, in_plain_words, say_unasked
from vouchers.schemes.rules.walking import find_spot, name_of

_NAMED_LINES = frozenset({Kind.AMOUNTS, Kind.TEXT, Kind.LONG_TEXT})
_MUST_ASK = 'The form must ask "%(question)s" as a required question for %(instrument)s, without a condition.'


@dataclass(frozen=True, slots=True)
class Gap:
    """What is wrong or missing at one place of a draft; `key` is "" for the block as a whole."""

    place: Place
    key: str
    sentence: Sentence
    line: str = ""
    """Which row or line of its box it is about, where the box has several."""

    @property
    def setting(self) -> str:
        """Which setting of the call it touches, however deep inside; "" for other parts."""
        return (*self.place[1:2], self.key)[0] if self.place[0] == "call" else ""


@dataclass(frozen=True, slots=True)
class DraftReading:
    """A draft as it was read: its plan when it can be read, and all that stops its publication."""

    whole: Plain
    plan: ProgrammePlan | None
    gaps: tuple[Gap, ...]
    elsewhere: tuple[tuple[str | Sentence, Sentence], ...] = ()
    """(where, what) of faults that the draft causes outside its own parts."""
    sketch: tuple[ProgrammePlan, Call] | None = None
    """The plan and its call as far as they can be read, to tell what else they lack."""

    notes: tuple[Gap, ...] = ()
    """What may be meant, but is worth a look; it stops nothing."""

    def gaps_at(self, place: Place) -> dict[str, list[Sentence]]:
        """What is wrong in one block, by key (``cut_offs__2``: its second row); "" for the block as a whole."""
        found: dict[str, list[Sentence]] = {}
        for gap in self.gaps:
            if gap.place == place:
                found.setdefault(f"{gap.key}__{gap.line}" if gap.line else gap.key, []).append(gap.sentence)
            elif (*gap.place, gap.key) == place:
                found.setdefault("", []).append(gap.sentence)
        return found

    def count_within(self, place: Place) -> int:
        """How many things are wrong in a block and below it."""
        return sum(
            1 for gap in self.gaps if (*gap.place, gap.key)[: len(place)] == place or gap.place[: len(place)] == place
        )


def read_draft(whole_source: Plain, parts: dict[str, Plain], call_code: str) -> DraftReading:
    """The whole programme with the draft's parts in it, read as a programme file is."""
    whole = merged(whole_source, parts, call_code)
    plan, faults = _examine(whole)
    names = names_in(whole)
    gaps, elsewhere, unasked = [], [], []
    for fault in faults:
        found, values = place_of(fault.path, whole, parts), fault.sentence.values
        if found is None or part_of(found[0])[0] not in parts:
            elsewhere.append((_where(fault.path, whole), in_plain_words(fault.sentence, names)))
        elif fault.sentence.msgid == _MUST_ASK:
            unasked.append((values["question"], values["instrument"]))
        else:
            gaps.append(_at_its_box(Gap(*found, in_plain_words(fault.sentence, names, _kind_of(*found))), names))
    gaps += list_unasked_gaps(unasked, names)
    return DraftReading(
        whole, None if faults else plan, tuple(gaps), tuple(elsewhere), _sketch(plan, whole_source, parts, call_code)
    )


def call_of(reading: DraftReading) -> Call | None:
    """The draft's call, once all of it can be read."""
    return reading.sketch[1] if reading.plan is not None and reading.sketch else None


def names_in(whole: Plain) -> dict[str, str]:
    """How people call the regions and instruments of a file, by their codes."""
    languages = languages_of(whole)
    items = [*(whole.get("regions") or []), *(whole.get("instruments") or [])]
    return {str(item["code"]): str(name_of(item, languages)) for item in items if _is_coded(item)}


def languages_of(whole: Plain) -> tuple[str, ...]:
    """The languages of the programme's texts, the first one first."""
    found = (whole.get("programme") or {}).get("languages")
    return tuple(str(word) for word in found) if isinstance(found, list) and found else ("en",)


def _examine(whole: Plain) -> tuple[ProgrammePlan, tuple[Fault, ...]]:
    tree = as_tree(whole)
    assert isinstance(tree, source.Mapping)
    return examine_programme_tree(tree)


def _sketch(
    plan: ProgrammePlan, whole_source: Plain, parts: dict[str, Plain], call_code: str
) -> tuple[ProgrammePlan, Call] | None:
    """The plan with the draft's own call, also where another call bears the same short name."""
    block = parts.get("call")
    if not isinstance(block, dict):
        return None
    code = block.get("code") or ""
    others = [one.get("code") for one in whole_source.get("calls") or [] if one.get("code") != call_code]
    if code in others:
        code = max((str(other) for other in others), key=len) + "-"
        plan, _faults = _examine(merged(whole_source, {**parts, "call": {**block, "code": code}}, call_code))
    call = next((call for call in plan.calls if call.code == code), None)
    return (plan, call) if call is not None else None


def list_unasked_gaps(unasked: Iterable[tuple[str, str]], names: Names) -> Iterator[Gap]:
    """One line for each question that the form lacks, with all instruments that need it: (question, instrument)."""
    needed: dict[str, list[str]] = {}
    for question, instrument in unasked:
        needed.setdefault(question, []).append(instrument)
    for question, instruments in needed.items():
        yield Gap(("call",), "form", say_unasked(question, instruments, names))


def _where(path: str, whole: Mapping[str, Plain]) -> str | Sentence:
    """The name of the part of the programme that a path leads to."""
    found = re.match(r"(\w+)\[(\d+)\]", path)
    items = whole.get(found[1]) or [] if found else []
    if found and int(found[2]) <= len(items):
        return name_of(items[int(found[2]) - 1], languages_of(whole))
    return _("Elsewhere in the programme")


def _at_its_box(gap: Gap, names: Names) -> Gap:
    """What is wrong with one line of a box, said at the box with the name of its line."""
    near = next((gap.place[:length] for length in range(len(gap.place), 0, -1) if find_spot(gap.place[:length])), None)
    if near is None or near == gap.place:
        return gap
    box, *line = (*gap.place[len(near) :], gap.key)
    if line and _kind_of(near, box) is Kind.MOMENTS:
        return Gap(near, box, in_plain_words(gap.sentence, names, Kind.MOMENT), line[0])
    name = line[0] if line and _kind_of(near, box) in _NAMED_LINES else ""
    if not name:
        return Gap(near, box, gap.sentence)
    languages = key_of("programme", "languages")
    label = names.get(name) or (dict(languages.choices).get(name) if languages else None) or name
    row = name if _kind_of(near, box) is Kind.AMOUNTS else ""
    return Gap(near, box, _("%(label)s: %(problem)s", label=label, problem=gap.sentence), row)


def _kind_of(place: Place, key: str) -> Kind | None:
    spot = find_spot(place)
    asked = key_of(spot.kind, key) if spot else None
    return asked.kind if asked else None


def _is_coded(item: Plain) -> bool:
    return isinstance(item, dict) and bool(item.get("code"))
