"""What a new draft begins with. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from copy import deepcopy
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules.call_blocks import CALL_CODE
from vouchers.programmes.rules.instrument_blocks import INSTRUMENT_CODE

Plain = Any


def ensure_code_is_free(code: str, *, published: Collection[str], drafted: Collection[str]) -> None:
    """A short name that can be one, and that no other call of the programme bears."""
    if not re.fullmatch(CALL_CODE, code, re.ASCII):
        sentence = _(
            "A short name has letters, digits, points and dashes only, begins with a letter or digit, and is at most "
            "20 characters long, like 2027-1."
        )
        raise RuleBroken(sentence, field="code")
    if code in published:
        raise RuleBroken(
            _("This programme has a call %(code)s already. Choose another short name.", code=code), field="code"
        )
    if code in drafted:
        sentence = _("A draft of this programme is called %(code)s already. Choose another short name.", code=code)
        raise RuleBroken(sentence, field="code")


def ensure_instrument_code_is_free(code: str, *, taken: Collection[str]) -> None:
    """A short name that can be one, and that no other instrument of the programme or the draft bears."""
    if not re.fullmatch(INSTRUMENT_CODE, code, re.ASCII):
        sentence = _("“%(text)s” cannot be a short name. Write it like %(example)s.", text=code, example="COL")
        raise RuleBroken(sentence, field="code")
    if code in taken:
        sentence = _("The short name “%(code)s” is taken already. Choose another one.", code=code)
        raise RuleBroken(sentence, field="code")


def new_call(source: Plain, code: str, said: Callable[[Sentence], Plain]) -> Plain:
    """An empty call: the programme's regions, the time zone of the first, and what every form must ask.

    `said` writes a sentence in the languages of the programme, as far as they are known.
    """
    regions = source.get("regions") or []
    zone = regions[0].get("time_zone") if regions and isinstance(regions[0], dict) else None
    form = {"sections": [_about_the_project(said)]}
    block = {"code": code, "regions": "all", "form": form, "time_zone": zone}
    return {key: value for key, value in block.items() if value is not None}


def _about_the_project(said: Callable[[Sentence], Plain]) -> Plain:
    """The two questions that every form must ask."""
    questions = [
        {"code": "title", "type": "text", "label": said(_("Title")), "max_length": "120"},
        {"code": "requested_amount", "type": "money", "label": said(_("Amount asked for"))},
    ]
    return {"code": "project", "title": said(_("Project")), "questions": questions}


def copied_call(block: Plain, code: str) -> Plain:
    """A call like another one, with dates of its own to be filled in."""
    kept = {key: deepcopy(value) for key, value in (block or {}).items() if key not in DATED}
    return {"code": code, **{key: value for key, value in kept.items() if key != "code"}}


DATED = frozenset({"opens", "closes", "decision_by", "activities", "cut_offs"})
"""What a copy does not take over: days that are past would pass unseen."""
