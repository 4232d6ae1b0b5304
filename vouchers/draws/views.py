"""The public pages of draws, and the steps of those who hold them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.localised import Text, named_choices
from vouchers.core.tables import ListQuery, page_of
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded, public
from vouchers.draws import actions, exports, forms, queries
from vouchers.draws.lifecycle import DRAW
from vouchers.draws.models import Draw
from vouchers.draws.rules import lots, sources
from vouchers.draws.states import DrawState
from vouchers.programmes.rules.chance import bits_given, bits_needed_for_order
from vouchers.regions.queries import list_regions
from vouchers.users.policy import may_oversee

blueprint = Blueprint("draws", __name__, url_prefix="/draws")
SCRIPT = Path(__file__).parent / "files" / "verify_draw.py"


@blueprint.get("/")
@public
def draws() -> Any:
    """Every draw of this office, newest first."""
    filters = {"state": list(DrawState), "region": None, "programme": None}
    query = ListQuery.read(request.args, sorts=list(queries.ORDERS), default="-frozen", filters=filters)
    regions = named_choices((region.code, region.name) for region in list_regions())
    return render_template("draws/draws.html", page=queries.list_draws(query), states=list(DrawState), regions=regions)


@blueprint.get("/<int:draw_id>")
@public
def show(draw_id: int) -> Any:
    """One draw: pool, source, numbers, each step, result, and how to do it again."""
    draw = queries.get_draw(draw_id)
    is_settled = draw.state == DrawState.DRAWN and bool(queries.count_decided(draw))
    query = ListQuery.read(request.args, sorts=["place"], per_page=100)
    return render_template(
        "draws/show.html",
        draw=draw,
        steps=page_of(draw.steps, query),
        verbs=[row for row in DRAW.open_to(actor(), draw) if row is not DRAW.propose_correction or not is_settled],
        late=queries.list_late(draw),
        people=queries.map_people(draw) if may_oversee(actor(), draw) is None else {},
        first=page_of(draw.first_steps, query),
        needed=bits_needed_for_order(len(draw.references)),
        given=bits_given(draw.expects),
        key=lots.keystring(sources.as_numbers(draw.used)) if draw.typed else None,
    )


@blueprint.get("/<int:draw_id>/draw.json")
@public
def file(draw_id: int) -> Any:
    """The same as a file for programs."""
    draw = queries.get_draw(draw_id)
    return _download(exports.file_of(draw, queries.list_late(draw)), "application/json", f"draw-{draw.id}.json")


@blueprint.get("/verify_draw.py")
@public
def script() -> Any:
    """The program that does a draw again, on anybody's machine."""
    return _download(SCRIPT.read_bytes(), "text/x-python; charset=utf-8", SCRIPT.name)


def _download(content: bytes, kind: str, name: str) -> Response:
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.route("/<int:draw_id>/announce", methods=["GET", "POST"])
@guarded(queries.get_draw, DRAW.announce)
def announce(draw: Draw) -> Any:
    """Name the public source, where the call did not, or where its drawing is over."""
    named = actions.named_by(draw.call)
    known = {
        "source": named.source.for_reader() if named else "",
        "source_url": named.url if named else "",
        "numbers": named.numbers.for_reader() if named else "",
        "hash": named.hash if named else "sha256",
        "has_secret": named.has_secret if named else True,
    }
    form = forms.AnnounceForm(data=known)
    return _step(draw, form, "announce", lambda **who: actions.announce_draw(draw, _announced(draw, form), **who))


def _announced(draw: Draw, form: forms.AnnounceForm) -> actions.Announcement:
    language = actor().language
    held_at = form.moment(draw.call.time_zone)
    assert held_at is not None
    return actions.Announcement(
        Text.of([(language, form.source.data)]),
        form.source_url.data,
        Text.of([(language, form.numbers.data)]),
        held_at,
        form.hash.data,
        has_secret=form.has_secret.data,
    )


@blueprint.route("/<int:draw_id>/enter-numbers", methods=["GET", "POST"])
@guarded(queries.get_draw, DRAW.enter_numbers)
def enter_numbers(draw: Draw) -> Any:
    """Type what the source has drawn."""
    form = forms.NumbersForm()
    return _step(draw, form, "enter_numbers", lambda **who: actions.enter_numbers(draw, form.numbers.data, **who))


@blueprint.route("/<int:draw_id>/correct-numbers", methods=["GET", "POST"])
@guarded(queries.get_draw, DRAW.correct_numbers)
def correct_numbers(draw: Draw) -> Any:
    """Correct what was typed, once and in public."""
    form = forms.CorrectNumbersForm(data={"numbers": "\n".join(" ".join(group) for group in draw.used)})
    return _step(
        draw,
        form,
        "correct_numbers",
        lambda **who: actions.correct_numbers(draw, form.numbers.data, form.reason.data, **who),
    )


@blueprint.route("/<int:draw_id>/propose-correction", methods=["GET", "POST"])
@guarded(queries.get_draw, DRAW.propose_correction)
def propose_correction(draw: Draw) -> Any:
    """Say that a draw was run with wrong numbers."""
    form = forms.CorrectNumbersForm(data={"numbers": "\n".join(" ".join(group) for group in draw.used)})
    return _step(
        draw,
        form,
        "propose_correction",
        lambda **who: actions.propose_correction(draw, form.numbers.data, form.reason.data, **who),
    )


@blueprint.route("/<int:draw_id>/confirm-correction", methods=["GET", "POST"])
@guarded(queries.get_draw, DRAW.confirm_correction)
def confirm_correction(draw: Draw) -> Any:
    """Compare what is proposed with the source, then set the run aside."""
    return _step(draw, forms.RunForm(), "confirm_correction", lambda **who: actions.confirm_correction(draw, **who))


@blueprint.route("/<int:draw_id>/refuse-correction", methods=["GET", "POST"])
@guarded(queries.get_draw, DRAW.refuse_correction)
def refuse_correction(draw: Draw) -> Any:
    """Keep the run."""
    form = forms.KeepForm()
    return _step(
        draw, form, "refuse_correction", lambda **who: actions.refuse_correction(draw, form.reason.data, **who)
    )


@blueprint.route("/<int:draw_id>/run", methods=["GET", "POST"])
@guarded(queries.get_draw, DRAW.run)
def run(draw: Draw) -> Any:
    """Compare once more, then draw."""
    return _step(draw, forms.RunForm(), "run", lambda **who: actions.run_draw(draw, **who))


DONE = {
    "announce": _("The source is named. Everybody can read it now."),
    "enter_numbers": _("The numbers are entered. Next, they are compared with the source, and the draw is run."),
    "correct_numbers": _("The numbers are corrected. Both stand on the page."),
    "run": _("The lots are drawn."),
    "propose_correction": _("Proposed. Another person decides, and everybody can read it now."),
    "confirm_correction": _("This draw is set aside and stays on the page. Next, it is run again."),
    "refuse_correction": _("The draw stands as it was run."),
}


def _step(draw: Draw, form: Any, verb: str, act: Callable[..., None]) -> Any:
    if form.validate_on_submit():
        try:
            act(by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(DONE[verb]), "success")
            return redirect(url_for(".show", draw_id=draw.id), 303)
    status, needed = 422 if request.method == "POST" else 200, bits_needed_for_order(len(draw.references))
    return render_template("draws/step.html", form=form, draw=draw, row=DRAW.transitions[verb], needed=needed), status
