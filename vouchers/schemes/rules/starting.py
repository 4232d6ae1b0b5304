"""What a new draft begins with. Pure."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

Plain = Any


def new_call(source: Plain, code: str) -> Plain:
    """An empty call with what every call of the programme shares: its regions, and the form if there is just one."""
    forms = source.get("forms") or []
    regions = source.get("regions") or []
    zone = regions[0].get("time_zone") if regions and isinstance(regions[0], dict) else None
    form = deepcopy(forms[0]) if len(forms) == 1 and isinstance(forms[0], dict) else {"sections": [_ABOUT_THE_PROJECT]}
    form.pop("code", None)
    block = {"code": code, "regions": "all", "form": form, "time_zone": zone}
    return {key: value for key, value in block.items() if value is not None}


def copied_call(block: Plain, code: str) -> Plain:
    """A call like another one, with dates of its own to be filled in."""
    kept = {key: deepcopy(value) for key, value in (block or {}).items() if key not in DATED}
    return {"code": code, **{key: value for key, value in kept.items() if key != "code"}}


DATED = frozenset({"opens", "closes", "decision_by", "activities", "cut_offs"})
"""What a copy does not take over: days that are past would pass unseen."""

_ABOUT_THE_PROJECT = {
    "code": "project",
    "title": "Your project",
    "questions": [
        {"code": "title", "type": "text", "label": "Title of your project", "max_length": "120"},
        {"code": "requested_amount", "type": "money", "label": "How much do you ask for?"},
    ],
}
"""The two questions that every form must ask."""
