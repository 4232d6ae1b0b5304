"""A change of an agreement in force: asked for, and decided by another person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask_babel import force_locale

from vouchers.agreements.actions.issuing import WORDING
from vouchers.agreements.letters import LANGUAGE, kept_pdf
from vouchers.agreements.models import Agreement
from vouchers.agreements.rules import acceptance, window
from vouchers.agreements.states import AgreementState, PartyKind
from vouchers.amendments import letters, postings, queries, rules
from vouchers.amendments.lifecycle import AMENDMENT
from vouchers.amendments.models import Amendment, AmendmentSide
from vouchers.amendments.rules import Standing, Wanted
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.links import full_url
from vouchers.core.text import say as _
from vouchers.decisions.queries.contests import get_group_of, lock_available
from vouchers.documents.actions import add_document
from vouchers.eligibility.rules.facts import Partner, Place
from vouchers.eligibility.rules.pool import ensure_in_pool
from vouchers.eligibility.rules.registry import RULES
from vouchers.eligibility.states import Outcome
from vouchers.evaluation.actions.grants import check_raise
from vouchers.evaluation.queries.checks import gather_facts, list_pool_of
from vouchers.ledger.chart import Account
from vouchers.ledger.queries import shares_on_stage
from vouchers.regions.queries import list_regions
from vouchers.users.models import User
from vouchers.users.secrets import hash_token, new_token
from vouchers.workflow.transition import Step, creation, transition


def ask_amendment(agreement: Agreement, wanted: Wanted, reason: str, *, by: User, at: datetime) -> Amendment:
    """Ask for other days, another amount or another provider. Nothing changes before somebody else has agreed.

    Raises:
        WrongState: the agreement is not in force, or another amendment is open.
        RuleBroken: nothing would change, or what would change does not fit.
    """
    with unit_of_work():
        db.session.refresh(agreement, with_for_update={"of": Agreement})
        agreement = queries.get_agreement(agreement.id)
        if agreement.state != AgreementState.ACTIVE:
            raise WrongState(_("An agreement can be amended while it is in force."))
        if queries.find_open_amendment(agreement.id) is not None:
            raise WrongState(_("Another amendment of this agreement is open. It is decided or withdrawn first."))
        _ensure_possible(agreement, wanted, at=at)
        amendment = Amendment(
            agreement=agreement,
            number=queries.count_amendments(agreement.id) + 1,
            asked_at=at,
            asked_by_id=by.id,
            asked_by=by,
            is_of_sme=bool(agreement.application.organisation.role_of(by.id)),
            reason=reason,
            starts_on=wanted.starts_on,
            ends_on=wanted.ends_on,
            currency=agreement.currency,
            amount_cents=wanted.amount.cents if wanted.amount else None,
            provider_name=wanted.provider_name,
            provider_contact=wanted.provider_contact,
            provider_email=wanted.provider_email,
            provider_region=wanted.provider_region,
        )
        with creation(amendment, AMENDMENT.ask, by=by, at=at, why=reason) as step:
            letters.write_amendment_asked(step, amendment)
            return amendment


def standing_after(amendment: Amendment) -> Standing:
    """The terms as they would stand."""
    return rules.apply(queries.standing_of(amendment.agreement), queries.wanted_by(amendment))


def _ensure_possible(agreement: Agreement, wanted: Wanted, *, at: datetime) -> Standing:
    application = agreement.application
    before = queries.standing_of(agreement)
    after = rules.apply(before, wanted)
    today = day_in(application.region.time_zone, at)
    rules.ensure_possible(before, after, queries.limits_of(agreement), today)
    if after.amount > before.amount:
        check_raise(application, after.amount, at=at)
    if after.provider != before.provider:
        ensure_provider_fits(agreement, wanted, at=at)
    if after.amount < before.amount and (obstacle := queries.find_obstacle(agreement)) is not None:
        raise RuleBroken(obstacle, field="amount")
    return after


def ensure_provider_fits(agreement: Agreement, wanted: Wanted, *, at: datetime) -> None:
    """The checks of the first choice, for somebody else: independent, no evaluator, where the call wants one to be.

    Raises:
        RuleBroken: with the rule and its evidence, or where the voucher has no provider.
    """
    if agreement.provider_party is None:
        raise RuleBroken(_("This voucher has no service provider."), field="provider_name")
    if not (wanted.provider_email.strip() and wanted.provider_contact.strip()):
        raise RuleBroken(
            _("Enter the contact person of the new provider, and the email address."), field="provider_email"
        )
    application = agreement.application
    ensure_in_pool(wanted.provider_name, list_pool_of(application, at=at), field="provider_name")
    for code, outcome, evidence in read_provider(agreement, wanted, at=at):
        if outcome is Outcome.NOT_MET:
            field = "provider_region" if code == "cross_border" else "provider_name"
            raise RuleBroken(_("%(rule)s: %(evidence)s", rule=RULES[code].name, evidence=evidence), field=field)


def read_provider(agreement: Agreement, wanted: Wanted, *, at: datetime) -> list[tuple[str, Outcome, Any]]:
    """What the rules of the first choice say of this provider, by their codes; what concerns nobody is left out."""
    facts = gather_facts(agreement.application, at=at)
    places = {one.code: Place(one.code, one.name, one.country) for one in list_regions()}
    code = wanted.provider_region
    partner = Partner(
        name=wanted.provider_name,
        email=wanted.provider_email,
        place=places.get(code, Place(code, code, "")) if code else None,
        evaluators=facts.partner.evaluators,
        directory=facts.partner.directory,
    )
    facts = replace(facts, partner=partner)
    answers = ((code, RULES[code].read(facts)) for code in ("cross_border", "provider", "directory"))
    return [(code, *answer) for code, answer in answers if answer is not None]


def agree_amendment(
    amendment: Amendment, in_force_on: date, minutes: str = "", *, by: User, at: datetime, version: int | None = None
) -> None:
    """As somebody else than who asked: the amended text is written, a higher amount set aside, the parties are asked.

    Where the agreement asks for no acceptance, it is in force on its day by this decision alone.

    Raises:
        RuleBroken: it no longer fits, the money is not there, the day has passed, or the minutes are not named.
    """
    with unit_of_work():
        amendment = queries.get_amendment(amendment.id)
        agreement = amendment.agreement
        available = lock_available(get_group_of(agreement.application).funds)
        with transition(amendment, AMENDMENT.agree, by=by, at=at, version=version) as step:
            _lock(agreement)
            after = _ensure_possible(agreement, queries.wanted_by(amendment), at=at)
            zone = agreement.application.region.time_zone
            rules.ensure_entry_day(in_force_on, day_in(zone, at), after)
            programme = agreement.application.call.programme.plan
            rules.ensure_minutes(minutes, is_by_committee=programme.rules.amendments_by_committee)
            amendment.decided_at, amendment.decided_by_id, amendment.decided_by = at, by.id, by
            amendment.in_force_on, amendment.minutes = in_force_on, minutes.strip()
            days = agreement.application.instrument.plan.accept_within_days
            amendment.accept_by = window.accept_by_moment(at, days, zone)
            _set_aside(step, amendment, after, available)
            links = _write_text(step, amendment, after)
            letters.write_amendment_agreed(step, amendment, links)


def _lock(agreement: Agreement) -> None:
    """Nobody claims, ends or amends it meanwhile."""
    db.session.refresh(agreement, with_for_update={"of": Agreement})
    if agreement.state != AgreementState.ACTIVE:
        raise WrongState(_("An agreement can be amended while it is in force."))


def _set_aside(step: Step, amendment: Amendment, after: Standing, available: Any) -> None:
    """A higher amount needs money that nobody else was promised."""
    agreement = amendment.agreement
    more = after.amount - agreement.amount
    if more.cents <= 0:
        return
    funds = get_group_of(agreement.application).funds
    room = [available[fund.id] for fund in funds]
    if more.cents > sum(one.cents for one in room):
        raise RuleBroken(_("The region has not enough money left in this call for the higher amount."))
    carried = queries.map_carried(agreement.application.reference)
    step.post(
        postings.amount_raised(
            amendment,
            postings.split_raise(more, funds, [carried.get(fund.id, more - more) for fund in funds], room),
        )
    )


def _write_text(step: Step, amendment: Amendment, after: Standing) -> str | None:
    """The amended text with its hash and file, and who has to accept it. Returns the link of the provider's contact."""
    agreement = amendment.agreement
    before, zone = queries.standing_of(agreement), agreement.application.region.time_zone
    is_signed = rules.is_signed_anew(agreement.terms, before, after)
    with force_locale(LANGUAGE):
        decided = rules.Decided(
            number=amendment.number,
            in_force_on=WORDING.day(amendment.in_force_on) if amendment.in_force_on else "",
            reason=amendment.reason,
            minutes=amendment.minutes,
            is_signed=is_signed,
        )
        amendment.terms = rules.amend_terms(agreement.terms, before, after, decided, WORDING)
    amendment.sha256 = acceptance.fingerprint_of(amendment.terms)
    link = _name_sides(amendment, after) if is_signed else None
    store_amended(step, amendment, zone)
    return link


