"""Pages that exist only in demo mode: signing in with one click, and reading the mail that the office sent."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import flask
from flask import Blueprint, redirect, render_template, request

from vouchers.core import clock
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, page_of
from vouchers.core.text import say as _
from vouchers.core.web import is_local, public
from vouchers.demo.capture import CapturedMail, find_captured, list_captured
from vouchers.demo.people import DEMO_DOMAIN
from vouchers.users.actions.sessions import open_demo_session
from vouchers.users.models import User

blueprint = Blueprint("demo", __name__, url_prefix="/demo")


@blueprint.post("/sign-in")
@public
def sign_in() -> Any:
    """Become one of the demo's people."""
    given = request.form.get("user_id", "")
    user = db.session.get(User, int(given)) if given.isdecimal() and len(given) < 10 else None
    if user is None or not user.email.endswith(DEMO_DOMAIN):
        raise NotFound(_("There is no such person in the demo."))
    token = open_demo_session(user, is_demo=True, device=str(_("Demo")), at=clock.now())
    flask.session.clear()
    flask.session["session"] = token
    flask.session.permanent = True
    target = request.form.get("next")
    return redirect(target if target and is_local(target) else "/", 303)


@blueprint.get("/mail")
@public
def mail() -> Any:
    """Everything that was sent, newest first."""
    query = ListQuery.read(request.args, sorts=["sent"], default="-sent")
    found = list_captured(_folder())
    if query.q:
        found = [captured for captured in found if captured.head.tells(query.q)]
    page = page_of(found if query.descending else found[::-1], query)
    return render_template("demo/mail.html", page=replace(page, items=[_row(captured) for captured in page.items]))


@blueprint.get("/mail/<key>")
@public
def letter(key: str) -> Any:
    """One letter."""
    captured = find_captured(_folder(), key)
    if captured is None:
        raise NotFound(_("There is no such letter."))
    message = captured.read()
    attachments = [part.get_filename() or _("a file") for part in message.iter_attachments()]
    return render_template("demo/letter.html", row=_row(captured), body=_body(message), attachments=attachments)


def _folder() -> Path:
    return Path(flask.current_app.config["SETTINGS"].data_dir) / "mail"


def _row(captured: CapturedMail) -> dict[str, Any]:
    head = captured.head
    return {
        "key": captured.key,
        "sent": captured.captured_at,
        "to": head.to,
        "subject": head.subject,
        "has_files": head.has_files,
    }


def _body(message: EmailMessage) -> list[tuple[str, bool]]:
    """The lines of the text, and whether each is a link into this office."""
    part = message.get_body(("plain",))
    base = str(flask.current_app.config["SETTINGS"].base_url).rstrip("/") + "/"
    lines = str(part.get_content()).splitlines() if part else []
    return [(line, line.startswith(base)) for line in lines]
