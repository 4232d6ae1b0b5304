"""The lists of a call, region by region: ranking, queue, pool, and many decisions at once."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_call
from vouchers.applications.queries.worklist import READERS, find_desk
from vouchers.core import clock
from vouchers.core.asking import ask
from vouchers.core.errors import NotFound, RuleBroken
from vouchers.core.money import total
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.decisions import forms, policy
from vouchers.decisions.actions import drawing, many
from vouchers.decisions.actions.foretelling import foretell_many
from vouchers.decisions.actions.many import Outcome
from vouchers.decisions.queries import contests as queries
from vouchers.decisions.queries import entries, pools, queues, ranked
from vouchers.decisions.queries.calls import list_call_rows
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.queries.packages import find_newest
from vouchers.decisions.rules.awards import ensure_within_quota
from vouchers.decisions.rules.queue import Verdict
from vouchers.decisions.rules.ranking import Standing
from vouchers.decisions.rules.sessions import Proposed
from vouchers.decisions.rules.tie_breaks import say_tie_breaks
from vouchers.decisions.views.blueprint import blueprint
from vouchers.draws.models import Draw
from vouchers.draws.queries import list_due as list_due_draws
from vouchers.evaluation.queries.assignments import find_marked_by_suspended
from vouchers.evaluation.rules.scoring import score_text
from vouchers.programmes.models import Call
from vouchers.programmes.rules.chance import bits_given, bits_needed_for_order, read_expected
from vouchers.programmes.rules.rounds import Round, rounds_of
from vouchers.regions.queries import find_region
from vouchers.users import policy as users_policy

DECIDE = {
    Outcome.AWARD: (_("Award"), _("Award the selected")),
    Outcome.RESERVE: (_("Put on the reserve list"), _("Put the selected on the reserve list")),
    Outcome.REJECT: (_("Reject"), _("Reject the selected")),
}


@blueprint.get("/")
@asks(users_policy.is_staff)
def calls() -> Any:
    """The calls and regions in which there is something to decide."""
    due = [draw for draw in list_due_draws(clock.now()) if policy.may_decide(actor(), draw) is None]
    return render_template("decisions/calls.html", rows=list_call_rows(find_desk(actor().grants)), due=due)


def get_list(call_id: int, **_rest_of_address: Any) -> Contest:
    """The list that the address names by its call, ``region`` and ``instrument``. Raises `NotFound`."""
    call = get_call(call_id)
    covered = (code for code in call.plan.regions if actor().holds(READERS, f"{call.programme.code}/{code}"))
    code = request.args.get("region") or next(covered, "")
    region = find_region(code) if code in call.plan.regions else None
    if region is None:
        raise NotFound(_("This call has no such region."))
    return entries.get_contest(call, region, request.args.get("instrument", ""), part=_asked_round(call))


def _asked_round(call: Call) -> Round | None:
    """The round that the address names; without one the last that is over, else the first. None without rounds."""
    found, asked = rounds_of(call.plan), request.args.get("round", "")
    over = [part for part in found if part.is_over(clock.now())] or list(found[:1])
    return next((part for part in found if str(part.number) == asked), over[-1] if over else None)


@blueprint.get("/calls/<int:call_id>")
@guarded(get_list, policy.may_oversee)
def ranking(contest: Contest) -> Any:
    """The ranking of a region against its remaining money, with the cut drawn."""
    if contest.is_queue:
        return redirect(url_for(".queue", call_id=contest.call.id, **address_of(contest)), 303)
    query = ListQuery.read(
        request.args,
        sorts=["rank"],
        filters={
            "region": list(contest.call.plan.regions),
            "instrument": [instrument.code for instrument in contest.instruments],
            "standing": list(Standing),
        },
    )
    pool = pools.find_pool(contest) if contest.is_by_lot else None
    page = ranked.list_ranked(contest, query)
    return render_template(
        "decisions/ranking.html",
        contest=contest,
        pool=pool,
        drawn={**pool.places_drawn, **contest.late} if pool else {},
        page=page,
        suspended=find_marked_by_suspended([one.application.id for one in page.items]),
        groups=contest.siblings,
        rounds=rounds_of(contest.call.plan),
        marking=contest.call.plan.marking,
        address=address_of(contest),
        standings=list(Standing),
        choices=_choices(contest, is_pool_open=contest.is_lottery and not is_drawn(pool)),
        shown=score_text,
        may_decide=policy.may_decide_alone(actor(), contest) is None,
        may_plan_panel=policy.may_decide(actor(), contest) is None,
        said_equal=_say_equal(contest),
        may_ask_reports=bool(decided_keys(contest)) and policy.may_announce(actor(), contest) is None,
        package=find_newest(contest) if contest.is_by_marks else None,
    )


def is_drawn(pool: Draw | None) -> bool:
    """Whether the lots are drawn, here or elsewhere."""
    return pool is not None and (pool.is_held_elsewhere or pool.result is not None)


def _say_equal(contest: Contest) -> Any:
    """How equals are told apart, where marks rank."""
    marking = contest.call.plan.marking
    return say_tie_breaks(contest.call.plan.tie_breaks, marking) if contest.is_by_marks and marking else ""


def _choices(contest: Contest, *, is_pool_open: bool) -> list[tuple[str, Any]]:
    """What may be decided of many; before the lots of a lottery are drawn only what does not thin its pool."""
    offered = set(Outcome) if contest.call.plan.has_reserve_list else set(Outcome) - {Outcome.RESERVE}
    if is_pool_open:
        offered = {Outcome.REJECT} if any(place.standing == Standing.BELOW for place in contest.places) else set()
    return [(outcome.value, words[1]) for outcome, words in DECIDE.items() if outcome in offered]


def address_of(contest: Contest) -> dict[str, Any]:
    """The part of the address that names this list."""
    part = {"round": contest.round.number} if contest.round else {}
    return {"region": contest.region.code, "instrument": request.args.get("instrument") or None, **part}


def decided_keys(contest: Contest) -> list[Any]:
    """Who is decided, those on the reserve list too, best place first."""
    return [place.entry.key for place in contest.places if not place.entry.is_open or place.entry.is_reserved]


@blueprint.get("/calls/<int:call_id>/queue")
@guarded(get_list, policy.may_oversee)
def queue(contest: Contest) -> Any:
    """Who waits for a region's money in a call that gives it in the order of submission, and why."""
    if not contest.is_queue:
        return redirect(url_for(".ranking", call_id=contest.call.id, **address_of(contest)), 303)
    found = queues.get_queue(contest)
    query = ListQuery.read(
        request.args,
        sorts=["number"],
        filters={"region": None, "instrument": None, "verdict": list(Verdict)},
    )
    return render_template(
        "decisions/queue.html",
        queue=found,
        contest=contest,
        groups=contest.siblings,
        page=queues.list_queued(found, query),
        verdicts=list(Verdict),
        kept=total([one.amount for one in found.places if one.verdict == Verdict.KEEPS], found.left.currency),
        counts={verdict: sum(one.verdict == verdict for one in found.places) for verdict in Verdict},
        address=address_of(contest),
        APPLICATION=APPLICATION,
    )


