"""Typed reading of one block of keys. A wrong value is noted as a fault and a harmless stand-in is answered, so that
the reading goes on and the coordinator learns everything at once. The stand-ins never leave `read_programme_file`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeVar

from vouchers.core.localised import Text
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules import values
from vouchers.programmes.rules.faults import FaultList, not_known
from vouchers.programmes.rules.keys import KEYS
from vouchers.programmes.rules.source import Items, Mapping, Node, Scalar

Value = TypeVar("Value")
Word = TypeVar("Word", bound=StrEnum)


class Coded(Protocol):
    """A part of the plan that others refer to by its code."""

    @property
    def code(self) -> str:
        """Unique within its list."""


Part = TypeVar("Part", bound=Coded)


@dataclass(slots=True)
class Reading:
    """What all blocks of one file share."""

    faults: FaultList = field(default_factory=FaultList)
    languages: tuple[str, ...] = ("en",)
    currency: str = "EUR"


class Block:
    """One mapping of the file, of a kind that `KEYS` knows."""

    def __init__(self, reading: Reading, node: Node, kind: str, path: str, keys: tuple[str, ...] | None = None):
        self.reading, self.node, self.path = reading, node, path
        self.keys = KEYS[kind] if keys is None else keys
        self.faulty: set[str] = set()
        self.is_block = isinstance(node, Mapping)
        self.entries = node.entries if isinstance(node, Mapping) else {}
        if not isinstance(node, Mapping):
            known = ", ".join(self.keys)
            self._note(node, path, _("Here a block with the keys %(keys)s is expected.", keys=known))
        for name, (key, _value) in self.entries.items():
            if name not in self.keys:
                self._note(key, self._at(name[:60]), not_known(name, self.keys))

    # What is wrong

    def fault(self, key: str, sentence: Sentence) -> None:
        """Note a fault at this key's value, or at the block when the key is absent."""
        self.faulty.add(key)
        self._note(self.entries[key][1] if key in self.entries else self.node, self._at(key), sentence)

    def is_sound(self, *keys: str) -> bool:
        """Whether these were read without fault, so that they can be compared."""
        return self.is_block and not self.faulty.intersection(keys)

    def is_sound_within(self, key: str) -> bool:
        """Whether nothing below this key was found wrong, so that its parts can be added up."""
        here = self._at(key)
        return not any(fault.path.startswith(here) for fault in self.reading.faults.found)

    def has(self, key: str) -> bool:
        """Whether the key stands there with a value."""
        return self._node(key) is not None

    # One value

    def text(self, key: str, *, required: bool = True, most: int = 300) -> Text:
        """A text for people: plain, or a block of one text per language."""
        node = self._node(key)
        if not isinstance(node, Mapping):
            plain = self.plain(key, required=required, most=most)
            return Text(((self.reading.languages[0], plain),) if plain else ())
        versions = {}
        for language, (mark, value) in node.entries.items():
            where = f"{self._at(key)}.{language[:20]}"
            if language not in self.reading.languages:
                self._note(mark, where, not_known(language, self.reading.languages))
            elif not isinstance(value, Scalar) or value.is_nothing:
                self._note(value, where, _("A text is expected here."))
            else:
                versions[language] = self._clean(key, value, most)
        if self.reading.languages[0] not in versions:
            first = self.reading.languages[0]
            self.fault(key, _('The text is missing in the programme\'s first language, "%(first)s".', first=first))
        return Text(tuple((name, versions[name]) for name in self.reading.languages if name in versions))

    def plain(self, key: str, *, required: bool = True, most: int = 300) -> str:
        """A text that is the same in every language."""
        scalar = self._scalar(key, required=required)
        return self._clean(key, scalar, most) if scalar else ""

    def code(self, key: str, pattern: str, example: str) -> str:
        """A short name that the program uses."""
        text = self.plain(key, most=40)
        if text and not re.fullmatch(pattern, text, re.ASCII):
            self.fault(key, values.say_no_code(text, pattern, example))
        return text

    def word(self, key: str, words: type[Word], default: Word | None = None) -> Word:
        """One of the words of an enumeration; without a default the key is required."""
        stand_in = default if default is not None else next(iter(words))
        return self._value(key, stand_in, default is None, lambda text: values.read_one_of(text, words))

    def flag(self, key: str, default: bool | None = None) -> bool:
        """``yes`` or ``no``."""
        return self._value(key, bool(default), default is None, values.read_flag)

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number within bounds."""
        stand_in = low if default is None else default
        return self._value(key, stand_in, default is None, lambda text: values.read_whole(text, low, high))

    def whole_or_none(self, key: str, low: int, high: int) -> int | None:
        """A whole number within bounds, or no limit."""
        return self.whole(key, low, high, low) if self.has(key) else None

    def decimal(self, key: str, default: Decimal) -> Decimal:
        """A number without sign."""
        return self._value(key, default, False, values.read_decimal)

    def amount(self, key: str, *, required: bool = True) -> Money:
        """An amount in the programme's currency."""
        currency = self.reading.currency
        return self._value(key, Money(0, currency), required, lambda text: values.read_amount(text, currency))

    def rate(self, key: str, default: Decimal | None = None) -> Decimal:
        """A rate, as part of 1."""
        return self._value(key, default or Decimal(1), default is None, values.read_rate)

    def day(self, key: str) -> date | None:
        """A day, if one is given."""
        stand_in: date | None = None
        return self._value(key, stand_in, False, values.read_day)

    def moment(self, key: str, zone: str) -> datetime:
        """A local time of the zone, in UTC."""
        return self._value(key, datetime(2000, 1, 1, tzinfo=UTC), True, lambda text: values.read_moment(text, zone))

    def moments(self, key: str, zone: str) -> tuple[datetime, ...]:
        """A list of local times of the zone, in UTC; an absent one reads as empty."""
        found: list[datetime] = []
        for number, item in enumerate(self._items(key, required=False), 1):
            try:
                found.append(values.read_moment(item.text if isinstance(item, Scalar) else "", zone))
            except values.Misread as misread:
                self._fault_in(key, item, misread.sentence, f"[{number}]")
        return tuple(found)

    def zone(self, key: str) -> str:
        """A named time zone; a wrong one reads as UTC so that the rest can be checked."""
        return self._value(key, "UTC", True, values.read_zone)

    def email(self, key: str, *, required: bool = True) -> str:
        """An email address."""
        return self._value(key, "", required, values.read_email)

    def url(self, key: str, *, required: bool = False) -> str:
        """A web address."""
        return self._value(key, "", required, values.read_url)

    def given(self, key: str, read: Callable[[str], Value], stand_in: Value, *, required: bool = True) -> Value:
        """A value with a reader of its own, which raises `Misread`."""
        return self._value(key, stand_in, required, read)

    # Several values

    def words(self, key: str, known: Collection[str], *, required: bool = True) -> tuple[str, ...]:
        """A list of known words, each once; ``all`` stands for every one."""
        node = self._node(key)
        if isinstance(node, Scalar) and node.text == "all":
            return tuple(known)
        answer: list[str] = []
        for item in self._items(key, required=required):
            if not isinstance(item, Scalar):
                self._fault_in(key, item, _("A word is expected here, not a block."))
            elif item.text not in known:
                self._fault_in(key, item, not_known(item.text, known))
            elif item.text in answer:
                self._fault_in(key, item, _('"%(word)s" stands in the list twice.', word=item.text))
            else:
                answer.append(item.text)
        return tuple(answer)

    def block(self, key: str, kind: str, *, required: bool = True) -> Block:
        """A block of keys; an absent one reads as empty and without a fault of its own."""
        node = self._node(key)
        if node is None:
            if required:
                self.fault(key, _('The block "%(key)s" is missing.', key=key))
            empty = Block(self.reading, Mapping(self.node.line, self.node.column), kind, self._at(key))
            empty.is_block = False
            return empty
        return Block(self.reading, node, kind, self._at(key))

    def blocks(self, key: str, kind: str, *, required: bool = True) -> Iterator[Block]:
        """A list of blocks, such as ``regions``."""
        for number, item in enumerate(self._items(key, required=required), start=1):
            yield Block(self.reading, item, kind, f"{self._at(key)}[{number}]")

    def parts(self, key: str, kind: str, read: Callable[[Block], Part], *, required: bool = True) -> tuple[Part, ...]:
        """The parts that a list of blocks describes, no code twice."""
        parts: dict[str, Part] = {}
        for block in self.blocks(key, kind, required=required):
            part = read(block)
            if part.code and part.code in parts:
                block.fault("code", _('The code "%(code)s" is already taken in this list.', code=part.code))
            parts.setdefault(part.code, part)
        return tuple(parts.values())

    def pairs(self, key: str) -> Iterator[tuple[str, Block]]:
        """A block whose keys are codes: each code with the block that it stands in, to be read by that code."""
        node = self._node(key)
        if isinstance(node, Mapping):
            for code in node.entries:
                yield code, Block(self.reading, node, "codes", self._at(key), tuple(node.entries))
        elif node is not None:
            self.fault(key, _("Here one line per code is expected, such as `BE-WAL: 100000`."))

    # Inside

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _note(self, node: Node, path: str, sentence: Sentence) -> None:
        self.reading.faults.add(node.line, node.column, path, sentence)

    def _fault_in(self, key: str, node: Node, sentence: Sentence, place: str = "") -> None:
        self.faulty.add(key)
        self._note(node, self._at(key) + place, sentence)

    def _node(self, key: str) -> Node | None:
        if key not in self.keys:
            raise KeyError(f"{key} is not declared in keys.py")
        node = self.entries[key][1] if key in self.entries else None
        return None if isinstance(node, Scalar) and node.is_nothing else node

    def _scalar(self, key: str, *, required: bool) -> Scalar | None:
        node = self._node(key)
        if isinstance(node, Scalar):
            return node
        if node is not None:
            self.fault(key, _('"%(key)s" takes one value, not a list or a block.', key=key))
        elif required and self.is_block:
            self.fault(key, _('The key "%(key)s" is missing.', key=key))
        elif required:
            self.faulty.add(key)
        return None

    def _items(self, key: str, *, required: bool) -> list[Node]:
        node = self._node(key)
        if isinstance(node, Items) and (node.nodes or not required):
            return node.nodes
        if node is not None:
            self.fault(key, _('"%(key)s" takes a list: one line with a dash for each item.', key=key))
        elif required and self.is_block:
            self.fault(key, _('The list "%(key)s" is missing.', key=key))
        elif required:
            self.faulty.add(key)
        return []

    def _value(self, key: str, stand_in: Value, required: bool, read: Callable[[str], Value]) -> Value:
        scalar = self._scalar(key, required=required)
        if scalar is None:
            return stand_in
        try:
            return read(scalar.text)
        except values.Misread as misread:
            self.fault(key, misread.sentence)
            return stand_in

    def _clean(self, key: str, scalar: Scalar, most: int) -> str:
        text = unicodedata.normalize("NFC", scalar.text.strip())
        if any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\t" for letter in text):
            self.fault(key, _("The text contains a control character."))
        if len(text) > most:
            self.fault(key, _("The text has %(length)s characters; %(most)s are allowed.", length=len(text), most=most))
        elif not text:
            self.fault(key, _("The text is empty."))
        return text
