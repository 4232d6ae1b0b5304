"""What every page stands on: who may open it, its headers, and the words of a person whose session has ended."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import flask
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from vouchers.core import clock
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import MovedOn, NotPermitted, WrongState
from vouchers.core.holding import HELD_FOR, forget_held_forms
from vouchers.core.lifecycle import Policy, Transition, not_yet
from vouchers.core.models import HeldForm
from vouchers.core.pages import FIELD as PAGE_MARK
from vouchers.core.text import say as _

View = Callable[..., Any]
_ensure_kept: Callable[[Any], None] = lambda _subject: None  # noqa: E731 - nothing is deleted before the shell says how
_may_hold: Callable[[], bool] = lambda: True  # noqa: E731 - no bound before the shell sets one

HELD_AT_MOST = 400_000
"""Characters of one form that are held; no form of ours is larger."""


def actor() -> Any:
    """The person at the other end: a user, or a visitor."""
    return current_user._get_current_object()


def reader_day() -> date:
    """Today on the reader's calendar: by it lists that show several regions say what is late, and how many days are
    left, as the desk does."""
    return clock.day_in(getattr(actor(), "time_zone", clock.office_zone()), clock.now())


def use_gone(ensure_kept: Callable[[Any], None]) -> None:
    """Set what refuses the page of a subject that was deleted when its time had ended (the application shell does)."""
    global _ensure_kept
    _ensure_kept = ensure_kept


def use_bound_of_holding(may_hold: Callable[[], bool]) -> None:
    """Set what says whether the words of one more page are held (the application shell does)."""
    global _may_hold
    _may_hold = may_hold


def public(view: View) -> View:
    """Open to everybody."""
    view.permission = "public"  # type: ignore[attr-defined]
    return view


def keeps_nothing(view: View) -> View:
    """What is posted here is answered and forgotten: it is not even held where it comes from an older page."""
    view.keeps_nothing = True  # type: ignore[attr-defined]
    return view


def asks(policy: Policy) -> Callable[[View], View]:
    """Open to whom the policy lets in; for pages without a subject of their own (lists, first forms)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def asked(*args: Any, **values: Any) -> Any:
            if reason := policy(actor(), None):
                raise NotPermitted(reason)
            return view(*args, **values)

        asked.permission = policy.__name__  # type: ignore[attr-defined]
        return asked

    return decorate


def guarded(
    load: Callable[..., Any],
    allowed: Policy | Transition,
    *,
    to_post: Policy | Transition | None = None,
    is_public: bool = False,
) -> Callable[[View], View]:
    """Load the subject that the address names, ask the policy (or the row's policy), hand the subject to the view.

    `load` is given the address's values by name and raises `NotFound`. `to_post` is asked instead when something is
    posted, for pages that more people may read than write. `is_public` lets visitors come as far as the policy, for
    links that stand for a person without an account.

    A form of a row is shown only while its subject stands where the row can start. Later, the reader is told what
    happened instead (`MovedOn`), unless the view itself leads on; and whoever posts too late gets the words back.
    """
    policy = _policy_of(allowed)
    posting = policy if to_post is None else _policy_of(to_post)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded_view(**values: Any) -> Any:
            subject = load(**values)
            asked = posting if flask.request.method == "POST" else policy
            if reason := asked(actor(), subject):
                raise NotPermitted(reason)
            _ensure_kept(subject)
            return _as_it_stands(view, subject, allowed if isinstance(allowed, Transition) else None)

        guarded_view.permission = allowed.tag if isinstance(allowed, Transition) else policy.__name__  # type: ignore[attr-defined]
        guarded_view.is_public = is_public  # type: ignore[attr-defined]
        return guarded_view

    return decorate


def _as_it_stands(view: View, subject: Any, row: Transition | None) -> Any:
    has_moved_on = row is not None and row.is_left_behind_by(subject)
    try:
        answer = view(subject)
    except MovedOn:
        raise
    except WrongState as refused:
        raise MovedOn(refused.sentence, subject) from refused
    if has_moved_on and flask.make_response(answer).status_code in (200, 422):  # a form that nobody needs any more
        state = getattr(subject.state, "label", subject.state)
        if row is not None and row.is_still_to_come(subject):
            raise MovedOn(not_yet(subject), subject)
        raise MovedOn(
            _("This step was done before, or is not needed any more: it is now “%(state)s”.", state=state), subject
        )
    return answer


def _policy_of(allowed: Policy | Transition) -> Policy:
    return allowed.allowed if isinstance(allowed, Transition) else allowed


def is_open_to_visitors(view: View) -> bool:
    """Whether the view's guard lets visitors come as far as its policy."""
    return getattr(view, "permission", None) == "public" or getattr(view, "is_public", False)


