"""A whole audit pack, from one seal up to another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from vouchers.audit.canonical import canonical_moment
from vouchers.audit.models import AuditSeal
from vouchers.audit.proving import describe_seal
from vouchers.core.links import full_url
from vouchers.packs.exports.archive import Archive
from vouchers.packs.exports.books import write_books
from vouchers.packs.exports.index import write_index
from vouchers.packs.exports.papers import write_documents, write_draws
from vouchers.packs.exports.program import verify_program
from vouchers.packs.exports.record import Cut, write_record

FORMAT = "innovation-voucher-office audit pack 1"
_RECORD, _BOOKS, _DOCUMENTS = 60, 75, 97
"""Percent of the work that is done when these are."""


def cut_of(programme: str | None, region: str | None, since: AuditSeal | None, seal: AuditSeal) -> Cut:
    """What a pack covers."""
    return Cut(programme, region, since, seal, since.size if since else 0, seal.size)


def write_pack(
    cut: Cut, stream: BinaryIO, *, number: int, language: str, at: datetime, note: Callable[[int], None]
) -> None:
    """Write the pack into a file that can be read and written.

    Args:
        note: is told how much of the work is done, in percent.
    """
    facts = _facts(cut, number, at)
    archive, width = Archive(stream, at), max(cut.end - cut.first, 1)
    with archive.file("verify.py") as entry:
        entry.write(verify_program())
    with TemporaryFile() as journals:
        found = write_record(archive, cut, journals, lambda places: note(places * _RECORD // width))
        closing = write_books(archive, cut, journals)
    note(_BOOKS)
    documents = write_documents(archive, cut, lambda: None)
    note(_DOCUMENTS)
    draws = write_draws(archive, cut)
    write_index(archive, cut, facts, found, closing, documents, draws, language=language)
    archive.finish(facts)


def _facts(cut: Cut, number: int, at: datetime) -> dict[str, Any]:
    since: dict[str, Any] | None = None
    if cut.since is not None:
        since = describe_seal(cut.since) | {"frontier": list(cut.since.frontier)}
    return {
        "format": FORMAT,
        "office": full_url("web.first_page"),
        "pack": number,
        "made_at": canonical_moment(at),
        "covers": {"programme": cut.programme, "region": cut.region, "is_all": cut.programme is None},
        "seal": describe_seal(cut.seal),
        "since": since,
    }
