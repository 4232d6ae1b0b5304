"""What builds audit packs, and what removes their files again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from flask_babel import force_locale

from vouchers.audit.actions import seal_events
from vouchers.audit.queries import find_last_seal
from vouchers.audits.models import Mandate
from vouchers.core import clock
from vouchers.core.errors import Refused, RuleBroken, WrongState
from vouchers.core.text import say as _
from vouchers.documents.actions import take_written
from vouchers.jobs.actions import note_life
from vouchers.jobs.registry import LONG, job
from vouchers.packs import actions
from vouchers.packs.exports.record import cut_of
from vouchers.packs.exports.whole import write_pack
from vouchers.packs.models import Pack
from vouchers.packs.queries.packs import get_pack, list_due
from vouchers.packs.rules import Cover
from vouchers.packs.states import PackState
from vouchers.workflow.transition import OFFICE

_STRIDE = 10
"""Percent between two notes of progress."""
FAULT = _("Something went wrong while it was built. The operators of the office can see what. Ask for it again.")


@job("packs.build", limit=LONG)
def build(*, pack_id: int, at: datetime) -> None:
    """Build a pack that was asked for; may be killed, run again, and run many times at once."""
    pack = get_pack(pack_id)
    if pack.state is not PackState.ASKED:
        return
    try:
        with TemporaryFile() as file:
            build_into(pack, cast(BinaryIO, file), at=at, is_kept=True)
    except WrongState:  # cancelled meanwhile, or another worker has built it
        return
    except Refused as refused:
        _fail(pack_id, refused, at=at)
    except Exception:
        _fail(pack_id, Refused(FAULT), at=at)
        raise


def build_into(pack: Pack, stream: BinaryIO, *, at: datetime, is_kept: bool, mandate: Mandate | None = None) -> None:
    """Build a pack into a file that can be read and written.

    Args:
        is_kept: also lay it into the store, to be taken from its page.
        mandate: whose part a command on the server writes, in force or not: it holds what the auditor's own would.

    Raises:
        WrongState: it was cancelled, or another worker has built it.
        RuleBroken: it cannot be built.
    """
    pack_id = pack.id
    seal_events(at=at)
    pack, seal = get_pack(pack_id), find_last_seal()
    if pack.mandate is not None and not pack.mandate.is_in_force(at):
        raise RuleBroken(_("The mandate has ended."))
    if seal is None or (pack.since is not None and pack.since.size > seal.size):
        raise RuleBroken(_("Nothing is sealed yet, so there is nothing to take away."))
    cut = cut_of(pack.mandate or mandate, cover_of(pack), pack.since, seal)
    sha256, size = write_pack(cut, stream, language=pack.language, note=_note_on(pack_id, at))
    kept = take_written(stream, f"audit-pack-{pack_id}.zip", "application/zip") if is_kept else None
    actions.keep_pack(get_pack(pack_id), cut.seal, sha256, size, kept, by=OFFICE, at=at)


def cover_of(pack: Pack) -> Cover:
    """What it was asked to cover."""
    return Cover(pack.programme, tuple(pack.region_codes), pack.first_on, pack.last_on)


def _note_on(pack_id: int, at: datetime) -> Callable[[int], None]:
    told = 0

    def note(percent: int) -> None:
        nonlocal told
        if percent >= told + _STRIDE:
            told = percent
            note_life(at=clock.now())
            actions.report_pack(get_pack(pack_id), percent, by=OFFICE, at=at)

    return note


def _fail(pack_id: int, refused: Refused, *, at: datetime) -> None:
    pack = get_pack(pack_id)
    with force_locale(pack.language):
        reason = str(refused)
    try:
        actions.fail_pack(pack, reason, by=OFFICE, at=at)
    except WrongState:  # cancelled meanwhile
        return


@job("packs.remove", every=3_600)
def remove(*, at: datetime) -> None:
    """Remove the file of each pack whose mandate has ended, or that has lain here for long enough."""
    for pack_id in list_due(at):
        try:
            actions.remove_pack(get_pack(pack_id), by=OFFICE, at=at)
        except WrongState:  # somebody else did
            continue
