"""What the rules judge an application against."""

from __future__ import annotations

from datetime import datetime

from vouchers.applications.models import Application
from vouchers.applications.rules.blockers import Ground
from vouchers.core.clock import day_in
from vouchers.programmes.rules.instrument_plan import CrossBorder
from vouchers.regions.queries import list_regions


def ground_of(application: Application, *, at: datetime) -> Ground:
    """Its call, voucher and region, and the day there at this moment."""
    instrument = application.instrument.plan
    abroad = instrument.cross_border is CrossBorder.OTHER_COUNTRY
    return Ground(
        call=application.call.plan,
        instrument=instrument,
        region=application.region.code,
        today=day_in(application.region.time_zone, at),
        countries={region.code: region.country for region in list_regions()} if abroad else {},
    )
