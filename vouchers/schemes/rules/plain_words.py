"""What the reader of programme files finds wrong, told to a person who never sees a file. Pure.

The reader speaks of keys, blocks and codes, as its file does. Whatever it says in such words is said here in those of
the page; what is plain already stays, with names where it has codes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.formal import find_name
from vouchers.programmes.rules import outline_call, outline_partners, outline_programme, outline_selection  # noqa: F401 - they fill BLOCKS
from vouchers.programmes.rules.outline import Kind, key_of

Names = Mapping[str, str]
"""Codes of regions, instruments and languages -> how people call them."""
Values = Mapping[str, Any]

FILL_IN = _("Fill this in.")
AT_LEAST_ONE = _("At least one is needed here.")
STATE_THE_SUM = _("Write down what the money of all regions adds up to.")
_NO_SUCH_SETTING = _("This has no meaning for what you chose: leave it empty.")

WANTED = {
    "title": _("the title of the project"),
    "requested_amount": _("the amount that is asked for"),
    "activity_start": _("the first day of the activity"),
    "provider_name": _("the name of the partner or provider"),
    "provider_email": _("the email address of the partner or provider"),
    "provider_region": _("the region of the partner"),
    "external_cost": _("what others will charge"),
    "headcount": _("the number of people"),
    "turnover": _("the turnover"),
    "balance_sheet": _("the balance sheet total"),
    "nace": _("the NACE code"),
    "de_minimis_received": _("the de minimis aid received"),
    "own_work_cost": _("what own work costs"),
}
"""Questions that a rule looks at, in words."""

_SAID: dict[str, Sentence] = {
    'The key "%(key)s" is missing.': FILL_IN,
    'The list "%(key)s" is missing.': AT_LEAST_ONE,
    'The block "%(key)s" is missing.': _("Open this part and fill it in."),
    '"%(key)s" takes a list: one line with a dash for each item.': AT_LEAST_ONE,
    '"%(key)s" takes one value, not a list or a block.': _("Only one value can stand here."),
    "A word is expected here, not a block.": _("Only one value can stand here."),
    'The text is missing in the programme\'s first language, "%(first)s".': FILL_IN,
    "`max` is below `min`: the most partners must not be fewer than the least.": _(
        "The most partners must not be fewer than the least."
    ),
    '"max" lies below "min".': _("The greatest must not lie below the least."),
    'State what the envelopes add up to: "totals: {all: ...}".': STATE_THE_SUM,
    '"show_to_experts: no" says the opposite. Leave one of the two out.': _(
        "You ticked experts here, but said that experts do not see the answer. Change one of the two."
    ),
    'A question of type "%(type)s" has no "%(key)s".': _NO_SUCH_SETTING,
    'A voucher cannot be a fixed sum and have a %(key)s at once: remove "%(key)s".': _NO_SUCH_SETTING,
    'Real cost has no fixed "amount": write "cap" and "rate".': _NO_SUCH_SETTING,
    'No expert is asked when the manager evaluates: remove the line, or write "evaluation: experts".': _(
        "The region’s office judges, so no expert is asked: leave this empty, or let experts judge."
    ),
    'The instrument has no provider ("provider: none"), yet one is named here.': _(
        "You said that there is no provider, yet one is named here."
    ),
    "These months have no limit to count for: write %(limits)s too.": _(
        "These months have no limit to count for: fill in the limit too."
    ),
    "A condition compares in one way: choose one of %(words)s.": _(
        "Compare in one way only: fill in one of these lines and leave the others empty."
    ),
    "What must the answer be? A condition needs one of %(words)s.": _(
        "What must the answer be? Fill in one of the lines below."
    ),
    '"any_of" takes a list of answers, such as [biotech, other].': _("Write one answer in each line."),
    '"%(comparison)s" compares numbers; a question of type "%(type)s" takes is, is_not or any_of.': _(
        "Only numbers and amounts can be compared like this. Say instead which answer it is, or is not."
    ),
    "Excluded sectors are a list of NACE codes, each once, like [01, 10.1].": _(
        "Write NACE codes, one in each line and each of them once, like 01 or 10.1."
    ),
}
"""Message id of the reader -> what the page says."""

_SAID_WITH: dict[str, Callable[[Values, Names], Sentence]] = {
    '"%(text)s" is not a code here. Write it like %(example)s.': lambda found, _names: _(
        "“%(text)s” cannot be a short name. Write it like %(example)s.", text=found["text"], example=found["example"]
    ),
    'The code "%(code)s" is already taken in this list.': lambda found, _names: _(
        "The short name “%(code)s” is taken already. Choose another one.", code=found["code"]
    ),
    '"%(word)s" is not known here. Inside {...} a comma ends a value: write 0.4 and 4000, or use quotes.': (
        lambda found, _names: _("“%(word)s” is not known here.", word=found["word"])
    ),
    '"%(word)s" is not known here, and nothing is declared that it could mean.': (
        lambda found, _names: _("“%(word)s” is not known here.", word=found["word"])
    ),
    "%(instrument)s is decided without experts, so there are no marks to rank by: choose `ranking`, `first_come` or "
    "`lottery`, or let experts mark it.": lambda found, names: _(
        "%(instrument)s is decided without experts, so there are no marks to rank by. Choose another way to give the "
        "money, or let experts judge it.",
        instrument=_name(found["instrument"], names),
    ),
    "Experts judge %(instrument)s, so the call needs the block `marking` with its criteria.": lambda found, names: _(
        "Experts judge %(instrument)s, so say how they mark and by which criteria.",
        instrument=_name(found["instrument"], names),
    ),
    "%(code)s has one envelope for all instruments and another for a single one: choose one way.": (
        lambda found, names: _(
            "%(region)s has one amount for all vouchers together and another for a single one. Choose one way.",
            region=_name(found["code"], names),
        )
    ),
    "%(code)s has this envelope twice.": lambda found, names: _(
        "The money of %(region)s for this voucher stands here twice.", region=_name(found["code"], names)
    ),
    "The shares add up to %(added)s, but the envelope has %(amount)s.": lambda found, _names: _(
        "The funds together give %(added)s, but the amount is %(amount)s.",
        added=found["added"],
        amount=found["amount"],
    ),
    "The envelopes add up to %(added)s, but %(stated)s is stated here.": lambda found, _names: _(
        "The money of the regions adds up to %(added)s, but %(stated)s is stated here.",
        added=found["added"],
        stated=found["stated"],
    ),
    'The question "%(code)s" has a fixed meaning and must be of type "%(type)s".': lambda found, _names: _(
        "Our rules look at the answer to “%(code)s”, so the kind of answer must be “%(type)s”.",
        code=found["code"],
        type=_kind(found["type"]),
    ),
    "The money of %(envelope)s was voted on its fund lines, so their codes, rates and kinds cannot change. "
    "Nothing was loaded.": lambda found, _names: _(
        "The money of %(call)s was voted on these fund lines, so their short names, rates and kinds stay.",
        call=found["envelope"],
    ),
    '"%(party)s" must be a party of the agreement.': lambda found, _names: _(
        "“%(party)s” must be among those who accept the agreement.",
        party=_choice("instrument", "agreement_parties", found["party"]),
    ),
}
_WITH_NAMES = frozenset({"code", "instrument", "instruments"})
_CODES_OF_REGIONS_AND_INSTRUMENTS = frozenset(
    {
        "%(code)s does not take part in this call.",
        "%(code)s is not offered in this call.",
        "Number %(first)s says this too, and neither is more exact: %(size)s in %(code)s.",
        '"%(question)s" is not asked for %(instruments)s, so there this could never be shown.',
    }
)


_NO_DAY = frozenset({
    '"%(text)s" is not a day. Write it as 2026-10-01.',
    "There is no day %(text)s in the calendar.",
    '"%(text)s" is not a moment. Write day and time without a zone: 2026-10-01 09:00.',
    'There is no such time of day as in "%(text)s".',
})  # fmt: skip
_IN_BOXES = {
    Kind.DAY: _("This is no day of the calendar. Fill in day, month and year, like 27 3 2027."),
    Kind.MOMENT: _("This is no moment. Fill in day, month, year and time, like 27 3 2027 and 17:00."),
}


def in_plain_words(found: Sentence, names: Names, asked: Kind | None = None) -> Sentence:
    """The same fault as the page tells it; `asked` is what its key takes."""
    if asked in _IN_BOXES and found.msgid in _NO_DAY:
        return _IN_BOXES[asked]
    if found.msgid in _SAID:
        return _SAID[found.msgid]
    if found.msgid in _SAID_WITH:
        return _SAID_WITH[found.msgid](found.values, names)
    values = dict(found.values)
    if found.msgid in _CODES_OF_REGIONS_AND_INSTRUMENTS:
        values |= {key: say_names(str(values[key]).split(", "), names) for key in _WITH_NAMES & values.keys()}
    values |= {key: _kinds(str(values[key])) for key in {"type", "types"} & values.keys()}
    return Sentence(found.msgid, values, found.plural, found.count)


def say_names(codes: Any, names: Names) -> str:
    """Several names in one line."""
    return ", ".join(_name(code, names) for code in codes)


def say_unasked(question: str, instruments: Any, names: Names) -> Sentence:
    """What the form must ask, and of whom."""
    return _(
        "The form must ask for %(what)s (short name “%(code)s”): as a question that must be answered, without a "
        "condition, by everybody who applies for %(instruments)s.",
        what=WANTED.get(question, question),
        code=question,
        instruments=say_names(instruments, names),
    )


def say_unclear(question: str, rule: str) -> Sentence:
    """What the form does not ask, and which rule nobody can read then."""
    return _(
        "The form does not ask for %(what)s (short name “%(code)s”), so the rule “%(rule)s” will need a person for "
        "each application.",
        what=WANTED.get(question, question),
        code=question,
        rule=find_name(rule),
    )


def _name(code: Any, names: Names) -> str:
    return names.get(str(code), str(code))


def _choice(kind: str, name: str, word: Any) -> Any:
    key = key_of(kind, name)
    return dict(key.choices).get(str(word), word) if key else word


def _kind(word: Any) -> Any:
    return _choice("question", "type", word)


def _kinds(words: str) -> Any:
    found = [_kind(word) for word in words.split(", ")]
    return found[0] if len(found) == 1 else _Listed(found)


class _Listed:
    """Several sentences in one, translated when they are shown."""

    def __init__(self, parts: list[Any]):
        self.parts = parts

    def __str__(self) -> str:
        return ", ".join(str(part) for part in self.parts)
