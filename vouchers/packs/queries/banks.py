"""What a pack holds of the bank: which accounts serve only what it covers, and the entries behind its journals.

A statement tells of all that its account pays for. Where that is more than the pack covers, it is withheld, and so are
its events; of its entries those remain, as data, that settled nothing but what is covered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, union_all
from sqlalchemy.orm import aliased, joinedload, selectinload

from vouchers.agreements.models import Agreement
from vouchers.applications.models import Application
from vouchers.audit.models import AuditSeal
from vouchers.banking.models import Entry, EntryDebt, EntryPayment, Statement
from vouchers.banking.queries.tracing import map_entries, map_journals_at_bank
from vouchers.core.clock import office_day
from vouchers.core.database import db
from vouchers.documents.models import Document
from vouchers.ledger.models import Fund
from vouchers.packs.queries.belonging import list_owned, pieces
from vouchers.packs.rules import Cover
from vouchers.payments.models import Batch, Payment
from vouchers.programmes.models import Call, Programme
from vouchers.recoveries.models import Recovery
from vouchers.regions.models import Region

_ALL = 1 << 31


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account that pays for something that is covered."""

    iban: str
    scopes: tuple[str, ...]
    """``PROGRAMME/REGION`` that it pays for and the pack covers."""
    others: tuple[str, ...]
    """Those that it also pays for."""


def list_accounts(cover: Cover) -> list[BankAccount]:
    """The accounts from which something is paid that is covered, in the order of their numbers. Two queries."""
    paid: dict[str, set[str]] = defaultdict(set)
    for region in db.session.scalars(select(Region).options(selectinload(Region.programmes)).order_by(Region.code)):
        paid[region.iban].update(region.scopes)
    found = []
    for iban, scopes in sorted(paid.items()):
        covered = tuple(sorted(scope for scope in scopes if cover.covers_scope(scope)))
        if iban and covered:
            found.append(BankAccount(iban, covered, tuple(sorted(scopes - set(covered)))))
    return found


class Banks:
    """The statements that a pack holds whole, with their events and entries."""

    def __init__(self, cover: Cover, vouchers: frozenset[str], seal: AuditSeal) -> None:
        self._cover, self._vouchers, self._sealed_at = cover, vouchers, seal.sealed_at
        self.accounts = list_accounts(cover)
        self._own = [one.iban for one in self.accounts if not one.others]

    def pick(self, events: Iterable[Any]) -> set[int]:
        """The ids of those events of statements and entries (id, at, subject_kind, subject_id) that are covered."""
        given = list(events)
        statements = self._map_days("statement", {one.subject_id for one in given if one.subject_kind == "statement"})
        entries = self._map_days("entry", {one.subject_id for one in given if one.subject_kind == "entry"})
        days = {"statement": statements, "entry": entries}
        picked = set()
        for event in given:
            own = days[event.subject_kind].get(event.subject_id)
            if own is not None and (own or self._cover.covers_day(office_day(event.at))):
                picked.add(event.id)
        return picked

    def _map_days(self, kind: str, ids: Iterable[int]) -> dict[int, bool]:
        """Those of these that stand on an account of one's own -> whether they belong to the period, whenever they
        were recorded: by their days, or because they settle a voucher whose whole file is here."""
        wanted = select(Statement.id, Statement.first_on, Statement.last_on).select_from(Statement)
        key: Any = Statement.id
        if kind == "entry":
            wanted = select(Entry.id, Entry.booked_on, Entry.booked_on).join(Entry.statement)
            key = Entry.id
        found: dict[int, bool] = {}
        for some in pieces(sorted(ids)):
            for one_id, first_on, last_on in db.session.execute(wanted.where(key.in_(some), self.holds_whole())):
                found[one_id] = self._overlaps(first_on, last_on)
            found.update(dict.fromkeys(self._settling(kind, [one for one in some if one in found]), True))
        return found

    def _overlaps(self, first_on: Any, last_on: Any) -> bool:
        cover, first_on = self._cover, first_on or last_on
        if first_on is None:
            return False
        last_on = last_on or first_on
        begins_before_end = cover.last_on is None or first_on <= cover.last_on
        return begins_before_end and (cover.first_on is None or last_on >= cover.first_on)

    def _settling(self, kind: str, ids: Sequence[int]) -> Iterator[int]:
        """Those of these that settle a voucher whose whole file is here."""
        if not self._vouchers or not ids:
            return
        of = {one: one for one in ids}
        if kind == "statement":
            rows = db.session.execute(select(Entry.id, Entry.statement_id).where(Entry.statement_id.in_(ids)))
            of = dict(rows.tuples().all())
        for entry_id, voucher in list_owned("entry", sorted(of), self._sealed_at):
            if voucher in self._vouchers:
                yield of[entry_id]

    def holds_whole(self) -> ColumnElement[bool]:
        """Whether a statement may be here whole: its account, and each other in the same file, serves only what is
        covered."""
        other, own_file, other_file = aliased(Statement), aliased(Document), aliased(Document)
        shared = (
            select(other.id)
            .join(other_file, other_file.id == other.document_id)
            .join(own_file, own_file.sha256 == other_file.sha256)
            .where(own_file.id == Statement.document_id, other.iban.not_in(self._own))
        )
        return and_(Statement.iban.in_(self._own), ~shared.correlate(Statement).exists())

    def count_withheld(self) -> dict[str, int]:
        """Account -> how many statements of it, taken in before the seal, are not here whole."""
        ibans = [one.iban for one in self.accounts]
        found = select(Statement.iban, func.count()).where(Statement.iban.in_(ibans), ~self.holds_whole())
        found = found.where(Statement.taken_in_at <= self._sealed_at).group_by(Statement.iban)
        return dict(db.session.execute(found).tuples().all())


