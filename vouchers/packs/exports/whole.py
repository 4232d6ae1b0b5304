"""A whole audit pack, from one seal up to another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO

from flask_babel import force_locale

from vouchers.audit.proving import describe_seal
from vouchers.core.links import full_url
from vouchers.packs.exports.archive import Archive
from vouchers.packs.exports.bank import write_bank
from vouchers.packs.exports.books import write_books
from vouchers.packs.exports.index import write_index
from vouchers.packs.exports.papers import write_documents, write_draws, write_samples
from vouchers.packs.exports.program import verify_program
from vouchers.packs.exports.record import Cut, Found, write_record
from vouchers.packs.exports.vouchers import write_vouchers
from vouchers.packs.queries.record import find_first_seal

FORMAT = "innovation-voucher-office audit pack 3"
"""2: with the claims, whole. 3: with what the bank says. The program of an older pack knows nothing of that, and says
so."""
_RECORD, _BOOKS, _DOCUMENTS, _VOUCHERS = 35, 55, 75, 98
"""Percent of the work that is done when these are."""


def write_pack(cut: Cut, stream: BinaryIO, *, language: str, note: Callable[[int], None]) -> tuple[str, int]:
    """Write the pack into a file that can be read and written. Answers its SHA-256 and its size in bytes.

    The same seal, the same cover and the same language give the same bytes, unless something was erased meanwhile.

    Args:
        note: is told how much of the work is done, in percent.
    """
    facts, width = _facts(cut, language), max(cut.end - cut.first, 1)
    with Archive(stream, cut.seal.sealed_at) as archive, Found() as found, force_locale(language):
        with archive.file("verify.py") as entry:
            entry.write(verify_program())
        write_record(archive, cut, found, lambda places: note(places * _RECORD // width))
        write_books(archive, cut, found)
        note(_BOOKS)
        share, many = _DOCUMENTS - _BOOKS, max(found.documents, 1)
        write_documents(archive, cut, found, lambda count: note(_BOOKS + count * share // many))
        write_bank(archive, cut, found)
        facts["withheld"] = found.withheld
        share, many = _VOUCHERS - _DOCUMENTS, max(found.threads.count(), 1)
        write_vouchers(archive, cut, found, language, lambda count: note(_DOCUMENTS + count * share // many))
        found.draws, found.samples = write_draws(archive, cut), write_samples(archive, cut)
        write_index(archive, cut, facts, found)
        return archive.finish(facts)


def _facts(cut: Cut, language: str) -> dict[str, Any]:
    cover, since = cut.cover, None
    if cut.since is not None:
        since = describe_seal(cut.since) | {"frontier": list(cut.since.frontier)}
    return {
        "format": FORMAT,
        "office": full_url("web.first_page"),
        "origin": describe_seal(find_first_seal() or cut.seal)["hash"],
        "language": language,
        "covers": {
            "mandate": cut.mandate.number if cut.mandate else None,
            "programme": cover.programme,
            "regions": list(cover.regions),
            "first_on": cover.first_on.isoformat() if cover.first_on else None,
            "last_on": cover.last_on.isoformat() if cover.last_on else None,
            "is_all": cover.is_all,
        },
        "seal": describe_seal(cut.seal),
        "since": since,
    }
