"""`create_app(settings)`: extensions, the list of blueprints, and one HTTP answer for each kind of refusal."""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import flask
import structlog
from flask_babel import Babel
from flask_login import LoginManager, current_user
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

import vouchers.models
from vouchers import home
from vouchers.agreements import jobs as agreement_jobs
from vouchers.agreements import views as agreements
from vouchers.alerts import jobs as alert_jobs
from vouchers.alerts import views as alerts
from vouchers.applications import jobs as application_jobs
from vouchers.applications import views as applications
from vouchers.applications.queries.ground import use_reached_limits
from vouchers.applications.queries.versions import use_open_request
from vouchers.applications.views import partners, receipts
from vouchers.audit import jobs as audit_jobs
from vouchers.claims import jobs as claim_jobs
from vouchers.claims import views as claims
from vouchers.core import clock, formatting, languages, text, web
from vouchers.core.database import db
from vouchers.core.errors import Refused
from vouchers.core.mail import MailServer, use_mail_server
from vouchers.core.script_texts import script_texts
from vouchers.core.text import say as _
from vouchers.decisions import jobs as decision_jobs
from vouchers.decisions import views as decisions
from vouchers.documents.scanning import scanner_at
from vouchers.documents.storage import FolderStore
from vouchers.documents.store import use_scanner, use_store
from vouchers.eligibility import views as eligibility
from vouchers.enquiries import jobs as enquiry_jobs
from vouchers.enquiries import queries as enquiries_queries
from vouchers.enquiries.views import clarifications
from vouchers.enquiries.views import threads as enquiries
from vouchers.evaluation import views as evaluation
from vouchers.evaluation.queries.limits import list_reached_limits
from vouchers.experts import views as experts
from vouchers.jobs.actions import use_queue
from vouchers.jobs.queue import RedisQueue
from vouchers.organisations import views as organisations
from vouchers.organisations.rules.iban import format_iban
from vouchers.payments import views as payments
from vouchers.programmes import queries as programmes_queries
from vouchers.programmes import views as programmes
from vouchers.reports import views as reports
from vouchers.schemes import jobs as scheme_jobs
from vouchers.schemes import views as schemes
from vouchers.transfers import views as transfers
from vouchers.users import queries as users_queries
from vouchers.users import secrets as user_secrets
from vouchers.users import views as users
from vouchers.users.limits import limiter
from vouchers.workflow.transition import Visitor

if TYPE_CHECKING:
    from config import Settings

log = structlog.get_logger()

ROOT = Path(__file__).resolve().parents[1]
MOST_ID = 2**63 - 1
"""The largest number that an id column holds, on either database."""
BLUEPRINTS = (
    home, users, eligibility, organisations, experts, programmes, transfers, alerts, applications, partners, receipts,
    enquiries, clarifications, evaluation, decisions, agreements, claims, payments, reports, schemes,
)  # fmt: skip
JOBS = (agreement_jobs, alert_jobs, application_jobs, audit_jobs, claim_jobs, decision_jobs, enquiry_jobs, scheme_jobs)
"""Imported for the jobs that they register."""

babel, csrf, login, migrate = Babel(), CSRFProtect(), LoginManager(), Migrate()


def create_app(settings: Settings) -> flask.Flask:
    """The application for these settings; reads no environment."""
    app = flask.Flask(
        "vouchers", root_path=str(ROOT / "vouchers"), template_folder=str(ROOT / "templates"), static_folder="static"
    )
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=60_000,  # a table with far too many rows is refused in words, by its own bound
        SESSION_COOKIE_NAME="office",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        SESSION_REFRESH_EACH_REQUEST=False,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        BABEL_DEFAULT_LOCALE="en",
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=1, x_host=1)  # type: ignore[method-assign]
    _set_up_logging(settings)
    _set_up_services(settings)
    _set_up_extensions(app)
    for module in BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    if settings.demo:
        from vouchers.demo import views as demo

        app.register_blueprint(demo.blueprint)
    _register_commands(app)
    app.before_request(_before_request)
    app.after_request(web.add_headers)
    app.register_error_handler(Refused, _answer_refusal)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, _answer_failure)
    return app


def _engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 15}}
    return {"pool_size": 6, "max_overflow": 4}


def _set_up_logging(settings: Settings) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, settings.log_level)),
        cache_logger_on_first_use=False,
    )


def _set_up_services(settings: Settings) -> None:
    use_store(FolderStore(settings.data_dir / "documents"))
    use_scanner(scanner_at(settings.clamd_socket))
    use_queue(RedisQueue(settings.redis_url))
    use_mail_server(
        MailServer(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_sender,
            settings.smtp_starttls,
            settings.smtp_user,
            settings.smtp_password,
        )
    )
    user_secrets.use_field_key(settings.field_key)
    users_queries.use_programme_codes(programmes_queries.list_programme_codes)
    programmes_queries.use_public_answers(enquiries_queries.list_public_answers)
    use_open_request(enquiries_queries.find_open_clarification)
    use_reached_limits(list_reached_limits)


