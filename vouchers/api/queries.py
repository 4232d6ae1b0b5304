"""Finding tokens and receipts, and what a token reads: always within its region, and its programme if it is for one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import joinedload

from vouchers.api.models import ApiReceipt, ApiToken
from vouchers.api.states import TokenState
from vouchers.audit.models import AuditEvent, AuditRun
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.ledger.models import Fund, Journal, JournalLine
from vouchers.payables.models import Payable
from vouchers.payables.states import PayableState
from vouchers.payments.models import Batch, Payment
from vouchers.payments.states import BatchState
from vouchers.programmes.models import Programme
from vouchers.regions.models import Region
from vouchers.retention.queries.sections import Section
from vouchers.users.models import User
from vouchers.users.secrets import hash_token

WHOLE = (joinedload(ApiToken.region), joinedload(ApiToken.issued_by).selectinload(User.grants))
OWN_TOKENS = Section(
    "tokens",
    _("Tokens of finance systems"),
    (ApiToken.issued_by_id,),
    (ApiToken.name, ApiToken.state, ApiToken.beginning, ApiToken.issued_at, ApiToken.expires_at, ApiToken.used_at),
)
"""What the copy of a person's data tells of the tokens that the person issued."""
SORTS = ("issued", "name", "expires", "used")


# Tokens --------------------------------------------------------------------------------------------------------------


