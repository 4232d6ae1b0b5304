"""Which events a pack covers.

Under a mandate that is what happened in its regions within its period, and the whole file of every voucher on which
anything was booked within the period, whatever its age: what was spent rests on what was decided before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from vouchers.audit.models import AuditSeal
from vouchers.core.clock import office_day
from vouchers.core.database import db
from vouchers.ledger.models import Journal, JournalLine
from vouchers.packs.queries.banks import Banks
from vouchers.packs.queries.belonging import list_owned
from vouchers.packs.rules import OF_A_COMPANY, OF_AN_ACCOUNT, Cover


class Covering:
    """What of the record a pack covers; of the vouchers whose whole file it holds, it keeps the references."""

    def __init__(self, cover: Cover, fund_ids: Iterable[int], seal: AuditSeal) -> None:
        self._cover, self._sealed_at = cover, seal.sealed_at
        self._vouchers = _list_vouchers(cover, fund_ids) if cover.has_period else frozenset()
        self._banks = Banks(cover, self._vouchers, seal)

    def pick(self, events: Sequence[Any]) -> set[int]:
        """The ids of those events (id, at, scope, subject_kind, subject_id) that are covered."""
        picked, others, of_accounts = set(), [], []
        for event in events:
            if event.subject_kind in OF_AN_ACCOUNT:
                of_accounts.append(event)
                continue
            in_scope = self._cover.covers_scope(event.scope)
            if in_scope and self._cover.covers_day(office_day(event.at)):
                picked.add(event.id)
            elif self._vouchers and (in_scope or event.subject_kind in OF_A_COMPANY):
                others.append(event)
        return picked | self._of_vouchers(others) | (self._banks.pick(of_accounts) if of_accounts else set())

    def _of_vouchers(self, events: Sequence[Any]) -> set[int]:
        by_kind: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for event in events:
            by_kind[event.subject_kind][event.subject_id].append(event.id)
        found: set[int] = set()
        for kind, subjects in by_kind.items():
            for subject_id, voucher in list_owned(kind, list(subjects), self._sealed_at):
                if voucher in self._vouchers:
                    found.update(subjects[subject_id])
        return found


def _list_vouchers(cover: Cover, fund_ids: Iterable[int]) -> frozenset[str]:
    """The vouchers on which anything was booked on these funds within the period."""
    found = (
        select(JournalLine.voucher)
        .join(Journal, Journal.id == JournalLine.journal_id)
        .where(JournalLine.fund_id.in_(list(fund_ids)), JournalLine.voucher != "")
        .distinct()
    )
    if cover.first_on is not None:
        found = found.where(Journal.on >= cover.first_on)
    if cover.last_on is not None:
        found = found.where(Journal.on <= cover.last_on)
    return frozenset(db.session.scalars(found))
