"""What each line of an imported pool would do: new, changed, the same, or refused for a reason. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
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
from vouchers.pools.rules.table import COLUMNS, MUST, Row, read_cents, read_codes, read_day
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
    """Entries by email, or by VAT number and by name in lower case; each with ``id`` and ``is_suspended``, an expert
    also with ``held``: (title, applications) of each call in which something is to be marked or was."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line, and in which column; no column where it is the whole line."""

    column: str
    sentence: Sentence | str

    def __str__(self) -> str:
        return f"{self.column}: {self.sentence}" if self.column else str(self.sentence)


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
    faults: tuple[Fault, ...] = ()
    """All that is wrong with the line, in the order of its columns."""
    warnings: tuple[Sentence, ...] = ()
    """What one should know of a line that is written all the same."""


def plan_lines(rows: Sequence[Row], kind: PoolKind, register: Register) -> list[LinePlan]:
    """Every line in the order of the file; of lines about the same entry the first without a fault is taken."""
    seen: dict[str, int] = {}
    return [_plan(row, kind, register, seen) for row in rows]


def _plan(row: Row, kind: PoolKind, register: Register, seen: dict[str, int]) -> LinePlan:
    label = row.cells.get("name") or row.cells.get("email") or ""
    values, faults = _read_cells(row, register)
    if row.is_too_long:
        faults.append(Fault("", _("This line has more cells than the header.")))
    keys = _keys(values, kind, faults)
    if double := [seen[key] for key in keys if key in seen]:
        faults.append(Fault("", _("Line %(number)s is about the same entry.", number=double[0])))
    entry = next((register.known[key] for key in keys if key in register.known), None)
    changes: tuple[tuple[str, str, str], ...] = ()
    if entry is not None:
        values |= {name: entry[name] for name in _LISTS & values.keys() if _is_same(values[name], entry.get(name))}
        changes = _changes(values, kind, entry)
        if changes and entry["is_suspended"]:
            faults.append(Fault("", _("This entry is suspended, so a file does not change it.")))
    elif keys:
        faults.extend(_missing(values, kind, {fault.column for fault in faults}))
    if faults:
        order = ("", *COLUMNS[kind])
        return LinePlan(
            row.number, label, Effect.REFUSED, faults=tuple(sorted(faults, key=lambda one: order.index(one.column)))
        )
    seen.update(dict.fromkeys(keys, row.number))
    if entry is None:
        return LinePlan(row.number, label, Effect.NEW, values)
    effect = Effect.CHANGED if changes else Effect.SAME
    return LinePlan(
        row.number, label, effect, values, int(entry["id"]), changes, warnings=_warnings(changes, entry, values)
    )


def _warnings(
    changes: Collection[tuple[str, str, str]], entry: Mapping[str, Any], values: Mapping[str, Any]
) -> tuple[Sentence, ...]:
    """A load that is lowered below what the expert has already."""
    if "load_limit" not in {name for name, _old, _new in changes}:
        return ()
    limit = values["load_limit"]
    return tuple(
        _(
            "This expert has %(count)s applications of “%(call)s” already, more than %(limit)s. They all stay with the "
            "expert; no other one of this call can be given.",
            count=count,
            call=title,
            limit=limit,
        )
        for title, count in entry.get("held", ())
        if count > limit
    )


