"""The consensus: side by side what each expert marked, the rapporteur's draft, approvals; and the manager's part."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, url_for

from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.core import clock
from vouchers.core.autosaving import answer_refused, answer_saved, read_body
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.evaluation import forms, policy
from vouchers.evaluation.actions import consensus as actions
from vouchers.evaluation.lifecycle import CONSENSUS
from vouchers.evaluation.models import Consensus
from vouchers.evaluation.queries.assignments import list_submitted_people
from vouchers.evaluation.queries.consensus import find_consensus, get_consensus
from vouchers.evaluation.rules.agreeing import label_of, spreads
from vouchers.evaluation.rules.complete import list_gaps
from vouchers.evaluation.states import ConsensusState
from vouchers.evaluation.views.blueprint import ask, blueprint

Drafting = ConsensusState.DRAFTING


@blueprint.get("/consensus/<int:consensus_id>")
@guarded(get_consensus, policy.may_read_consensus)
def consensus(consensus: Consensus) -> Any:
    """What each expert marked, and the draft: to write, to approve, or to read."""
    return _page(consensus, _form(consensus))


@blueprint.post("/consensus/<int:consensus_id>/draft")
@guarded(get_consensus, policy.is_rapporteur)
def save_consensus(consensus: Consensus) -> Any:
    """Keep the draft, or put it to the experts."""
    form, is_final = _form(consensus), request.form.get("then") == "propose"
    if consensus.state == Drafting and form.validate_on_submit():
        sheet = form.read_sheet()
        if not form.problems:
            act = actions.propose_consensus if is_final else actions.save_consensus
            try:
                act(consensus, sheet, by=actor(), at=clock.now(), version=_number(form.version.data))
            except RuleBroken as refused:
                form.refuse(refused)
            else:
                said = _("The other experts are asked to approve it.") if is_final else _("Your draft is saved.")
                flash(str(said), "success")
                return _back(consensus)
        elif is_final:
            marking = consensus.application.call.plan.marking
            assert marking is not None  # nobody marks without
            form.tell_gaps(list_gaps(sheet.marks, sheet.overall_comment, marking))
    return _page(consensus, form) if consensus.state == Drafting else _back(consensus)


@blueprint.post("/consensus/<int:consensus_id>/autosave")
@guarded(get_consensus, policy.is_rapporteur)
def autosave_consensus(consensus: Consensus) -> Any:
    """Keep the draft while it is being written."""
    at, form = clock.now(), _form(consensus, typed=read_body())
    if not form.validate():
        return answer_refused(form.problems[0].sentence)
    sheet = form.read_sheet(otherwise=consensus.marks)
    actions.save_consensus(consensus, sheet, by=actor(), at=at, version=_number(form.version.data))
    besides = form.problems[0].sentence if form.problems else None
    return answer_saved(str(consensus.version), at, actor().time_zone, besides=besides)


@blueprint.post("/consensus/<int:consensus_id>/approve")
@guarded(get_consensus, CONSENSUS.approve)
def approve_consensus(consensus: Consensus) -> Any:
    """Approve the draft that was on the page."""
    if consensus.state == ConsensusState.PROPOSED:
        draft = _number(request.form.get("draft")) or 0
        actions.approve_consensus(consensus, draft, by=actor(), at=clock.now())
        flash(str(_("You have approved the consensus. You need to do nothing more.")), "success")
    return _back(consensus)


@blueprint.route("/consensus/<int:consensus_id>/object", methods=["GET", "POST"])
@guarded(get_consensus, CONSENSUS.object)
def object_consensus(consensus: Consensus) -> Any:
    """Ask for a change, with a reason."""
    form = forms.ObjectConsensusForm(data={"draft": str(consensus.draft)})
    if form.validate_on_submit():
        draft = _number(form.draft.data) or 0
        try:
            actions.object_consensus(consensus, draft, form.reason.data, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("The rapporteur reads what you ask for, and writes again.")), "success")
            return _back(consensus)
    return ask("evaluation/object_consensus.html", form, consensus=consensus)


# The manager's part --------------------------------------------------------------------------------------------------


@blueprint.route("/applications/<int:application_id>/consensus", methods=["GET", "POST"])
@guarded(get_application, policy.may_assign)
def open_consensus(application: Application) -> Any:
    """Ask the experts of one application for a consensus."""
    if (standing := find_consensus(application.id)) is not None:
        return _back(standing)
    form = forms.OpenConsensusForm()
    people = list_submitted_people(application.id)
    form.rapporteur.choices = [(one.id, one.expert.user.name) for one in people]
    if form.validate_on_submit():
        now = clock.now()
        try:
            opened = actions.open_consensus(
                application, form.rapporteur.data, by=actor(), at=now, due_at=now + timedelta(days=form.days.data)
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("The experts are asked for a consensus.")), "success")
            return _back(opened)
    return ask("evaluation/open_consensus.html", form, application=application, people=people)


@blueprint.route("/consensus/<int:consensus_id>/rapporteur", methods=["GET", "POST"])
@guarded(get_consensus, CONSENSUS.name)
def name_rapporteur(consensus: Consensus) -> Any:
    """Give the writing to another expert."""
    form = forms.NameRapporteurForm(data={"rapporteur": consensus.rapporteur_id})
    form.rapporteur.choices = [(one.id, one.expert.user.name) for one in consensus.parties]
    if form.validate_on_submit():
        try:
            actions.name_rapporteur(consensus, form.rapporteur.data, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("The rapporteur is told.")), "success")
            return _back(consensus)
    return ask("evaluation/name_rapporteur.html", form, consensus=consensus)


@blueprint.route("/consensus/<int:consensus_id>/end", methods=["GET", "POST"])
@guarded(get_consensus, CONSENSUS.end)
def end_consensus(consensus: Consensus) -> Any:
    """End it without agreement: the single sheets count."""
    form = forms.EndConsensusForm()
    if form.validate_on_submit():
        try:
            actions.end_consensus(consensus, form.reason.data, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("It is ended. The marks of each expert count.")), "success")
            return redirect(url_for(".assign", application_id=consensus.application_id), 303)
    return ask("evaluation/end_consensus.html", form, consensus=consensus)


def _page(consensus: Consensus, form: Any) -> Any:
    marking, is_staff = consensus.application.call.plan.marking, policy.may_oversee(actor(), consensus) is None
    assert marking is not None
    is_party = policy.is_party(actor(), consensus) is None
    own = next((one.id for one in consensus.parties if one.expert.user_id == actor().id), None)
    labels = {one.id: label_of(number) for number, one in enumerate(consensus.parties)}
    return ask(
        "evaluation/consensus.html",
        form,
        consensus=consensus,
        labels=labels,
        names={one.id: one.expert.user.name for one in consensus.parties} if is_staff and not is_party else {},
        own=own,
        spreads=spreads(marking.criteria, [one.marks for one in consensus.parties]),
        divergence=marking.divergence,
        is_writer=policy.is_rapporteur(actor(), consensus) is None,
        marking=marking,
        CONSENSUS=CONSENSUS,
    )


def _form(consensus: Consensus, typed: dict[str, Any] | None = None) -> forms.SheetForm:
    marking = consensus.application.call.plan.marking
    assert marking is not None
    return forms.sheet_form(consensus, marking, typed=typed)


def _number(text: Any) -> int | None:
    return int(text) if str(text).isdecimal() and len(str(text)) < 10 else None


def _back(consensus: Consensus) -> Any:
    return redirect(url_for("evaluation.consensus", consensus_id=consensus.id), 303)