@dataclass(slots=True)
class Settled:
    """What an entry settled."""

    payments: list[str]
    recoveries: list[str]
    vouchers: list[str]
    scopes: set[str]
    journals: set[int]
    """All that were booked of it and move the bank."""


def map_journals_of_entries(journal_ids: Iterable[int]) -> dict[int, list[int]]:
    """Entry -> those of these journals that were booked of it."""
    found: dict[int, list[int]] = defaultdict(list)
    for some in pieces(sorted(journal_ids)):
        for journal_id, entries in map_entries(some, None, at_most=_ALL).items():
            for entry in entries:
                found[entry.id].append(journal_id)
    return found


def list_entries(ids: Sequence[int]) -> Iterator[tuple[Entry, Settled]]:
    """These entries with their statements and what they settled, in the order of their numbers."""
    for some in pieces(sorted(ids)):
        settled, booked = _map_settled(some), map_journals_at_bank(some)
        found = select(Entry).where(Entry.id.in_(some)).options(joinedload(Entry.statement)).order_by(Entry.id)
        for entry in db.session.scalars(found):
            settled[entry.id].journals = booked[entry.id]
            yield entry, settled[entry.id]


def _map_settled(ids: Sequence[int]) -> dict[int, Settled]:
    found: dict[int, Settled] = defaultdict(lambda: Settled([], [], [], set(), set()))
    paid = select(EntryPayment.entry_id, Payment.end_to_end_id, Payment.voucher, Programme.code, Region.code)
    paid = paid.join(Payment, Payment.id == EntryPayment.payment_id).join(Payment.batch).join(Batch.programme)
    paid = paid.join(Batch.region).where(EntryPayment.entry_id.in_(ids)).order_by(EntryPayment.id)
    for entry_id, name, voucher, programme, region in db.session.execute(paid):
        _note(found[entry_id], found[entry_id].payments, name, voucher, f"{programme}/{region}")
    pairs = union_all(
        select(Entry.id.label("entry_id"), Entry.recovery_id).where(Entry.id.in_(ids), Entry.recovery_id.is_not(None)),
        select(EntryDebt.entry_id, EntryDebt.recovery_id).where(EntryDebt.entry_id.in_(ids)),
    ).subquery()
    owed = select(pairs.c.entry_id, Recovery.number, Application.reference, Programme.code, Region.code)
    owed = owed.join(Recovery, Recovery.id == pairs.c.recovery_id)
    owed = owed.join(Agreement, Agreement.id == Recovery.agreement_id).join(Agreement.application)
    owed = owed.join(Application.call).join(Call.programme).join(Application.region)
    for entry_id, name, voucher, programme, region in db.session.execute(owed.order_by(Recovery.id)):
        _note(found[entry_id], found[entry_id].recoveries, name, voucher, f"{programme}/{region}")
    booked = select(Entry.id, Fund.programme, Fund.region).join(Fund, Fund.id == Entry.fund_id)
    for entry_id, programme, region in db.session.execute(booked.where(Entry.id.in_(ids))):
        found[entry_id].scopes.add(f"{programme}/{region}")
    return found


def _note(one: Settled, names: list[str], name: str, voucher: str, scope: str) -> None:
    names.append(name)
    one.scopes.add(scope)
    if voucher and voucher not in one.vouchers:
        one.vouchers.append(voucher)
