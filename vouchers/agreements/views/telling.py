"""What the applicant reads of the next step after an award, and of why a voucher is no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from vouchers.agreements.models import Agreement
from vouchers.agreements.queries import map_agreements_of
from vouchers.agreements.states import AgreementState, PartyKind
from vouchers.appeals.queries.waiting import find_suspensions
from vouchers.appeals.rules.waiting import Suspension, say_why
from vouchers.applications import policy as applications_policy
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.applications.views.standing import Asked, map_asked, tells_next
from vouchers.audit.queries import list_events_of
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.decisions.queries.conditions import list_with_unsettled

_CONDITIONS = _("The agreement is offered once every condition is met or waived.")
_COMES = _(
    "The agreement comes by email. Accept it in time: without it the voucher lapses. "
    "Do not start before it is in force."
)
_ACCEPTED = _("You need to do nothing; we write to you.")
_DECLINED = _("The voucher was declined. Nothing more happens with it.")
_NOT_MET = _("A condition of the award was not met in time, so the voucher lapsed.")
_TERMINATED = _("The agreement was terminated. Nothing more can be claimed.")
_NOT_CLAIMED = _("The costs were not claimed in time, so the voucher lapsed.")


TELLS_FINISHED: list[Callable[[Agreement], Sentence | None]] = []
"""What later stages know of an agreement in force under which nothing more can be claimed."""


def find_finished(agreement: Agreement) -> Sentence | None:
    """Why nothing more can be claimed though the agreement is in force; None: it can."""
    told = (tell(agreement) for tell in TELLS_FINISHED) if agreement.state == AgreementState.ACTIVE else ()
    return next((sentence for sentence in told if sentence is not None), None)


@tells_next
def tell_next(applications: Sequence[Application], at: datetime) -> Mapping[int, Sentence]:
    """Of those that are awarded or lapsed."""
    awarded = [one for one in applications if one.state == ApplicationState.AWARDED]
    lapsed = [one for one in applications if one.state == ApplicationState.LAPSED]
    agreements = map_agreements_of([one.id for one in (*awarded, *lapsed)])
    unsettled = list_with_unsettled([one.id for one in awarded])
    declined = _list_declined([one.id for one in lapsed if one.id not in agreements])
    suspended = find_suspensions([one for one in awarded if one.id not in agreements], at=at)
    told = {
        one.id: _after_award(one, agreements.get(one.id), one.id in unsettled, suspended.get(one.id)) for one in awarded
    }
    told |= {one.id: _after_end(agreements.get(one.id), one.id in declined) for one in lapsed}
    return {key: sentence for key, sentence in told.items() if sentence is not None}


def _after_award(
    application: Application, agreement: Agreement | None, is_unsettled: bool, suspension: Suspension | None
) -> Sentence | None:
    """None where the usual sentence holds: the agreement is there to accept."""
    if agreement is not None:
        party = agreement.party(PartyKind.SME)
        return _ACCEPTED if party is not None and party.accepted_at else None
    if is_unsettled:
        return _CONDITIONS
    return say_why(suspension, application.region.time_zone) if suspension else _COMES


def _after_end(agreement: Agreement | None, is_declined: bool) -> Sentence | None:
    """None where the usual sentence holds: it was not accepted in time."""
    if agreement is None:
        return _DECLINED if is_declined else _NOT_MET
    if agreement.state == AgreementState.DECLINED:
        return _DECLINED
    if agreement.state == AgreementState.TERMINATED:
        return _TERMINATED
    return _NOT_CLAIMED if agreement.active_at else None


def list_asked(agreement: Agreement, reader: Any, at: datetime) -> list[Asked]:
    """What waits for the answer of the beneficiary; others read it on their own pages."""
    application = agreement.application
    if not agreement.active_at or applications_policy.is_applicant(reader, application) is not None:
        return []
    return map_asked([application], at)[application.id]


def _list_declined(application_ids: Sequence[int]) -> set[int]:
    """Whose award ended because the applicant declined it, of those that lapsed without an agreement."""
    ends = {APPLICATION.decline_award.tag, APPLICATION.lapse.tag}
    events = list_events_of([("application", one) for one in application_ids]) if application_ids else []
    last = {one.subject_id: one.tag for one in sorted(events, key=lambda one: one.id) if one.tag in ends}
    return {key for key, tag in last.items() if tag == APPLICATION.decline_award.tag}
