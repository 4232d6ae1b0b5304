"""What the public page of a call says of the selection: what orders, who decides, how lots are drawn. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from vouchers.core.text import Instant, Sentence, say_count
from vouchers.core.text import say as _
from vouchers.programmes.rules.announcing import Announced
from vouchers.programmes.rules.plan import Aggregation, Call, ProgrammePlan
from vouchers.programmes.rules.selection_plan import FairMarks

Told = Iterator[Sentence]
_TIE_BREAKS = {"earliest": _("who submitted earlier"), "smaller_amount": _("who asks for less")}
_AGGREGATION = {
    Aggregation.MEDIAN: _("For each criterion the middle one of the experts' marks counts."),
    Aggregation.CONSENSUS: _("The experts agree on one mark for each criterion."),
}


def _aggregation(it: Announced) -> Told:
    if it.call.marking and it.call.marking.aggregation in _AGGREGATION:
        yield _AGGREGATION[it.call.marking.aggregation]


def _scope(it: Announced) -> Told:
    if it.call.marking and it.call.marking.scope_question:
        yield _("The experts answer first: %(question)s", question=it.call.marking.scope_question)


def _divergence(it: Announced) -> Told:
    if it.call.marking and (points := it.call.marking.divergence):
        yield _("Where two experts' marks lie %(points)s or more apart, one more expert marks.", points=points)


def _fair_marks(it: Announced) -> Told:
    if it.call.marking and it.call.marking.fair_marks is FairMarks.RANKING:
        yield _("For the ranking, marks are corrected for harsh and mild experts; for the thresholds they are not.")


def _panel(it: Announced) -> Told:
    if it.call.marking and (panel := it.call.marking.panel):
        yield _("A panel meets over the ranking.")
        if panel.has_interviews:
            yield _("Applicants may be invited to an interview.")


def _tie_breaks(it: Announced) -> Told:
    if it.call.tie_breaks:
        criteria = it.call.marking.criteria if it.call.marking else ()
        names: dict[str, Any] = {one.code: one.name for one in criteria} | _TIE_BREAKS
        words = [str(names.get(code, code)) for code in it.call.tie_breaks]
        yield _("Who is equal is told apart, in this order, by: %(words)s.", words="; ".join(words))


def _draw(it: Announced) -> Told:
    if draw := it.call.draw:
        yield _(
            "The lot is drawn after %(moment)s, from numbers of a public source that anybody can look up: %(source)s "
            "(%(numbers)s).",
            moment=Instant(draw.held_at, it.call.time_zone),
            source=draw.source,
            numbers=draw.numbers,
        )


def _two_persons(it: Announced) -> Told:
    if it.call.has_two_persons:
        yield _("One person proposes the decisions and another one confirms them.")


def _conditions(it: Announced) -> Told:
    if it.call.has_lapsing_conditions:
        yield _("An award whose condition is not met by its day lapses, and its money goes to the next.")


def _appeal(it: Announced) -> Told:
    days = it.call.appeal.within_days if it.call.appeal else it.programme.rules.appeal_within_days
    if not days:
        return
    yield say_count(
        "You can appeal a decision within %(count)s day.", "You can appeal a decision within %(count)s days.", days
    )
    if it.call.appeal and it.call.appeal.is_suspensive:
        yield _("While an appeal is open, agreements that depend on it wait.")


def _surveys(it: Announced) -> Told:
    for months in it.call.survey_months:
        yield say_count(
            "%(count)s month after the decision we ask everybody, with and without a voucher, how they are doing.",
            "%(count)s months after the decision we ask everybody, with and without a voucher, how they are doing.",
            months,
        )


DECIDED: Mapping[str, Callable[[Announced], Told]] = {
    "marking.aggregation": _aggregation,
    "marking.scope_question": _scope,
    "marking.divergence": _divergence,
    "marking.fair_marks": _fair_marks,
    "call.tie_breaks": _tie_breaks,
    "marking.panel": _panel,
    "call.draw": _draw,
    "call.has_two_persons": _two_persons,
    "call.has_lapsing_conditions": _conditions,
    "call.appeal": _appeal,
    "call.survey_months": _surveys,
}
"""Setting -> what it says of how decisions are made, in the order of the page."""


def how_it_is_decided(programme: ProgrammePlan, call: Call) -> list[Sentence]:
    """Everything that the published settings say of the selection."""
    return [sentence for tell in DECIDED.values() for sentence in tell(Announced(programme, call))]
