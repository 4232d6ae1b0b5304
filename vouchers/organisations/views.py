"""The pages of organisations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.asking import take
from vouchers.core.errors import RuleBroken
from vouchers.core.forms import is_sound
from vouchers.core.localised import named_choices
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded, is_local
from vouchers.organisations import actions, forms, policy, queries
from vouchers.organisations.lifecycle import BANK_ACCOUNT, MEMBERSHIP, ORGANISATION
from vouchers.organisations.models import BankAccount, Membership, Organisation
from vouchers.organisations.rules.address import ensure_post_code, ensure_seat, read_website
from vouchers.organisations.rules.holder import say_other_holder
from vouchers.organisations.rules.iban import ensure_bic_fits, ensure_iban
from vouchers.organisations.states import MemberRole
from vouchers.regions.models import Region
from vouchers.regions.queries import list_regions
from vouchers.users import policy as users_policy
from vouchers.users.mandate import mandate_of

blueprint = Blueprint("organisations", __name__, url_prefix="/organisations")


def _ask(template: str, form: Any, **context: Any) -> Any:
    """A form page: 422 once it was posted and refused."""
    return render_template(template, form=form, **context), 422 if request.method == "POST" else 200


@blueprint.get("/")
@asks(policy.is_signed_in)
def mine() -> Any:
    """The organisations that one acts for, and invitations."""
    person = actor()
    return render_template(
        "organisations/mine.html",
        organisations=queries.list_of_member(person.id),
        invitations=queries.list_invitations_to(person.email),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@asks(policy.may_take_part)
def found() -> Any:
    """Add an organisation."""
    form = forms.OrganisationForm()
    regions = list_regions()
    form.region.choices = named_choices((region.code, region.name) for region in regions)
    region = next((one for one in regions if one.code == form.region.data), None)
    if is_sound(form, *_rules(form, region)):
        try:
            assert region is not None  # one of the choices
            organisation = actions.found_organisation(form.details, region, by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("%(name)s is registered, and you are its owner.", name=organisation.name)), "success")
            came_for = request.args.get("next", "")
            return redirect(came_for if is_local(came_for) else url_for(".show", organisation_id=organisation.id), 303)
    return _ask("organisations/found.html", form)


def _rules(
    form: forms.OrganisationForm, region: Region | None, organisation: Organisation | None = None
) -> list[Callable[[], Any]]:
    """What the details must obey, one by one, so that all faults are said at once."""
    rules: list[Callable[[], Any]] = [
        lambda: actions.read_vat_number(form.details, organisation),
        lambda: ensure_post_code(form.details.post_code, form.details.country),
        lambda: read_website(form.details.website),
    ]
    if region is not None:
        rules.append(lambda: ensure_seat(form.details.country, region.name, region.country))
    return rules


@blueprint.get("/<int:organisation_id>")
@guarded(queries.get_organisation, policy.may_read)
def show(organisation: Organisation) -> Any:
    """One organisation: details, members, bank accounts."""
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        accounts=queries.list_bank_accounts(organisation.id),
        members={user.id: user for user in queries.list_members(organisation.id)},
        ORGANISATION=ORGANISATION,
        MEMBERSHIP=MEMBERSHIP,
        BANK_ACCOUNT=BANK_ACCOUNT,
        policy=policy,
    )


@blueprint.route("/<int:organisation_id>/edit", methods=["GET", "POST"])
@guarded(queries.get_organisation, ORGANISATION.edit)
def edit(organisation: Organisation) -> Any:
    """Change the details."""
    form = forms.OrganisationForm(obj=organisation)
    del form.region
    if is_sound(form, *_rules(form, organisation.region, organisation)):
        try:
            actions.edit_organisation(organisation, form.details, by=actor(), at=clock.now(), version=_seen(form))
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            waits = organisation.asked_name is not None and organisation.asked_name == form.details.name
            saved = _("The details are saved.")
            flash(str(_("The details are saved. The office checks the new name next.") if waits else saved), "success")
            return redirect(url_for(".show", organisation_id=organisation.id), 303)
    is_live = queries.has_live_money(organisation.id)
    return _ask("organisations/edit.html", form, organisation=organisation, is_live=is_live)


def _seen(form: Any) -> int | None:
    """Which version the person was looking at."""
    text = str(form.version.data or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


@blueprint.get("/names")
@asks(users_policy.is_staff)
def names() -> Any:
    """New names that wait for a second person."""
    query = ListQuery.read(request.args, sorts=["asked", "organisation", "region"])
    return render_template(
        "organisations/names.html",
        page=queries.list_asked_names(query, mandate_of(actor())),
        is_officer=users_policy.is_officer,
    )


@blueprint.post("/<int:organisation_id>/name/withdraw")
@guarded(queries.get_organisation, ORGANISATION.withdraw_name)
def withdraw_name(organisation: Organisation) -> Any:
    """Keep the present name."""
    actions.withdraw_name(organisation, by=actor(), at=clock.now())
    flash(str(_("The present name stays.")), "success")
    return redirect(url_for(".show", organisation_id=organisation.id), 303)


@blueprint.route("/<int:organisation_id>/name", methods=["GET", "POST"])
@guarded(queries.get_organisation, ORGANISATION.confirm_name)
def confirm_name(organisation: Organisation) -> Any:
    """Confirm a new name as the second person."""
    actions.ensure_name_asked(organisation)
    form = forms.ConfirmNameForm(data={"version": organisation.version})
    form.warn(actor(), policy.others_of_name(organisation))

    def act() -> None:
        seen = _seen(form) or -1
        actions.confirm_name(organisation, by=actor(), at=clock.now(), version=seen, two_persons=form.why_two)

    if take(form, act, _("The name is confirmed. Papers and payments bear it from now on.")):
        return redirect(url_for(".show", organisation_id=organisation.id), 303)
    account = queries.find_confirmed_account(organisation.id)
    return _ask("organisations/confirm_name.html", form, organisation=organisation, account=account)


@blueprint.route("/<int:organisation_id>/name/refuse", methods=["GET", "POST"])
@guarded(queries.get_organisation, ORGANISATION.refuse_name)
def refuse_name(organisation: Organisation) -> Any:
    """Refuse a new name, with a reason."""
    actions.ensure_name_asked(organisation)
    form = forms.RefuseNameForm(data={"version": organisation.version})

    def act() -> None:
        actions.refuse_name(organisation, form.reason.data, by=actor(), at=clock.now(), version=_seen(form) or -1)

    if take(form, act, _("The name is refused, and the organisation reads why.")):
        return redirect(url_for(".names"), 303)
    return _ask("organisations/refuse_name.html", form, organisation=organisation)


@blueprint.route("/<int:organisation_id>/members/invite", methods=["GET", "POST"])
@guarded(queries.get_organisation, policy.is_owner)
def invite_member(organisation: Organisation) -> Any:
    """Invite a colleague."""
    form = forms.InviteMemberForm()
    if form.validate_on_submit():
        try:
            actions.invite_member(organisation, form.email.data, MemberRole(form.role.data), by=actor(), at=clock.now())
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("We have written to %(email)s.", email=form.email.data)), "success")
            return redirect(url_for(".show", organisation_id=organisation.id), 303)
    return _ask("organisations/invite_member.html", form, organisation=organisation)


@blueprint.post("/members/<int:membership_id>/accept")
@guarded(queries.get_membership, MEMBERSHIP.accept)
def accept_membership(membership: Membership) -> Any:
    """Join an organisation."""
    actions.accept_membership(membership, by=actor(), at=clock.now())
    flash(str(_("You now act for %(name)s.", name=membership.organisation.name)), "success")
    return redirect(url_for(".show", organisation_id=membership.organisation_id), 303)


@blueprint.post("/members/<int:membership_id>/role")
@guarded(queries.get_membership, MEMBERSHIP.change_role)
def change_member_role(membership: Membership) -> Any:
    """Give a member another role."""
    try:
        role = MemberRole(request.form.get("role", ""))
        actions.change_member_role(membership, role, by=actor(), at=clock.now())
    except ValueError:
        flash(str(_("Choose one of the roles.")), "error")
    except RuleBroken as refused:
        flash(str(refused), "error")
    return redirect(url_for(".show", organisation_id=membership.organisation_id), 303)


@blueprint.post("/members/<int:membership_id>/name-signatory")
@guarded(queries.get_membership, MEMBERSHIP.name_signatory)
def name_signatory(membership: Membership) -> Any:
    """Mark a member as one who may sign."""
    actions.name_signatory(membership, by=actor(), at=clock.now())
    flash(str(_("%(email)s may sign for the organisation now.", email=membership.email)), "success")
    return redirect(url_for(".show", organisation_id=membership.organisation_id), 303)


@blueprint.post("/members/<int:membership_id>/end-signatory")
@guarded(queries.get_membership, MEMBERSHIP.end_signatory)
def end_signatory(membership: Membership) -> Any:
    """Take the mark away."""
    actions.end_signatory(membership, by=actor(), at=clock.now())
    flash(str(_("%(email)s does not sign for the organisation any more.", email=membership.email)), "success")
    return redirect(url_for(".show", organisation_id=membership.organisation_id), 303)


@blueprint.route("/members/<int:membership_id>/end", methods=["GET", "POST"])
@guarded(queries.get_membership, MEMBERSHIP.end)
def end_membership(membership: Membership) -> Any:
    """Ask first, then take a member away."""
    if request.method == "GET":
        return render_template(
            "layout/remove.html",
            caption=membership.organisation.name,
            name=membership.email,
            lost=_("This person then sees and writes nothing of the organisation any more. You can invite them again."),
            back=url_for(".show", organisation_id=membership.organisation_id),
        )
    try:
        actions.end_membership(membership, by=actor(), at=clock.now())
        flash(str(_("%(email)s no longer acts for the organisation.", email=membership.email)), "success")
    except RuleBroken as refused:
        flash(str(refused), "error")
    return redirect(url_for(".show", organisation_id=membership.organisation_id), 303)


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
    return _ask("organisations/propose_bank_account.html", form, **told)


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
    return _ask(
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
    return _ask("organisations/reject_bank_account.html", form, account=account, organisation=account.organisation)
