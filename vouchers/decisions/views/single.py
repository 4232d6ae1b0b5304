"""One application: what was decided and why, and the decision itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from vouchers.applications import policy as applications_policy
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.core import clock, languages
from vouchers.core.asking import ask
from vouchers.core.errors import NotFound, RuleBroken
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.decisions import forms, policy
from vouchers.decisions.actions import deciding as actions
from vouchers.decisions.actions import many
from vouchers.decisions.actions.many import Outcome
from vouchers.decisions.exports import feedback_file
from vouchers.decisions.letters import drawn_of, find_appeal_until
from vouchers.decisions.lifecycle import DECISION
from vouchers.decisions.queries import contests as queries
from vouchers.decisions.queries import entries, pools, queues
from vouchers.decisions.queries.conditions import list_conditions
from vouchers.decisions.queries.feedback import FAIR, feedback_on, find_fair_score
from vouchers.decisions.rules.awards import usual_amount
from vouchers.decisions.rules.queue import say_place, say_place_to_staff
from vouchers.decisions.views.blueprint import blueprint
from vouchers.panels.queries import map_recommendations

BEFORE_DECISION = frozenset(
    {ApplicationState.SUBMITTED, ApplicationState.ELIGIBLE, ApplicationState.IN_EVALUATION, ApplicationState.EVALUATED}
)
"""Where an earlier decision stands no more: an appeal has led to new marks."""


@blueprint.get("/applications/<int:application_id>")
@guarded(get_application, policy.may_read)
def show(application: Application) -> Any:
    """What was decided and why, with the marks and comments, for the applicant and for staff."""
    is_staff = policy.may_oversee(actor(), application) is None
    language = getattr(actor(), "language", "en")
    waits_in = queues.find_queue_of(application)
    place = waits_in.find_place(application.id) if waits_in else None
    is_applicant = applications_policy.is_applicant(actor(), application) is None
    is_known = application.is_told or not is_applicant
    decision = queries.find_decision(application.id) if is_known else None
    stands = application.state not in BEFORE_DECISION
    return render_template(
        "decisions/show.html",
        application=application,
        decision=decision,
        place_said=(say_place if is_applicant else say_place_to_staff)(place) if place else None,
        feedback=feedback_on(application, language=language) if decision or (is_staff and not is_applicant) else None,
        fair=find_fair_score(decision),
        FAIR=FAIR,
        is_staff=is_staff and not is_applicant,
        appeal_until=find_appeal_until(application, decision) if decision and stands and application.is_told else None,
        stands=stands,
        drawn=drawn_of(application, decision) if is_known else None,
        shown_state=application.state if is_known else application.told_state,
        conditions=list_conditions(application.id) if is_known else [],
        may_propose_one=_may_propose(application),
        may_decline=is_known and APPLICATION.is_open_to(actor(), application, "decline_award"),
        advice=_advice(application) if is_staff and not is_applicant else None,
        verbs=_verbs(application),
        DECISION=DECISION,
    )


def _may_propose(application: Application) -> bool:
    """Whether the reader may propose a decision on it to a second person."""
    is_open = application.state in APPLICATION.award.sources
    return is_open and policy.may_propose_one(actor(), application) is None


@blueprint.get("/applications/<int:application_id>/feedback.pdf")
@guarded(get_application, policy.may_read)
def feedback(application: Application) -> Any:
    """What the experts say, as a file; for the applicant once the decision is told."""
    is_applicant = applications_policy.is_applicant(actor(), application) is None
    decision = queries.find_decision(application.id) if application.is_told or not is_applicant else None
    content = feedback_file(application, decision, language=languages.language()) if decision else None
    if content is None:
        raise NotFound(_("There is nothing from experts to read here yet."))
    name = f"{application.reference}-feedback.pdf"
    return Response(content, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})


def _advice(application: Application) -> Any:
    """What a panel of the region recommends; None where the call has no panel, or it is not over."""
    marking = application.call.plan.marking
    if marking is None or marking.panel is None:
        return None
    return map_recommendations(application.call_id, application.region_id).get(application.id)


def _verbs(application: Application) -> list[str]:
    """What the reader may decide; of those who can only be drawn nothing before the pool is frozen."""
    verbs = [verb.value for verb in Outcome if APPLICATION.is_open_to(actor(), application, verb)]
    kept = pools.kept_for_draw(application) if verbs else frozenset()
    return [verb for verb in verbs if verb not in kept]


@blueprint.route("/applications/<int:application_id>/award", methods=["GET", "POST"])
@guarded(get_application, APPLICATION.award)
def award(application: Application) -> Any:
    """Grant a voucher."""
    cap = application.grant.cap
    form = forms.AwardForm(data={"amount": usual_amount(application.requested, cap)}, currency=cap.currency)
    return _decide(
        application,
        form,
        "award",
        lambda **who: actions.award_decision(
            application, form.amount.data, form.reason.data, conditions=form.conditions, **who
        ),
    )


@blueprint.route("/applications/<int:application_id>/reserve", methods=["GET", "POST"])
@guarded(get_application, APPLICATION.reserve)
def reserve(application: Application) -> Any:
    """Put it on the reserve list."""
    form = forms.ReserveForm()
    if is_short := entries.get_contest_of(application).find_shortage(application.id) is not None:
        form.reason.label.text = _("Reason (optional)")  # the letter says that the money ends before it
    return _decide(
        application,
        form,
        "reserve",
        lambda **who: actions.reserve_decision(application, form.reason.data, **who),
        shortage=is_short,
    )


@blueprint.route("/applications/<int:application_id>/reject", methods=["GET", "POST"])
@guarded(get_application, APPLICATION.reject)
def reject(application: Application) -> Any:
    """Decide not to support it."""
    form = forms.RejectForm()
    if drawn_of(application):  # the draw says why
        form.reason.missing = None
    return _decide(
        application, form, "reject", lambda **who: actions.reject_decision(application, form.reason.data, **who)
    )


def _decide(application: Application, form: Any, verb: str, act: Callable[..., Any], **shown: Any) -> Any:
    done = many.DECIDED_ALREADY[Outcome(verb)]
    if application.state in done:
        if request.method == "POST":
            flash(str(_("This was done before: %(reference)s is “%(state)s”.", reference=application.reference,
                        state=application.state.label)), "info")  # fmt: skip
        return redirect(url_for(".show", application_id=application.id), 303)
    if form.validate_on_submit():
        try:
            act(by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("Decided. We have written to the applicant.")), "success")
            return redirect(url_for(".show", application_id=application.id), 303)
    contest = entries.get_contest_of(application)
    return ask(
        f"decisions/{verb}.html",
        form,
        application=application,
        contest=contest,
        place=contest.find_place(application.id),
        **shown,
    )
