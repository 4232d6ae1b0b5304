"""What an officer confirms before costs are accepted: what every claim is checked for, and what its instrument adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules.instrument_plan import Instrument

BELONGS = "is_needed"
"""The code of the point under which costs of unexpected suppliers are judged."""
USUAL: tuple[tuple[str, Sentence, Sentence], ...] = (
    (
        "is_done",
        _("The report shows that the activity took place as agreed."),
        _("Check the report, then tick the box"),
    ),
    (
        "is_proven",
        _("Each accepted cost has its invoice or ticket, and proof of payment where it is asked for."),
        _("Check the evidence, then tick the box"),
    ),
    (
        BELONGS,
        _("Each accepted cost belongs to the activity and is reasonable."),
        _("Check that the costs belong to the activity, then tick the box"),
    ),
)
"""Code, what is confirmed, and what is said where it is not."""
OF_A_SUM: tuple[tuple[str, Sentence, Sentence], ...] = (
    USUAL[0],
    (
        "is_proven",
        _("The files of the claim show what the sum is paid for."),
        _("Check the files, then tick the box"),
    ),
    (
        BELONGS,
        _("What was delivered belongs to the activity that was agreed."),
        _("Check that it belongs to the activity, then tick the box"),
    ),
)
"""The same of a claim without costs: a sum that is paid for what was delivered."""


@dataclass(frozen=True, slots=True)
class Check:
    """One point of the checklist."""

    code: str
    """Also the name of its box."""
    text: Sentence | str
    missing: Sentence
    words: str
    """As it enters the record: in English, or in the programme's first language."""
    hint: str = ""


def as_asked(stored: Mapping[str, str]) -> Sentence | str:
    """What was confirmed, for a reader: the usual points in the reader's language, the others as they were asked."""
    asked = ((code, text) for code, text, _missing in (*USUAL, *OF_A_SUM))
    said = (text for code, text in asked if (code, text.source) == (stored["code"], stored["text"]))
    return next(said, stored["text"])


def list_checks(instrument: Instrument, *, has_costs: bool) -> list[Check]:
    """The checklist of a claim for this instrument, with costs or for a sum alone."""
    usual = [Check(code, text, missing, text.source) for code, text, missing in (USUAL if has_costs else OF_A_SUM)]
    own = [
        Check(
            f"check_{one.code}",
            one.text.for_reader(),
            _("Check “%(point)s”, then tick the box", point=one.text.for_reader()),
            str(one.text),
            one.hint.for_reader(),
        )
        for one in instrument.claim.checks
    ]
    return [*usual, *own]
