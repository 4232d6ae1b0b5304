"""Finding what is to be paid, batches, and the accounts that money goes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from vouchers.agreements.models import Agreement
from vouchers.applications.models import Application
from vouchers.claims.models import Claim
from vouchers.claims.states import ClaimState
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.money import Money
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Fund, Journal, JournalLine
from vouchers.ledger.recipes import Share
from vouchers.organisations.models import BankAccount
from vouchers.organisations.states import BankAccountState
from vouchers.payments.models import Batch, Payment
from vouchers.payments.rules.batches import MOST_IN_BATCH, Payable
from vouchers.programmes.models import Call, Programme
from vouchers.regions.models import Region
from vouchers.users.mandate import OFFICERS, Mandate
from vouchers.users.models import User
from vouchers.users.queries import covered_by, list_holders

WHOLE_CLAIM = (
    contains_eager(Claim.agreement)
    .contains_eager(Agreement.application)
    .options(
        contains_eager(Application.region),
        contains_eager(Application.call).contains_eager(Call.programme),
        joinedload(Application.organisation),
        joinedload(Application.instrument),
    )
)
WHOLE_BATCH = (joinedload(Batch.programme), joinedload(Batch.region))


# --- payables ---------------------------------------------------------------------------------------------------------


def list_payables(mandate: Mandate, *, region: str | None = None) -> list[Payable]:
    """The authorised claims that no batch pays yet, most urgent first, held ones among them; at most a batch full."""
    statement = _claims().where(Claim.state == ClaimState.AUTHORISED)
    statement = statement.where(covered_by(mandate, Programme.code, Region.code))
    if region:
        statement = statement.where(Region.code == region)
    return _with_accounts(db.session.scalars(statement.limit(MOST_IN_BATCH)).all())


def list_chosen(claim_ids: Sequence[int]) -> list[Payable]:
    """These claims, whatever their state, in the order of their ids (locks are taken in it)."""
    statement = _claims().where(Claim.id.in_(claim_ids)).order_by(None).order_by(Claim.id)
    return _with_accounts(db.session.scalars(statement).all())


def _claims() -> Any:
    return (
        select(Claim)
        .join(Claim.agreement)
        .join(Agreement.application)
        .join(Application.region)
        .join(Application.call)
        .join(Call.programme)
        .options(WHOLE_CLAIM)
        .order_by(Claim.pay_by, Claim.id)
    )


def _with_accounts(claims: Sequence[Claim]) -> list[Payable]:
    organisations = {claim.agreement.application.organisation_id for claim in claims}
    usable = (BankAccountState.CONFIRMED, BankAccountState.PROPOSED)
    found = db.session.scalars(
        select(BankAccount).where(BankAccount.organisation_id.in_(organisations), BankAccount.state.in_(usable))
    ).all()
    accounts = {(account.organisation_id, account.state): account for account in found}
    return [
        Payable(
            claim,
            accounts.get((claim.agreement.application.organisation_id, BankAccountState.CONFIRMED)),
            accounts.get((claim.agreement.application.organisation_id, BankAccountState.PROPOSED)),
        )
        for claim in claims
    ]


def count_attempts(claim_ids: Sequence[int]) -> dict[int, int]:
    """Claim -> how many payments were made for it before, in whatever batch."""
    rows = db.session.execute(
        select(Payment.claim_id, func.count()).where(Payment.claim_id.in_(claim_ids)).group_by(Payment.claim_id)
    )
    return {claim_id: int(count) for claim_id, count in rows}


def list_live_payments(claim_ids: Sequence[int]) -> list[Payment]:
    """The payments of these claims that stand in a batch which was not cancelled."""
    found = select(Payment).where(Payment.claim_id.in_(claim_ids), Payment.is_live)
    return list(db.session.scalars(found.options(joinedload(Payment.batch))))


def find_batch_of(claim_ids: Sequence[int]) -> Batch | None:
    """The live batch that pays all of these claims, if one does."""
    payments = list_live_payments(claim_ids)
    batches = {payment.batch_id: payment.batch for payment in payments}
    return next(iter(batches.values())) if len(batches) == 1 and len(payments) == len(set(claim_ids)) else None


# --- batches ----------------------------------------------------------------------------------------------------------


def get_batch(batch_id: int) -> Batch:
    """A batch with its payments, their claims and vouchers. Raises `NotFound`."""
    whole = selectinload(Batch.payments).joinedload(Payment.claim).joinedload(Claim.agreement)
    whole = whole.joinedload(Agreement.application)
    found = (
        select(Batch)
        .where(Batch.id == batch_id)
        .options(*WHOLE_BATCH, whole.joinedload(Application.organisation), whole.joinedload(Application.region))
        .options(whole.joinedload(Application.call).joinedload(Call.programme))
    )
    batch = db.session.scalars(found).first()
    if batch is None:
        raise NotFound(_("There is no such payment batch."))
    return batch


def list_batches(query: ListQuery, mandate: Mandate) -> Page:
    """Batches of a mandate as rows (batch, how many payments). Filters: ``region``, ``state``; search by number."""
    count = select(func.count()).where(Payment.batch_id == Batch.id).correlate(Batch).scalar_subquery()
    statement = (
        select(Batch, count.label("payments"))
        .join(Batch.programme)
        .join(Batch.region)
        .where(covered_by(mandate, Programme.code, Region.code))
        .options(contains_eager(Batch.programme), contains_eager(Batch.region))
    )
    if region := query.filters.get("region"):
        statement = statement.where(Region.code == region)
    if state := query.filters.get("state"):
        statement = statement.where(Batch.state == state)
    if query.q:
        statement = statement.where(Batch.number.icontains(query.q, autoescape=True))
    orders = {
        "number": Batch.number,
        "region": Region.plain_name,
        "state": Batch.state,
        "made": Batch.made_at,
        "execute_on": Batch.execute_on,
        "total": Batch.total_cents,
    }
    return paginate(db.session, statement, query, orders, unique=[Batch.id])


def lock_confirmed_accounts(organisation_ids: Sequence[int]) -> dict[int, BankAccount]:
    """Organisation -> its confirmed account, locked: nobody replaces it while money is sent to it."""
    found = (
        select(BankAccount)
        .where(BankAccount.organisation_id.in_(organisation_ids), BankAccount.state == BankAccountState.CONFIRMED)
        .order_by(BankAccount.id)
        .with_for_update(of=BankAccount)
    )
    return {account.organisation_id: account for account in db.session.scalars(found)}


def accepted_shares(claim_ids: Sequence[int]) -> dict[int, list[Share]]:
    """Claim -> what the books say was accepted on it, fund by fund: from the claim's own journals."""
    rows = db.session.execute(
        select(Journal.subject_id, Fund, func.sum(JournalLine.cents))
        .join(JournalLine, JournalLine.journal_id == Journal.id)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .where(Journal.subject_kind == "claim", Journal.subject_id.in_(claim_ids))
        .where(JournalLine.account == Account.ACCEPTED.value)
        .group_by(Journal.subject_id, Fund.id)
        .having(func.sum(JournalLine.cents) != 0)
        .order_by(Journal.subject_id, Fund.id)
    )
    shares: dict[int, list[Share]] = defaultdict(list)
    for claim_id, fund, cents in rows:
        shares[claim_id].append(Share(fund.id, fund.kind, Money(int(cents), fund.currency)))
    return shares


def bank_balance(programme: Programme, region: str) -> Money:
    """What the books say is at the bank, less what is ordered and not yet booked."""
    cents = db.session.scalar(
        select(func.sum(JournalLine.cents))
        .join(Fund, Fund.id == JournalLine.fund_id)
        .where(Fund.programme == programme.code, Fund.region == region)
        .where(JournalLine.account.in_((Account.BANK.value, Account.IN_EXECUTION.value)))
    )
    return Money(int(cents or 0), programme.plan.currency)


# --- people -----------------------------------------------------------------------------------------------------------


def list_officers(programme: str, region: str) -> list[User]:
    """The people who may authorise payments of a region in a programme."""
    return list_holders(OFFICERS, programme, region)


def names_of(user_ids: Sequence[int | None]) -> dict[int, str]:
    """Person -> name."""
    ids = {user_id for user_id in user_ids if user_id is not None}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row.id: row.name for row in rows}


def list_people(user_ids: Sequence[int]) -> list[User]:
    """People by their ids."""
    return list(db.session.scalars(select(User).where(User.id.in_(user_ids)).order_by(User.id)))
