"""Who owes several recoveries to one account: one transfer may pay more than one of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from vouchers.agreements.models import Agreement
from vouchers.applications.models import Application
from vouchers.banking.models import Entry
from vouchers.core.database import db
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Call, Programme
from vouchers.recoveries.models import Recovery
from vouchers.recoveries.queries import OWED, WHOLE
from vouchers.regions.models import Region
from vouchers.users.mandate import Mandate
from vouchers.users.queries import covered_by


@dataclass(frozen=True, slots=True)
class Debtor:
    """A company, and what it owes."""

    id: int
    name: str
    recovery_ids: list[int]


def list_debtors(entry: Entry, mandate: Mandate) -> list[Debtor]:
    """Who owes more than one recovery to the account of an entry, in its currency, of those that a mandate covers; by
    name."""
    found = (
        select(Organisation.id, Organisation.name, Recovery.id)
        .join(Application, Application.organisation_id == Organisation.id)
        .join(Agreement, Agreement.application_id == Application.id)
        .join(Recovery, Recovery.agreement_id == Agreement.id)
        .join(Application.call)
        .join(Call.programme)
        .join(Application.region)
        .where(Region.iban == entry.statement.iban, Recovery.currency == entry.currency, Recovery.state.in_(OWED))
        .where(covered_by(mandate, Programme.code, Region.code))
        .order_by(Organisation.name, Organisation.id, Recovery.id)
    )
    debtors: dict[int, Debtor] = {}
    for organisation_id, name, recovery_id in db.session.execute(found):
        debtors.setdefault(organisation_id, Debtor(organisation_id, name, [])).recovery_ids.append(recovery_id)
    return [one for one in debtors.values() if len(one.recovery_ids) > 1]


def list_recoveries(recovery_ids: Collection[int]) -> list[Recovery]:
    """These recoveries as rules and policies need them, in the order of their ids."""
    found = select(Recovery).where(Recovery.id.in_(recovery_ids)).options(*WHOLE).order_by(Recovery.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))
