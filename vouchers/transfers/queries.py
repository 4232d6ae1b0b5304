"""Finding transfers, and whose decision they wait for."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, false, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.money import Money
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Fund, Journal, JournalLine, StageBalance
from vouchers.programmes.models import Call, Envelope, EnvelopeFund, Programme
from vouchers.regions.models import Region
from vouchers.transfers.models import EnvelopeTransfer
from vouchers.users.models import User
from vouchers.users.queries import list_holders
from vouchers.users.states import Role

_SIDES = (EnvelopeTransfer.source, EnvelopeTransfer.target)
_PLACES = [
    loading
    for side in _SIDES
    for loading in (
        joinedload(side).joinedload(Envelope.call).joinedload(Call.programme),
        joinedload(side).joinedload(Envelope.region),
    )
]
_MONEY = [joinedload(side).selectinload(Envelope.funds).joinedload(EnvelopeFund.fund) for side in _SIDES]
WHOLE = (*_PLACES, *_MONEY, joinedload(EnvelopeTransfer.proposed_by), joinedload(EnvelopeTransfer.decided_by))
"""What policies and pages need of a transfer."""


def get_transfer(transfer_id: int) -> EnvelopeTransfer:
    """A transfer with both envelopes and the people. Raises `NotFound`."""
    found = db.session.scalars(
        select(EnvelopeTransfer).where(EnvelopeTransfer.id == transfer_id).options(*WHOLE)
    ).first()
    if found is None:
        raise NotFound(_("There is no such transfer."))
    return found


def list_transfers(query: ListQuery, *, scopes: Sequence[tuple[str | None, str | None]]) -> Page:
    """Transfers from or to envelopes within (programme, region) mandates, None standing for all; newest first."""
    source, target = aliased(Envelope), aliased(Envelope)
    giving, receiving = aliased(Region), aliased(Region)
    statement = (
        select(EnvelopeTransfer)
        .join(source, EnvelopeTransfer.source_id == source.id)
        .join(target, EnvelopeTransfer.target_id == target.id)
        .join(giving, source.region_id == giving.id)
        .join(receiving, target.region_id == receiving.id)
        .join(Call, source.call_id == Call.id)
        .join(Programme, Call.programme_id == Programme.id)
        .where(
            or_(
                false(),
                *(
                    and_(
                        Programme.code == programme if programme else Programme.id.is_not(None),
                        or_(giving.code == region, receiving.code == region) if region else giving.id.is_not(None),
                    )
                    for programme, region in scopes
                ),
            )
        )
        .options(*_PLACES, joinedload(EnvelopeTransfer.proposed_by))
    )
    if state := query.filters.get("state"):
        statement = statement.where(EnvelopeTransfer.state == state)
    return paginate(db.session, statement, query, {"proposed": EnvelopeTransfer.id})


def list_targets(source: Envelope) -> list[Envelope]:
    """The other envelopes of the call, by region."""
    found = (
        select(Envelope)
        .join(Envelope.region)
        .where(Envelope.call_id == source.call_id, Envelope.id != source.id, Envelope.currency == source.currency)
        .options(contains_eager(Envelope.region), joinedload(Envelope.call).joinedload(Call.programme))
        .order_by(Region.code, Envelope.instrument_code)
    )
    return list(db.session.scalars(found))


def map_available(envelope: Envelope) -> dict[int, Money]:
    """What each fund of an envelope has available."""
    return _available([envelope], is_locked=False)


def lock_available(envelopes: Sequence[Envelope]) -> dict[int, Money]:
    """What each fund of these envelopes has available, held to the end of the step, always in the same order."""
    return _available(envelopes, is_locked=True)


def _available(envelopes: Sequence[Envelope], *, is_locked: bool) -> dict[int, Money]:
    funds = {part.fund_id: part.fund for envelope in envelopes for part in envelope.funds}
    found = (
        select(StageBalance.fund_id, StageBalance.cents)
        .where(StageBalance.fund_id.in_(list(funds)), StageBalance.account == Account.AVAILABLE.value)
        .order_by(StageBalance.fund_id)
    )
    cents = {row.fund_id: row.cents for row in db.session.execute(found.with_for_update() if is_locked else found)}
    return {fund_id: Money(cents.get(fund_id, 0), fund.currency) for fund_id, fund in funds.items()}


def list_deciders(transfer: EnvelopeTransfer) -> list[User]:
    """The cluster managers of the region that receives; where there is none but the proposer, the coordinators."""
    programme, region = transfer.target.call.programme.code, transfer.target.region.code
    managers = list_holders({Role.CLUSTER_MANAGER}, programme, region, besides=transfer.proposed_by_id)
    return managers or list_holders({Role.COORDINATOR}, programme, None, besides=transfer.proposed_by_id)


def list_moved(transfer: EnvelopeTransfer) -> list[tuple[int, Fund, Money]]:
    """(journal, fund line, what it received or, below zero, gave) of an approved transfer, as the books have it."""
    lines = db.session.execute(
        select(Journal.id, Fund, JournalLine.cents)
        .join(JournalLine, JournalLine.journal_id == Journal.id)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .where(Journal.event == "transfer", Journal.subject_id == transfer.id)
        .where(Journal.reference == transfer.reference, JournalLine.account == Account.AVAILABLE)
        .order_by(JournalLine.id)
    )
    return [(journal_id, fund, Money(cents, fund.currency)) for journal_id, fund, cents in lines]
