"""Finding who cooperates under the agreements that are, or were, in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from vouchers.agreements.models import Agreement, Party
from vouchers.agreements.states import PartyKind
from vouchers.amendments.models import Amendment
from vouchers.amendments.states import AmendmentState
from vouchers.applications.models import Answer, Application, Partner
from vouchers.applications.states import PartnerState
from vouchers.core.database import db
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Instrument, Programme
from vouchers.programmes.rules.instrument_plan import CrossBorder
from vouchers.programmes.rules.reserved import PARTNER_REGION
from vouchers.providers.models import Provider
from vouchers.publishing.queries.granted import Scope, select_granted
from vouchers.publishing.rules.indicators import Body, Cooperation, body_key
from vouchers.regions.models import Region

_COUNTRIES = {"EL": "GR", "XI": "GB"}
"""What VAT numbers begin with, where it is not the country's code."""


def was_in_force() -> ColumnElement[bool]:
    """Whether every party had accepted the agreement. Joined: agreement."""
    return Agreement.active_at.is_not(None)


def list_cooperations(wanted: Scope) -> list[Cooperation]:
    """One for each agreement that was in force and binds a partner, or whose applicants applied together; six
    queries."""
    rows = db.session.execute(
        select_granted(
            wanted,
            Application.id, Application.instrument_id, Region.code.label("region"),
            Organisation.id.label("who"), Organisation.name, Organisation.vat_number, Organisation.country,
            Party.name.label("provider"),
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Agreement, Agreement.application_id == Application.id)
        .outerjoin(Party, and_(Party.agreement_id == Agreement.id, Party.kind == PartyKind.PROVIDER))
        .where(was_in_force(), Application.disposed_at.is_(None))
    ).all()  # fmt: skip
    register, places, beside = _Register.of(wanted), _map_places(wanted), _map_beside(wanted)
    abroad = _list_abroad(wanted)
    found = []
    for row in rows:
        providers = [register.body_of(row.provider, places.get(row.id, ""))] if row.provider else []
        if partners := (*providers, *beside.get(row.id, ())):
            beneficiary = Body(body_key(vat_number=row.vat_number, organisation_id=row.who, name=row.name), row.country)
            found.append(Cooperation(row.region, beneficiary, partners, row.instrument_id in abroad))
    return found


@dataclass(frozen=True, slots=True)
class _Register:
    """The providers of a programme by their names, and the countries of the regions by their codes."""

    providers: dict[str, Body]
    countries: dict[str, str]

    @classmethod
    def of(cls, wanted: Scope) -> _Register:
        codes = select(Programme.code).where(Programme.id.in_(wanted.programme_ids))
        rows = db.session.execute(
            select(
                Provider.name, Provider.country, Provider.register_number,
                func.coalesce(func.nullif(Organisation.vat_number, ""), Provider.vat_number).label("vat_number"),
                Provider.organisation_id,
            )
            .outerjoin(Organisation, Organisation.id == Provider.organisation_id)
            .where(Provider.programme_code.in_(codes))
            .order_by(Provider.id)
        )  # fmt: skip
        providers = {
            body_key(name=row.name): Body(
                body_key(
                    vat_number=row.vat_number or "",
                    register_number=row.register_number,
                    organisation_id=row.organisation_id,
                    name=row.name,
                ),
                row.country,
            )
            for row in rows
        }
        regions = db.session.execute(select(Region.code, Region.country))
        return cls(providers, dict(regions.tuples().all()))

    def body_of(self, name: str, place: str) -> Body:
        """A partner by the name in the agreement, and the region that was said of it."""
        key = body_key(name=name)
        return self.providers.get(key) or Body(key, self.countries.get(place, ""))


def _map_places(wanted: Scope) -> dict[int, str]:
    """Application -> the region in which its partner sits: as an amendment in force says, else as was answered."""
    answers = db.session.execute(
        select_granted(wanted, Application.id, Answer.value)
        .join(Answer, Answer.application_id == Application.id)
        .where(Answer.question == PARTNER_REGION)
    )
    found = {key: value for key, value in answers if isinstance(value, str)}
    changed = db.session.execute(
        select_granted(wanted, Application.id, Amendment.provider_region)
        .join(Agreement, Agreement.application_id == Application.id)
        .join(Amendment, Amendment.agreement_id == Agreement.id)
        .where(Amendment.state == AmendmentState.IN_FORCE, Amendment.provider_region != "")
        .order_by(Amendment.id)
    )
    return found | dict(changed.tuples().all())


def _map_beside(wanted: Scope) -> dict[int, tuple[Body, ...]]:
    """Application -> those who applied together with its applicant, and confirmed it."""
    rows: Any = db.session.execute(
        select_granted(wanted, Application.id, Partner.name, Partner.vat_number, Partner.register_number)
        .join(Partner, Partner.application_id == Application.id)
        .where(Partner.state == PartnerState.CONFIRMED)
        .order_by(Partner.id)
    )
    found: dict[int, tuple[Body, ...]] = {}
    for application_id, name, vat_number, register_number in rows:
        key = body_key(vat_number=vat_number, register_number=register_number, name=name)
        begins = vat_number.strip()[:2].upper()
        country = _COUNTRIES.get(begins, begins) if begins.isalpha() else ""
        found[application_id] = (*found.get(application_id, ()), Body(key, country))
    return found


def _list_abroad(wanted: Scope) -> set[int]:
    """The instruments that take a partner in another country only."""
    instruments = db.session.scalars(select(Instrument).where(Instrument.programme_id.in_(wanted.programme_ids)))
    return {one.id for one in instruments if one.plan.cross_border is CrossBorder.OTHER_COUNTRY}
