"""Writing a draft: start, save answers, attach and detach files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Answer, Application
from vouchers.applications.queries import directory
from vouchers.applications.queries import files as queries
from vouchers.applications.rules.asking import asked_questions, keep
from vouchers.applications.rules.attaching import ensure_room, most_taken
from vouchers.applications.rules.blockers import requested_of
from vouchers.applications.rules.content import number_prefix
from vouchers.applications.rules.deadline import ensure_open
from vouchers.applications.rules.entering import ensure_instrument_offered, ensure_region_takes_part
from vouchers.applications.rules.stamping import Seen, mark_of, with_earlier
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotFound
from vouchers.core.numbering import numbered
from vouchers.core.text import say as _
from vouchers.documents.actions import KeptFile, add_document, remove_document
from vouchers.documents.models import Document
from vouchers.documents.queries import list_documents_of
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Call, Instrument
from vouchers.programmes.rules.form_plan import Form, Question, QuestionType
from vouchers.users.models import User
from vouchers.workflow.transition import creation, transition


def start_application(
    call: Call,
    instrument: Instrument,
    organisation: Organisation,
    *,
    answers: Mapping[str, Any] | None = None,
    page: str | None = None,
    by: User,
    at: datetime,
) -> Application:
    """Begin a draft in the organisation's region. A draft of the same person that is still empty is given again.

    Args:
        answers: what it begins with.
        page: the mark of the opened page; what was begun from it before is given again, as it is by now.

    Raises:
        RuleBroken: the call is closed, or does not take this region or instrument.
    """
    return begin(call, instrument, organisation, answers or {}, page=page, by=by, at=at)[0]


def begin(
    call: Call,
    instrument: Instrument,
    organisation: Organisation,
    answers: Mapping[str, Any],
    *,
    page: str | None,
    by: User,
    at: datetime,
) -> tuple[Application, bool]:
    """The same; also whether it is only now begun."""
    mark = f"{call.id}/{instrument.id}/{organisation.id}/{page}" if page else None
    with unit_of_work():
        db.session.refresh(organisation, with_for_update={"of": Organisation})
        begun = queries.find_started_on_page(by.id, mark) if mark else None
        if begun is not None:
            return begun, False
        ensure_open(call.plan, at)
        ensure_region_takes_part(call.plan, organisation.region.code)
        ensure_instrument_offered(call.plan, instrument.code)
        draft = queries.find_untouched_draft(organisation.id, call.id, instrument.id, by.id)
        if draft is None:
            draft = _create(call, instrument, organisation, mark, by=by, at=at)
        elif answers:
            with transition(draft, APPLICATION.save_answers, by=by, at=at):
                draft.started_on_page = mark
        save_answers(draft, answers, by=by, at=at)
        return draft, True


def _create(
    call: Call, instrument: Instrument, organisation: Organisation, mark: str | None, *, by: User, at: datetime
) -> Application:
    application = Application(
        reference=numbered(number_prefix(call.programme.code), day_in(call.time_zone, at).year),
        call=call,
        instrument=instrument,
        region=organisation.region,
        organisation=organisation,
        started_by_id=by.id,
        started_at=at,
        started_on_page=mark,
        currency=instrument.plan.grant.cap.currency,
    )
    with creation(application, APPLICATION.start, by=by, at=at):
        return application


@dataclass(frozen=True, slots=True)
class Overtaken:
    """An answer that was saved elsewhere after this page was opened; it was not overwritten."""

    question: str
    value: Any
    saved_by_id: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving: what the page now stands on, and what was left as others wrote it."""

    seen: dict[str, Seen]
    overtaken: list[Overtaken]


def save_answers(
    application: Application,
    given: Mapping[str, Any],
    *,
    by: User,
    at: datetime,
    bases: Mapping[str, Seen] | None = None,
    page: str | None = None,
) -> Saved:
    """Keep what was typed, sound or not. Nothing happens where it is what is stored already.

    Args:
        given: by question code, as typed or canonical. Questions that are not asked for are passed over.
        bases: what the writer saw; an answer that has been saved elsewhere since is not overwritten: by another person,
            or by the same one on another page. Where the writer has not touched it, it stays as it is without a word.
        page: the mark of the opened page that they were written on.
    """
    questions = {q.code: q for q in asked_questions(application.call.plan.form, application.instrument.code)}
    typed = {
        code: _as_listed(application, questions[code], keep(questions[code], value))
        for code, value in given.items()
        if code in questions
    }
    stored = queries.map_answers(application.id)
    if all(_value(stored.get(code)) == value for code, value in typed.items()):
        return Saved(seen_of(stored), [])
    with transition(application, APPLICATION.save_answers, by=by, at=at):
        stored, overtaken, untouched = queries.map_answers(application.id), [], {}
        for code, value in typed.items():
            answer = stored.get(code)
            if _value(answer) == value:
                continue
            if answer is None or not _is_overtaken(answer, bases, by, page):
                stored[code] = _write(application, answer, code, value, by=by, at=at, page=page)
            elif bases and code in bases and bases[code].mark == mark_of(value):
                untouched[code] = bases[code]
            else:
                overtaken.append(Overtaken(code, answer.value, answer.saved_by_id))
        _keep_columns(application, questions, {code: answer.value for code, answer in stored.items()})
        return Saved({**seen_of(stored), **untouched}, overtaken)


