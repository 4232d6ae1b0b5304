"""What each line of an imported pool would do: new, changed, the same, or refused for a reason. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from vouchers.core.countries import COUNTRIES
from vouchers.core.errors import RuleBroken
from vouchers.core.lifecycle import State
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.organisations.rules.address import read_website
from vouchers.organisations.rules.identifiers import ensure_identified, ensure_vat_number
from vouchers.pools.rules.table import MUST, Row, read_cents, read_codes, read_day
from vouchers.pools.states import PoolKind
from vouchers.providers.rules.offers import as_lines, read_services
from vouchers.providers.rules.terms import ensure_term
from vouchers.users.rules.addresses import ensure_email

_LOAD = re.compile(r"[1-9][0-9]{0,2}")
_MOST_LOAD = 200


class Effect(State):
    """What a line would do."""

    NEW = "new", _("New"), "green"
    CHANGED = "changed", _("Changes"), "blue"
    SAME = "same", _("Unchanged"), "grey"
    REFUSED = "refused", _("Refused"), "red"


@dataclass(frozen=True, slots=True)
class Register:
    """What a line is compared with."""

    languages: Collection[str]
    fields: Collection[str]
    regions: Collection[str]
    currency: str
    today: date
    known: Mapping[str, Mapping[str, Any]]
    """Entries by email, or by VAT number and by name in lower case; each with ``id`` and ``is_suspended``."""


@dataclass(frozen=True, slots=True)
class LinePlan:
    """One line, and what it would do."""

    number: int
    label: str
    effect: Effect
    values: dict[str, Any] = field(default_factory=dict)
    """What the cells say; an empty cell says nothing, and changes nothing."""
    entry_id: int | None = None
    changes: tuple[tuple[str, str, str], ...] = ()
    """(column, old, new)."""
    column: str = ""
    """Where the fault is."""
    fault: Sentence | str = ""


def plan_lines(rows: Sequence[Row], kind: PoolKind, register: Register) -> list[LinePlan]:
    """Every line in the order of the file; of lines about the same entry only the first is taken."""
    seen: dict[str, int] = {}
    return [_plan(row, kind, register, seen) for row in rows]


def _plan(row: Row, kind: PoolKind, register: Register, seen: dict[str, int]) -> LinePlan:
    label = row.cells.get("name") or row.cells.get("email") or ""
    try:
        if row.is_too_long:
            raise RuleBroken(_("This line has more cells than the header."))
        values = {name: _READERS[name](text, register) for name, text in row.cells.items() if text}
        keys = _keys(values, kind)
        _ensure_alone(keys, seen, row.number)
        entry = next((register.known[key] for key in keys if key in register.known), None)
        return _compared(row.number, label, kind, values, entry)
    except RuleBroken as refused:
        return LinePlan(row.number, label, Effect.REFUSED, column=refused.field or "", fault=refused.sentence)


def _keys(values: dict[str, Any], kind: PoolKind) -> list[str]:
    """By what the entry is found, the surest first."""
    if kind == PoolKind.EXPERTS:
        if "email" not in values:
            raise RuleBroken(_("Enter the email address"), field="email")
        return [values["email"]]
    if "vat_number" in values:
        values["vat_number"] = ensure_vat_number(values["vat_number"], values.get("country", ""))
    if "name" not in values:
        raise RuleBroken(_("Enter the name of the organisation"), field="name")
    return [key for key in (values.get("vat_number", ""), values["name"].lower()) if key]


def _ensure_alone(keys: list[str], seen: dict[str, int], number: int) -> None:
    for key in keys:
        if key in seen:
            raise RuleBroken(_("Line %(number)s is about the same entry.", number=seen[key]))
    seen.update(dict.fromkeys(keys, number))


def _compared(
    number: int, label: str, kind: PoolKind, values: dict[str, Any], entry: Mapping[str, Any] | None
) -> LinePlan:
    if entry is None:
        for name in MUST[kind]:
            if name not in values:
                raise RuleBroken(_("This must be filled in for a new entry."), field=name)
        if kind == PoolKind.PROVIDERS:
            ensure_identified(
                vat_number=values.get("vat_number", ""), register_number=values.get("register_number", "")
            )
        return LinePlan(number, label, Effect.NEW, values)
    told = {name: value for name, value in values.items() if name not in _OWN[kind]}
    changes = tuple(
        (name, _shown(name, entry.get(name)), _shown(name, value))
        for name, value in told.items()
        if value != entry.get(name)
    )
    if changes and entry["is_suspended"]:
        raise RuleBroken(_("This entry is suspended, so a file does not change it."))
    effect = Effect.CHANGED if changes else Effect.SAME
    return LinePlan(number, label, effect, values, int(entry["id"]), changes)


_OWN = {PoolKind.EXPERTS: frozenset({"email", "name"}), PoolKind.PROVIDERS: frozenset[str]()}
"""What a person says of oneself, in the account."""


def _shown(name: str, value: Any) -> str:
    if name == "daily_rate" and value is not None:
        return f"{value // 100}.{value % 100:02d}"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)


# Cells ---------------------------------------------------------------------------------------------------------------


def _text(name: str, most: int) -> Callable[[str, Register], str]:
    def read(text: str, _register: Register) -> str:
        if len(text) > most:
            raise RuleBroken(_("Enter at most %(most)s characters.", most=most), field=name)
        return text

    return read


def _email(name: str) -> Callable[[str, Register], str]:
    def read(text: str, _register: Register) -> str:
        try:
            return ensure_email(text)
        except RuleBroken as refused:
            raise RuleBroken(refused.sentence, field=name) from None

    return read


def _country(text: str, _register: Register) -> str:
    code = text.upper()
    if code not in COUNTRIES:
        raise RuleBroken(_("“%(text)s” is no country code. Write two letters, like BE.", text=text), field="country")
    return code


def _one_of(name: str, allowed: Callable[[Register], Collection[str]]) -> Callable[[str, Register], str]:
    def read(text: str, register: Register) -> str:
        if text not in allowed(register):
            raise RuleBroken(_("“%(text)s” is not one of the codes of this programme.", text=text), field=name)
        return text

    return read


def _several(name: str, allowed: Callable[[Register], Collection[str]]) -> Callable[[str, Register], list[str]]:
    one = _one_of(name, allowed)
    return lambda text, register: [one(code, register) for code in read_codes(text)]


def _load(text: str, _register: Register) -> int:
    if not _LOAD.fullmatch(text) or int(text) > _MOST_LOAD:
        raise RuleBroken(_("“%(text)s” is no number from 1 to 200.", text=text), field="load_limit")
    return int(text)


def _rate(text: str, register: Register) -> int:
    cents = read_cents(text, register.currency)
    if cents is None:
        raise RuleBroken(_("“%(text)s” is no amount. Write it like 600 or 600.00.", text=text), field="daily_rate")
    return cents


def _day(name: str) -> Callable[[str, Register], str]:
    def read(text: str, register: Register) -> str:
        found = read_day(text)
        if found is None:
            raise RuleBroken(_("“%(text)s” is no day. Write it like 2027-03-01.", text=text), field=name)
        ensure_term(date.fromisoformat(found), register.today, name)
        return found

    return read


def _services(text: str, register: Register) -> str:
    return as_lines(read_services(text.replace(" | ", "\n").replace("|", "\n"), register.currency))


_READERS: dict[str, Callable[[str, Register], Any]] = {
    "email": _email("email"),
    "name": _text("name", 140),
    "employer": _text("employer", 140),
    "country": _country,
    "region": _one_of("region", lambda register: register.regions),
    "languages": _several("languages", lambda register: register.languages),
    "expertise": _text("expertise", 1000),
    "fields": _several("fields", lambda register: register.fields),
    "load_limit": _load,
    "daily_rate": _rate,
    "admitted_until": _day("admitted_until"),
    "vat_number": _text("vat_number", 20),
    "register_number": _text("register_number", 40),
    "website": lambda text, _register: read_website(text),
    "contact_email": _email("contact_email"),
    "services": _services,
    "accredited_until": _day("accredited_until"),
}