@blueprint.get("/calls/<int:call_id>/pool")
@guarded(get_list, policy.may_oversee)
def pool(contest: Contest) -> Any:
    """Among whom a lot is drawn: frozen with its hash, or as it would be frozen now."""
    if not contest.is_by_lot:
        return redirect(url_for(".ranking", call_id=contest.call.id, **address_of(contest)), 303)
    return _pool_page(contest), 200


def _pool_page(contest: Contest, refused: RuleBroken | None = None) -> str:
    found, named = pools.find_pool(contest), contest.call.plan.draw
    references = found.references if found else pools.list_drawable(contest)
    return render_template(
        "decisions/pool.html",
        contest=contest,
        pool=found,
        references=references,
        needed=bits_needed_for_order(len(references)),
        given=bits_given(read_expected(str(named.numbers))) if named else None,
        refused=refused,
        address=address_of(contest),
        may_freeze=found is None and policy.may_decide(actor(), contest) is None,
    )


@blueprint.post("/calls/<int:call_id>/freeze")
@guarded(get_list, policy.may_decide)
def freeze(contest: Contest) -> Any:
    """Freeze the pool of a draw by lot."""
    if contest.is_by_lot and pools.find_pool(contest) is None:
        try:
            drawing.freeze_pool(contest, by=actor(), at=clock.now())
        except RuleBroken as refused:
            return _pool_page(contest, refused), 422
        flash(str(_("The pool is frozen. Nobody joins or leaves it any more.")), "success")
    return redirect(url_for(".pool", call_id=contest.call.id, **address_of(contest)), 303)


