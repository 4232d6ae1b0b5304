"""What a programme says of itself wherever its vouchers are published. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from vouchers.core.localised import Text

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class Publishing:
    """The part of the list of operations (CPR Article 49) and of the open data that stands in no voucher."""

    prefix: str = ""
    """Of identifiers in the open data, such as ``360G-example``; empty: made from the programme's code."""
    licence: str = LICENCE
    specific_objective: Text | None = None
    intervention: str = ""
    """Code of the type of intervention (Annex I of the CPR), such as ``021``."""


USUAL = Publishing()
"""Of a programme that says nothing of it."""
