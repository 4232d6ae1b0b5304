"""One after another: what is owed, the statements and their steps, and the expert's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.asking import ask, take
from vouchers.core.errors import RuleBroken
from vouchers.core.tables import ListQuery
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.evaluation.states import AssignmentState
from vouchers.fees import forms, letters, policy, queries
from vouchers.fees.actions import statements as actions
from vouchers.fees.lifecycle import FEE_STATEMENT
from vouchers.fees.models import FeeStatement
from vouchers.fees.queries import Owed
from vouchers.fees.rules import days_of
from vouchers.fees.states import FeeState
from vouchers.fees.views.blueprint import blueprint
from vouchers.fees.views.hints import say_hints
from vouchers.programmes.rules.selection_plan import FeeUnit
from vouchers.users.mandate import mandate_of


@blueprint.get("/mine")
@asks(policy.is_expert)
def mine() -> Any:
    """An expert's own statements."""
    query = ListQuery.read(request.args, sorts=["drawn_up"], default="-drawn_up")
    return render_template("fees/mine.html", page=queries.list_of_expert(query, user_id=actor().id))


@blueprint.get("/")
@asks(policy.is_reader)
def statements() -> Any:
    """The statements of a region."""
    query = ListQuery.read(
        request.args, sorts=["drawn_up", "expert", "amount"], default="-drawn_up", filters={"state": list(FeeState)}
    )
    page = queries.list_statements(query, mandate_of(actor()))
    to_approve = {one.id for one in page.items if FEE_STATEMENT.is_open_to(actor(), one, "approve")}
    return render_template("fees/statements.html", page=page, states=list(FeeState), to_approve=to_approve)


@blueprint.get("/owed")
@asks(policy.is_reader)
def owed() -> Any:
    """Who is owed for how many sheets that stand on no statement."""
    query = ListQuery.read(request.args, sorts=["expert", "sheets", "last"])
    page = queries.list_owed(query, mandate_of(actor()))
    may_pick = any(policy.is_manager(actor(), one) is None for one in page.items)
    return render_template("fees/owed.html", page=page, is_manager=policy.is_manager, may_pick=may_pick)


@blueprint.route("/owed/<int:call_id>/<region_code>/<int:expert_id>", methods=["GET", "POST"])
@guarded(queries.get_owed, policy.may_oversee, to_post=FEE_STATEMENT.draw_up)
def draw_up(owed: Owed) -> Any:
    """Put an expert's sheets on a statement."""
    form = forms.DrawUpStatementForm.for_owed(owed)
    if form.validate_on_submit():
        most_days = form.most_days.data if "most_days" in form else None
        try:
            made = actions.draw_up_statement(
                owed, up_to=form.up_to.data, most_days=most_days, by=actor(), at=clock.now()
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("The statement is drawn up, and the expert is asked to agree.")), "success")
            return redirect(url_for(".show", statement_id=made.id), 303)
    may_draw_up = owed.fee is not None and owed.sheets and policy.is_manager(actor(), owed) is None
    return ask(
        "fees/draw_up.html", form, owed=owed, sheets=queries.list_unpaid(owed), may_draw_up=may_draw_up, FeeUnit=FeeUnit
    )


@blueprint.get("/statements/<int:statement_id>")
@guarded(queries.get_statement, policy.may_read)
def show(statement: FeeStatement) -> Any:
    """One statement: its sheets, the amount, who agreed and approved, and what comes next."""
    return _page("show", statement)


def _page(name: str, statement: FeeStatement, form: Any = None) -> Any:
    page = {
        "statement": statement,
        "days_of": days_of,
        "FeeUnit": FeeUnit,
        "ended": [line for line in statement.sheets if line.assignment.state != AssignmentState.SUBMITTED],
        "is_expert": policy.is_that_expert(actor(), statement) is None,
        "FEE_STATEMENT": FEE_STATEMENT,
    }
    if name == "approve":
        page["hints"] = say_hints([statement]).get(statement.id)
    return render_template("fees/show.html", **page) if form is None else ask("fees/step.html", form, verb=name, **page)


