"""Audit packs: asked for under a mandate or at the server, built by a job, kept for a while, removed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.audit.models import AuditSeal
from vouchers.audits.models import Mandate
from vouchers.core.database import unit_of_work
from vouchers.documents.actions import KeptFile, add_document, dispose_document
from vouchers.packs.lifecycle import PACK
from vouchers.packs.models import Pack
from vouchers.packs.queries.packs import find_busy, find_file
from vouchers.packs.rules import Cover
from vouchers.workflow.transition import creation, transition


def ask_pack(
    mandate: Mandate | None, cover: Cover, *, since: AuditSeal | None, language: str, by: Any, at: datetime
) -> Pack:
    """Ask for a pack. Under a mandate a job builds it; where the same is being built already, that one is answered.

    Args:
        mandate: None: at the server, where whoever asks also builds it.
    """
    with unit_of_work():
        if mandate is not None and (busy := find_busy(mandate, since, language)):
            return busy
        pack = Pack(
            mandate=mandate,
            programme=cover.programme,
            region_codes=list(cover.regions),
            first_on=cover.first_on,
            last_on=cover.last_on,
            language=language,
            since=since,
            asked_at=at,
            asked_by_id=by.id,
        )
        with creation(pack, PACK.ask, by=by, at=at) as step:
            if mandate is not None:
                step.enqueue("packs.build", pack_id=pack.id)
        return pack


def report_pack(pack: Pack, done: int, *, by: Any, at: datetime) -> None:
    """Note how far it has come, in percent. Raises `WrongState` when it was cancelled, or another worker built it."""
    with transition(pack, PACK.report, by=by, at=at):
        pack.done = done


def keep_pack(
    pack: Pack, seal: AuditSeal, sha256: str, size: int, kept: KeptFile | None, *, by: Any, at: datetime
) -> None:
    """Put the file onto the pack. Raises `WrongState` when it was cancelled, or another worker built it.

    Args:
        kept: None: it was written to where a command wanted it, and is not kept here.
    """
    with transition(pack, PACK.build, by=by, at=at, why=sha256) as step:
        pack.seal, pack.done, pack.sha256, pack.size, pack.built_at = seal, 100, sha256, size, at
        if kept is not None:
            add_document(
                kept, purpose="pack", subject_kind="pack", subject_id=pack.id, step_id=step.id, by_id=None, at=at
            )


def fail_pack(pack: Pack, reason: str, *, by: Any, at: datetime) -> None:
    """Say why it cannot be built."""
    with transition(pack, PACK.fail, by=by, at=at, why=reason):
        pack.failure = reason


def cancel_pack(pack: Pack, *, by: Any, at: datetime) -> None:
    """The auditor does not want it any more: whoever builds it stops at the next note of progress."""
    with transition(pack, PACK.cancel, by=by, at=at):
        pass


def remove_pack(pack: Pack, *, by: Any, at: datetime) -> None:
    """Remove the file, which holds personal data, for good. Seal and hash stay, so it can be recognised anywhere."""
    with transition(pack, PACK.remove, by=by, at=at):
        if (document := find_file(pack)) is not None:
            dispose_document(document, at=at)
