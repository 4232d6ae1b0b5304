"""One walk over all lines, journal by journal: does each balance, and is it what its step's event recorded?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.money import Money
from vouchers.ledger.chart import Account
from vouchers.ledger.digests import step_digest
from vouchers.ledger.models import Journal, JournalLine
from vouchers.ledger.proof.explaining import explain
from vouchers.ledger.proof.faults import Fault
from vouchers.ledger.proof.reading import BookedLine, JournalOfLines, read_journals

_CHART = frozenset(account.value for account in Account)


def faults_of_lines() -> Iterator[Fault]:
    """What is wrong with lines and journals."""
    steps_of_many = _steps_of_many_journals()
    waiting: dict[str, list[JournalOfLines]] = defaultdict(list)
    for journal in read_journals():
        if journal.facts is None:
            yield from _orphans(journal)
            continue
        yield from _faults_of_journal(journal)
        if journal.step_id in steps_of_many:
            waiting[journal.step_id].append(journal)
        else:
            yield from _faults_of_step([journal])
    for journals in waiting.values():
        yield from _faults_of_step(journals)
    yield from _empty_journals()
    yield from _missing_journals()


def _steps_of_many_journals() -> frozenset[str]:
    """Few: most steps book one journal, which is proved at once and forgotten."""
    return frozenset(db.session.scalars(select(Journal.step_id).where(Journal.position > 1).distinct()))


def _orphans(journal: JournalOfLines) -> Iterator[Fault]:
    for line in journal.lines:
        yield Fault(f"line {line.id}: its journal is missing", line.id, journal.id)


def _faults_of_journal(journal: JournalOfLines) -> Iterator[Fault]:
    sums: dict[tuple[int, str], int] = defaultdict(int)
    for line in journal.lines:
        sums[line.fund_id, "budget" if line.account[:1] == "B" else "general"] += line.cents
        if line.account not in _CHART:
            sentence = f"journal {journal.id}: line {line.id} stands on {line.account}, which is no account"
            yield Fault(sentence, line.id, journal.id)
        if not line.fund_code:
            sentence = f"journal {journal.id}: the fund of line {line.id} is missing"
            yield Fault(sentence, line.id, journal.id)
    for (fund_id, book), cents in sums.items():
        if cents:
            first = next(line for line in journal.lines if line.fund_id == fund_id and _book(line) == book)
            name = first.fund_code.rpartition("/")[2]
            sentence = f"journal {journal.id}: fund line {name} is out of balance by {Money(cents).plain}"
            yield Fault(f"{sentence} in the {book} book, from line {first.id} on", first.id, journal.id)


def _book(line: BookedLine) -> str:
    return "budget" if line.account[:1] == "B" else "general"


def _faults_of_step(journals: list[JournalOfLines]) -> Iterator[Fault]:
    """What a step booked, against what its event says was booked."""
    journals.sort(key=lambda one: (one.position, one.id))
    first = journals[0]
    named = f"journal {', '.join(str(one.id) for one in journals)}"
    if first.event_id is None:
        yield Fault(f"{named}: no step of the record booked it", first.lines[0].id, first.id)
        return
    if step_digest([one.digest for one in journals]) == first.recorded:
        return
    found = explain(journals)
    if found is None:
        lines = f"its lines begin with line {first.lines[0].id}"
        yield Fault(f"{named}: it is not what event {first.event_id} recorded; {lines}", first.lines[0].id, first.id)
    else:
        sentence = f"{named}: it is not what event {first.event_id} recorded; {found.reason}"
        yield Fault(sentence, found.line, found.journal)


def _empty_journals() -> Iterator[Fault]:
    empty: Any = (
        select(Journal.id)
        .outerjoin(JournalLine, JournalLine.journal_id == Journal.id)
        .where(JournalLine.id.is_(None))
        .order_by(Journal.id)
    )
    for (journal_id,) in db.session.execute(empty):
        yield Fault(f"journal {journal_id}: it has no lines", None, journal_id)


def _missing_journals() -> Iterator[Fault]:
    bare = (
        select(AuditEvent.id)
        .outerjoin(Journal, Journal.step_id == AuditEvent.step_id)
        .where(AuditEvent.journals_hash != "", Journal.id.is_(None))
        .order_by(AuditEvent.id)
    )
    for (event_id,) in db.session.execute(bare):
        yield Fault(f"event {event_id}: what its step booked is missing")
