"""The pages of the beneficiary."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for

from vouchers.advances.queries import map_settled
from vouchers.agreements import policy as agreements_policy
from vouchers.agreements.models import Agreement
from vouchers.agreements.states import AgreementState
from vouchers.agreements.views.telling import find_finished
from vouchers.amendments.queries import find_ending
from vouchers.claims import policy
from vouchers.claims.actions import drafting, proving
from vouchers.claims.actions import parking as parking_actions
from vouchers.claims.actions.refusing import ensure_may_be_saved
from vouchers.claims.forms import writing as forms
from vouchers.claims.forms.attaching import AttachForm
from vouchers.claims.forms.submitting import SubmitClaimForm
from vouchers.claims.lifecycle import CLAIM
from vouchers.claims.models import Claim
from vouchers.claims.queries import duplicates, parking, pricing, suppliers, vat, worklist
from vouchers.claims.queries import files as queries
from vouchers.claims.rules.grants import Sums
from vouchers.claims.rules.invoices import ClaimedAlready
from vouchers.claims.rules.signatures import say_one_name
from vouchers.claims.states import ClaimState
from vouchers.claims.views.blueprint import ask, ask_to_remove, back_home, blueprint, moved_on_from, number_in_address
from vouchers.core import clock
from vouchers.core.clock import day_in
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.typed import whole_number
from vouchers.core.web import actor, guarded
from vouchers.documents.actions import take_upload
from vouchers.documents.queries import list_documents_of
from vouchers.documents.web import answer_with, sent_name
from vouchers.likenesses.queries import list_noted_of
from vouchers.payables.queries import find_sent_back
from vouchers.payables.states import SourceKind


@blueprint.get("/of/<int:agreement_id>")
@guarded(queries.get_agreement, agreements_policy.may_read)
def of_agreement(agreement: Agreement) -> Any:
    """The claims of one voucher."""
    person = actor()
    every = queries.list_claims_of(agreement.id)
    claims = [one for one in every if policy.may_read(person, one) is None]
    finished = find_finished(agreement)
    is_open = agreement.state == AgreementState.ACTIVE and finished is None
    return render_template(
        "claims/of_agreement.html",
        agreement=agreement,
        application=agreement.application,
        claims=claims,
        sums={claim.id: queries.sums(claim) for claim in claims},
        finished=finished,
        may_start=is_open and agreements_policy.is_sme(person, agreement) is None,
    )


@blueprint.post("/of/<int:agreement_id>/start")
@guarded(queries.get_agreement, agreements_policy.is_sme)
def start(agreement: Agreement) -> Any:
    """Begin a claim, or go on with the one that was begun."""
    try:
        claim = drafting.start_claim(agreement, by=actor(), at=clock.now())
    except RuleBroken as refused:
        flash(str(refused), "error")
        return redirect(url_for(".of_agreement", agreement_id=agreement.id), 303)
    return redirect(url_for(".show", claim_id=claim.id), 303)


@blueprint.get("/<int:claim_id>")
@guarded(queries.get_claim, policy.may_read)
def show(claim: Claim) -> Any:
    """One claim: what is still to do, its costs and evidence, its sums, and where it stands."""
    person = actor()
    is_open = CLAIM.is_open_to(person, claim, "save_line")
    sums = queries.sums(claim, pricing.price_costs(claim, _today(claim)) if is_open else None)
    return render_template(
        "claims/show.html",
        claim=claim,
        application=claim.agreement.application,
        plan=claim.agreement.application.instrument.plan,
        sums=sums,
        documents=list_documents_of("claim", claim.id),
        blockers=drafting.list_blockers(claim, at=clock.now()) if is_open else [],
        is_open=is_open,
        form=SubmitClaimForm.of(claim, sums) if is_open and claim.state == ClaimState.RETURNED else None,
        parked=parking.list_parked(claim.agreement_id) if is_open else [],
        kept=parking.map_kept_files(claim) if is_open else {},
        verbs={move.verb for move in CLAIM.open_to(person, claim)},
        names=queries.map_names([claim.verified_by_id, claim.authorised_by_id]),
        is_late=worklist.is_late(claim, _today(claim)),
        account=queries.find_account(claim),
        sent_back=find_sent_back(SourceKind.CLAIM, claim.id),
        ending=find_ending(claim.agreement_id),
        may_enter=policy.is_claimant(person, claim) is None,
        likenesses=list_noted_of(("claim", claim.id)) if person.is_staff else [],
        warnings=suppliers.map_other_suppliers(claim) if person.is_staff else {},
        shared=duplicates.map_same_file(claim) if person.is_staff else {},
        one_name=say_one_name(claim) if person.is_staff else None,
        vat_hint=vat.find_vat_contradiction(claim, for_company=True) if is_open else None,
        settled=map_settled([claim.number]).get(claim.number, Money(0, claim.currency)),
    )


@blueprint.route("/<int:claim_id>/costs/new", methods=["GET", "POST"])
@blueprint.route("/<int:claim_id>/costs/<int:line_id>", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.save_line)
def save_line(claim: Claim) -> Any:
    """Add a cost, or change one."""
    if moved_on := moved_on_from(claim, CLAIM.save_line):
        return moved_on
    line_id = number_in_address("line_id")
    line = queries.get_line(claim, line_id) if line_id is not None else None
    application = claim.agreement.application
    plan = replace(application.instrument.plan, grant=application.grant)
    recoverable = vat.find_vat_answer(claim.agreement.application_id)
    today = _today(claim)
    currencies = pricing.list_currencies(claim, today)
    form = forms.SaveLineForm.of(
        plan,
        line,
        is_vat_recoverable=recoverable,
        currencies=currencies,
        currency=_chosen(currencies, line.currency if line else claim.currency),
    )
    other_claim = sums = None
    is_sound = form.validate_on_submit()
    if is_sound and request.form.get("then") == "work_out":
        sums = _work_out(claim, form, line_id, today)
    elif is_sound:
        try:
            basis = form.version.raw or None
            saved = drafting.save_line(claim, form.cost, line_id=line_id, by=actor(), at=clock.now(), basis=basis)
        except RuleBroken as refused:
            form.refuse(refused)
            other_claim = refused.claim_id if isinstance(refused, ClaimedAlready) else None
        else:
            if told := vat.find_vat_contradiction(queries.get_claim(claim.id), for_company=True, line_id=saved.id):
                flash(str(told), "info")
            if saved.document_id is None:
                flash(str(_("The cost is saved. Now attach its invoice or ticket.")), "success")
                return redirect(url_for(".attach", claim_id=claim.id, line=saved.id), 303)
            return back_home(claim, _("The cost is saved."))
    page, status = ask("save_line", claim, form, line=line, other_claim=other_claim, worked_out=sums)
    return page, 200 if sums else status


def _work_out(claim: Claim, form: forms.SaveLineForm, line_id: int | None, today: date) -> Any:
    """What the claim would come to with this cost; nothing is saved."""
    try:
        line = queries.get_line(claim, line_id) if line_id is not None else None
        ensure_may_be_saved(claim, form.cost, besides=line, by=actor(), at=clock.now())
        return pricing.sums_with(claim, form.cost, line_id=line_id, on=today)
    except RuleBroken as refused:
        form.refuse(refused)
        return None


def _today(claim: Claim) -> date:
    """The day where the region is; its month's rates count."""
    return day_in(claim.agreement.application.region.time_zone, clock.now())


