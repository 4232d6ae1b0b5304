"""The pages of payables: what is owed, by region; one debt and its story; its provider and the provider's account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from vouchers.audit.models import AuditEvent
from vouchers.audit.queries import list_events_of, map_actors
from vouchers.core import clock
from vouchers.core.asking import ask, press, take
from vouchers.core.clock import day_in
from vouchers.core.lifecycle import ALL_LIFECYCLES
from vouchers.core.tables import ListQuery
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded, reader_day
from vouchers.likenesses.queries import list_noted_of
from vouchers.organisations import policy as organisations
from vouchers.organisations.actions import confirm_bank_account, reject_bank_account
from vouchers.organisations.lifecycle import BANK_ACCOUNT
from vouchers.organisations.models import BankAccount
from vouchers.organisations.queries import get_bank_account, map_same_iban
from vouchers.organisations.rules.holder import say_same_iban
from vouchers.organisations.views.accounts import facts_of_account, names_of_owners
from vouchers.payables import forms, policy, queries
from vouchers.payables.actions import checking, holding
from vouchers.payables.lifecycle import PAYABLE, PAYEE_CHECK
from vouchers.payables.models import Payable, PayeeCheck
from vouchers.payables.queries import above
from vouchers.payables.rules.checks import doubt_of, handling_of, worse_than
from vouchers.payables.rules.readiness import Standing
from vouchers.payables.rules.reason_codes import say_reason
from vouchers.payables.states import UNSETTLED, CheckResult, PayableState, PayeeKind
from vouchers.programmes.rules.payment_plan import Handling
from vouchers.users.mandate import mandate_of
from vouchers.users.rules.persons import is_one_person

blueprint = Blueprint("payables", __name__, url_prefix="/payables")


@blueprint.get("/")
@asks(policy.is_reader)
def worklist() -> Any:
    """What is owed and was paid, in the regions of the reader."""
    mandate = mandate_of(actor())
    regions, budgets = queries.list_regions(mandate), queries.list_budgets(mandate)
    query = ListQuery.read(
        request.args,
        sorts=list(queries.SORTS),
        filters={
            "state": list(PayableState),
            "region": [code for code, _name in regions],
            "payee": list(PayeeKind),
            "budget": budgets,
        },
    )
    return render_template(
        "payables/worklist.html",
        page=queries.list_payables(query, mandate),
        regions=regions,
        budgets=budgets,
        states=PayableState,
        payees=PayeeKind,
        today=reader_day(),
    )


@blueprint.get("/<int:payable_id>")
@guarded(queries.get_payable, policy.may_oversee)
def show(payable: Payable) -> Any:
    """One debt: to whom, for what, from which funds, and all that happened to it."""
    standing = queries.with_accounts([payable])[0]
    checks = queries.list_checks(standing.account.id) if standing.account else []
    told = [("payable", payable.id), *above.list_payments_of(payable.id)]
    events = _told_once(list_events_of([*told, *(("payee_check", one.id) for one in checks)]))
    actors = map_actors(events)
    return render_template(
        "payables/show.html",
        payable=payable,
        standing=standing,
        hints=say_hints([standing]).get(payable.id, []) if payable.state in UNSETTLED else [],
        events=events,
        batches=above.list_batches_of(payable.id),
        at_bank=above.list_bank_lines(payable_id=payable.id),
        labels={row.tag: row.label for one in ALL_LIFECYCLES.values() for row in one.transitions.values()},
        actors=actors,
        names=queries.names_of([*actors.values(), *(one.accepted_by_id for one in checks)]),
        reason=say_reason(payable.return_code) if payable.return_code else None,
        may_check=standing.proposed is not None and BANK_ACCOUNT.is_open_to(actor(), standing.proposed, "confirm"),
        may_record=standing.account is not None and policy.is_officer(actor(), payable) is None,
        checks=checks,
        likenesses=_noted_of(standing, checks),
        may_accept=_awaits_second_look(standing),
        may_enter=policy.enters_account(actor(), payable) is None,
        PAYABLE=PAYABLE,
    )


def _noted_of(standing: Standing, checks: list[PayeeCheck]) -> list[Any]:
    """Whoever confirmed the account or looked at a check, and looked like another person of it."""
    account = [("bank_account", standing.account.id)] if standing.account else []
    subjects = [*account, *(("payee_check", one.id) for one in checks)]
    return list_noted_of(*subjects) if subjects else []


def _told_once(events: Sequence[AuditEvent]) -> list[AuditEvent]:
    """A debt and its payment are put into a batch in one step, which need not be told twice."""
    is_debt = {event.unit_id for event in events if event.tag == "payable.order"}
    return [event for event in events if event.tag != "payment.order" or event.unit_id not in is_debt]


def _awaits_second_look(standing: Standing) -> bool:
    """Whether the reader may accept what the bank said last."""
    check, plan = standing.check, standing.payable.programme.plan
    return (
        check is not None
        and handling_of(check, plan.payee_check) == Handling.SECOND_LOOK
        and PAYEE_CHECK.is_open_to(actor(), check, "accept")
    )


@blueprint.route("/<int:payable_id>/hold", methods=["GET", "POST"])
@guarded(queries.get_payable, PAYABLE.hold)
def hold(payable: Payable) -> Any:
    """Keep it out of every batch, with a reason."""
    form = forms.HoldPayableForm()

    def act() -> None:
        holding.hold_payable(payable, form.reason.data, by=actor(), at=clock.now())

    if take(form, act, _("It is held back, and no batch pays it until it is let go.")):
        return _back(payable)
    return ask("payables/step.html", form, payable=payable, verb="hold", row=PAYABLE.hold)


@blueprint.post("/<int:payable_id>/let-go")
@guarded(queries.get_payable, PAYABLE.let_go)
def let_go(payable: Payable) -> Any:
    """It may be paid again."""
    press(lambda: holding.let_payable_go(payable, by=actor(), at=clock.now()), _("It may be paid again."))
    return _back(payable)


@blueprint.route("/<int:payable_id>/provider", methods=["GET", "POST"])
@guarded(queries.get_payable, PAYABLE.name_payee)
def name_payee(payable: Payable) -> Any:
    """Say which provider of the register is paid."""
    form = forms.NamePayeeForm(data={"provider": payable.provider_id})
    form.provider.choices = [(str(one.id), one.name) for one in queries.list_providers(payable.programme.code)]

    def act() -> None:
        holding.name_payee(payable, int(form.provider.data), by=actor(), at=clock.now())

    if take(form, act, _("The provider is named.")):
        return _back(payable)
    return ask("payables/step.html", form, payable=payable, verb="name_payee", row=PAYABLE.name_payee)


@blueprint.route("/<int:payable_id>/account", methods=["GET", "POST"])
@guarded(queries.get_payable, policy.enters_account)
def propose_account(payable: Payable) -> Any:
    """Enter the account of a provider who has no organisation at this office."""
    form = forms.ProposeAccountForm()

    def act() -> None:
        holding.propose_account_of_payee(
            payable,
            holder=form.holder.data,
            iban=form.iban.data,
            bic=form.bic.data or "",
            by=actor(),
            at=clock.now(),
        )

    if take(form, act, _("The account is entered. Somebody else checks it before anything is paid to it.")):
        return _back(payable)
    return ask("payables/step.html", form, payable=payable, verb="account", row=BANK_ACCOUNT.propose)


@blueprint.route("/<int:payable_id>/check", methods=["GET", "POST"])
@guarded(queries.get_payable, policy.is_officer)
def record_check(payable: Payable) -> Any:
    """Record what the bank said of the name that belongs to the account."""
    standing = queries.with_accounts([payable])[0]
    account = standing.account
    if account is None:
        flash(str(_("There is no confirmed account to check.")), "error")
        return _back(payable)
    form = forms.RecordCheckForm(data={"checked_on": day_in(payable.region.time_zone, clock.now())})
    worse = worse_than(CheckResult.MATCH, standing.checks)
    others = [one for one in worse if not is_one_person(actor(), one.recorded_by)]
    form.warn(actor(), policy.others_to_check(payable, others))

    def act() -> None:
        checking.record_payee_check(
            payable,
            CheckResult(form.result.data),
            checked_on=form.checked_on.data,
            name_at_bank=form.name_at_bank.data or "",
            reference=form.reference.data or "",
            two_persons=form.why_two,
            by=actor(),
            at=clock.now(),
        )

    if take(form, act, _("The bank’s answer is recorded.")):
        return _back(payable)
    return ask("payables/step.html", form, payable=payable, verb="check", row=PAYEE_CHECK.record, account=account)


@blueprint.route("/checks/<int:check_id>/accept", methods=["GET", "POST"])
@guarded(queries.get_check, PAYEE_CHECK.accept)
def accept_check(check: PayeeCheck) -> Any:
    """As a second officer, say why a payment may go on after what the bank said."""
    form = forms.AcceptCheckForm()
    form.warn(actor(), policy.others_of_check(check))

    def act() -> None:
        checking.accept_payee_check(check, form.reason.data, by=actor(), at=clock.now(), two_persons=form.why_two)

    if take(form, act, _("The answer is accepted. Payments to this account may go on.")):
        return redirect(url_for(".worklist"), 303)
    return ask("payables/check.html", form, check=check, doubt=doubt_of(check))


@blueprint.route("/accounts/<int:account_id>", methods=["GET", "POST"])
@guarded(get_bank_account, BANK_ACCOUNT.confirm)
def confirm_account(account: BankAccount) -> Any:
    """As the second person, confirm the account of a provider."""
    form = forms.ConfirmAccountForm()
    form.warn(actor(), organisations.others_of_account(account))

    def act() -> None:
        confirm_bank_account(account, by=actor(), at=clock.now(), two_persons=form.why_two)

    if take(form, act, _("The account is confirmed. Payments go there from now on.")):
        return redirect(url_for(".worklist"), 303)
    return ask("payables/account.html", form, account=account, verb="confirm", **facts_of_account(account))


@blueprint.route("/accounts/<int:account_id>/reject", methods=["GET", "POST"])
@guarded(get_bank_account, BANK_ACCOUNT.reject)
def reject_account(account: BankAccount) -> Any:
    """Refuse the account of a provider, with a reason."""
    form = forms.RejectAccountForm()

    def act() -> None:
        reject_bank_account(account, form.reason.data, by=actor(), at=clock.now())

    if take(form, act, _("The account is rejected. Another one may be entered.")):
        return redirect(url_for(".worklist"), 303)
    return ask("payables/account.html", form, account=account, verb="reject")


def say_hints(standings: Sequence[Standing]) -> dict[int, list[Sentence]]:
    """Debt -> what whoever pays it should know of its account, though it stops nothing: that it is in another name, and
    who else has its IBAN."""
    same = map_same_iban([one.account for one in standings if one.account is not None])
    hints: dict[int, list[Sentence]] = {}
    for one in standings:
        others = names_of_owners(same[one.account.id]) if one.account is not None else []
        found = [*([one.other_holder] if one.other_holder else []), *map(say_same_iban, others)]
        if found:
            hints[one.payable.id] = found
    return hints


def _back(payable: Payable) -> Any:
    return redirect(url_for(".show", payable_id=payable.id), 303)
