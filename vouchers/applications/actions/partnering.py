"""Partners of a consortium: invited, confirming, declining."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.applications import letters
from vouchers.applications.lifecycle import PARTNER
from vouchers.applications.models import Application, Partner
from vouchers.applications.policy import PartnerContact
from vouchers.applications.queries import files as queries
from vouchers.applications.queries.partners import applicant_of, list_partners
from vouchers.applications.rules import consortium as rules
from vouchers.applications.rules.consortium import Confirmation
from vouchers.applications.rules.deadline import ensure_open
from vouchers.core.database import db, unit_of_work
from vouchers.users.models import User
from vouchers.users.secrets import hash_token, new_token
from vouchers.workflow.transition import creation, transition


def invite_partner(application: Application, name: str, contact: str, email: str, *, by: User, at: datetime) -> Partner:
    """Invite a partner by email; the link in the letter stands for the partner's contact person.

    Raises:
        RuleBroken: the call takes no (more) partners, this one is there already, or it is too late.
    """
    email, token = email.strip().lower(), new_token()
    with unit_of_work():
        db.session.refresh(application, with_for_update={"of": Application})
        call = application.call
        ensure_open(call.plan, at)
        rules.ensure_being_written(application.state)
        there, applicant = list_partners(application), applicant_of(application)
        rules.ensure_may_invite(call.plan.consortium, there, name, email, applicant=applicant)
        assert call.plan.consortium is not None
        partner = Partner(
            application=application,
            name=name,
            contact=contact,
            email=email,
            token_hash=hash_token(token),
            invited_at=at,
            invited_by_id=by.id,
            due_at=rules.due_at(call.plan.consortium, closes_at=call.closes_at, at=at),
        )
        with creation(partner, PARTNER.invite, by=by, at=at) as step:
            letters.write_invitation(step, partner, token, by=by)
            return partner


def confirm_partner(partner: Partner, said: Confirmation, *, by: PartnerContact, at: datetime) -> None:
    """The partner takes part, with the name and number that its contact gives; the writers are told.

    Raises:
        RuleBroken: it is too late, or what is said is that of the applicant or of another partner.
    """
    with transition(partner, PARTNER.confirm, by=by, at=at) as step:
        application = partner.application
        rules.ensure_can_answer(application.state, due=partner.due_at, at=at)
        db.session.refresh(application, with_for_update={"of": Application})
        read = rules.read_confirmation(said)
        others = [one for one in list_partners(application) if one.id != partner.id]
        rules.ensure_other_organisation(read, others, applicant_of(application))
        partner.name, partner.contact, partner.function = read.name, read.contact, read.function
        partner.vat_number, partner.register_number = read.vat_number, read.register_number
        partner.answered_at = at
        readers = queries.list_writers(application.organisation)
        letters.write_of_partner(step, partner, "confirm_partner", readers)


def decline_partner(partner: Partner, *, by: PartnerContact, at: datetime) -> None:
    """The partner does not take part; the writers are told."""
    with transition(partner, PARTNER.decline, by=by, at=at) as step:
        rules.ensure_can_answer(partner.application.state, due=partner.due_at, at=at)
        partner.answered_at = at
        readers = queries.list_writers(partner.application.organisation)
        letters.write_of_partner(step, partner, "decline_partner", readers)


def lapse_partner(partner: Partner, *, by: Any, at: datetime) -> None:
    """No answer came in time; the writers are told and may invite again."""
    with transition(partner, PARTNER.lapse, by=by, at=at) as step:
        readers = queries.list_writers(partner.application.organisation)
        letters.write_of_partner(step, partner, "lapse_partner", readers)


def remove_partner(partner: Partner, *, by: User, at: datetime) -> None:
    """The applicant goes on without this partner, whose link stops working."""
    with transition(partner, PARTNER.remove, by=by, at=at):
        rules.ensure_being_written(partner.application.state)
