"""Why it cannot be done, in sentences that name the application and what it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.text import say_count as _n
from vouchers.matching.rules.inputs import Case, Inputs

NAMED = 5
"""References that a sentence names; the rest is counted."""


@dataclass(frozen=True)
class Lack:
    """What stands in the way, as it is stored: ids and counts, worded by `say_lack` when somebody reads it.

    `kind`: ``alone`` (one application has too few experts), ``together`` (a group asks for more than there is),
    ``pin`` (a pin cannot be), ``pins`` and ``load`` (more pins than places or time),
    ``nothing`` and ``pool`` (no application, no expert).
    """

    kind: str
    references: tuple[str, ...]
    counts: Mapping[str, int]
    language: str = ""
    name: str = ""


def count_lack(inputs: Inputs, case: Case) -> Lack:
    """Why an application alone has too few: how many of the pool remain after each thing that is asked."""
    readers = [person for person in inputs.people if inputs.reads(case, person)]
    free = [person for person in readers if not inputs.is_barred((case.id, person.id))]
    counts = {
        "asked": case.wanted,
        "given": inputs.given_to(case.id),
        "pool": len(inputs.people),
        "readers": len(readers),
        "free": len(free),
        "ready": sum(person.room > 0 for person in free),
    }
    return Lack("alone", (case.reference,), counts, case.language)


def find_bad_pins(inputs: Inputs) -> list[Lack]:
    """Pins that cannot be, each by itself, and pins of which there are too many."""
    cases = {case.id: case for case in inputs.cases}
    people = {person.id: person for person in inputs.people}
    found, by_case, by_person = [], dict.fromkeys(cases, 0), dict.fromkeys(people, 0)
    for pair in sorted(inputs.pins - inputs.given):
        case, person = cases.get(pair[0]), people.get(pair[1])
        if case is None or person is None:
            continue
        if not inputs.is_allowed(case, person):
            unread = "" if inputs.reads(case, person) else case.language
            found.append(Lack("pin", (case.reference,), {}, language=unread, name=person.name))
            continue
        by_case[case.id] += 1
        by_person[person.id] += 1
    for case in inputs.cases:
        places = max(0, case.wanted - inputs.given_to(case.id))
        if by_case[case.id] > places:
            found.append(Lack("pins", (case.reference,), {"pins": by_case[case.id], "places": places}))
    for person in inputs.people:
        if by_person[person.id] > max(0, person.room):
            counts = {"pins": by_person[person.id], "places": max(0, person.room)}
            found.append(Lack("load", (), counts, name=person.name))
    return found


def say_lack(lack: Lack, languages: Mapping[str, Sentence]) -> Iterator[Sentence]:
    """The sentences of one lack; `languages` names codes."""
    counts = lack.counts
    if lack.kind == "alone":
        yield from _say_alone(lack, languages)
    elif lack.kind == "together":
        yield _(
            "%(references)s together ask for %(asked)s places, and the %(experts)s experts who may mark them can take "
            "only %(possible)s: %(missing)s are missing.",
            references=_listed(lack.references),
            missing=counts["asked"] - counts["possible"],
            **counts,
        )
    elif lack.kind == "pin" and lack.language:
        yield _(
            "You pinned %(name)s to %(reference)s, but this expert does not read its language, %(language)s.",
            name=lack.name,
            reference=lack.references[0],
            language=languages.get(lack.language, lack.language),
        )
    elif lack.kind == "pin":
        yield _(
            "You pinned %(name)s to %(reference)s, but this expert may not mark it: a conflict, an exclusion or an "
            "earlier answer forbids it.",
            name=lack.name,
            reference=lack.references[0],
        )
    elif lack.kind == "pins":
        yield _("%(reference)s has %(places)s free places, and you pinned %(pins)s experts to it.",
                reference=lack.references[0], **counts)  # fmt: skip
    elif lack.kind == "nothing":
        yield _("Every application here has its experts, so there is nothing to assign.")
    elif lack.kind == "pool":
        yield _("Nobody in the register of experts can be asked now.")
    else:
        yield _("%(name)s takes %(places)s more applications, and is pinned to %(pins)s.", name=lack.name, **counts)


def _say_alone(lack: Lack, languages: Mapping[str, Sentence]) -> Iterator[Sentence]:
    counts, reference = lack.counts, lack.references[0]
    missing = counts["asked"] - counts["given"]
    values = {"reference": reference, "asked": missing, "ready": counts["ready"]}
    if lack.language:
        language = languages.get(lack.language, lack.language)
        yield _n(
            "%(reference)s has only %(count)s expert who reads %(language)s, is free of conflict and has time; you "
            "asked for %(asked)s.",
            "%(reference)s has only %(count)s experts who read %(language)s, are free of conflict and have time; you "
            "asked for %(asked)s.",
            counts["ready"],
            language=language,
            **values,
        )
    else:
        yield _n(
            "%(reference)s has only %(count)s expert who is free of conflict and has time; you asked for %(asked)s.",
            "%(reference)s has only %(count)s experts who are free of conflict and have time; you asked for %(asked)s.",
            counts["ready"],
            **values,
        )
    if lack.language:
        yield _(
            "Of %(pool)s experts, %(readers)s read its language, %(free)s of these may mark it, and %(ready)s of these "
            "have time.",
            **{key: counts[key] for key in ("pool", "readers", "free", "ready")},
        )
    else:
        yield _(
            "Of %(pool)s experts, %(free)s may mark it, and %(ready)s of these have time.",
            **{key: counts[key] for key in ("pool", "free", "ready")},
        )


def _listed(references: Sequence[str]) -> Sentence | str:
    shown = ", ".join(references[:NAMED])
    more = len(references) - NAMED
    return _("%(shown)s and %(more)s more", shown=shown, more=more) if more > 0 else shown
