"""What waits for a person today: one line per kind of work, counted within the person's roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, select

from vouchers.agreements.models import Agreement
from vouchers.applications.models import Application
from vouchers.claims.models import Claim
from vouchers.claims.states import ClaimState
from vouchers.core.database import db
from vouchers.organisations.models import BankAccount, Organisation
from vouchers.organisations.queries import within
from vouchers.organisations.states import BankAccountState
from vouchers.payables.queries import list_waiting
from vouchers.payables.rules.readiness import Standing
from vouchers.payments.models import Batch
from vouchers.payments.rules.batches import MOST_IN_BATCH
from vouchers.payments.states import BatchState
from vouchers.programmes.models import Call, Programme
from vouchers.regions.models import Region
from vouchers.reports.queries.overview import ON_THE_CLOCK
from vouchers.users.mandate import OFFICERS, Mandate, mandate_of
from vouchers.users.queries import covered_by
from vouchers.users.states import Role


@dataclass(frozen=True, slots=True)
class Mandates:
    """Where the person manages calls, where the person handles money, and whether the person may act at all."""

    managing: Mandate
    paying: Mandate
    may_act: bool


def mandates_for(person: Any) -> Mandates:
    """An officer sees the own work; who only reads sees all work of the mandate."""
    paying = mandate_of(person, OFFICERS)
    if not paying.pairs:
        everything = mandate_of(person)
        return Mandates(everything, everything, may_act=False)
    return Mandates(mandate_of(person, {Role.CLUSTER_MANAGER}), paying, may_act=True)


def of_applications(statement: Any, mandate: Mandate) -> Any:
    """Narrow a query of applications to what a mandate covers."""
    return (
        statement.join(Region, Region.id == Application.region_id)
        .join(Call, Call.id == Application.call_id)
        .join(Programme, Programme.id == Call.programme_id)
        .where(covered_by(mandate, Programme.code, Region.code))
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, of these how many the person may not do (the other half was the person's), and the nearest day."""

    count: int = 0
    not_mine: int = 0
    soonest: date | None = None

    @property
    def mine(self) -> int:
        """How many the person may do."""
        return self.count - self.not_mine


@dataclass(frozen=True, slots=True)
class OfficersWork:
    """What waits for whoever verifies, authorises and pays."""

    to_verify: Waiting
    to_authorise: Waiting
    to_pay: Waiting
    not_ready: Waiting
    """Owed, and stopped by something: held back, no account, or one that the bank refused."""
    accounts: Waiting
    names: Waiting
    batches_to_authorise: Waiting
    batches_to_execute: Waiting


def count_officers_work(mandate: Mandate, person_id: int) -> OfficersWork:
    """At most eleven queries."""
    ready, not_ready = _count_payables(mandate)
    claims = _count_claims(mandate, person_id)
    batches = _count_batches(mandate, person_id)
    return OfficersWork(
        to_verify=claims.get(ClaimState.SUBMITTED, Waiting()),
        to_authorise=claims.get(ClaimState.VERIFIED, Waiting()),
        to_pay=ready,
        not_ready=not_ready,
        accounts=_count_accounts(mandate, person_id),
        names=_count_names(mandate, person_id),
        batches_to_authorise=batches.get(BatchState.MADE, Waiting()),
        batches_to_execute=batches.get(BatchState.AUTHORISED, Waiting()),
    )


def _count_claims(mandate: Mandate, person_id: int) -> dict[ClaimState, Waiting]:
    was_me = (Claim.state == ClaimState.VERIFIED) & (Claim.verified_by_id == person_id)
    statement = (
        select(Claim.state, func.count(), func.sum(case((was_me, 1), else_=0)), func.min(Claim.pay_by))
        .select_from(Claim)
        .join(Agreement, Agreement.id == Claim.agreement_id)
        .join(Application, Application.id == Agreement.application_id)
        .where(Claim.state.in_((ClaimState.SUBMITTED, ClaimState.VERIFIED)))
    )
    rows = db.session.execute(of_applications(statement, mandate).group_by(Claim.state))
    return {state: Waiting(int(count), int(not_mine), soonest) for state, count, not_mine, soonest in rows}


def _count_payables(mandate: Mandate) -> tuple[Waiting, Waiting]:
    """What can be put into a batch, and what cannot yet, by the same rule and within the same most urgent debts as the
    page of payments."""
    standings = list_waiting(mandate, most=MOST_IN_BATCH)
    ready = [one for one in standings if one.obstacle is None]
    return _waiting_of(ready), _waiting_of([one for one in standings if one.obstacle is not None])


def _waiting_of(standings: Sequence[Standing]) -> Waiting:
    days = [one.payable.pay_by for one in standings if one.payable.pay_by is not None]
    return Waiting(len(standings), 0, min(days, default=None))


def _count_batches(mandate: Mandate, person_id: int) -> dict[BatchState, Waiting]:
    was_me = (Batch.state == BatchState.MADE) & (Batch.made_by_id == person_id)
    rows = db.session.execute(
        select(Batch.state, func.count(), func.sum(case((was_me, 1), else_=0)), func.min(Batch.execute_on))
        .select_from(Batch)
        .join(Region, Region.id == Batch.region_id)
        .join(Programme, Programme.id == Batch.programme_id)
        .where(covered_by(mandate, Programme.code, Region.code))
        .where(Batch.state.in_((BatchState.MADE, BatchState.AUTHORISED)))
        .group_by(Batch.state)
    )
    return {state: Waiting(int(count), int(not_mine), soonest) for state, count, not_mine, soonest in rows}


def _count_accounts(mandate: Mandate, person_id: int) -> Waiting:
    was_me = BankAccount.proposed_by_id == person_id
    statement = (
        select(func.count(), func.coalesce(func.sum(case((was_me, 1), else_=0)), 0))
        .select_from(BankAccount)
        .join(Organisation, Organisation.id == BankAccount.organisation_id)
        .join(Region, Region.id == Organisation.region_id)
        .where(BankAccount.state == BankAccountState.PROPOSED)
    )
    regions = {region for _programme, region in mandate.pairs}
    if None not in regions:
        statement = statement.where(Region.code.in_(sorted(region for region in regions if region)))
    count, not_mine = db.session.execute(statement).one()
    return Waiting(int(count), int(not_mine))


def _count_names(mandate: Mandate, person_id: int) -> Waiting:
    was_me = Organisation.asked_by_id == person_id
    found = select(func.count(), func.coalesce(func.sum(case((was_me, 1), else_=0)), 0)).select_from(Organisation)
    found = found.join(Organisation.region).where(Organisation.asked_name.is_not(None), within(mandate))
    count, not_mine = db.session.execute(found).one()
    return Waiting(int(count), int(not_mine))


@dataclass(frozen=True, slots=True)
class UrgentClaim:
    """A claim whose 80 days run."""

    number: str
    reference: str
    organisation: str
    state: ClaimState
    pay_by: date


def list_urgent_claims(mandate: Mandate, *, most: int = 10) -> list[UrgentClaim]:
    """The claims that must be paid soonest."""
    statement = (
        select(Claim.number, Application.reference, Organisation.name, Claim.state, Claim.pay_by)
        .select_from(Claim)
        .join(Agreement, Agreement.id == Claim.agreement_id)
        .join(Application, Application.id == Agreement.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Claim.state.in_(ON_THE_CLOCK), Claim.pay_by.is_not(None))
    )
    rows = db.session.execute(of_applications(statement, mandate).order_by(Claim.pay_by, Claim.id).limit(most))
    return [UrgentClaim(*row) for row in rows]
