"""What is printed and kept outside of the office."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.audit.canonical import canonical_moment
from vouchers.audit.models import AuditSeal
from vouchers.core.formatting import moment, number
from vouchers.core.languages import language
from vouchers.core.links import full_url
from vouchers.core.text import say as _
from vouchers.documents import pages


def seal_pdf(seal: AuditSeal, *, at: datetime, zone: str) -> bytes:
    """A seal on a sheet of paper: what somebody must know to find out later that the record was changed."""
    title, site = _("Seal %(number)s over the record", number=seal.id), full_url("web.first_page")
    facts = [
        (_("Office"), site),
        (_("Sealed"), f"{moment(seal.sealed_at, zone)} ({canonical_moment(seal.sealed_at)})"),
        (_("Events"), number(seal.size)),
        (_("Root"), _in_groups(seal.root)),
        (_("Seal before this one"), _in_groups(seal.previous_hash) if seal.previous_hash else "–"),
        (_("Hash of this seal"), _in_groups(seal.hash)),
    ]
    story: list[Any] = [
        pages.title(title),
        pages.paragraph(
            _(
                "This is the root of a Merkle tree (RFC 9162, SHA-256) over every event of the office up to then. Keep "
                "this sheet outside of the office: whoever changes, removes or inserts one of these events can no "
                "longer arrive at this root."
            )
        ),
        pages.key_values(facts),
        pages.heading(_("How to check it")),
        pages.paragraph(_("On the office’s server:")),
        pages.paragraph(f"flask --app wsgi audit verify --size {seal.size} --root {seal.root}"),
        pages.paragraph(_("Without the office, with a proof or an audit pack that it handed out:")),
        pages.paragraph(f"python3 verify_proof.py event.json --size {seal.size} --root {seal.root}"),
        pages.signature_block([pages.Signatory(_("Printed by"), ""), pages.Signatory(_("Kept by"), "")]),
    ]
    return pages.build_pdf(
        story,
        title=title,
        author=site,
        language=language(),
        letterhead=pages.Letterhead(site, (), title),
        created_at=at,
        fingerprint=seal.hash,
    )


def _in_groups(digest: str) -> str:
    """Eight digits at a time, so that two people can read them to one another."""
    return " ".join(digest[place : place + 8] for place in range(0, len(digest), 8))
