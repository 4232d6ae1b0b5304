"""What is left of a supplier's name and of an invoice's number without the ways in which people write them. Pure.

Migration 0072 reckoned the keys that were stored by these rules: who changes them reckons the stored keys anew.
"""

from __future__ import annotations

import unicodedata

from vouchers.core.legal_forms import LEGAL_FORMS

_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "o", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ł": "l", "Ł": "l", "đ": "d"}
)
_LEGAL_FORMS = LEGAL_FORMS | {
    "amba", "asbl", "cvba", "ek", "ev", "ggmbh", "haftungsbeschrankt", "incorporated", "is", "ivs", "kgaa", "ks",
    "ps", "scrl", "slu", "snc", "vzw",
}  # fmt: skip
"""At the end of a name."""
_OF_TWO_WORDS = (("sp", "z", "oo"), ("sp", "zoo"), ("spol", "sro"))
_BEFORE_THE_NAME = frozenset({
    "asbl", "bv", "bvba", "eurl", "gmbh", "nv", "sa", "sarl", "sas", "sasu", "sprl", "srl", "vzw",
})  # fmt: skip
_AND = frozenset({"and", "et", "en", "og", "und"})
NUMBER_WORDS = frozenset({
    "bill", "fact", "factuur", "factuurnr", "factuurnummer", "facture", "faktura", "fakturanr", "fakturanummer", "inv",
    "invoice", "no", "nr", "num", "number", "numero", "nummer", "rechnung", "rechnungsnr", "rechnungsnummer", "ref",
    "reference", "referenz", "regning",
})  # fmt: skip
"""They say that a number follows, and are no part of it."""
_PERHAPS = NUMBER_WORDS | {"f", "fa", "fac", "fc", "n", "r", "re", "rg"}
"""Short ones may also name a series of numbers: a person looks."""


def bare(text: str) -> str:
    """Without case, accents, spaces and signs: ``Éts. Müller`` -> ``etsmuller``."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS)).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def key_of_number(number: str) -> str:
    """Without “Nr.”, “Invoice” and zeros before it: ``Nr. 0MU-118`` -> ``mu118``. A number of which nothing would be
    left (``Invoice 000``, ``No``) stays as it is."""
    return _without_words(number, NUMBER_WORDS).lstrip("0") or bare(number)


def core_of_number(number: str) -> str:
    """As the key, which ends so; also without letters that may be a word for number, or a part of it: ``N-118``."""
    whole = _without_words(number, _PERHAPS)
    return whole.lstrip("0") or whole


def _without_words(number: str, taken_out: frozenset[str]) -> str:
    words = _words(number)
    while len(words) > 1 and words[0] in taken_out:
        words.pop(0)
    whole = "".join(words)
    begin = max((word for word in taken_out if whole.startswith(word)), key=len, default="")
    if begin and whole[len(begin) :].isdigit():
        whole = whole[len(begin) :]
    return whole


def key_of_name(supplier: str) -> str:
    """Without the legal form, at its end or before it: ``SARL Müller``, ``Müller GmbH & Co. KG`` -> ``muller``."""
    words = _joined(_words(supplier.replace(".", "")))
    while len(words) > 1 and (cut := _length_of_form(words)):
        has_partners = words[-1] == "co"
        del words[-cut:]
        if has_partners and len(words) > 1 and words[-1] in _AND:
            words.pop()
    while len(words) > 1 and words[0] in _BEFORE_THE_NAME:
        words.pop(0)
    return "".join(words)


def _length_of_form(words: list[str]) -> int:
    """How many words of a legal form it ends with; what stands before it is never empty."""
    for form in _OF_TWO_WORDS:
        if len(words) > len(form) and tuple(words[-len(form) :]) == form:
            return len(form)
    return 1 if words[-1] in _LEGAL_FORMS else 0


def _joined(words: list[str]) -> list[str]:
    """Letters that stand alone at the end are one word where they make a legal form: ``A/S``, ``S. A.``"""
    start = len(words)
    while start and len(words[start - 1]) == 1:
        start -= 1
    form = "".join(words[start:])
    return [*words[:start], form] if form in _LEGAL_FORMS or form == "zoo" else words


def _words(text: str) -> list[str]:
    spaced = "".join(sign if sign.isalnum() or sign in "'’" else " " for sign in text.replace("°", "º"))
    return [word for one in spaced.split() if (word := bare(one))]
