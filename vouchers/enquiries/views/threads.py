"""Threads between an applicant and its region, and what of them is answered in public."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application, map_names
from vouchers.applications.queries.versions import list_submissions
from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.typed import whole_number
from vouchers.core.web import actor, asks, guarded
from vouchers.enquiries import forms, policy, queries
from vouchers.enquiries.actions import asking
from vouchers.enquiries.lifecycle import ENQUIRY, PUBLIC_ANSWER
from vouchers.enquiries.models import Enquiry, Message, PublicAnswer
from vouchers.enquiries.states import EnquiryState
from vouchers.users.mandate import mandate_of

blueprint = Blueprint("enquiries", __name__)


@blueprint.get("/applications/<int:application_id>/questions")
@guarded(get_application, policy.may_read_of_application)
def of_application(application: Application) -> str:
    """Everything that the applicant and the region asked one another, and the versions that came of it."""
    person = actor()
    return render_template(
        "enquiries/of_application.html",
        application=application,
        enquiries=queries.list_enquiries(application.id),
        clarifications=queries.list_clarifications(application.id),
        submissions=list_submissions(application.id),
        may_ask=policy.may_ask(person, application) is None,
        may_begin=policy.may_write_to_applicant(person, application) is None,
        is_staff=person.is_staff,
    )


@blueprint.route("/applications/<int:application_id>/questions/ask", methods=["GET", "POST"])
@guarded(get_application, policy.may_ask)
def ask(application: Application) -> Any:
    """The applicant asks the region."""
    return _first_message(application, forms.AskEnquiryForm(), "enquiries/ask.html", asking.ask_enquiry)


@blueprint.route("/applications/<int:application_id>/questions/begin", methods=["GET", "POST"])
@guarded(get_application, policy.may_write_to_applicant)
def begin(application: Application) -> Any:
    """The region writes to the applicant."""
    return _first_message(application, forms.BeginEnquiryForm(), "enquiries/begin.html", asking.begin_enquiry)


def _first_message(application: Application, form: Any, template: str, act: Callable[..., Enquiry]) -> Any:
    if form.validate_on_submit():
        enquiry = act(application, form.title.data, form.text.data, by=actor(), at=clock.now())
        flash(str(_("Your message is sent.")), "success")
        return _to(enquiry)
    status = 422 if request.method == "POST" else 200
    return render_template(template, application=application, form=form), status


def _to(enquiry: Enquiry) -> Any:
    return redirect(url_for("enquiries.show", enquiry_id=enquiry.id), 303)


@blueprint.get("/questions")
@asks(policy.is_staff)
def worklist() -> str:
    """The threads of the reader's regions; those that wait for the region first."""
    states = ["all", *(state.value for state in EnquiryState)]
    query = ListQuery.read(
        request.args, sorts=("last", "reference", "organisation", "region"), default="last", filters={"state": states}
    )
    return render_template(
        "enquiries/worklist.html",
        page=queries.list_waiting(query, mandate_of(actor())),
        states=[(state.value, state.label) for state in EnquiryState],
    )


# One thread ----------------------------------------------------------------------------------------------------------


@blueprint.get("/questions/<int:enquiry_id>")
@guarded(queries.get_enquiry, policy.may_read)
def show(enquiry: Enquiry) -> str:
    """One thread, with a box for the next message."""
    return _page(enquiry, forms.WriteForm(data={"version": enquiry.version}))


def _page(enquiry: Enquiry, form: forms.WriteForm) -> str:
    person = actor()
    verbs = {row.verb for row in ENQUIRY.open_to(person, enquiry)}
    public = queries.list_public_answers_from(enquiry.id)
    writers = [*(one.written_by_id for one in enquiry.messages), *(one.published_by_id for one in public)]
    return render_template(
        "enquiries/show.html",
        enquiry=enquiry,
        application=enquiry.application,
        thread=_in_order(enquiry.messages, public),
        names=map_names(writers),
        form=form,
        verb=next((verb for verb in ("follow_up", "answer") if verb in verbs), None),
        verbs=verbs,
        may_publish=policy.is_manager(person, enquiry) is None,
        PUBLIC_ANSWER=PUBLIC_ANSWER,
    )


