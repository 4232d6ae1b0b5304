"""Who may begin an application in a call."""

from __future__ import annotations

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.programmes.rules.plan import Call


def ensure_region_takes_part(call: Call, region: str) -> None:
    """Only organisations of the call's regions: each region grants from its own money."""
    if region not in call.regions:
        raise RuleBroken(_("The region of this organisation does not take part in the call."), field="organisation")


def ensure_instrument_offered(call: Call, instrument: str) -> None:
    """Only the call's instruments."""
    if instrument not in call.instruments:
        raise RuleBroken(_("This kind of voucher is not offered in the call."), field="instrument")
