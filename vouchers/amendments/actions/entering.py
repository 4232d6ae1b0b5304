"""The acceptance of an amended text by each party, and the moment from which it rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.agreements.lifecycle import AGREEMENT
from vouchers.agreements.models import Agreement
from vouchers.agreements.rules import acceptance
from vouchers.agreements.states import PartyKind
from vouchers.amendments import letters, postings, queries, rules
from vouchers.amendments.actions.amending import give_back, standing_after, store_amended
from vouchers.amendments.lifecycle import AMENDMENT
from vouchers.amendments.models import AgreementVersion, Amendment
from vouchers.amendments.rules import Standing
from vouchers.amendments.states import AmendmentState
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.lifecycle import Transition
from vouchers.core.money import total
from vouchers.core.text import say as _
from vouchers.decisions.queries.contests import get_group_of, lock_available
from vouchers.evaluation.actions.grants import check_raise, note_raise
from vouchers.ledger.chart import Account
from vouchers.ledger.queries import shares_on_stage
from vouchers.users.rules.signing import ensure_own_name
from vouchers.workflow.transition import OFFICE, Step, transition


def accept_amendment_as_sme(amendment: Amendment, name: str, sha256: str, *, by: Any, at: datetime) -> None:
    """The beneficiary accepts exactly the amended text with this hash."""
    _accept(amendment, PartyKind.SME, AMENDMENT.accept_as_sme, name, sha256, by=by, at=at)


def accept_amendment_as_provider(
    amendment: Amendment, name: str, sha256: str, *, function: str = "", by: Any, at: datetime
) -> None:
    """The provider's contact accepts exactly the amended text with this hash; `by` is a `ProviderContact`."""
    _accept(amendment, PartyKind.PROVIDER, AMENDMENT.accept_as_provider, name, sha256, function=function, by=by, at=at)


def accept_amendment_as_region(amendment: Amendment, name: str, sha256: str, *, by: Any, at: datetime) -> None:
    """A manager accepts for the region exactly the amended text with this hash."""
    _accept(amendment, PartyKind.REGION, AMENDMENT.accept_as_region, name, sha256, by=by, at=at)


def _accept(
    amendment: Amendment,
    kind: PartyKind,
    move: Transition,
    name: str,
    sha256: str,
    *,
    function: str = "",
    by: Any,
    at: datetime,
) -> None:
    signed = ", ".join(part.strip() for part in (name, function) if part.strip())
    with unit_of_work():
        amendment = queries.get_amendment(amendment.id)
        why = f"Accepted by {signed}, SHA-256 {amendment.sha256}"
        with transition(amendment, move, by=by, at=at, why=why) as step:
            side = next((one for one in queries.list_sides(amendment.id) if one.kind == kind), None)
            if side is None or amendment.accept_by is None or amendment.terms is None:
                raise RuleBroken(_("This agreement has no such party."))
            acceptance.ensure_not_accepted(side.accepted_at)
            acceptance.ensure_in_time(at, amendment.accept_by)
            acceptance.ensure_same_text(sha256, amendment.sha256)
            acceptance.ensure_signed_by_name(name)
            if kind == PartyKind.PROVIDER:
                acceptance.ensure_named_contact(name, function, amendment.terms["data"].get("provider_contact", ""))
            else:
                ensure_own_name(name, by.name, field="name")
            side.accepted_at, side.accepted_name, side.accepted_by_id = at, signed, by.id
            store_amended(step, amendment, amendment.agreement.application.region.time_zone)
    enter_if_due(amendment.id, at=at)


def enter_amendment(amendment: Amendment, *, by: Any, at: datetime) -> None:
    """Everybody has accepted it and its day has come: from now on the agreement is the amended one.

    What ruled before is kept as a version with its file; claims that were submitted before follow it.

    Raises:
        RuleBroken: somebody's acceptance is missing, its day has not come, a claim is to be decided first, or it does
            not fit any more.
    """
    with unit_of_work():
        amendment = queries.get_amendment(amendment.id)
        lock_available(get_group_of(amendment.agreement.application).funds)
        with transition(amendment, AMENDMENT.enter, by=by, at=at) as step:
            _ensure_due(amendment, at)
            agreement, after = amendment.agreement, standing_after(amendment)
            with transition(agreement, AGREEMENT.amend, by=by, at=at, why=f"Amendment {amendment.code}") as own:
                former = _former_provider(agreement, after)
                _keep_version(agreement)
                _move_money(own, amendment, after)
                _take_over(amendment, after)
                db.session.add(_version_of(agreement, from_at=at))
            amendment.entered_at = at
            letters.write_amendment_entered(step, amendment, former)


def _ensure_due(amendment: Amendment, at: datetime) -> None:
    if any(side.accepted_at is None for side in queries.list_sides(amendment.id)):
        raise RuleBroken(_("Not every party has accepted yet."))
    assert amendment.in_force_on is not None
    if at < rules.entry_moment(amendment.in_force_on, amendment.agreement.application.region.time_zone):
        raise RuleBroken(_("The day on which it shall be in force has not come yet."))


