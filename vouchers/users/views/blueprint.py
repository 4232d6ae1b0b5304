"""Where the pages hang, and what they share."""

from __future__ import annotations

from typing import Any

import flask

from vouchers.core import web
from vouchers.users.actions.sessions import SignIn
from vouchers.users.rules.devices import device_words
from vouchers.users.secrets import open_address, seal_address

blueprint = flask.Blueprint("users", __name__)


@blueprint.after_request
def _keep_out_of_caches(response: flask.Response) -> flask.Response:
    """Links, codes and QR pictures must not be found in a browser's cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


def ask(template: str, form: Any, **context: Any) -> Any:
    """A form page: 422 once it was posted and refused."""
    return flask.render_template(template, form=form, **context), 422 if flask.request.method == "POST" else 200


def letter_sent(occasion: str, email: str) -> str:
    """The page after a letter was asked for; `sent` in its address draws it again in another language."""
    again = flask.url_for(f".{occasion}", sent=seal_address(email), **kept_next())
    return flask.render_template("users/letter_sent.html", occasion=occasion, email=email, again=again)


def letter_sent_to() -> str | None:
    """The email address that the page is asked to speak of once more."""
    return open_address(flask.request.args.get("sent", "")) if flask.request.method == "GET" else None


def device() -> str:
    """The browser at the other end, in words."""
    return device_words(flask.request.user_agent.string)


MOST_LETTERS = 3000
"""Of an address that is carried along: a server reads no line of a request that is much longer."""


def next_page() -> str:
    """Where the person wanted to go, if that is a page of ours; else the first page."""
    target = flask.request.args.get("next")
    return target if target and len(target) <= MOST_LETTERS and web.is_local(target) else "/"


def kept_next() -> dict[str, Any]:
    """`next` for the address of the following page."""
    target = next_page()
    return {} if target == "/" else {"next": target}


@blueprint.context_processor
def _next_in_links() -> dict[str, Any]:
    """So that every way through these pages leads on to where the person wanted to go."""
    return {"kept_next": kept_next()}


def remember(token: str, *, is_open: bool) -> None:
    """Give the browser a cookie with nothing in it from before, so that no old one leads into this session."""
    flask.session.clear()
    flask.session["session" if is_open else "started"] = token


def go_on(begun: SignIn) -> Any:
    """After the password: in, or to the second factor, or to setting it up."""
    remember(begun.token, is_open=begun.is_open)
    if begun.is_open:
        return flask.redirect(next_page(), 303)
    has_factor = begun.session.user.totp_secret is not None
    endpoint = ".second_factor" if has_factor else ".set_up_second_factor"
    return flask.redirect(flask.url_for(endpoint, **kept_next()), 303)