def _picked(contest: Contest) -> list[Application]:
    """The chosen applications of this list, best first; anything else that was posted is passed over."""
    wanted = {int(value) for value in request.form.getlist("picked") if value.isascii() and value.isdigit()}
    keys = [place.entry.key for place in contest.places if place.entry.key in wanted]
    found = ranked.map_applications(keys)
    return [found[key] for key in keys]


def _outcome() -> Outcome:
    asked = request.form.get("action", "")
    if asked not in set(Outcome):
        raise NotFound(_("Choose what to decide."))
    return Outcome(asked)


@blueprint.post("/calls/<int:call_id>/confirm")
@guarded(get_list, policy.may_decide_alone)
def confirm_many(contest: Contest) -> Any:
    """Before many are decided: how many, and how much. Nothing is written."""
    outcome, picked = _outcome(), _picked(contest)
    if not picked:
        flash(str(_("Select at least one application first.")), "error")
        return redirect(url_for(".ranking", call_id=contest.call.id, **address_of(contest)), 303)
    if outcome is Outcome.AWARD:
        try:
            ensure_within_quota(contest.slots, sum(one.state not in queries.DECIDED for one in picked))
        except RuleBroken as refused:
            flash(str(refused.sentence), "error")
            return redirect(url_for(".ranking", call_id=contest.call.id, **address_of(contest)), 303)
    form = forms.DecideManyForm(formdata=None)
    return render_template("decisions/decide_many.html", form=form, **_asked(contest, outcome, picked, UNSAID))


UNSAID = "…"
"""Stands for the reason that is asked for on the page itself: its want is no news."""


@blueprint.post("/calls/<int:call_id>/decide")
@guarded(get_list, policy.may_decide_alone)
def decide_many(contest: Contest) -> Any:
    """Decide the selected, each by itself, and say what came of each."""
    outcome, picked, form = _outcome(), _picked(contest), forms.DecideManyForm()
    if form.validate_on_submit():
        if outcome is Outcome.REJECT and not form.reason.data and not all(contest.was_drawn(one.id) for one in picked):
            form.reason.errors = [_("Say why they are not supported")]
        elif not form.reason.data and _list_unsaid(contest, outcome, picked):
            form.reason.errors = [_("Say why they go to the reserve list")]
        else:
            told = many.decide_many(picked, outcome, form.reason.data, by=actor(), at=clock.now())
            return render_template(
                "decisions/decided.html",
                contest=contest,
                address=address_of(contest),
                told=told,
                title=DECIDE[outcome][0],
            )
    return ask("decisions/decide_many.html", form, **_asked(contest, outcome, picked, form.reason.data or UNSAID))


def _list_unsaid(contest: Contest, outcome: Outcome, picked: list[Application]) -> list[str]:
    """Those to be put on the reserve list before whom the money does not end: only a reason can say why."""
    to_do = [one for one in picked if one.state not in many.DECIDED_ALREADY[outcome]]
    return [one.reference for one in to_do if outcome is Outcome.RESERVE and contest.find_shortage(one.id) is None]


def _asked(contest: Contest, outcome: Outcome, picked: list[Application], reason: str) -> dict[str, Any]:
    wants = {place.entry.key: place.entry.wants for place in contest.places}
    amounts = [wants[application.id] for application in picked]
    return {
        "contest": contest,
        "address": address_of(contest),
        "outcome": outcome,
        "picked": picked,
        "wants": wants,
        "amount": total(amounts, contest.left.currency),
        "title": DECIDE[outcome][0],
        "unsaid": _list_unsaid(contest, outcome, picked),
        "foretold": foretell_many(
            contest,
            [one for one in picked if one.state not in many.DECIDED_ALREADY[outcome]],
            Proposed(outcome.value),
            reason,
            by=actor(),
            at=clock.now(),
        ),
    }
