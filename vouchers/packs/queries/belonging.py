"""To which voucher a thing belongs that the record, the books or the documents tell of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import and_, not_, select, true, union_all

from vouchers.advances.models import Advance
from vouchers.agreements.models import Agreement
from vouchers.amendments.models import Amendment, Termination
from vouchers.appeals.models import Appeal
from vouchers.applications.models import Application, Partner, Recusal
from vouchers.audits.models import AuditFinding
from vouchers.banking.models import Entry, EntryDebt, EntryPayment
from vouchers.claims.models import Claim
from vouchers.core.database import db
from vouchers.decisions.models import AwardCondition, Decision, QueueHold
from vouchers.eligibility.models import AidDeclaration, AidEntry, KeptCheck, OwnershipStatement
from vouchers.enquiries.models import Clarification, Enquiry
from vouchers.evaluation.models import Assignment, ConflictFinding, Consensus, Divergence
from vouchers.fees.models import FeeStatement
from vouchers.packs.rules import Cover
from vouchers.panels.models import Interview, PanelVote
from vouchers.payables.models import Payable, PayeeCheck
from vouchers.payments.models import Batch, Payment
from vouchers.programmes.models import Call, Programme
from vouchers.recoveries.models import Recovery
from vouchers.regions.models import Region
from vouchers.surveys.models import Survey

_AT_ONCE = 1_000
Subject = tuple[str, int]
"""Kind and number, as the record knows it."""


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


_SETTLED = union_all(
    select(EntryPayment.entry_id.label("id"), Payment.voucher).join(Payment, Payment.id == EntryPayment.payment_id),
    select(Entry.id, Application.reference)
    .join(Recovery, Recovery.id == Entry.recovery_id)
    .join(Agreement, Agreement.id == Recovery.agreement_id)
    .join(Application, Application.id == Agreement.application_id),
    select(EntryDebt.entry_id, Application.reference)
    .join(Recovery, Recovery.id == EntryDebt.recovery_id)
    .join(Agreement, Agreement.id == Recovery.agreement_id)
    .join(Application, Application.id == Agreement.application_id),
).subquery()
"""What entries of the bank's statements settled."""
_OWNED: Mapping[str, tuple[Any, Any]] = {
    "application": (select(Application.id, Application.reference), Application.id),
    "payable": (select(Payable.id, Payable.voucher), Payable.id),
    "payment": (select(Payment.id, Payment.voucher), Payment.id),
    "batch": (select(Payment.batch_id, Payment.voucher), Payment.batch_id),
    "bank_account": (
        select(Payment.bank_account_id, Payment.voucher).join(Batch, Batch.id == Payment.batch_id),
        Payment.bank_account_id,
    ),
    "payee_check": (
        select(PayeeCheck.id, Payment.voucher)
        .join(Payment, Payment.bank_account_id == PayeeCheck.bank_account_id)
        .join(Batch, Batch.id == Payment.batch_id),
        PayeeCheck.id,
    ),
    "entry": (_SETTLED.select(), _SETTLED.c.id),
    "fee_statement": (select(FeeStatement.id, FeeStatement.number), FeeStatement.id),
    "finding": (select(AuditFinding.id, AuditFinding.voucher), AuditFinding.id),
    **{
        kind: (_of_application(model), model.id)
        for kind, model in (
            ("agreement", Agreement),
            ("aid_entry", AidEntry),
            ("appeal", Appeal),
            ("assignment", Assignment),
            ("award_condition", AwardCondition),
            ("clarification", Clarification),
            ("conflict_finding", ConflictFinding),
            ("consensus", Consensus),
            ("decision", Decision),
            ("divergence", Divergence),
            ("enquiry", Enquiry),
            ("interview", Interview),
            ("kept_check", KeptCheck),
            ("panel_vote", PanelVote),
            ("partner", Partner),
            ("queue_hold", QueueHold),
            ("recusal", Recusal),
            ("survey", Survey),
        )
    },
    **{
        kind: (_of_organisation(model), model.id)
        for kind, model in (("aid_declaration", AidDeclaration), ("ownership_statement", OwnershipStatement))
    },
    **{
        kind: (_of_agreement(model), model.id)
        for kind, model in (
            ("advance", Advance),
            ("amendment", Amendment),
            ("claim", Claim),
            ("recovery", Recovery),
            ("termination", Termination),
        )
    },
}
"""Kind of subject -> (id, voucher), and the column of the id."""
_TIED_AT: Mapping[str, Any] = {
    "aid_declaration": Application.started_at,
    "bank_account": Batch.made_at,
    "ownership_statement": Application.started_at,
    "payee_check": Batch.made_at,
}
"""When what is a company's came to belong to a voucher: what comes after the seal changes no pack up to it."""


class Belonging:
    """The vouchers of things, as far as a pack covers them."""

    def __init__(self, cover: Cover, sealed_at: datetime) -> None:
        self._cover, self._sealed_at = cover, sealed_at

    def map_vouchers(self, subjects: Iterable[Subject]) -> dict[Subject, list[str]]:
        """Each of these that belongs to a voucher -> the references, sorted."""
        found: dict[Subject, set[str]] = {}
        for kind, named in groupby(sorted(set(subjects)), key=lambda one: one[0]):
            for subject_id, voucher in list_owned(kind, [one[1] for one in named], self._sealed_at):
                found.setdefault((kind, subject_id), set()).add(voucher)
        others = self._list_others(set().union(*found.values())) if found else set()
        return {subject: sorted(names - others) for subject, names in found.items() if names - others}

    def _list_others(self, references: Iterable[str]) -> set[str]:
        """Those of these that are vouchers of what is not covered: a company may have vouchers in several regions."""
        if self._cover.programme is None:
            return set()
        is_covered = and_(
            Programme.code == self._cover.programme,
            Region.code.in_(self._cover.regions) if self._cover.regions else true(),
        )
        wanted = (
            select(Application.reference)
            .join(Call, Call.id == Application.call_id)
            .join(Programme, Programme.id == Call.programme_id)
            .join(Region, Region.id == Application.region_id)
            .where(not_(is_covered))
        )
        return {
            name
            for some in pieces(sorted(references))
            for name in db.session.scalars(wanted.where(Application.reference.in_(some)))
        }


def list_owned(kind: str, ids: Sequence[int], sealed_at: datetime) -> Iterator[tuple[int, str]]:
    """Number and voucher of each of these that belongs to one; what belongs to several comes several times."""
    if kind in _OWNED:
        statement, column = _OWNED[kind]
        if kind in _TIED_AT:
            statement = statement.where(_TIED_AT[kind] <= sealed_at)
        for some in pieces(ids):
            yield from (tuple(row) for row in db.session.execute(statement.where(column.in_(some))))


def pieces(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """As many of them as one statement takes, time after time."""
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
