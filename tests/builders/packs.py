"""Audit packs, asked for and built as the office does it."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from tests.builders.audits import auditor_of
from vouchers.audit.models import AuditSeal
from vouchers.audits.models import Mandate
from vouchers.audits.queries.mandates import get_mandate
from vouchers.packs import jobs
from vouchers.packs.actions import ask_pack
from vouchers.packs.models import Pack
from vouchers.packs.queries.packs import get_pack
from vouchers.packs.rules import Cover, cover_of_mandate
from vouchers.workflow.transition import OFFICE


def an_asked_pack(mandate: Mandate, *, at: datetime, since: AuditSeal | None = None, language: str = "en") -> Pack:
    """One that is not built yet, asked for by the mandate's auditor."""
    mandate = get_mandate(mandate.id)
    cover, by = cover_of_mandate(mandate), auditor_of(mandate)
    return get_pack(ask_pack(mandate, cover, since=since, language=language, by=by, at=at).id)


def a_pack(mandate: Mandate, *, at: datetime, since: AuditSeal | None = None) -> Pack:
    """One that is built, and lies in the store."""
    asked = an_asked_pack(mandate, at=at, since=since)
    jobs.build(pack_id=asked.id, at=at)
    return get_pack(asked.id)


def a_written_pack(cover: Cover | None = None, *, at: datetime, since: AuditSeal | None = None) -> tuple[Pack, bytes]:
    """One that was written at the server, by default of the whole office; and its bytes."""
    file = BytesIO()
    asked = ask_pack(None, cover or Cover(), since=since, language="en", by=OFFICE, at=at)
    jobs.build_into(asked, file, at=at, is_kept=False)
    return get_pack(asked.id), file.getvalue()
