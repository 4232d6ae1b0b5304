"""Whether an application may be given to an expert."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence, say_count
from vouchers.core.text import say as _
from vouchers.evaluation.rules.conflicts import Conflict
from vouchers.evaluation.states import AssignmentState
from vouchers.experts.rules.languages import LANGUAGES
from vouchers.experts.states import ExpertState
from vouchers.programmes.rules.instrument_plan import Evaluator, Instrument
from vouchers.programmes.rules.plan import Marking

_EARLIER = {
    AssignmentState.CONFLICTED: _("This expert has declared a conflict of interest with this application."),
    AssignmentState.REFUSED: _("This expert has refused this application."),
    AssignmentState.SET_ASIDE: _("This expert has marked it before the appeal; other experts mark it now."),
}
_NAMES = dict(LANGUAGES)


def language_in(answers: Mapping[str, Any]) -> str:
    """The code of the language that an application is written in, if it says so: the answer coded ``language``."""
    found = str(answers.get("language") or "").lower()
    return found if found in _NAMES else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One expert and one application, with all that decides whether the one may be given the other.

    Args:
        earlier: how an assignment of this pair stands that was not taken back.
        load, load_limit: applications of the call that the expert has, and takes at most.
        obstacle: what the register says against it now (`experts.queries.find_obstacles`).
        language: the code of the application's, empty where it does not say one; `languages`: what the expert reads.
        barring: hard conflicts, and clearable ones that nobody has cleared; the hard ones first.
    """

    instrument: Instrument
    marking: Marking | None
    is_in_pool: bool
    expert_state: ExpertState
    load: int
    load_limit: int
    earlier: AssignmentState | None = None
    obstacle: Sentence | None = None
    language: str = ""
    languages: Collection[str] = ()
    barring: Sequence[Conflict] = ()


def ensure_assignable(asked: Asked) -> None:
    """An admitted expert of the programme, with time, who reads the language, without an earlier answer and without a
    conflict that stands.

    Raises:
        RuleBroken: with the first that is not so.
    """
    if asked.instrument.evaluation is not Evaluator.EXPERTS or asked.marking is None:
        raise RuleBroken(_("%(name)s is decided without experts.", name=asked.instrument.name))
    for sentence in (*list_obstacles(asked), *_say_barring(asked.barring)):
        raise RuleBroken(sentence)


def list_obstacles(asked: Asked) -> list[Sentence]:
    """Why this expert may not be given it, beside conflicts, which stand on their own with their evidence."""
    return list(_obstacles(asked))


def _obstacles(asked: Asked) -> Iterator[Sentence]:
    if not asked.is_in_pool or asked.expert_state != ExpertState.ADMITTED:
        yield _("This expert is not admitted in this programme.")
    elif asked.obstacle is not None:
        yield asked.obstacle
    if asked.earlier is not None:
        yield _EARLIER.get(asked.earlier, _("This expert has this application already."))
    if unread := say_unread(asked.language, asked.languages):
        yield unread
    if asked.load >= asked.load_limit:
        yield say_count(
            "This expert has %(count)s application of this call, which is the limit.",
            "This expert has %(count)s applications of this call, which is the limit.",
            asked.load,
        )


def say_unread(language: str, languages: Collection[str]) -> Sentence | None:
    """Why an expert who reads `languages` cannot read an application in `language`; None where that is not known."""
    if not language or language in {code.lower() for code in languages}:
        return None
    name = _NAMES.get(language, language)
    return _("This expert does not read %(language)s, the language of the application.", language=name)


def _say_barring(barring: Sequence[Conflict]) -> Iterator[Sentence]:
    if barring and barring[0].is_hard:
        yield _("This expert cannot be assigned. %(evidence)s", evidence=barring[0].evidence)
    elif barring:
        yield _(
            "This expert cannot be assigned before a manager has cleared a conflict. %(evidence)s",
            evidence=barring[0].evidence,
        )
