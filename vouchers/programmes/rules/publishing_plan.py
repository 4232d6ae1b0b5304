"""What a programme says of itself wherever its vouchers are published. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from vouchers.core.localised import Text

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class Filing:
    """How the list of operations files the vouchers of an instrument (CPR Article 49(3)(e), (i), (j) and (n))."""

    code: str
    """Of the instrument."""
    fund: Text | None = None
    specific_objective: Text | None = None
    intervention: str = ""
    achievements: Text | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Where a region lies (CPR Article 49(3)(l) and (m))."""

    code: str
    """Of the region."""
    nuts: str
    """Its code in the nomenclature of territorial units: ``BE3``, ``NL41``."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """The part of the list of operations (CPR Article 49) and of the open data that stands in no voucher."""

    prefix: str = ""
    """Of identifiers in the open data, such as ``360G-example``; empty: made from the programme's code."""
    licence: str = LICENCE
    specific_objective: Text | None = None
    intervention: str = ""
    """Code of the type of intervention (Annex I of the CPR), such as ``021``."""
    fund: Text | None = None
    """The Fund concerned; None: the fund lines that are not the regions' own."""
    achievements: Text | None = None
    """What is expected of a voucher; None: what its instrument says is delivered."""
    instruments: tuple[Filing, ...] = ()
    """Those of which something else holds."""
    regions: tuple[Location, ...] = ()

    def filing_of(self, instrument: str) -> Filing:
        """What holds of the vouchers of an instrument: what is said of it, else what is said of the programme."""
        own = next((one for one in self.instruments if one.code == instrument), Filing(instrument))
        return Filing(
            instrument,
            own.fund or self.fund,
            own.specific_objective or self.specific_objective,
            own.intervention or self.intervention,
            own.achievements or self.achievements,
        )

    def nuts_of(self, region: str) -> str:
        """The code of a region in the nomenclature; empty where the programme does not say it."""
        return next((one.nuts for one in self.regions if one.code == region), "")


USUAL = Publishing()
"""Of a programme that says nothing of it."""
