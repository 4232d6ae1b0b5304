"""How a region words its decision letters in a call: text with merge fields, and how it reads with real data."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.applications.queries.files import list_writers
from vouchers.core import clock, languages
from vouchers.core.asking import press
from vouchers.core.errors import NotFound, RuleBroken
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.decisions import forms, policy
from vouchers.decisions import letters as texts
from vouchers.decisions.actions import telling
from vouchers.decisions.models import Decision
from vouchers.decisions.queries import templates as queries
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.rules.wording import FIELDS, ensure_known
from vouchers.decisions.states import DecisionState
from vouchers.decisions.views.blueprint import blueprint
from vouchers.decisions.views.lists import address_of, get_list

STATES = {occasion: state for state, occasion in texts.OCCASIONS.items()}


def preview_of(decision: Decision) -> list[tuple[str, str, str]]:
    """(reader, heading, body) of each letter on a decision as it would go out now."""
    readers = list_writers(decision.application.organisation)
    return [
        (f"{reader.name} ({reader.language})", *texts.word_letter(decision, reader, at=clock.now()))
        for reader in readers
    ]


@blueprint.get("/calls/<int:call_id>/letters")
@guarded(get_list, policy.may_oversee)
def wordings(contest: Contest) -> Any:
    """Every decision letter of a region in a call, by outcome and language."""
    kept = {(one.outcome, one.language): one for one in queries.list_templates(contest.call.id, contest.region.id)}
    return render_template(
        "decisions/wordings.html",
        contest=contest,
        address=address_of(contest),
        kept=kept,
        states=STATES,
        languages=languages.LANGUAGES,
        may_word=policy.may_decide(actor(), contest) is None,
    )


@blueprint.route("/calls/<int:call_id>/letters/<outcome>/<language>", methods=["GET", "POST"])
@guarded(get_list, policy.may_oversee, to_post=policy.may_decide)
def wording(contest: Contest) -> Any:
    """One letter in one language: its words, its fields, and how it reads with real data."""
    outcome, language = _asked()
    kept = queries.find_template(contest.call.id, contest.region.id, outcome, language)
    usual = texts.usual_wording(contest, outcome, language)
    heading, body = (kept.heading, kept.body) if kept else usual
    form = forms.WordingForm(data={"heading": heading, "body": body, "seen": queries.digest_template(kept)})
    home = url_for(".wordings", call_id=contest.call.id, **address_of(contest))
    if form.validate_on_submit():
        try:
            ensure_known(form.heading.data, form.body.data)
            if "look" not in request.form:
                words = form.heading.data, form.body.data
                who = {"by": actor(), "at": clock.now()}
                telling.word_letters(contest, outcome, language, *words, seen=form.seen.data or None, **who)
                flash(str(_("Saved. Letters that are written from now on use these words.")), "success")
                return redirect(home, 303)
        except RuleBroken as refused:
            form.refuse(refused)
    return render_template(
        "decisions/wording.html",
        contest=contest,
        form=form,
        home=home,
        kept=kept,
        state=STATES[outcome],
        outcome=outcome,
        language=language,
        language_name=languages.LANGUAGES[language],
        fields=FIELDS,
        preview=_preview(contest, form, outcome, language),
        address=address_of(contest),
        may_word=policy.may_decide(actor(), contest) is None,
    ), 422 if form.problems else 200


def _asked() -> tuple[str, str]:
    assert request.view_args is not None
    outcome, language = request.view_args["outcome"], request.view_args["language"]
    if outcome not in STATES or language not in languages.LANGUAGES:
        raise NotFound(_("There is no such letter."))
    return outcome, language


def _preview(contest: Contest, form: Any, outcome: str, language: str) -> tuple[str, str, str] | None:
    """Reference, heading and body with the data of an application; None while the words do not fit."""
    if form.problems:
        return None
    state: DecisionState = STATES[outcome]
    example = queries.find_example(contest, state)
    if example is None:
        return None
    reader = list_writers(example.application.organisation)[0]
    words = texts.try_wording(form.heading.data or "", form.body.data or "", example, reader, language, at=clock.now())
    return (example.application.reference, *words)


@blueprint.post("/calls/<int:call_id>/letters/<outcome>/<language>/set-aside")
@guarded(get_list, policy.may_decide)
def set_aside_wording(contest: Contest) -> Any:
    """Use the usual text again."""
    outcome, language = _asked()
    kept = queries.find_template(contest.call.id, contest.region.id, outcome, language)
    if kept is not None:
        done = _("The usual text is used again. Your own words are kept.")
        press(lambda: telling.set_aside_words(kept, by=actor(), at=clock.now()), done)
    return redirect(url_for(".wordings", call_id=contest.call.id, **address_of(contest)), 303)
