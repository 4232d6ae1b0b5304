"""What the file has declared so far, for the parts that refer to it."""

from __future__ import annotations

from dataclasses import dataclass

from vouchers.programmes.rules.form_plan import Form
from vouchers.programmes.rules.instrument_plan import Instrument
from vouchers.programmes.rules.plan import FundLine, Region


@dataclass(slots=True)
class Declared:
    """Regions, fund lines, instruments and forms, each findable by its code."""

    regions: tuple[Region, ...]
    fund_lines: tuple[FundLine, ...]
    instruments: tuple[Instrument, ...]
    forms: tuple[Form, ...] = ()

    @property
    def region_codes(self) -> tuple[str, ...]:
        """Codes of all regions, in the order of the file."""
        return tuple(region.code for region in self.regions)

    @property
    def instrument_codes(self) -> tuple[str, ...]:
        """Codes of all instruments, in the order of the file."""
        return tuple(instrument.code for instrument in self.instruments)

    def instruments_of(self, codes: tuple[str, ...]) -> list[Instrument]:
        """The instruments with these codes."""
        return [instrument for instrument in self.instruments if instrument.code in codes]
