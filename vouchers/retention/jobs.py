"""What is deleted by itself: the lists that two persons approved, and the bytes that are left of deleted files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from flask_babel import force_locale

from vouchers.core import clock
from vouchers.core.errors import WrongState
from vouchers.documents.actions import remove_bytes, take_written
from vouchers.jobs.actions import note_life
from vouchers.jobs.registry import LONG, job
from vouchers.retention.actions.copying import expire_copy, fail_copy, keep_copy, report_copy
from vouchers.retention.actions.deleting import carry_out_some
from vouchers.retention.exports.copies import write_copy
from vouchers.retention.queries import copies
from vouchers.retention.queries.registers import list_approved
from vouchers.retention.states import CopyState
from vouchers.workflow.transition import OFFICE

_STRIDE = 25
"""Percent between two notes of progress."""


@job("retention.carry_out", limit=LONG)
def carry_out(*, disposal_id: int, at: datetime) -> None:
    """Carry out a list line by line, and take the bytes of its files out of the store after each slice.

    May be killed, run again, and run many times at once.
    """
    is_left = True
    while is_left:
        is_left = carry_out_some(disposal_id, by=OFFICE, at=at)
        note_life(at=clock.now())
        remove_bytes(at=at)


@job("retention.sweep", every=3_600)
def sweep(*, at: datetime) -> None:
    """Take up every list that a worker left behind, and the bytes that it did not come to remove."""
    for disposal_id in list_approved():
        carry_out(disposal_id=disposal_id, at=at)
    for copy_id in copies.list_over(at):
        try:
            expire_copy(copies.get_copy(copy_id), by=OFFICE, at=at)
        except WrongState:  # another worker was faster
            continue
    remove_bytes(at=at)


@job("retention.make_copy", limit=LONG)
def make_copy(*, copy_id: int, at: datetime) -> None:
    """Write the copy of a person's own data; may be killed, run again, and run many times at once."""
    copy = copies.get_copy(copy_id)
    if copy.state is not CopyState.ASKED:
        return
    try:
        with TemporaryFile() as file, force_locale(copy.user.language):
            stream = cast(BinaryIO, file)
            write_copy(copy.user, stream, at=at, note=_note_on(copy_id, at))
            kept = take_written(stream, "my-data.zip", "application/zip")
            keep_copy(copies.get_copy(copy_id), kept, by=OFFICE, at=at)
    except WrongState:  # another worker has made it
        return
    except Exception:
        _fail(copy_id, at=at)
        raise


def _note_on(copy_id: int, at: datetime) -> Callable[[int], None]:
    told = 0

    def note(percent: int) -> None:
        nonlocal told
        if percent >= told + _STRIDE:
            told = percent
            note_life(at=clock.now())
            report_copy(copies.get_copy(copy_id), percent, by=OFFICE, at=at)

    return note


def _fail(copy_id: int, *, at: datetime) -> None:
    try:
        fail_copy(copies.get_copy(copy_id), by=OFFICE, at=at)
    except WrongState:  # another worker has made it meanwhile
        return
