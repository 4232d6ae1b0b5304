"""What the aid rules ask of a grant, and what is kept of it: at the decision and again at the signature."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from vouchers.applications.models import Application
from vouchers.core.clock import day_in
from vouchers.core.money import Money
from vouchers.eligibility.actions import cancel_entry_of, keep_check, open_aid_entry
from vouchers.eligibility.rules.aid_rules import ensure_grantable
from vouchers.eligibility.rules.formal import read_all
from vouchers.eligibility.states import Occasion
from vouchers.evaluation.queries.checks import gather_facts, state_aid_of
from vouchers.programmes.rules.plan import StateAid


def note_grant(application: Application, granted: Money, *, at: datetime) -> None:
    """A voucher was granted: what the rules said is kept, and de minimis aid is due for the register."""
    _keep(application, Occasion.DECISION, at=at)
    _open_entry(application, granted, at=at)


def check_raise(application: Application, amount: Money, *, at: datetime) -> None:
    """The aid rules, for a voucher that shall be worth this amount in all.

    Raises:
        RuleBroken: with other aid of the company it no longer fits.
    """
    ensure_grantable(replace(gather_facts(application, at=at), requested=amount))


def note_raise(application: Application, more: Money, *, at: datetime) -> None:
    """An amendment granted so much more: it is aid of its own day, and due for the register."""
    _open_entry(application, more, at=at)


def _open_entry(application: Application, granted: Money, *, at: datetime) -> None:
    if state_aid_of(application) is StateAid.DE_MINIMIS:
        open_aid_entry(
            application_id=application.id,
            application_reference=application.reference,
            organisation_id=application.organisation_id,
            region=application.region,
            programme=application.call.programme.code,
            amount=granted,
            granted_on=day_in(application.region.time_zone, at),
            at=at,
        )


def check_signature(application: Application, *, at: datetime) -> None:
    """The aid rules once more, when the last party signs; what they said is kept.

    Raises:
        RuleBroken: other aid has come in between and the grant no longer fits.
    """
    ensure_grantable(gather_facts(application, at=at))
    _keep(application, Occasion.SIGNATURE, at=at)


def end_grant(application: Application, reason: str, *, at: datetime) -> None:
    """The award has lapsed: nothing is to be registered, and it counts no more."""
    cancel_entry_of(application.id, reason, at=at)


def _keep(application: Application, occasion: Occasion, *, at: datetime) -> None:
    keep_check(
        application_id=application.id,
        organisation_id=application.organisation_id,
        scope=application.scope,
        occasion=occasion,
        readings=read_all(gather_facts(application, at=at)),
        at=at,
    )