def get_token(token_id: int) -> ApiToken:
    """A token. Raises `NotFound`."""
    found = db.session.scalars(select(ApiToken).where(ApiToken.id == token_id).options(*WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such token."))
    return found


def find_live_token(secret: str, *, at: datetime) -> ApiToken | None:
    """The token with this secret, if it still opens anything."""
    found = select(ApiToken).where(
        ApiToken.token_hash == hash_token(secret), ApiToken.state == TokenState.ISSUED, ApiToken.expires_at > at
    )
    return db.session.scalars(found.options(*WHOLE)).first()


def lock_token(token_id: int) -> ApiToken:
    """The token, held: what comes with one key is done one after the other."""
    db.session.execute(select(ApiToken.id).where(ApiToken.id == token_id).with_for_update())
    return get_token(token_id)


def list_tokens(query: ListQuery, scopes: list[tuple[str | None, str | None]] | None) -> Page:
    """The tokens that somebody may revoke, as pages; None: all of them."""
    statement = select(ApiToken).join(ApiToken.region).options(*WHOLE)
    if scopes is not None:
        statement = statement.where(or_(*(_covered(programme, region) for programme, region in scopes)))
    if state := query.filters.get("state"):
        statement = statement.where(ApiToken.state == TokenState(state))
    orders = {
        "issued": ApiToken.issued_at,
        "name": ApiToken.name,
        "expires": ApiToken.expires_at,
        "used": ApiToken.used_at,
    }
    return paginate(db.session, statement, query, orders)


def _covered(programme: str | None, region: str | None) -> Any:
    is_region = Region.code == region if region else ApiToken.id.is_not(None)
    return is_region & (ApiToken.programme_code == programme) if programme else is_region


def find_receipt(token_id: int, key: str) -> ApiReceipt | None:
    """What was answered to this key."""
    return db.session.scalars(select(ApiReceipt).filter_by(token_id=token_id, key=key)).first()


# The books -----------------------------------------------------------------------------------------------------------


def list_ledger_lines(
    token: ApiToken,
    after: tuple[int, ...],
    most: int,
    *,
    first: date | None = None,
    last: date | None = None,
    account: str = "",
    voucher: str = "",
) -> list[Any]:
    """Lines of sealed steps in the order of the record, so that none ever comes to stand before one that was read."""
    place = AuditRun.first_position + (AuditEvent.id - AuditRun.first_event_id)
    found: Any = (
        select(place, JournalLine, Journal, Fund)
        .select_from(AuditRun)
        .join(AuditEvent, AuditEvent.id.between(AuditRun.first_event_id, AuditRun.first_event_id + AuditRun.size - 1))
        .join(Journal, Journal.step_id == AuditEvent.step_id)
        .join(JournalLine, JournalLine.journal_id == Journal.id)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .where(
            AuditEvent.journals_hash != "",
            Fund.region == token.region.code,
            AuditRun.first_position + AuditRun.size > after[0],
            tuple_(place, JournalLine.id) > tuple_(*after),
        )
        .order_by(place, JournalLine.id)
        .limit(most)
    )
    if token.programme_code:
        found = found.where(Fund.programme == token.programme_code)
    if first:
        found = found.where(Journal.on >= first)
    if last:
        found = found.where(Journal.on <= last)
    if account:
        found = found.where(JournalLine.account == account)
    if voucher:
        found = found.where(JournalLine.voucher == voucher)
    return list(db.session.execute(found))


# What is to be paid, and batches -------------------------------------------------------------------------------------


def list_payables(token: ApiToken, after: int, most: int, state: PayableState | None) -> list[Payable]:
    """What the region owes, the oldest first."""
    found = _of_token(select(Payable), Payable, token).options(
        joinedload(Payable.programme).defer(Programme.config), joinedload(Payable.region)
    )
    if state:
        found = found.where(Payable.state == state)
    return list(db.session.scalars(found.where(Payable.id > after).order_by(Payable.id).limit(most)))


def list_batches(token: ApiToken, after: int, most: int, state: BatchState | None) -> list[tuple[Batch, int]]:
    """The region's batches and how many payments each has, the oldest first."""
    counted = select(func.count()).where(Payment.batch_id == Batch.id).correlate(Batch).scalar_subquery()
    found = _of_token(select(Batch, counted), Batch, token).options(*_PLACE)
    if state:
        found = found.where(Batch.state == state)
    rows = db.session.execute(found.where(Batch.id > after).order_by(Batch.id).limit(most))
    return [(batch, count) for batch, count in rows]


def get_batch_of(token: ApiToken, number: str) -> Batch:
    """A batch of the token's region. Raises `NotFound`, also for one of another region."""
    found = _of_token(select(Batch), Batch, token).where(Batch.number == number).options(*_PLACE)
    batch: Batch = _found(found, _("There is no such batch."))
    return batch


def count_payments(batch: Batch) -> int:
    """How many payments a batch has."""
    return int(db.session.scalar(select(func.count()).where(Payment.batch_id == batch.id)) or 0)


def list_payments(batch: Batch, after: int, most: int) -> list[Payment]:
    """The payments of a batch, in their order."""
    found = select(Payment).where(Payment.batch_id == batch.id, Payment.id > after)
    return list(db.session.scalars(found.options(joinedload(Payment.payable)).order_by(Payment.id).limit(most)))


def get_payment_of(token: ApiToken, end_to_end_id: str) -> Payment:
    """A payment of the token's region. Raises `NotFound`, also for one of another region."""
    found = _of_token(select(Payment).join(Payment.batch), Batch, token)
    whole = (joinedload(Payment.payable), joinedload(Payment.batch))
    found = found.where(Payment.end_to_end_id == end_to_end_id).options(*whole)
    payment: Payment = _found(found, _("There is no such payment."))
    return payment


_PLACE = (joinedload(Batch.programme).defer(Programme.config), joinedload(Batch.region))


def _of_token(statement: Select[Any], kind: Any, token: ApiToken) -> Select[Any]:
    statement = statement.where(kind.region_id == token.region_id)
    if token.programme_code:
        of_code = select(Programme.id).where(Programme.code == token.programme_code).scalar_subquery()
        statement = statement.where(kind.programme_id == of_code)
    return statement


def _found(statement: Select[Any], sentence: Any) -> Any:
    found = db.session.scalars(statement).first()
    if found is None:
        raise NotFound(sentence)
    return found
