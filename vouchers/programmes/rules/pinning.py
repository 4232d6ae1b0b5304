"""What published calls mean by "all regions", written out before the programme gets another list of them. Pure."""

from __future__ import annotations

from typing import Any

Plain = Any


def with_regions_as_published(whole: Plain, source: Plain, own_call: Plain) -> Plain:
    """The whole file, in which the draft's own call alone goes with a change of the regions.

    A published call that says ``regions: all``, and a question that offers ``options: regions``, keep those that the
    programme had in `source`; otherwise a new region would change, unseen, what was published.
    """
    if whole.get("regions") == source.get("regions"):
        return whole
    options = _options_of(source)
    calls = [one if one is own_call else pinned_call(one, source) for one in whole.get("calls") or []]
    forms = _pinned(whole.get("forms"), options)
    return whole | {"calls": calls} | ({"forms": forms} if forms else {})


def pinned_call(call: Plain, source: Plain) -> Plain:
    """A call that names the regions which "all" means in `source`."""
    codes = [one.get("code") for one in source.get("regions") or [] if isinstance(one, dict)]
    return _pinned(_taking_part(call, codes), _options_of(source))


def _options_of(source: Plain) -> list[Plain]:
    regions = [one for one in source.get("regions") or [] if isinstance(one, dict)]
    language = ((source.get("programme") or {}).get("languages") or ["en"])[0]
    return [{"code": one.get("code"), "label": _named(one.get("name"), language)} for one in regions]


def _taking_part(call: Plain, codes: list[Plain]) -> Plain:
    return call | {"regions": codes} if isinstance(call, dict) and call.get("regions") == "all" else call


def _pinned(value: Plain, options: list[Plain]) -> Plain:
    if isinstance(value, list):
        return [_pinned(one, options) for one in value]
    if isinstance(value, dict):
        return {
            key: options if (key, one) == ("options", "regions") else _pinned(one, options)
            for key, one in value.items()
        }
    return value


def _named(name: Plain, language: str) -> Plain:
    """A name as the label of a choice: in each of its languages, or in the programme's first one."""
    return name if isinstance(name, dict) else {language: name}
