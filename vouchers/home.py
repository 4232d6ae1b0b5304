"""The first page, the pages about the office, the menu, and what a machine asks of a web process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import flask
from sqlalchemy import text

from vouchers.audit.queries import list_events_of
from vouchers.core.database import db
from vouchers.core.errors import MovedOn
from vouchers.core.forms import typed_words
from vouchers.core.languages import COOKIE, LANGUAGES
from vouchers.core.lifecycle import kind_of
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.web import actor, address_with_words, is_local, public
from vouchers.reports.queries.voucher import title_of
from vouchers.users.models import User
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

blueprint = flask.Blueprint("web", __name__)
YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the menu."""

    text: Sentence
    href: str
    active: bool


_R = Role
_OFFICERS = {_R.CLUSTER_MANAGER, _R.FINANCE_OFFICER}
_READERS = {*_OFFICERS, _R.COORDINATOR, _R.AUDITOR}
_STAFF_MENU: tuple[tuple[Sentence, str, set[Role]], ...] = (
    (_("Desk"), "reports.desk", _READERS),
    (_("Applications"), "applications.worklist", _READERS),
    (_("Questions"), "enquiries.worklist", {_R.CLUSTER_MANAGER, _R.COORDINATOR, _R.AUDITOR}),
    (_("Evaluation"), "evaluation.workload", _READERS),
    (_("Panels"), "panels.panels", _READERS),
    (_("Ranking"), "decisions.calls", _READERS),
    (_("Appeals"), "appeals.worklist", {_R.CLUSTER_MANAGER, _R.COORDINATOR, _R.AUDITOR}),
    (_("Agreements"), "agreements.worklist", _READERS),
    (_("Aid register"), "eligibility.aid_register", {_R.CLUSTER_MANAGER, _R.COORDINATOR, _R.AUDITOR}),
    (_("Claims"), "claims.worklist", _READERS),
    (_("Payments"), "payments.worklist", _READERS),
    (_("Recoveries"), "recoveries.worklist", _READERS),
    (_("Budgets"), "programmes.envelopes", _READERS),
    (_("Dashboard"), "reports.dashboard", _READERS),
    (_("Ledger"), "reports.ledger", _READERS),
    (_("Audit"), "audits.desk", {*_READERS, _R.ADMINISTRATOR}),
    (_("Write calls"), "schemes.drafts", {_R.COORDINATOR}),
    (_("Programmes and calls"), "schemes.drafts", _READERS),
    (_("Experts"), "experts.register", {_R.CLUSTER_MANAGER, _R.COORDINATOR}),
    (_("Providers"), "providers.register", {_R.CLUSTER_MANAGER, _R.COORDINATOR}),
    (_("Retention"), "retention.programmes", {_R.COORDINATOR, _R.AUDITOR, _R.ADMINISTRATOR}),
    (_("People"), "users.people", {_R.COORDINATOR, _R.ADMINISTRATOR}),
    (_("Tokens"), "api.tokens", {_R.FINANCE_OFFICER, _R.ADMINISTRATOR}),
)
_APPLICANT_MENU: tuple[tuple[Sentence, str], ...] = (
    (_("Calls"), "programmes.calls"),
    (_("Your applications"), "applications.mine"),
    (_("Your organisations"), "organisations.mine"),
)


def navigation_for(user: Any) -> list[MenuItem]:
    """The menu of this person."""
    if not user.is_authenticated:
        entries = [(_("Calls"), "programmes.calls"), (_("Sign in"), "users.sign_in")]
    elif user.is_staff:
        entries = _staff_entries(user)
    else:
        entries = list(_APPLICANT_MENU)
        if user.is_expert:
            entries += [
                (_("Your evaluations"), "evaluation.mine"),
                (_("Panels"), "panels.panels"),
                (_("Your entry as an expert"), "experts.mine"),
            ]
    endpoints = flask.current_app.view_functions
    here = flask.request.endpoint or ""
    return [
        MenuItem(label, flask.url_for(endpoint), _is_here(here, endpoint))
        for label, endpoint in entries
        if endpoint in endpoints
    ]


def _staff_entries(user: Any) -> list[tuple[Sentence, str]]:
    """What this member of staff may open, each page once, in the words of its first row."""
    found: dict[str, Sentence] = {}
    for label, endpoint, roles in _STAFF_MENU:
        if user.holds(roles):
            found.setdefault(endpoint, label)
    return [(label, endpoint) for endpoint, label in found.items()]


def _is_here(here: str, endpoint: str) -> bool:
    if here == endpoint:
        return True
    package = endpoint.partition(".")[0]
    return package not in ("users", "reports") and here.partition(".")[0] == package


