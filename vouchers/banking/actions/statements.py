"""Taking in statements: kept whole or not at all, each statement and each movement once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from vouchers.banking import policy
from vouchers.banking.lifecycle import ENTRY, STATEMENT
from vouchers.banking.models import Entry, EntryPayment, Statement
from vouchers.banking.queries import known
from vouchers.banking.rules.bank_xml import refuse
from vouchers.banking.rules.camt053 import read_statements
from vouchers.banking.rules.currencies import ensure_kept_currency
from vouchers.banking.rules.days import ensure_has_been
from vouchers.banking.rules.identity import movement_keys, statement_digest, statement_key
from vouchers.banking.rules.matching import Matcher
from vouchers.banking.rules.movements import Movement, StatementRead
from vouchers.banking.states import Doubt
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.lifecycle import Transition
from vouchers.core.text import say as _
from vouchers.documents.actions import KeptFile, add_document, take_written
from vouchers.regions.models import Region
from vouchers.workflow.transition import OFFICE, creation, creations, transition

MEDIA_TYPE = "application/xml"
AT_ONCE = 500
"""Movements that are written together."""


@dataclass(slots=True)
class TakenIn:
    """What became of a file of statements."""

    new: list[Statement] = field(default_factory=list)
    known: list[Statement] = field(default_factory=list)
    """Taken in before: nothing was changed."""


def take_in_statements(stream: BinaryIO, filename: str, *, by: Any, at: datetime) -> TakenIn:
    """Keep the statements of a bank's file and judge each movement; what is recognised is booked by a job.

    A file that was taken in before changes nothing.

    Raises:
        RuleBroken: field ``file``; no such file, another account's, one in another currency, one of days to come, or a
            statement that is known with other content.
    """
    statements = read_statements(stream)
    for read in statements:
        region = _region_of(read, by)  # nothing of another account is kept
        ensure_has_been(read, day_in(region.time_zone, at))
        ensure_kept_currency(read, known.list_currencies_of_account(read.iban))
    kept = take_written(stream, filename, MEDIA_TYPE)
    try:
        with unit_of_work():
            return _take_in(statements, kept, by=by, at=at)
    except IntegrityError as problem:
        raise refuse(_("Somebody else takes this file in at this moment. Look at the list of statements.")) from problem


def _take_in(statements: Sequence[StatementRead], kept: KeptFile, *, by: Any, at: datetime) -> TakenIn:
    done, matchers = TakenIn(), dict[str, Matcher]()
    for read in statements:
        region = _region_of(read, by)
        key, digest = statement_key(read), statement_digest(read)
        before = known.find_statement(key)
        if before is None:
            matcher = matchers.setdefault(read.iban, _matcher(read.iban, statements))
            done.new.append(_Taking(read, region, key, digest, matcher).take_in(kept, by=by, at=at))
        elif before.digest == digest:
            done.known.append(before)
        else:
            raise refuse(
                _(
                    "Statement %(number)s was taken in before and said something else. Ask the bank which one holds.",
                    number=read.number,
                )
            )
    return done


def _region_of(read: StatementRead, by: Any) -> Region:
    """The region whose account it is, of those that the person works for."""
    regions = known.list_regions_with_account(read.iban)
    mine = next((region for region in regions if policy.is_importer(by, region) is None), None)
    if mine is None:
        raise refuse(
            _("Account %(iban)s belongs to no region that you work for, so nothing was taken in.", iban=read.iban)
        )
    return mine


def _matcher(iban: str, statements: Sequence[StatementRead]) -> Matcher:
    """Knows the payments of the account that the file speaks of, and what is owed to it."""
    movements = [movement for read in statements if read.iban == iban for movement in read.movements]
    references = {one.end_to_end_id for one in movements} | {ref for one in movements for ref in one.references}
    return Matcher(
        known.list_known_payments(iban, references - {""}),
        known.list_known_batches(iban),
        known.list_known_recoveries(iban),
    )


@dataclass(slots=True)
class _Taking:
    """One new statement on its way into the books of the bank."""

    read: StatementRead
    region: Region
    key: str
    digest: str
    matcher: Matcher

    def take_in(self, kept: KeptFile, *, by: Any, at: datetime) -> Statement:
        statement = self._statement(by, at)
        with creation(statement, STATEMENT.take_in, by=by, at=at) as step:
            document = add_document(
                kept, purpose="statement", subject_kind="statement", subject_id=statement.id, step_id=step.id,
                by_id=by.id, at=at,
            )  # fmt: skip
            statement.document_id = document.id
            statement.to_book = self._take_in_entries(statement, by=by, at=at)
            if statement.to_book:
                step.enqueue("banking.book", statement_id=statement.id)
        if not statement.to_book:
            finish_statement(statement, by=OFFICE, at=at)
        return statement

    def _statement(self, by: Any, at: datetime) -> Statement:
        read = self.read
        return Statement(
            region=self.region,
            iban=read.iban,
            number=read.number,
            sequence=read.sequence,
            page=read.page,
            key=self.key,
            digest=self.digest,
            currency=read.currency or "EUR",
            first_on=read.first_on,
            last_on=read.last_on,
            opening_cents=read.opening.cents if read.opening else None,
            closing_cents=read.closing.cents if read.closing else None,
            moved_cents=sum(one.signed for one in read.movements if one.is_booked),
            entry_count=read.entries,
            stated_entries=read.stated_entries,
            taken_in_at=at,
            taken_in_by_id=by.id,
        )

    def _take_in_entries(self, statement: Statement, *, by: Any, at: datetime) -> int:
        """Keep what is new of the movements, some at a time; answers how many are recognised."""
        keys = movement_keys(self.read)
        before = known.list_known_keys(keys)
        statement.repeated = len(before)
        placed = [
            (position, key, movement)
            for position, (key, movement) in enumerate(zip(keys, self.read.movements, strict=True), 1)
            if key not in before
        ]
        recognised = 0
        for first in range(0, len(placed), AT_ONCE):
            judged = [self._judged(statement, *one) for one in placed[first : first + AT_ONCE]]
            for row in (ENTRY.recognise, ENTRY.leave, ENTRY.note):
                creations([entry for entry, of, _ids in judged if of is row], row, by=by, at=at)
            links = [{"entry_id": entry.id, "payment_id": one} for entry, _row, ids in judged for one in ids]
            if links:
                db.session.execute(insert(EntryPayment), links)
            recognised += sum(row is ENTRY.recognise for _entry, row, _ids in judged)
            for entry, _row, _ids in judged:
                db.session.expunge(entry)  # a long statement is not held whole
        return recognised

    def _judged(
        self, statement: Statement, position: int, key: str, movement: Movement
    ) -> tuple[Entry, Transition, tuple[int, ...]]:
        """The entry of a movement, how it comes into being, and the payments that it is about."""
        entry = _entry(statement, movement, key, position)
        if not movement.is_booked or not movement.cents:
            return entry, ENTRY.note, ()
        verdict = self.matcher.judge(movement)
        entry.doubt, entry.effect, entry.recovery_id = verdict.doubt, verdict.effect, verdict.recovery_id
        return entry, ENTRY.recognise if verdict.doubt is Doubt.NONE else ENTRY.leave, verdict.payment_ids


def _entry(statement: Statement, movement: Movement, key: str, position: int) -> Entry:
    return Entry(
        statement=statement,
        position=position,
        entry_number=movement.entry,
        part=movement.part,
        key=key,
        is_credit=movement.is_credit,
        cents=movement.cents,
        currency=movement.currency,
        booked_on=movement.booked_on,
        value_on=movement.value_on,
        is_return=movement.is_return or movement.is_reversal,
        return_code=movement.return_code,
        return_text=movement.return_text,
        entry_reference=movement.entry_reference,
        bank_reference=movement.bank_reference,
        end_to_end_id=movement.end_to_end_id,
        payment_block=movement.payment_block,
        transactions=movement.transactions,
        other_name=movement.other_name,
        other_iban=movement.other_iban,
        remittance=movement.remittance,
        kind=movement.kind,
        doubt=Doubt.NONE,
    )


def finish_statement(statement: Statement, *, by: Any, at: datetime) -> None:
    """Nothing of it waits to be booked any more."""
    with transition(statement, STATEMENT.finish, by=by, at=at):
        statement.booked = statement.to_book
