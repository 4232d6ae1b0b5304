"""A person's own data: asking for a copy, and fetching it."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, url_for

from vouchers.core import clock
from vouchers.core.asking import ask, press, take
from vouchers.core.errors import Gone
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.documents.queries import find_document
from vouchers.documents.web import answer_with
from vouchers.retention import forms, policy
from vouchers.retention.actions import copying
from vouchers.retention.models import DataCopy
from vouchers.retention.queries import own
from vouchers.retention.states import CopyState
from vouchers.retention.views.blueprint import blueprint
from vouchers.users.models import User
from vouchers.users.queries import get_user

_ASKED = _("The copy is being written. A letter tells when it can be fetched.")


@blueprint.get("/own-data")
@asks(policy.is_signed_in)
def own_data() -> Any:
    """Whether there is a copy of the person's data, and the way to ask for one."""
    copy = own.find_newest(actor().id)
    page = make_response(
        render_template(
            "retention/own_data.html",
            copy=copy,
            is_ready=copy is not None and _is_ready(copy),
            days=copying.OFFERED_FOR.days,
        )
    )
    if copy is not None and copy.state is CopyState.ASKED:
        page.headers["Refresh"] = "5"
    return page


@blueprint.post("/own-data/ask")
@asks(policy.is_signed_in)
def ask_own_data() -> Any:
    """Have one written."""
    press(lambda: copying.ask_copy(get_user(actor().id), by=actor(), at=clock.now()), _ASKED)
    return redirect(url_for(".own_data"), 303)


@blueprint.get("/own-data/<int:copy_id>/file")
@guarded(own.get_copy, policy.may_fetch_copy)
def own_data_file(copy: DataCopy) -> Any:
    """The copy, for the person alone, while its time lasts."""
    if not _is_ready(copy):
        raise Gone(_("This copy cannot be fetched any more. Ask for a new one on the page of your data."))
    return answer_with(find_document(copy.document_id) if copy.document_id else None)


def _is_ready(copy: DataCopy) -> bool:
    return copy.state is CopyState.MADE and copy.ends_at is not None and copy.ends_at > clock.now()


@blueprint.route("/persons/<int:user_id>/copy", methods=["GET", "POST"])
@guarded(get_user, policy.may_ask_for_person)
def ask_for_person(person: User) -> Any:
    """An administrator has one written for somebody who asked by letter; only that person can fetch it."""
    form = forms.ReasonForm()
    if take(form, lambda: copying.ask_copy(person, form.reason.data, by=actor(), at=clock.now())):
        flash(str(_("The copy is being written. The person is told by letter, and alone can fetch it.")), "success")
        return redirect(url_for("users.person", user_id=person.id), 303)
    return ask("retention/ask_for_person.html", form, person=person)
