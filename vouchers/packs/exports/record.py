"""Events, tree, seals and proofs of a pack; what the events booked and stored is kept aside for the next parts."""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from json.encoder import encode_basestring as quoted
from types import TracebackType
from typing import Any

from vouchers.audit import proving
from vouchers.audit.canonical import canonical_moment
from vouchers.audit.leaves import Stretch, stretches
from vouchers.audit.models import AuditSeal
from vouchers.audits.models import Mandate
from vouchers.core.lifecycle import list_confidential
from vouchers.packs.exports.archive import Archive, Entry, aside
from vouchers.packs.exports.threads import Kind, Threads
from vouchers.packs.queries import books, papers, record
from vouchers.packs.queries.belonging import Belonging
from vouchers.packs.queries.covering import Covering
from vouchers.packs.rules import Cover

_AT_ONCE = 500
"""Events that are read at once."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What goes into a pack: a part of the office, and of the tree the places from one seal up to another."""

    mandate: Mandate | None
    cover: Cover
    since: AuditSeal | None
    seal: AuditSeal
    first: int
    end: int


def cut_of(mandate: Mandate | None, cover: Cover, since: AuditSeal | None, seal: AuditSeal) -> Cut:
    """What a pack covers."""
    return Cut(mandate, cover, since, seal, since.size if since else 0, seal.size)


class Found(AbstractContextManager["Found"]):
    """What was seen on the way through the record. What may be long lies in files."""

    def __init__(self) -> None:
        self.events = self.journals = self.documents = self.submissions = self.claims = 0
        self.draws = self.samples = 0
        self.closing: dict[tuple[str, str], int] = defaultdict(int)
        """Account and currency -> cents, of the closing balances."""
        self.journals_aside, self.document_ids, self.documents_aside, self.at_bank = (Aside() for _file in range(4))
        self.journals_at_bank = array("q")
        """The numbers of the journals that moved money at the bank."""
        self.statements: dict[int, str] = {}
        """Document -> where the file of a statement lies."""
        self.entries, self.withheld = 0, list[dict[str, Any]]()
        """How many entries of the bank are here; of which accounts something is not, and why."""
        self.threads = Threads()

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        for waiting in (self.journals_aside, self.document_ids, self.documents_aside, self.at_bank):
            waiting.file.close()
        self.threads.close()


_text_of = json.JSONEncoder(ensure_ascii=False).encode


class Aside:
    """Values that wait for their turn, as JSON Lines in a file."""

    def __init__(self) -> None:
        self.file = aside()

    def write(self, value: Any) -> None:
        """Add one at the end."""
        self.file.write(_text_of(value).encode() + b"\n")

    def __iter__(self) -> Iterator[Any]:
        self.file.seek(0)
        return map(json.loads, self.file)


def write_record(archive: Archive, cut: Cut, found: Found, note: Callable[[int], None]) -> None:
    """Leaves, events, seals and proofs.

    Args:
        note: is told how many of the places were gone through.
    """
    with archive.file("record/leaves.bin", is_packed=False) as entry:
        for stretch in stretches(cut.first, cut.end):
            entry.write(stretch.hashes)
    with archive.file("record/events.jsonl") as entry:
        _write_events(entry, cut, found, note)
    with archive.file("record/seals.jsonl") as entry:
        entry.write_rows(proving.describe_seal(seal) for seal in record.list_seals(cut.since, cut.seal))
    with archive.file("record/proofs.jsonl") as entry:
        entry.write_rows(_proofs(found, cut.seal))
    first = cut.since or record.find_first_seal() or cut.seal
    with archive.file("record/consistency.json") as entry:
        entry.write_row(proving.prove_consistency(first, cut.seal))


