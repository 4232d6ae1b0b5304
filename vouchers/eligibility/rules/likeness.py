"""Whether two names or two addresses may be the same organisation's."""

from __future__ import annotations

from vouchers.users.rules.signing import plain_words

_MAIL_HOSTS = """
    gmail.com googlemail.com outlook.com hotmail.com hotmail.fr hotmail.be live.com live.nl msn.com yahoo.com yahoo.fr
    yahoo.de icloud.com me.com proton.me protonmail.com gmx.de gmx.net gmx.at web.de t-online.de freenet.de orange.fr
    wanadoo.fr free.fr laposte.net sfr.fr skynet.be telenet.be proximus.be ziggo.nl kpnmail.nl xs4all.nl mail.dk
    btinternet.com sky.com bluewin.ch pt.lu eircom.net aol.com zoho.com mail.com
"""
SHARED_DOMAINS = frozenset(_MAIL_HOSTS.split())
"""Mail hosts that anybody may use: the same one says nothing about two people."""

_LEGAL_FORMS = """
    sa sas sasu sarl srl sprl bv bvba nv vof cv ag gmbh kg ug ohg se sce asbl vzw aisbl ivzw as aps ab oy ltd limited
    plc llp llc inc corp co cie lda spa sl sp z zoo oo spzoo sro as doo dd kft zrt ood eood ou sia uab
    the le la les der die das het de
"""
LEGAL_FORMS = frozenset(_LEGAL_FORMS.split())
"""What a company's name may bear or lack without being another name."""


def domain_of(email: str) -> str:
    """The domain of an address in lower case; empty for none and for hosts that anybody may use."""
    domain = email.rpartition("@")[2].strip().lower() if "@" in email else ""
    return "" if domain in SHARED_DOMAINS else domain


def is_same_organisation(one: str, other: str) -> bool:
    """Whether two names mean the same organisation once case, accents, dots and legal forms are left out."""
    return bool(bare_name(one)) and bare_name(one) == bare_name(other)


def bare_name(name: str) -> str:
    """``Société Lumière S.A.`` -> ``societe lumiere``."""
    words = plain_words(name.replace(".", "").replace("/", ""))
    return " ".join(word for word in words if word not in LEGAL_FORMS) or " ".join(words)