def seen_of(stored: Mapping[str, Answer]) -> dict[str, Seen]:
    """What a page that is drawn from these answers stands on."""
    return {code: Seen(answer.revision, mark_of(answer.value)) for code, answer in stored.items()}


def _as_listed(application: Application, question: Question, value: Any) -> Any:
    """An entry of the directory has the name that stands there; one that does not stand there is only a name."""
    is_entry = question.type in (QuestionType.PROVIDER, QuestionType.EXPERT) and isinstance(value, dict)
    if not is_entry or "id" not in value:
        return value
    entry = directory.find_entry(application.call.programme.code, question.type, value["id"])
    return {"name": value["name"]} if entry is None else {"id": entry.id, "name": entry.name}


def _value(answer: Answer | None) -> Any:
    return None if answer is None else answer.value


def _is_overtaken(answer: Answer, bases: Mapping[str, Seen] | None, by: User, page: str | None) -> bool:
    if bases is None or (answer.saved_by_id, answer.saved_on_page) == (by.id, page):
        return False  # the second: saved from here, but the reply never arrived
    return answer.revision != bases.get(answer.question, Seen()).revision


def _write(
    application: Application,
    answer: Answer | None,
    code: str,
    value: Any,
    *,
    by: User,
    at: datetime,
    page: str | None = None,
) -> Answer:
    if answer is None:
        answer = Answer(application_id=application.id, question=code, revision=0)
        db.session.add(answer)
    if answer.revision and answer.saved_by_id != by.id:
        answer.earlier = with_earlier(answer.earlier, answer.value, by_id=answer.saved_by_id, at=answer.saved_at)
    answer.value, answer.saved_at, answer.saved_by_id, answer.saved_on_page = value, at, by.id, page
    answer.revision += 1
    return answer


def _keep_columns(application: Application, questions: Mapping[str, Any], answers: Mapping[str, Any]) -> None:
    """Title and amount stand in columns too, for lists."""
    application.title = str(answers.get("title") or "")[:200] if "title" in questions else ""
    requested = requested_of(questions.get("requested_amount"), answers.get("requested_amount"))
    application.requested = requested if requested and requested.currency == application.currency else None


def keep_amended(application: Application, form: Form, answers: Mapping[str, Any], *, by: User, at: datetime) -> None:
    """Let the answers' own rows and the columns of lists follow a further version. Called inside its step."""
    questions = {q.code: q for q in asked_questions(form, application.instrument.code)}
    stored = queries.map_answers(application.id)
    for code, value in answers.items():
        stored[code] = _write(application, stored.get(code), code, value, by=by, at=at)
    _keep_columns(application, questions, {code: answer.value for code, answer in stored.items()})


def attach_document(application: Application, purpose: str, kept: KeptFile, *, by: User, at: datetime) -> Document:
    """Put a file under a document that the instrument asks for, or a question that takes files. The same twice is one.

    Raises:
        RuleBroken: it is not asked for, does not fit, or there are too many (field ``file``).
    """
    most = most_taken(application.call.plan.form, application.instrument.plan, purpose, kept)
    with transition(application, APPLICATION.attach, by=by, at=at) as step:
        there = [one for one in list_documents_of("application", application.id) if one.purpose == purpose]
        for document in there:
            if document.sha256 == kept.sha256:
                return document
        ensure_room(len(there), most)
        return add_document(
            kept,
            purpose=purpose,
            subject_kind="application",
            subject_id=application.id,
            step_id=step.id,
            by_id=by.id,
            at=at,
        )


def detach_document(application: Application, document_id: int, *, by: User, at: datetime) -> None:
    """Take a file off the draft. Raises `NotFound` when it is not there."""
    with transition(application, APPLICATION.detach, by=by, at=at):
        document = queries.find_document_of(application.id, document_id)
        if document is None:
            raise NotFound(_("This file is not attached any more."))
        remove_document(document, at=at)
