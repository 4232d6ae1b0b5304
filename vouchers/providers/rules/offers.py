"""What a provider offers, one service a line: ``Usability test; 850; day``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money, UnclearAmount, parse_money
from vouchers.core.text import say as _

MOST_SERVICES = 40


@dataclass(frozen=True, slots=True)
class Service:
    """One line of the offer: what, for how much (None: on request), per what (empty: for the whole)."""

    text: str
    price: Money | None = None
    unit: str = ""


def read_services(text: str, currency: str = "EUR") -> tuple[Service, ...]:
    """The offer that was typed, empty lines left out.

    Raises:
        RuleBroken: field ``services``; a line without words, a price that is none, or too many lines.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_SERVICES:
        raise RuleBroken(_("Enter at most %(most)s services.", most=MOST_SERVICES), field="services")
    return tuple(_read_line(line, number, currency) for number, line in enumerate(lines, 1))


def _read_line(line: str, number: int, currency: str) -> Service:
    what, _semicolon, rest = line.partition(";")
    price, _semicolon, unit = rest.partition(";")
    if not what.strip():
        raise RuleBroken(_("Line %(number)s names no service.", number=number), field="services")
    return Service(what.strip(), _price(price.strip(), number, currency), unit.strip())


def _price(text: str, number: int, currency: str) -> Money | None:
    if not text:
        return None
    try:
        found = parse_money(text, currency)
    except (UnclearAmount, ValueError):
        found = Money(-1, currency)
    if found.cents < 0:
        raise RuleBroken(
            _("Line %(number)s: “%(price)s” is no price. Write it like 850 or 850.00.", number=number, price=text),
            field="services",
        )
    return found


def as_lines(services: Iterable[Service]) -> str:
    """The offer as it is typed; reading it gives the same again."""
    parts = ((one.text, one.price.plain if one.price else "", one.unit) for one in services)
    return "\n".join("; ".join(line).rstrip("; ") for line in parts)


def as_stored(services: Iterable[Service]) -> list[dict[str, Any]]:
    """The offer as the column keeps it."""
    return [
        {"text": one.text, "unit": one.unit}
        | ({"cents": one.price.cents, "currency": one.price.currency} if one.price else {})
        for one in services
    ]


def read_stored(lines: Iterable[Mapping[str, Any]]) -> tuple[Service, ...]:
    """The offer that the column keeps."""
    return tuple(
        Service(
            str(line["text"]),
            Money(int(line["cents"]), str(line["currency"])) if "cents" in line else None,
            str(line.get("unit", "")),
        )
        for line in lines
    )
