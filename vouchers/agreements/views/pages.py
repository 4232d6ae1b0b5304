"""The pages of agreements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from vouchers.agreements import forms, letters, policy, queries
from vouchers.agreements.actions import accepting, ending, issuing
from vouchers.agreements.lifecycle import AGREEMENT
from vouchers.agreements.models import Agreement
from vouchers.agreements.policy import ProviderVisit
from vouchers.agreements.rules.terms import read_sections
from vouchers.agreements.states import AgreementState, PartyKind
from vouchers.agreements.views.telling import find_finished, list_asked
from vouchers.appeals.queries.waiting import find_suspension, find_suspensions
from vouchers.appeals.rules.waiting import say_why
from vouchers.applications import policy as applications_policy
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core import clock
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.decisions.queries.conditions import list_unsettled, list_with_unsettled
from vouchers.documents.web import answer_with
from vouchers.payables.queries import list_sent_back
from vouchers.users.mandate import Mandate, mandate_of

blueprint = Blueprint("agreements", __name__, url_prefix="/agreements")


@blueprint.after_request
def _keep_out_of_caches(response: Response) -> Response:
    """The provider's pages are opened without signing in, so nothing of them may stay in a browser."""
    response.headers["Cache-Control"] = "no-store"
    return response


_ISSUED = _("The agreement is issued. The parties were asked by email to accept it.")
_ACCEPTED = _("Your acceptance is noted.")


def _status() -> int:
    return 422 if request.method == "POST" else 200


# The staff -----------------------------------------------------------------------------------------------------------


@blueprint.get("/")
@asks(policy.is_reader)
def worklist() -> Any:
    """The agreements of one's regions."""
    mandate = mandate_of(actor())
    states = ("state", _("State"), [(state.value, state.label) for state in AgreementState])
    filters = [states, *_filters(mandate)]
    query = ListQuery.read(
        request.args, sorts=queries.SORTS, default="-accept_by", filters={name: _values(c) for name, _l, c in filters}
    )
    return render_template("agreements/worklist.html", page=queries.list_agreements(query, mandate), filters=filters)


@blueprint.get("/awards")
@asks(policy.is_reader)
def awards() -> Any:
    """Awards for which no agreement was issued yet."""
    mandate = mandate_of(actor())
    filters = _filters(mandate)
    query = ListQuery.read(
        request.args,
        sorts=queries.AWARD_SORTS,
        default="decided",
        filters={name: _values(c) for name, _l, c in filters},
    )
    page = queries.list_awards(query, mandate)
    waiting = find_suspensions(page.items, at=clock.now())
    return render_template(
        "agreements/awards.html",
        page=page,
        filters=filters,
        is_manager=_is_manager,
        waiting=waiting,
        unsettled=list_with_unsettled([one.id for one in page.items]),
    )


Filter = tuple[str, Any, list[tuple[str, Any]]]
"""Name in the address, label, choices."""


def _filters(mandate: Mandate) -> list[Filter]:
    return [
        ("region", _("Region"), queries.list_region_choices(mandate)),
        ("instrument", _("Voucher"), queries.list_instrument_choices(mandate)),
    ]


def _values(choices: list[tuple[str, Any]]) -> list[str]:
    return [value for value, _label in choices]


def _is_manager(application: Application) -> bool:
    return applications_policy.is_manager(actor(), application) is None


@blueprint.route("/issue/<int:application_id>", methods=["GET", "POST"])
@guarded(queries.get_application, applications_policy.is_manager)
def issue(application: Application) -> Any:
    """Issue the agreement on an award."""
    if existing := queries.find_agreement_of(application.id):
        flash(str(_("This agreement is issued already.")), "info")
        return redirect(url_for(".show", agreement_id=existing.id), 303)
    if application.decided_at is None or application.awarded is None:
        raise WrongState(_("This application is not awarded, so there is nothing to agree on yet."))
    form, at = _issue_form(application), clock.now()
    if form.validate_on_submit():
        try:
            agreement = issuing.issue_agreement(application, _asked(form), by=actor(), at=at)
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_ISSUED), "success")
            return redirect(url_for(".show", agreement_id=agreement.id), 303)
    return render_template(
        "agreements/issue.html",
        form=form,
        application=application,
        activity=[day for day in queries.bounds_of(application).activity if day],
        waits=_waits(application),
        conditions=list_unsettled(application.id),
        **_preview(form, application),
    ), _status()


