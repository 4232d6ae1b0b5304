"""What the pages of the application and of the agreement tell the SME of its end or its change, while that is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import url_for

from vouchers.agreements.states import PartyKind
from vouchers.amendments import queries
from vouchers.amendments.models import Amendment, Termination
from vouchers.applications.models import Application
from vouchers.applications.views.standing import Asked, tells_asked
from vouchers.core.clock import day_in
from vouchers.core.text import Instant
from vouchers.core.text import say as _

_ANSWER, _SEE, _ACCEPT = _("Read it and answer"), _("See the proposed termination"), _("Read it and accept")


@tells_asked
def tell_asked(applications: Sequence[Application], at: datetime) -> Mapping[int, Sequence[Asked]]:
    """Whose agreement is to be terminated, and who has to accept an amendment."""
    found: dict[int, list[Asked]] = {}
    zones = {one.id: one.region.time_zone for one in applications}
    for termination in queries.list_ending(list(zones)):
        key = termination.agreement.application_id
        found.setdefault(key, []).append(_hearing(termination, zones[key], at))
    for amendment in queries.list_to_accept(list(zones)):
        key = amendment.agreement.application_id
        found.setdefault(key, []).append(_acceptance(amendment, zones[key]))
    return found


def _hearing(termination: Termination, zone: str, at: datetime) -> Asked:
    number, side = termination.agreement.number, termination.side(PartyKind.SME)
    href = url_for("amendments.termination", termination_id=termination.id)
    last = termination.answer_by
    if side is None or side.answered_at or last is None or last < day_in(zone, at):
        said = _("The termination of your agreement %(number)s is proposed and not decided yet.", number=number)
        return Asked(said, _SEE, href)
    said = _(
        "The office of your region proposes to terminate your agreement %(number)s. You can answer until %(day)s.",
        number=number,
        day=last,
    )
    return Asked(said, _ANSWER, href)


def _acceptance(amendment: Amendment, zone: str) -> Asked:
    said = _("An amendment of your agreement %(number)s waits for your acceptance.", number=amendment.agreement.number)
    if amendment.accept_by is not None:
        said = _(
            "An amendment of your agreement %(number)s waits for your acceptance, until %(moment)s.",
            number=amendment.agreement.number,
            moment=Instant(amendment.accept_by, zone),
        )
    return Asked(said, _ACCEPT, url_for("amendments.show", amendment_id=amendment.id))