def is_local(target: str | None) -> bool:
    """Whether an address that came from outside leads to a page of ours."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc and all(ord(letter) > 31 for letter in target)


def hold_form(path: str | None = None) -> str | None:
    """Keep what was posted, for the page at `path` (its own where none is named): for after signing in, or in another
    language. Passwords and codes are not kept. Returns the token, None where there is nothing worth keeping."""
    fields = {name: texts for name, texts in flask.request.form.lists() if not _is_secret(name)}
    if not fields or sum(len(value) for values in fields.values() for value in values) > HELD_AT_MOST:
        return None
    if not _may_hold():
        sentence = _(
            "What you typed could not be kept, because we have kept too much for your network today. "
            "Your browser's back button may still show it: copy it before you go on."
        )
        flask.flash(str(sentence), "unsaved")
        return None
    token, now = secrets.token_urlsafe(32), clock.now()
    with unit_of_work():
        forget_held_forms(at=now)
        where = path or flask.request.path
        db.session.add(HeldForm(token_hash=_hash(token), path=where, fields=fields, held_at=now))
    return token


def _is_secret(name: str) -> bool:
    return "password" in name or name in {"code", "csrf_token", "token", PAGE_MARK}


def address_with_words(target: str) -> str:
    """The address of a page of ours that shows, in its boxes, what was just posted."""
    parts = urlsplit(target)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "held"]
    is_blank = not any(text.strip() for name, text in flask.request.form.items() if not _is_secret(name))
    token = None if is_blank else hold_form(parts.path)
    return urlunsplit(parts._replace(query=urlencode([*query, *([("held", token)] if token else [])])))


def holds_words_of(endpoint: str | None) -> bool:
    """Whether what stands in the boxes of a page may be kept for a while."""
    view = flask.current_app.view_functions.get(endpoint or "")
    return view is not None and not getattr(view, "keeps_nothing", False)


def held_fields() -> MultiDict[str, str] | None:
    """What was held for this page, if its address names it; forms show it as if it had just been typed."""
    token = flask.request.args.get("held")
    if not token:
        return None
    held = db.session.get(HeldForm, _hash(token))
    if held is None or held.path != flask.request.path or held.held_at < clock.now() - HELD_FOR:
        return None
    return MultiDict([(name, value) for name, values in held.fields.items() for value in values])


def page_before() -> str:
    """The page of ours that the request came from, or the first page."""
    referrer = urlsplit(flask.request.referrer or "")
    is_ours = referrer.netloc == flask.request.host
    return referrer.path if is_ours and is_local(referrer.path) else "/"


def address_again() -> str:
    """Where the page that is drawn now can be asked for again, as after a choice of language."""
    if flask.request.method == "GET":
        return flask.request.full_path.rstrip("?")
    query = flask.request.query_string.decode(errors="ignore")
    address = page_after_return(is_held=False)
    return f"{address}?{query}" if query and address == flask.request.path else address


def page_after_return(*, is_held: bool) -> str:
    """Where to send a person whose post could not be taken: the same page with the words in it, if it can be opened;
    for an address that takes posts only, the page that it begins with. Without words, the page before."""
    page = page_of_form()
    token = hold_form(page) if is_held and page else None
    if token:
        return f"{page}?{urlencode({'held': token})}"
    return page if page == flask.request.path else page_before()


def page_of_form() -> str:
    """The path of the page on which a posted form stands: its own, or the nearest that it begins with; empty: none."""
    adapter = flask.current_app.url_map.bind_to_environ(flask.request.environ)
    try:
        adapter.match(flask.request.path, method="GET")
    except HTTPException:
        above = urlsplit(page_above()).path
        is_form = above != "/" and not (flask.request.endpoint or "").startswith("web.")  # the shell has no forms
        return above if is_form else ""
    return flask.request.path


def page_above() -> str:
    """Where to send a reader of an address for buttons only: the nearest page that it begins with, or the first."""
    adapter = flask.current_app.url_map.bind_to_environ(flask.request.environ)
    path, query = flask.request.path, flask.request.query_string.decode(errors="ignore")
    while "/" in path[1:]:
        path = path.rpartition("/")[0]
        try:
            adapter.match(path, method="GET")
        except RequestRedirect:
            path += "/"
        except HTTPException:
            continue
        return f"{path}?{query}" if query else path
    return "/"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def add_headers(response: flask.Response) -> flask.Response:
    """One policy for every page, in tests and in production."""
    nonce = flask.g.get("csp_nonce", "")
    headers = response.headers
    headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    )
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["X-Frame-Options"] = "DENY"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["X-Request-Id"] = flask.g.get("request_id", "")
    if flask.request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if flask.request.endpoint != "static":
        is_private = flask.g.get("bare") or current_user.is_authenticated
        headers.setdefault("Cache-Control", "no-store" if is_private else "no-cache")
    return response


def new_nonce() -> str:
    """The nonce of this answer's scripts."""
    if "csp_nonce" not in flask.g:
        flask.g.csp_nonce = secrets.token_urlsafe(16)
    return str(flask.g.csp_nonce)