def _waits(application: Application) -> Any:
    """Why the agreement waits because of appeals; None where it does not."""
    found = find_suspension(application, at=clock.now())
    return say_why(found, application.region.time_zone) if found else None


def _issue_form(application: Application) -> forms.IssueAgreementForm:
    bounds, answers = queries.bounds_of(application), queries.map_answers(application.id)
    form = forms.IssueAgreementForm(
        data={
            "starts_on": bounds.usual_start,
            "ends_on": bounds.last_end(bounds.usual_start),
            **{name: answers.get(name) or "" for name in ("provider_name", "provider_contact", "provider_email")},
        }
    )
    if PartyKind.PROVIDER not in {party.value for party in application.instrument.plan.agreement_parties}:
        del form.provider_name, form.provider_contact, form.provider_email
    return form


def _asked(form: forms.IssueAgreementForm) -> issuing.Asked:
    names = ("provider_name", "provider_contact", "provider_email")
    provider = {name: form[name].data or "" for name in names if name in form}
    return issuing.Asked(
        form.starts_on.data, form.ends_on.data, outside_reason=form.outside_reason.data or "", **provider
    )


def _preview(form: forms.IssueAgreementForm, application: Application) -> dict[str, Any]:
    """The text as it would be issued; nothing while the days do not fit."""
    try:
        text = issuing.write_terms(application, _asked(form), at=clock.now())
    except (RuleBroken, TypeError):
        return {"sections": []}
    return {"sections": read_sections(text)}


@blueprint.route("/awards/<int:application_id>/decline", methods=["GET", "POST"])
@guarded(queries.get_application, APPLICATION.decline_award)
def decline_award(application: Application) -> Any:
    """Give the award back before its agreement is offered."""
    if existing := queries.find_agreement_of(application.id):
        return redirect(url_for(".decline", agreement_id=existing.id), 303)
    form, home = forms.DeclineAgreementForm(), url_for("applications.show", application_id=application.id)
    if application.state == ApplicationState.LAPSED:
        flash(str(_("This voucher is declined already.")), "info")
        return redirect(home, 303)
    if form.validate_on_submit():
        ending.decline_award(application, form.reason.data, by=actor(), at=clock.now())
        flash(str(_("You have declined the voucher. All parties were told.")), "success")
        return redirect(home, 303)
    return render_template("agreements/decline_award.html", form=form, application=application), _status()


# Those who read and accept -------------------------------------------------------------------------------------------


@blueprint.get("/<int:agreement_id>")
@guarded(queries.get_agreement, policy.may_read)
def show(agreement: Agreement) -> Any:
    """The agreement: where it stands, its text, and who has accepted."""
    return render_template("agreements/show.html", **_page(agreement))


def _page(agreement: Agreement) -> dict[str, Any]:
    zone, finished = agreement.application.region.time_zone, find_finished(agreement)
    return {
        "agreement": agreement,
        "application": agreement.application,
        "zone": zone,
        "sections": read_sections(agreement.terms),
        "acceptances": letters.acceptance_lines(agreement.parties, zone),
        "acceptance_heading": letters.acceptance_heading(),
        "acceptance_note": letters.acceptance_note(),
        "milestones": queries.list_milestones(agreement.id),
        "AGREEMENT": AGREEMENT,
        "waits": _waits(agreement.application) if agreement.state == AgreementState.OFFERED else None,
        "sent_back": list_sent_back([agreement.application.reference]) if agreement.active_at else [],
        "asked": list_asked(agreement, actor(), clock.now()),
        "may_enter": policy.is_sme(actor(), agreement) is None,
        "is_late": agreement.state == AgreementState.OFFERED and clock.now() > agreement.accept_by,
        "finished": finished,
        "may_claim": (agreement.state, finished) == (AgreementState.ACTIVE, None)
        and policy.is_sme(actor(), agreement) is None,
    }


@blueprint.get("/<int:agreement_id>/agreement.pdf")
@guarded(queries.get_agreement, policy.may_read)
def pdf(agreement: Agreement) -> Any:
    """The agreement as a file."""
    return answer_with(queries.find_pdf(agreement))


