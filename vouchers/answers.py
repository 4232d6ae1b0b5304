"""What is answered when a request cannot be done: one page for each kind of refusal, and one for our own faults."""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import flask
import structlog
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed

from vouchers.core import formatting, problems, web
from vouchers.core.database import db
from vouchers.core.errors import Refused, SentAlready
from vouchers.core.text import say as _

log = structlog.get_logger()


def register_in(app: flask.Flask) -> None:
    """Let every refusal and every fault be answered here."""
    app.register_error_handler(Refused, _answer_refusal)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, _answer_failure)


_TITLES = {
    400: _("This cannot be read"),
    403: _("You may not do this"),
    404: _("Page not found"),
    405: _("This page cannot be opened like that"),
    409: _("Someone was faster"),
    410: _("This was deleted"),
    413: _("The file is too large"),
    422: _("This cannot be done"),
    429: _("Too many tries"),
    503: _("Please try again"),
}
_NEXT = {
    403: _("If you think that you should be able to, ask an owner of your organisation, or the office of your region."),
    404: _("Check the address, or start from the first page."),
    409: _("Go back and open the page again to see how it stands now."),
    429: _("Wait a few minutes, then try again."),
    500: _("It is written down for those who run the office. Wait a few minutes, then try again."),
}

_TO_PROGRAMS = {
    405: _("This address takes other methods: the header “Allow” names them."),
    415: _("Send the body as JSON, with “Content-Type: application/json”."),
}
"""What a program can do about it, which knows no buttons."""


def _page(status: int, **context: Any) -> Any:
    title = context.pop("title", None) or _TITLES.get(status, _("This did not work"))
    if problems.is_asked_by_program():
        return problems.problem(status, str(context.get("sentence") or title), context.get("faults"))
    if _is_for_a_machine():
        return flask.jsonify(message=str(context.get("sentence") or title)), status
    context.setdefault("next", _NEXT.get(status))
    return flask.render_template("layout/error.html", title=title, **context), status


def _is_for_a_machine() -> bool:
    request = flask.request
    is_asked = request.is_json or request.accept_mimetypes.best == "application/json"
    return is_asked or request.path.endswith(".json") or problems.is_asked_by_program()


def _answer_refusal(refused: Refused) -> Any:
    if isinstance(refused, SentAlready):
        sent = {"title": _("Sent already"), "next": None, "links": _ways_on(), "is_done": True}
        return _page(refused.status, sentence=refused.sentence, **sent)
    faults = {refused.field: refused.sentence} if refused.field else None
    return _page(refused.status, sentence=refused.sentence, faults=faults)


def _ways_on() -> list[tuple[str, Any]]:
    """From a page that was sent before: to where its outcome is, and to a fresh one."""
    above, again = urlsplit(web.page_above()).path, web.page_of_form()
    ways = [(above, _("See what is there now"))] if above != "/" else []
    return [*ways, (again, _("Open the page again"))] if again not in ("", above) else ways


def _answer_http_error(problem: HTTPException) -> Any:
    status = problem.code or 500
    if isinstance(problem, InternalServerError):  # even the answer to a refusal failed, as when the database goes away
        return _answer_failure(cause if isinstance(cause := problem.original_exception, Exception) else problem)
    if status in (301, 302, 303, 304, 307, 308):
        return problem
    if status == 405 and flask.request.method in ("GET", "HEAD") and not _is_for_a_machine():
        flask.flash(str(_("That address belongs to a button, so nothing was changed. Here is the page.")), "info")
        return flask.redirect(web.page_above(), 303)
    if status == 413:
        _drain()
        most = formatting.file_size(flask.current_app.config["SETTINGS"].max_upload_bytes)
        return _page(
            413,
            sentence=_(
                "Nothing was stored: a file may have %(size)s at the most. Go back and choose a smaller one.", size=most
            ),
            links=[(web.page_before(), _("Go back"))],
        )
    sentences = {404: _("There is no page at this address."), 405: _("Use the buttons of the page.")}
    if problems.is_asked_by_program():
        sentences |= _TO_PROGRAMS
    answer = flask.make_response(_page(status, sentence=sentences.get(status)))
    if isinstance(problem, MethodNotAllowed):
        answer.headers["Allow"] = ", ".join(sorted(problem.valid_methods or ()))
    elif status == 429:
        answer.headers["Retry-After"] = "60"
    return answer


def _drain() -> None:
    """Read away a body that is too large, up to a bound: a browser shows our answer only after it has sent all."""
    declared, stream = flask.request.content_length, flask.request.environ["wsgi.input"]
    left = min(declared if declared is not None else 0, 512 * 1024 * 1024)
    try:
        while left > 0 and (read := len(stream.read(min(left, 1024 * 1024)))):
            left -= read
    except OSError:
        return


def _answer_failure(problem: Exception) -> Any:
    """Say what happened with as little as possible: no account is asked for, the database may be what failed."""
    error_id = uuid4().hex[:12]
    log.error("request_failed", error_id=error_id, kind=type(problem).__name__, exc_info=problem)
    with contextlib.suppress(SQLAlchemyError):
        db.session.rollback()
    flask.g.bare = True
    sentence = _("Something went wrong on our side. Nothing that you had saved before is lost.")
    return _page(500, sentence=sentence, error_id=error_id)
