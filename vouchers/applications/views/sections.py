"""The sections of a draft: every word is kept, sound or not, on saving and while it is typed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.applications import forms
from vouchers.applications.actions import drafting
from vouchers.applications.actions.drafting import Overtaken, Saved
from vouchers.applications.forms.composite import AskedEntry, AskedFiles, AskedTable
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.applications.queries import directory
from vouchers.applications.queries import files as queries
from vouchers.applications.queries.ground import ground_of
from vouchers.applications.rules.asking import Asked, asked_sections, field_name, file_purpose, is_given, with_files
from vouchers.applications.rules.blockers import may_be_written, misfits
from vouchers.applications.rules.deadline import closed_sentence
from vouchers.applications.rules.showing import live_conditions
from vouchers.applications.rules.stamping import mark_of, read_stamp, stamp
from vouchers.applications.views import conflicts
from vouchers.applications.views.blueprint import (
    address_after,
    blueprint,
    is_writable,
    part_of_address,
    sections_of,
    to_application,
)
from vouchers.applications.views.files import shown_file, take_files
from vouchers.applications.views.rows import address_of_removal
from vouchers.core import clock
from vouchers.core.autosaving import answer_overtaken, answer_refused, answer_saved, read_body
from vouchers.core.errors import NotFound, RuleBroken
from vouchers.core.text import say as _
from vouchers.core.typed import formdata_from_json
from vouchers.core.web import actor, guarded
from vouchers.documents.queries import list_documents_of
from vouchers.programmes.rules.conditions import shown_codes
from vouchers.programmes.rules.question_types import missing_sentence, read_answer
from vouchers.programmes.rules.time_left import time_left
from vouchers.users.secrets import new_token


def _asked(application: Application) -> Asked:
    """The section of the address with all its questions, also those that the answers hide at the moment."""
    code = part_of_address("code")
    for asked in asked_sections(application.call.plan.form, application.instrument.code):
        if asked.code == code:
            return asked
    raise NotFound(_("This application has no such section."))


def _shown(application: Application, asked: Asked, answers: Mapping[str, Any]) -> Asked:
    """The same with the questions that these answers leave to be asked."""
    shown = shown_codes(application.call.plan.form, application.instrument.code, answers)
    return Asked(asked.section, tuple(question for question in asked.questions if question.code in shown))


@blueprint.route("/<int:application_id>/sections/<code>", methods=["GET", "POST"])
@guarded(queries.get_application, APPLICATION.save_answers)
def section(application: Application) -> Any:
    """One section of the form. Every word is kept; what does not fit is said beside its box."""
    asked, language = _asked(application), actor().language
    if request.method == "GET" and not is_writable(application):
        return to_application(application)
    stored = queries.map_answers(application.id)
    before = {code: answer.value for code, answer in stored.items()}
    version = stamp(asked.questions, drafting.seen_of(stored))
    form = forms.section_form(application.call.digest, application.instrument.plan, asked, language)(
        data={**forms.data_of(asked, before), "version": version, "page": new_token()}
    )
    if request.method == "GET":
        if not _shown(application, asked, before).questions:
            flash(str(_("With your answers, this section has no questions for you.")), "info")
            return to_application(application)
        return _section_page(application, asked, form, before, [])
    return _take_section(application, asked, form)


def _take_section(application: Application, asked: Asked, form: forms.SectionForm) -> Any:
    then = request.form.get("then", "").split(":")
    going = form.move_rows(then)
    form.validate()
    saved = _save(application, asked, form)
    conflicts.say_overtaken(form, saved)
    form.version.process_data(stamp(asked.questions, saved.seen))
    are_taken = _take_uploads(application, form)
    now = queries.map_values(application.id)
    shown = _shown(application, asked, now)
    _pass_over_hidden(form, shown)
    is_whole = all(field.is_kept or isinstance(field, AskedFiles) for field in form.asked)
    may_leave = is_whole and are_taken and not saved.overtaken
    if may_leave and (then[0] == "later" or not is_writable(application)):
        flash(str(_("Your answers are saved.")), "success")
        return to_application(application)
    if may_leave and then[0] == REMOVE_FILE and then[-1].isascii() and then[-1].isdigit():
        return redirect(
            url_for("applications.detach", application_id=application.id, document_id=int(then[-1][:12])), 303
        )
    if may_leave and going is not None:
        row = now[going[0]][going[1]]
        return redirect(address_of_removal(application, asked.code, going[0], row), 303)
    if may_leave and then[0] in PRESSED:
        anchor = f"question-{then[1]}" if len(then) > 1 else None
        return redirect(_address(application, asked, anchor), 303)
    is_sound = not form.problems
    is_fit = _say_misfits(form, application, shown, now)
    is_open = _say_missing(form, application, shown, now)
    if is_sound and is_fit and not is_open and not saved.overtaken:
        if _has_appeared(shown):
            flash(str(_("Saved. Your answers open further questions on this page.")), "success")
            return redirect(_address(application, asked), 303)
        return redirect(address_after(application, asked.code, now), 303)
    is_kept = is_whole and not saved.overtaken
    return _section_page(application, asked, form, now, saved.overtaken, is_kept=is_kept), 422


PRESSED = frozenset({"add-row", "remove-row", "search", "upload", conflicts.TAKE})
"""Buttons of the page that save and show it again."""
REMOVE_FILE = "remove-file"
"""The button that saves and asks whether the file may go."""


def _address(application: Application, asked: Asked, anchor: str | None = None) -> str:
    return url_for("applications.section", application_id=application.id, code=asked.code, _anchor=anchor)


def _take_uploads(application: Application, form: forms.SectionForm) -> bool:
    """Take the files that came with the page. False where one of them was refused, as is then said beside its box."""
    are_taken = True
    for field in form.asked:
        if isinstance(field, AskedFiles) and field.data:
            refusals = take_files(application, file_purpose(field.question.code), field.data)
            field.errors = [*field.errors, *refusals]
            are_taken = are_taken and not refusals
    return are_taken


def _pass_over_hidden(form: forms.SectionForm, shown: Asked) -> None:
    """What is not asked cannot be wrong."""
    codes = {question.code for question in shown.questions}
    for field in form.asked:
        if field.question.code not in codes:
            field.errors = []


def _has_appeared(shown: Asked) -> bool:
    """Whether a question is asked now that the writer did not see."""
    seen = request.form.get("seen")
    return seen is not None and not {question.code for question in shown.questions} <= set(seen.split())


def _save(application: Application, asked: Asked, form: forms.SectionForm) -> Saved:
    bases = read_stamp(asked.questions, form.version.raw) or {}
    given = conflicts.without_taken(form.given)
    return drafting.save_answers(application, given, bases=bases, page=_page(form), by=actor(), at=clock.now())


def _page(form: forms.SectionForm) -> str | None:
    """The mark that the opened page bears."""
    return str(form.page.raw or "")[:64] or None


def _say_misfits(form: forms.SectionForm, application: Application, shown: Asked, now: dict[str, Any]) -> bool:
    """Say beside its box what the check of all answers would refuse. True where nothing new is to be said of them.

    Who has read it and saves the same answers again goes on: a draft may wait for a better day.
    """
    found = misfits(ground_of(application, at=clock.now()), shown.questions, now)
    for field in form.asked:
        if sentence := found.get(field.question.code):
            field.errors = [*field.errors, sentence]
    marks = {f"{code}-{mark_of([now.get(code), str(sentence)])}" for code, sentence in found.items()}
    has_read = marks <= set(str(form.told.raw or "").split())
    form.told.process_data(" ".join(sorted(marks)))
    return has_read


def _say_missing(form: forms.SectionForm, application: Application, shown: Asked, now: dict[str, Any]) -> bool:
    """Say which answers are needed before the section can be left; whether there are any."""
    needed = {question.code for question in shown.questions if question.is_required_at_once}
    if not needed:
        return False
    whole = with_files(application.call.plan.form, now, list_documents_of("application", application.id))
    is_open = False
    for field in form.asked:
        if (
            field.question.code in needed
            and not field.errors
            and not is_given(field.question, whole.get(field.question.code))
        ):
            field.errors = [missing_sentence(field.question)]
            is_open = True
    return is_open


def _section_page(
    application: Application,
    asked: Asked,
    form: forms.SectionForm,
    answers: dict[str, Any],
    overtaken: list[Overtaken],
    *,
    is_kept: bool = False,
) -> str:
    sections = sections_of(application, answers)
    questions = {question.code: question for question in asked.questions}
    shown = _shown(application, asked, answers)
    _furnish(application, form, questions)
    codes = [one.code for one in sections]
    return render_template(
        "applications/section.html",
        application=application,
        form=form,
        section=asked.section,
        is_kept=is_kept,
        unsaved=_unsaved(form, overtaken),
        shown=[question.code for question in shown.questions],
        live=live_conditions(application.call.plan.form, application.instrument.code, asked, answers),
        number=codes.index(asked.code) + 1 if asked.code in codes else len(codes),
        count=len(sections),
        closed=closed_sentence(application.call.plan, clock.now()),
        time_left=time_left(application.call.plan, clock.now()),
        **conflicts.of_section(application, asked, form, overtaken),
    )


def _unsaved(form: forms.SectionForm, overtaken: list[Overtaken]) -> list[str]:
    """Names of the boxes whose words stand on this page only."""
    lost = {one.question for one in overtaken}
    return [
        field.name
        for field in form.asked
        if field.question.code in lost or (isinstance(field, AskedTable) and not field.is_kept)
    ]


def _furnish(application: Application, form: forms.SectionForm, questions: Collection[str]) -> None:
    """Give the fields what is not in an answer: files that are there, entries that were found."""
    documents = None
    for field in form.asked:
        if isinstance(field, AskedFiles):
            documents = documents or list_documents_of("application", application.id)
            purpose = file_purpose(field.question.code)
            field.there = [shown_file(application, one) for one in documents if one.purpose == purpose]
        if isinstance(field, AskedEntry):
            field.is_free = may_be_written(field.question, application.instrument.plan)
            if field.is_open_search:
                programme = application.call.programme.code
                field.found = directory.search_directory(programme, field.question.type, field.typed)


@blueprint.post("/<int:application_id>/sections/<code>/autosave")
@guarded(queries.get_application, APPLICATION.save_answers)
def autosave(application: Application) -> Any:
    """Keep what was typed so far. Answers the new version; 409 when the same answer was saved elsewhere meanwhile."""
    asked, at = _asked(application), clock.now()
    body = read_body()
    stored = queries.map_values(application.id)
    codes, filled = forms.touched(asked, body, stored)
    make = forms.section_form(application.call.digest, application.instrument.plan, asked, actor().language)
    form = make(formdata=formdata_from_json(filled))
    bases = read_stamp(asked.questions, form.version.raw) or {}
    given = {code: value for code, value in form.given.items() if code in codes}
    saved = drafting.save_answers(application, given, bases=bases, page=_page(form), by=actor(), at=at)
    kept = codes - {one.question for one in saved.overtaken}
    # only for what was saved now: of the other answers this page still shows what it was opened with
    bases |= {code: saved.seen[code] for code in kept if code in saved.seen}
    version = stamp(asked.questions, bases)
    if saved.overtaken:
        sentence = _(
            "The same answer was changed elsewhere meanwhile, by someone else or in another window of yours, so what "
            "you type here was not saved over it. Press Save to see both texts."
        )
        return answer_overtaken(sentence, version, [field_name(one.question) for one in saved.overtaken])
    if refusal := _too_long(form, codes):
        return answer_refused(refusal)
    return answer_saved(version, at, actor().time_zone)


def _too_long(form: forms.SectionForm, codes: Collection[str]) -> str:
    """Why a table that was sent could not be kept."""
    for field in form.asked:
        if isinstance(field, AskedTable) and not field.is_kept and field.question.code in codes:
            try:
                read_answer(field.question, field.given)
            except RuleBroken as refused:
                return str(refused.sentence)
    return ""
