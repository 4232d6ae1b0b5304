"""What is asked for, who decides, who accepts; and the texts that ruled before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.agreements.forms import AcceptAgreementForm
from vouchers.agreements.letters import acceptance_heading, acceptance_lines, acceptance_note
from vouchers.agreements.models import Agreement
from vouchers.agreements.rules.terms import read_sections
from vouchers.agreements.states import AgreementState, PartyKind
from vouchers.amendments import forms, policy, queries
from vouchers.amendments.actions import amending, entering
from vouchers.amendments.lifecycle import AMENDMENT
from vouchers.amendments.models import AgreementVersion, Amendment
from vouchers.amendments.rules import apply, list_changes
from vouchers.amendments.states import AmendmentState
from vouchers.amendments.views.blueprint import blueprint
from vouchers.core import clock
from vouchers.core.asking import ask as ask_page
from vouchers.core.asking import take
from vouchers.core.clock import day_in
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.documents.queries import find_document
from vouchers.documents.web import answer_with
from vouchers.eligibility.rules.registry import RULES
from vouchers.users.mandate import mandate_of


@blueprint.get("/")
@asks(policy.is_reader)
def worklist() -> Any:
    """Amendments of one's regions."""
    query = ListQuery.read(
        request.args, sorts=queries.SORTS, default="-asked", filters={"state": [one.value for one in AmendmentState]}
    )
    page = queries.list_amendments(query, mandate_of(actor()))
    return render_template("amendments/worklist.html", page=page, states=list(AmendmentState))


@blueprint.get("/of/<int:agreement_id>")
@guarded(queries.get_agreement, policy.may_read_agreement)
def of_agreement(agreement: Agreement) -> Any:
    """What became of an agreement: its versions, its amendments, whether it was to end before its time."""
    return render_template(
        "amendments/of_agreement.html",
        agreement=agreement,
        versions=queries.list_versions(agreement.id),
        amendments=queries.list_amendments_of(agreement.id),
        terminations=queries.list_terminations_of(agreement.id),
        may_ask=agreement.state == AgreementState.ACTIVE and policy.may_ask_for(actor(), agreement) is None,
        may_end=agreement.state == AgreementState.ACTIVE and policy.may_propose_end_of(actor(), agreement) is None,
        zone=agreement.application.region.time_zone,
    )


@blueprint.get("/of/<int:agreement_id>/versions/<int:number>")
@guarded(queries.get_version, policy.may_read_version)
def version(version: AgreementVersion) -> Any:
    """A text that ruled from a moment on."""
    zone = version.agreement.application.region.time_zone
    return render_template("amendments/version.html", version=version, sections=read_sections(version.terms), zone=zone)


@blueprint.get("/of/<int:agreement_id>/versions/<int:number>.pdf")
@guarded(queries.get_version, policy.may_read_version)
def version_pdf(version: AgreementVersion) -> Any:
    """The same as a file, as it was signed."""
    return answer_with(find_document(version.document_id) if version.document_id else None)


@blueprint.route("/of/<int:agreement_id>/ask", methods=["GET", "POST"])
@guarded(queries.get_agreement, policy.may_ask_for)
def ask(agreement: Agreement) -> Any:
    """Ask for other days, another amount, another provider."""
    home = url_for(".of_agreement", agreement_id=agreement.id)
    if agreement.state != AgreementState.ACTIVE:
        raise WrongState(_("An agreement can be amended while it is in force."))
    if existing := queries.find_open_amendment(agreement.id):
        flash(str(_("Another amendment of this agreement is open. It is decided or withdrawn first.")), "info")
        return redirect(url_for(".show", amendment_id=existing.id), 303)
    form = forms.AskAmendmentForm.for_agreement(agreement)
    if form.validate_on_submit():
        try:
            made = amending.ask_amendment(
                agreement, form.wanted(agreement), form.reason.data, by=actor(), at=clock.now()
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("Asked. Somebody else decides it, and we write to all parties.")), "success")
            return redirect(url_for(".show", amendment_id=made.id), 303)
    return ask_page("amendments/ask.html", form, agreement=agreement, home=home)


@blueprint.get("/<int:amendment_id>")
@guarded(queries.get_amendment, policy.may_read_amendment)
def show(amendment: Amendment) -> Any:
    """What would change, who decided, who has accepted."""
    return render_template("amendments/show.html", **page_of(amendment))


