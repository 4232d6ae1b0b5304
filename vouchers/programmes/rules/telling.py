"""What a correction changed, told to people: in the editor's labels, the reader's language and the call's own time.

The plan's stored names are those of `rules.plan`, the labels those of `rules.outline`; where they differ, `_KEYS` says
so. What has no label of its own bears that of the part in which it stands. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from vouchers.core.localised import Text
from vouchers.core.money import Money
from vouchers.core.text import Instant, Sentence, write
from vouchers.core.text import say as _
from vouchers.organisations.states import Size
from vouchers.programmes.rules import outline_call, outline_partners, outline_programme, outline_selection  # noqa: F401 - they fill BLOCKS
from vouchers.programmes.rules.changes import NOTHING, name_of_item
from vouchers.programmes.rules.outline import Key, key_of

_KEYS: Mapping[str, tuple[str, ...]] = {
    "call.opens_at": ("opens",),
    "call.closes_at": ("closes",),
    "call.activities_from": ("activities", "earliest"),
    "call.activities_until": ("activities", "latest"),
    "call.has_reserve_list": ("reserve_list",),
    "call.has_signatory": ("signatory",),
    "consortium.least": ("min",),
    "consortium.most": ("max",),
    "marking.is_blind": ("blind",),
    "call.has_two_persons": ("two_persons",),
    "call.has_lapsing_conditions": ("conditions_lapse",),
    "draw.has_secret": ("secret",),
    "appeal.is_suspensive": ("suspensive",),
    "panel.has_interviews": ("interviews",),
    "rules.state_aid_in": ("state_aid",),
    "instrument.application_documents": ("documents", "application"),
    "instrument.claim_documents": ("documents", "claim"),
    "document.is_required": ("required",),
    "report_question.is_required": ("required",),
    "cost_category.has_journeys": ("journeys",),
    **{
        f"{kind}.{stored}": (name,)
        for kind in ("question", "column")
        for stored, name in {
            "is_required": "required",
            "is_required_at_once": "required",
            "minimum": "min",
            "maximum": "max",
            "least": "min",
            "most": "max",
            "is_blind": "blind",
        }.items()
    },
}
"""Kind of block and stored name -> the way to its key in the file."""
_UNSAID = re.compile(r"^call\.grace_minutes$|^call\.envelopes\[[^\]]*\]\.(has_own_)?shares\b")
"""What no page announces, and how the office splits a region's money over its funds."""
_QUESTION = re.compile(r"^call\.form\..*questions\[[^\]]*\]$")
_REGION = re.compile(r"^call\.envelopes\[([^\]/]*)")
_SECTION = re.compile(r"^call\.form\.sections\[([^\]]*)\]")
_RATES = {"rate", "own_work", "part"}
_MOMENT, _DAY = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+-]+"), re.compile(r"\d{4}-\d\d-\d\d")
_WORDS: Mapping[str, Any] = {"None": "–", NOTHING: "–", "": "–", "True": _("Yes"), "False": _("No")}
Names = Mapping[str, Any]
"""Codes of regions and instruments -> how people call them."""


