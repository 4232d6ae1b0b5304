"""Signing in, signing up, and the links that come by email."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, session, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.languages import language
from vouchers.core.text import say as _
from vouchers.core.web import actor, public
from vouchers.regions.queries import map_names
from vouchers.users import forms, queries
from vouchers.users.actions import accounts, passwords, sessions
from vouchers.users.limits import LETTERS, SIGN_IN, limiter
from vouchers.users.models import OneTimeToken, User
from vouchers.users.rules.links import LinkPurpose, is_usable
from vouchers.users.secrets import ChosenPassword, choose_password, demo_password
from vouchers.users.states import SessionState, UserState
from vouchers.users.views.blueprint import (
    ask,
    blueprint,
    device,
    go_on,
    kept_next,
    letter_sent,
    letter_sent_to,
    next_page,
    remember,
)
from vouchers.workflow.transition import Visitor


@blueprint.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
@public
def sign_in() -> Any:
    """The password; the first half of signing in for those who have a second factor."""
    if request.method == "GET" and actor().is_authenticated:
        return redirect(next_page(), 303)
    form = forms.SignInForm()
    if form.validate_on_submit():
        try:
            user = sessions.check_password(form.email.data, form.password.data, at=clock.now())
            begun = sessions.start_session(user, device=device(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            _leave_old_session()
            return go_on(begun)
    if not current_app.config["SETTINGS"].demo:
        return ask("users/sign_in.html", form)
    password = demo_password(current_app.config["SECRET_KEY"])
    people = queries.group_demo_users()
    return ask("users/sign_in.html", form, demo_users=people, demo_password=password, regions=map_names())


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
@public
def second_factor() -> Any:
    """The code; the second half of signing in."""
    started = queries.find_started_session(session.get("started", ""), at=clock.now())
    if started is None:
        return _begin_again()
    if started.user.totp_secret is None:
        return redirect(url_for(".set_up_second_factor", **kept_next()), 303)
    form = forms.SecondFactorForm()
    if form.validate_on_submit():
        try:
            token = sessions.open_with_code(started, form.code.data, at=clock.now())
        except WrongState:
            return _begin_again()
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            remember(token, is_open=True)
            _warn_of_few_codes(started.user, form.code.data)
            return redirect(next_page(), 303)
    return ask("users/second_factor.html", form)


def _begin_again() -> Any:
    """Too late, or pressed twice. The cookie is not touched: the first press may just have put a better one there."""
    return redirect(url_for(".sign_in", late="yes", **kept_next()), 303)


def _warn_of_few_codes(user: User, code: str) -> None:
    if len(code) < 10:
        return
    left = len(queries.list_unused_codes(user.id))
    flash(
        str(_("You used a recovery code; %(left)s are left. Set up a new second factor if yours is lost.", left=left)),
        "info",
    )


def _leave_old_session() -> None:
    """Signing in again in the same browser ends what it had before."""
    old = g.get("user_session")
    if old is not None and old.state == SessionState.OPEN:
        sessions.end_session(old, by=old.user, at=clock.now())


@blueprint.post("/sign-out")
@public
def sign_out() -> Any:
    """End this browser's session; a second press finds that done."""
    _leave_old_session()
    session.clear()
    flash(str(_("You are signed out.")), "success")
    return redirect(url_for(".sign_in"), 303)


