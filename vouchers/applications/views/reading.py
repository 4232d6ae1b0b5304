"""Reading: one's own applications, one application as applicant or as staff, its files, the worklist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template

from vouchers.applications import letters, policy
from vouchers.applications.actions import submitting
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.applications.queries import files as queries
from vouchers.applications.queries import recusals, versions
from vouchers.applications.queries.ground import list_reached_limits, map_targets
from vouchers.applications.queries.partners import list_partners
from vouchers.applications.rules.asking import (
    DOCUMENTS,
    PARTNERS,
    is_given,
    labels_of_files,
    may_read_file,
    shown_answers,
    with_files,
)
from vouchers.applications.rules.content import read_content
from vouchers.applications.rules.deadline import closed_sentence
from vouchers.applications.rules.next_steps import UNDECIDED
from vouchers.applications.states import ApplicationState
from vouchers.applications.views.blueprint import (
    address_of_step,
    blueprint,
    is_draft,
    is_unsent,
    is_writable,
    must_declare,
    sections_of,
)
from vouchers.applications.views.following import links_onward
from vouchers.applications.views.history import find_sent_back, timeline
from vouchers.applications.views.papers import paper_tasks
from vouchers.applications.views.standing import map_asked, map_next_steps
from vouchers.core import clock
from vouchers.core.clock import day_in
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.documents.queries import list_documents_of
from vouchers.eligibility.queries import list_papers
from vouchers.organisations import policy as organisations_policy
from vouchers.organisations.queries import list_invitations_to
from vouchers.programmes.models import Corrigendum
from vouchers.programmes.queries import form_of
from vouchers.programmes.rules.announcing import how_it_is_sent
from vouchers.programmes.rules.rounds import current_round
from vouchers.programmes.rules.telling import sections_in
from vouchers.programmes.rules.time_left import time_left

S = ApplicationState

_WRITTEN = {S.DRAFT, S.AWAITING_SIGNATURE}


@blueprint.get("")
@asks(organisations_policy.is_signed_in)
def mine() -> str:
    """The applications of the organisations that one acts for."""
    found, at = queries.list_of_member(actor().id), clock.now()
    return render_template(
        "applications/mine.html",
        applications=found,
        invitations=list_invitations_to(actor().email),
        next_steps=map_next_steps(found, at),
        asked=map_asked(found, at),
        closed_sentence=closed_sentence,
        at=at,
    )


@blueprint.get("/<int:application_id>")
@guarded(queries.get_application, policy.may_read)
def show(application: Application) -> str:
    """One application: a list of tasks while it is written, then where it stands; for staff the whole file."""
    if policy.is_applicant(actor(), application) is not None:
        return _file(application)
    return _draft(application) if is_draft(application) else _status(application)


def _draft(application: Application) -> str:
    at, language = clock.now(), actor().language
    answers = queries.map_values(application.id)
    documents = list_documents_of("application", application.id)
    whole = with_files(application.call.plan.form, answers, documents)
    open_steps = {one.step for one in submitting.list_blockers(application, answers, documents, at=at)}
    corrections = versions.list_corrections(application)
    hints = _hints_of(corrections)
    tasks = [
        _task(
            asked.section.title.in_language(language),
            address_of_step(application, asked.code),
            is_begun=any(is_given(question, whole.get(question.code)) for question in asked.questions),
            is_open=asked.code in open_steps,
            hint=hints.get(asked.code),
        )
        for asked in sections_of(application, whole)
    ]
    if application.instrument.plan.application_documents:
        address = address_of_step(application, DOCUMENTS)
        tasks.append(_task(_("Files"), address, is_begun=bool(documents), is_open=DOCUMENTS in open_steps))
    if application.call.plan.consortium is not None:
        address, is_begun = address_of_step(application, PARTNERS), bool(list_partners(application))
        tasks.append(_task(_("Partners"), address, is_begun=is_begun, is_open=PARTNERS in open_steps))
    return render_template(
        "applications/show_draft.html",
        application=application,
        tasks=tasks,
        papers=paper_tasks(application),
        limits=list_reached_limits(application, answers, at),
        sent_back=find_sent_back(application),
        corrections=corrections,
        is_complete=not open_steps,
        closed=closed_sentence(application.call.plan, at),
        time_left=time_left(application.call.plan, at),
        current_round=current_round(application.call.plan, at),
        how_it_is_sent=how_it_is_sent(application.call.programme.plan, application.call.plan),
        may_invite=organisations_policy.is_owner(actor(), application.organisation) is None,
        complete=sum(1 for task in tasks if task["is_complete"]),
        may_write=policy.is_writer(actor(), application) is None,
        is_writable=is_writable(application),
    )


def _hints_of(corrections: Sequence[Corrigendum]) -> dict[str, Sentence]:
    """Section -> that a correction has changed it since the draft was begun, and when."""
    return {
        code: _("The call was corrected on %(day)s.", day=day_in(one.call.time_zone, one.published_at))
        for one in reversed(corrections)
        for code in sections_in(one.differences)
    }


def _task(
    text: Sentence | str, href: str, *, is_begun: bool, is_open: bool, hint: Sentence | None = None
) -> dict[str, Any]:
    if not is_open:
        done = _("Completed") if is_begun else _("Optional")
        return {"text": text, "href": href, "status": done, "is_complete": True}
    status, colour = (_("Incomplete"), "yellow") if is_begun else (_("Not yet started"), "blue")
    return {"text": text, "href": href, "status": status, "colour": colour, "is_complete": False, "hint": hint}


def _status(application: Application) -> str:
    return render_template(
        "applications/show.html",
        application=application,
        events=timeline(application),
        next=map_next_steps([application], clock.now())[application.id],
        asked=map_asked([application], clock.now())[application.id],
        round_line=letters.round_line(application, actor().time_zone),
        following=links_onward(application, is_staff=False),
        must_declare=must_declare(application),
        corrections=versions.list_corrections(application),
        may_withdraw=APPLICATION.is_open_to(actor(), application, "withdraw"),
        may_sign=is_unsent(application) and APPLICATION.is_open_to(actor(), application, "submit"),
        may_copy=policy.is_writer(actor(), application) is None,
        may_send_back=APPLICATION.is_open_to(actor(), application, "send_back"),
        time_left=time_left(application.call.plan, clock.now()) if is_unsent(application) else None,
        **_content(application),
    )


def _file(application: Application) -> str:
    events = queries.list_milestones(application.id)
    return render_template(
        "applications/show_file.html",
        application=application,
        events=events,
        names=queries.map_names(event.actor_id for event in events),
        APPLICATION=APPLICATION,
        papers=list_papers(application.organisation_id, application.id),
        round_line=letters.round_line(application, actor().time_zone),
        following=links_onward(application, is_staff=True),
        neutrality=_neutrality(application),
        may_take_over=policy.may_handle(actor(), application) is None and application.officer_id != actor().id,
        may_hand_over=policy.may_hand_over(actor(), application) is None,
        decision_by=application.call.plan.decision_by if application.state in UNDECIDED else None,
        target_on=map_targets([application.id], clock.now()).get(application.id),
        **_content(application),
    )


def _neutrality(application: Application) -> dict[str, Any]:
    """Who has stepped back, what the reader may do about it, and what ties the reader to the applicant."""
    person, standing = actor(), recusals.list_standing(application.id)
    is_away = any(one.user_id == person.id for one in standing)
    may_step_back = not is_away and policy.may_step_back(person, application) is None
    return {
        "standing": standing,
        "lifting": {one.id for one in standing if policy.may_lift(person, one) is None},
        "may_step_back": may_step_back,
        "ties": recusals.list_ties(person, application) if may_step_back else [],
    }


def _content(application: Application) -> dict[str, Any]:
    """What was submitted; of a draft that was withdrawn, what had been written."""
    submission = queries.find_submission(application.id)
    documents, instrument = list_documents_of("application", application.id), application.instrument
    readers = policy.readers_of(actor(), application)
    if submission is None:
        form = application.call.plan.form
        answers: Mapping[str, Any] = with_files(form, queries.map_values(application.id), documents)
    else:
        content = read_content(submission.content)
        form, answers = form_of(application.call, content.form_digest), content.answers
        handed_in = {one.id for one in content.documents}
        documents = [one for one in documents if one.id in handed_in]
    return {
        "submission": submission,
        "partners": list_partners(application),
        "versions": versions.list_submissions(application.id),
        "open_request": versions.find_open_request(application.id),
        "sections": shown_answers(form, instrument.code, answers, language=actor().language, readers=readers),
        "documents": [one for one in documents if may_read_file(form, one.purpose, readers)],
        "asked_for": labels_of_files(form, instrument.plan.application_documents),
        "is_staff": policy.is_applicant(actor(), application) is not None,
    }
