"""Which events a pack covers, and to which voucher what an event tells of belongs.

Under a mandate that is what happened in its regions within its period, and the whole file of every voucher on which
anything was booked within the period, whatever its age: what was spent rests on what was decided before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from vouchers.agreements.models import Agreement
from vouchers.amendments.models import Amendment, Termination
from vouchers.appeals.models import Appeal
from vouchers.applications.models import Application, Partner, Recusal
from vouchers.audits.models import AuditFinding
from vouchers.claims.models import Claim
from vouchers.core.database import db
from vouchers.decisions.models import Decision
from vouchers.eligibility.models import AidDeclaration, AidEntry, OwnershipStatement
from vouchers.evaluation.models import Assignment, ConflictFinding, Consensus
from vouchers.fees.models import FeeStatement
from vouchers.ledger.models import Journal, JournalLine
from vouchers.packs.rules import OF_A_COMPANY, Cover
from vouchers.panels.models import Interview, PanelVote
from vouchers.payables.models import Payable
from vouchers.payments.models import Payment

_AT_ONCE = 1_000


def _of_application(model: Any) -> Any:
    return select(model.id, Application.reference).join(Application, Application.id == model.application_id)


def _of_agreement(model: Any) -> Any:
    return (
        select(model.id, Application.reference)
        .join(Agreement, Agreement.id == model.agreement_id)
        .join(Application, Application.id == Agreement.application_id)
    )


def _of_organisation(model: Any) -> Any:
    return select(model.id, Application.reference).join(
        Application, Application.organisation_id == model.organisation_id
    )


_OWNED: Mapping[str, tuple[Any, Any]] = {
    "application": (select(Application.id, Application.reference), Application.id),
    "payable": (select(Payable.id, Payable.voucher), Payable.id),
    "payment": (select(Payment.id, Payment.voucher), Payment.id),
    "batch": (select(Payment.batch_id, Payment.voucher), Payment.batch_id),
    "bank_account": (select(Payment.bank_account_id, Payment.voucher), Payment.bank_account_id),
    "fee_statement": (select(FeeStatement.id, FeeStatement.number), FeeStatement.id),
    "finding": (select(AuditFinding.id, AuditFinding.voucher), AuditFinding.id),
    **{
        kind: (_of_application(model), model.id)
        for kind, model in (
            ("agreement", Agreement),
            ("aid_entry", AidEntry),
            ("appeal", Appeal),
            ("assignment", Assignment),
            ("conflict_finding", ConflictFinding),
            ("consensus", Consensus),
            ("decision", Decision),
            ("interview", Interview),
            ("panel_vote", PanelVote),
            ("partner", Partner),
            ("recusal", Recusal),
        )
    },
    **{
        kind: (_of_organisation(model), model.id)
        for kind, model in (("aid_declaration", AidDeclaration), ("ownership_statement", OwnershipStatement))
    },
    **{
        kind: (_of_agreement(model), model.id)
        for kind, model in (("amendment", Amendment), ("claim", Claim), ("termination", Termination))
    },
}
"""Kind of subject -> (id, voucher), and the column of the id."""


class Covering:
    """What of the record a pack covers; of the vouchers whose whole file it holds, it keeps the references."""

    def __init__(self, cover: Cover, fund_ids: Iterable[int]) -> None:
        self._cover = cover
        self._vouchers = _list_vouchers(cover, fund_ids) if cover.has_period else frozenset()

    def pick(self, events: Sequence[Any]) -> set[int]:
        """The ids of those events (id, at, scope, subject_kind, subject_id) that are covered."""
        picked, others = set(), []
        for event in events:
            in_scope = self._cover.covers_scope(event.scope)
            if in_scope and self._cover.covers_moment(event.at):
                picked.add(event.id)
            elif self._vouchers and (in_scope or event.subject_kind in OF_A_COMPANY):
                others.append(event)
        return picked | self._of_vouchers(others)

    def _of_vouchers(self, events: Sequence[Any]) -> set[int]:
        by_kind: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for event in events:
            if event.subject_kind in _OWNED:
                by_kind[event.subject_kind][event.subject_id].append(event.id)
        found: set[int] = set()
        for kind, subjects in by_kind.items():
            statement, column = _OWNED[kind]
            ids = list(subjects)
            for start in range(0, len(ids), _AT_ONCE):
                for subject_id, voucher in db.session.execute(
                    statement.where(column.in_(ids[start : start + _AT_ONCE]))
                ):
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