def find_misfit(amendment: Amendment, *, at: datetime) -> Any:
    """Why an agreed amendment can never be in force any more; None while it can, be it later."""
    agreement, after = amendment.agreement, standing_after(amendment)
    try:
        rules.ensure_possible(queries.standing_of(agreement), after, queries.limits_of(agreement), agreement.starts_on)
        if after.amount > agreement.amount:
            check_raise(agreement.application, after.amount, at=at)
    except RuleBroken as refused:
        return refused.sentence
    return None


def _former_provider(agreement: Agreement, after: Standing) -> tuple[str, str] | None:
    """Name and address of a provider who is bound no more; None where it stays."""
    party = agreement.provider_party
    if party is None or party.contact_email == after.provider_email:
        return None
    return party.name, party.contact_email


def _keep_version(agreement: Agreement) -> None:
    """Before the first change: what was first agreed."""
    if queries.list_versions(agreement.id):
        return
    assert agreement.active_at is not None
    db.session.add(_version_of(agreement, from_at=agreement.active_at))
    db.session.flush()


def _version_of(agreement: Agreement, *, from_at: datetime) -> AgreementVersion:
    standing = queries.standing_of(agreement)
    return AgreementVersion(
        agreement_id=agreement.id,
        number=len(queries.list_versions(agreement.id)) + 1,
        from_at=from_at,
        amount_cents=agreement.amount_cents,
        currency=agreement.currency,
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        claim_by=agreement.claim_by,
        provider_name=standing.provider_name,
        terms=agreement.terms,
        sha256=agreement.sha256,
        acceptances=[
            [party.kind.value, party.name, party.accepted_name, party.accepted_at.isoformat()]
            for party in agreement.parties
            if party.accepted_at is not None
        ],
        document_id=agreement.document_id,
    )


def _move_money(step: Step, amendment: Amendment, after: Standing) -> None:
    """A higher amount is committed from what was set aside; a lower one releases, and never what claims have used."""
    agreement = amendment.agreement
    application, change = agreement.application, after.amount - agreement.amount
    if change.cents > 0:
        check_raise(application, after.amount, at=step.at)
        shares = shares_on_stage(application.reference, Account.PRE_COMMITTED)
        if total([share.amount for share in shares], agreement.currency) != change:
            raise RuleBroken(_("The money of this amendment is not set aside in the books."))
        step.post(postings.raise_in_force(amendment, shares))
        note_raise(application, change, at=step.at)
    elif change.cents < 0:
        if (obstacle := queries.find_obstacle(agreement)) is not None:
            raise RuleBroken(obstacle)
        committed = shares_on_stage(application.reference, Account.COMMITTED)
        if total([share.amount for share in committed], agreement.currency) < -change:
            raise RuleBroken(_("Less is left on the voucher than the amendment would release."))
        rates = queries.map_rates([share.fund_id for share in committed])
        step.post(
            postings.amount_lowered(
                amendment, postings.split_cut(-change, committed, [rates[one.fund_id] for one in committed])
            )
        )


def _take_over(amendment: Amendment, after: Standing) -> None:
    """The agreement says from now on what the amendment says, and who has accepted that."""
    agreement = amendment.agreement
    assert amendment.terms is not None
    agreement.starts_on, agreement.ends_on, agreement.claim_by = after.starts_on, after.ends_on, after.claim_by
    agreement.amount_cents = after.amount.cents
    agreement.terms, agreement.sha256 = amendment.terms, amendment.sha256
    agreement.document_id = amendment.document_id
    for party in agreement.parties:
        side = amendment.side(party.kind)
        if side is None:
            continue
        if party.kind == PartyKind.PROVIDER and party.contact_email != side.contact_email:
            party.token_hash = side.token_hash
        party.name, party.contact_email = side.name, side.contact_email
        party.accepted_at, party.accepted_name = side.accepted_at, side.accepted_name
        party.accepted_by_id = side.accepted_by_id
    db.session.flush()


def enter_if_due(amendment_id: int, *, at: datetime) -> bool:
    """Put it into force where nothing is missing; end it where it can never be. Whether it is in force now."""
    amendment = queries.get_amendment(amendment_id)
    if amendment.state != AmendmentState.AGREED:
        return amendment.state == AmendmentState.IN_FORCE
    if misfit := find_misfit(amendment, at=at):
        lapse_amendment(amendment, str(misfit), by=OFFICE, at=at)
        return False
    try:
        enter_amendment(amendment, by=OFFICE, at=at)
    except (RuleBroken, WrongState):  # an acceptance, its day or a claim is waited for, or another run was faster
        return False
    return True


def lapse_amendment(amendment: Amendment, why: str, *, by: Any, at: datetime) -> None:
    """It comes to nothing: not accepted in time, it does not fit any more, or the agreement has ended."""
    with unit_of_work():
        amendment = queries.get_amendment(amendment.id)
        with transition(amendment, AMENDMENT.lapse, by=by, at=at, why=why) as step:
            give_back(step, amendment, "lapsed")
            amendment.answer = why
            letters.write_amendment_ended(step, amendment, "lapsed")


def lapse_open_amendment(agreement: Agreement, *, at: datetime) -> None:
    """The agreement has ended: an amendment that is open has nothing to change any more."""
    if (amendment := queries.find_open_amendment(agreement.id)) is not None:
        lapse_amendment(amendment, "The agreement has ended.", by=OFFICE, at=at)
