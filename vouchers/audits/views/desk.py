"""The desk itself, mandates with their populations, and the checklist of a voucher."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.audits import forms, policy
from vouchers.audits.actions import mandates as actions
from vouchers.audits.lifecycle import FINDING, MANDATE, SAMPLE
from vouchers.audits.models import Mandate
from vouchers.audits.queries import findings, mandates, populations, samples
from vouchers.audits.queries.checklist import get_papers
from vouchers.audits.rules.checklist import checklist, count_missing
from vouchers.audits.states import Basis, MandateState
from vouchers.audits.views.blueprint import blueprint
from vouchers.core import clock
from vouchers.core.asking import ask, take
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.localised import named_choices
from vouchers.core.money import Money, total
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.likenesses.policy import is_reader as sees_likenesses
from vouchers.regions.queries import list_choices, map_names
from vouchers.reports.policy import may_read_voucher
from vouchers.reports.queries.voucher import get_voucher
from vouchers.users.mandate import OFFICERS, mandate_of
from vouchers.users.policy import programmes_to_see
from vouchers.users.states import Role


@blueprint.get("/")
@asks(policy.is_reader)
def desk() -> Any:
    """What waits for an auditor, what waits for an office that is audited, and the mandates."""
    person = actor()
    keys = {grant.given_for for grant in person.grants if grant.role == Role.AUDITOR}
    own = mandates.list_own(person.id, keys)
    work = mandates.list_open_work([one.id for one in own])
    query = ListQuery.read(
        request.args, sorts=list(mandates.ORDERS), default="-given", filters={"state": list(MandateState)}
    )
    return render_template(
        "audits/desk.html",
        own=own,
        shares={one.id: populations.list_shares(one, Basis.PAID) for one in own},
        total=total,
        work=work,
        counts=samples.map_counts(work["samples"]),
        answering=findings.list_waiting(mandate_of(person, OFFICERS)),
        page=mandates.list_mandates(query, programmes=_programmes_of(person), auditor_id=person.id),
        states=list(MandateState),
        may_give=policy.may_give_mandate(person, None) is None,
        sees_likenesses=sees_likenesses(person) is None,
        regions=map_names(),
        today=clock.office_day(clock.now()),
    )


def _programmes_of(person: Any) -> set[str] | None:
    """The programmes whose mandates somebody sees; None: all."""
    programmes = {programme for programme, _region in mandate_of(person).pairs}
    if person.holds({Role.ADMINISTRATOR}) or None in programmes:
        return None
    return {code for code in programmes if code}


@blueprint.route("/mandates/give", methods=["GET", "POST"])
@asks(policy.may_give_mandate)
def give() -> Any:
    """Give somebody a mandate."""
    form, person = forms.GiveMandateForm(), actor()
    codes = programmes_to_see(person)
    known = {one.code: one for one in mandates.list_programmes(codes)}
    form.programme.choices = named_choices((code, one.plan.name) for code, one in known.items())
    form.regions.choices = [(code, f"{name} ({code})") for code, name in list_choices(known or None)]
    if form.validate_on_submit():
        terms = actions.Terms(
            form.regions.data,
            form.subject.data,
            form.first_on.data,
            form.last_on.data,
            form.ends_at(person.time_zone),
        )
        try:
            made = actions.give_mandate(
                known[form.programme.data], form.email.data, form.name.data, terms, by=person, at=clock.now()
            )
        except (RuleBroken, NotPermitted) as refused:
            form.refuse(refused)
        else:
            flash(str(_("The mandate is given. The auditor has been written to.")), "success")
            return redirect(url_for(".mandate", mandate_id=made.id), 303)
    return ask("audits/give.html", form)


@blueprint.get("/mandates/<int:mandate_id>")
@guarded(mandates.get_mandate, policy.may_read_mandate)
def mandate(mandate: Mandate) -> Any:
    """One mandate: what it covers, its population, its samples and findings."""
    person = actor()
    may_read = policy.may_read_population(person, mandate) is None
    listed = samples.list_samples_of(mandate) if may_read else []
    return render_template(
        "audits/mandate.html",
        mandate=mandate,
        regions=mandates.list_regions(mandate),
        names=map_names(),
        bases=[(basis, populations.list_shares(mandate, basis)) for basis in Basis] if may_read else [],
        total=total,
        samples=[one for one in listed if policy.may_read_sample(person, one) is None],
        counts=samples.map_counts(listed),
        findings=[one for one in findings.list_of_mandate(mandate) if policy.may_oversee(person, one) is None],
        is_auditor=policy.is_auditor(person, mandate) is None,
        MANDATE=MANDATE,
        SAMPLE=SAMPLE,
        FINDING=FINDING,
    )


@blueprint.route("/mandates/<int:mandate_id>/end", methods=["GET", "POST"])
@guarded(mandates.get_mandate, MANDATE.end)
def end(mandate: Mandate) -> Any:
    """End a mandate at once."""
    form = forms.ReasonForm()
    done = _("The mandate has ended. Its auditor reads nothing more under it.")
    if take(form, lambda: actions.end_mandate(mandate, form.reason.data, by=actor(), at=clock.now()), done):
        return redirect(url_for(".mandate", mandate_id=mandate.id), 303)
    return ask("audits/end.html", form, mandate=mandate)


@blueprint.get("/mandates/<int:mandate_id>/population")
@guarded(mandates.get_mandate, policy.may_read_population)
def population(mandate: Mandate) -> Any:
    """The units of a population, voucher by voucher."""
    names = map_names()
    query = ListQuery.read(
        request.args,
        sorts=["reference", "amount", "organisation"],
        filters={"basis": [basis.value for basis in Basis], "region": list(names)},
    )
    basis = Basis(query.filters.get("basis", Basis.PAID))
    return render_template(
        "audits/population.html",
        mandate=mandate,
        basis=basis,
        bases=list(Basis),
        page=populations.list_units(query, mandate, basis),
        currency=populations.currency_of(mandate),
        money_of=Money,
        names=names,
        regions=[(one.code, one.name) for one in mandates.list_regions(mandate)],
    )


@blueprint.get("/vouchers/<reference>")
@guarded(get_voucher, may_read_voucher)
def voucher(application: Any) -> Any:
    """The checklist of the audit trail of one voucher, and the way to a finding."""
    person = actor()
    keys = {grant.given_for for grant in person.grants if grant.role == Role.AUDITOR}
    points = checklist(get_papers(application, shows_samples=person.holds({Role.AUDITOR}, application.scope)))
    return render_template(
        "audits/voucher.html",
        application=application,
        points=points,
        missing=count_missing(points),
        own=[one for one in mandates.list_own(person.id, keys) if policy.is_within(one, application) is None],
    )
