"""Whether an account is in its owner's name, and who else uses its IBAN. Pure: it says so, and forbids nothing."""

from __future__ import annotations

from vouchers.core.legal_forms import LEGAL_FORMS
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users.rules.signing import is_same_person

_LEGAL_FORMS = LEGAL_FORMS | {"sp", "zoo"}
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
"""How banks write letters that they do not have."""


def is_same_holder(holder: str, name: str) -> bool:
    """Whether both are one name, whatever the case, accents, signs, the order of the words and the legal form."""
    one, other = _without_form(holder), _without_form(name)
    spelt = one.casefold().translate(_SPELT_OUT), other.casefold().translate(_SPELT_OUT)
    return is_same_person(one, other) or is_same_person(*spelt)


def say_other_holder(holder: str, name: str) -> Sentence | None:
    """That an account is in another name than the payee's; None where it is in the payee's."""
    if is_same_holder(holder, name):
        return None
    return _(
        "The account is in the name of %(holder)s, and the payee is %(name)s. Find out why before you go on.",
        holder=holder,
        name=name,
    )


def say_same_iban(name: str | None) -> Sentence:
    """That somebody else has an account with the same IBAN; None: somebody whom the reader may not see."""
    if name is None:
        return _(
            "Somebody whom you may not see has an account with the same IBAN. Ask the coordinator before you go on."
        )
    return _("%(name)s has an account with the same IBAN. Find out why before you go on.", name=name)


def _without_form(name: str) -> str:
    words = name.replace(".", "").replace(",", " ").split()
    return " ".join(word for word in words if word.casefold() not in _LEGAL_FORMS) or " ".join(words)
