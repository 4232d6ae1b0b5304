"""What the public lists say of a programme's vouchers, as a block of the file."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from vouchers.core.localised import Text
from vouchers.core.text import say as _
from vouchers.programmes.rules.block import Block
from vouchers.programmes.rules.faults import not_known
from vouchers.programmes.rules.publishing_plan import LICENCE, Filing, Location, Publishing

PREFIX = r"360G-[A-Za-z0-9]{2,30}"
INTERVENTION = r"(?!000)[0-9]{3}"
NUTS = r"[A-Z]{2}[A-Z0-9]{0,3}"
_IN_NUTS = {"GB": "UK", "GR": "EL"}
"""Countries that the nomenclature of territorial units calls otherwise than ISO 3166."""


def read_publishing(block: Block, countries: Mapping[str, str], instruments: Collection[str]) -> Publishing:
    """The block `publishing`.

    Args:
        countries: code of each region of the file -> its country.
        instruments: the codes of the instruments of the file.
    """
    return Publishing(
        prefix=block.code("prefix", PREFIX, "360G-example") if block.has("prefix") else "",
        licence=block.url("licence") or LICENCE,
        specific_objective=_text(block, "specific_objective"),
        intervention=_intervention(block),
        fund=_text(block, "fund"),
        achievements=_text(block, "achievements"),
        instruments=block.parts("instruments", "filing", lambda one: _filing(one, instruments), required=False),
        regions=block.parts("regions", "location", lambda one: _location(one, countries), required=False),
    )


def _filing(block: Block, instruments: Collection[str]) -> Filing:
    return Filing(
        code=_one_of(block, instruments),
        fund=_text(block, "fund"),
        specific_objective=_text(block, "specific_objective"),
        intervention=_intervention(block),
        achievements=_text(block, "achievements"),
    )


def _location(block: Block, countries: Mapping[str, str]) -> Location:
    code, nuts = _one_of(block, countries), block.code("nuts", NUTS, "BE3")
    country = countries.get(code, "")
    if nuts and country and block.is_sound("code", "nuts") and nuts[:2] != _IN_NUTS.get(country, country):
        sentence = _('"%(nuts)s" does not lie in the country of the region, %(country)s.', nuts=nuts, country=country)
        block.fault("nuts", sentence)
    return Location(code, nuts)


def _one_of(block: Block, known: Collection[str]) -> str:
    """The code of something that the file declares."""
    code = block.plain("code", most=40)
    if code and code not in known:
        block.fault("code", not_known(code, known))
    return code


def _text(block: Block, key: str) -> Text | None:
    return block.text(key) if block.has(key) else None


def _intervention(block: Block) -> str:
    return block.code("intervention", INTERVENTION, "021") if block.has("intervention") else ""
