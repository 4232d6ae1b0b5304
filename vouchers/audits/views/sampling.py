"""Samples: planned, drawn, entered, concluded; and their files."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for

from vouchers.audits import exports, forms, policy
from vouchers.audits.actions import samples as actions
from vouchers.audits.lifecycle import SAMPLE
from vouchers.audits.models import Mandate, Sample, SampleUnit
from vouchers.audits.queries import mandates, populations, samples
from vouchers.audits.rules.lines import as_decimal
from vouchers.audits.rules.parameters import ABOVE_USUAL
from vouchers.audits.rules.records import stratum_from_json
from vouchers.audits.rules.results import result_of
from vouchers.audits.rules.sizes import Stratum, is_few, size_of
from vouchers.audits.states import SampleState
from vouchers.audits.views.blueprint import blueprint
from vouchers.core import clock
from vouchers.core.asking import ask, press, take
from vouchers.core.errors import RuleBroken
from vouchers.core.formatting import number
from vouchers.core.money import Money
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.text import say_count
from vouchers.core.web import actor, guarded
from vouchers.documents.web import answer_with
from vouchers.regions.queries import map_names

SCRIPT = Path(__file__).parents[1] / "files" / "redraw_sample.py"
MOST = 200
"""Units that are taken of one press."""


@blueprint.route("/mandates/<int:mandate_id>/samples/plan", methods=["GET", "POST"])
@guarded(mandates.get_mandate, policy.is_auditor)
def plan(mandate: Mandate) -> Any:
    """Plan a sample: the page names the size that follows, before anything is drawn."""
    form = forms.PlanSampleForm.fresh()
    if form.validate_on_submit():
        try:
            made = actions.plan_sample(
                mandate, form.basis.data, form.parameters(), form.seed.data, by=actor(), at=clock.now()
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("The sample is planned. Look at its size, then draw it.")), "success")
            return redirect(url_for(".sample", sample_id=made.id), 303)
    return ask("audits/plan.html", form, mandate=mandate)


@blueprint.get("/samples/<int:sample_id>")
@guarded(samples.get_sample, policy.may_read_sample)
def sample(sample: Sample) -> Any:
    """One sample: how it was planned and drawn, its units, and what they say, with the formulas."""
    query = ListQuery.read(request.args, sorts=["place", "amount", "error", "organisation"], filters={"open": ["yes"]})
    every, waiting = samples.count_open(sample)
    size, problem = _size(sample)
    result = _result(sample, waiting) if every else None
    page = make_response(
        render_template(
            "audits/sample.html",
            sample=sample,
            verbs=SAMPLE.open_to(actor(), sample),
            wanted=sample.wanted,
            above_usual=ABOVE_USUAL,
            size=size,
            problem=problem,
            is_few=size is not None and is_few(size.units, size.count),
            strata=[(stratum_from_json(one), _in_cents(one, sample.currency)) for one in sample.strata],
            page=samples.list_units(query, sample) if every else None,
            every=every,
            waiting=waiting,
            result=result,
            names=map_names(),
            is_drawn=sample.drawn_at is not None,
            money_of=Money,
            decimal_of=_decimal,
        )
    )
    if sample.state is SampleState.DRAWING:
        page.headers["Refresh"] = "5"
    return page


def _size(sample: Sample) -> tuple[Any, Any]:
    """The size of a sample with its lines: of the population as it was drawn from, before that as it is now."""
    if sample.drawn_at is not None:
        strata = [Stratum(one["code"], one["count"], one["cents"]) for one in sample.strata]
    else:
        strata = populations.list_strata(sample.mandate, sample.basis, sample.wanted.strata_by)
    try:
        return size_of(sample.wanted, strata, sample.currency), None
    except RuleBroken as refused:
        return None, refused.sentence


def _result(sample: Sample, waiting: int) -> Any:
    """What the sample says, once every unit has its result."""
    if waiting or sample.state is SampleState.DISCARDED:
        return None
    try:
        return result_of(sample, samples.list_all_units(sample))
    except RuleBroken:
        return None


def _decimal(exact: Fraction) -> str:
    return number(as_decimal(exact, 4))


def _in_cents(plain: dict[str, Any], currency: str) -> dict[str, Money]:
    rest = plain["cents"] - plain["certain_cents"]
    return {
        "book": Money(plain["cents"], currency),
        "certain": Money(plain["certain_cents"], currency),
        "rest": Money(rest, currency),
    }


@blueprint.post("/samples/<int:sample_id>/order")
@guarded(samples.get_sample, SAMPLE.order)
def order(sample: Sample) -> Any:
    """Draw it."""
    press(
        lambda: actions.order_sample(sample, by=actor(), at=clock.now()),
        _("The sample is being drawn."),
    )
    return redirect(url_for(".sample", sample_id=sample.id), 303)


@blueprint.route("/units/<int:unit_id>/enter", methods=["GET", "POST"])
@guarded(samples.get_unit, SAMPLE.enter)
def enter(unit: SampleUnit) -> Any:
    """What was found in one unit."""
    if unit.sample.state is SampleState.CONCLUDED and request.method == "GET":
        flash(str(_("The sample is concluded: its results are not changed any more.")), "error")
        return redirect(url_for(".sample", sample_id=unit.sample_id), 303)
    form = forms.EnterResultForm.for_unit(unit)

    def act() -> None:
        actions.enter_result(unit, form.error.data, form.kind.data, form.note.data, by=actor(), at=clock.now())

    if take(form, act, _("The result of %(reference)s is entered.", reference=unit.reference)):
        return redirect(url_for(".sample", sample_id=unit.sample_id, open="yes"), 303)
    return ask("audits/enter.html", form, unit=unit, sample=unit.sample, names=map_names())


@blueprint.post("/samples/<int:sample_id>/mark")
@guarded(samples.get_sample, SAMPLE.enter)
def mark(sample: Sample) -> Any:
    """Several units in order: first how many, then all at once."""
    texts = request.form.getlist("picked")[:MOST]
    ids = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
    picked, back = samples.list_picked(sample, ids), url_for(".sample", sample_id=sample.id, open="yes")
    if not picked:
        flash(str(_("Select at least one unit that has no result yet.")), "error")
        return redirect(back, 303)
    is_confirmed = "confirmed" in request.form
    form = forms.MarkManyForm() if is_confirmed else forms.MarkManyForm(formdata=None)
    if is_confirmed and form.validate_on_submit():
        done = actions.enter_no_errors(sample, [one.id for one in picked], by=actor(), at=clock.now())
        flash(str(say_count("%(count)s unit is in order.", "%(count)s units are in order.", done)), "success")
        return redirect(back, 303)
    status = 422 if is_confirmed else 200
    return render_template("audits/mark.html", form=form, sample=sample, picked=picked, back=back), status


@blueprint.route("/samples/<int:sample_id>/conclude", methods=["GET", "POST"])
@guarded(samples.get_sample, SAMPLE.conclude)
def conclude(sample: Sample) -> Any:
    """Fix what the sample says."""
    form = forms.ConcludeSampleForm.for_sample(sample)

    def act() -> None:
        actions.conclude_sample(sample, form.systemic.data, form.remarks.data, by=actor(), at=clock.now())

    if take(form, act, _("The sample is concluded.")):
        return redirect(url_for(".sample", sample_id=sample.id), 303)
    return ask("audits/step.html", form, sample=sample, row=SAMPLE.conclude, above_usual=ABOVE_USUAL)


@blueprint.route("/samples/<int:sample_id>/discard", methods=["GET", "POST"])
@guarded(samples.get_sample, SAMPLE.discard)
def discard(sample: Sample) -> Any:
    """Lay it aside."""
    form = forms.ReasonForm()

    def act() -> None:
        actions.discard_sample(sample, form.reason.data, by=actor(), at=clock.now())

    if take(form, act, _("The sample is laid aside. It stays on record.")):
        return redirect(url_for(".sample", sample_id=sample.id), 303)
    return ask("audits/step.html", form, sample=sample, row=SAMPLE.discard)


# Files ---------------------------------------------------------------------------------------------------------------


@blueprint.get("/samples/<int:sample_id>/population.csv")
@guarded(samples.get_sample, policy.may_read_sample)
def population_file(sample: Sample) -> Any:
    """The population from which it was drawn, as it was then."""
    return answer_with(samples.find_population(sample))


@blueprint.get("/samples/<int:sample_id>/sample.csv")
@guarded(samples.get_sample, policy.may_read_sample)
def sample_file(sample: Sample) -> Any:
    """The units with what was found, for a spreadsheet."""
    content = "".join(exports.sample_csv(samples.list_all_units(sample)))
    return _download(content, "text/csv", f"{sample.number}.csv")


@blueprint.get("/samples/<int:sample_id>/draw.json")
@guarded(samples.get_sample, policy.may_read_sample)
def draw_file(sample: Sample) -> Any:
    """What a program needs to draw it again."""
    content = exports.draw_json(sample, samples.list_all_units(sample))
    return _download(content, "application/json", f"{sample.number}.json")


@blueprint.get("/samples/<int:sample_id>/redraw_sample.py")
@guarded(samples.get_sample, policy.may_read_sample)
def script(_sample: Sample) -> Any:
    """The program that draws it again, on any machine with Python."""
    return _download(SCRIPT.read_text(encoding="utf-8"), "text/x-python", SCRIPT.name)


def _download(content: str, kind: str, name: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