def _write_events(entry: Entry, cut: Cut, found: Found, note: Callable[[int], None]) -> None:
    fund_ids = books.list_fund_ids(cut.cover)
    sealed_at, confidential = cut.seal.sealed_at, frozenset(list_confidential())
    covering, belonging = Covering(cut.cover, fund_ids, cut.seal), Belonging(cut.cover, sealed_at)
    for stretch in _slices(cut):
        events = record.list_events(stretch, cut.cover)
        covered = covering.pick([event for event in events if event.subject_kind not in confidential])
        booked = books.map_journals([one.step_id for one in events if one.journals_hash], cut.cover, fund_ids)
        vouchers = belonging.map_vouchers((one.subject_kind, one.subject_id) for one in events if one.id in covered)
        for event in events:
            texts, position = booked.get(event.step_id, []), stretch.position + event.id - stretch.event_id
            if event.subject_kind in confidential:
                entry.write_row({"id": event.id, "position": position, "leaf": None})
                found.events += 1
            elif event.id in covered or texts:
                own = vouchers.get((event.subject_kind, event.subject_id), [])
                entry.write(_event_line(event, position, own, is_covered=event.id in covered))
                _keep_aside(found, event, position, texts)
                _thread(found.threads, event, position, own, texts)
        steps = [event.step_id for event in events if event.id in covered]
        for number in papers.list_document_ids(steps, cut.seal):
            found.document_ids.write(number)
            found.documents += 1
        note(stretch.position + stretch.size - cut.first)


def _slices(cut: Cut) -> Iterator[Stretch]:
    """The stretches of the tree in pieces that take little memory."""
    for stretch in stretches(cut.first, cut.end):
        for begin in range(0, stretch.size, _AT_ONCE):
            size = min(_AT_ONCE, stretch.size - begin)
            yield Stretch(stretch.position + begin, stretch.event_id + begin, size, b"")


def _keep_aside(found: Found, event: Any, position: int, texts: list[books.JournalText]) -> None:
    found.events += 1
    found.journals += len(texts)
    for text in texts:
        whole = "true" if text.is_whole else "false"
        found.journals_aside.file.write(f'{{"content":{quoted(text.content)},"whole":{whole}}}\n'.encode())
    if any(text.moves_bank for text in texts):
        found.at_bank.write([event.id, position, event.leaf])
        found.journals_at_bank.extend(text.id for text in texts if text.moves_bank)


def _thread(
    threads: Threads, event: Any, position: int, own: Sequence[str], texts: Sequence[books.JournalText]
) -> None:
    """Add it, and what it booked, to each voucher of which it tells or on which it booked."""
    vouchers = set(own)
    for text in texts:
        value = json.loads(text.content)
        journal, by_voucher = value["journal"], defaultdict(list)
        for *line, voucher in value["lines"]:
            by_voucher[voucher].append(line)
        by_voucher.pop("", None)
        facts = {name: journal[name] for name in ("id", "on", "narrative", "reference", "step_id")}
        for voucher, lines in by_voucher.items():
            threads.add([voucher], Kind.JOURNAL, position, {**facts, "lines": lines})
        vouchers |= by_voucher.keys()
    facts = {name: getattr(event, name) for name in ("id", "tag", "actor_id", "subject_kind", "subject_id", "step_id")}
    facts |= {"at": canonical_moment(event.at), "is_covered": bool(own)}
    threads.add(sorted(vouchers), Kind.EVENT, position, facts)


def _event_line(event: Any, position: int, vouchers: Sequence[str], *, is_covered: bool) -> bytes:
    """``{"id", "position", "leaf", "vouchers", "salt", "detail"}``; the last is null where it was erased, and from the
    third on all is left out where the event is not covered."""
    detail = ""
    if is_covered:
        detail = f',"vouchers":{json.dumps(vouchers)},"salt":{json.dumps(event.salt)},"detail":{event.body or "null"}'
    return f'{{"id":{event.id},"position":{position},"leaf":{event.leaf}{detail}}}\n'.encode()


def _proofs(found: Found, seal: AuditSeal) -> Iterator[dict[str, Any]]:
    tree = proving.StoredTree()
    for event_id, position, leaf in found.at_bank:
        yield proving.place_in_seal(leaf, event_id, position, seal, tree)
