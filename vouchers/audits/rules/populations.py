"""A population: what is audited, unit by unit, in columns that a million units fit into; and its file. Pure.

The file is what the hash of the population is taken of: UTF-8, one line for each unit in the order of the references,
``reference,region,call,instrument,cents``. Negative units stand in it and are never drawn: the guidance (section 4.6)
has them audited apart.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from vouchers.audits.rules.sizes import Stratum
from vouchers.audits.states import StrataBy

HEADER = "reference,region,call,instrument,cents\n"


class Unit(NamedTuple):
    """One unit of the population: a voucher, and what was paid or accepted on it in the period."""

    reference: str
    region: str
    call: str
    instrument: str
    cents: int


class Group(NamedTuple):
    """What units have in common."""

    region: str
    call: str
    instrument: str

    def stratum(self, by: StrataBy) -> str:
        """The code of its stratum; empty where there is only one."""
        return "" if by is StrataBy.NONE else str(getattr(self, by.value))


def file_lines(units: Iterable[Unit]) -> Iterator[str]:
    """The file of a population, line by line, header first."""
    yield HEADER
    yield from _lines(units)


def _lines(units: Iterable[Unit]) -> Iterator[str]:
    middles: dict[tuple[str, str, str], str] = {}
    for reference, region, call, instrument, cents in units:
        group = region, call, instrument
        middle = middles.get(group)
        if middle is None:
            middle = middles[group] = ",".join(map(_cell, group))
        yield f"{_cell(reference)},{middle},{cents}\n"


_is_plain = re.compile(r"[\w./ -]*").fullmatch


def _cell(text: str) -> str:
    return text if _is_plain(text) else '"' + text.replace('"', '""') + '"'


def hash_of(units: Iterable[Unit]) -> str:
    """SHA-256 of the file, as `sha256sum population.csv` says it."""
    digest = sha256()
    for line in file_lines(units):
        digest.update(line.encode())
    return digest.hexdigest()


@dataclass(slots=True)
class Population:
    """The positive units in columns, in the order of the file; of the negative ones how many and how much."""

    references: list[str] = field(default_factory=list)
    cents: array[int] = field(default_factory=lambda: array("q"))
    group_of: array[int] = field(default_factory=lambda: array("I"))
    """Unit -> its place in `groups`."""
    groups: list[Group] = field(default_factory=list)
    negative_count: int = 0
    negative_cents: int = 0

    @classmethod
    def of(cls, units: Iterable[Unit]) -> Population:
        """Read units, which come in the order of their references; a unit of zero is left out."""
        made = cls()
        places: dict[tuple[str, str, str], int] = {}
        add_reference, add_cents, add_group = made.references.append, made.cents.append, made.group_of.append
        for reference, region, call, instrument, cents in units:
            if cents > 0:
                group = region, call, instrument
                place = places.get(group)
                if place is None:
                    place = places[group] = len(made.groups)
                    made.groups.append(Group(*group))
                add_reference(reference)
                add_cents(cents)
                add_group(place)
            elif cents < 0:
                made.negative_count += 1
                made.negative_cents += cents
        return made

    def __len__(self) -> int:
        return len(self.references)

    def members(self, by: StrataBy) -> dict[str, Sequence[int]]:
        """Stratum -> its units by their places, strata in the order of their codes."""
        if by is StrataBy.NONE:
            return {"": range(len(self))} if len(self) else {}
        codes = [group.stratum(by) for group in self.groups]
        found: dict[str, array[int]] = {code: array("I") for code in sorted(set(codes))}
        lists = [found[code] for code in codes]
        for place, group in enumerate(self.group_of):
            lists[group].append(place)
        return dict(found)

    def strata(self, by: StrataBy) -> list[Stratum]:
        """The strata with their units and expenditure."""
        if by is StrataBy.NONE:
            return [Stratum("", len(self), sum(self.cents))] if len(self) else []
        members = self.members(by)
        return [Stratum(code, len(units), sum(map(self.cents.__getitem__, units))) for code, units in members.items()]
