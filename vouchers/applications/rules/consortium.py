"""Who applies together: how many partners, until when they answer, what is missing before a submission."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from vouchers.applications.rules.asking import PARTNERS
from vouchers.applications.rules.blockers import Blocker
from vouchers.applications.states import UNSENT, ApplicationState, PartnerState
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.programmes.rules.plan import Consortium

TAKING_PART = (PartnerState.INVITED, PartnerState.CONFIRMED)


def due_at(consortium: Consortium, *, closes_at: datetime, at: datetime) -> datetime:
    """Until when a partner answers: so many days from now, and never after the call has closed."""
    return min(at + timedelta(days=consortium.confirm_by_days), closes_at)


def ensure_may_invite(consortium: Consortium | None, there: Sequence[tuple[str, PartnerState]], email: str) -> None:
    """Only where the call says so, as many as it takes, and nobody twice.

    Args:
        there: (email address, state) of every partner.
    """
    if consortium is None:
        raise RuleBroken(_("In this call a company applies alone."))
    taking_part = [address for address, state in there if state in TAKING_PART]
    if email in taking_part:
        raise RuleBroken(_("%(email)s is invited already.", email=email), field="email")
    if len(taking_part) >= consortium.most:
        raise RuleBroken(_("At most %(most)s partners can take part. Remove one first.", most=consortium.most))


def ensure_being_written(state: ApplicationState) -> None:
    """Partners join and leave while the application is a draft."""
    if state != ApplicationState.DRAFT:
        raise RuleBroken(_("The application is not being written any more, so its partners stay as they are."))


def ensure_can_answer(state: ApplicationState, *, due: datetime, at: datetime) -> None:
    """In time, to the second, and while the answer still matters."""
    if state not in UNSENT:
        raise RuleBroken(_("This application is not being prepared any more, so no answer is needed."))
    if at.replace(microsecond=0) > due:
        raise RuleBroken(_("The time for this answer is over. Ask whoever invited you for a new invitation."))


def missing_partners(consortium: Consortium | None, states: Sequence[PartnerState]) -> list[Blocker]:
    """What must be mended before the application can be submitted."""
    if consortium is None:
        return []
    confirmed = sum(state is PartnerState.CONFIRMED for state in states)
    found = []
    if any(state is PartnerState.INVITED for state in states):
        found.append(_("A partner has not answered yet. Wait for the answer, or remove the partner."))
    if confirmed < consortium.least:
        found.append(
            _(
                "The call asks for %(least)s confirmed partners at least; there are %(count)s.",
                least=consortium.least,
                count=confirmed,
            )
        )
    return [Blocker(PARTNERS, "partners", sentence) for sentence in found]
