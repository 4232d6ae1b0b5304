"""What still stands between a draft and its submission: every missing or unfit answer and file, each with its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from vouchers.applications.rules.asking import DOCUMENTS, anchor, document_anchor, shown_sections
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import Sentence, say_of
from vouchers.core.text import say as _
from vouchers.eligibility.rules.pool import find_outside
from vouchers.programmes.rules.form_plan import Question, QuestionType
from vouchers.programmes.rules.instrument_plan import CrossBorder, Instrument, ProviderRule
from vouchers.programmes.rules.plan import Call
from vouchers.programmes.rules.question_types import is_missing, missing_sentence, read_answer
from vouchers.programmes.rules.reserved import ELSEWHERE


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing to mend: the step it belongs to (a section's code, or ``documents``), its box, and what to do."""

    step: str
    target: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Ground:
    """What an application is judged against. `today` is the day in the region's own zone."""

    call: Call
    instrument: Instrument
    region: str
    today: date
    countries: Mapping[str, str] = field(default_factory=dict)
    """The country of each region, where the instrument asks for a partner in another one."""
    admitted: frozenset[str] | None = None
    """The names with which the voucher may be spent; None: the call names no pool."""


def blockers(ground: Ground, answers: Mapping[str, Any], documents: Collection[str]) -> list[Blocker]:
    """Everything that must be mended, in the order of the form.

    Args:
        answers: stored answers by question code, with the files that answer questions (`asking.with_files`).
        documents: the purposes under which files are attached.
    """
    return [*_unanswered(ground, answers), *_missing_files(ground.instrument, documents)]


def _unanswered(ground: Ground, answers: Mapping[str, Any]) -> Iterator[Blocker]:
    for asked in shown_sections(ground.call.form, ground.instrument.code, answers):
        for question in asked.questions:
            if sentence := _fault_of(question, answers, ground):
                yield Blocker(asked.code, anchor(question), sentence)


def _fault_of(question: Question, answers: Mapping[str, Any], ground: Ground) -> Sentence | None:
    try:
        value = read_answer(question, answers.get(question.code))
    except RuleBroken as refused:
        return say_of(question.label, refused.sentence)
    if is_missing(question, value):
        return missing_sentence(question)
    return _misfit_of(question, value, answers, ground)


def _misfit_of(question: Question, value: Any, answers: Mapping[str, Any], ground: Ground) -> Sentence | None:
    is_name_only = question.type in _FROM_DIRECTORY and isinstance(value, dict) and "id" not in value
    if is_name_only and not may_be_written(question, ground.instrument):
        return _("“%(question)s”: search for the name and choose it from the list.", question=question.label)
    rule = RULES.get(question.code)
    return rule(value, answers, ground) if rule and value is not None else None


def misfits(ground: Ground, questions: Iterable[Question], answers: Mapping[str, Any]) -> dict[str, Sentence]:
    """Question -> why its answer, which reads well, will be refused at the submission. Nothing is said of open ones."""
    found = {}
    for question in questions:
        try:
            value = read_answer(question, answers.get(question.code))
        except RuleBroken:
            continue
        if sentence := _misfit_of(question, value, answers, ground):
            found[question.code] = sentence
    return found


_FROM_DIRECTORY = frozenset({QuestionType.PROVIDER, QuestionType.EXPERT})


def may_be_written(question: Question, instrument: Instrument) -> bool:
    """Whether a name that stands in no directory will do: that of a provider who may be chosen freely."""
    free = (ProviderRule.FREE, ProviderRule.NONE)
    return question.type is QuestionType.PROVIDER and instrument.provider in free


def _missing_files(instrument: Instrument, documents: Collection[str]) -> Iterator[Blocker]:
    for document in instrument.application_documents:
        if document.is_required and document.code not in documents:
            sentence = _("Attach this file: %(name)s.", name=document.name)
            yield Blocker(DOCUMENTS, document_anchor(document), sentence)


# The answers that the programme reads itself --------------------------------------------------------------------------


def _requested_amount(value: Any, _answers: Mapping[str, Any], ground: Ground) -> Sentence | None:
    """More than nothing, and within what one voucher of the instrument may be worth in this region."""
    cap = ground.instrument.grant.span((ground.region,)).most_cap
    requested = Money(value["cents"], value["currency"])
    if requested.currency != cap.currency:
        return _("The amount that you ask for must be in %(currency)s.", currency=cap.currency)
    if requested.cents <= 0:
        return _("Ask for an amount of more than zero.")
    if requested > cap:
        return _(
            "You ask for %(asked)s, but the voucher “%(instrument)s” pays at most %(cap)s.",
            asked=requested,
            instrument=ground.instrument.name,
            cap=cap,
        )
    return None


def _activity_start(value: Any, _answers: Mapping[str, Any], ground: Ground) -> Sentence | None:
    """Within the call's window and, where approval comes first, not before tomorrow."""
    start = date.fromisoformat(value)
    if ground.instrument.prior_approval and start <= ground.today:
        return _("The activity must start after today, because it must be approved before it starts.")
    earliest, latest = ground.call.activities_from, ground.call.activities_until
    if earliest and start < earliest:
        return _("The activity must not start before %(day)s.", day=earliest)
    if latest and start > latest:
        return _("The activity must not start after %(day)s.", day=latest)
    return None


def _activity_end(value: Any, answers: Mapping[str, Any], ground: Ground) -> Sentence | None:
    """Not before the start, nor before any day on which it may start, and within the call's window.

    The second is said also while no start is given that can be read: no start would make such an end right.
    """
    end, start = date.fromisoformat(value), _day(answers.get("activity_start"))
    if start and end < start:
        return _("The activity must not end before it starts.")
    earliest, latest = _earliest_start(ground), ground.call.activities_until
    if earliest and end < earliest:
        return _("The activity cannot end before %(day)s, the first day on which it may start.", day=earliest)
    if latest and end > latest:
        return _("The activity must end by %(day)s.", day=latest)
    return None


def _earliest_start(ground: Ground) -> date | None:
    """The first day on which an activity may start; None where any will do."""
    after_approval = ground.today + timedelta(days=1) if ground.instrument.prior_approval else None
    return max(filter(None, (ground.call.activities_from, after_approval)), default=None)


def _provider_region(value: Any, _answers: Mapping[str, Any], ground: Ground) -> Sentence | None:
    """A partner of another region, or of another country, where the instrument says so."""
    wanted = ground.instrument.cross_border
    if value == ELSEWHERE and not wanted.allows_outside:
        return _("Choose one of the answers that are offered.")
    if wanted is CrossBorder.OTHER_REGION and value == ground.region:
        return _("The partner must be in another region than yours.")
    if wanted is CrossBorder.OTHER_COUNTRY:
        there, here = ground.countries.get(value), ground.countries.get(ground.region)
        if value == ground.region or (there is not None and there == here):
            return _("The partner must be in another country than yours.")
    return None


def _provider_name(value: Any, _answers: Mapping[str, Any], ground: Ground) -> Sentence | None:
    """Somebody of the pool that the call names."""
    return find_outside(str(value), ground.admitted)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


RULES = {
    "requested_amount": _requested_amount,
    "activity_start": _activity_start,
    "activity_end": _activity_end,
    "provider_region": _provider_region,
    "provider_name": _provider_name,
}


def requested_of(question: Question | None, value: Any) -> Money | None:
    """The amount asked for, if the answer is one."""
    if question is None or question.type is not QuestionType.MONEY:
        return None
    try:
        read = read_answer(question, value)
    except RuleBroken:
        return None
    return Money(read["cents"], read["currency"]) if isinstance(read, dict) else None
