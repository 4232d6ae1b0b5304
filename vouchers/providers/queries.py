"""Finding providers, what they did before, and the taxonomy by which they are found."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select

from vouchers.core import localised
from vouchers.core.database import Base, db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.organisations.models import Membership, Organisation
from vouchers.organisations.states import MembershipState
from vouchers.providers.models import Provider
from vouchers.providers.rules.terms import REMINDED_BEFORE
from vouchers.providers.states import LISTED, ProviderState
from vouchers.users.models import User
from vouchers.users.states import Role

Taxonomy = Sequence[tuple[str, localised.Text]]
"""Code and name of each field of a programme, in the order of its file."""
_find_fields: Callable[[str], Taxonomy] = lambda _programme: ()  # noqa: E731
ORDERS = {"name": Provider.name, "country": Provider.country, "until": Provider.accredited_until}


def use_fields(find: Callable[[str], Taxonomy]) -> None:
    """Set how the taxonomy of a programme is found (the application shell does): programmes stand above this floor."""
    global _find_fields
    _find_fields = find


def list_fields(programme_code: str) -> Taxonomy:
    """The taxonomy of a programme."""
    return _find_fields(programme_code)


def get_provider(provider_id: int) -> Provider:
    """A provider. Raises `NotFound`."""
    found = db.session.get(Provider, provider_id)
    if found is None:
        raise NotFound(_("There is no such provider."))
    return found


def find_same(programme_code: str, name: str, vat_number: str) -> Provider | None:
    """Who stands in the register of a programme with this VAT number, or else with this name."""
    same_number = and_(Provider.vat_number == vat_number, Provider.vat_number != "")
    found = select(Provider).where(
        Provider.programme_code == programme_code,
        Provider.state != ProviderState.ENDED,
        or_(same_number, func.lower(Provider.name) == name.lower()),
    )
    return db.session.scalars(found.order_by(same_number.desc(), Provider.id)).first()


def list_current(programme_code: str) -> list[Provider]:
    """Everybody who has not left the register of a programme."""
    found = select(Provider).where(Provider.programme_code == programme_code, Provider.state != ProviderState.ENDED)
    return list(db.session.scalars(found.order_by(Provider.name)))


def list_names(programme_code: str, states: Collection[ProviderState] = LISTED) -> list[str]:
    """The names of a programme's providers, by name."""
    found = select(Provider.name).where(Provider.programme_code == programme_code, Provider.state.in_(states))
    return list(db.session.scalars(found.order_by(Provider.name)))


def list_register(query: ListQuery, *, programmes: Collection[str] | None) -> Page:
    """The providers of these programmes (None: all)."""
    statement = _searched(query)
    if programmes is not None:
        statement = statement.where(Provider.programme_code.in_(programmes))
    if state := query.filters.get("state"):
        statement = statement.where(Provider.state == ProviderState(state))
    return paginate(db.session, statement, query, ORDERS)


def list_directory(query: ListQuery) -> Page:
    """What everybody may see: the providers who may be chosen now."""
    statement = _searched(query).where(Provider.state.in_(LISTED))
    if programme := query.filters.get("programme"):
        statement = statement.where(Provider.programme_code == programme)
    return paginate(db.session, statement, query, ORDERS)


def _searched(query: ListQuery) -> Select[Any]:
    statement = select(Provider)
    if region := query.filters.get("region"):
        statement = statement.where(Provider.region_code == region)
    if field := query.filters.get("field"):
        statement = statement.where(has_code(Provider.fields, field))
    if query.q:
        offered = cast(Provider.services, Text).icontains(json.dumps(query.q)[1:-1], autoescape=True)
        statement = statement.where(or_(Provider.name.icontains(query.q, autoescape=True), offered))
    return statement


def has_code(column: Any, code: str) -> ColumnElement[bool]:
    """Whether a list of codes, kept as JSON, holds this one."""
    return cast(column, Text).contains(json.dumps(code), autoescape=True)


def list_programmes_listed() -> list[str]:
    """The programmes that have a directory."""
    found = select(Provider.programme_code).where(Provider.state.in_(LISTED)).distinct()
    return sorted(db.session.scalars(found))


def list_ending(today: date) -> list[Provider]:
    """Accredited providers whose time has ended, or ends within the days of a reminder."""
    soon = today + timedelta(days=max(REMINDED_BEFORE))
    found = select(Provider).where(Provider.state == ProviderState.ACCREDITED, Provider.accredited_until <= soon)
    return list(db.session.scalars(found.order_by(Provider.id)))


