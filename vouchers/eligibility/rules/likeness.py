"""Whether two names or two addresses may be the same organisation's."""

from __future__ import annotations

from functools import lru_cache

from vouchers.core.legal_forms import LEGAL_FORMS
from vouchers.users.rules.signing import plain_words

_MAIL_HOSTS = """
    gmail.com googlemail.com outlook.com hotmail.com hotmail.fr hotmail.be live.com live.nl msn.com yahoo.com yahoo.fr
    yahoo.de icloud.com me.com proton.me protonmail.com gmx.de gmx.net gmx.at web.de t-online.de freenet.de orange.fr
    wanadoo.fr free.fr laposte.net sfr.fr skynet.be telenet.be proximus.be ziggo.nl kpnmail.nl xs4all.nl mail.dk
    btinternet.com sky.com bluewin.ch pt.lu eircom.net aol.com zoho.com mail.com outlook.de outlook.fr outlook.be
    outlook.dk hotmail.de hotmail.nl hotmail.co.uk live.be live.dk live.fr yahoo.co.uk yahoo.it yahoo.es ymail.com
    pm.me gmx.ch gmx.com posteo.de mailbox.org tutanota.com libero.it virgilio.it wp.pl o2.pl seznam.cz home.nl
    planet.nl hetnet.nl scarlet.be voo.be numericable.fr bbox.fr vodafone.de arcor.de sapo.pt telia.com online.no
"""
SHARED_DOMAINS = frozenset(_MAIL_HOSTS.split())
"""Mail hosts that anybody may use: the same one says nothing about two people."""

PASSED_OVER = LEGAL_FORMS | {
    "aisbl", "asbl", "cie", "das", "dd", "de", "der", "die", "eood", "het", "ivzw", "la", "lda", "le", "les", "oo",
    "ood", "ou", "sce", "sia", "sp", "spzoo", "the", "uab", "vzw", "z", "zoo", "zrt",
}  # fmt: skip
"""What a company's name may bear or lack without being another name, articles too."""


def domain_of(email: str) -> str:
    """The domain of an address in lower case; empty for none and for hosts that anybody may use."""
    domain = email.rpartition("@")[2].strip().lower() if "@" in email else ""
    return "" if domain in SHARED_DOMAINS else domain


def is_same_domain(one: str, other: str) -> bool:
    """Whether two domains are one, or one stands below the other (``mail.lab.eu`` and ``lab.eu``); empty is none."""
    return bool(one and other) and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))


def numbers_of(country: str, vat_number: str, register_number: str) -> frozenset[str]:
    """The numbers that an organisation is known by, in one spelling: ``BE 0539.007.547`` -> ``BE0539007547``.

    A register number bears its country, for the same digits may be another company's elsewhere; a VAT number has its
    own. So a company whose two numbers are the same digits, as in Belgium, is found by either.
    """
    vat, register = (
        "".join(letter for letter in text.upper() if letter.isascii() and letter.isalnum())
        for text in (vat_number, register_number)
    )
    if register and not register.startswith(country.upper()):
        register = f"{country.upper()}{register}"
    return frozenset({vat, register} - {""})


def is_same_organisation(one: str, other: str) -> bool:
    """Whether two names mean the same organisation once case, accents, dots and legal forms are left out."""
    return bool(bare_name(one)) and bare_name(one) == bare_name(other)


@lru_cache(maxsize=65536)
def bare_name(name: str) -> str:
    """``Société Lumière S.A.`` -> ``societe lumiere``."""
    words = plain_words(name.replace(".", "").replace("/", ""))
    return " ".join(word for word in words if word not in PASSED_OVER) or " ".join(words)
