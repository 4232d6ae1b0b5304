"""A person's own data: asking for a copy, and fetching it, each with the password of whoever sits there."""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, render_template, url_for

from vouchers.core import clock
from vouchers.core.asking import ask, take
from vouchers.core.errors import Gone
from vouchers.core.web import actor, asks, guarded
from vouchers.documents.queries import find_document
from vouchers.documents.web import answer_with
from vouchers.retention import forms, policy
from vouchers.retention.actions import copying
from vouchers.retention.models import DataCopy
from vouchers.retention.queries import copies as queries
from vouchers.retention.states import CopyState
from vouchers.retention.views.blueprint import blueprint
from vouchers.users.actions.sessions import ensure_own_password
from vouchers.users.limits import SIGN_IN, limiter
from vouchers.users.models import User
from vouchers.users.queries import get_user


@blueprint.route("/own-data", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
@asks(policy.is_signed_in)
def own_data() -> Any:
    """The copy of one's own data, and the way to ask for one."""
    person, form = actor(), forms.PasswordForm()
    made: list[DataCopy] = []

    def act() -> None:
        _ensure_here(form)
        made.append(copying.ask_copy(get_user(person.id), by=person, at=clock.now()))

    if take(form, act):
        return redirect(url_for(".copy", copy_id=made[0].id), 303)
    newest = queries.find_newest(person.id)
    return ask("retention/own_data.html", form, copy=newest, is_ready=_is_ready(newest), days=copying.OFFERED_FOR.days)


@blueprint.route("/persons/<int:user_id>/copy", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
@guarded(get_user, policy.may_ask_for_person)
def ask_for_person(person: User) -> Any:
    """Have one written for somebody who asked the office for it; the person is told by letter."""
    form, made = forms.AskForPersonForm(), []

    def act() -> None:
        _ensure_here(form)
        made.append(copying.ask_copy(person, form.reason.data, by=actor(), at=clock.now()))

    if take(form, act):
        return redirect(url_for(".copy", copy_id=made[0].id), 303)
    newest = queries.find_newest_asked(person.id, actor().id)
    return ask("retention/ask_for_person.html", form, person=person, copy=newest, days=copying.OFFERED_FOR.days)


@blueprint.get("/copies/<int:copy_id>")
@guarded(queries.get_copy, policy.may_fetch_copy)
def copy(copy: DataCopy) -> Any:
    """How far it has come, and the way to fetch it; while it is written, the browser asks again by itself."""
    page = make_response(
        render_template("retention/copy.html", copy=copy, is_ready=_is_ready(copy), form=forms.PasswordForm())
    )
    if copy.state is CopyState.ASKED:
        page.headers["Refresh"] = "5"
    return page


@blueprint.post("/copies/<int:copy_id>/fetch")
@limiter.limit(SIGN_IN, methods=["POST"])
@guarded(queries.get_copy, policy.may_fetch_copy)
def fetch(copy: DataCopy) -> Any:
    """The file, while its time lasts."""
    if not _is_ready(copy):
        raise Gone(copying.TOO_LATE)
    form = forms.PasswordForm()

    def act() -> None:
        _ensure_here(form)
        copying.fetch_copy(copy, by=actor(), at=clock.now())

    if take(form, act):
        return answer_with(find_document(copy.document_id) if copy.document_id else None)
    return ask("retention/copy.html", form, copy=copy, is_ready=True)


def _ensure_here(form: forms.PasswordForm) -> None:
    ensure_own_password(actor(), form.password.data, at=clock.now(), field="password")


def _is_ready(copy: DataCopy | None) -> bool:
    return copy is not None and copy.state is CopyState.MADE and copy.ends_at is not None and copy.ends_at > clock.now()
