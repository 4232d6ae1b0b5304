"""Interviews: offered and noted by the office, confirmed and answered by the applicant."""

from __future__ import annotations

from typing import Any

from flask import flash

from vouchers.applications import policy as applications
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.core import clock
from vouchers.core.asking import ask, press, take
from vouchers.core.text import say as _
from vouchers.core.typed import whole_number
from vouchers.core.web import actor, guarded
from vouchers.panels import forms, policy, queries
from vouchers.panels.actions import interviewing as actions
from vouchers.panels.actions.interviewing import Slot
from vouchers.panels.lifecycle import INTERVIEW
from vouchers.panels.models import Interview
from vouchers.panels.queries import Item
from vouchers.panels.views.blueprint import blueprint, to_interview, to_item


@blueprint.route("/<int:panel_id>/applications/<int:application_id>/interview", methods=["GET", "POST"])
@guarded(queries.get_item, policy.is_manager)
def offer(item: Item) -> Any:
    """Invite an applicant to an interview."""
    form = forms.SlotForm(data={"place": item.panel.place, "minutes": 30})
    if take(form, lambda: actions.offer_interview(item, _slot(form, item), by=actor(), at=clock.now())):
        flash(str(_("The applicant is invited.")), "success")
        return to_item(item.panel.id, item.application.id)
    return ask("panels/slot.html", form, panel=item.panel, application=item.application)


@blueprint.get("/applications/<int:application_id>/interview")
@guarded(get_application, applications.may_read)
def interviews_of(application: Application) -> Any:
    """The interview of an application, or that there is none yet."""
    if found := queries.list_interviews_of(application.id):
        return to_interview(found[-1])
    return ask("panels/none_yet.html", None, application=application)


@blueprint.get("/interviews/<int:interview_id>")
@guarded(queries.get_interview, policy.may_read_interview)
def interview(interview: Interview) -> Any:
    """When and where it is, what is asked and what was answered; for the panel the notes too."""
    is_applicant = applications.is_applicant(actor(), interview.application) is None
    verbs = {row.verb for row in INTERVIEW.open_to(actor(), interview)}
    return ask("panels/interview.html", None, interview=interview, is_applicant=is_applicant, verbs=verbs)


@blueprint.route("/interviews/<int:interview_id>/move", methods=["GET", "POST"])
@guarded(queries.get_interview, INTERVIEW.move)
def move(interview: Interview) -> Any:
    """Offer another time."""
    form = forms.SlotForm(
        data={"place": interview.place, "minutes": interview.minutes, "questions": interview.questions}
    )
    if take(form, lambda: actions.move_interview(interview, _slot(form, interview), by=actor(), at=clock.now())):
        flash(str(_("The applicant is invited.")), "success")
        return to_interview(interview)
    return ask("panels/slot.html", form, panel=interview.panel, application=interview.application)


@blueprint.post("/interviews/<int:interview_id>/confirm")
@guarded(queries.get_interview, INTERVIEW.confirm)
def confirm(interview: Interview) -> Any:
    """The applicant comes."""
    press(
        lambda: actions.confirm_interview(interview, by=actor(), at=clock.now()), _("Thank you. The time is confirmed.")
    )
    return to_interview(interview)


@blueprint.route("/interviews/<int:interview_id>/another-time", methods=["GET", "POST"])
@guarded(queries.get_interview, INTERVIEW.ask_move)
def ask_move(interview: Interview) -> Any:
    """The applicant asks for another time."""
    form = forms.WishForm()
    if take(form, lambda: actions.ask_to_move(interview, form.wish.data, by=actor(), at=clock.now())):
        flash(str(_("The region reads this and offers another time.")), "success")
        return to_interview(interview)
    return ask("panels/wish.html", form, interview=interview)


@blueprint.route("/interviews/<int:interview_id>/reply", methods=["GET", "POST"])
@guarded(queries.get_interview, INTERVIEW.reply)
def reply(interview: Interview) -> Any:
    """The applicant answers in writing."""
    form = forms.ReplyForm(data={"reply": interview.reply})
    if take(form, lambda: actions.reply_interview(interview, form.reply.data, by=actor(), at=clock.now())):
        flash(str(_("Your answer is with the panel. You can change it until the interview begins.")), "success")
        return to_interview(interview)
    return ask("panels/reply.html", form, interview=interview)


@blueprint.route("/interviews/<int:interview_id>/notes", methods=["GET", "POST"])
@guarded(queries.get_interview, INTERVIEW.note)
def note(interview: Interview) -> Any:
    """What was said, for the panel alone."""
    form = forms.NotesForm(data={"notes": interview.notes, "version": str(interview.version)})
    if take(
        form,
        lambda: actions.note_interview(
            interview, form.notes.data, by=actor(), at=clock.now(), version=whole_number(form.version.data)
        ),
    ):
        flash(str(_("The notes are saved.")), "success")
        return to_interview(interview)
    return ask("panels/notes.html", form, interview=interview)


@blueprint.post("/interviews/<int:interview_id>/cancel")
@guarded(queries.get_interview, INTERVIEW.cancel)
def cancel_interview(interview: Interview) -> Any:
    """There is no interview."""
    press(
        lambda: actions.cancel_interview(interview, by=actor(), at=clock.now()),
        _("The interview is cancelled, and the applicant was told."),
    )
    return to_item(interview.panel_id, interview.application_id)


def _slot(form: Any, of: Item | Interview) -> Slot:
    starts_at = form.starts_at.instant(of.panel.call.time_zone)
    assert starts_at is not None  # the form has asked
    return Slot(starts_at, form.minutes.data, form.place.data, form.questions.data or "")
