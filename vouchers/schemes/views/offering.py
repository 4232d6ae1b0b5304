"""What a block's form offers to choose from."""

from __future__ import annotations

from collections.abc import Iterator

from vouchers.programmes.rules.values import zone_names
from vouchers.schemes.rules.places import Plain
from vouchers.schemes.rules.reading import languages_of
from vouchers.schemes.rules.walking import name_of

Choices = list[tuple[str, str]]


def offered_in(whole: Plain) -> dict[str, Choices]:
    """Regions and instruments of a programme by their names, and the time zones of the world, its regions' first."""
    return {
        "regions": list(_coded(whole, "regions")),
        "instruments": list(_coded(whole, "instruments")),
        "zones": list(_zones(whole)),
    }


def _coded(whole: Plain, name: str) -> Iterator[tuple[str, str]]:
    languages = languages_of(whole)
    for item in whole.get(name) or []:
        if isinstance(item, dict) and item.get("code"):
            yield str(item["code"]), f"{name_of(item, languages)} ({item['code']})"


def _zones(whole: Plain) -> Iterator[tuple[str, str]]:
    regions: dict[str, list[str]] = {}
    for item in whole.get("regions") or []:
        if isinstance(item, dict) and item.get("time_zone"):
            regions.setdefault(str(item["time_zone"]), []).append(str(name_of(item, languages_of(whole))))
    for zone, names in regions.items():
        yield zone, f"{_said(zone)} ({', '.join(names)})"
    yield from ((zone, _said(zone)) for zone in sorted(zone_names()) if zone not in regions)


def _said(zone: str) -> str:
    return zone.replace("_", " ")