def _name_sides(amendment: Amendment, after: Standing) -> str | None:
    """Who has to accept: the parties of the agreement, the provider as it would be."""
    link = None
    for party in amendment.agreement.parties:
        side = AmendmentSide(amendment=amendment, kind=party.kind, name=party.name, contact_email=party.contact_email)
        if party.kind == PartyKind.PROVIDER:
            token = new_token()
            side.name, side.contact_email = after.provider_name, after.provider_email
            side.token_hash = hash_token(token)
            link = full_url("amendments.provider", token=token)
        db.session.add(side)
    db.session.flush()
    return link


def store_amended(step: Step, amendment: Amendment, zone: str) -> None:
    """Keep the amended text as a file with the acceptances so far; it is the one that is shown from now on."""
    assert amendment.terms is not None
    kept = kept_pdf(
        amendment.terms,
        amendment.sha256,
        amendment.sides,
        zone,
        step.at,
        name=f"{amendment.code.replace('/', '-')}.pdf",
    )
    document = add_document(
        kept,
        purpose="amendment",
        subject_kind="agreement",
        subject_id=amendment.agreement_id,
        step_id=step.id,
        by_id=step.actor.id,
        at=step.at,
    )
    amendment.document_id = document.id


def refuse_amendment(amendment: Amendment, answer: str, *, by: User, at: datetime) -> None:
    """As somebody else than who asked: everything stays as it is."""
    with unit_of_work():
        amendment = queries.get_amendment(amendment.id)
        with transition(amendment, AMENDMENT.refuse, by=by, at=at, why=answer) as step:
            amendment.decided_at, amendment.decided_by_id, amendment.decided_by = at, by.id, by
            amendment.answer = answer
            letters.write_amendment_ended(step, amendment, "refused")


def withdraw_amendment(amendment: Amendment, answer: str, *, by: Any, at: datetime) -> None:
    """Who asked takes it back: what was set aside for it is available again."""
    with unit_of_work():
        amendment = queries.get_amendment(amendment.id)
        with transition(amendment, AMENDMENT.withdraw, by=by, at=at, why=answer or None) as step:
            give_back(step, amendment, "withdrawn")
            amendment.answer = answer
            letters.write_amendment_ended(step, amendment, "withdrawn")


def give_back(step: Step, amendment: Amendment, why: str) -> None:
    """What was set aside for a higher amount is available again; while an agreement is in force, nothing else is."""
    shares = shares_on_stage(amendment.agreement.application.reference, Account.PRE_COMMITTED)
    if shares:
        step.post(postings.raise_ended(amendment, shares, why))
