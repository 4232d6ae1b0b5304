"""The pages of likenesses: what a coordinator looks into, and what auditors read of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.asking import ask, take
from vouchers.core.tables import ListQuery
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.likenesses import actions, forms, policy, queries
from vouchers.likenesses.lifecycle import LIKENESS
from vouchers.likenesses.models import Likeness
from vouchers.likenesses.states import LikenessState
from vouchers.users.mandate import mandate_of

blueprint = Blueprint("likenesses", __name__, url_prefix="/two-persons")


@blueprint.get("/")
@asks(policy.is_reader)
def worklist() -> Any:
    """Second persons who looked like the first, those to be looked at first."""
    states = list(LikenessState)
    query = ListQuery.read(request.args, sorts=["noted"], default="-noted", filters={"state": states})
    page = queries.list_likenesses(query, mandate_of(actor(), policy.READERS))
    return render_template("likenesses/worklist.html", page=page, states=states)


@blueprint.get("/<int:likeness_id>")
@guarded(queries.get_likeness, policy.may_read)
def show(likeness: Likeness) -> Any:
    """Who looked like whom, at which step, why they are two, and what a coordinator found."""
    verbs = {row.verb for row in LIKENESS.open_to(actor(), likeness)}
    return render_template("likenesses/show.html", likeness=likeness, verbs=verbs)


@blueprint.route("/<int:likeness_id>/tell-apart", methods=["GET", "POST"])
@guarded(queries.get_likeness, LIKENESS.tell_apart)
def tell_apart(likeness: Likeness) -> Any:
    """They are two persons."""
    done = _("Noted. These signs are not asked about again.")
    return _decide(likeness, "tell_apart", actions.tell_apart_likeness, done)


@blueprint.route("/<int:likeness_id>/find-same", methods=["GET", "POST"])
@guarded(queries.get_likeness, LIKENESS.find_same)
def find_same(likeness: Likeness) -> Any:
    """They are one person."""
    done = _("Noted. From now on neither account goes on where the other one took the first step.")
    return _decide(likeness, "find_same", actions.find_same_likeness, done)


def _decide(likeness: Likeness, verb: str, action: Callable[..., None], done: Sentence) -> Any:
    form = forms.DecideLikenessForm(data={"version": likeness.version})

    def act() -> None:
        seen = str(form.version.data or "")
        version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1
        action(likeness, form.answer.data, by=actor(), at=clock.now(), version=version)

    if take(form, act, done):
        return redirect(url_for(".show", likeness_id=likeness.id), 303)
    return ask("likenesses/decide.html", form, likeness=likeness, verb=verb, row=LIKENESS.transitions[verb])