@blueprint.get("/statements/<int:statement_id>.pdf")
@guarded(queries.get_statement, policy.may_read)
def pdf(statement: FeeStatement) -> Response:
    """The same on paper."""
    answer = Response(
        letters.statement_pdf(statement, at=clock.now(), zone=actor().time_zone), mimetype="application/pdf"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{statement.number}.pdf"'
    return answer


@blueprint.route("/statements/<int:statement_id>/agree", methods=["GET", "POST"])
@guarded(queries.get_statement, FEE_STATEMENT.agree)
def agree(statement: FeeStatement) -> Any:
    """The expert agrees."""
    form = forms.AgreeStatementForm.for_statement(statement)
    if form.validate_on_submit():
        account = actions.Account(form.holder.data, form.iban.data, form.bic.data, form.invoice_number.data)
        days = form.days.data if "days" in form else None

        def act() -> None:
            actions.agree_statement(statement, account, form.name.data, days, by=actor(), at=clock.now())

        if take(form, act, _("Thank you. A second person at the office checks it next; then it is paid.")):
            return redirect(url_for(".show", statement_id=statement.id), 303)
    return _page("agree", statement, form)


@blueprint.route("/statements/<int:statement_id>/dispute", methods=["GET", "POST"])
@guarded(queries.get_statement, FEE_STATEMENT.dispute)
def dispute(statement: FeeStatement) -> Any:
    """The expert says what is wrong."""
    return _with_reason(statement, "dispute", actions.dispute_statement, _("The office knows now, and looks at it."))


@blueprint.route("/statements/<int:statement_id>/correct", methods=["GET", "POST"])
@guarded(queries.get_statement, FEE_STATEMENT.correct)
def correct(statement: FeeStatement) -> Any:
    """Draw it up anew."""
    form = forms.CorrectStatementForm.for_statement(statement)
    if form.validate_on_submit():
        most_days = form.most_days.data if "most_days" in form else None

        def act() -> None:
            actions.correct_statement(statement, form.reason.data, most_days=most_days, by=actor(), at=clock.now())

        if take(form, act, _("The statement is drawn up anew, and the expert is asked to agree.")):
            return redirect(url_for(".show", statement_id=statement.id), 303)
    return _page("correct", statement, form)


@blueprint.route("/statements/<int:statement_id>/send-back", methods=["GET", "POST"])
@guarded(queries.get_statement, FEE_STATEMENT.send_back)
def send_back(statement: FeeStatement) -> Any:
    """The second person sends it back."""
    return _with_reason(statement, "send_back", actions.send_back_statement, _("The expert is asked to agree again."))


@blueprint.route("/statements/<int:statement_id>/approve", methods=["GET", "POST"])
@guarded(queries.get_statement, FEE_STATEMENT.approve)
def approve(statement: FeeStatement) -> Any:
    """The second person approves."""
    form = forms.ApproveStatementForm()
    form.warn(actor(), policy.others_of(statement))
    if take(
        form,
        lambda: actions.approve_statement(statement, by=actor(), at=clock.now(), two_persons=form.why_two),
        _("The statement is approved: it is to be paid."),
    ):
        return redirect(url_for(".show", statement_id=statement.id), 303)
    return _page("approve", statement, form)


@blueprint.route("/statements/<int:statement_id>/cancel", methods=["GET", "POST"])
@guarded(queries.get_statement, FEE_STATEMENT.cancel)
def cancel(statement: FeeStatement) -> Any:
    """Nothing is paid by it."""
    sentence = _("The statement is cancelled. Its sheets wait for another one.")
    return _with_reason(statement, "cancel", actions.cancel_statement, sentence)


def _with_reason(statement: FeeStatement, name: str, action: Callable[..., None], sentence: Sentence) -> Any:
    form = forms.ReasonForm()
    if take(form, lambda: action(statement, form.reason.data, by=actor(), at=clock.now()), sentence):
        return redirect(url_for(".show", statement_id=statement.id), 303)
    return _page(name, statement, form)
