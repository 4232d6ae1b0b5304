"""The letters of a session: read as they would go out, and sent in one confirmed batch."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.asking import ask
from vouchers.core.errors import RuleBroken
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.typed import whole_number
from vouchers.core.web import actor, guarded
from vouchers.decisions import forms, policy
from vouchers.decisions.actions import telling
from vouchers.decisions.lifecycle import DECISION_SESSION
from vouchers.decisions.models import DecisionSession
from vouchers.decisions.queries import sessions as queries
from vouchers.decisions.queries.templates import digest_words
from vouchers.decisions.states import SessionState
from vouchers.decisions.views.blueprint import blueprint
from vouchers.decisions.views.sessions import page_of_session
from vouchers.decisions.views.wording import preview_of


@blueprint.route("/sessions/<int:session_id>/announce", methods=["GET", "POST"])
@guarded(queries.get_decision_session, DECISION_SESSION.announce)
def announce(session: DecisionSession) -> Any:
    """Send every letter of the session, after a page that names how many there are."""
    told, letters = queries.count_told(session.id)
    words = digest_words(session.call_id, session.region_id)
    form = forms.AnnounceForm(data={"count": str(letters - told), "words": words})
    if form.validate_on_submit():
        count, shown = whole_number(form.count.data), form.words.data or ""
        try:
            telling.announce_session(session, -1 if count is None else count, words=shown, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
            form.words.process_data(words)
            form.count.process_data(str(letters - told))
        else:
            flash(str(_("The letters are being sent.")), "success")
            return redirect(url_for(".session", session_id=session.id), 303)
    return ask("decisions/session_announce.html", form, **page_of_session(session))


@blueprint.get("/sessions/<int:session_id>/letters")
@guarded(queries.get_decision_session, policy.may_oversee)
def letters(session: DecisionSession) -> Any:
    """Every letter of a confirmed session as it would go out now, in the language of its reader."""
    query = ListQuery.read(request.args, sorts=["decided"], per_page=10)
    page = queries.page_of_decisions(session.id, query)
    return render_template(
        "decisions/session_letters.html",
        session=session,
        page=page,
        previews=[(decision, preview_of(decision)) for decision in page.items],
        overtaken=queries.list_overtaken(page.items),
        is_confirmed=session.state in {SessionState.CONFIRMED, SessionState.ANNOUNCED},
    )
