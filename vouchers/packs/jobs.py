"""What builds audit packs: seals what is new, writes the file, lays it into the store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from tempfile import TemporaryFile
from typing import BinaryIO

from vouchers.audit.actions import seal_events
from vouchers.audit.queries import find_last_seal
from vouchers.core.errors import Refused, RuleBroken, WrongState
from vouchers.core.text import say as _
from vouchers.documents.actions import take_written
from vouchers.jobs.registry import job
from vouchers.packs import actions
from vouchers.packs.exports.whole import cut_of, write_pack
from vouchers.packs.models import Pack
from vouchers.packs.queries.packs import get_pack
from vouchers.workflow.transition import OFFICE

_STRIDE = 5
"""Percent between two notes of progress."""


@job("packs.build")
def build(*, pack_id: int, language: str, at: datetime) -> None:
    """Build a pack that was asked for; may be killed, run again, and run many times at once."""
    try:
        build_now(get_pack(pack_id), language=language, at=at)
    except WrongState:  # another worker has built it
        return


def build_now(pack: Pack, *, language: str, at: datetime, keep: Callable[[BinaryIO], None] | None = None) -> None:
    """Build a pack, and hand its file to `keep` too.

    Raises:
        WrongState: another worker has built it.
        RuleBroken: it cannot be built, which the pack says too.
    """
    pack_id, told = pack.id, 0

    def note(percent: int) -> None:
        nonlocal told
        if percent >= told + _STRIDE:
            told = percent
            actions.report_pack(get_pack(pack_id), percent, by=OFFICE, at=at)

    seal_events(at=at)
    pack, seal = get_pack(pack_id), find_last_seal()
    try:
        if seal is None or (pack.since is not None and pack.since.size > seal.size):
            raise RuleBroken(_("Nothing is sealed yet, so there is nothing to take away."))
        cut = cut_of(pack.programme, pack.region, pack.since, seal)
        with TemporaryFile() as stream:
            write_pack(cut, stream, number=pack_id, language=language, at=at, note=note)
            kept = take_written(stream, f"audit-pack-{pack_id}.zip", "application/zip")
            if keep is not None:
                stream.seek(0)
                keep(stream)
            actions.keep_pack(get_pack(pack_id), cut.seal, kept, by=OFFICE, at=at)
    except WrongState:
        raise
    except Refused as refused:
        actions.fail_pack(get_pack(pack_id), str(refused), by=OFFICE, at=at)
        raise RuleBroken(refused.sentence) from refused
