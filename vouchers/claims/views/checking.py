"""The pages of the officers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.advances.queries import list_advances_of, total_to_cancel, total_unsettled
from vouchers.advances.rules import basis_of
from vouchers.agreements import policy as agreements_policy
from vouchers.amendments.queries import find_ending
from vouchers.claims import policy
from vouchers.claims.actions import checking, sampling
from vouchers.claims.forms import checking as forms
from vouchers.claims.lifecycle import CLAIM
from vouchers.claims.models import Claim
from vouchers.claims.queries import duplicates, pricing, suppliers
from vouchers.claims.queries import files as queries
from vouchers.claims.queries import worklist as lists
from vouchers.claims.queries.vat import find_vat_contradiction
from vouchers.claims.rules.invoices import ClaimedAlready
from vouchers.claims.rules.sampling import why_no_sample
from vouchers.claims.rules.signatures import say_one_name
from vouchers.claims.states import ClaimState
from vouchers.claims.views.blueprint import ask, back_home, blueprint, moved_on_from
from vouchers.core import clock
from vouchers.core.clock import day_in
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.tables import ListQuery
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded, reader_day
from vouchers.documents.queries import list_documents_of
from vouchers.likenesses.rules import Other
from vouchers.likenesses.states import Part
from vouchers.users.mandate import mandate_of


@blueprint.get("/")
@asks(agreements_policy.is_reader)
def worklist() -> Any:
    """The claims of one's regions, the most urgent first."""
    mandate, today = mandate_of(actor()), reader_day()
    filters: list[tuple[str, Any, list[tuple[str, Any]]]] = [
        ("state", _("State"), [(state.value, state.label) for state in ClaimState if state != ClaimState.DRAFT]),
        ("region", _("Region"), queries.list_region_choices(mandate)),
        ("late", _("Late"), [("yes", _("Yes"))]),
    ]
    query = ListQuery.read(
        request.args,
        sorts=lists.SORTS,
        default="pay_by",
        filters={name: [value for value, _label in choices] for name, _text, choices in filters},
    )
    page = lists.list_claims(query, mandate, today=today)
    return render_template("claims/worklist.html", page=page, filters=filters, today=today)


@blueprint.route("/<int:claim_id>/verify", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.verify)
def verify(claim: Claim) -> Any:
    """Accept each cost, in full or in part."""
    if moved_on := moved_on_from(claim, CLAIM.verify):
        return moved_on
    prices = pricing.price_costs(claim, day_in(claim.agreement.application.region.time_zone, clock.now()))
    warnings = suppliers.map_other_suppliers(claim)
    form, other_claim = _verify_form(claim, prices, warnings), None
    if form.validate_on_submit():
        try:
            seen = _version(form.version.data)
            checking.verify_claim(
                claim,
                form.findings(),
                deliveries=form.deliveries(),
                notes=form.notes,
                by=actor(),
                at=clock.now(),
                version=seen,
            )
        except RuleBroken as refused:
            form.refuse(refused)
            other_claim = refused.claim_id if isinstance(refused, ClaimedAlready) else None
            claim = queries.get_claim(claim.id)
        else:
            return back_home(claim, _("The claim is verified. Another officer must authorise it."))
    documents = list_documents_of("claim", claim.id)
    return ask(
        "verify",
        claim,
        form,
        sums=queries.sums(claim, prices),
        lacks_rate=pricing.lacks_rate(claim, day_in(claim.agreement.application.region.time_zone, clock.now())),
        documents=documents,
        other_claim=other_claim,
        warnings=warnings,
        alike=_alike(claim),
        shared=duplicates.map_same_file(claim),
        ending=find_ending(claim.agreement_id),
        vat_contradiction=find_vat_contradiction(claim),
        one_name=say_one_name(claim),
        verbs={move.verb for move in CLAIM.open_to(actor(), claim)},
    )


def _verify_form(claim: Claim, prices: Mapping[int, Money], warnings: Mapping[int, Sentence]) -> forms.VerifyClaimForm:
    pointed_at = duplicates.list_pointed_at(claim) if claim.is_sampled else ()
    twice = duplicates.map_same_file_delivered(claim)
    return forms.verify_form(claim, prices, warnings, pointed_at=pointed_at, delivered_twice=twice)


