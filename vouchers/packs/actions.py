"""Audit packs: asked for on a page or at the terminal, built by a job, laid into the store."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.audit.models import AuditSeal
from vouchers.core.database import unit_of_work
from vouchers.documents.actions import KeptFile, add_document
from vouchers.packs.lifecycle import PACK
from vouchers.packs.models import Pack
from vouchers.packs.queries.packs import find_busy
from vouchers.workflow.transition import creation, transition


def ask_pack(
    *, programme: str | None, region: str | None, since: AuditSeal | None, language: str, by: Any, at: datetime
) -> Pack:
    """Ask for a pack; one of the same that is being built for somebody is answered instead.

    What the server itself asks for (`by` has no id) is built by whoever asks, and not by a job.
    """
    with unit_of_work():
        if by.id is not None and (busy := find_busy(programme=programme, region=region, since=since)):
            return busy
        pack = Pack(programme=programme, region=region, since=since, done=0, failure="", asked_at=at, asked_by_id=by.id)
        with creation(pack, PACK.ask, by=by, at=at) as step:
            if by.id is not None:
                step.enqueue("packs.build", pack_id=pack.id, language=language)
        return pack


def report_pack(pack: Pack, done: int, *, by: Any, at: datetime) -> None:
    """Note how far it has come, in percent. Raises `WrongState` when another worker has built it."""
    with transition(pack, PACK.report, by=by, at=at):
        pack.done = done


def keep_pack(pack: Pack, seal: AuditSeal, kept: KeptFile, *, by: Any, at: datetime) -> None:
    """Put the file onto the pack. Raises `WrongState` when another worker has built it."""
    with transition(pack, PACK.build, by=by, at=at, why=kept.sha256) as step:
        pack.seal, pack.done = seal, 100
        add_document(kept, purpose="pack", subject_kind="pack", subject_id=pack.id, step_id=step.id, by_id=by.id, at=at)


def fail_pack(pack: Pack, reason: str, *, by: Any, at: datetime) -> None:
    """Say why it cannot be built."""
    with transition(pack, PACK.fail, by=by, at=at, why=reason):
        pack.failure = reason
