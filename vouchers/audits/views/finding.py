"""Findings: the list, one with all that was said of it, and its steps."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.audits import forms, policy
from vouchers.audits.actions import findings as actions
from vouchers.audits.lifecycle import FINDING
from vouchers.audits.models import AuditFinding, Mandate
from vouchers.audits.queries import findings, mandates, populations
from vouchers.audits.states import FindingState, Severity
from vouchers.audits.views.blueprint import blueprint
from vouchers.core import clock
from vouchers.core.asking import ask, take
from vouchers.core.errors import NotFound, NotPermitted, RuleBroken
from vouchers.core.localised import named_choices
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.regions.queries import list_choices
from vouchers.reports.queries.voucher import get_voucher
from vouchers.users.mandate import mandate_of


@blueprint.get("/findings")
@asks(policy.is_reader)
def listing() -> Any:
    """The findings that lie in the reader's roles."""
    regions = list_choices()
    query = ListQuery.read(
        request.args,
        sorts=["number", "issued", "reply_by", "amount", "region"],
        default="-issued",
        filters={"state": list(FindingState), "severity": list(Severity), "region": [code for code, _name in regions]},
    )
    return render_template(
        "audits/findings.html",
        page=findings.list_findings(query, mandate_of(actor())),
        states=list(FindingState),
        severities=list(Severity),
        regions=regions,
        waiting=findings.WAITING,
        today=clock.office_day(clock.now()),
    )


@blueprint.route("/mandates/<int:mandate_id>/findings/issue", methods=["GET", "POST"])
@guarded(mandates.get_mandate, policy.is_auditor)
def issue(mandate: Mandate) -> Any:
    """Issue a finding under a mandate."""
    about, now = request.args.get("voucher", "")[:60], clock.now()
    known = {region.code: region for region in mandates.list_regions(mandate)}
    form = forms.IssueFindingForm.fresh(
        about, _region_of(about), populations.currency_of(mandate), clock.office_day(now)
    )
    form.region.choices = named_choices((code, region.name) for code, region in known.items())
    if form.validate_on_submit():
        try:
            voucher = get_voucher(form.voucher.data) if form.voucher.data else None
            point = actions.Point(
                known[form.region.data],
                voucher,
                form.title.data,
                form.severity.data,
                form.amount.data,
                form.text.data,
            )
            made = actions.issue_finding(mandate, point, form.reply_by.data, by=actor(), at=now)
        except NotFound as refused:
            form.refuse(RuleBroken(refused.sentence, field="voucher"))
        except (RuleBroken, NotPermitted) as refused:
            form.refuse(refused)
        else:
            flash(str(_("The finding is issued. The region has been written to.")), "success")
            return redirect(url_for(".finding", finding_id=made.id), 303)
    return ask("audits/issue.html", form, mandate=mandate)


def _region_of(reference: str) -> str:
    """The region of a voucher, to begin the form with."""
    try:
        return str(get_voucher(reference).region.code) if reference else ""
    except NotFound:
        return ""


@blueprint.get("/findings/<int:finding_id>")
@guarded(findings.get_finding, policy.may_oversee)
def finding(finding: AuditFinding) -> Any:
    """One finding, and what was said of it."""
    return render_template(
        "audits/finding.html",
        finding=finding,
        verbs=FINDING.open_to(actor(), finding),
        rows=FINDING.transitions,
        is_late=finding.state in findings.WAITING and finding.reply_by < clock.office_day(clock.now()),
    )


@blueprint.route("/findings/<int:finding_id>/reply", methods=["GET", "POST"])
@guarded(findings.get_finding, FINDING.reply)
def reply(finding: AuditFinding) -> Any:
    """The region answers."""
    form = forms.AnswerForm()

    def act() -> None:
        actions.reply_finding(finding, form.text.data, by=actor(), at=clock.now())

    return _step(finding, form, "reply", act, _("Your answer is sent to the auditor."))


@blueprint.route("/findings/<int:finding_id>/follow-up", methods=["GET", "POST"])
@guarded(findings.get_finding, FINDING.follow_up)
def follow_up(finding: AuditFinding) -> Any:
    """The auditor wants more."""
    form = forms.FollowUpForm.fresh(clock.office_day(clock.now()))

    def act() -> None:
        actions.follow_up_finding(finding, form.text.data, form.reply_by.data, by=actor(), at=clock.now())

    return _step(finding, form, "follow_up", act, _("The region is asked to answer again."))


@blueprint.route("/findings/<int:finding_id>/close", methods=["GET", "POST"])
@guarded(findings.get_finding, FINDING.close)
def close(finding: AuditFinding) -> Any:
    """The finding is settled."""
    form = forms.CloseForm()

    def act() -> None:
        actions.close_finding(finding, form.text.data, by=actor(), at=clock.now())

    return _step(finding, form, "close", act, _("The finding is closed."))


def _step(finding: AuditFinding, form: Any, verb: str, act: Any, done: Any) -> Any:
    if take(form, act, done):
        return redirect(url_for(".finding", finding_id=finding.id), 303)
    return ask("audits/finding_step.html", form, finding=finding, row=FINDING.transitions[verb])
