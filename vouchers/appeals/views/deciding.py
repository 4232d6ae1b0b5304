"""The staff's side: who decides, whether a late appeal is admitted, and the ruling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash

from vouchers.appeals import forms
from vouchers.appeals.actions import handling, ruling
from vouchers.appeals.lifecycle import APPEAL
from vouchers.appeals.models import Appeal
from vouchers.appeals.queries import files as queries
from vouchers.appeals.queries.involved import list_candidates
from vouchers.appeals.states import ABOUT_AWARD, Against
from vouchers.appeals.views.blueprint import ask, blueprint, to
from vouchers.core import clock
from vouchers.core.errors import Refused, RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.decisions.actions.appealing import list_obstacles
from vouchers.decisions.queries.conditions import list_unsettled
from vouchers.decisions.queries.contests import get_group_of
from vouchers.decisions.queries.pools import is_reached_by_lot
from vouchers.decisions.rules.awards import usual_amount

TOLD = _("Done. We have written to the applicant.")


def _decide(
    appeal: Appeal,
    verb: str,
    form: Any,
    act: Callable[..., None],
    said: Sentence | str,
    *,
    told: Sentence = TOLD,
    kind: str = "primary",
    is_possible: bool = True,
) -> Any:
    """The form for a reasoned step, and the step. `said`: what comes of it, or why it is not possible."""
    if form.validate_on_submit():
        try:
            act(appeal, form.reason.data, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(told), "success")
            return to(appeal)
    row = APPEAL.transitions[verb]
    return ask(
        "appeals/decide.html",
        form,
        appeal=appeal,
        application=appeal.application,
        row=row,
        said=said,
        kind=kind,
        is_possible=is_possible,
    )


@blueprint.post("/appeals/<int:appeal_id>/take-up")
@guarded(queries.get_appeal, APPEAL.take_up)
def take_up(appeal: Appeal) -> Any:
    """Decide it oneself."""
    try:
        handling.take_up_appeal(appeal, by=actor(), at=clock.now())
    except RuleBroken as refused:
        flash(str(refused), "error")
    else:
        flash(str(_("You decide this appeal. The applicant is told.")), "success")
    return to(appeal)


@blueprint.route("/appeals/<int:appeal_id>/appoint", methods=["GET", "POST"])
@guarded(queries.get_appeal, APPEAL.appoint)
def appoint(appeal: Appeal) -> Any:
    """Name who decides, among those who were not involved."""
    form, candidates = forms.AppointAppealForm(), list_candidates(appeal)
    form.person.choices = [(one.id, f"{one.name}, {one.email}") for one in candidates]
    if form.validate_on_submit():
        person = next(one for one in candidates if one.id == form.person.data)
        try:
            handling.appoint_appeal(appeal, person, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("%(name)s decides this appeal, and is told.", name=person.name)), "success")
            return to(appeal)
    return ask(
        "appeals/appoint.html", form, appeal=appeal, application=appeal.application, has_candidates=bool(candidates)
    )


@blueprint.route("/appeals/<int:appeal_id>/hand-back", methods=["GET", "POST"])
@guarded(queries.get_appeal, APPEAL.hand_back)
def hand_back(appeal: Appeal) -> Any:
    """Let somebody else decide it."""
    said = _("Somebody else decides it: the others who may are told.")
    told = _("The appeal is handed back.")
    return _decide(appeal, "hand_back", forms.InsideReasonForm(), handling.hand_back_appeal, said, told=told)


@blueprint.route("/appeals/<int:appeal_id>/admit-late", methods=["GET", "POST"])
@guarded(queries.get_appeal, APPEAL.admit_late)
def admit_late(appeal: Appeal) -> Any:
    """Hear an appeal although it came late."""
    said = _("The appeal is heard as if it had come in time.")
    return _decide(appeal, "admit_late", forms.ReasonForm(), handling.admit_late_appeal, said)


@blueprint.route("/appeals/<int:appeal_id>/refuse-late", methods=["GET", "POST"])
@guarded(queries.get_appeal, APPEAL.refuse_late)
def refuse_late(appeal: Appeal) -> Any:
    """Do not hear an appeal that came late."""
    said = _("The appeal is not heard, and the decision stands.")
    return _decide(appeal, "refuse_late", forms.ReasonForm(), handling.refuse_late_appeal, said, kind="warning")


@blueprint.route("/appeals/<int:appeal_id>/uphold", methods=["GET", "POST"])
@guarded(queries.get_appeal, APPEAL.uphold)
def uphold(appeal: Appeal) -> Any:
    """The applicant is right; the page says first what would come of it, or why it cannot be."""
    try:
        ruling.ensure_may_be_listed(appeal)
    except Refused as refused:
        form: Any = forms.UpholdAppealForm()
        return _decide(appeal, "uphold", form, ruling.uphold_appeal, refused.sentence, is_possible=form.is_submitted())
    conditions = list_unsettled(appeal.application_id) if appeal.against in ABOUT_AWARD else []
    if not conditions:
        return _decide(appeal, "uphold", forms.UpholdAppealForm(), ruling.uphold_appeal, _said_of_upholding(appeal))
    form = forms.UpholdAwardForm()
    form.lifted.choices = [(one.id, one.text) for one in conditions]

    def act(appeal: Appeal, reason: str, **who: Any) -> None:
        ruling.uphold_appeal(appeal, reason, ruling.Change(tuple(form.lifted.data or ()), form.condition), **who)

    return _decide(appeal, "uphold", form, act, _said_of_upholding(appeal))


def _said_of_upholding(appeal: Appeal) -> Sentence:
    application = appeal.application
    usual = usual_amount(application.requested, application.grant.cap)
    if appeal.against is Against.INELIGIBLE:
        return _("The application is eligible and goes on to its evaluation.")
    if appeal.against is Against.LESS:
        return _("The award is raised to %(amount)s, as far as the money of the list goes.", amount=usual)
    if appeal.against is Against.CONDITIONS:
        return _(
            "The conditions that you choose fall, and another one may come in their place. No other award changes."
        )
    group = get_group_of(application)
    obstacles = list_obstacles(application, group, usual, group.left, at=clock.now())
    if not obstacles:
        return _("%(amount)s are awarded from the money of its list. No other award changes.", amount=usual)
    if is_reached_by_lot(application) is not None:
        return ruling.BY_ITS_LOT
    return _(
        "It is put first on the reserve list, because it cannot be awarded today: %(why)s No other award changes.",
        why=" ".join(str(one) for one in obstacles),
    )


@blueprint.route("/appeals/<int:appeal_id>/reject", methods=["GET", "POST"])
@guarded(queries.get_appeal, APPEAL.reject)
def reject(appeal: Appeal) -> Any:
    """The decision was right."""
    said = _("The decision stands, and the applicant reads why.")
    return _decide(appeal, "reject", forms.ReasonForm(), ruling.reject_appeal, said, kind="warning")


@blueprint.route("/appeals/<int:appeal_id>/order-new-marks", methods=["GET", "POST"])
@guarded(queries.get_appeal, APPEAL.order_new_marks)
def order_new_marks(appeal: Appeal) -> Any:
    """Other experts mark it, and it is ranked and decided again."""
    said = _(
        "The marks so far count no more. The region assigns experts who have not marked it, and it is ranked and "
        "decided again. No other award changes."
    )
    return _decide(appeal, "order_new_marks", forms.ReasonForm(), ruling.order_new_marks_appeal, said)
