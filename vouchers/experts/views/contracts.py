"""Contracts with experts: the page, the file, and both signatures."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from vouchers.core import clock
from vouchers.core.clock import add_months
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.core.web import actor, guarded
from vouchers.documents.queries import list_documents_of
from vouchers.documents.web import answer_with
from vouchers.experts import forms, policy, queries
from vouchers.experts.actions import contracts as actions
from vouchers.experts.letters import signature_lines
from vouchers.experts.lifecycle import EXPERT_CONTRACT
from vouchers.experts.models import Expert, ExpertContract
from vouchers.experts.rules.contract import read_sections, write_terms
from vouchers.experts.views.blueprint import ask, blueprint


@blueprint.route("/<int:expert_id>/contracts/new", methods=["GET", "POST"])
@guarded(queries.get_expert, policy.may_keep_register)
def issue_contract(expert: Expert) -> Any:
    """Read what a contract would say, and offer it."""
    today = clock.office_day(clock.now())
    usual = expert.admitted_until or add_months(today, 12)
    form = forms.IssueContractForm(data={"until": usual})
    if form.validate_on_submit():
        try:
            contract = actions.issue_expert_contract(expert, form.until.data, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("The contract is offered. The expert was asked by email to accept it.")), "success")
            return _to(contract)
    terms = write_terms(actions.contract_facts(expert, "…", form.until.data or usual, on=today))
    return ask("experts/issue_contract.html", form, expert=expert, sections=read_sections(terms))


def _to(contract: ExpertContract) -> Any:
    return redirect(url_for(".contract", contract_id=contract.id), 303)


@blueprint.get("/contracts/<int:contract_id>")
@guarded(queries.get_contract, policy.may_read_part)
def contract(contract: ExpertContract) -> Any:
    """The contract, word for word, with both signatures."""
    return render_template(
        "experts/contract.html",
        contract=contract,
        sections=read_sections(contract.terms),
        signatures=signature_lines(contract),
        EXPERT_CONTRACT=EXPERT_CONTRACT,
    )


@blueprint.get("/contracts/<int:contract_id>/contract.pdf")
@guarded(queries.get_contract, policy.may_read_part)
def contract_pdf(contract: ExpertContract) -> Any:
    """The newest paper of a contract."""
    return answer_with(next(reversed(list_documents_of("expert_contract", contract.id)), None))


def _sign(contract: ExpertContract, act: Any, template: str, done: Any) -> Any:
    form = forms.SignContractForm(data={"sha256": contract.sha256})
    if form.validate_on_submit():
        try:
            act(contract, form.name.data, form.sha256.data, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(done), "success")
            return _to(contract)
    return ask(template, form, contract=contract, sections=read_sections(contract.terms))


@blueprint.route("/contracts/<int:contract_id>/accept", methods=["GET", "POST"])
@guarded(queries.get_contract, EXPERT_CONTRACT.accept)
def accept_contract(contract: ExpertContract) -> Any:
    """The expert accepts, by name."""
    done = _("You have accepted the contract. The office signs it next, and writes to you.")
    return _sign(contract, actions.accept_expert_contract, "experts/accept_contract.html", done)


@blueprint.route("/contracts/<int:contract_id>/countersign", methods=["GET", "POST"])
@guarded(queries.get_contract, EXPERT_CONTRACT.countersign)
def countersign_contract(contract: ExpertContract) -> Any:
    """Sign for the office, by name."""
    done = _("The contract is in force. The expert was sent the paper with both names.")
    return _sign(contract, actions.countersign_expert_contract, "experts/countersign_contract.html", done)


@blueprint.route("/contracts/<int:contract_id>/end", methods=["GET", "POST"])
@guarded(queries.get_contract, EXPERT_CONTRACT.end)
def end_contract(contract: ExpertContract) -> Any:
    """End a contract, or take an offer back."""
    form = forms.EndContractForm()
    if form.validate_on_submit():
        actions.end_expert_contract(contract, form.reason.data, by=actor(), at=clock.now())
        flash(str(_("The contract has ended, and the expert reads why.")), "success")
        return _to(contract)
    return ask("experts/end_contract.html", form, contract=contract)
