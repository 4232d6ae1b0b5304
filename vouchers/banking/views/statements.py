"""The bank's files: taking one in, the statements of the accounts, one statement."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for

from vouchers.banking import forms, policy
from vouchers.banking.actions.importing import import_bank_file
from vouchers.banking.actions.statements import TakenIn
from vouchers.banking.models import BankReport, Statement
from vouchers.banking.queries import statements as queries
from vouchers.banking.rules.continuity import joins
from vouchers.banking.states import EntryState, StatementState
from vouchers.banking.views.blueprint import blueprint
from vouchers.core import clock
from vouchers.core.asking import ask
from vouchers.core.clock import day_in
from vouchers.core.errors import RuleBroken
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.text import say_count as _n
from vouchers.core.web import actor, asks, guarded
from vouchers.documents.queries import find_document
from vouchers.documents.web import answer_with, sent_name
from vouchers.users.mandate import mandate_of


@blueprint.get("/")
@asks(policy.is_reader)
def statements() -> Any:
    """The statements of the accounts."""
    mandate = mandate_of(actor())
    regions = queries.list_region_choices(mandate)
    query = ListQuery.read(
        request.args,
        sorts=["last", "region", "taken_in"],
        default="-last",
        filters={"region": [code for code, _name in regions]},
    )
    return render_template(
        "banking/statements.html",
        page=queries.list_statements(query, mandate),
        regions=regions,
        open_entries=queries.count_open(mandate),
        sees_all=lambda statement: policy.may_read_all(actor(), statement) is None,
        may_import=policy.imports(actor()) is None,
        joins=joins,
    )


@blueprint.route("/import", methods=["GET", "POST"])
@asks(policy.imports)
def import_file() -> Any:
    """Take in a file of the bank."""
    form = forms.ImportFileForm()
    if form.validate_on_submit():
        upload = form.file.data
        try:
            done = import_bank_file(upload.stream, sent_name(upload), by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            return redirect(_told_statements(done) if isinstance(done, TakenIn) else _told_report(*done), 303)
    return ask("banking/import_file.html", form)


def _told_statements(done: TakenIn) -> str:
    for statement in done.known:
        sentence = _(
            "Statement %(number)s was taken in before, on %(day)s. Nothing was changed.",
            number=statement.number,
            day=day_in(actor().time_zone, statement.taken_in_at),
        )
        flash(str(sentence), "info")
    if done.new:
        flash(str(_n("The statement is taken in.", "%(count)s statements are taken in.", len(done.new))), "success")
    both = [*done.new, *done.known]
    return url_for(".show", statement_id=both[0].id) if len(both) == 1 else url_for(".statements")


def _told_report(report: BankReport, is_new: bool) -> str:
    if is_new:
        flash(str(_("The report is taken in.")), "success")
    else:
        flash(str(_("This report was taken in before. Nothing was changed.")), "info")
    return url_for(".report", report_id=report.id)


@blueprint.get("/statements/<int:statement_id>")
@guarded(queries.get_statement, policy.may_oversee)
def show(statement: Statement) -> Any:
    """One statement: its balances, its entries, what does not hold; while it is booked, how far that is."""
    query = ListQuery.read(
        request.args, sorts=["position", "amount", "state"], filters={"state": list(EntryState)}, per_page=100
    )
    sees_all = policy.may_read_all(actor(), statement) is None
    mandate = None if sees_all else mandate_of(actor())
    page = make_response(
        render_template(
            "banking/show.html",
            statement=statement,
            page=queries.list_entries(query, statement, mandate),
            sees_all=sees_all,
            counts=queries.count_entries(statement.id, mandate),
            findings=queries.list_findings_of(statement),
            states=list(EntryState),
            names=queries.names_of([statement.taken_in_by_id]),
            EntryState=EntryState,
        )
    )
    if statement.state == StatementState.TAKEN_IN:
        page.headers["Refresh"] = "5"
    return page


@blueprint.get("/statements/<int:statement_id>/file")
@guarded(queries.get_statement, policy.may_read_all)
def statement_file(statement: Statement) -> Any:
    """The bank's file as it came."""
    return answer_with(find_document(statement.document_id) if statement.document_id else None)