@blueprint.route("/sign-up", methods=["GET", "POST"])
@limiter.limit(LETTERS, methods=["POST"])
@public
def sign_up() -> Any:
    """Open an account. The answer is the same whether or not the address has one."""
    if sent := letter_sent_to():
        return letter_sent("sign_up", sent)
    form = forms.SignUpForm()
    if form.validate_on_submit():
        name, email = form.name.data, form.email.data
        try:
            chosen = choose_password(form.password.data, about=[name, email])
            accounts.sign_up_user(
                name, email, chosen, by=Visitor(), at=clock.now(), language=language(), onward=kept_next()
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            return letter_sent("sign_up", email)
    return ask("users/sign_up.html", form)


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
@public
def confirm(token: str) -> Any:
    """Confirm the address: by a button, because scanners of mail open every link."""
    link = queries.find_link(token, LinkPurpose.CONFIRM)
    if link is not None and link.used_at is not None and link.user.state == UserState.ACTIVE:
        flash(str(_("Your email address is confirmed. You can sign in.")), "success")
        return redirect(url_for(".sign_in", **kept_next()), 303)
    if link is None or not _works(link) or link.user.state != UserState.UNCONFIRMED:
        return _link_gone(url_for(".sign_up", **kept_next()), _("Sign up again"))
    needs_password = link.user.password_hash is None
    form = forms.ChoosePasswordForm() if needs_password else forms.ConfirmForm()
    if form.validate_on_submit():
        try:
            chosen = _chosen(form, link.user) if needs_password else None
            accounts.confirm_user(link, chosen, by=link.user, at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("Your email address is confirmed. You can sign in now.")), "success")
            return redirect(url_for(".sign_in", **kept_next()), 303)
    return ask("users/confirm.html", form, email=link.user.email)


@blueprint.route("/forgot-password", methods=["GET", "POST"])
@limiter.limit(LETTERS, methods=["POST"])
@public
def forgot_password() -> Any:
    """Ask for a link. The answer is the same whether or not the address has an account."""
    if sent := letter_sent_to():
        return letter_sent("forgot_password", sent)
    form = forms.ForgotPasswordForm()
    if form.validate_on_submit():
        try:
            accounts.request_password_reset(form.email.data, by=Visitor(), at=clock.now(), onward=kept_next())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            return letter_sent("forgot_password", form.email.data)
    return ask("users/forgot_password.html", form)


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
@public
def reset_password(token: str) -> Any:
    """Choose a new password through a mailed link."""
    link = queries.find_link(token, LinkPurpose.RESET)
    if link is None or not _works(link) or link.user.state != UserState.ACTIVE:
        return _link_gone(url_for(".forgot_password", **kept_next()), _("Ask for a new link"))
    form = forms.ChoosePasswordForm()
    if form.validate_on_submit():
        try:
            passwords.reset_password(link, _chosen(form, link.user), by=link.user, at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            session.clear()
            flash(
                str(_("Your password is changed, and you are signed out everywhere. Sign in with it now.")), "success"
            )
            return redirect(url_for(".sign_in", **kept_next()), 303)
    return ask("users/reset_password.html", form, email=link.user.email)


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
@public
def accept_invitation(token: str) -> Any:
    """Choose a password; staff set up their second factor next."""
    link = queries.find_link(token, LinkPurpose.INVITATION)
    if link is not None and link.used_at is not None and link.user.state == UserState.ACTIVE:
        flash(str(_("You have accepted this invitation. Sign in with the password that you chose.")), "info")
        return redirect(url_for(".sign_in", **kept_next()), 303)
    if link is None or not _works(link) or link.user.state != UserState.INVITED:
        return _link_gone(url_for(".forgot_password", **kept_next()), _("Ask for a new link"))
    form = forms.ChoosePasswordForm()
    if form.validate_on_submit():
        try:
            accounts.accept_invitation(link, _chosen(form, link.user), by=link.user, at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            return go_on(sessions.start_session(link.user, device=device(), at=clock.now()))
    return ask("users/accept_invitation.html", form, person=link.user)


def _works(link: OneTimeToken) -> bool:
    return is_usable(used_at=link.used_at, expires_at=link.expires_at, at=clock.now())


def _chosen(form: forms.ChoosePasswordForm, user: User) -> ChosenPassword:
    return choose_password(form.password.data, about=[user.name, user.email])


def _link_gone(href: str, text: Any) -> Any:
    return render_template("users/link_gone.html", href=href, text=text), 404