def _set_up_extensions(app: flask.Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    babel.init_app(app, locale_selector=_locale)
    languages.install_in(app.jinja_env)
    csrf.init_app(app)
    limiter.init_app(app)
    login.init_app(app)
    login.anonymous_user = Visitor
    login.request_loader(_load_user)
    login.session_protection = None
    text.install_translator(_translate, formatting.in_sentence, languages.language)
    formatting.register_filters(app)
    app.jinja_env.globals.update(now=clock.now, asset_version=_asset_version(), script_texts=script_texts)
    app.jinja_env.filters["iban"] = format_iban
    app.context_processor(_page_context)


@cache
def _asset_version() -> str:
    digest = hashlib.sha256()
    for name in ("app.css", "app.js"):
        digest.update((ROOT / "vouchers" / "static" / name).read_bytes())
    return digest.hexdigest()[:12]


def _page_context() -> dict[str, Any]:
    settings = flask.current_app.config["SETTINGS"]
    bare = bool(flask.g.get("bare"))
    return {
        "csp_nonce": web.new_nonce(),
        "address_again": web.address_again,
        "may_hold_words": web.holds_words_of(flask.request.endpoint),
        "demo_mode": settings.demo,
        "bare": bare,
        "html_lang": languages.language(),
        "languages": languages.LANGUAGES,
        "navigation": [] if bare else home.navigation_for(web.actor()),
        "reader_zone": "Europe/Brussels" if bare else getattr(current_user, "time_zone", "Europe/Brussels"),
    }


def _locale() -> str | None:
    if not flask.has_request_context():
        return None
    own = None if flask.g.get("bare") else getattr(current_user, "language", None)
    return own or languages.language_of_visitor(flask.request)


def _translate(msgid: str, plural: str | None, count: int) -> str:
    if not flask.has_app_context():
        return msgid if plural is None or count == 1 else plural
    translations = languages.translations()
    found: str = translations.ugettext(msgid) if plural is None else translations.ungettext(msgid, plural, count)
    return found


def _load_user(_request: flask.Request) -> Any:
    token = flask.session.get("session")
    if not token:
        return None
    found = users_queries.find_open_session(token, at=clock.now())
    flask.g.user_session = found
    return found.user if found else None


def _parts_of_address() -> list[Any]:
    return list((flask.request.view_args or {}).values())


def _before_request() -> Any:
    request = flask.request
    flask.g.request_id = uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=flask.g.request_id, endpoint=request.endpoint)
    if request.endpoint in (None, "static"):
        return None
    if "\0" in request.path or any(isinstance(part, int) and part > MOST_ID for part in _parts_of_address()):
        flask.abort(404)  # no database keeps such a text or number, and neither even looks for it
    view = flask.current_app.view_functions[request.endpoint]
    if not current_user.is_authenticated and not web.is_open_to_visitors(view):
        return _ask_to_sign_in()
    if request.method not in ("GET", "HEAD", "OPTIONS") and not getattr(view, "is_machine", False):
        try:
            csrf.protect()
        except CSRFError:
            return _show_again(is_held=not getattr(view, "keeps_nothing", False))
    return None


def _ask_to_sign_in() -> Any:
    """A visitor at a closed door: keep what was typed, and come back to it after signing in."""
    if flask.request.is_json:
        sentence = _(
            "You have been signed out. Your words are kept on this page. Sign in in another tab, then press Save."
        )
        return flask.jsonify(message=str(sentence)), 401
    if flask.request.method == "GET":
        target = flask.request.full_path.rstrip("?")
        return flask.redirect(flask.url_for("users.sign_in", next=target))
    token = web.hold_form()
    target = web.page_after_return(token)
    if token and "held=" in target:
        flask.flash(str(_("You had been signed out. What you typed is kept: sign in, and it is there again.")), "info")
    else:
        flask.flash(
            str(_("You had been signed out, so nothing was changed. Sign in and press the button again.")), "info"
        )
    return flask.redirect(flask.url_for("users.sign_in", next=target), 303)


def _show_again(*, is_held: bool) -> Any:
    """A form from before the present session (another tab, an old page): show it again, with its words if `is_held`."""
    sentence = _(
        "This page was open in another session. Nothing was saved yet. Please look at it and press the button again."
    )
    if flask.request.is_json:
        return flask.jsonify(message=str(sentence)), 401
    flask.flash(str(sentence), "info")
    return flask.redirect(web.page_after_return(web.hold_form() if is_held else None), 303)


_TITLES = {
    400: _("This cannot be read"),
    403: _("You may not do this"),
    404: _("Page not found"),
    405: _("This page cannot be opened like that"),
    409: _("Someone was faster"),
    413: _("The file is too large"),
    422: _("This cannot be done"),
    429: _("Too many tries"),
    503: _("Please try again"),
}
_NEXT = {
    403: _("If you think that you should be able to, ask an owner of your organisation, or the office of your region."),
    404: _("Check the address, or start from the first page."),
    409: _("Go back and open the page again to see how it stands now."),
}


def _page(status: int, **context: Any) -> Any:
    title = _TITLES.get(status, _("This did not work"))
    if _is_for_a_machine():
        return flask.jsonify(message=str(context.get("sentence") or title)), status
    context.setdefault("next", _NEXT.get(status))
    return flask.render_template("layout/error.html", title=title, **context), status


def _is_for_a_machine() -> bool:
    request = flask.request
    is_asked = request.is_json or request.accept_mimetypes.best == "application/json"
    return is_asked or request.path.endswith(".json")


def _answer_refusal(refused: Refused) -> Any:
    return _page(refused.status, sentence=refused.sentence)


def _answer_http_error(problem: HTTPException) -> Any:
    status = problem.code or 500
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
    return _page(status, sentence=sentences.get(status))


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
    error_id = uuid4().hex[:12]
    log.error("request_failed", error_id=error_id, kind=type(problem).__name__, exc_info=problem)
    db.session.rollback()
    flask.g.bare = True
    sentence = _("Something went wrong on our side. Nothing that you had saved before is lost.")
    return _page(500, sentence=sentence, error_id=error_id)


def _register_commands(app: flask.Flask) -> None:
    from vouchers import cli

    for group in cli.GROUPS:
        app.cli.add_command(group)


__all__ = ["create_app", "vouchers"]