def _chosen(currencies: list[str], usual: str) -> str:
    """The currency that was chosen on the page, if it is one of these."""
    chosen = request.form.get("invoice_currency", usual)
    return chosen if chosen in currencies else usual if usual in currencies else currencies[0]


@blueprint.route("/<int:claim_id>/costs/<int:line_id>/remove", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.remove_line)
def remove_line(claim: Claim) -> Any:
    """Ask first, then take a cost out of the claim."""
    if moved_on := moved_on_from(claim, CLAIM.remove_line):
        return moved_on
    line_id = number_in_address("line_id")
    line = next((one for one in claim.costs if one.id == line_id), None)
    if line is not None and request.method == "GET":
        lost = _("What you entered for this cost is lost. Files that prove no other cost are taken off.")
        return ask_to_remove(claim, f"{line.supplier}, {line.invoice_number}", lost)
    if line is not None:  # else it was removed by the first of two clicks
        drafting.remove_line(claim, line.id, by=actor(), at=clock.now())
    return back_home(claim, _("The cost is removed."))


@blueprint.route("/<int:claim_id>/parked/<int:line_id>", methods=["POST"])
@guarded(queries.get_claim, CLAIM.include)
def include(claim: Claim) -> Any:
    """Take a parked cost in."""
    if moved_on := moved_on_from(claim, CLAIM.include):
        return moved_on
    line = parking_actions.include_parked(claim, number_in_address("line_id") or 0, by=actor(), at=clock.now())
    return back_home(claim, _("“%(name)s” is in this claim now.", name=f"{line.supplier}, {line.invoice_number}"))