@blueprint.route("/<int:claim_id>/sample", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.sample)
def sample(claim: Claim) -> Any:
    """Draw the costs that are looked at."""
    if moved_on := moved_on_from(claim, CLAIM.sample):
        return moved_on
    form = forms.SampleClaimForm()
    if form.validate_on_submit():
        try:
            sampling.sample_claim(claim, form.reason.data, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
            claim = queries.get_claim(claim.id)
        else:
            flash(str(_("The sample is drawn. Only its costs are asked for.")), "success")
            return redirect(url_for(".verify", claim_id=claim.id), 303)
    rule = claim.agreement.application.instrument.plan.claim.sample
    refusal = why_no_sample(rule, len(claim.costs), went_back=bool(claim.stops))
    return ask("sample", claim, form, rule=rule, refusal=refusal)


@blueprint.route("/<int:claim_id>/check-fully", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.check_fully)
def check_fully(claim: Claim) -> Any:
    """Give the sample up."""
    if moved_on := moved_on_from(claim, CLAIM.check_fully):
        return moved_on
    form = forms.CheckClaimFullyForm()
    if form.validate_on_submit():
        try:
            sampling.check_claim_fully(claim, form.reason.data, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
            claim = queries.get_claim(claim.id)
        else:
            flash(str(_("Every cost is checked now.")), "success")
            return redirect(url_for(".verify", claim_id=claim.id), 303)
    return ask("check_fully", claim, form)


def _version(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


@blueprint.route("/<int:claim_id>/authorise", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.authorise)
def authorise(claim: Claim) -> Any:
    """The second person's half: make the grant payable."""
    if moved_on := moved_on_from(claim, CLAIM.authorise):
        return moved_on
    advances = list_advances_of(claim.agreement_id)
    form = forms.AuthoriseClaimForm(data={"version": claim.version, "advances": basis_of(advances)})
    form.warn(actor(), [Other(claim.verified_by, Part.FIRST)])
    if form.validate_on_submit():
        try:
            checking.authorise_claim(
                claim,
                by=actor(),
                at=clock.now(),
                version=_version(form.version.data),
                advances_seen=form.advances.data or None,
                two_persons=form.why_two,
            )
        except RuleBroken as refused:
            form.refuse(refused)
            claim = queries.get_claim(claim.id)
        else:
            return back_home(claim, _("The claim is authorised. It can be paid now."))
    return ask(
        "authorise",
        claim,
        form,
        sums=queries.sums(claim),
        documents=list_documents_of("claim", claim.id),
        names=queries.map_names([claim.verified_by_id]),
        warnings=suppliers.map_other_suppliers(claim),
        alike=_alike(claim),
        shared=duplicates.map_same_file(claim),
        account=queries.find_account(claim),
        paid_ahead=_settled_first(claim),
        cancelled=total_to_cancel(advances, claim.currency),
        ending=find_ending(claim.agreement_id),
        vat_contradiction=find_vat_contradiction(claim),
        one_name=say_one_name(claim),
    )


def _alike(claim: Claim) -> dict[int, list[Claim | None]]:
    """Cost -> claims with what may be the same invoice; None in the place of one that this person may not read."""
    return {
        line_id: [one if policy.may_read(actor(), one) is None else None for one in claims]
        for line_id, claims in duplicates.map_alike(claim).items()
    }


def _settled_first(claim: Claim) -> Money:
    """What of the grant was paid ahead, and is not paid once more; nothing while nobody has verified it."""
    granted = claim.grant or Money(0, claim.currency)
    return min(total_unsettled(claim.agreement_id, claim.currency), granted)


@blueprint.route("/<int:claim_id>/send-back", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.send_back)
def send_back(claim: Claim) -> Any:
    """Ask the beneficiary a question."""
    if moved_on := moved_on_from(claim, CLAIM.send_back):
        return moved_on
    form = forms.SendBackClaimForm()
    if form.validate_on_submit():
        checking.send_back_claim(claim, form.question.data, by=actor(), at=clock.now())
        return back_home(claim, _("The question is sent. The clock stands still until the answer."))
    return ask("send_back", claim, form)


@blueprint.route("/<int:claim_id>/reopen", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.reopen)
def reopen(claim: Claim) -> Any:
    """Ask for another verification."""
    if moved_on := moved_on_from(claim, CLAIM.reopen):
        return moved_on
    form = forms.ReopenClaimForm()
    if form.validate_on_submit():
        checking.reopen_claim(claim, form.reason.data, by=actor(), at=clock.now())
        return back_home(claim, _("The claim is to be verified once more."))
    return ask("reopen", claim, form)


@blueprint.route("/<int:claim_id>/reject", methods=["GET", "POST"])
@guarded(queries.get_claim, CLAIM.reject)
def reject(claim: Claim) -> Any:
    """Pay nothing, with a reason."""
    if moved_on := moved_on_from(claim, CLAIM.reject):
        return moved_on
    form = forms.RejectClaimForm()
    if form.validate_on_submit():
        checking.reject_claim(claim, form.reason.data, by=actor(), at=clock.now())
        return back_home(claim, _("The claim is rejected. The company reads why."))
    return ask("reject", claim, form)