@blueprint.get("/")
@public
def first_page() -> Any:
    """Everybody's first page: visitors see the calls, others what is theirs."""
    from flask_login import current_user

    if not current_user.is_authenticated:
        return flask.redirect(flask.url_for("programmes.calls"))
    if current_user.is_staff:
        is_reader = current_user.holds(_READERS)
        return flask.redirect(flask.url_for("reports.desk" if is_reader else "users.people"))
    if current_user.is_expert:
        return flask.redirect(flask.url_for("evaluation.mine"))
    return flask.redirect(flask.url_for("applications.mine"))


@blueprint.get("/language/<code>")
@public
def choose_language(code: str) -> Any:
    """Show the pages in another language, and go back to where the visitor was. Who is signed in chooses in the
    account: a page that is only looked at changes nothing there."""
    from flask_login import current_user

    if code in LANGUAGES and current_user.is_authenticated and current_user.language != code:
        flask.flash(str(_("Choose the language of your account here, or at the foot of any page.")), "info")
        return flask.redirect(flask.url_for("users.edit_profile"), 303)
    return _in_language(code, _place_to_go_on())


@blueprint.post("/language/<code>/with-words")
@public
def choose_language_with_words(code: str) -> Any:
    """The same from a page with a form: what stands in its boxes comes along, except passwords."""
    target = _place_to_go_on()
    return _in_language(code, target if target == "/" or code not in LANGUAGES else address_with_words(target))


def _place_to_go_on() -> str:
    target = flask.request.args.get("next", "")
    return target if is_local(target) else "/"


def _in_language(code: str, target: str) -> Any:
    if code not in LANGUAGES:
        flask.abort(404)
    answer = flask.redirect(target, 303)
    answer.set_cookie(
        COOKIE, code, YEAR, httponly=True, samesite="Lax", secure=flask.current_app.config["SESSION_COOKIE_SECURE"]
    )
    return answer


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    """The accessibility statement."""
    return flask.render_template("web/accessibility.html")


@blueprint.get("/privacy")
@public
def privacy() -> str:
    """What is kept about people, why and for how long."""
    return flask.render_template("web/privacy.html")


@blueprint.get("/healthz")
@public
def healthz() -> Any:
    """The process is alive."""
    return flask.jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> Any:
    """The process can do its work: the database answers and is migrated. Redis may be away; letters then come later."""
    try:
        db.session.execute(text("SELECT 1 FROM programme LIMIT 1"))
    except Exception:
        db.session.rollback()
        return flask.jsonify(status="not ready", database="away or not migrated"), 503
    return flask.jsonify(status="ready")


# Too late ------------------------------------------------------------------------------------------------------------


@blueprint.app_errorhandler(MovedOn)
def say_what_happened(moved: MovedOn) -> Any:
    """The answer to a step that comes too late: what happened, the words that were typed, and the way on."""
    if flask.request.is_json or flask.request.accept_mimetypes.best == "application/json":
        return flask.jsonify(message=str(moved.sentence)), moved.status
    sentence, at = _last_step(moved.subject, actor())
    return flask.render_template(
        "layout/moved_on.html",
        sentence=moved.sentence,
        happened=sentence,
        happened_at=at,
        was_posted=flask.request.method == "POST",
        words=typed_words(),
        way_on=_page_of(moved.subject),
    ), moved.status


def _last_step(subject: Any, reader: Any) -> tuple[Sentence | None, Any]:
    """What was done last with the subject and when, in words that this reader may know. Names are not told."""
    kind = kind_of(subject)
    if kind is None or not reader.is_authenticated:
        return None, None
    events = list_events_of([(kind, subject.id)])
    if not events:
        return None, None
    last = max(events, key=lambda event: event.id)
    return _told(last, reader, title_of(last.tag)), last.at


def _told(event: Any, reader: Any, step: Sentence | str) -> Sentence:
    if event.actor_id == reader.id:
        return _("You did this last: “%(step)s”.", step=step)
    person = db.session.get(User, event.actor_id) if event.actor_id else None
    by_itself = person is None and (event.detail.body or {}).get("actor", OFFICE.name) == OFFICE.name
    is_of_office = by_itself or (person is not None and person.is_staff)
    if is_of_office and not reader.is_staff:
        return _("The office has gone on with it.")  # which step it took is told by its letters
    if by_itself:
        return _("The office did this by itself: “%(step)s”.", step=step)
    if person is not None and person.is_staff == reader.is_staff:
        return _("A colleague did this: “%(step)s”.", step=step)
    return _("Another party did this: “%(step)s”.", step=step)


def _page_of(subject: Any) -> str | None:
    """Where the subject can be looked at."""
    package, at_hand = flask.request.blueprint, flask.request.view_args or {}
    for endpoint in (f"{package}.show", f"{package}.{kind_of(subject)}"):
        for rule in flask.current_app.url_map._rules_by_endpoint.get(endpoint, ()):
            values = {name: at_hand.get(name) or getattr(subject, name, None) for name in rule.arguments}
            if all(value is not None for value in values.values()):
                return flask.url_for(endpoint, **values)
    return None
