"""What waits beside applications and claims: transfers between budgets, and who may be one person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, func, or_, select

from vouchers.core.database import db
from vouchers.likenesses.models import Likeness
from vouchers.likenesses.states import LikenessState
from vouchers.programmes.models import Call, Envelope, Programme
from vouchers.programmes.policy import MAY_MOVE_MONEY
from vouchers.regions.models import Region
from vouchers.reports.queries.desk import Mandates, Waiting
from vouchers.transfers.models import EnvelopeTransfer
from vouchers.transfers.states import TransferState
from vouchers.users.mandate import Mandate, mandate_of
from vouchers.users.queries import covered_by


def deciding_mandate(person: Any, mandates: Mandates) -> Mandate:
    """Where the person decides transfers as the one who receives; who only reads sees all of the mandate."""
    deciding = mandate_of(person, MAY_MOVE_MONEY)
    return deciding if deciding.pairs or mandates.may_act else mandate_of(person)


def count_transfers(mandate: Mandate, person_id: int) -> Waiting:
    """The transfers that wait for the side that receives; the person's own proposals need another one. One query."""
    was_me = EnvelopeTransfer.proposed_by_id == person_id
    count, not_mine = db.session.execute(
        select(func.count(), func.coalesce(func.sum(case((was_me, 1), else_=0)), 0))
        .select_from(EnvelopeTransfer)
        .join(Envelope, Envelope.id == EnvelopeTransfer.target_id)
        .join(Region, Region.id == Envelope.region_id)
        .join(Call, Call.id == Envelope.call_id)
        .join(Programme, Programme.id == Call.programme_id)
        .where(EnvelopeTransfer.state == TransferState.PROPOSED, covered_by(mandate, Programme.code, Region.code))
    ).one()
    return Waiting(int(count), int(not_mine))


def count_likenesses(mandate: Mandate, person_id: int) -> Waiting:
    """The steps of second persons who looked like the first; those about the reader need another coordinator."""
    is_me = or_(Likeness.actor_id == person_id, Likeness.other_id == person_id)
    count, about_me = db.session.execute(
        select(func.count(), func.coalesce(func.sum(case((is_me, 1), else_=0)), 0)).where(
            Likeness.state == LikenessState.NOTED,
            covered_by(mandate, Likeness.programme_code, Likeness.region_code),
        )
    ).one()
    return Waiting(int(count), int(about_me))
