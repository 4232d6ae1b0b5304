"""Everything that a run looks at, as plain values; a constant number of queries beside those of the conflicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from vouchers.applications.models import Application
from vouchers.applications.rules.asking import asked_questions
from vouchers.core.clock import office_day
from vouchers.core.database import db
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries.assignments import COUNTED, count_loads
from vouchers.evaluation.queries.conflicts import map_hard_pairs
from vouchers.evaluation.rules.assigning import language_in
from vouchers.evaluation.states import AssignmentState
from vouchers.experts.models import Expert
from vouchers.matching.models import Bid, MatchingRun, Wish
from vouchers.matching.queries.forbidden import list_asked, map_earlier
from vouchers.matching.queries.waiting import map_answers, marked_instruments, waiting
from vouchers.matching.rules.inputs import Case, Inputs, Pair, Person
from vouchers.matching.states import WishState
from vouchers.programmes.models import Call, Instrument
from vouchers.programmes.rules.form_plan import Question, QuestionType, Reader

TEXTS = frozenset({QuestionType.TEXT, QuestionType.LONG_TEXT})
EXPERT = frozenset({Reader.EXPERT})
BATCH = 1000


def gather_inputs(run: MatchingRun) -> Inputs:
    """The applications of the run that lack experts, the pool, and what is known of their pairs."""
    call = run.call
    instruments = marked_instruments(call)
    found = [one for one in db.session.scalars(waiting(call.id, run.region)) if one.instrument_id in instruments]
    earlier = {pair: state for part in _parts(found) for pair, state in map_earlier(part).items()}
    given: dict[int, int] = {}
    for (application_id, _expert), state in earlier.items():
        given[application_id] = given.get(application_id, 0) + (state in COUNTED)
    wanted = {one.id: run.each or instruments[one.instrument_id].plan.experts_per_application for one in found}
    lacking = [one for one in found if wanted[one.id] > given.get(one.id, 0)]
    ids = {one.id for one in lacking}
    people = list_asked(call, office_day(run.asked_at))
    hard = {(application, expert) for expert, application in map_hard_pairs(call, run.region)}
    wishes = _map_wishes(call.id)
    return Inputs(
        cases=tuple(_cases(lacking, wanted, instruments, call)),
        people=tuple(_people(people, run)),
        within={one.code: one.within for one in _taxonomy(call)},
        given=frozenset(pair for pair, state in earlier.items() if state in COUNTED and pair[0] in ids),
        forbidden=frozenset(
            pair for pair in hard | {pair for pair, state in earlier.items() if state not in COUNTED} if pair[0] in ids
        ),
        pins=frozenset(pair for pair, state in wishes.items() if state == WishState.PINNED and pair[0] in ids),
        exclusions=frozenset(pair for pair, state in wishes.items() if state == WishState.EXCLUDED and pair[0] in ids),
        bids=_map_bids(call.id, ids),
    )


def _taxonomy(call: Call) -> Sequence[Any]:
    return call.programme.plan.fields


def _parts(found: Sequence[Application]) -> Iterable[list[int]]:
    ids = [one.id for one in found]
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _cases(
    found: Sequence[Application], wanted: Mapping[int, int], instruments: Mapping[int, Instrument], call: Call
) -> Iterable[Case]:
    form, known = call.plan.form, frozenset(one.code for one in _taxonomy(call))
    by_instrument = {
        key: [one for one in asked_questions(form, instrument.code) if one.is_open_to(EXPERT)]
        for key, instrument in instruments.items()
    }
    for part in _parts(found):
        answers = map_answers(part)
        for application in (one for one in found if one.id in answers):
            yield case_of(
                application, answers[application.id], by_instrument[application.instrument_id], known,
                wanted=wanted[application.id],
            )  # fmt: skip


def case_of(
    application: Application,
    answers: Mapping[str, Any],
    questions: Sequence[Question],
    known: frozenset[str],
    *,
    wanted: int,
) -> Case:
    """What is compared of an application: its language, its fields, and the words that experts may read."""
    texts = [str(answers.get(one.code) or "") for one in questions if one.type in TEXTS]
    return Case(
        application.id,
        application.reference,
        wanted,
        language=language_in(answers),
        fields=fields_in(answers, known),
        text="\n".join([application.title, *texts]),
    )


def fields_in(answers: Mapping[str, Any], known: frozenset[str]) -> tuple[str, ...]:
    """The fields that an application names: the answer coded ``fields``, without codes outside of the taxonomy."""
    found = answers.get("fields")
    named = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return tuple(code for code in named if isinstance(code, str) and code in known)


def _people(found: Sequence[Expert], run: MatchingRun) -> Iterable[Person]:
    ids = [expert.id for expert in found]
    loads = count_loads(ids, run.call_id)
    seasoned = _list_seasoned(ids, run.call_id)
    names = {one.code: one.name.in_language("en") for one in _taxonomy(run.call)}
    for expert in found:
        most = expert.load_limit if run.most is None else min(expert.load_limit, run.most)
        fields = tuple(code for code in getattr(expert, "fields", None) or () if code in names)
        yield Person(
            expert.id,
            expert.user.name,
            max(0, most - loads.get(expert.id, 0)),
            languages=frozenset(str(code).lower() for code in expert.languages),
            fields=fields,
            text="\n".join([expert.expertise, *(names[code] for code in fields)]),
            region=expert.region_code,
            is_seasoned=expert.id in seasoned,
        )


def _list_seasoned(expert_ids: Sequence[int], call_id: int) -> set[int]:
    found = (
        select(Assignment.expert_id)
        .join(Assignment.application)
        .where(Assignment.expert_id.in_(expert_ids), Assignment.state == AssignmentState.SUBMITTED)
        .where(Application.call_id != call_id)
    )
    return set(db.session.scalars(found.distinct()))


def _map_wishes(call_id: int) -> dict[Pair, WishState]:
    found = (
        select(Wish.application_id, Wish.expert_id, Wish.state)
        .join(Wish.application)
        .where(Application.call_id == call_id, Wish.state != WishState.DROPPED)
    )
    return {(row.application_id, row.expert_id): row.state for row in db.session.execute(found)}


def _map_bids(call_id: int, application_ids: set[int]) -> dict[Pair, Any]:
    found = select(Bid.application_id, Bid.expert_id, Bid.answer).join(Bid.application)
    rows = db.session.execute(found.where(Application.call_id == call_id))
    return {(row.application_id, row.expert_id): row.answer for row in rows if row.application_id in application_ids}
