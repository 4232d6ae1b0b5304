"""Decision sessions: prepared and proposed by one person, confirmed or sent back by another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for

from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.core import clock
from vouchers.core.asking import ask, take
from vouchers.core.errors import NotFound, RuleBroken
from vouchers.core.money import parse_money, total
from vouchers.core.tables import ListQuery, Page, page_of
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.decisions import forms, policy
from vouchers.decisions.actions import confirming
from vouchers.decisions.actions import sessions as actions
from vouchers.decisions.actions.foretelling import Foretold, foretell_session
from vouchers.decisions.lifecycle import DECISION_SESSION
from vouchers.decisions.models import DecisionSession
from vouchers.decisions.queries import entries, ranked
from vouchers.decisions.queries import sessions as queries
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.rules import sessions as rules
from vouchers.decisions.rules.ranking import list_skipped
from vouchers.decisions.rules.sessions import Line, Proposed
from vouchers.decisions.rules.taking_over import CHANGED
from vouchers.decisions.states import SessionState
from vouchers.decisions.views.blueprint import blueprint
from vouchers.decisions.views.lists import address_of, get_list
from vouchers.evaluation.queries.tainted import find_tainted

OUTCOMES = [(one.value, one.label) for one in Proposed]


@blueprint.get("/calls/<int:call_id>/sessions")
@guarded(get_list, policy.may_oversee)
def sessions(contest: Contest) -> Any:
    """The decision sessions of a region in a call."""
    query = ListQuery.read(
        request.args, sorts=["prepared"], default="-prepared", filters={"region": None, "instrument": None}
    )
    return render_template(
        "decisions/sessions.html",
        contest=contest,
        address=address_of(contest),
        page=queries.list_sessions(contest, query),
        count=rules.count_outcomes,
        may_propose=policy.may_propose(actor(), contest) is None,
    )


@blueprint.post("/calls/<int:call_id>/sessions/prepare")
@guarded(get_list, policy.may_propose)
def prepare(contest: Contest) -> Any:
    """Begin a session with what the ranking itself proposes."""
    try:
        session = actions.prepare_session(contest, by=actor(), at=clock.now())
    except RuleBroken as refused:
        flash(str(refused), "error")
        return redirect(url_for(".sessions", call_id=contest.call.id, **address_of(contest)), 303)
    return redirect(url_for(".session", session_id=session.id), 303)


@blueprint.post("/applications/<int:application_id>/propose")
@guarded(get_application, policy.may_propose_one)
def propose_one(application: Application) -> Any:
    """A session of one application, for instruments that are decided as they come."""
    contest = entries.get_contest_of(application)
    if open_one := queries.list_in_open_sessions(contest).get(application.id):
        return redirect(url_for(".session", session_id=open_one), 303)
    try:
        session = actions.prepare_session(contest, only={application.id}, by=actor(), at=clock.now())
    except RuleBroken as refused:
        flash(str(refused), "error")
        return redirect(url_for(".show", application_id=application.id), 303)
    return redirect(url_for(".line", session_id=session.id, application_id=application.id), 303)


@blueprint.get("/sessions/<int:session_id>")
@guarded(queries.get_decision_session, policy.may_oversee)
def session(session: DecisionSession) -> Any:
    """What is proposed, for whom, and where the session stands; while it is decided, the page looks again by itself."""
    page = make_response(render_template("decisions/session.html", **page_of_session(session)))
    if session.state == SessionState.DECIDING:
        page.headers["Refresh"] = "5"
    return page


def page_of_session(session: DecisionSession) -> dict[str, Any]:
    """What every page about a session shows."""
    contest = queries.get_contest_of_session(session)
    query = ListQuery.read(request.args, sorts=["rank"], filters={"outcome": [one.value for one in Proposed]})
    lines, wanted = session.lines, query.filters.get("outcome")
    page = page_of([line for line in lines if not wanted or line.outcome == wanted], query)
    applications = ranked.map_applications([line.key for line in page.items])
    told, letters = queries.count_told(session.id)
    currency = contest.left.currency
    is_open = session.state in {SessionState.DRAFT, SessionState.PROPOSED}
    changes = rules.say_changes(session.seen or {}, queries.see_list(contest)) if session.seen and is_open else []
    return {
        "session": session,
        "contest": contest,
        "page": Page([(line, applications[line.key], _place(session, contest, line)) for line in page.items],
                     page.total, page.query),
        "counts": rules.count_outcomes(lines),
        "wanted": total([line.amount for line in lines if line.amount], currency),
        "outcomes": OUTCOMES,
        "changes": changes,
        "left": contest.left if is_open or not session.seen else parse_money(session.seen["left"], currency),
        "tainted": find_tainted(session.call, rules.list_proposed(lines)) if is_open else [],
        "CHANGED": CHANGED,
        "skipped": _skipped(session, contest, page.items),
        "told": told,
        "letters": letters,
        "foretold": {},
        "decided": queries.map_decided(session.id) if not is_open else None,
        "DECISION_SESSION": DECISION_SESSION,
        "may_edit": DECISION_SESSION.is_open_to(actor(), session, "edit"),
        "address": {"region": session.region.code, "instrument": session.instrument, "round": session.round or None},
    }  # fmt: skip


def _place(session: DecisionSession, contest: Contest, line: Line) -> Any:
    """Where an application stands; once the session is confirmed, where it stood when that was proposed."""
    if session.state in {SessionState.DRAFT, SessionState.PROPOSED} or not session.seen:
        return contest.find_place(line.key)
    return rules.find_seen(session.seen, line.reference)


def _skipped(session: DecisionSession, contest: Contest, shown: Sequence[Line]) -> dict[int, str]:
    """By the key of a line that awards: the better places that it passes over; nothing once it is decided."""
    if session.state not in {SessionState.DRAFT, SessionState.PROPOSED}:
        return {}
    settled = rules.list_with(session.lines, Proposed.AWARD)
    listed = contest.without(rules.list_with(session.lines, Proposed.REJECT))
    found = {
        line.key: list_skipped(listed.places, line.key, contest.policy, settled)
        for line in shown
        if line.outcome is Proposed.AWARD
    }
    names = queries.map_references(contest) if any(found.values()) else {}
    return {
        key: rules.name_some([names[place.entry.key] for place in places]) for key, places in found.items() if places
    }


# Writing the proposal ------------------------------------------------------------------------------------------------


@blueprint.route("/sessions/<int:session_id>/lines/<int:application_id>", methods=["GET", "POST"])
@guarded(queries.get_decision_session, DECISION_SESSION.edit)
def line(session: DecisionSession) -> Any:
    """One line: outcome, amount, reason, conditions."""
    found = _line(session)
    form = forms.LineForm.of_line(found, rules.seen_line(found), session.call.programme.plan.currency)
    if form.validate_on_submit():
        seen = form.seen.data or None
        try:
            actions.change_lines(session, [form.as_line(found)], seen=seen, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("Saved. Nothing is decided before the second person confirms it.")), "success")
            return redirect(url_for(".session", session_id=session.id), 303)
    contest, application = queries.get_contest_of_session(session), get_application(found.key)
    return ask(
        "decisions/session_line.html",
        form,
        session=session,
        application=application,
        contest=contest,
        place=contest.find_place(application.id),
    )


def _line(session: DecisionSession) -> Line:
    assert request.view_args is not None
    found = next((one for one in session.lines if one.key == request.view_args["application_id"]), None)
    if found is None:
        raise NotFound(_("This application is not in the session."))
    return found


@blueprint.post("/sessions/<int:session_id>/several")
@guarded(queries.get_decision_session, DECISION_SESSION.edit)
def several(session: DecisionSession) -> Any:
    """One outcome for several lines: first how many, then a reason, then it is saved."""
    asked = request.form.get("action", "")
    picked = {int(value) for value in request.form.getlist("picked") if value.isascii() and value.isdigit()}
    chosen = [one for one in session.lines if one.key in picked]
    if asked not in set(Proposed) or not chosen:
        flash(str(_("Select at least one application first.")), "error")
        return redirect(url_for(".session", session_id=session.id), 303)
    outcome, form = Proposed(asked), forms.SeveralForm()
    if "reason" not in request.form:
        form = forms.SeveralForm(formdata=None)
    elif form.validate_on_submit():
        keys, reason = {one.key for one in chosen}, form.reason.data or ""
        try:
            actions.set_outcome(session, keys, outcome, reason, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            return redirect(url_for(".session", session_id=session.id), 303)
    status = 422 if form.problems else 200
    return render_template(
        "decisions/session_several.html", form=form, session=session, outcome=outcome, chosen=chosen
    ), status


@blueprint.post("/sessions/<int:session_id>/take-ranking")
@guarded(queries.get_decision_session, DECISION_SESSION.edit)
def take_ranking(session: DecisionSession) -> Any:
    """Go on from the ranking as it is now."""
    try:
        actions.take_ranking(session, by=actor(), at=clock.now())
        flash(str(_("Taken over. Look at the lines again: what you typed is kept.")), "success")
    except RuleBroken as refused:
        flash(str(refused), "error")
    return redirect(url_for(".session", session_id=session.id), 303)


@blueprint.route("/sessions/<int:session_id>/propose", methods=["GET", "POST"])
@guarded(queries.get_decision_session, DECISION_SESSION.propose)
def propose(session: DecisionSession) -> Any:
    """Hand it to the second person."""
    form = forms.ProposeForm()
    return _step(
        session,
        form,
        "propose",
        _("Proposed. Another person confirms it or sends it back; nothing is decided before that."),
        lambda **who: actions.propose_session(session, form.note.data or "", **who),
        foretold=lambda: foretell_session(session, by=actor(), at=clock.now()),
    )


@blueprint.route("/sessions/<int:session_id>/discard", methods=["GET", "POST"])
@guarded(queries.get_decision_session, DECISION_SESSION.discard)
def discard(session: DecisionSession) -> Any:
    """Decide nothing of it."""
    done = _("Discarded. Nothing was decided.")
    return _step(session, forms.DiscardForm(), "discard", done, lambda **who: actions.discard_session(session, **who))


# The second person ---------------------------------------------------------------------------------------------------


@blueprint.route("/sessions/<int:session_id>/confirm", methods=["GET", "POST"])
@guarded(queries.get_decision_session, DECISION_SESSION.confirm)
def confirm(session: DecisionSession) -> Any:
    """Have all of it decided."""
    return _step(
        session,
        forms.ConfirmSessionForm(),
        "confirm",
        _("Confirmed. It is being decided now; the letters wait until they are sent."),
        lambda **who: confirming.confirm_session(session, **who),
        foretold=lambda: foretell_session(session, by=actor(), at=clock.now()),
    )


@blueprint.route("/sessions/<int:session_id>/send-back", methods=["GET", "POST"])
@guarded(queries.get_decision_session, DECISION_SESSION.send_back)
def send_back(session: DecisionSession) -> Any:
    """Say what should be changed."""
    form = forms.SendBackForm()
    return _step(
        session,
        form,
        "send_back",
        _("Sent back. It can be changed and proposed again."),
        lambda **who: actions.send_back_session(session, form.answer.data or "", **who),
    )


def _step(
    session: DecisionSession,
    form: Any,
    verb: str,
    done: Any,
    act: Callable[..., None],
    *,
    foretold: Callable[[], dict[int, Foretold]] = dict,
) -> Any:
    if take(form, lambda: act(by=actor(), at=clock.now()), done):
        return redirect(url_for(".session", session_id=session.id), 303)
    told = foretold()
    page = page_of_session(session) | {
        "foretold": told,
        "through": {key for key, one in told.items() if one.goes_through},
        "verb": verb,
        "row": DECISION_SESSION.transitions[verb],
    }
    return ask("decisions/session_step.html", form, **page)
