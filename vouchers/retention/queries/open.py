"""What still goes on with an application, so that nothing of it may be deleted: asked in the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true

from vouchers.agreements.models import Agreement
from vouchers.agreements.states import AgreementState
from vouchers.appeals.models import Appeal
from vouchers.appeals.states import AppealState
from vouchers.applications.models import Application
from vouchers.audits.models import AuditFinding, Mandate
from vouchers.audits.states import FindingState, MandateState
from vouchers.claims.models import Claim
from vouchers.claims.states import ClaimState
from vouchers.core.database import db
from vouchers.ledger.chart import Account
from vouchers.ledger.models import JournalLine
from vouchers.payables.models import Payable
from vouchers.payables.states import PayableState
from vouchers.programmes.models import Call, Programme
from vouchers.recoveries.models import Recovery, Suspicion
from vouchers.recoveries.states import RecoveryState, SuspicionState
from vouchers.regions.models import Region

_APPEALED = (AppealState.LATE, AppealState.FILED, AppealState.TAKEN_UP, AppealState.NEW_MARKS)
_CLAIMED = (
    ClaimState.SUBMITTED, ClaimState.RETURNED, ClaimState.VERIFIED, ClaimState.AUTHORISED, ClaimState.IN_PAYMENT,
)  # fmt: skip
_CLAIMED_BACK = (RecoveryState.PROPOSED, RecoveryState.ORDERED, RecoveryState.WAIVER_PROPOSED)
_OWED = (PayableState.OPEN, PayableState.HELD, PayableState.ORDERED)
_UNSETTLED = (
    Account.PRE_COMMITTED, Account.COMMITTED, Account.ACCEPTED, Account.IN_EXECUTION, Account.RECOVERIES,
    Account.ADVANCES_PAID,
    Account.PAYABLE_SME, Account.PAYABLE_PROVIDER, Account.RETURNED_PAYMENTS,
)  # fmt: skip
"""Accounts on which nothing of a voucher stands any more once it is settled."""


def is_open(programme: Programme) -> ColumnElement[bool]:
    """Whether something still goes on with an application of this programme: an appeal, a claim, a debt either way, an
    audit. Joined: application, call, region."""
    return or_(_is_audited(programme), _is_found(), _is_contested(), _is_owed(), _is_unsettled())


def list_mandates(programme: Programme) -> Sequence[tuple[str, list[str]]]:
    """Number and regions (none: all) of each audit mandate in force over a programme."""
    given = select(Mandate.number, Mandate.region_codes).where(
        Mandate.programme_id == programme.id, Mandate.state == MandateState.GIVEN
    )
    return db.session.execute(given.order_by(Mandate.id)).tuples().all()


def _is_audited(programme: Programme) -> ColumnElement[bool]:
    """An audit mandate in force over the region; whatever the period, whole files may be read under it."""
    reaches = [codes for _number, codes in list_mandates(programme)]
    if any(not codes for codes in reaches):
        return true()
    codes = {code for reach in reaches for code in reach}
    return Region.code.in_(codes) if codes else false()


def _is_found() -> ColumnElement[bool]:
    """A finding that is not closed: on the voucher, or on its region without naming one."""
    of_programme = exists().where(Mandate.id == AuditFinding.mandate_id, Mandate.programme_id == Call.programme_id)
    return exists().where(
        AuditFinding.state != FindingState.CLOSED,
        or_(
            AuditFinding.voucher == Application.reference,
            and_(AuditFinding.voucher == "", AuditFinding.region_id == Application.region_id, of_programme),
        ),
    )


def _is_contested() -> ColumnElement[bool]:
    agreed = Agreement.application_id == Application.id
    live = Agreement.state.in_((AgreementState.OFFERED, AgreementState.ACTIVE))
    return or_(
        exists().where(Appeal.application_id == Application.id, Appeal.state.in_(_APPEALED)),
        select(Agreement.id).where(agreed, live).correlate(Application).exists(),
        select(Recovery.id)
        .join(Agreement, Agreement.id == Recovery.agreement_id)
        .where(agreed, Recovery.state.in_(_CLAIMED_BACK))
        .correlate(Application)
        .exists(),
        select(Suspicion.id)
        .join(Agreement, Agreement.id == Suspicion.agreement_id)
        .where(agreed, Suspicion.state == SuspicionState.REPORTED)
        .correlate(Application)
        .exists(),
        select(Claim.id)
        .join(Agreement, Agreement.id == Claim.agreement_id)
        .where(agreed, Claim.state.in_(_CLAIMED))
        .correlate(Application)
        .exists(),
    )


def _is_owed() -> ColumnElement[bool]:
    return exists().where(Payable.voucher == Application.reference, Payable.state.in_(_OWED))


def _is_unsettled() -> ColumnElement[bool]:
    """Money of the voucher stands where it is only on its way: promised, payable, in execution, to be recovered."""
    return (
        select(JournalLine.account)
        .where(JournalLine.voucher == Application.reference, JournalLine.account.in_([one.value for one in _UNSETTLED]))
        .group_by(JournalLine.account)
        .having(func.sum(JournalLine.cents) != 0)
        .correlate(Application)
        .exists()
    )
