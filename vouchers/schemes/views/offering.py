"""What a block's form offers to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vouchers.core.formatting import CountryChoices
from vouchers.core.text import say as _
from vouchers.programmes.rules.conditions import LOOKED_AT, YES_OR_NO
from vouchers.programmes.rules.values import zone_names
from vouchers.schemes.rules.places import Place, Plain, value_at
from vouchers.schemes.rules.reading import languages_of
from vouchers.schemes.rules.walking import name_of

Choices = list[tuple[str, str]]


def offered_in(whole: Plain) -> dict[str, Choices]:
    """Regions, instruments, fund lines of a programme by name; zones of the world, its regions' first; countries."""
    return {
        "regions": list(_coded(whole, "regions")),
        "instruments": list(_coded(whole, "instruments")),
        "fund_lines": list(_coded(whole, "fund_lines")),
        "zones": list(_zones(whole)),
        "countries": list(CountryChoices()),
    }


def offered_to_condition(call: Plain, place: Place, languages: tuple[str, ...]) -> dict[str, Choices]:
    """The questions that stand before what depends on them, and the answers of the one that is chosen."""
    condition = value_at(call, place[1:]) or {}
    earlier = {str(one["code"]): one for one in _earlier(call, place) if str(one.get("type")) in LOOKED_AT}
    chosen = earlier.get(str(condition.get("question")), {})
    answers = _named(chosen.get("options") or [], languages)
    if str(chosen.get("type")) in YES_OR_NO:
        answers = [("yes", str(_("Yes"))), ("no", str(_("No")))]
    questions = _with_kept(_named(earlier.values(), languages), condition.get("question"))
    for word in ("is", "is_not", "any_of"):
        kept = condition.get(word)
        for one in kept if isinstance(kept, list) else [kept]:
            answers = _with_kept(answers, one) if answers else []
    return {"questions": questions, "answers": answers}


def _earlier(call: Plain, place: Place) -> Iterator[dict[str, Plain]]:
    number, inside = int(place[3]), int(place[5]) if place[4] == "questions" else 0
    for at, section in enumerate((value_at(call, ("form", "sections")) or [])[:number], 1):
        questions = (section.get("questions") if isinstance(section, dict) else None) or []
        for before, question in enumerate(questions, 1):
            if isinstance(question, dict) and question.get("code") and (at < number or before < inside):
                yield question


def _named(items: Iterable[Plain], languages: tuple[str, ...]) -> Choices:
    coded = [item for item in items if isinstance(item, dict) and item.get("code")]
    return [(str(item["code"]), f"{name_of(item, languages)} ({item['code']})") for item in coded]


def _with_kept(choices: Choices, value: Plain) -> Choices:
    """What stands there stays to be chosen, also where it is none of them any more."""
    if not isinstance(value, str) or not value or value in dict(choices):
        return choices
    return [*choices, (value, value)]


def _coded(whole: Plain, name: str) -> Iterator[tuple[str, str]]:
    yield from _named(whole.get(name) or [], languages_of(whole))


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
