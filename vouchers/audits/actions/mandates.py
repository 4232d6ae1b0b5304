"""Mandates: given to an auditor, and ended. The access is a role for each region, which ends by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vouchers.audits import letters
from vouchers.audits.lifecycle import MANDATE
from vouchers.audits.models import Mandate
from vouchers.audits.queries.mandates import list_interests
from vouchers.audits.rules import mandates as rules
from vouchers.core.clock import office_day
from vouchers.core.database import unit_of_work
from vouchers.core.numbering import numbered
from vouchers.programmes.models import Programme
from vouchers.regions.queries import list_regions_of
from vouchers.users.actions.accounts import open_account
from vouchers.users.actions.roles import grant_role, revoke_role
from vouchers.users.queries import list_given_for
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE, creation, transition


@dataclass(frozen=True, slots=True)
class Terms:
    """What a mandate covers: regions (none: all), what it is for, the period, and the moment at which it ends."""

    regions: Sequence[str]
    subject: str
    first_on: date
    last_on: date
    ends_at: datetime


def give_mandate(programme: Programme, email: str, name: str, terms: Terms, *, by: Any, at: datetime) -> Mandate:
    """Let somebody audit a programme: an account where there is none, and the role in each region until the end.

    Raises:
        RuleBroken: a period or end that cannot be, an unknown region, or somebody who works for the programme or
            acts for a company that applied to it (fields ``last_on``, ``until``, ``regions``, ``email``).
    """
    rules.ensure_period(terms.first_on, terms.last_on)
    rules.ensure_end(terms.ends_at, at=at)
    with unit_of_work():
        rules.ensure_regions(terms.regions, [region.code for region in list_regions_of([programme.code])])
        auditor = open_account(email, name, by=by, at=at).user
        rules.ensure_independent(auditor.name, auditor.grants, programme.code)
        rules.ensure_without_interest(auditor.name, list_interests(auditor.id, programme))
        mandate = Mandate(
            number=numbered("M", office_day(at).year),
            programme=programme,
            region_codes=sorted(set(terms.regions)),
            auditor=auditor,
            auditor_id=auditor.id,
            subject=terms.subject,
            first_on=terms.first_on,
            last_on=terms.last_on,
            ends_at=terms.ends_at,
            given_at=at,
            given_by_id=by.id,
        )
        with creation(mandate, MANDATE.give, by=by, at=at) as step:
            regions: list[str | None] = [*mandate.region_codes] or [None]
            for region in regions:
                grant_role(
                    auditor,
                    Role.AUDITOR,
                    programme.code,
                    region,
                    by=OFFICE,
                    at=at,
                    ends_at=terms.ends_at,
                    given_for=mandate.key,
                )
            letters.write_to_auditor(step, mandate, "give")
        return mandate


def end_mandate(mandate: Mandate, reason: str = "", *, by: Any, at: datetime) -> None:
    """Nothing is read under it any more from this moment on; what the auditor made stays."""
    with transition(mandate, MANDATE.end, by=by, at=at, why=reason or None) as step:
        mandate.ended_at, mandate.reason = at, reason
        for grant in list_given_for(mandate.auditor_id, mandate.key):
            revoke_role(grant, by=OFFICE, at=at, why=mandate.number)
        letters.write_to_auditor(step, mandate, "end")