def _read_cells(row: Row, register: Register) -> tuple[dict[str, Any], list[Fault]]:
    """What the cells say, and what is wrong with those that say nothing sound."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, text in row.cells.items():
        found = []
        for part in read_codes(text) if name in _LISTS else filter(None, [text]):
            try:
                found.append(_READERS[name](part, register))
            except RuleBroken as refused:
                faults.append(Fault(name, refused.sentence))
        if found:
            values[name] = found if name in _LISTS else found[0]
    return values, faults


def _keys(values: dict[str, Any], kind: PoolKind, faults: list[Fault]) -> list[str]:
    """By what the entry is found, the surest first; none where the line does not say it."""
    wrong = {fault.column for fault in faults}
    if "vat_number" in values:
        try:
            values["vat_number"] = ensure_vat_number(values["vat_number"], values.get("country", ""))
        except RuleBroken as refused:
            faults.append(Fault("vat_number", refused.sentence))
            del values["vat_number"]
    name, sentence = _FOUND_BY[kind]
    if name not in values:
        if name not in wrong:
            faults.append(Fault(name, sentence))
        return []
    return [key for key in (values.get("vat_number", ""), values[name].lower()) if key]


_FOUND_BY = {
    PoolKind.EXPERTS: ("email", _("Enter the email address")),
    PoolKind.PROVIDERS: ("name", _("Enter the name of the organisation")),
}


def _missing(values: Mapping[str, Any], kind: PoolKind, wrong: Collection[str]) -> Iterator[Fault]:
    """What a new entry needs and the line does not say, wrongly or not."""
    for name in MUST[kind]:
        if name not in values and name not in wrong:
            yield Fault(name, _("This must be filled in for a new entry."))
    if kind == PoolKind.PROVIDERS and "vat_number" not in wrong:
        try:
            ensure_identified(
                vat_number=values.get("vat_number", ""), register_number=values.get("register_number", "")
            )
        except RuleBroken as refused:
            yield Fault("vat_number", refused.sentence)


def _changes(values: Mapping[str, Any], kind: PoolKind, entry: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (name, _shown(name, entry.get(name)), _shown(name, value))
        for name, value in values.items()
        if name not in _OWN[kind] and value != entry.get(name)
    )


def _is_same(told: Collection[str], known: Collection[str] | None) -> bool:
    """Whether two lists of codes name the same ones; in what order does not matter."""
    return set(told) == set(known or ())


_LISTS = frozenset({"languages", "fields"})
"""Columns that name several codes."""
_OWN = {PoolKind.EXPERTS: frozenset({"email", "name"}), PoolKind.PROVIDERS: frozenset[str]()}
"""What a person says of oneself, in the account."""


def _shown(name: str, value: Any) -> str:
    if name == "daily_rate" and value is not None:
        return f"{value // 100}.{value % 100:02d}"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)


# Cells ---------------------------------------------------------------------------------------------------------------


def _text(most: int) -> Callable[[str, Register], str]:
    def read(text: str, _register: Register) -> str:
        if len(text) > most:
            raise RuleBroken(_("Enter at most %(most)s characters.", most=most))
        return text

    return read


def _country(text: str, _register: Register) -> str:
    code = text.upper()
    if code not in COUNTRIES:
        raise RuleBroken(_("“%(text)s” is no country code. Write two letters, like BE.", text=text))
    return code


def _one_of(allowed: Callable[[Register], Collection[str]]) -> Callable[[str, Register], str]:
    def read(text: str, register: Register) -> str:
        if text not in allowed(register):
            raise RuleBroken(_("“%(text)s” is not one of the codes of this programme.", text=text))
        return text

    return read


def _load(text: str, _register: Register) -> int:
    if not _LOAD.fullmatch(text) or int(text) > _MOST_LOAD:
        raise RuleBroken(_("“%(text)s” is no number from 1 to 200.", text=text))
    return int(text)


def _rate(text: str, register: Register) -> int:
    cents = read_cents(text, register.currency)
    if cents is None:
        raise RuleBroken(_("“%(text)s” is no amount. Write it like 600 or 600.00.", text=text))
    return cents


def _day(name: str) -> Callable[[str, Register], str]:
    def read(text: str, register: Register) -> str:
        found = read_day(text)
        if found is None:
            raise RuleBroken(_("“%(text)s” is no day. Write it like 2027-03-01.", text=text))
        ensure_term(date.fromisoformat(found), register.today, name)
        return found

    return read


def _services(text: str, register: Register) -> str:
    return as_lines(read_services(text.replace(" | ", "\n").replace("|", "\n"), register.currency))


_READERS: dict[str, Callable[[str, Register], Any]] = {
    "email": lambda text, _register: ensure_email(text),
    "name": _text(140),
    "employer": _text(140),
    "country": _country,
    "region": _one_of(lambda register: register.regions),
    "languages": _one_of(lambda register: register.languages),
    "expertise": _text(1000),
    "fields": _one_of(lambda register: register.fields),
    "load_limit": _load,
    "daily_rate": _rate,
    "admitted_until": _day("admitted_until"),
    "vat_number": _text(20),
    "register_number": _text(40),
    "website": lambda text, _register: read_website(text),
    "contact_email": lambda text, _register: ensure_email(text),
    "services": _services,
    "accredited_until": _day("accredited_until"),
}