@blueprint.route("/<int:claim_id>/evidence", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.attach)
def attach(claim: Claim) -> Any:
    """Attach an invoice, a ticket, the report."""
    if moved_on := moved_on_from(claim, CLAIM.attach):
        return moved_on
    kept_files, asked = parking.map_kept_files(claim), request.args
    documents = [one for one in list_documents_of("claim", claim.id) if one.id not in kept_files]
    form = AttachForm.of(claim, documents, line_id=asked.get("line", ""), purpose=asked.get("purpose", ""))
    other_claim = None
    if form.validate_on_submit():
        try:
            most = current_app.config["SETTINGS"].max_upload_bytes
            kept = take_upload(form.file.data.stream, sent_name(form.file.data), max_bytes=most)
            drafting.attach_document(
                claim,
                form.purpose.data,
                kept,
                line_id=form.line_id,
                replaces=form.replaced_id,
                by=actor(),
                at=clock.now(),
            )
        except RuleBroken as refused:
            form.refuse(refused)
            other_claim = refused.claim_id if isinstance(refused, ClaimedAlready) else None
        else:
            replaced = next((one.filename for one in documents if one.id == form.replaced_id), None)
            return back_home(claim, _say_attached(kept.filename, replaced))
    return ask("attach", claim, form, other_claim=other_claim)


def _say_attached(name: str, replaced: str | None) -> Sentence:
    if replaced is None:
        return _("“%(name)s” is attached.", name=name)
    return _("“%(name)s” is attached in place of “%(replaced)s”.", name=name, replaced=replaced)


@blueprint.route("/<int:claim_id>/documents/<int:document_id>/remove", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.detach)
def detach(claim: Claim) -> Any:
    """Ask first, then take a file off the claim."""
    if moved_on := moved_on_from(claim, CLAIM.detach):
        return moved_on
    document = queries.find_document_of(claim.id, number_in_address("document_id") or 0)
    if document is not None:
        proving.ensure_may_be_taken_off(claim, document)
    if document is not None and request.method == "GET":
        lost = _("The file is taken off the claim, and off each cost that it proves. You can attach it again.")
        return ask_to_remove(claim, document.filename, lost)
    if document is not None:
        drafting.detach_document(claim, document.id, by=actor(), at=clock.now())
    return back_home(claim, _("The file is removed."))


@blueprint.get("/<int:claim_id>/documents/<int:document_id>")
@guarded(queries.get_claim, policy.may_read)
def document(claim: Claim) -> Any:
    """A file of the claim."""
    return answer_with(queries.find_document_of(claim.id, number_in_address("document_id") or 0))


@blueprint.route("/<int:claim_id>/submit", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.submit)
def submit(claim: Claim) -> Any:
    """Look at it once more, then submit."""
    if moved_on := moved_on_from(claim, CLAIM.submit):
        return moved_on
    form, is_overtaken = SubmitClaimForm.of(claim, _sums_today(claim)), False
    if form.validate_on_submit():
        try:
            drafting.submit_claim(
                claim,
                is_final=form.says_last,
                answer=form.written_answer,
                by=actor(),
                at=clock.now(),
                version=whole_number(form.version.raw),
                seen=form.seen_as(claim.currency),
            )
        except RuleBroken as refused:
            form.refuse(refused)
            claim = queries.get_claim(claim.id)
        except WrongState as refused:
            claim, is_overtaken = queries.get_claim(claim.id), True
            if claim.state not in CLAIM.submit.sources:
                raise
            form.refuse(RuleBroken(refused.sentence))
            form.show_anew(claim, _sums_today(claim).granted)
        else:
            return back_home(claim, _("Your claim is submitted. We have sent you a letter about it."))
    blockers = drafting.list_blockers(claim, at=clock.now())
    page, status = ask(
        "submit",
        claim,
        form,
        blockers=blockers,
        sums=_sums_today(claim),
        vat_hint=vat.find_vat_contradiction(claim, for_company=True),
    )
    return page, 409 if is_overtaken else status


def _sums_today(claim: Claim) -> Sums:
    """What it comes to if it is handed in today."""
    return queries.sums(claim, pricing.price_costs(claim, _today(claim)))


@blueprint.route("/<int:claim_id>/cancel", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.cancel)
def cancel(claim: Claim) -> Any:
    """Throw the claim away."""
    if moved_on := moved_on_from(claim, CLAIM.cancel):
        return moved_on
    form = forms.CancelClaimForm()
    if form.validate_on_submit():
        drafting.cancel_claim(claim, by=actor(), at=clock.now())
        flash(str(_("The claim is cancelled.")), "success")
        return redirect(url_for(".of_agreement", agreement_id=claim.agreement_id), 303)
    return ask("cancel", claim, form)
