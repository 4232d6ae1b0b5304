"""Events, tree, seals and proofs of a pack; and the journals that the events booked, kept aside for the books."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from json.encoder import encode_basestring as quoted
from typing import Any, BinaryIO

from vouchers.audit import proving
from vouchers.audit.leaves import stretches
from vouchers.audit.models import AuditSeal
from vouchers.packs.exports.archive import Archive, Entry
from vouchers.packs.queries import books, record
from vouchers.users.mandate import Mandate


@dataclass(frozen=True, slots=True)
class Cut:
    """What a pack covers: a part of the office, and of the tree the places from one seal up to another."""

    programme: str | None
    region: str | None
    since: AuditSeal | None
    seal: AuditSeal
    first: int
    end: int

    @property
    def mandate(self) -> Mandate:
        """The same as a mandate."""
        return Mandate(frozenset({(self.programme, self.region)}))


@dataclass
class Found:
    """What was seen on the way through the record."""

    events: int = 0
    journals: int = 0
    at_bank: list[tuple[int, int, str]] = field(default_factory=list)
    """Number, place and leaf of the events that moved money at the bank."""


def write_record(archive: Archive, cut: Cut, journals: BinaryIO, note: Callable[[int], None]) -> Found:
    """Leaves, events, seals and proofs into the archive; journals, in the order of the record, into a file aside.

    Args:
        note: is told how many of the places were gone through.
    """
    with archive.file("record/leaves.bin", is_packed=False) as entry:
        for stretch in stretches(cut.first, cut.end):
            entry.write(stretch.hashes)
    found = Found()
    with archive.file("record/events.jsonl") as entry:
        _write_events(entry, cut, journals, found, note)
    with archive.file("record/seals.jsonl") as entry:
        entry.write_rows(proving.describe_seal(seal) for seal in record.list_seals(cut.since, cut.seal))
    with archive.file("record/proofs.jsonl") as entry:
        entry.write_rows(_proofs(found, cut.seal))
    first = cut.since or record.find_first_seal()
    if first is not None:
        with archive.file("record/consistency.json") as entry:
            entry.write_rows([proving.prove_consistency(first, cut.seal)])
    return found


def _write_events(entry: Entry, cut: Cut, journals: BinaryIO, found: Found, note: Callable[[int], None]) -> None:
    fund_ids = books.list_fund_ids(cut.programme, cut.region)
    for stretch in stretches(cut.first, cut.end):
        events = record.list_events(stretch, cut.mandate)
        booked = books.map_journals([event.step_id for event in events if event.journals_hash], fund_ids)
        for event in events:
            texts = booked.get(event.step_id, [])
            if not event.is_covered and not texts:
                continue
            position = stretch.position + event.id - stretch.event_id
            entry.write(_event_line(event, position))
            found.events += 1
            found.journals += len(texts)
            for text in texts:
                whole = "true" if text.is_whole else "false"
                journals.write(f'{{"content":{quoted(text.content)},"whole":{whole}}}\n'.encode())
            if any(text.moves_bank for text in texts):
                found.at_bank.append((event.id, position, event.leaf))
        note(stretch.position + stretch.size - cut.first)


def _event_line(event: Any, position: int) -> bytes:
    """``{"id", "position", "leaf", "salt", "detail"}``; null where it was erased, left out if not covered."""
    detail = ""
    if event.is_covered:
        detail = f',"salt":{json.dumps(event.salt)},"detail":{event.body or "null"}'
    return f'{{"id":{event.id},"position":{position},"leaf":{event.leaf}{detail}}}\n'.encode()


def _proofs(found: Found, seal: AuditSeal) -> Iterator[dict[str, Any]]:
    tree = proving.StoredTree()
    for event_id, position, leaf in found.at_bank:
        yield proving.place_in_seal(leaf, event_id, position, seal, tree)
