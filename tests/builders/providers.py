"""Providers in the register, entered by the office."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.builders.kept import Numbers, known
from vouchers.core import clock
from vouchers.providers.actions import ProviderDetails, accredit_provider, register_provider
from vouchers.providers.models import Provider
from vouchers.workflow.transition import OFFICE

_numbers = Numbers()


def provider_details(name: str = "", **changes: Any) -> ProviderDetails:
    """Of a provider with a number of its own."""
    number = next(_numbers)
    kept = {"name": name or f"Laboratory {number}", "country": "GB", "register_number": f"SC{number:06}"} | changes
    return ProviderDetails(**kept)


@known
def a_provider(
    programme: str = "in2lifesciences",
    name: str = "",
    *,
    is_accredited: bool = False,
    until: date | None = None,
    at: datetime | None = None,
    **changes: Any,
) -> Provider:
    """A provider of a programme."""
    at = at or clock.now()
    provider = register_provider(programme, provider_details(name, **changes), by=OFFICE, at=at)
    if is_accredited:
        accredit_provider(provider, until, by=OFFICE, at=at)
    return provider