Accept = Callable[..., None]


def _accept(agreement: Agreement, kind: PartyKind, act: Accept, by: Any, home: str, **context: Any) -> Any:
    """Read once more, type a name, tick, accept. Who has accepted already is shown so, kindly."""
    if _has_accepted(agreement, kind):
        flash(str(_("Your party has accepted this agreement already. You need to do nothing.")), "info")
        return redirect(home, 303)
    form = forms.AcceptAgreementForm(data={"sha256": agreement.sha256})
    if kind != PartyKind.PROVIDER:
        del form.function
    if form.validate_on_submit():
        function = {"function": form.function.data or ""} if "function" in form else {}
        try:
            act(agreement, form.name.data, form.sha256.data, **function, by=by, at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        except WrongState:
            if not _has_accepted(queries.get_agreement(agreement.id), kind):
                raise
            return redirect(home, 303)  # the same button was pressed twice
        else:
            flash(str(_ACCEPTED), "success")
            return redirect(home, 303)
    page = _page(agreement) | context
    return render_template("agreements/accept.html", form=form, kind=kind, home=home, **page), _status()


def _has_accepted(agreement: Agreement, kind: PartyKind) -> bool:
    return any(party.kind == kind and party.accepted_at for party in queries.list_parties(agreement.id))


@blueprint.route("/<int:agreement_id>/accept", methods=["GET", "POST"])
@guarded(queries.get_agreement, AGREEMENT.accept_as_sme)
def accept_as_sme(agreement: Agreement) -> Any:
    """Accept as the beneficiary."""
    home = url_for(".show", agreement_id=agreement.id)
    return _accept(agreement, PartyKind.SME, accepting.accept_as_sme, actor(), home)


@blueprint.route("/<int:agreement_id>/accept-for-region", methods=["GET", "POST"])
@guarded(queries.get_agreement, AGREEMENT.accept_as_region)
def accept_as_region(agreement: Agreement) -> Any:
    """Accept for the region."""
    home = url_for(".show", agreement_id=agreement.id)
    return _accept(agreement, PartyKind.REGION, accepting.accept_as_region, actor(), home)


@blueprint.route("/<int:agreement_id>/decline", methods=["GET", "POST"])
@guarded(queries.get_agreement, AGREEMENT.decline)
def decline(agreement: Agreement) -> Any:
    """Give the voucher back before it binds."""
    form = forms.DeclineAgreementForm()
    home = url_for(".show", agreement_id=agreement.id)
    if agreement.state == AgreementState.DECLINED:
        flash(str(_("This voucher is declined already.")), "info")
        return redirect(home, 303)
    if form.validate_on_submit():
        ending.decline_agreement(agreement, form.reason.data, by=actor(), at=clock.now())
        flash(str(_("You have declined the voucher. All parties were told.")), "success")
        return redirect(home, 303)
    return render_template("agreements/decline.html", form=form, agreement=agreement), _status()


# The provider's contact, who has no account --------------------------------------------------------------------------


@blueprint.get("/provider/<token>")
@guarded(queries.get_visit, policy.came_with_link, is_public=True)
def provider(visit: ProviderVisit) -> Any:
    """The agreement for the provider's contact person."""
    return render_template("agreements/provider.html", token=_token(), **_page(visit.agreement))


@blueprint.get("/provider/<token>/agreement.pdf")
@guarded(queries.get_visit, policy.came_with_link, is_public=True)
def provider_pdf(visit: ProviderVisit) -> Any:
    """The agreement as a file, for the provider's contact person."""
    return answer_with(queries.find_pdf(visit.agreement))


@blueprint.route("/provider/<token>/accept", methods=["GET", "POST"])
@guarded(queries.get_visit, policy.came_with_link, is_public=True)
def accept_as_provider(visit: ProviderVisit) -> Any:
    """Accept as the service provider."""
    home = url_for(".provider", token=_token())
    return _accept(
        visit.agreement, PartyKind.PROVIDER, accepting.accept_as_provider, visit.contact, home, token=_token()
    )


def _token() -> str:
    assert request.view_args is not None
    return str(request.view_args["token"])
