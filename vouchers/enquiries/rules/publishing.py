"""What may stand in public: nothing that names the applicant."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.eligibility.rules.likeness import PASSED_OVER, bare_name
from vouchers.users.rules.signing import plain_words

SHORTEST_NAME = 4
"""Letters. Anything shorter is found in every text."""
_INFLECTED = 5
"""Letters from which a word is found with another ending, too."""

_COMMON = """
    association business center centre centrum company consulting data design digital energy engineering europe
    european food foundation gesellschaft global green group groupe gruppe health holding industrial industries
    industry innovation innovations institut institute instituto instytut international laboratories laboratory life
    medical partner partners research science sciences service services societe software solution solutions system
    systems tech technical technik technologie technologies technology universitat universite universiteit university
    with from that this your voor pour dans avec nowy nowa
"""
_COMMON_WORDS = frozenset(_COMMON.split())
"""Words of many names, by which nobody is known."""

_HARMLESS = re.compile(
    r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b|\b(?:19|20)\d\d\s*[-–]\s*(?:19|20)\d\d\b|\b\d+/\d{4}\b"
    r"|\b\d{1,3}(?:[ .,\u00a0\u202f]\d{3})*(?:[.,]\d\d)?\s?(?:€|EUR\b|euros?\b|%)"
    r"|(?:€|\bEUR)\s?\d{1,3}(?:[ .,\u00a0\u202f]?\d{3})*(?:[.,]\d\d)?",
    re.IGNORECASE,
)
"""Days, periods, regulations and amounts, whose figures are nobody's number."""
_TELLING = re.compile(
    r"[^\s@<>()]+@[^\s@<>()]+\.\w+"
    r"|\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b"
    r"|(?:\b[A-Z]{2}[ -]?[A-Z]?)?\+?\(?\d(?:[ ./()-]{0,2}\d){7,}\b"
    r"|\b(?:tel|phone|telephone|fax|gsm|mobile)\b[^\d\n]{0,12}\d(?:[ ./-]?\d){4,}",
    re.IGNORECASE,
)
"""An e-mail address, an account, a telephone, a number of a register or of VAT."""


@dataclass(frozen=True, slots=True)
class Known:
    """By what an applicant is recognised."""

    names: Collection[str]
    """Found whole: organisations with or without their legal form, people, addresses, numbers, titles."""
    organisations: Collection[str] = ()
    """Found by each of their words that is not common."""
    people: Collection[str] = ()
    """Found by their family names."""
    public: str = ""
    """What the programme says in public: its words give nobody away."""

    def words(self) -> set[str]:
        """The single words that tell who it is."""
        allowed = _COMMON_WORDS | PASSED_OVER | set(plain_words(self.public))
        own = {word for name in self.organisations for word in bare_name(name).split()} - allowed
        family = {word for name in self.people for word in plain_words(name)[1:]} - _COMMON_WORDS
        return {word for word in own | family if len(word) >= SHORTEST_NAME and not word.isdigit()}


def ensure_names_nobody(texts: Mapping[str, str], names: Iterable[str] | Known) -> None:
    """Refuse a public text in which somebody is named, whatever its case, accents and spacing.

    Args:
        texts: by form field.
        names: of the organisation and its people, their addresses, the application's number and title.
    """
    known = names if isinstance(names, Known) else Known(tuple(names))
    for field, text in texts.items():
        for told in names_in(text, known):
            raise RuleBroken(
                _("“%(name)s” tells who asked. Write it so that nobody can be recognised.", name=told), field=field
            )


def names_in(text: str, known: Known) -> Iterator[str]:
    """What in a text tells who it is about: names, single words of names, addresses and numbers."""
    spoken = [plain_words(text), plain_words(text.replace(".", "").replace("/", ""))]
    flat = " ".join(["", *spoken[0], "", *spoken[1], ""])
    for name in dict.fromkeys(known.names):
        whole = bare_name(name)
        if len(whole) >= SHORTEST_NAME and f" {whole}" in flat:
            yield name
    yield from (found.group().strip() for found in _TELLING.finditer(_HARMLESS.sub("·", text)))
    for word in sorted(known.words()):
        is_spoken = f" {word}" if len(word) >= _INFLECTED else f" {word} "
        if is_spoken in flat:
            yield word
