"""`create_app(settings)`: settings, services, extensions, the list of blueprints, and the door of every request."""

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
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import vouchers.models
from vouchers import answers, home
from vouchers.api import queries as api_queries
from vouchers.applications.queries.ground import use_names_told, use_reached_limits, use_targets
from vouchers.applications.queries.versions import use_open_request
from vouchers.core import clock, formatting, languages, pages, text, web
from vouchers.core.database import db, end_reading
from vouchers.core.mail import MailServer, use_mail_server
from vouchers.core.script_texts import script_texts
from vouchers.core.sending import use_sent_page
from vouchers.core.text import say as _
from vouchers.documents.scanning import scanner_at
from vouchers.documents.storage import FolderStore
from vouchers.documents.store import use_scanner, use_store
from vouchers.draws import queries as draws_queries
from vouchers.enquiries import queries as enquiries_queries
from vouchers.evaluation.actions.suspending import end_for_suspension
from vouchers.evaluation.queries.assignments import hold_open_applications, list_open_references
from vouchers.evaluation.queries.blinding import warn_of_names
from vouchers.evaluation.queries.holds import use_holds
from vouchers.evaluation.queries.limits import list_reached_limits
from vouchers.evaluation.queries.workload import map_held
from vouchers.experts.actions.tasks import Tasks, use_tasks
from vouchers.experts.queries import use_held
from vouchers.fees import queries as fees_queries
from vouchers.jobs.actions import use_queue
from vouchers.jobs.queue import RedisQueue
from vouchers.organisations.rules.iban import format_iban
from vouchers.parts import BLUEPRINTS
from vouchers.payables.rules.reason_codes import say_reason
from vouchers.pools import queries as pools_queries
from vouchers.programmes import queries as programmes_queries
from vouchers.programmes.views.blueprint import use_draws
from vouchers.providers import queries as providers_queries
from vouchers.reports.queries.pace import map_targets
from vouchers.retention.queries.copies import use_sections
from vouchers.retention.views.gone import ensure_kept
from vouchers.users import queries as users_queries
from vouchers.users import secrets as user_secrets
from vouchers.users.limits import limiter, may_hold
from vouchers.workflow.transition import Visitor

if TYPE_CHECKING:
    from config import Settings

ROOT = Path(__file__).resolve().parents[1]
MOST_ID = 2**63 - 1
"""The largest number that an id column holds, on either database."""

babel, csrf, login = Babel(), CSRFProtect(), LoginManager()


def create_app(settings: Settings) -> flask.Flask:
    """The application for these settings; reads no environment."""
    app = flask.Flask(
        "vouchers", root_path=str(ROOT / "vouchers"), template_folder=str(ROOT / "templates"), static_folder="static"
    )
    app.config.update(_configuration(settings))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=1, x_host=1)  # type: ignore[method-assign]
    _set_up_logging(settings)
    _set_up_services(settings)
    _set_up_extensions(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if settings.demo:
        from vouchers.demo import views as demo

        app.register_blueprint(demo.blueprint)
    _register_commands(app)
    app.before_request(_before_request)
    app.after_request(web.add_headers)
    answers.register_in(app)
    return app


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings.database_url),
        "MAX_CONTENT_LENGTH": settings.max_upload_bytes + 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 60_000,  # a table with far too many rows is refused in words, by its own bound
        "SESSION_COOKIE_NAME": "office",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "SESSION_REFRESH_EACH_REQUEST": False,
        "SEND_FILE_MAX_AGE_DEFAULT": 31_536_000,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_CHECK_DEFAULT": False,
        "BABEL_DEFAULT_LOCALE": "en",
    }


def _engine_options(url: str) -> dict[str, Any]:
    common = {
        "hide_parameters": True,  # what people wrote stands in no log, not even of a fault of the database
        "query_cache_size": 3000,  # the office has more statements than the 500 that are kept compiled otherwise
    }
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 15}, **common}
    return {"pool_size": 6, "max_overflow": 4, **common}


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
    clock.use_office_zone(settings.office_time_zone)
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
    providers_queries.use_fields(pools_queries.list_fields)
    users_queries.use_programme_codes(programmes_queries.list_programme_codes)
    programmes_queries.use_public_answers(enquiries_queries.list_public_answers)
    use_draws(draws_queries.list_draws_of_call)
    use_open_request(enquiries_queries.find_open_clarification)
    use_reached_limits(list_reached_limits)
    use_names_told(warn_of_names)
    use_targets(map_targets)
    use_holds([fees_queries.find_hold])
    web.use_gone(ensure_kept)
    web.use_bound_of_holding(may_hold)
    use_sent_page(pages.sent_page)
    use_sections([api_queries.OWN_TOKENS])
    use_held(map_held)
    use_tasks(Tasks(list_open_references, hold_open_applications, end_for_suspension))


