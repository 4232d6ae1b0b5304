"""What is asked about a provider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vouchers.core.choices import ChoicesField, SelectField
from vouchers.core.fields import EmailField, HiddenField, LongTextField, TextField
from vouchers.core.formatting import CountryChoices
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField
from vouchers.core.text import say as _
from vouchers.providers.actions import ProviderDetails
from vouchers.providers.models import Provider
from vouchers.providers.queries import list_fields
from vouchers.providers.rules.offers import Service, as_lines, read_services
from vouchers.regions.queries import list_choices


class ProviderForm(BaseForm):
    """An entry of the register."""

    name = TextField(
        _("Name of the organisation"),
        hint=_("As in the company register."),
        missing=_("Enter the name of the organisation"),
        max_length=140,
    )
    country = SelectField(
        _("Country"), choices=CountryChoices(), placeholder=_("Choose a country"), missing=_("Choose the country")
    )
    region_code = SelectField(_("Partner region"), placeholder=_("None of them"))
    vat_number = TextField(_("VAT number"), max_length=20, width=20)
    register_number = TextField(
        _("Number in the company register"), hint=_("Needed if there is no VAT number."), max_length=40, width=20
    )
    website = TextField(_("Website (optional)"), max_length=200)
    contact_email = EmailField(_("Email address"), autocomplete=None)
    fields = ChoicesField(_("Fields of expertise"))
    services = LongTextField(
        _("Services and prices"),
        hint=_("One service a line: what, price, per what; for example “Usability test; 850; day”. The price may be "
               "left out."),
        max_length=6000,
        rows=6,
    )  # fmt: skip
    version = HiddenField()

    @classmethod
    def of(cls, provider: Provider | None = None, programmes: Sequence[str] = ()) -> Any:
        """The form for an entry, or for a new one in one of these programmes."""
        form = cls(data=_boxes_of(provider) if provider else None)
        codes = [provider.programme_code] if provider else programmes
        own = provider.region_code if provider else ""
        form.region_code.choices = list_choices(codes, and_code=own or "")
        found = {code: name.for_reader() for one in codes for code, name in list_fields(one)}
        form.fields.choices = list(found.items())
        if not found:
            del form.fields
        return form

    @property
    def details(self) -> ProviderDetails:
        """What was typed, apart from the offer."""
        return ProviderDetails(
            name=self.name.data,
            country=self.country.data,
            region_code=self.region_code.data or "",
            vat_number=self.vat_number.data,
            register_number=self.register_number.data,
            website=self.website.data,
            contact_email=self.contact_email.data,
            fields=tuple(self.fields.data) if "fields" in self else (),
        )

    def offer(self) -> tuple[Service, ...]:
        """The offer that was typed. Raises `RuleBroken` for a line that cannot be read."""
        return read_services(self.services.data, self.currency)

    @property
    def whole(self) -> ProviderDetails:
        """What was typed, with the offer. Raises `RuleBroken`."""
        return replace(self.details, services=self.offer())


def _boxes_of(provider: Provider) -> dict[str, Any]:
    names = ("name", "country", "region_code", "vat_number", "register_number", "website", "contact_email", "fields")
    return {name: getattr(provider, name) for name in (*names, "version")} | {"services": as_lines(provider.offers)}


class RegisterProviderForm(ProviderForm):
    """A new entry."""

    programme = SelectField(_("Programme"), placeholder=_("Choose a programme"), missing=_("Choose the programme"))


class AccreditForm(BaseForm):
    """Until when."""

    until = DateField(
        _("Accredited until (optional)"),
        hint=_("The last day, like 27 3 2027. Without a day the accreditation has no end."),
    )
    version = HiddenField()


class ReasonForm(BaseForm):
    """Why a provider is suspended, or leaves the register."""

    reason = LongTextField(_("Why?"), missing=_("Say why."), max_length=1000, rows=3)
