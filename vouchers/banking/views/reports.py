"""Status reports of the bank."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from vouchers.banking import forms, policy
from vouchers.banking.actions.reports import settle_report
from vouchers.banking.lifecycle import BANK_REPORT
from vouchers.banking.models import BankReport
from vouchers.banking.queries import reports as queries
from vouchers.banking.queries.statements import list_region_choices, names_of
from vouchers.banking.states import Doubt, ReportState
from vouchers.banking.views.blueprint import blueprint
from vouchers.core import clock
from vouchers.core.asking import ask, take
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.documents.queries import find_document
from vouchers.documents.web import answer_with
from vouchers.users.mandate import mandate_of


@blueprint.get("/reports")
@asks(policy.is_reader)
def reports() -> Any:
    """What the bank said of files on their way."""
    mandate = mandate_of(actor())
    regions = list_region_choices(mandate)
    query = ListQuery.read(
        request.args,
        sorts=["taken_in", "batch"],
        default="-taken_in",
        filters={"region": [code for code, _name in regions], "state": list(ReportState)},
    )
    page = queries.list_reports(query, mandate)
    return render_template("banking/reports.html", page=page, regions=regions, states=list(ReportState))


@blueprint.get("/reports/<int:report_id>")
@guarded(queries.get_report, policy.may_oversee)
def report(report: BankReport) -> Any:
    """One report: what the bank refused and why, and what is unclear about it."""
    names = names_of([report.taken_in_by_id])
    return render_template(
        "banking/report.html",
        report=report,
        stated=queries.map_stated(report),
        names=names,
        Doubt=Doubt,
        BANK_REPORT=BANK_REPORT,
    )


@blueprint.get("/reports/<int:report_id>/file")
@guarded(queries.get_report, policy.may_oversee)
def report_file(report: BankReport) -> Any:
    """The bank's file as it came."""
    return answer_with(find_document(report.document_id) if report.document_id else None)


@blueprint.route("/reports/<int:report_id>/settle", methods=["GET", "POST"])
@guarded(queries.get_report, BANK_REPORT.settle)
def settle(report: BankReport) -> Any:
    """Say what came of its questions."""
    form, report_id = forms.SettleReportForm(), report.id
    if take(
        form, lambda: settle_report(report, form.note.data, by=actor(), at=clock.now()), _("Thank you, it is noted.")
    ):
        return redirect(url_for(".report", report_id=report_id), 303)
    return ask("banking/settle.html", form, report=report, stated=queries.map_stated(report))