@dataclass(frozen=True, slots=True)
class PastVoucher:
    """A voucher that the provider carries out."""

    reference: str
    instrument: str


def list_vouchers(provider: Provider) -> list[PastVoucher]:
    """The granted applications of the programme whose agreement is with the provider, or, where no agreement names one,
    that name it or its address; the newest first.

    Applications and agreements stand on floors above this one, so their tables are asked for by name.
    """
    tables = Base.metadata.tables
    application, call, programme = tables["application"], tables["call"], tables["programme"]
    instrument, agreement, party = tables["instrument"], tables["agreement"], tables["agreement_party"]
    agreed = (
        select(party.c.id)
        .join(agreement, agreement.c.id == party.c.agreement_id)
        .where(agreement.c.application_id == application.c.id, party.c.kind == "provider")
    )
    found = (
        select(application.c.reference, instrument.c.code)
        .join(call, call.c.id == application.c.call_id)
        .join(programme, programme.c.id == call.c.programme_id)
        .join(instrument, instrument.c.id == application.c.instrument_id)
        .where(programme.c.code == provider.programme_code, application.c.awarded_cents.is_not(None))
        .where(
            or_(
                agreed.where(_is_named(provider, party.c.name, party.c.contact_email)).exists(),
                and_(~agreed.exists(), _answers_naming(provider, application.c.id).exists()),
            )
        )
        .order_by(application.c.reference.desc())
    )
    return [PastVoucher(*row) for row in db.session.execute(found)]


def _is_named(provider: Provider, name: Any, email: Any) -> ColumnElement[bool]:
    """Whether these columns hold the provider's name, or its address."""
    is_same = func.lower(name) == provider.name.lower()
    if not provider.contact_email:
        return is_same
    return or_(is_same, func.lower(email) == provider.contact_email.lower())


def _answers_naming(provider: Provider, application_id: Any) -> Select[Any]:
    """The answers of an application that name the provider."""
    answer = Base.metadata.tables["answer"]
    said = func.lower(cast(answer.c.value, Text))
    wanted = [and_(answer.c.question == "provider_name", said == json.dumps(provider.name).lower())]
    if provider.contact_email:
        same = said == json.dumps(provider.contact_email).lower()
        wanted.append(and_(answer.c.question == "provider_email", same))
    return select(answer.c.application_id).where(answer.c.application_id == application_id, or_(*wanted))


def map_linked_names(programme_code: str, user_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """User id -> names of the programme's providers, in whatever state, for which the person acts."""
    found = (
        select(Membership.user_id, Provider.name)
        .join(Provider, Provider.organisation_id == Membership.organisation_id)
        .where(Provider.programme_code == programme_code, Membership.user_id.in_(user_ids))
        .where(Membership.state == MembershipState.ACTIVE)
        .order_by(Provider.name)
    )
    linked: dict[int, tuple[str, ...]] = {}
    for user_id, name in db.session.execute(found):
        assert user_id is not None
        linked[user_id] = (*linked.get(user_id, ()), name)
    return linked


def find_organisation(vat_number: str, register_number: str, country: str) -> Organisation | None:
    """The organisation of this office that bears one of these numbers."""
    same = [and_(Organisation.vat_number == vat_number, Organisation.vat_number != "")]
    if register_number:
        same.append(and_(Organisation.register_number == register_number, Organisation.country == country))
    return db.session.scalars(select(Organisation).where(or_(*same)).order_by(Organisation.id)).first()


# Whose registers somebody keeps or reads ------------------------------------------------------------------------------


def list_programmes_kept_by(user: User) -> list[str]:
    """The codes of the programmes whose registers this person keeps.

    Programmes stand on a floor above this one, so their table is asked for by its name.
    """
    keeping = {Role.CLUSTER_MANAGER, Role.COORDINATOR}
    codes = {grant.programme_code for grant in user.grants if grant.role in keeping}
    programme = Base.metadata.tables["programme"]
    every = db.session.scalars(select(programme.c.code).order_by(programme.c.code))
    return [code for code in every if None in codes or code in codes]


def name_of_programme(programme_code: str) -> str:
    """What people call a programme, in its first language. Its table is asked for by its name, as above."""
    programme = Base.metadata.tables["programme"]
    name = db.session.scalar(select(programme.c.config["name"]).where(programme.c.code == programme_code))
    return str(name["versions"][0][1]) if name else programme_code


def programmes_seen_by(user: User) -> set[str] | None:
    """The codes of the programmes in which this person has a staff role; None: all."""
    codes = {grant.programme_code for grant in user.grants if grant.role != Role.EXPERT}
    return None if None in codes else {code for code in codes if code}