def page_of(amendment: Amendment) -> dict[str, Any]:
    """What the pages of an amendment show."""
    agreement = amendment.agreement
    zone, before = agreement.application.region.time_zone, queries.standing_of(agreement)
    is_open = amendment.state in (AmendmentState.ASKED, AmendmentState.AGREED)
    wanted = queries.wanted_by(amendment)
    is_new = is_open and wanted.provider_name and policy.is_reader(actor()) is None
    return {
        "amendment": amendment,
        "agreement": agreement,
        "zone": zone,
        "changes": list_changes(before, apply(before, wanted)) if amendment.terms is None else [],
        "sections": read_sections(amendment.terms) if amendment.terms is not None else [],
        "readings": amending.read_provider(agreement, wanted, at=clock.now()) if is_new else [],
        "RULES": RULES,
        "obstacle": queries.find_obstacle(agreement) if is_open and amendment.is_accepted_by_all else None,
        "acceptances": acceptance_lines(amendment.sides, zone),
        "acceptance_heading": acceptance_heading(),
        "acceptance_note": acceptance_note(),
        "AMENDMENT": AMENDMENT,
    }


@blueprint.get("/<int:amendment_id>/amendment.pdf")
@guarded(queries.get_amendment, policy.may_read_amendment)
def pdf(amendment: Amendment) -> Any:
    """The amended agreement as a file."""
    return answer_with(find_document(amendment.document_id) if amendment.document_id else None)


@blueprint.route("/<int:amendment_id>/agree", methods=["GET", "POST"])
@guarded(queries.get_amendment, AMENDMENT.agree)
def agree(amendment: Amendment) -> Any:
    """Decide for it."""
    today = day_in(amendment.agreement.application.region.time_zone, clock.now())
    form = forms.AgreeAmendmentForm(data={"in_force_on": today, "version": amendment.version})

    def act() -> None:
        seen = int(form.version.data) if str(form.version.data or "").isdigit() else -1
        amending.agree_amendment(
            amendment, form.in_force_on.data, form.minutes.data or "", by=actor(), at=clock.now(), version=seen
        )
        entering.enter_if_due(amendment.id, at=clock.now())

    return _decide(amendment, form, "agree", _("Agreed. We have written to all parties."), act)


@blueprint.route("/<int:amendment_id>/refuse", methods=["GET", "POST"])
@guarded(queries.get_amendment, AMENDMENT.refuse)
def refuse(amendment: Amendment) -> Any:
    """Decide against it."""
    form = forms.ReasonForm()
    done = _("Refused. We have written to all parties.")
    return _decide(
        amendment,
        form,
        "refuse",
        done,
        lambda: amending.refuse_amendment(amendment, form.answer.data, by=actor(), at=clock.now()),
    )


@blueprint.route("/<int:amendment_id>/withdraw", methods=["GET", "POST"])
@guarded(queries.get_amendment, AMENDMENT.withdraw)
def withdraw(amendment: Amendment) -> Any:
    """Take it back."""
    form = forms.ReasonForm()
    done = _("Withdrawn. We have written to all parties.")
    return _decide(
        amendment,
        form,
        "withdraw",
        done,
        lambda: amending.withdraw_amendment(amendment, form.answer.data, by=actor(), at=clock.now()),
    )


def _decide(amendment: Amendment, form: Any, verb: str, done: Any, act: Callable[[], None]) -> Any:
    home = url_for(".show", amendment_id=amendment.id)
    if take(form, act, done):
        return redirect(home, 303)
    return ask_page("amendments/decide.html", form, verb=verb, home=home, **page_of(amendment))


def accept(amendment: Amendment, kind: PartyKind, act: Callable[..., None], by: Any, home: str, **context: Any) -> Any:
    """Read the amended text, type a name, tick, accept. Who has accepted already is shown so, kindly."""
    side = amendment.side(kind)
    if side is not None and side.accepted_at:
        flash(str(_("Your party has accepted this agreement already. You need to do nothing.")), "info")
        return redirect(home, 303)
    form = AcceptAgreementForm(data={"sha256": amendment.sha256})
    if kind != PartyKind.PROVIDER:
        del form.function

    def accept_it() -> None:
        function = {"function": form.function.data or ""} if "function" in form else {}
        act(amendment, form.name.data, form.sha256.data, **function, by=by, at=clock.now())

    if take(form, accept_it, _("Your acceptance is noted.")):
        return redirect(home, 303)
    return ask_page("amendments/accept.html", form, kind=kind, home=home, **(page_of(amendment) | context))


@blueprint.route("/<int:amendment_id>/accept", methods=["GET", "POST"])
@guarded(queries.get_amendment, AMENDMENT.accept_as_sme)
def accept_as_sme(amendment: Amendment) -> Any:
    """Accept as the beneficiary."""
    home = url_for(".show", amendment_id=amendment.id)
    return accept(amendment, PartyKind.SME, entering.accept_amendment_as_sme, actor(), home)


@blueprint.route("/<int:amendment_id>/accept-for-region", methods=["GET", "POST"])
@guarded(queries.get_amendment, AMENDMENT.accept_as_region)
def accept_as_region(amendment: Amendment) -> Any:
    """Accept for the region."""
    home = url_for(".show", amendment_id=amendment.id)
    return accept(amendment, PartyKind.REGION, entering.accept_amendment_as_region, actor(), home)
