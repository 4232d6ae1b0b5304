"""The paper of a contract with an expert, with the same content as its page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import force_locale

from vouchers.core.formatting import moment
from vouchers.core.text import say as _
from vouchers.documents import pages
from vouchers.documents.actions import KeptFile, take_made
from vouchers.experts.models import ExpertContract
from vouchers.experts.rules.contract import read_sections

LANGUAGE = "en"
"""Contracts have one binding language."""
ZONE = "UTC"


def signature_lines(contract: ExpertContract) -> list[tuple[str, str, str]]:
    """Role, name, and the moment of acceptance in words (empty while it is missing) of both sides."""
    terms = contract.terms
    sides = (
        (_("Expert"), contract.accepted_name or terms["expert"], contract.accepted_at),
        (_("For the office"), contract.signed_name or terms["office"]["name"], contract.signed_at),
    )
    return [
        (str(role), name, str(_("Accepted on %(moment)s", moment=moment(when, ZONE))) if when else "")
        for role, name, when in sides
    ]


def contract_pdf(contract: ExpertContract, *, at: datetime) -> bytes:
    """The contract as a file; the same text and signatures give the same bytes."""
    with force_locale(LANGUAGE):
        terms = contract.terms
        story: list[Any] = [pages.title(terms["title"])]
        for section in read_sections(terms):
            story.append(pages.heading(section.heading))
            story += [pages.paragraph(words) for words in section.texts]
            if section.facts:
                story.append(pages.key_values(section.facts))
            if section.points:
                story.append(pages.bullets(section.points))
        signatories = [pages.Signatory(role, name, when or None) for role, name, when in signature_lines(contract)]
        story += [pages.heading(_("Signatures")), pages.signature_block(signatories)]
        office = terms["office"]
        return pages.build_pdf(
            story,
            title=terms["title"],
            author=office["name"],
            language=LANGUAGE,
            letterhead=pages.Letterhead(office["name"], (office["email"],), terms["number"]),
            created_at=at,
            fingerprint=contract.sha256,
        )


def kept_contract(contract: ExpertContract, *, at: datetime) -> KeptFile:
    """The same, with the signatures so far, laid into the store."""
    return take_made(contract_pdf(contract, at=at), f"{contract.number}.pdf", "application/pdf")
