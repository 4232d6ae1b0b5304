"""Audit packs, asked for and built as the office does it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.builders.users import a_member_of_staff
from vouchers.audit.models import AuditSeal
from vouchers.packs import jobs
from vouchers.packs.actions import ask_pack
from vouchers.packs.models import Pack
from vouchers.packs.queries.packs import get_pack
from vouchers.users.states import Role


def an_asked_pack(
    *,
    at: datetime,
    programme: str | None = None,
    region: str | None = None,
    since: AuditSeal | None = None,
    by: Any = None,
) -> Pack:
    """One that is not built yet; asked for by an auditor whose mandate covers it."""
    by = by or a_member_of_staff(Role.AUDITOR, programme=programme, region=region, at=at)
    return ask_pack(programme=programme, region=region, since=since, language="en", by=by, at=at)


def a_pack(*, at: datetime, **wanted: Any) -> Pack:
    """One that is built."""
    asked = an_asked_pack(at=at, **wanted)
    jobs.build(pack_id=asked.id, language="en", at=at)
    return get_pack(asked.id)