@dataclass(frozen=True, slots=True)
class Told:
    """One difference for people; its words are chosen when they are read, in the reader's language."""

    parts: tuple[Any, ...]
    values: tuple[Any, Any]
    key: Key | None
    names: Names
    zone: str
    region: str | None = None
    """Whose money it is about; None concerns everybody."""
    is_addition: bool = False
    """Whether its label says all of it."""

    def concerns(self, region: str) -> bool:
        """Whether those who apply to this region are told."""
        return self.region is None or self.region == region

    @property
    def label(self) -> str:
        """What changed: ``Closes``, ``Criteria: Novelty: Weight``."""
        return ": ".join(" ".join(_written(part).split()) for part in self.parts)

    @property
    def before(self) -> str:
        """What held before."""
        return self._say(self.values[0])

    @property
    def after(self) -> str:
        """What holds since."""
        return self._say(self.values[1])

    def _say(self, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(self._say(item) for item in value) or "–"
        if isinstance(value, tuple):
            return f"{value[0]}: {self._say(value[1])}"
        if isinstance(value, (Money, Text)):
            return _written(value)
        if isinstance(value, dict) and "sizes" in value:
            return self._say_variation(value)
        if isinstance(value, dict):
            return _written(_name_in(value, self.names) or "…")
        chosen = dict(self.key.choices).get(value) if self.key else None
        if chosen is None and self.key and self.key.offered in {"regions", "instruments"}:
            chosen = self.names.get(str(value))
        if chosen is None and self.key and self.key.name in _RATES and isinstance(value, str) and value[:1].isdigit():
            return _percent(value)
        return _written(chosen if chosen is not None else _plain(value, self.zone))

    def _say_variation(self, value: Mapping[str, Any]) -> str:
        """For whom, and what is different there."""
        whom = [*(Size(size).label for size in value["sizes"]), *(self.names.get(one, one) for one in value["regions"])]
        rate, cap = value.get("rate"), _read(value.get("cap"))
        what = [_percent(rate)] if rate else []
        return f"{', '.join(map(_written, whom))}: {', '.join([*what, *([_written(cap)] if cap else [])])}"


def tell(differences: Iterable[Any], terms: Any, names: Names, zone: str) -> Iterator[Told]:
    """The stored differences of a correction for people.

    Args:
        differences: ``[place, before, after]`` each.
        terms: what holds now, as JSON; it says how questions, criteria and the like are called.
        names: of regions and instruments by their codes.
        zone: the call's own.
    """
    for path, before, after in differences:
        if not _UNSAID.match(path):
            if _QUESTION.match(path) and isinstance(after, dict) and not isinstance(before, dict):
                yield Told((_("New question"), _name_in(after, names)), (None, after), None, names, zone, None, True)
                continue
            parts, key = _walk(path, terms, names)
            region = _REGION.match(path)
            values = _pair(_read(before), _read(after))
            yield Told(tuple(parts), values, key, names, zone, region.group(1) if region else None)


def concerns(differences: Iterable[Any], region: str) -> bool:
    """Whether any of the stored differences is told to those who apply to a region."""
    paths = [path for path, _before, _after in differences if not _UNSAID.match(path)]
    return any(found is None or found.group(1) == region for found in map(_REGION.match, paths))


def sections_in(differences: Iterable[Any]) -> set[str]:
    """The codes of the form's sections in which something is different."""
    return {found.group(1) for path, _before, _after in differences if (found := _SECTION.match(path))}


def _walk(path: str, terms: Any, names: Names) -> tuple[list[Any], Key | None]:
    """The parts of the label (the instrument, the list and its item, the setting), and the key at the path's end."""
    root, *words = re.findall(r"[^.\[\]]+|\[[^\]]*\]", path)
    kind, node = root, terms.get(root)
    lead: list[Any] = []
    item: list[Any] = []
    key = key_of("programme", root)
    if root == "instruments" and len(words) > 1:
        kind, node = "instrument", _item(node, words[0][1:-1])
        lead, words = [names.get(words[0][1:-1], words[0][1:-1])], words[1:]
    elif root == "instruments":
        key = key_of("call", root)
    elif root == "fund_lines":
        kind, key = "fund_line", key_of("fund_lines", root)
    for place, word in enumerate(words, 1):
        if not word.startswith("["):
            node = node.get(word) if isinstance(node, dict) else None
            key, kind = step_into(kind, word, key)
            continue
        node = _item(node, word[1:-1])
        item = [] if kind == "question" else item  # its section says nothing more
        if key is not None and (place < len(words) or kind == "envelope"):
            item, key = [*item, key.label, _name_in(node, names) or _places(word[1:-1], names)], None
    return [*lead, *item, *([key.label] if key else [])] or [path], key


def keys_of(kind: str, stored: str) -> tuple[str, ...]:
    """The way to a stored name's key in the file."""
    return _KEYS.get(f"{kind}.{stored}", (stored,))


def step_into(kind: str, stored: str, key: Key | None) -> tuple[Key | None, str]:
    """The key of a stored name and the kind of block in it; where it has none, the part's."""
    for name in keys_of(kind, stored):
        found = key_of(kind, name)
        if found is not None:
            key, kind = found, found.inner or kind
    return key, kind


def _item(node: Any, name: str) -> Any:
    items = node if isinstance(node, list) else []
    return next((one for number, one in enumerate(items, 1) if name_of_item(one, number) == name), None)


def _name_in(node: Any, names: Names) -> Any:
    """How people call an item: its own text, or its region and instrument."""
    if not isinstance(node, dict):
        return None
    for key in ("label", "name", "title"):
        if text := _read(node.get(key)):
            return text
    if "region" in node:
        return _places("/".join(filter(None, (node["region"], node.get("instrument")))), names)
    return node.get("code")


def _places(name: str, names: Names) -> str:
    return ", ".join(_written(names.get(code, code)) for code in name.split("/"))


def _read(value: Any) -> Any:
    """A stored value as what it is: an amount, a text, a list of them; other things as they are."""
    if isinstance(value, dict) and value.keys() == {"cents", "currency"}:
        return Money(value["cents"], value["currency"])
    if isinstance(value, dict) and value.keys() == {"versions"}:
        return Text.of(value["versions"])
    if isinstance(value, dict) and "region" in value and "amount" in value:
        return _read(value["amount"])
    if isinstance(value, list) and len(value) == 2 and isinstance(value[1], dict) and isinstance(value[0], str):
        return value[0], _read(value[1])
    return [_read(item) for item in value] if isinstance(value, list) else value


def _pair(before: Any, after: Any) -> tuple[Any, Any]:
    """Two texts are told without the languages in which they are the same."""
    if not isinstance(before, Text) or not isinstance(after, Text):
        return before, after
    old, new = dict(before.versions), dict(after.versions)
    return (
        Text(tuple((one, said) for one, said in before.versions if new.get(one) != said)),
        Text(tuple((one, said) for one, said in after.versions if old.get(one) != said)),
    )


def _plain(value: Any, zone: str) -> Any:
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return Instant(datetime.fromisoformat(value), zone)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date.fromisoformat(value)
    return _WORDS.get(str(value), value)


def _percent(rate: str) -> str:
    return f"{(Decimal(rate) * 100).normalize():f} %"


def _written(value: Any) -> str:
    if isinstance(value, Text):
        return value.for_reader().strip() or "–"
    return str(value) if isinstance(value, (str, Sentence)) else write(value)
