"""The characters and the lengths that every bank in SEPA accepts, and how other letters are carried into them.

Sources: EPC132-08 (credit transfer, customer to bank) for the characters, EPC217-08 for the best-practice
conversion. Letters that a country writes with two where it has no other way are written with two: ä ae, ö oe, ü ue,
ø oe, å aa, æ ae, œ oe, ß ss, þ th; where a field has no room for that, by their base letter (a o u o a), so that no
payment is refused for it. Other accents are dropped (é e, ñ n, ű u, ł l); Greek (ELOT 743) and Bulgarian are written in
Latin letters; punctuation that banks do not know takes its nearest neighbour (& +, _ -, [ (, " '). Nothing else is
guessed: a character without a row here stays as it is, and the checks refuse it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import pycountry

LONGEST_ID = 35
LONGEST_NAME = 70
LONGEST_STREET = 70
LONGEST_BUILDING = 16
LONGEST_POST_CODE = 16
LONGEST_TOWN = 35
LONGEST_REMITTANCE = 140
MOST_CENTS = 999_999_999_99
"""EUR 999,999,999.99: the largest amount of one SEPA credit transfer (EPC132-08)."""

_FOREIGN = re.compile(r"[^a-zA-Z0-9/\-?:().,'+ ]")
_ACCENTS = range(0x0300, 0x0370)

_LATIN = (
    "ß ss ẞ SS æ ae Æ AE œ oe Œ OE ø o Ø O ł l Ł L đ d Đ D ð d Ð D þ th Þ Th ħ h Ħ H ı i ŋ n Ŋ N ŧ t Ŧ T ĸ k ə e Ə E"
)
_NATIONAL = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}
"""What German, Danish, Norwegian, Swedish and Finnish write with two letters."""
_GREEK = "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o"
_BULGARIAN = (
    "а a б b в v г g д d е e ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х h ц ts ч ch ш sh "
    "щ sht ъ a ь y ю yu я ya"
)
_MARKS = (
    "& + _ - – - — - ‐ - ‑ - − - ‘ ' ’ ' ‚ ' ‛ ' “ ' ” ' „ ' « ' » ' ‹ ' › ' \" ' ` ' ´ ' ʼ ' ; , [ ( ] ) { ( } ) ⁄ /"
)


_NATIONAL_LETTER = re.compile("([äöüøåÄÖÜØÅ])(?=(.?))", re.DOTALL)


def _pairs(table: str) -> dict[str, str]:
    cells = table.split()
    return dict(zip(cells[::2], cells[1::2], strict=True))


def _with_capitals(table: str) -> dict[str, str]:
    small = _pairs(table)
    return {**{letter.upper(): latin.capitalize() for letter, latin in small.items() if letter != "ς"}, **small}


CONVERSION = {**_pairs(_LATIN), **_with_capitals(_GREEK), **_with_capitals(_BULGARIAN), **_pairs(_MARKS)}
"""Every character that is carried over by a row of its own; the accents follow by rule."""


def to_sepa(text: str, longest: int | None = None) -> str:
    """`text` in the SEPA character set, single-spaced. What has no conversion stays; `foreign_characters` names it.

    Args:
        longest: for how many characters there is room: what would be longer is written with base letters. It is not
            cut.
    """
    if _FOREIGN.search(text):
        text = unicodedata.normalize("NFC", text)
        written = _single_spaced(_carried(_NATIONAL_LETTER.sub(_in_two_letters, text)))
        if longest is None or len(written) <= longest:
            return written
    return _single_spaced(_carried(text))


def _carried(text: str) -> str:
    return "".join(_carried_over(character) for character in text) if _FOREIGN.search(text) else text


def _single_spaced(text: str) -> str:
    return (re.sub(" +", " ", text) if "  " in text else text).strip(" ")


def _in_two_letters(found: re.Match[str]) -> str:
    """``Ü`` is ``Ue`` before a small letter, else ``UE``."""
    letter, following = found.groups()
    written = _NATIONAL[letter.lower()]
    if letter.islower():
        return written
    return written.capitalize() if following.islower() else written.upper()


def foreign_characters(text: str) -> str:
    """The characters outside the SEPA set as a person can read them: ``ж, U+0007``; empty when there is none."""
    if not _FOREIGN.search(text):
        return ""
    found = dict.fromkeys(_FOREIGN.findall(text))
    return ", ".join(c if c.isprintable() and not unicodedata.combining(c) else f"U+{ord(c):04X}" for c in found)


def has_misplaced_slash(text: str) -> bool:
    """References may not begin or end with a slash nor hold two in a row (EPC132-08)."""
    return text.startswith("/") or text.endswith("/") or "//" in text


@lru_cache(maxsize=4096)
def _carried_over(character: str) -> str:
    if character in CONVERSION:
        return CONVERSION[character]
    parts = [part for part in unicodedata.normalize("NFKD", character) if ord(part) not in _ACCENTS]
    carried = "".join(CONVERSION.get(part, part) for part in parts)
    return character if _FOREIGN.search(carried) else carried


@lru_cache(maxsize=1)
def country_codes() -> frozenset[str]:
    """ISO 3166-1 alpha-2, and XK, which banks use for Kosovo."""
    return frozenset(country.alpha_2 for country in pycountry.countries) | {"XK"}
