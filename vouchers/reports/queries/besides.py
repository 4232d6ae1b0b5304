"""What waits beside applications and claims: questions, the aid register, transfers between budgets."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import case, func, select

from vouchers.applications.models import Application
from vouchers.core.database import db
from vouchers.eligibility.models import AidEntry
from vouchers.eligibility.rules.register import EUROPEAN_UNION
from vouchers.eligibility.states import EntryState
from vouchers.enquiries.models import Enquiry
from vouchers.enquiries.states import EnquiryState
from vouchers.programmes.models import Call, Envelope, Programme
from vouchers.programmes.policy import MAY_MOVE_MONEY
from vouchers.regions.models import Region
from vouchers.reports.queries.desk import Mandates, Waiting, of_applications
from vouchers.transfers.models import EnvelopeTransfer
from vouchers.transfers.states import TransferState
from vouchers.users.mandate import Mandate, mandate_of
from vouchers.users.queries import covered_by


def count_questions(mandate: Mandate) -> int:
    """The questions of applicants that wait for the region's answer. One query."""
    statement = (
        select(func.count(Enquiry.id))
        .select_from(Enquiry)
        .join(Application, Application.id == Enquiry.application_id)
        .where(Enquiry.state == EnquiryState.WITH_REGION)
    )
    return db.session.scalar(of_applications(statement, mandate)) or 0


def count_aid_entries(mandate: Mandate) -> Waiting:
    """The grants that must still be entered in the aid register, overdue ones among them. One query.

    The soonest day is that of a country of the Union: elsewhere there is none.
    """
    last_day: Any = case((Region.country.in_(EUROPEAN_UNION), AidEntry.register_by))
    count, soonest = db.session.execute(
        select(func.count(AidEntry.id), func.min(last_day))
        .select_from(AidEntry)
        .join(Region, Region.id == AidEntry.region_id)
        .where(AidEntry.state == EntryState.DUE, covered_by(mandate, AidEntry.programme, Region.code))
    ).one()
    return Waiting(int(count), soonest=date.fromisoformat(soonest) if isinstance(soonest, str) else soonest)


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