def _in_order(
    messages: Sequence[Message], public: Sequence[PublicAnswer]
) -> list[tuple[datetime, Message | None, PublicAnswer | None]]:
    """When, and the message or the public answer of that moment."""
    found: list[tuple[datetime, Message | None, PublicAnswer | None]] = [
        *((one.written_at, one, None) for one in messages),
        *((one.published_at, None, one) for one in public),
    ]
    return sorted(found, key=lambda entry: entry[0])


@blueprint.post("/questions/<int:enquiry_id>/follow-up")
@guarded(queries.get_enquiry, ENQUIRY.follow_up)
def follow_up(enquiry: Enquiry) -> Any:
    """One more message of the applicant."""
    return _message(enquiry, asking.follow_up_enquiry)


@blueprint.post("/questions/<int:enquiry_id>/answer")
@guarded(queries.get_enquiry, ENQUIRY.answer)
def answer(enquiry: Enquiry) -> Any:
    """One more message of the region."""
    return _message(enquiry, asking.answer_enquiry)


def _message(enquiry: Enquiry, act: Callable[..., None]) -> Any:
    form = forms.WriteForm()
    if not form.validate():
        return _page(enquiry, form), 422
    newest = enquiry.messages[-1]
    if (newest.written_by_id, newest.text) == (actor().id, form.text.data):
        return _to(enquiry)  # the button was pressed twice
    act(enquiry, form.text.data, by=actor(), at=clock.now(), version=whole_number(form.version.data))
    flash(str(_("Your message is sent.")), "success")
    return _to(enquiry)


@blueprint.post("/questions/<int:enquiry_id>/close")
@guarded(queries.get_enquiry, ENQUIRY.close)
def close(enquiry: Enquiry) -> Any:
    """Settled."""
    if enquiry.state != EnquiryState.CLOSED:
        asking.close_enquiry(enquiry, by=actor(), at=clock.now())
    flash(str(_("The question is closed.")), "success")
    return _to(enquiry)


@blueprint.post("/questions/<int:enquiry_id>/reopen")
@guarded(queries.get_enquiry, ENQUIRY.reopen)
def reopen(enquiry: Enquiry) -> Any:
    """Not settled after all."""
    if enquiry.state == EnquiryState.CLOSED:
        asking.reopen_enquiry(enquiry, by=actor(), at=clock.now())
    flash(str(_("The question is open again. Write what is still to be said.")), "success")
    return _to(enquiry)


# In public -----------------------------------------------------------------------------------------------------------


@blueprint.route("/questions/<int:enquiry_id>/publish", methods=["GET", "POST"])
@guarded(queries.get_enquiry, policy.is_manager)
def publish(enquiry: Enquiry) -> Any:
    """The manager writes a question and an answer for the page of the call, reads what will be public, publishes."""
    form = forms.PublishPublicAnswerForm(data={"language": actor().language})
    was_shown = request.method == "POST" and form.seen.raw == form.mark()
    if not was_shown:
        form.is_nobody.missing = None  # asked once the words have been shown
        form.is_nobody.process_data(None)
    is_shown = False
    if form.validate_on_submit():
        said = (form.question.data, form.answer.data)
        try:
            asking.ensure_publishable(enquiry, *said)
            if was_shown:
                asking.publish_public_answer(enquiry, *said, by=actor(), at=clock.now(), language=form.language.data)
                flash(str(_("Question and answer stand on the page of the call now.")), "success")
                return _to(enquiry)
            is_shown = True
        except RuleBroken as refused:
            form.refuse(refused)
    form.seen.process_data(form.mark() if is_shown or was_shown else "")
    status = 422 if form.errors else 200
    return render_template("enquiries/publish.html", enquiry=enquiry, form=form, shown=is_shown or was_shown), status


@blueprint.post("/public-answers/<int:public_answer_id>/withdraw")
@guarded(queries.get_public_answer, PUBLIC_ANSWER.withdraw)
def withdraw(public: PublicAnswer) -> Any:
    """Take it off the page of the call."""
    asking.withdraw_public_answer(public, by=actor(), at=clock.now())
    flash(str(_("It does not stand on the page of the call any more.")), "success")
    return _to(public.enquiry)