def _set_up_extensions(app: flask.Flask) -> None:
    db.init_app(app)
    app.teardown_appcontext(lambda _problem: end_reading(keeps_rows=True))  # before the session's end, a rollback
    babel.init_app(app, locale_selector=_locale, timezone_selector=_time_zone)
    languages.install_in(app.jinja_env)
    csrf.init_app(app)
    limiter.init_app(app)
    login.init_app(app)
    login.anonymous_user = Visitor
    login.request_loader(_load_user)
    login.session_protection = None
    text.install_translator(_translate, formatting.in_sentence, languages.language)
    formatting.register_filters(app)
    app.jinja_env.globals.update(
        now=clock.now, asset_version=_asset_version(), script_texts=script_texts, page_mark=pages.page_mark
    )
    app.jinja_env.filters["iban"] = format_iban
    app.jinja_env.filters["bank_reason"] = say_reason
    app.context_processor(_page_context)


@cache
def _asset_version() -> str:
    digest = hashlib.sha256()
    for name in ("app.css", "app.js"):
        digest.update((ROOT / "vouchers" / "static" / name).read_bytes())
    return digest.hexdigest()[:12]


def _page_context() -> dict[str, Any]:
    bare = bool(flask.g.get("bare"))
    return {
        "csp_nonce": web.new_nonce(),
        "address_again": web.address_again,
        "may_hold_words": web.holds_words_of(flask.request.endpoint),
        "demo_mode": flask.current_app.config["SETTINGS"].demo,
        "bare": bare,
        "html_lang": languages.language(),
        "languages": languages.LANGUAGES,
        "navigation": [] if bare else home.navigation_for(web.actor()),
        "reader_zone": _time_zone(),
    }


def _locale() -> str | None:
    if not flask.has_request_context():
        return None
    if flask.g.get("for_programs"):
        return languages.language_of_visitor(flask.request)
    own = flask.session.get("language") if flask.g.get("bare") else getattr(current_user, "language", None)
    return own or languages.language_of_visitor(flask.request)


def _time_zone() -> str:
    """The reader's own; that of the office for a visitor, and where nobody reads."""
    is_nobody = not flask.has_request_context() or flask.g.get("for_programs") or flask.g.get("bare")
    return (None if is_nobody else getattr(current_user, "time_zone", None)) or clock.office_zone()


def _translate(msgid: str, plural: str | None, count: int) -> str:
    if not flask.has_app_context():
        return msgid if plural is None or count == 1 else plural
    translations = languages.translations()
    found: str = translations.ugettext(msgid) if plural is None else translations.ungettext(msgid, plural, count)
    return found


def _load_user(_request: flask.Request) -> Any:
    if flask.g.get("for_programs"):
        return None  # a token opens these doors, never a session
    token = flask.session.get("session")
    if not token or flask.g.get("bare"):
        return None
    found = users_queries.find_open_session(token, at=clock.now())
    flask.g.user_session = found
    if found is None:
        return None
    if flask.session.get("language") != found.user.language:
        flask.session["language"] = found.user.language  # for a page that may not ask the database
    return found.user


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
    if getattr(view, "for_programs", False):
        flask.g.for_programs = True
        flask.g._login_user = Visitor()  # as Flask-Login keeps it: so it never looks into the session
        return None  # no session, and so nothing that a foreign page could make a browser send
    if not current_user.is_authenticated and not web.is_open_to_visitors(view):
        return _ask_to_sign_in()
    if request.method not in ("GET", "HEAD", "OPTIONS") and not getattr(view, "is_machine", False):
        try:
            csrf.protect()
        except CSRFError:
            return _show_again(is_held=not getattr(view, "keeps_nothing", False))
    pages.arrive(web.actor(), clock.now)
    return None


def _ask_to_sign_in() -> Any:
    """A visitor at a closed door: keep what was typed, and come back to it after signing in."""
    if flask.request.is_json:
        sentence = _(
            "You have been signed out. Your words are kept on this page. Sign in in another tab, then save again."
        )
        return flask.jsonify(message=str(sentence)), 401
    if flask.request.method == "GET":
        target = flask.request.full_path.rstrip("?")
        return flask.redirect(flask.url_for("users.sign_in", next=target))
    target = web.page_after_return(is_held=True)
    if "held=" in target:
        sentence = _("You had been signed out. What you typed is kept: sign in, and it is there again.")
    else:
        sentence = _("You had been signed out, so nothing was changed. Sign in and press the button again.")
    flask.flash(str(sentence), "unsaved")
    return flask.redirect(flask.url_for("users.sign_in", next=target), 303)


def _show_again(*, is_held: bool) -> Any:
    """A form from before the present session (another tab, an old page): show it again, with its words if `is_held`."""
    sentence = _(
        "This page was open in another session. Nothing was saved yet. Please look at it and press the button again."
    )
    if flask.request.is_json:
        return flask.jsonify(message=str(sentence)), 401
    flask.flash(str(sentence), "unsaved")
    return flask.redirect(web.page_after_return(is_held=is_held), 303)


def add_migrations(app: flask.Flask) -> None:
    """The commands `flask db`. What they need is 11 MB that no web process should carry."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(ROOT / "migrations"))


def _register_commands(app: flask.Flask) -> None:
    from vouchers import cli

    for group in cli.GROUPS:
        app.cli.add_command(group)


__all__ = ["create_app", "vouchers"]
