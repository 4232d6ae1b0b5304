"""One's own account: details, password, second factor, sessions."""

from __future__ import annotations

from typing import Any

import segno
from flask import abort, flash, g, redirect, render_template, request, session, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.languages import LANGUAGES
from vouchers.core.text import say as _
from vouchers.core.text import say_count
from vouchers.core.web import actor, address_with_words, asks, guarded, is_local, public
from vouchers.regions.queries import map_names
from vouchers.users import forms, policy, queries
from vouchers.users.actions import accounts, passwords, second_factor, sessions
from vouchers.users.lifecycle import SESSION
from vouchers.users.limits import SIGN_IN, limiter
from vouchers.users.models import User, UserSession
from vouchers.users.secrets import choose_password, new_totp_secret, seal_secret, totp_address, try_to_open
from vouchers.users.states import SessionState
from vouchers.users.views.blueprint import ask, blueprint, kept_next, next_page, remember

SECRET_LASTS = 1800
"""Seconds in which the QR picture may be scanned, and the recovery codes looked at."""


@blueprint.get("/account")
@asks(policy.is_signed_in)
def account() -> Any:
    """Details, second factor and sessions."""
    person = actor()
    return render_template(
        "users/account.html",
        person=person,
        regions=map_names(),
        languages=LANGUAGES,
        codes_left=len(queries.list_unused_codes(person.id)),
        sessions=queries.list_sessions(person.id, at=clock.now()),
        this_session=g.user_session,
    )


@blueprint.route("/account/details", methods=["GET", "POST"])
@asks(policy.is_signed_in)
def edit_profile() -> Any:
    """Change name, language and time zone."""
    person = actor()
    form = forms.EditProfileForm(obj=person)
    if form.validate_on_submit():
        values = {"name": form.name.data, "language": form.language.data, "time_zone": form.time_zone.data}
        accounts.edit_profile(person, **values, by=person, at=clock.now())
        flash(str(_("Your details are saved.")), "success")
        return redirect(url_for(".account"), 303)
    return ask("users/edit_profile.html", form)


@blueprint.post("/account/language/<language>")
@asks(policy.is_signed_in)
def choose_language(language: str) -> Any:
    """Read in another language from now on, and go on where one was; what stands in the boxes there comes along."""
    if language not in LANGUAGES:
        abort(404)
    person, target = actor(), request.args.get("next", "")
    values = {"name": person.name, "language": language, "time_zone": person.time_zone}
    accounts.edit_profile(person, **values, by=person, at=clock.now())
    return redirect(address_with_words(target) if is_local(target) else "/", 303)


@blueprint.route("/account/password", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
@asks(policy.is_signed_in)
def set_password() -> Any:
    """Change the password; other sessions end."""
    person, form = actor(), forms.SetPasswordForm()
    if form.validate_on_submit():
        try:
            sessions.ensure_own_password(person, form.current.data, at=clock.now(), field="current")
            chosen = choose_password(form.password.data, about=[person.name, person.email])
            passwords.set_password(person, chosen, by=person, at=clock.now(), session=g.user_session)
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("Your password is changed. You were signed out on all other devices.")), "success")
            return redirect(url_for(".account"), 303)
    return ask("users/set_password.html", form)


@blueprint.route("/account/second-factor", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
@public
def set_up_second_factor() -> Any:
    """Take an authenticator app into use: while signing in (staff must), or from the account's page."""
    opened: UserSession | None = g.get("user_session") if actor().is_authenticated else None
    started = None if opened else queries.find_started_session(session.get("started", ""), at=clock.now())
    if opened is None and (started is None or started.user.totp_secret is not None):
        return redirect(url_for(".second_factor" if started else ".sign_in", **kept_next()), 303)
    person: User = (opened or started).user  # type: ignore[union-attr]
    form, secret = forms.SetUpSecondFactorForm(), _new_secret()
    if started:
        del form.password
    if form.validate_on_submit():
        try:
            codes, token = _take_factor(opened, started, secret, form)
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            if token:
                remember(token, is_open=True)
            session.pop("new_factor", None)
            session["recovery"] = seal_secret(" ".join(codes))
            return redirect(url_for(".recovery_codes", **kept_next()), 303)
    picture = segno.make(totp_address(secret, person.email), error="m").svg_data_uri(scale=5, border=4)
    return ask("users/set_up_second_factor.html", form, picture=picture, secret=secret, is_required=bool(started))


def _take_factor(
    opened: UserSession | None, started: UserSession | None, secret: str, form: forms.SetUpSecondFactorForm
) -> tuple[list[str], str | None]:
    if started is not None:
        return second_factor.set_first_factor(started, secret, form.code.data, at=clock.now())
    assert opened is not None
    person = opened.user
    sessions.ensure_own_password(person, form.password.data, at=clock.now(), field="password")
    return second_factor.set_second_factor(person, secret, form.code.data, by=person, at=clock.now()), None


def _new_secret() -> str:
    """The secret on the page, kept sealed in the cookie so that reading a page writes nothing to the database."""
    secret = try_to_open(session.get("new_factor", ""), lasts=SECRET_LASTS)
    if secret is None:
        secret = new_totp_secret()
        session["new_factor"] = seal_secret(secret)
    return secret


@blueprint.route("/account/recovery-codes", methods=["GET", "POST"])
@asks(policy.is_signed_in)
def recovery_codes() -> Any:
    """The new recovery codes, until the person says that they are kept; we know only their hashes."""
    form = forms.ConfirmForm()
    kept = try_to_open(session.get("recovery", ""), lasts=SECRET_LASTS)
    if kept is None or form.validate_on_submit():
        session.pop("recovery", None)
        return redirect(next_page() if kept else url_for(".account"), 303)
    return ask("users/recovery_codes.html", form, codes=kept.split())


@blueprint.post("/account/sessions/<int:session_id>/end")
@guarded(queries.get_session, SESSION.end)
def end_session(ending: UserSession) -> Any:
    """Sign one device out."""
    if ending.state != SessionState.ENDED:
        sessions.end_session(ending, by=actor(), at=clock.now())
    flash(str(_("That session is ended.")), "success")
    is_own = ending.user_id == actor().id
    return redirect(url_for(".account") if is_own else url_for(".person", user_id=ending.user_id), 303)


@blueprint.post("/account/sessions/end-others")
@asks(policy.is_signed_in)
def end_other_sessions() -> Any:
    """Sign all other devices out."""
    count = sessions.end_other_sessions(g.user_session, by=actor(), at=clock.now())
    flash(str(say_count("One other session is ended.", "%(count)s other sessions are ended.", count)), "success")
    return redirect(url_for(".account"), 303)
