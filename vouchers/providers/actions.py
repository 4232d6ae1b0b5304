"""Everything that can happen to a provider in the register."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from vouchers.core.clock import office_day
from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.links import full_url
from vouchers.core.text import say as _
from vouchers.letters.actions import Addressee
from vouchers.organisations.queries import list_owners
from vouchers.organisations.rules.address import read_website
from vouchers.organisations.rules.identifiers import ensure_identified, ensure_vat_number
from vouchers.providers import queries
from vouchers.providers.lifecycle import PROVIDER
from vouchers.providers.models import Provider
from vouchers.providers.rules.offers import Service, as_stored
from vouchers.providers.rules.terms import due_reminder, ensure_term
from vouchers.workflow.transition import Step, creation, transition


@dataclass(frozen=True, slots=True)
class ProviderDetails:
    """What the register says of a provider."""

    name: str
    country: str
    region_code: str = ""
    vat_number: str = ""
    register_number: str = ""
    website: str = ""
    contact_email: str = ""
    fields: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()


def register_provider(programme_code: str, details: ProviderDetails, *, by: Any, at: datetime) -> Provider:
    """Enter an organisation into a programme's register of providers.

    Raises:
        RuleBroken: its number cannot be one, none is given, or it is in the register already.
    """
    with unit_of_work():
        provider = Provider(programme_code=programme_code, registered_at=at)
        _fill(provider, details)
        with creation(provider, PROVIDER.register, by=by, at=at):
            return provider


def edit_provider(
    provider: Provider, details: ProviderDetails, *, by: Any, at: datetime, version: int | None = None
) -> None:
    """Change what the register says of a provider."""
    with transition(provider, PROVIDER.edit, by=by, at=at, version=version):
        _fill(provider, details)


def read_details(details: ProviderDetails, programme_code: str, own_id: int | None = None) -> dict[str, Any]:
    """The columns of a provider as they will be kept.

    Raises:
        RuleBroken: the number, the address of the site, or the entry is another provider's.
    """
    vat_number = ensure_vat_number(details.vat_number, details.country)
    ensure_identified(vat_number=vat_number, register_number=details.register_number)
    same = queries.find_same(programme_code, details.name, vat_number)
    if same is not None and same.id != own_id:
        raise RuleBroken(
            _("%(name)s is in the register already.", name=same.name),
            field="vat_number" if vat_number and same.vat_number == vat_number else "name",
        )
    kept = asdict(details) | {"vat_number": vat_number, "website": read_website(details.website)}
    return kept | {"fields": list(details.fields), "services": as_stored(details.services)}


def _fill(provider: Provider, details: ProviderDetails) -> None:
    for column, value in read_details(details, provider.programme_code, provider.id).items():
        setattr(provider, column, value)
    organisation = queries.find_organisation(provider.vat_number, provider.register_number, provider.country)
    provider.organisation_id = organisation.id if organisation else None


def accredit_provider(
    provider: Provider, until: date | None, *, by: Any, at: datetime, version: int | None = None
) -> None:
    """Let instruments that ask for an accredited provider name it, up to and with a day; None: without an end."""
    with transition(provider, PROVIDER.accredit, by=by, at=at, version=version) as step:
        ensure_term(until, office_day(at), "until")
        provider.accredited_until, provider.reminded_days = until, None
        _write(step, provider, "providers/accredit", until=until)


def remind_provider(provider: Provider, *, by: Any, at: datetime) -> None:
    """Tell the provider that its accreditation ends soon; each reminder once."""
    with transition(provider, PROVIDER.remind, by=by, at=at) as step:
        due = due_reminder(provider.accredited_until, provider.reminded_days, office_day(at))
        if due is None:
            raise RuleBroken(_("This letter was written before."))
        provider.reminded_days = due
        _write(step, provider, "providers/remind", until=provider.accredited_until)


def expire_provider(provider: Provider, *, by: Any, at: datetime) -> None:
    """The day of the accreditation has passed: the provider stays registered."""
    with transition(provider, PROVIDER.expire, by=by, at=at) as step:
        if provider.accredited_until is None or provider.accredited_until >= office_day(at):
            raise RuleBroken(_("The accreditation still holds."))
        _write(step, provider, "providers/expire", until=provider.accredited_until)


def suspend_provider(provider: Provider, reason: str, *, by: Any, at: datetime) -> None:
    """Nobody can choose the provider any more, for a reason that it reads. Agreements that run are not touched."""
    with transition(provider, PROVIDER.suspend, by=by, at=at, why=reason) as step:
        provider.suspended_because, provider.accredited_until = reason, None
        _write(step, provider, "providers/suspend", reason=reason)


def reinstate_provider(provider: Provider, *, by: Any, at: datetime) -> None:
    """It stands in the directory again; whether it is accredited is decided anew."""
    with transition(provider, PROVIDER.reinstate, by=by, at=at) as step:
        provider.suspended_because = ""
        _write(step, provider, "providers/reinstate")


def end_provider(provider: Provider, reason: str, *, by: Any, at: datetime) -> None:
    """It leaves the register. What named it keeps its name."""
    with transition(provider, PROVIDER.end, by=by, at=at, why=reason):
        provider.accredited_until = None


def _write(step: Step, provider: Provider, occasion: str, **values: Any) -> None:
    """To the provider's address, and to the owners of the organisation that it is."""
    writers = [Addressee(provider.contact_email, provider.name)] if provider.contact_email else []
    if provider.organisation_id is not None:
        owners = list_owners(provider.organisation_id)
        writers += [Addressee(one.email, one.name, one.language, one.id) for one in owners]
    facts: dict[str, Any] = {"provider": provider.name, "programme": queries.name_of_programme(provider.programme_code)}
    for to in {one.email: one for one in writers}.values():
        step.write(to, occasion, link=full_url("providers.directory"), **facts, **values)
