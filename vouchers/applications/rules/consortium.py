"""Who applies together: how many partners, until when they answer, what is missing before a submission."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from vouchers.applications.rules.asking import PARTNERS
from vouchers.applications.rules.blockers import Blocker
from vouchers.applications.states import UNSENT, ApplicationState, PartnerState
from vouchers.core.countries import COUNTRIES
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.eligibility.rules.likeness import is_same_organisation
from vouchers.organisations.rules.identifiers import ensure_identified, ensure_vat_number
from vouchers.programmes.rules.countries import MEANT
from vouchers.programmes.rules.plan import Consortium

TAKING_PART = (PartnerState.INVITED, PartnerState.CONFIRMED)


def due_at(consortium: Consortium, *, closes_at: datetime, at: datetime) -> datetime:
    """Until when a partner answers: so many days from now, and never after the call has closed."""
    return min(at + timedelta(days=consortium.confirm_by_days), closes_at)


@dataclass(frozen=True, slots=True)
class Applicant:
    """The organisation that invites, and the addresses of its people."""

    name: str
    vat_number: str = ""
    register_number: str = ""
    emails: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the person who confirms says of the organisation and of herself or himself."""

    name: str
    vat_number: str
    register_number: str
    contact: str
    function: str


def ensure_may_invite(
    consortium: Consortium | None, there: Iterable[Any], name: str, email: str, *, applicant: Applicant
) -> None:
    """Only where the call says so, as many as it takes, nobody twice and not the applicant itself.

    Args:
        there: every partner, with its `name`, `email` and `state`.
    """
    if consortium is None:
        raise RuleBroken(_("In this call a company applies alone."))
    taking_part = [one for one in there if one.state in TAKING_PART]
    if email in {one.lower() for one in applicant.emails}:
        raise RuleBroken(OWN_ADDRESS, field="email")
    if email in [one.email for one in taking_part]:
        raise RuleBroken(_("%(email)s is invited already.", email=email), field="email")
    _ensure_other_name(name, taking_part, applicant)
    if len(taking_part) >= consortium.most:
        raise RuleBroken(_("At most %(most)s partners can take part. Remove one first.", most=consortium.most))


OWN_ADDRESS = _("A partner is another organisation, and this address belongs to somebody of yours.")


def _ensure_other_name(name: str, others: Iterable[Any], applicant: Applicant) -> None:
    if is_same_organisation(name, applicant.name):
        raise RuleBroken(
            _("%(name)s is the applicant itself. A partner is another organisation.", name=name), field="name"
        )
    if any(is_same_organisation(name, one.name) for one in others):
        raise RuleBroken(_("%(name)s is a partner already.", name=name), field="name")


def read_confirmation(said: Confirmation) -> Confirmation:
    """The same with its numbers as they are kept.

    Raises:
        RuleBroken: a number that cannot be one, or none at all.
    """
    vat, register = ensure_vat_number(said.vat_number, ""), said.register_number.strip()
    if vat and MEANT.get(vat[:2], vat[:2]) not in COUNTRIES:
        raise RuleBroken(_("Begin the VAT number with the letters of its country, for example BE."), field="vat_number")
    if register and not any(letter.isdigit() for letter in register):
        raise RuleBroken(_("This cannot be a number in a company register."), field="register_number")
    ensure_identified(vat_number=vat, register_number=register)
    return replace(said, vat_number=vat, register_number=register)


def ensure_other_organisation(said: Confirmation, others: Iterable[Any], applicant: Applicant) -> None:
    """Neither the applicant nor a partner that takes part already, by name or by number.

    Args:
        others: the other partners, with their `name`, `vat_number`, `register_number` and `state`.
    """
    taking_part = [one for one in others if one.state in TAKING_PART]
    _ensure_other_name(said.name, taking_part, applicant)
    for column in ("vat_number", "register_number"):
        number = _flat(getattr(said, column))
        for one in (applicant, *taking_part):
            if number and number == _flat(getattr(one, column)):
                raise RuleBroken(
                    _("%(number)s is the number of %(name)s.", number=getattr(said, column), name=one.name),
                    field=column,
                )


def _flat(number: str) -> str:
    return "".join(letter for letter in number.casefold() if letter.isalnum())


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
