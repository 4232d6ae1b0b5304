"""The pages of an organisation's bank accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.asking import take
from vouchers.core.errors import RuleBroken
from vouchers.core.forms import is_sound
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.organisations import actions, forms, policy, queries
from vouchers.organisations.lifecycle import BANK_ACCOUNT
from vouchers.organisations.models import BankAccount, Organisation
from vouchers.organisations.rules.holder import say_other_holder
from vouchers.organisations.rules.iban import ensure_bic_fits, ensure_iban
from vouchers.organisations.views.blueprint import ask, blueprint
from vouchers.users import policy as users_policy
from vouchers.users.mandate import mandate_of


@blueprint.route("/<int:organisation_id>/bank-account", methods=["GET", "POST"])
@guarded(queries.get_organisation, policy.is_writer)
def propose_bank_account(organisation: Organisation) -> Any:
    """Enter a bank account."""
    form = forms.ProposeBankAccountForm()
    iban, bic = form.iban.data or "", form.bic.data or ""
    if is_sound(form, lambda: ensure_iban(iban), lambda: ensure_bic_fits(iban, bic)):
        try:
            account = {"holder": form.holder.data, "iban": iban, "bic": bic}
            actions.propose_bank_account(organisation, **account, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("The account is entered. The office checks it before anything is paid to it.")), "success")
            return redirect(url_for(".show", organisation_id=organisation.id), 303)
    told = {"organisation": organisation, "in_use": queries.find_confirmed_account(organisation.id)}
    return ask("organisations/propose_bank_account.html", form, **told)


@blueprint.get("/bank-accounts")
@asks(users_policy.is_staff)
def bank_accounts() -> Any:
    """Accounts that wait for a second person."""
    query = ListQuery.read(request.args, sorts=["proposed", "organisation", "region"])
    return render_template(
        "organisations/bank_accounts.html",
        page=queries.list_proposed_accounts(query, mandate_of(actor())),
        is_officer=users_policy.is_officer,
    )


@blueprint.route("/bank-accounts/<int:account_id>", methods=["GET", "POST"])
@guarded(queries.get_account_of_organisation, BANK_ACCOUNT.confirm)
def confirm_bank_account(account: BankAccount) -> Any:
    """Confirm an account as the second person."""
    form = forms.ConfirmBankAccountForm()
    form.warn(actor(), policy.others_of_account(account))

    def act() -> None:
        actions.confirm_bank_account(account, by=actor(), at=clock.now(), two_persons=form.why_two)

    if take(form, act, _("The account is confirmed. Payments go there from now on.")):
        return redirect(url_for(".show", organisation_id=account.organisation_id), 303)
    return ask(
        "organisations/confirm_bank_account.html",
        form,
        account=account,
        organisation=account.organisation,
        **facts_of_account(account),
    )


def facts_of_account(account: BankAccount) -> dict[str, Any]:
    """What a second person must see beside an account: what it replaces, what the bank said of that, whether it is in
    another name, and who else has the same IBAN."""
    present = queries.find_present_account(account)
    return {
        "present": present,
        "sent_back": queries.list_sent_back_from(present) if present else [],
        "other_holder": say_other_holder(account.holder, account.owner_name),
        "same_iban": names_of_owners(queries.list_same_iban(account)),
    }


def names_of_owners(accounts: Iterable[BankAccount]) -> list[str | None]:
    """Whose these accounts are; None: somebody whom the reader may not see."""
    return [one.owner_name if policy.may_read_account(actor(), one) is None else None for one in accounts]


@blueprint.route("/bank-accounts/<int:account_id>/reject", methods=["GET", "POST"])
@guarded(queries.get_account_of_organisation, BANK_ACCOUNT.reject)
def reject_bank_account(account: BankAccount) -> Any:
    """Refuse an account, with a reason."""
    form = forms.RejectBankAccountForm()
    if form.validate_on_submit():
        actions.reject_bank_account(account, form.reason.data, by=actor(), at=clock.now())
        flash(str(_("The account is rejected, and the organisation reads why.")), "success")
        return redirect(url_for(".bank_accounts"), 303)
    return ask("organisations/reject_bank_account.html", form, account=account, organisation=account.organisation)
