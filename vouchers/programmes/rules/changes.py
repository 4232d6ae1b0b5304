"""What a new version of a programme file may change of the loaded one, and how a change is told line by line. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _

MOST_LINES = 30
"""More differences than this are counted, not listed."""
NEVER_CORRECTED = re.compile(r"fund_lines(\[[^\]]*\](\.(rate|kind))?)?|rules\.state_aid_in|regions\[[^\]]*\]\.country")
"""What no correction changes: on what the money was voted, and under which law a region grants."""
NOTHING = "(none)"
WHOLES = ({"cents", "currency"}, {"versions"})
"""The keys of amounts and of texts, which are told as a whole."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not what it was, in its stored JSON: ``calls[2026-1].closes_at: ... -> ...``."""

    path: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.path}: {self.told}"

    @property
    def told(self) -> str:
        """``EUR 7,000.00 -> EUR 8,000.00``."""
        return f"{_shown(self.before)} -> {_shown(self.after)}"


def list_differences(before: Any, after: Any, path: str = "") -> Iterator[Difference]:
    """Compare two parts of a plan in their stored JSON; items of lists are matched by their codes."""
    if before == after:
        return
    old, new = _parts(before), _parts(after)
    if old is None or new is None:
        yield Difference(path or "file", before, after)
        return
    for key in [*old, *(key for key in new if key not in old)]:
        place = key if not path or key.startswith("[") else f".{key}"
        yield from list_differences(old.get(key), new.get(key), path + place)


def _parts(value: Any) -> dict[str, Any] | None:
    """The named parts of a block or a list of blocks; None of a value that is told as a whole."""
    if isinstance(value, dict):
        return None if value.keys() in WHOLES else value
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return {f"[{name_of_item(item, number)}]": item for number, item in enumerate(value, 1)}
    return None


def name_of_item(item: Mapping[str, Any], number: int) -> str:
    """What an item of a list is called in a path: its code, its region and instrument, or its number."""
    if "region" in item and "amount" in item:
        return "/".join(filter(None, (item["region"], item.get("instrument"))))
    return str(item.get("code", number))


def _shown(value: Any) -> str:
    if value is None or value == []:
        return NOTHING
    if isinstance(value, dict) and value.keys() == {"cents", "currency"}:
        return str(Money(value["cents"], value["currency"]))
    if isinstance(value, dict) and value.keys() == {"versions"}:
        return _short(" / ".join(text for _language, text in value["versions"]))
    if isinstance(value, dict):
        return str(value.get("code", value.get("region", "...")))
    if isinstance(value, list):
        return _short(", ".join(_shown(item) for item in value))
    return _short(str(value))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:77] + "..."


class PublishedChanged(RuleBroken):
    """A file would change published calls; carries every difference, and in `advice` what to do instead."""

    def __init__(self, calls: Sequence[str], differences: Sequence[Difference]):
        self.differences = tuple(differences)
        self.advice = _advice(", ".join(calls), self.differences)
        listed = [str(difference) for difference in differences[:MOST_LINES]]
        if len(differences) > MOST_LINES:
            listed.append(f"... {len(differences) - MOST_LINES}")
        super().__init__(_("%(advice)s The file differs here:\n%(lines)s", advice=self.advice, lines="\n".join(listed)))


def _advice(calls: str, differences: Sequence[Difference]) -> Sentence:
    if any(NEVER_CORRECTED.fullmatch(one.path) for one in differences):
        return _(
            "Fund lines, and the country and legal basis of a region, stay as they were published in %(calls)s. "
            "Nothing was loaded.",
            calls=calls,
        )
    return _(
        "Published calls (%(calls)s) change only by a correction, which their applicants are told of: begin it on the "
        "page “Write calls” (/schemes), under “Correct a published call”; there is no command for it. "
        "Nothing was loaded.",
        calls=calls,
    )


def ensure_nothing_left_out(kind: str, loaded: Collection[str], wanted: Collection[str]) -> None:
    """What was published stays in the register, so the file must keep it."""
    if missing := sorted(set(loaded) - set(wanted)):
        raise RuleBroken(
            _(
                "The file leaves out %(kind)s %(codes)s, which was loaded before. It must stay in the file. "
                "Nothing was loaded.",
                kind=kind,
                codes=", ".join(missing),
            )
        )


def ensure_same_lines(envelope: str, loaded: Collection[Any], wanted: Collection[Any]) -> None:
    """Money that was voted stays on its fund lines: codes, rates and kinds."""
    if list(loaded) != list(wanted):
        raise RuleBroken(
            _(
                "The money of %(envelope)s was voted on its fund lines, so their codes, rates and kinds cannot change. "
                "Nothing was loaded.",
                envelope=envelope,
            )
        )


def ensure_only_more(envelope: str, before: Money, after: Money) -> Money:
    """How much an envelope grows. Money that was voted is not taken back by a file."""
    if after.currency != before.currency:
        raise RuleBroken(_("The currency of %(envelope)s cannot change. Nothing was loaded.", envelope=envelope))
    if after < before:
        raise RuleBroken(
            _(
                "The envelope %(envelope)s would shrink from %(before)s to %(after)s. Money that was voted cannot be "
                "taken back by a programme file. Nothing was loaded.",
                envelope=envelope,
                before=before,
                after=after,
            )
        )
    return after - before
